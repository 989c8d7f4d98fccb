"""How somebody wants pages shown, remembered on her account, and the one time that she is asked (U2)."""

from django.db.models import Q
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.models.user import AgeBand
from foundation.core.pages.display import MODES, SIZES

# Set in a session at its beginning where the one question is still open.
ASK = "ask_elder"


def choose_display(*, by: User, mode: str | None = None, size: int | None = None) -> None:
    """Remember on the own account what was chosen; what is None stays as it was. Raises ValueError."""
    chosen: dict[str, str | int] = {}
    if mode is not None:
        if mode not in MODES:
            raise ValueError(mode)
        chosen["display_mode"] = mode
    if size is not None:
        if size not in SIZES:
            raise ValueError(size)
        chosen["text_size"] = size
    if chosen:
        User.objects.get_queryset().filter(pk=by.pk).update(**chosen)


def ask_once(user: User) -> bool:
    """Say whether this is the one time to ask somebody from 60 on whether she wants the elder pages."""
    waits = Q(age_band=AgeBand.ELDER, elder_asked_at__isnull=True, display_mode="")
    asked = User.objects.get_queryset().filter(waits, pk=user.pk).update(elder_asked_at=timezone.now())
    return asked == 1
