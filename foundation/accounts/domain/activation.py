"""Whether an account's mail was ever answered (A3): until then it is nobody's, and keeps no address from anybody."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from foundation.accounts.models import RoleAssignment, User
from foundation.core.flow import chores

# As long as the items of a claim that came to nothing.
KEEP = timedelta(days=30)


def is_activated(user: User) -> bool:
    """Say whether an address of the account was ever confirmed."""
    return EmailAddress.objects.filter(user=user, verified=True).exists()


def unanswered(email: str | None = None) -> models.QuerySet[User]:
    """Return the accounts that a sign-up made and nobody ever activated, all or those of one address.

    Whoever was made by other hands, ever signed in, holds a role or was suspended is none of them.
    """
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    found = User.objects.get_queryset().filter(
        # Only a sign-up writes a first address that nobody has confirmed.
        Exists(addresses.filter(primary=True, verified=False)),
        ~Exists(addresses.filter(verified=True)),
        ~Exists(RoleAssignment.objects.filter(user=OuterRef("pk"))),
        last_login=None,
        verified_at=None,
        phone_index=None,
        is_active=True,
        is_superuser=False,
    )
    return found if email is None else found.filter(email__iexact=email)


@transaction.atomic
def remove_unanswered(pk: int) -> bool:
    """Delete an account, with all that hangs on it, if nobody has activated it; say whether it went."""
    # The row first, the question after: an activation that was under way has ended by then.
    User.objects.get_queryset().select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    user = unanswered().filter(pk=pk).first()
    if user is None:
        return False
    user.delete()
    return True


@chores.each(chores.Rhythm.DAY)
def remove_forgotten() -> int:
    """Delete what signed up and was not activated in time; return how many accounts went."""
    old = unanswered().filter(date_joined__lt=timezone.now() - KEEP)
    return sum(remove_unanswered(pk) for pk in list(old.values_list("pk", flat=True)))


def make_room(email: str) -> None:
    """Remove whatever signed up with that address and never activated it."""
    for pk in list(unanswered(email).values_list("pk", flat=True)):
        remove_unanswered(pk)


def hold(address: EmailAddress) -> bool:
    """Keep an address and its account from being removed in this transaction; False where they are gone."""
    locked = User.objects.get_queryset().select_for_update(of=("self",), no_key=True)
    return (
        locked.filter(pk=address.user_id).first() is not None
        and EmailAddress.objects.filter(pk=address.pk).exists()
    )
