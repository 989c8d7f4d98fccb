"""What apps above listen to."""

from django.dispatch import Signal

# Two people have nothing to do with each other any more (`first`, `second`), inside the transaction that parts them.
parted = Signal()
