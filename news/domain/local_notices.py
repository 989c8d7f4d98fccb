"""Notices of a place: staff publish them at once, in plain words, and take them back (`notice.publish`).

Nothing of the page itself says for which place it was published: the log does, for good, and by it staff find theirs.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.rich_text import RichText

from foundation.core import kinds, text
from foundation.core.access.permissions import Refusal, Refused, place_paths, require
from foundation.core.flow import audit
from foundation.core.flow.models import AuditEntry
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.ids import public_id
from foundation.core.models import Place
from news.models import NoticeIndexPage, NoticePage
from news.permissions import NewsPermission

PUBLISHED = "news.publish_notice"
MOST = 50


@transaction.atomic
def publish_notice(
    *,
    place: Place,
    title: str,
    summary: str,
    words: str,
    level: str = NoticePage.Level.NORMAL,
    valid_until: datetime | None = None,
    by: Any,
) -> NoticePage:
    """Publish a notice for the people of a place; it bears the place's name, and everybody sees it.

    Raises Refused, GuardFails (also for what is urgent and not the street's), ValidationError for words that must not
    stand.
    """
    require(by, NewsPermission.PUBLISH_LOCALLY, place_path=place.path)
    if level == NoticePage.Level.URGENT and place.level != Place.Level.STREET:
        # It stands above everything on everybody's first page, in the other committees as well.
        raise GuardFails(_("紧急公告只能由街道发布，请选“重要”或“一般”。"))
    text.check(title, summary, words)
    parent = NoticeIndexPage.objects.live().first()
    if parent is None:
        raise GuardFails(_("网站还没有公告栏目。"))
    if valid_until is not None and valid_until <= timezone.now():
        raise GuardFails(_("有效期要晚于现在。"))
    page = NoticePage(
        title=title,
        # Pinyin says little in an address; what is published twice gets two.
        slug=public_id().lower().replace("_", "-").strip("-"),
        level=level,
        summary=summary,
        audience=place.name,
        valid_until=valid_until,
        body=[("paragraph", RichText(linebreaks(words, autoescape=True)))] if words else [],
        owner=by,
        live=False,
    )
    parent.add_child(instance=page)
    page.save_revision(user=by).publish(user=by, skip_permission_checks=True)
    page.refresh_from_db()
    audit.append(PUBLISHED, by=by, obj=page, place_path=place.path, data={"title": title})
    return page


def notices_of(user: Any) -> list[NoticePage]:
    """Return the notices that were published for the places somebody works for and still stand, the newest first."""
    published = Q(pk__in=[])
    for path in place_paths(user, NewsPermission.PUBLISH_LOCALLY) or ():
        published |= Q(place_path__startswith=path)
    entries = AuditEntry.objects.filter(published, action=PUBLISHED).order_by("-seq")
    ids = [int(pk) for pk in entries.values_list("object_id", flat=True)]
    return list(NoticePage.objects.live().filter(pk__in=ids).order_by("-published_on", "-pk")[:MOST])


@transaction.atomic
def take_back(page: NoticePage, *, by: Any) -> None:
    """Take a notice of one's places from the site; it stays in the editors' tree, unpublished.

    Raises Refused for what was not published for such a place, StepNotAllowed where it stands no more.
    """
    entry = AuditEntry.objects.filter(
        action=PUBLISHED, kind=kinds.of(page).key, object_id=str(page.pk)
    ).first()
    if entry is None:
        raise Refused(Refusal.FORBIDDEN)
    require(by, NewsPermission.PUBLISH_LOCALLY, place_path=entry.place_path)
    locked = NoticePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    if not locked.live:
        raise StepNotAllowed("take_back", "unpublished")
    # The right was asked above; Wagtail's own is the editors'.
    UnpublishPageAction(locked, user=by).execute(skip_permission_checks=True)
    audit.append(
        "news.take_back_notice",
        by=by,
        obj=locked,
        place_path=entry.place_path,
        data={"title": locked.title},
    )
