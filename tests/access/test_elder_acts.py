"""Elder mode offers every act of the ordinary site, or the telephone that does (U2)."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from foundation.core.models import SiteSettings
from home.models import HomePage
from tests.access.resolver import cases
from tests.access.town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.row("U2")]
TELEPHONE = "tel:057155500112"
# Who looks at the pages: somebody of every standing that a resident can have.
READERS = ("visitor", "newcomer", "owner", "neighbour")
# Machines ask for them, or they are shown to staff alone.
NO_PAGES = {
    "healthz",
    "readyz",
    "robots",
    "sitemap",
    "favicon.ico",
    "file",
    "service_worker",
    "theme",
    "audit_head",
}
# allauth's own pages and the portal's: what the table of routes does not list.
OTHERS = (
    "/",
    "/news/",
    "/notices/",
    "/account/login/",
    "/account/signup/",
    "/account/email/",
    "/account/logout/",
    "/account/password/change/",
    "/account/password/reset/",
    "/account/phone/change/",
    "/account/login/code/",
    "/account/security/",
    "/nowhere/",
)
# The elder home is a page of its own: what it leaves out is one step further, behind its lines and buttons.
HOME = "/"


@pytest.fixture
def office(town: Town) -> Town:
    settings = SiteSettings.for_site(Site.objects.get())
    settings.hotline = "0571-5550-0112"
    settings.save()
    home = HomePage.objects.get()
    home.body = [
        (
            "hero",
            {"title": "彼此照应", "links": [{"label": "注册", "page": None, "address": "/account/signup/"}]},
        ),
        ("news", {"title": "新闻", "count": 6}),
        ("notices", {"title": "公告", "count": 6}),
        ("neighbours", {"title": "邻居们在说", "count": 4}),
        ("phones", {"title": "电话", "phones": [{"name": "医院", "number": "0571-5550-0120", "hours": ""}]}),
        ("welcome", {"title": "三步", "steps": [{"title": "填写", "text": "信息"}]}),
    ]
    home.save_revision().publish()
    return town


@dataclass(frozen=True)
class Page:
    """What a page offers: where its links lead, what its forms and buttons do."""

    soup: BeautifulSoup

    @property
    def acts(self) -> set[str]:
        found = set()
        for link in self.soup.select("a[href]"):
            found.add(f"go {_bare(str(link['href']))}")
        for form in self.soup.select("form"):
            where = f"{form.get('method', 'get')} {_bare(str(form.get('action', '')))}"
            fields = sorted(
                {str(one["name"]) for one in form.select("[name]")} - {"csrfmiddlewaretoken", "once"}
            )
            found.add(f"{where} {fields}")
        for button in self.soup.select("button"):
            found.add(f"press {_bare(str(button.get('formaction', '')))} {_words(button)}")
        return found

    @property
    def forms(self) -> list[Tag]:
        """The forms in which something is filled in or decided; one-button acts have the bar under the header."""
        return [
            form
            for form in self.soup.select("main form[method=post]")
            if form.select("textarea, select, input:not([type=hidden])") and not form.has_attr("hidden")
        ]


def _bare(address: str) -> str:
    """An address without what differs by chance or by mode."""
    return re.sub(r"next=[^&]*", "next", address)


def _words(tag: Tag) -> str:
    return " ".join((str(tag.get("aria-label", "")) or tag.get_text(" ")).split())


def _page(client: Client, path: str, *, elder: bool) -> Page | None:
    client.cookies["elder"] = "1" if elder else "0"
    answer = client.get(path)
    if not answer.headers.get("Content-Type", "").startswith("text/html") or answer.status_code in (
        204,
        301,
        302,
    ):
        return None
    return Page(BeautifulSoup(answer.content.decode(), "html.parser"))


def _paths(town: Town) -> list[str]:
    listed = [
        case.path(town)
        for case in cases()
        if case.method == "GET"
        and case.route not in NO_PAGES
        and not case.route.startswith(("reviews:", "office:", "admin/", "media/"))
    ]
    things = [town.things["article"].get_url(), town.things["notice"].get_url()]
    return list(dict.fromkeys([*OTHERS, *listed, *things]))


# What only one of the two modes can offer: to change into the other one, and the tools of elder mode itself.
def _of_the_mode(act: str) -> bool:
    return "/mode/" in act or "press  长辈版" in act or "press  普通版" in act


@pytest.mark.parametrize("reader", READERS)
def test_nothing_that_one_can_do_is_missing(office: Town, reader: str) -> None:
    client, missing, looked = office.client(reader), {}, 0
    for path in _paths(office):
        ordinary, elder = _page(client, path, elder=False), _page(client, path, elder=True)
        if ordinary is None or elder is None:
            assert (ordinary is None) == (elder is None), path
            continue
        looked += 1
        lost = {act for act in ordinary.acts - elder.acts if not _of_the_mode(act)}
        if path == HOME:
            lost -= _one_step_further(client, elder)
        if lost:
            missing[path] = sorted(lost)
    assert missing == {}
    assert looked > 12


def _one_step_further(client: Client, home: Page) -> set[str]:
    """What one can do on the pages to which the elder home's own lines lead."""
    ways = {str(link["href"]) for link in home.soup.select('main a[href^="/"]')}
    pages = [_page(client, way, elder=True) for way in sorted(ways)]
    return {act for page in pages if page for act in page.acts}


@pytest.mark.parametrize("reader", READERS)
def test_beside_every_form_stands_the_telephone(office: Town, reader: str) -> None:
    client, without, looked = office.client(reader), [], 0
    for path in _paths(office):
        page = _page(client, path, elder=True)
        for form in page.forms if page else []:
            looked += 1
            beside = form.select(f'.by-phone a[href="{TELEPHONE}"]')
            if not beside:
                without.append((path, form.get("action"), _words(form)[:40]))
    assert without == []
    assert looked > 2


@pytest.mark.parametrize("reader", READERS)
def test_the_telephone_stands_at_the_same_place_of_every_page(office: Town, reader: str) -> None:
    """WCAG 3.2.6: under the header for the elderly, in the footer for everybody."""
    client = office.client(reader)
    for path in _paths(office):
        page = _page(client, path, elder=True)
        if page is not None:
            assert page.soup.select_one(f'header + .elder-bar a[href="{TELEPHONE}"]'), path
            assert page.soup.select_one(f'footer .foot__tel a[href="{TELEPHONE}"]'), path


@pytest.mark.deny
def test_without_a_telephone_no_page_promises_one(town: Town) -> None:
    client = town.client("owner")
    for path in ("/", reverse("spaces:post_status"), "/account/signup/"):
        page = _page(client, path, elder=True)
        if page is not None:
            assert not page.soup.select('a[href^="tel:"]'), path


def test_no_page_of_elder_mode_leads_away_unasked(office: Town) -> None:
    """Whatever the editors link to: the address on an elder page is one of the own site."""
    client = office.client("owner")
    for path in _paths(office):
        page = _page(client, path, elder=True)
        for link in page.soup.select("a[href^=http]") if page else []:
            assert urlsplit(str(link["href"])).netloc in ("testserver", "127.0.0.1:8000"), (path, link)
