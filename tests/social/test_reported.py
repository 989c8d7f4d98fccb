"""What is kept of reported words (O2): all of them, under names that staff read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import translation

from foundation.core import kinds
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.facets import ReportFacet
from foundation.social.domain import posts
from foundation.social.domain.comments import comment
from foundation.social.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.row("O2")]
# Ten past nine in the morning in Shanghai.
MORNING = datetime(2026, 11, 20, 1, 10, 5, tzinfo=UTC)


def evidence(obj: Any) -> dict[str, str]:
    facet = kinds.of(obj).report
    assert isinstance(facet, ReportFacet)
    return facet.evidence(obj)


def test_every_text_is_kept_also_of_one_second(person: Callable) -> None:
    lin = person("lin")
    with time_machine.travel(MORNING, tick=False) as clock:
        post = posts.post_status(by=lin, text="第一句脏话", scope=Scope(PUBLIC))
        clock.shift(timedelta(seconds=20))
        posts.edit_post(post, by=lin, text="第二句更脏", scope=post.scope)
        posts.edit_post(post, by=lin, text="第三句也脏", scope=post.scope)
        posts.edit_post(post, by=lin, text="早上好", scope=post.scope)
    assert evidence(Post.objects.get()) == {
        "内容": "早上好",
        "2026-11-20 09:10:25": "第三句也脏",
        "2026-11-20 09:10:25 (2)": "第二句更脏",
        "2026-11-20 09:10:05": "第一句脏话",
    }


def test_staff_read_the_names_in_the_sites_language_whatever_the_reporters_is(person: Callable) -> None:
    lin = person("lin")
    post = posts.post_status(by=lin, text="脏话", scope=Scope(PUBLIC))
    said = comment(by=lin, target=post, text="又一句")
    with translation.override("en"):
        names = [list(evidence(obj)) for obj in (post, said, lin)]
    assert names == [["内容"], ["内容"], ["昵称"]]
