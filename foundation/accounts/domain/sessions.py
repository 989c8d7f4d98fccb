"""Sessions that ran out are forgotten: each says who was signed in, and nobody needs it any more."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from foundation.core.flow import chores


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Delete the sessions that expired; return how many. The cache, where there is one, forgets by itself."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
