"""The weekly letter: how much was new in a circle, to those of its people who want it (G4)."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import ngettext

from foundation.core import notify
from foundation.core.flow import chores
from foundation.social.models import Post
from groups.models import Circle

EVERY = timedelta(days=7)


@chores.each(chores.Rhythm.DAY)
def write_letters() -> int:
    """Tell the people of each circle that had something new for a week or more; return how many circles that were.

    The window begins where the last letter ended, so that nothing is told twice or left out, however late this runs.
    """
    now = timezone.now()
    due = Circle.objects.filter(state=Circle.State.LIVE, hidden_at=None)
    due = due.filter(Q(letter_until__lte=now - EVERY) | Q(letter_until=None, decided_at__lte=now - EVERY))
    return sum(_write(pk) for pk in list(due.values_list("pk", flat=True)))


def _write(pk: int) -> bool:
    with transaction.atomic(), notify.gathered():
        circle = Circle.objects.select_for_update(of=("self",)).get(pk=pk)
        now, since = timezone.now(), circle.letter_until or circle.decided_at or circle.created_at
        if now - since < EVERY:
            # Another process was quicker.
            return False
        scope = circle.scope
        new = Post.objects.filter(
            scope_level=scope.level,
            scope_ref=scope.ref,
            created_at__gt=since,
            created_at__lte=now,
            deleted_at=None,
            hidden_at=None,
        ).count()
        circle.letter_until = now
        circle.save(update_fields=["letter_until"])
        if not new:
            return False
        readers = circle.members.inside().filter(weekly=True)
        with translation.override(settings.LANGUAGE_CODE):
            told = ngettext("一周来有 %(number)d 条新内容", "一周来有 %(number)d 条新内容", new) % {
                "number": new
            }
        notify.emit(
            "circle_week", to=list(readers.values_list("user_id", flat=True)), about=circle, text=told
        )
        return True
