"""The scope `contacts`, people who follow each other (人脉), and who is apart: what `core` asks about people."""

from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from foundation.core import contact
from foundation.core.access import scopes
from foundation.social.domain import blocks, relations
from foundation.social.models import Follow


def _contacts(user: Any) -> list[str] | QuerySet:
    """Return the ids of the contacts as a subquery; a stand-in names the one whose contact it plays."""
    if (played := getattr(user, "contact_of", None)) is not None:
        return [str(played)]
    if not user.is_verified:
        return []
    contacts = Follow.objects.filter(follower_id=user.pk, mutual=True)
    return contacts.annotate(ref=Cast("followed_id", CharField())).values("ref")


scopes.register(
    scopes.ScopeProvider(level=scopes.CONTACTS, refs=_contacts, label=lambda ref: _("互相关注的人可见"))
)
scopes.keep_apart(relations.apart_from)
contact.answered_by(relations)
contact.blocked_by(blocks.block)
