"""The site on a phone: installed, without a network, and never one person's page for another (U1)."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from foundation.core.models import PortalImage, SiteSettings
from foundation.core.pages import agenda
from news.models import NoticePage

pytestmark = [pytest.mark.django_db, pytest.mark.row("U1")]


def test_browsers_learn_how_to_install_it(portal: Any) -> None:
    answer = Client().get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = json.loads(answer.content)
    assert told["display"] == "standalone"
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    assert 'rel="manifest" href="/manifest.webmanifest"' in Client().get("/").content.decode()


def test_the_office_s_own_sign_is_its_icon(portal: Any, picture: Callable) -> None:
    upload = picture("sign.png")
    logo = PortalImage.objects.create(title="徽标", file=SimpleUploadedFile("sign.png", upload.read()))
    SiteSettings.objects.update_or_create(
        site=Site.objects.get(),
        defaults={"community_name": "银杏里社区", "short_name": "银杏里", "logo": logo},
    )
    told = json.loads(Client().get("/manifest.webmanifest").content)
    assert (told["name"], told["short_name"]) == ("银杏里社区", "银杏里")
    assert all("fill-" in icon["src"] and icon["src"].endswith(".png") for icon in told["icons"])


def test_the_page_without_a_network_has_telephones_and_notices(portal: Any) -> None:
    portal.home.body = [
        ("phones", {"title": "电话", "phones": [{"name": "物业", "number": "0571-5550-0119", "hours": ""}]})
    ]
    portal.home.save_revision().publish()
    for title, until in (("停水通知", 2), ("过去的事", -1)):
        notice = NoticePage(
            title=title,
            slug=f"n{until}",
            summary="x",
            published_on=timezone.now() - timedelta(days=3),
            valid_until=timezone.now() + timedelta(days=until),
        )
        portal.notices.add_child(instance=notice)
    text = Client().get("/offline/").content.decode()
    assert 'href="tel:057155500119"' in text
    assert "停水通知" in text
    assert "过去的事" not in text
    assert re.search(r'data-keep href="/notices/', text)


def test_the_worker_knows_the_files_of_this_release(portal: Any) -> None:
    answer = Client().get("/sw.js")
    assert answer["Cache-Control"] == "no-cache"
    shell = json.loads(answer.content.decode().splitlines()[0].removeprefix("const SHELL = ").rstrip(";"))
    assert shell["pages"] == ["/offline/", "/en/offline/"]
    for file in shell["files"]:
        assert file.startswith("/static/")


@pytest.mark.deny
def test_the_agenda_is_for_who_is_signed_in_and_kept_by_nobody_on_the_way(
    portal: Any, person: Callable
) -> None:
    assert Client().get("/agenda/").status_code == 302
    client = Client()
    client.force_login(person("lin"))
    answer = client.get("/agenda/")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


class TestAgenda:
    @pytest.fixture
    def sources(self, monkeypatch: Any) -> Any:
        monkeypatch.setattr(agenda, "_sources", [])
        return agenda

    def test_the_next_comes_first_and_what_is_over_is_left_out(self, sources: Any) -> None:
        now = timezone.now()
        soon, later, over = now + timedelta(hours=2), now + timedelta(days=2), now - timedelta(hours=1)

        @sources.source
        def some(user: Any) -> Any:
            yield agenda.Entry(words="后天", url="/b/", when=later)
            yield agenda.Entry(words="过去", url="/c/", when=over)
            yield agenda.Entry(words="没有日子", url="/d/", waits=True)
            yield agenda.Entry(words="今天", url="/a/", when=soon)
            yield agenda.Entry(words="早该办了", url="/e/", when=over, waits=True)

        assert [str(one.words) for one in agenda.agenda_of(None)] == ["早该办了", "今天", "后天", "没有日子"]
        assert [str(one.words) for one in agenda.waiting_for(None)] == ["早该办了", "没有日子"]

    def test_it_stands_on_the_page_and_what_waits_on_the_front_page(
        self, sources: Any, portal: Any, person: Callable
    ) -> None:
        @sources.source
        def some(user: Any) -> Any:
            if user.username == "lin":
                yield agenda.Entry(words="签署协议", url="/sign/", waits=True)
                yield agenda.Entry(words="消防演练", url="/drill/", when=timezone.now() + timedelta(days=1))

        client, other = Client(), Client()
        client.force_login(person("lin"))
        other.force_login(person("zhou"))
        page, front = client.get("/agenda/").content.decode(), client.get("/").content.decode()
        assert "签署协议" in page
        assert "消防演练" in page
        assert "签署协议" in front
        assert "消防演练" not in front
        assert "现在没有安排" in other.get("/agenda/").content.decode()
        assert "签署协议" not in other.get("/").content.decode()
