"""The guide in the admin (O7): whom it is for, what it names, and that all of that is really there."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.users.models import UserProfile

from foundation.core.access.permissions import Refused
from office.domain.queries import guide
from office.interfaces.guide import picture, targets, write
from office.permissions import OfficePermission

pytestmark = [pytest.mark.django_db, pytest.mark.row("O7")]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
PICTURES = settings.BASE_DIR / "static" / "guide"
SHOTS = settings.BASE_DIR / "tools" / "guide_pictures.json"
KILOBYTES = 60
IN_THE_ADMIN = ("editor", "reviewer", "staff", "childrens_officer", "auditor", "administrator")
OUTSIDE = ((), ("operator",))
# Whom a chapter is for, by the roles that open it.
READERS = {
    "first-look": set(IN_THE_ADMIN),
    "articles": {"editor", "reviewer", "administrator"},
    "notices": {"editor", "reviewer", "staff"},
    "review-and-schedule": {"editor", "reviewer", "administrator"},
    "front-page": {"editor", "reviewer", "administrator"},
    "communities": {"editor", "reviewer", "administrator"},
    "translation": {"editor", "reviewer", "administrator"},
    "daily": {"editor", "staff", "administrator"},
    "inbox": {"editor", "reviewer", "staff", "administrator"},
    "roles": {"auditor", "administrator"},
    "family": {"staff"},
    "institutions": {"staff", "childrens_officer"},
    "agreements": {"staff"},
    "settings": {"administrator"},
    "log": {"auditor", "administrator"},
    "running": {"administrator"},
}


def of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def all_chapters() -> list[tuple[str, guide.Chapter]]:
    return [(language, one) for language in LANGUAGES for one in guide.in_language(language)]


def shown(page: str) -> set[str]:
    """The chapters that the contents lead to."""
    return set(re.findall(r'href="/admin/guide/([a-z-]+)/"', page))


@pytest.mark.parametrize("role", IN_THE_ADMIN)
def test_everybody_in_the_admin_finds_the_chapters_about_her_own_work(
    role: str, person: Callable, portal: Any
) -> None:
    client = of(person("reader", roles=(role,)))
    own = {slug for slug, roles in READERS.items() if role in roles}
    assert shown(client.get(reverse("office:guide")).content.decode()) == own
    for slug in own:
        page = client.get(reverse("office:chapter", args=[slug]))
        assert page.status_code == 200, slug


@pytest.mark.deny
@pytest.mark.parametrize("role", IN_THE_ADMIN)
def test_a_chapter_about_what_she_may_not_do_is_not_there(role: str, person: Callable, portal: Any) -> None:
    client = of(person("reader", roles=(role,)))
    for slug in {slug for slug, roles in READERS.items() if role not in roles} | {"no-such-chapter"}:
        assert client.get(reverse("office:chapter", args=[slug])).status_code == 404, slug


@pytest.mark.deny
@pytest.mark.parametrize("roles", OUTSIDE)
def test_who_does_not_enter_the_admin_does_not_read_its_guide(
    roles: tuple[str, ...], person: Callable, portal: Any
) -> None:
    """Neither residents nor operators; and visitors are asked to sign in."""
    user = person("outside", roles=roles)
    for address in (reverse("office:guide"), reverse("office:chapter", args=["first-look"])):
        assert of(user).get(address).status_code == 302
        assert "/login/" in Client().get(address).url
    with pytest.raises(Refused):
        guide.chapters(user, "zh-hans")


@pytest.mark.deny
def test_nothing_is_changed_by_reading(person: Callable, portal: Any) -> None:
    assert of(person("reader", roles=("editor",))).post(reverse("office:guide")).status_code == 405


def test_the_guide_speaks_the_language_of_the_admin(person: Callable, portal: Any) -> None:
    reader = person("reader", roles=("editor",))
    client = of(reader)
    address = reverse("office:chapter", args=["articles"])
    assert "发一篇带图片的新闻" in client.get(address).content.decode()
    UserProfile.objects.update_or_create(user=reader, defaults={"preferred_language": "en"})
    assert "Publish news with a picture" in client.get(address).content.decode()


def test_words_are_looked_up_in_the_chapters_that_concern_the_reader(person: Callable, portal: Any) -> None:
    client = of(person("reader", roles=("editor",)))
    page = client.get(reverse("office:guide"), {"q": "上线日期"}).content.decode()
    assert "<mark>上线日期</mark>" in page
    nothing = client.get(reverse("office:guide"), {"q": "<b>离岗"}).content.decode()
    assert "指南里没有这个词" in nothing, "that chapter is the administrators'"
    assert "<b>离岗" not in nothing


def test_a_page_leads_to_the_chapter_that_explains_it(
    person: Callable, portal: Any, article: Callable
) -> None:
    client = of(person("reader", roles=("editor",)))
    assert "指南：发公告和紧急公告" in client.get(reverse("notices:publish")).content.decode()
    writing = client.get(reverse("wagtailadmin_pages:edit", args=[article().pk])).content.decode()
    assert reverse("office:chapter", args=["articles"]) in writing
    assert reverse("office:guide") in client.get(reverse("wagtailadmin_home")).content.decode()
    menu = client.get(reverse("office:guide")).content.decode()
    assert "editor-guide" not in menu, "one guide is enough"


def test_both_languages_tell_the_same() -> None:
    """Chapter by chapter: the same rights, pictures, links, headings and steps."""
    ours, theirs = (guide.in_language(language) for language in LANGUAGES)
    for one, other in zip(ours, theirs, strict=True):
        assert (one.slug, one.permissions, one.pages, one.icon) == (
            other.slug,
            other.permissions,
            other.pages,
            other.icon,
        )
        assert len(guide.HEADING.findall(one.text)) == len(guide.HEADING.findall(other.text)), one.slug
        assert len(re.findall(r"^\d+\. ", one.text, re.M)) == len(re.findall(r"^\d+\. ", other.text, re.M))
        assert named_pictures(one) == named_pictures(other), one.slug
        assert sorted(targets(one)) == sorted(targets(other)), one.slug
        assert not re.search("[\u3400-\u9fff]", other.plain), other.slug


def named_pictures(chapter: guide.Chapter) -> list[str]:
    return [name for _words, name in guide.PICTURE.findall(chapter.text)]


def test_every_picture_is_there_described_named_and_can_be_taken_again() -> None:
    known = {shot["name"] for shot in json.loads(SHOTS.read_text(encoding="utf-8"))}
    files = {path.relative_to(settings.BASE_DIR / "static").as_posix() for path in PICTURES.rglob("*.webp")}
    used = set()
    for language, chapter in all_chapters():
        for words, name in guide.PICTURE.findall(chapter.text):
            assert len(words) > 5, f"{chapter.slug}: {name} is described"
            assert name in known, f"{name} stands in guide_pictures.json"
            used.add(picture(name, language))
    assert used == files
    assert {Path(file).stem for file in files} == known


def test_pictures_are_light() -> None:
    for path in PICTURES.rglob("*.webp"):
        assert path.stat().st_size <= KILOBYTES * 1024, path.name
        with Image.open(path) as opened:
            assert opened.width <= 1100, path.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", IN_THE_ADMIN)
def test_every_address_in_the_guide_answers_for_its_reader(
    role: str, language: str, person: Callable, portal: Any
) -> None:
    reader = person("reader", roles=(role,))
    client = of(reader)
    addresses = set()
    for chapter in guide.chapters(reader, language):
        html = write(chapter, reader=reader, language=language).html
        addresses |= set(re.findall(r'<a href="([^"]+)"', html))
    assert len(addresses) > 1
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_every_page_that_a_chapter_explains_exists() -> None:
    from django.apps import apps
    from django.urls import get_resolver

    views = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    for space, (_prefix, resolver) in get_resolver().namespace_dict.items():
        views |= {f"{space}:{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    models = {f"tree:{model._meta.model_name}" for model in apps.get_models()}
    for _language, chapter in all_chapters():
        assert set(chapter.pages) <= views | models, chapter.slug


@pytest.mark.deny
def test_a_link_to_where_the_reader_may_not_go_is_only_words(person: Callable, portal: Any) -> None:
    editor, chief = person("editor", roles=("editor",)), person("chief", roles=("administrator",))
    daily = next(one for one in guide.in_language("zh-hans") if one.slug == "daily")
    settings_page = reverse("office:options", args=["daily"])
    assert settings_page in write(daily, reader=chief, language="zh-hans").html
    html = write(daily, reader=editor, language="zh-hans").html
    assert settings_page not in html
    assert "<b>网站设置</b>" in html


@pytest.mark.deny
def test_a_chapter_can_not_bring_html_of_its_own(person: Callable) -> None:
    chapter = guide.Chapter(
        slug="x",
        title="x",
        summary="x",
        icon="home",
        permissions=(OfficePermission.READ_LOG,),
        pages=(),
        text="<script>alert(1)</script>\n\n[走](page:office:guide) 和 <b onclick=x>粗</b>",
    )
    html = write(chapter, reader=person("reader", roles=("editor",)), language="zh-hans").html
    assert "<script" not in html
    assert "<b onclick" not in html
    assert reverse("office:guide") in html
