"""What other floors hear of signing."""

from django.dispatch import Signal

# Inside the transaction that revokes. `certificate`; `by`: who did, None for the system.
certificate_revoked = Signal()
