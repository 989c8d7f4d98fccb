"""What the packages show is all in one language (P11): no English among the Chinese, no Chinese among the English.

An editor who is also an administrator opens what her roles let her open of Wagtail's admin, and a resident the
account pages; everything that is seen or read aloud counts, except names and content.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.models import Page
from wagtail.users.models import UserProfile

from foundation.core.models import PortalImage
from news.models import Channel
from tools.catalogues import ROOT, compile_all

pytestmark = [pytest.mark.row("P11"), pytest.mark.django_db]
READ_ALOUD = ("placeholder", "title", "alt", "aria-label", "aria-description")
# What runs of Latin letters may stand in a Chinese page: addresses, files and models by name, then whole words.
BY_NAME = re.compile(r"https?://\S+|/[\w/.-]+|@\w+|\b[\w-]+\.[a-z]{2,}\b|\S+@\S+")
LATIN = re.compile(r"[A-Za-z]{2,}")
NAMES = {"Authenticator", "English", "JavaScript", "Microsoft", "Wagtail", "audit", "verify"}
FORMATS = {
    "API",
    "AVIF",
    "CSV",
    "GIF",
    "HEIC",
    "HTML",
    "JPEG",
    "JPG",
    "KB",
    "MB",
    "PDF",
    "PNG",
    "QR",
    "SMS",
    "URL",
    "WEBP",
    "XLSX",
}
KEYS = {"Alt", "Ctrl", "Enter", "Esc", "Shift", "Tab"}
HAN = re.compile(r"[\u3400-\u9fff]+")
# What people wrote, in the language they wrote it in; and the name of Chinese, which is its own.
CONTENT = re.compile(
    "银杏里社区|银杏黄了|今年的银杏叶比往年早黄了一周。|春天来了|林一|梧桐街道|青石桥社区|3 号楼|社区新闻|社区要闻|通知公告|社区一览"
    "|先审后发|统一审核|全家福|章程|邻里|实名lin|简体中文"
)
PAGES = """
pages/ pages/{root}/ pages/{news}/ pages/{news}/?q=银 pages/{home}/edit/ pages/{page}/edit/ pages/{waiting}/edit/
pages/{page}/history/ pages/{page}/usage/ pages/{page}/delete/ pages/{page}/unpublish/ pages/{page}/copy/
pages/{page}/move/ pages/{page}/privacy/ pages/{waiting}/workflow_history/
pages/{page}/revisions/compare/earliest...latest/ pages/add/news/articlepage/{news}/ pages/search/?q=银
pages/usage/news/articlepage/ choose-page/ choose-page/{news}/ choose-external-link/ choose-email-link/
choose-phone-link/ choose-anchor-link/ bulk/wagtailcore/page/delete/?id={page} bulk/wagtailcore/page/move/?id={page}
bulk/wagtailcore/page/publish/?id={page} bulk/wagtailcore/page/unpublish/?id={page}
"""
FILES = """
documents/ documents/add/ documents/edit/{document}/ documents/delete/{document}/ documents/multiple/add/
documents/usage/{document}/ documents/chooser/ images/ images/add/ images/{image}/ images/{image}/delete/
images/multiple/add/ images/usage/{image}/ images/chooser/ images/chooser/{image}/select_format/ embeds/chooser/
bulk/core/portalimage/add_tags/?id={image} bulk/core/portalimage/delete/?id={image}
bulk/wagtaildocs/document/delete/?id={document}
"""
REST = """
snippets/ snippets/news/channel/ snippets/news/channel/add/ snippets/news/channel/edit/{channel}/
snippets/news/channel/delete/{channel}/ snippets/news/channel/history/{channel}/ snippets/news/channel/usage/{channel}/
snippets/choose/news/channel/ reports/locked/ reports/workflow/ reports/workflow_tasks/ reports/site-history/
reports/aging-pages/ reports/page-types-usage/ account/ reviews/ reviews/settings/ reviews/words/ reviews/sanctions/
roles/ roles/lin/ audit/ audit/alarms/ community/ community/places/ rights/
"""
ACCOUNT = """
login/ login/code/ signup/ password/reset/ password/reset/done/ password/change/ email/ confirm-email/
confirm-email/wrong/ inactive/ reauthenticate/ phone/change/ logout/ security/ security/totp/activate/
security/recovery-codes/generate/ security/webauthn/add/ verification/ profile/
"""


def labels(value: Any) -> Iterator[str]:
    """The words in what a script is given to draw."""
    if isinstance(value, dict):
        yield from (value[key] for key in ("label", "placeholder") if isinstance(value.get(key), str))
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from labels(inner)


def is_unseen(tag: Tag) -> bool:
    """What nobody sees, and the names of time zones: a script puts each one's Chinese name beside it."""
    return (
        tag.name in ("script", "style", "code")
        or tag.has_attr("hidden")
        or str(tag.get("name", "")).endswith("time_zone")
    )


