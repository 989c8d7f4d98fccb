"""What institutions tell to the apps above them. All are sent inside the transaction of the act itself.

The audit log's head is one lock for the whole site, held from the first entry of a transaction to its end: whoever
waits for a row while holding it, and whoever holds that row and waits for the head, wait for each other for ever. So
everything that takes several locks takes them in this order, and writes its first entry after all of them:

    item of the inbox -> institution -> agreements by pk -> certificates by pk -> the lists of revoked ones
        -> head of the audit log

`institution_suspending` is where the apps above take theirs.
"""

from django.dispatch import Signal

# `institution`, which is locked: nothing is written yet. Lock, in pk order, the rows that you will change when it is
# suspended or closed; change nothing.
institution_suspending = Signal()
# `institution`, `by` (None: the system) and for all but approval and reinstatement `reason`.
institution_approved = Signal()
institution_suspended = Signal()
institution_reinstated = Signal()
institution_closed = Signal()
# `membership` (ended already) and `by`; the person has no part in the organisation from the next request on.
membership_ended = Signal()
# `organisation`, `old` and `new` (users) and `by`: who was the head signs for it no more.
head_changed = Signal()
