"""Notices for some, and what is added to one, as lists that grow."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from foundation.core.access.scopes import PLACE, RESIDENTS, Scope
from news.models import NoticePage, NoticeReading, NoticeReminder, NoticeUpdate
from tests.lists.office import place


def notice_for_some(scene: Any, number: int) -> NoticePage:
    """One that people of a place must read, with news, soon over."""
    made = NoticePage(
        title=f"必读{number}号", slug=f"m{number}", summary="停水", level="urgent", must_read=True
    )
    made.valid_until = timezone.now() + timedelta(days=1, minutes=number)
    places = list(scene.places.values())
    made.scope = Scope(PLACE, places[number % 2].path) if number % 3 else Scope(RESIDENTS)
    scene.portal.notices.add_child(instance=made)
    NoticeUpdate.objects.create(notice=made, text=f"第{number}次进展", by=scene.officer)
    NoticeReading.objects.create(notice=made, user=scene.somebody(number))
    return made


def update_of_notice(scene: Any, number: int) -> None:
    """One more word on the same notice, by somebody else, and one more place with a reader in it."""
    found = NoticePage.objects.filter(slug="theone").first()
    if found is None:
        found = NoticePage(title="抢修", slug="theone", public_id="theone", summary="停水", must_read=True)
        scene.portal.notices.add_child(instance=found)
    NoticeUpdate.objects.create(notice=found, text=f"第{number}次进展", by=scene.somebody(number))
    NoticeReminder.objects.create(
        notice=found, day=timezone.localdate() - timedelta(days=number), number=number
    )
    place(scene, number)
