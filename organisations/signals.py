"""What institutions tell to the apps above them. All are sent inside the transaction of the act itself."""

from django.dispatch import Signal

# `institution`, `by` (None: the system) and for all but the first and third `reason`.
institution_approved = Signal()
institution_suspended = Signal()
institution_reinstated = Signal()
institution_closed = Signal()
# `membership` (ended already) and `by`; the person has no part in the organisation from the next request on.
membership_ended = Signal()
# `organisation`, `old` and `new` (users) and `by`: who was the head signs for it no more.
head_changed = Signal()
