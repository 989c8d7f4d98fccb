"""Pages appear and disappear at their times (P2)."""

from datetime import datetime, time, timedelta

from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, Revision

from foundation.core.flow import chores
from foundation.core.flow.chores import Rhythm
from foundation.core.pages.version import MOMENTS


def next_midnight() -> datetime:
    """Return when the next day begins: pages that name today are drawn anew."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))


MOMENTS.append(next_midnight)


@chores.each(Rhythm.MINUTE)
def publish_due() -> int:
    """Publish what was approved for a time that has come, withdraw what has ended; return how many were due."""
    now = timezone.now()
    coming = Revision.objects.filter(approved_go_live_at__lt=now).count()
    going = Page.objects.filter(live=True, expire_at__lt=now).count()
    if coming or going:
        call_command("publish_scheduled", verbosity=0)
    return coming + going