def shown(answer: Any) -> Iterator[str]:
    """What somebody sees or hears of a page or a dialog, piece by piece."""
    text = answer.content.decode()
    if answer["Content-Type"].startswith("application/json"):
        text = json.loads(text)["html"]
    soup = BeautifulSoup(text, "html.parser")
    if menu := soup.find("script", id="wagtail-sidebar-props"):
        yield from labels(json.loads(menu.string or ""))
    for tag in soup.find_all(is_unseen):
        if not tag.decomposed:
            tag.decompose()
    for tag in soup.find_all(True):
        yield from (str(tag[name]) for name in READ_ALOUD if tag.get(name))
        if tag.name == "input" and tag.get("type") in ("submit", "button"):
            yield str(tag.get("value", ""))
    yield from (str(one) for one in soup.find_all(string=True) if not isinstance(one, PreformattedString))


def english_in(answer: Any, names: set[str]) -> set[str]:
    """The pieces of a Chinese page that say something in English."""
    allowed = NAMES | FORMATS | KEYS | names
    return {one.strip() for one in shown(answer) if set(LATIN.findall(BY_NAME.sub(" ", one))) - allowed}


def chinese_in(answer: Any) -> set[str]:
    """The pieces of an English page that say something in Chinese, besides what people wrote."""
    return {one.strip() for one in shown(answer) if HAN.search(CONTENT.sub("", one))}


@pytest.fixture
def editor(client: Any, portal: Any, person: Callable) -> Callable[[str], Any]:
    """Sign somebody in who edits, reviews and administers, with the language she prefers."""

    def prefers(language: str) -> Any:
        user = person("lin", display="林一", roles=("editor", "reviewer", "administrator"))
        UserProfile.objects.create(user=user, preferred_language=language)
        client.force_login(user)
        return user

    return prefers


@pytest.fixture
def there_is(portal: Any, article: Callable, picture: Callable) -> Callable[[Any], dict[str, int]]:
    """Write a page with history, one that waits for review, an image and a document; return their numbers."""

    def write(user: Any) -> dict[str, int]:
        page, waiting = article("银杏黄了"), article("春天来了", live=False)
        page.save_revision(user=user, log_action=True)
        waiting.save_revision(user=user)
        waiting.get_workflow().start(waiting, user)
        image = PortalImage.objects.create(title="全家福", file=picture())
        document = Document.objects.create(title="章程", file=ContentFile(b"a", name="a.pdf"))
        return {
            "root": Page.objects.get(depth=1).pk,
            "home": portal.home.pk,
            "news": portal.news.pk,
            "page": page.pk,
            "waiting": waiting.pk,
            "image": image.pk,
            "document": document.pk,
            "channel": Channel.objects.get().pk,
        }

    return write


def opened(client: Any, addresses: str, numbers: dict[str, int]) -> Iterator[tuple[str, Any]]:
    """Open every address, which has to be there."""
    for address in ["/admin/", *(f"/admin/{one}" for one in addresses.format(**numbers).split())]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        yield address, answer


@pytest.mark.parametrize("addresses", [PAGES, FILES, REST], ids=["pages", "files", "rest"])
def test_no_english_stands_in_the_chinese_admin(
    client: Any, editor: Callable, there_is: Callable, addresses: str
) -> None:
    compile_all()
    numbers = there_is(editor("zh-hans"))
    found = {
        address: words
        for address, answer in opened(client, addresses, numbers)
        if (words := english_in(answer, {"lin"}))
    }
    assert found == {}


@pytest.mark.parametrize("addresses", [PAGES, FILES, REST], ids=["pages", "files", "rest"])
def test_no_chinese_stands_in_the_english_admin(
    client: Any, editor: Callable, there_is: Callable, addresses: str
) -> None:
    compile_all()
    numbers = there_is(editor("en"))
    found = {
        address: words
        for address, answer in opened(client, addresses, numbers)
        if (words := chinese_in(answer))
    }
    assert found == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_refusal_and_a_wrong_address_speak_the_editors_language(
    client: Any, editor: Callable, language: str
) -> None:
    compile_all()
    editor(language)
    refused = client.get("/admin/sites/", follow=True)
    assert ("抱歉，您没有权限访问这里。" in refused.content.decode()) == (language == "zh-hans")
    for answer in (refused, client.get("/admin/nowhere/")):
        assert not (english_in(answer, {"lin"}) if language == "zh-hans" else chinese_in(answer))


