"""Limits for new accounts, and how often (O2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.social.domain import posts
from foundation.social.domain.comments import comment

pytestmark = [pytest.mark.django_db, pytest.mark.row("O2"), pytest.mark.deny]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("看 https://example.com", "link"),
        ("加 www.abc.cn", "link"),
        ("上 shop-1.top 买", "link"),
        ("@甲 @乙 @丙 @丁", "mentions"),
    ],
)
def test_a_new_account_sends_no_links_and_names_few(
    person: Callable, settings: Any, text: str, code: str
) -> None:
    settings.NEW_ACCOUNT_DAYS = 7
    lin = person("lin")
    with pytest.raises(ValidationError) as refused:
        posts.post_status(by=lin, text=text, scope=Scope(PUBLIC))
    assert refused.value.code == code
    post = posts.post_status(by=lin, text="早上好，8.30 在 3.2 号楼见 @甲", scope=Scope(PUBLIC))
    for write in (
        lambda: posts.edit_post(post, by=lin, text=text, scope=post.scope),
        lambda: comment(by=lin, target=post, text=text),
    ):
        with pytest.raises(ValidationError):
            write()
    lin.verified_at = timezone.now() - timedelta(days=8)
    assert posts.post_status(by=lin, text=text, scope=Scope(PUBLIC))


def test_too_often_is_told_and_loses_nothing(
    person: Callable, client: Any, portal: Any, settings: Any
) -> None:
    settings.RATES = settings.RATES | {"post": "2/h"}
    client.force_login(person("lin"))
    for number in range(2):
        assert client.post("/feed/post/", {"text": f"第 {number} 条", "scope": "public"}).status_code == 302
    answer = client.post("/feed/post/", {"text": "写了很久的第三条", "scope": "public"})
    assert answer.status_code == 429
    assert "写了很久的第三条" in answer.content.decode()
    other = type(client)()
    other.force_login(person("zhou"))
    assert other.post("/feed/post/", {"text": "别人不受影响", "scope": "public"}).status_code == 302


@pytest.mark.deny
def test_too_often_is_one_line_of_the_log(
    person: Callable, client: Any, portal: Any, settings: Any, caplog: Any
) -> None:
    settings.RATES = settings.RATES | {"post": "0/h"}
    client.force_login(person("lin"))
    for headers in ({}, {"HX-Request": "true"}):
        caplog.clear()
        assert (
            client.post("/feed/post/", {"text": "早", "scope": "public"}, headers=headers).status_code == 429
        )
        (line,) = [record for record in caplog.records if record.name == "django.request"]
        assert (line.getMessage(), line.exc_info) == ("Too often: /feed/post/", None)
