"""What accounts tell to the apps above them."""

from django.dispatch import Signal

# Somebody was signed out. `user`, and either `devices` (keys: on these) or `kept` (on all but the device with that
# session key; None: on all). Sent within the transaction.
sessions_ended = Signal()
