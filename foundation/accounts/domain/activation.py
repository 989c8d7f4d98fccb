"""Whether an account's mail was ever answered (A3): until then it is nobody's, and keeps no address from anybody."""

from allauth.account.models import EmailAddress

from foundation.accounts.models import User


def is_activated(user: User) -> bool:
    """Say whether an address of the account was ever confirmed."""
    return EmailAddress.objects.filter(user=user, verified=True).exists()
