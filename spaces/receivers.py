"""What other apps say that concerns spaces."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from foundation.social import signals
from spaces.domain import address_book
from spaces.models import GuestbookEntry


@receiver(signals.parted)
def part(sender: Any, first: Any, second: Any, **_facts: Any) -> None:
    """Two people have nothing to do with each other any more: neither stays in what the other keeps (S6)."""
    address_book.forget_each_other(first, second)
    GuestbookEntry.objects.filter(Q(owner=first, author=second) | Q(owner=second, author=first)).update(
        shown=False
    )
