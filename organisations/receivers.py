"""Whoever may not act for an institution any more, or never for a while, has no key of it (help-platform.md §2.1)."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from foundation.accounts.models import Membership, Organisation, User
from foundation.signing.domain.certificates import revoke_all
from organisations.models import Institution
from organisations.signals import head_changed, institution_closed, institution_suspended, membership_ended


@receiver([institution_suspended, institution_closed], dispatch_uid="organisations.revoke_keys")
def revoke_keys(sender: Any, institution: Institution, reason: str = "", **kwargs: Any) -> None:
    """A suspended or closed institution signs nothing: its certificates end in the same transaction."""
    revoke_all(institution.organisation, reason=_("机构已暂停或注销：%(reason)s") % {"reason": reason})


@receiver(membership_ended, dispatch_uid="organisations.revoke_key_of_member")
def revoke_key_of_member(sender: Any, membership: Membership, **kwargs: Any) -> None:
    """Who has left signs for it no more."""
    revoke_all(membership.organisation, reason=_("已不是机构成员"), user=membership.user)


@receiver(head_changed, dispatch_uid="organisations.revoke_key_of_head")
def revoke_key_of_head(sender: Any, organisation: Organisation, old: User, **kwargs: Any) -> None:
    """Who was the head signs for it no more."""
    revoke_all(organisation, reason=_("已不是机构负责人"), user=old)
