"""Limits for new accounts, and how often (O2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from foundation.accounts.domain.newcomers import has_link
from foundation.accounts.domain.profile import change_profile
from foundation.accounts.models.profile import default_levels
from foundation.core.access.limits import TooOften
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.messaging.models import Notification
from foundation.social.domain import posts
from foundation.social.domain.comments import comment

pytestmark = [pytest.mark.django_db, pytest.mark.row("O2"), pytest.mark.deny]
LINKS = """看 t.me/abc
看bit.ly/x
看 abc.io
看 abc.info
看 example\u200b.com
看 exa\u3164mple.com
看 example。com
看 example｡com
看 ｅｘａｍｐｌｅ．ｃｏｍ
example .com
官网.com
看 例子.中国
例子。公司/报名
看 http:/\u200b/1.2.3.4/
ht\u200btps://abc.de
hxxp://abc.de
看 1.2.3.4:8080
1.2.3.4/a
163.com
ABC.COM
abc点com
foo.museum/abc
abc.app下载
ехаmple.соm
@evil.com
lin@example.com/x"""
ORDINARY = """3.5元一斤，24.7/天
v1.2 版，版本 2.0.1.3
e.g. 银杏，i.e. 白果，Ph.D.
8 a.m. 到 5 p.m.
今天很好。明天也好。
我爱你。中国！
哈哈哈。me too
8.30 在 3.2 号楼见，上午9.30开会。公司放假
1.APP报名 2.电话报名，方式一.app报名
1.报名/2.缴费，A.公司 B.个人
Mr.Li 和 St.John，U.S.A.
会用 Vue.js/React，报名表.docx/名单.xlsx
写信到lin@example.com联系我，或者 lin@example.com。
2026.11.25，路由器在 192.168.1.1"""


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


@pytest.mark.parametrize("text", LINKS.split("\n"))
def test_a_link_is_seen_however_it_is_written(text: str) -> None:
    assert has_link(text)


@pytest.mark.parametrize("text", ORDINARY.split("\n"))
def test_ordinary_words_are_no_link(text: str) -> None:
    assert not has_link(text)


def test_a_new_account_puts_links_nowhere(person: Callable, picture: Callable, settings: Any) -> None:
    settings.NEW_ACCOUNT_DAYS = 7
    lin = person("lin")

    def post() -> None:
        posts.post_status(
            by=lin, text="早", scope=Scope(PUBLIC), pictures=[picture()], descriptions=["看 evil.example/x"]
        )

    def name() -> None:
        change_profile(lin, by=lin, display_name="www.evil.com", values={}, levels=default_levels())

    def bio() -> None:
        change_profile(
            lin, by=lin, display_name="林", values={"bio": "https://evil.com"}, levels=default_levels()
        )

    for write in (post, name, bio):
        with pytest.raises(ValidationError) as refused:
            write()
        assert refused.value.code == "link"
    lin.verified_at = timezone.now() - timedelta(days=8)
    for write in (post, name, bio):
        write()


def test_a_new_account_names_few_however_often_it_edits(person: Callable, settings: Any) -> None:
    settings.NEW_ACCOUNT_DAYS = 7
    lin = person("lin")
    others = [person(f"n{number}", display=f"邻居{number}号") for number in range(6)]
    post = posts.post_status(by=lin, text="早", scope=Scope(PUBLIC))

    def name(people: list) -> None:
        text = " ".join(f"@{one.display_name}" for one in people)
        posts.edit_post(post, by=lin, text=text, scope=post.scope)

    name(others[:3])
    with pytest.raises(ValidationError) as refused:
        name(others[3:])
    assert refused.value.code == "mentions"
    name(others[:2])
    assert Notification.objects.filter(event="mentioned").count() == 3


def test_edits_and_profiles_are_counted(person: Callable, settings: Any) -> None:
    settings.RATES = settings.RATES | {"edit": "2/h", "profile": "2/h"}
    lin = person("lin")
    post = posts.post_status(by=lin, text="早", scope=Scope(PUBLIC))
    for number in range(2):
        posts.edit_post(post, by=lin, text=f"早 {number}", scope=post.scope)
        change_profile(lin, by=lin, display_name=f"林{number}", values={}, levels=default_levels())
    with pytest.raises(TooOften):
        posts.edit_post(post, by=lin, text="又改", scope=post.scope)
    with pytest.raises(TooOften):
        change_profile(lin, by=lin, display_name="又改", values={}, levels=default_levels())


@pytest.mark.deny
def test_a_refusal_is_one_line_of_the_log_and_a_fault_keeps_its_traceback(
    person: Callable, client: Any, portal: Any, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(person("new", verified=False))
    caplog.clear()
    assert client.post("/feed/post/", {"text": "早", "scope": "public"}).status_code == 403
    (line,) = [record for record in caplog.records if record.name == "django.request"]
    assert line.exc_info is None

    def broken(**_given: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(posts, "post_status", broken)
    client.force_login(person("zhou"))
    client.raise_request_exception = False
    caplog.clear()
    assert client.post("/feed/post/", {"text": "早", "scope": "public"}).status_code == 500
    (line,) = [record for record in caplog.records if record.name == "django.request"]
    assert line.exc_info is not None


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
