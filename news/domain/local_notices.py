"""Notices in plain words, published at once and taken back: staff's for a place (`notice.publish`), and editors' (P3).

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
from foundation.core.access import scopes
from foundation.core.access.permissions import Refusal, Refused, has_permission, place_paths, require
from foundation.core.access.scopes import Scope
from foundation.core.flow import audit
from foundation.core.flow.models import AuditEntry
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.ids import public_id
from foundation.core.models import Place
from foundation.core.pages import languages
from news.models import NoticeIndexPage, NoticePage
from news.permissions import NewsPermission

FOR_ALL = Scope(scopes.PUBLIC)
PUBLISHED = "news.publish_notice"
MOST = 50


@transaction.atomic
def publish_notice(
    *,
    place: Place | None = None,
    only_here: bool = False,
    scope: Scope = FOR_ALL,
    title: str,
    summary: str,
    words: str,
    level: str = NoticePage.Level.NORMAL,
    must_read: bool = False,
    valid_until: datetime | None = None,
    by: Any,
) -> NoticePage:
    """Publish a notice at once.

    Staff publish it for a `place` of theirs: it bears the place's name, and everybody sees it, or `only_here` the
    people of that place. Editors name no place but a `scope`. Raises Refused, GuardFails (also for what is urgent for
    everybody and not the street's), ValidationError for words that must not stand.
    """
    if place is None:
        require(by, NewsPermission.PUBLISH_NOTICES)
    else:
        require(by, NewsPermission.PUBLISH_LOCALLY, place_path=place.path)
        scope = Scope(scopes.PLACE, place.path) if only_here else Scope(scopes.PUBLIC)
        if level == NoticePage.Level.URGENT and not only_here and place.level != Place.Level.STREET:
            # It stands above everything on everybody's pages, in the other committees as well.
            raise GuardFails(
                _("给所有人看的紧急公告只能由街道发布。请选“只给这里的人看”，或者选“重要”“一般”。")
            )
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
        audience=place.name if place else "",
        # A grid or a building has no page of its own; its committee has.
        place=place.with_office if place else None,
        must_read=must_read,
        valid_until=valid_until,
        body=[("paragraph", RichText(linebreaks(words, autoescape=True)))] if words else [],
        owner=by,
        live=False,
    )
    page.scope = scope
    parent.add_child(instance=page)
    page.save_revision(user=by).publish(user=by, skip_permission_checks=True)
    page.refresh_from_db()
    path = place.path if place else ""
    audit.append(PUBLISHED, by=by, obj=page, place_path=path, data={"title": title})
    return page


def _published(page: NoticePage) -> AuditEntry | None:
    """Return the entry that says who published the notice past the editors' tree, and for which place."""
    entries = AuditEntry.objects.filter(action=PUBLISHED, kind=kinds.of(page).key, object_id=str(page.pk))
    return entries.first()


def place_of(page: NoticePage) -> str | None:
    """Return the path of the place whose staff answer for a notice; None where that is the editors' business."""
    entry = _published(page)
    if entry is not None and entry.place_path:
        return entry.place_path
    return page.scope_ref if page.scope_level == scopes.PLACE else None


def in_hand(user: Any) -> list[NoticePage]:
    """Return the notices that hold now and that somebody works on: her own, those for her places, all that must be read.

    Editors have all that hold.
    """
    found: Any = NoticePage.objects.visible_to(user).in_force().filter(locale=languages.first())
    if not has_permission(user, NewsPermission.PUBLISH_NOTICES):
        mine = Q(must_read=True) | Q(pk__in=[page.pk for page in notices_of(user)])
        for path in place_paths(user, NewsPermission.PUBLISH_LOCALLY) or ():
            mine |= Q(scope_level=scopes.PLACE, scope_ref__startswith=path)
        found = found.filter(mine)
    return list(found.for_list()[:MOST])


def notices_of(user: Any) -> list[NoticePage]:
    """Return the notices that were published for the places somebody works for and still stand, the newest first.

    Editors have those that editors published at once.
    """
    published = Q(pk__in=[])
    if has_permission(user, NewsPermission.PUBLISH_NOTICES):
        published |= Q(place_path="")
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
    entry = _published(page)
    if entry is None:
        raise Refused(Refusal.FORBIDDEN)
    if entry.place_path:
        require(by, NewsPermission.PUBLISH_LOCALLY, place_path=entry.place_path)
    else:
        require(by, NewsPermission.PUBLISH_NOTICES)
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