def test_a_role_is_called_by_its_name_where_wagtail_lists_groups(editor: Callable) -> None:
    editor("zh-hans")
    assert {str(group) for group in Group.objects.all()} >= {"编辑", "审稿人", "管理员"}
    assert not [
        str(group) for group in Group.objects.all() if LATIN.findall(str(group).replace("Wagtail", ""))
    ]


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_account_pages_of_the_packages_show_a_resident_one_language(
    client: Any, portal: Any, person: Callable, signed_in: bool, language: str
) -> None:
    compile_all()
    person("lin")
    prefix = "" if language == "zh-hans" else "/en"
    if signed_in:
        client.post(f"{prefix}/account/login/", {"login": "lin@example.org", "password": "pw-lin-2026"})
    found = {}
    for address in ACCOUNT.split():
        answer = client.get(f"{prefix}/account/{address}", follow=True)
        assert answer.status_code == 200, address
        # Whoever has nothing to do there is sent to the front page, whose content is Chinese.
        if answer.request["PATH_INFO"] == f"{prefix}/":
            continue
        found[address] = english_in(answer, {"lin"}) if language == "zh-hans" else chinese_in(answer)
    assert {address: words for address, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("login/", {"login": "lin@example.org", "password": "wrong"}),
        ("signup/", {"email": "no address", "password1": "123"}),
        ("password/reset/", {"email": "no address"}),
        ("login/code/", {"email": "no address", "phone": "1"}),
    ],
)
def test_what_a_form_objects_to_is_said_in_chinese(
    client: Any, portal: Any, person: Callable, address: str, wrong: dict[str, str]
) -> None:
    compile_all()
    person("lin")
    answer = client.post(f"/account/{address}", wrong, follow=True)
    assert answer.status_code in (200, 422)
    assert BeautifulSoup(answer.content, "html.parser").select("[class*=error], [role=alert]")
    assert english_in(answer, {"lin"}) == set()


def test_our_copies_of_wagtails_templates_are_wagtails_but_for_the_words() -> None:
    import wagtail.admin

    def plain(text: str) -> str:
        text = text.replace('|default_if_none:""', "").replace("/>", ">")
        return re.sub(r"{#.*?#}|{% comment.*?endcomment %}|{% load .*?%}|\s", "", text, flags=re.DOTALL)

    theirs = (ROOT / wagtail.admin.__path__[0]) / "templates"
    for path in (ROOT / "templates" / "wagtailadmin").rglob("*.html"):
        name = path.relative_to(ROOT / "templates")
        # What extends Wagtail's own of the same name is no copy.
        if f'{{% extends "{name}" %}}' in path.read_text(encoding="utf-8"):
            continue
        ours = re.sub(r'{% trans "(Search|Actions)" %}', r"\1", path.read_text(encoding="utf-8"))
        assert plain(ours) == plain((theirs / name).read_text(encoding="utf-8")), name


def test_an_editor_chooses_her_language_for_herself(client: Any, editor: Callable) -> None:
    user = editor("zh-hans")
    page = client.get("/admin/account/")
    assert {panel.name for panels in page.context["panels_by_tab"].values() for panel in panels} >= {
        "locale",
        "theme",
    }
    chosen = {
        "locale-preferred_language": "en",
        "locale-current_time_zone": "Asia/Shanghai",
        "theme-theme": "dark",
        "theme-contrast": "system",
        "theme-density": "default",
        "theme-keyboard_shortcuts": "on",
    }
    assert client.post("/admin/account/", chosen).url == "/admin/account/"
    profile = UserProfile.objects.get(user=user)
    assert (profile.preferred_language, profile.current_time_zone, profile.theme) == (
        "en",
        "Asia/Shanghai",
        "dark",
    )


@pytest.mark.parametrize(("language", "address"), [("en", "/en/operations/"), ("zh-hans", "/operations/")])
def test_the_menu_leads_to_pages_in_the_language_of_the_admin(
    client: Any, editor: Callable, language: str, address: str
) -> None:
    editor(language)
    page = client.get("/admin/").content.decode()
    assert f'"{address}"' in page
