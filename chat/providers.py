"""The scope `conversation`, which what is shown in one carries, and the number of unread messages beside the bell."""

from typing import Any

from django.db.models import CharField, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from chat.enums import CONVERSATION, State
from chat.models import Conversation, Participant
from chat.permissions import ChatPermission
from foundation.accounts.models import User
from foundation.core import badges
from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission


def _active(user: Any, ref: str) -> QuerySet[Participant]:
    number = int(ref) if ref.isdecimal() else 0
    return Participant.objects.filter(conversation_id=number, user_id=user.pk, state=State.ACTIVE)


def _mine(user: Any) -> QuerySet | None:
    """Return the conversations that `user` is in as a subquery; who is only asked sees no picture yet."""
    if not user.pk:
        return None
    own = Participant.objects.filter(user_id=user.pk, state=State.ACTIVE)
    return own.annotate(ref=Cast("conversation_id", CharField())).values("ref")


def _url(ref: str) -> str:
    found = Conversation.objects.filter(pk=ref).first()
    return found.url if found else ""


def _members(ref: str) -> QuerySet[User]:
    there = Participant.objects.filter(conversation_id=ref, state=State.ACTIVE)
    return User.objects.get_queryset().filter(pk__in=there.values("user_id"))


def _may_post(user: Any, ref: str) -> bool:
    return has_permission(user, ChatPermission.SEND) and _active(user, ref).exists()


def _may_manage(user: Any, ref: str) -> bool:
    return _active(user, ref).filter(is_keeper=True).exists()


def unread_of(user: Any) -> QuerySet:
    """Return the query of how many messages wait for `user`; muted conversations and requests don't count."""
    waiting = Participant.objects.filter(user_id=user.pk, state=State.ACTIVE, unread__gt=0, muted=False)
    return waiting.order_by().values("user_id").annotate(total=Sum("unread")).values("total")


scopes.register(
    scopes.ScopeProvider(
        level=CONVERSATION,
        refs=_mine,
        label=lambda ref: _("对话中的人可见"),
        url=_url,
        members=_members,
        may_post=_may_post,
        may_manage=_may_manage,
        together=True,
    )
)
badges.register("messages", unread_of)
