"""Notices of a place: staff publish them at once, in plain words, for the people of their place (`notice.publish`)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _
from wagtail.rich_text import RichText

from foundation.core.access.permissions import require
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails
from foundation.core.ids import public_id
from foundation.core.models import Place
from news.models import NoticeIndexPage, NoticePage
from news.permissions import NewsPermission


@transaction.atomic
def publish_notice(
    *,
    place: Place,
    title: str,
    summary: str,
    text: str,
    level: str = NoticePage.Level.NORMAL,
    valid_until: datetime | None = None,
    by: Any,
) -> NoticePage:
    """Publish a notice for the people of a place; it bears the place's name. Raises Refused, GuardFails."""
    require(by, NewsPermission.PUBLISH_LOCALLY, place_path=place.path)
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
        body=[("paragraph", RichText(linebreaks(text, autoescape=True)))] if text else [],
        owner=by,
        live=False,
    )
    parent.add_child(instance=page)
    page.save_revision(user=by).publish(user=by, skip_permission_checks=True)
    page.refresh_from_db()
    audit.append("news.publish_notice", by=by, obj=page, place_path=place.path, data={"title": title})
    return page
