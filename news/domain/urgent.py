"""Urgent notices: the band on every page, what is added to them, and their end (P3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from foundation.core import text as words_filter
from foundation.core.access import scopes
from foundation.core.access.permissions import Refusal, Refused, has_permission, require
from foundation.core.access.scopes import Scope
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.pages import languages
from foundation.core.pages.version import kept, portal_changed, portal_version_now
from news.domain import local_notices, telling
from news.models import NoticePage, NoticeUpdate
from news.models.audience import reader_of
from news.permissions import NewsPermission

# So many stand open on a page; of more it says how many.
MOST = 3
KEPT = 200


@dataclass(frozen=True)
class Line:
    """A notice in force as the frames of pages know it."""

    pk: int
    public_id: str
    url: str
    title: str
    summary: str
    level: str
    level_words: str
    scope: Scope
    must_read: bool
    published_on: datetime
    # What was added last, and when; the notice's own time where nothing was.
    latest: str
    changed: datetime

    @property
    def version(self) -> str:
        """Names what a reader has folded: a newer word unfolds it again."""
        return f"{self.changed:%Y%m%d%H%M%S%f}"


def urgent_for(user: Any) -> list[Line]:
    """Return the urgent notices in force that somebody may read, the last changed first."""
    lines = _lines("urgent", Q(level=NoticePage.Level.URGENT))
    return sorted(_readable(lines, user), key=lambda line: line.changed, reverse=True)


def own_for(user: Any) -> list[Line]:
    """Return the notices in force that are for this reader and not for everybody, and what she must read."""
    return _readable(_lines("own", Q(must_read=True) | ~Q(scope_level=scopes.PUBLIC)), user)


def _lines(name: str, which: Q) -> list[Line]:
    """Return the notices in force, the newest first, for whomever they are: from memory while nothing changes."""
    portal_version_now()
    return kept(f"notices:{name}:{get_language()}", lambda: _drawn(_pages(which)))


def _pages(which: Q) -> list[NoticePage]:
    found: Any = NoticePage.objects.filter(which)
    return list(found.published().in_force().in_language().for_list()[:KEPT])


def _drawn(pages: list[NoticePage]) -> list[Line]:
    """Return their lines; what was added belongs to the original, in whatever language it is read."""
    keys = [page.translation_key for page in pages]
    written = NoticePage.objects.filter(translation_key__in=keys, locale=languages.first())
    originals = dict(written.values_list("translation_key", "pk"))
    newest: dict[int, NoticeUpdate] = {}
    for update in NoticeUpdate.objects.filter(notice__in=originals.values()).order_by("at", "pk"):
        newest[update.notice_id] = update
    lines = []
    for page in pages:
        origin = originals.get(page.translation_key, page.pk)
        lines.append(_line(page, origin, newest.get(origin)))
    return lines


def _line(page: NoticePage, origin: int, newest: NoticeUpdate | None) -> Line:
    return Line(
        pk=origin,
        public_id=page.public_id,
        url=page.get_absolute_url(),
        title=page.title,
        summary=page.summary,
        level=page.level,
        level_words=str(page.get_level_display()),
        scope=page.scope,
        must_read=page.must_read,
        published_on=page.published_on,
        latest=newest.text if newest else "",
        changed=newest.at if newest else page.published_on,
    )


def _readable(lines: list[Line], user: Any) -> list[Line]:
    if all(line.scope.level == scopes.PUBLIC for line in lines):
        return lines
    reader = reader_of(user)
    return [line for line in lines if reader.may_read(line.scope)]


def may_add(page: NoticePage, user: Any) -> bool:
    """Say whether somebody may add to a notice and lift it: editors to any, staff to those of their places."""
    if has_permission(user, NewsPermission.PUBLISH_NOTICES):
        return True
    path = local_notices.place_of(page)
    return path is not None and has_permission(user, NewsPermission.PUBLISH_LOCALLY, place_path=path)


@transaction.atomic
def add_update(page: NoticePage, *, text: str, ends: bool = False, by: Any) -> NoticeUpdate:
    """Add a dated word to a notice, or with `ends` lift it: the band goes at once, and the page says so.

    Its people are told where it is urgent. Raises Refused, StepNotAllowed where it is over, GuardFails for nothing
    said, ValidationError for words that must not stand.
    """
    require(by, NewsPermission.OPEN_NOTICES)
    locked = NoticePage.objects.select_for_update(of=("self",)).get(pk=page.original.pk)
    if not may_add(locked, by):
        raise Refused(Refusal.FORBIDDEN)
    if not locked.live or locked.is_over:
        raise StepNotAllowed("add_update", "over")
    with override(settings.LANGUAGE_CODE):
        # The office speaks to everybody in its own language, whichever the editor's admin has.
        text = text.strip() or (str(_("已解除。")) if ends else "")
    if not text:
        raise GuardFails(_("请写更新的内容。"))
    words_filter.check(text)
    made = NoticeUpdate.objects.create(notice=locked, text=text, ends=ends, by_id=by.pk)
    if ends:
        # In every language: what is lifted is lifted.
        NoticePage.objects.filter(translation_key=locked.translation_key).update(ended_at=timezone.now())
    if locked.level == NoticePage.Level.URGENT:
        telling.tell_later(locked, "lifted" if ends else "updated", key=made.public_id, text=text)
    portal_changed()
    audit.append(
        "news.lift_notice" if ends else "news.update_notice",
        by=by,
        obj=locked,
        place_path=local_notices.place_of(locked) or "",
        data={"text": text},
    )
    return made
