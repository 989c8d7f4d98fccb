"""Who may write to whom (S10; S6 on blocking; security.md §7 on minors)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from chat.enums import WhoMayWrite
from chat.models import Wishes
from foundation.accounts.models import User
from foundation.core import contact


def can_reach(person: Any, *, by: Any) -> bool:
    """Say whether `by` may write to `person` at all; why not is nobody's to learn."""
    if person.pk == by.pk:
        return False
    here = User.objects.visible_to(by).filter(pk=person.pk, is_active=True).exists()
    return here and contact.may_reach(person, by=by)


def closed() -> ValidationError:
    """Return what is said where nothing can be sent: the same, whoever does not want it."""
    return ValidationError(_("现在不能给这位邻居发消息。"), code="closed")


def takes_requests(person: Any) -> bool:
    """Say whether somebody wants to hear from people whom she did not choose to hear of."""
    wishes = Wishes.objects.filter(user_id=person.pk).first()
    return wishes is None or wishes.who_may_write == WhoMayWrite.EVERYBODY


def wishes_of(user: Any) -> Wishes:
    """Return what somebody wants of messages, as everybody where she never chose."""
    return Wishes.objects.filter(user_id=user.pk).first() or Wishes(user=user)
