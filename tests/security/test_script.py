"""Whatever somebody writes into any field stays text on every page that shows it.

The corpus in tests/data/scripts.txt goes through the forms' and the domain's own doors; the pages are parsed.
"""

import json
from collections.abc import Callable, Iterator
from itertools import batched
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from foundation.accounts.domain.profile import change_profile
from foundation.accounts.models.profile import default_levels
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.files import pictures
from foundation.social.domain import comments, follows, posts

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.row("P1", "S1", "S2"),
    pytest.mark.security(11),
    pytest.mark.deny,
]
NEVER = ("iframe", "object", "embed", "base", "math", "marquee", "frame", "applet", "animate", "style")
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "background")
OWN_SCRIPTS = ("/static/", "/admin/jsi18n/")


def faults(html: str) -> list[str]:
    """Name what on a page could run: the site itself has no inline code at all."""
    found = []
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        if element.name in NEVER:
            found.append(f"<{element.name}>")
        # A block of data is no code: browsers run no such type.
        if (
            element.name == "script"
            and element.get("type") != "application/json"
            and (element.get_text() or not str(element.get("src")).startswith(OWN_SCRIPTS))
        ):
            found.append(str(element)[:80])
        if element.name == "link" and "e.vil" in str(element.get("href")):
            found.append(str(element))
        if element.name == "meta" and element.get("http-equiv"):
            found.append(str(element))
        for name, value in element.attrs.items():
            said = "".join(str(value).split()).lower()
            if (
                name.startswith(("on", "hx-on"))
                or '"' in name
                or "<" in name
                or (name == "style" and "url" in said)
            ):
                found.append(f"{element.name} {name}={value}")
            if name in ADDRESSES and said.startswith(("javascript:", "vbscript:", "data:text", "//e.vil")):
                found.append(f"{element.name} {name}={value}")
    return found


def test_the_parser_sees_what_it_is_to_see(scripts: list[str]) -> None:
    """Unescaped, most of the corpus is a fault; a checker that finds nothing proves nothing."""
    seen = [payload for payload in scripts if faults(f"<p>{payload}</p>") or faults(f'<i title="{payload}">')]
    assert len(scripts) >= 60
    assert len(seen) >= 45


def pages(client: Client, address: str) -> Iterator[str]:
    """Give a list's pages one after another."""
    for number in range(1, 12):
        answer = client.get(address, {"page": number})
        if answer.status_code != 200 or (number > 1 and f"page={number - 1}" not in answer.content.decode()):
            return
        yield answer.content.decode()


def check(html: str, *, holds: str = "") -> None:
    assert faults(html) == []
    check_told(html, holds)


def check_admin(html: str, *, holds: str = "") -> None:
    """Wagtail's admin has inline code of its own; nothing of ours may be in it."""
    assert [
        fault for fault in faults(html) if "alert" in fault or "e.vil" in fault or "msgbox" in fault
    ] == []
    check_told(html, holds)


def check_told(html: str, holds: str) -> None:
    if holds:
        assert holds in html, "the page does not show what was written: the test would prove nothing"


def by_three(payloads: list[str]) -> Iterator[tuple[str, ...]]:
    return batched([*payloads, *payloads[: -len(payloads) % 3]], 3, strict=True)


@pytest.fixture
def writers(person: Callable, portal: Any, payloads: list[str]) -> list[tuple[tuple[str, ...], Any]]:
    """Neighbours who have one payload or another wherever a profile takes text, each with three to write."""
    made = []
    for number, (one, two, three) in enumerate(by_three(payloads)):
        writer = person(f"w{number}")
        values = {"bio": f"{one} {two}", "location": two[:60], "occupation": three[:40], "hobbies": one[:80]}
        name = " ".join((one, two, three)[number % 3].split())[:20]
        change_profile(writer, by=writer, display_name=name, values=values, levels=default_levels())
        made.append(((one, two, three), writer))
    return made


def test_profiles_statuses_comments_topics_names_and_notices(
    writers: list[tuple[tuple[str, ...], Any]], person: Callable, drain: Callable
) -> None:
    owner = person("owner")
    reader, mine = Client(), Client()
    reader.force_login(person("reader"))
    mine.force_login(owner)
    target = posts.post_status(by=owner, text="看看", scope=Scope(PUBLIC))
    topics = {"a/b", "/"}
    posts.post_status(by=owner, text="#a/b# #/#", scope=Scope(PUBLIC))
    for wrote, writer in writers:
        for payload in wrote:
            post = posts.post_status(by=writer, text=f"{payload} @owner", scope=Scope(PUBLIC))
            posts.edit_post(post, by=writer, text=f"改 {payload}", scope=Scope(PUBLIC))
            comments.comment(by=writer, target=target, text=payload)
            topics |= set(post.topics.values_list("name", flat=True))
        follows.follow(owner, by=writer)
        check(reader.get(writer.space_url).content.decode(), holds="改 ")
    for address in (target.url, reverse("messaging:notifications")):
        for html in pages(mine, address):
            check(html, holds="alert(1)")
    first = posts.Post.objects.filter(author=writers[0][1]).first()
    check(
        reader.get(reverse("spaces:history", args=[writers[0][1].username, first.public_id])).content.decode()
    )
    for topic in topics:
        check(reader.get(reverse("spaces:topic", args=[topic])).content.decode())
    check(reader.get("/").content.decode())
    follower = person("follower")
    for _wrote, writer in writers:
        follows.follow(writer, by=follower)
    mine.force_login(follower)
    check(mine.get("/feed/").content.decode(), holds="alert(1)")


def test_descriptions_of_pictures_and_names_of_files(
    person: Callable, portal: Any, picture: Callable, payloads: list[str]
) -> None:
    lin = person("lin")
    client = Client()
    client.force_login(lin)
    for start in range(0, len(payloads), 9):
        some = payloads[start : start + 9]
        files = [picture(name=f"{payload.replace('/', '_')[:60]}.jpg", size=(16, 12)) for payload in some]
        sent = {"text": "", "scope": "public", "pictures": files, "description": some}
        assert client.post("/feed/post/", sent).status_code == 302
    for post in posts.Post.objects.all():
        post.post_pictures.first().file.__class__.objects.update(state="ready")
        check(client.get(post.url).content.decode(), holds='alt="')
    assert not any("alert" in str(path) for path in pictures.StoredFile.objects.first().directory.iterdir())


def test_what_is_refused_comes_back_as_text(
    person: Callable, portal: Any, payloads: list[str], every: Callable
) -> None:
    """Forms show again what was typed: refused claims, comments, statuses, searches, and the page of a refusal."""
    lin, newcomer = Client(), Client()
    lin.force_login(person("lin"))
    newcomer.force_login(person("newcomer", verified=False))
    visitor = Client()
    for one, two, three in by_three(payloads):
        claim = {
            "real_name": one,
            "number": two,
            "phone": three,
            "birthday": one,
            "document": two,
            "place": three,
        }
        answer = newcomer.post("/account/verification/", claim)
        assert answer.status_code == 422
        assert "real_name" in answer.context["form"].errors
        check(answer.content.decode())
    for payload in every(payloads, 3):
        check(visitor.post("/feed/post/", {"text": payload, payload: payload}).content.decode())
        check(lin.post("/feed/post/", {"text": payload, "scope": payload}).content.decode())
    for payload in every(payloads, 8):
        check(visitor.get("/news/", {"q": payload, "tag": payload, "channel": payload}).content.decode())
        check(visitor.get("/account/login/", {"next": payload}).content.decode())
        check(visitor.get(f"/u/{payload.replace('/', '')}/").content.decode())
        check(visitor.post("/account/password/reset/", {"email": payload}).content.decode())
        check(lin.post("/account/profile/", {"display_name": payload, "bio": payload * 9}).content.decode())


def test_the_reviewer_s_reason_and_what_reviewers_read(
    person: Callable, places: dict, article: Callable, payloads: list[str]
) -> None:
    from foundation.moderation.domain import inbox
    from foundation.moderation.models import ReviewItem
    from tests.access.town import claim_of

    staff, reviewer = person("staff", roles=("staff",)), person("reviewer", roles=("reviewer",))
    page, mine = article(), Client()
    desk = {"claim": Client(), "comment": Client()}
    desk["claim"].force_login(staff)
    desk["comment"].force_login(reviewer)
    newcomer = person("newcomer", verified=False, display="<b onclick=alert(1)>")
    mine.force_login(newcomer)
    text, reasons = "\n".join(payloads), []
    while text:
        reasons, text = [*reasons, text[:300]], text[300:]
    for reason in reasons:
        claim = claim_of(newcomer, places["ginkgo"])
        item = ReviewItem.objects.get(kind="claim", object_id=str(claim.pk))
        check_admin(desk["claim"].get(reverse("reviews:item", args=[item.public_id])).content.decode())
        inbox.decide(item, approved=False, reason=reason, by=staff)
        check(mine.get("/account/verification/").content.decode(), holds="alert")
        check(mine.get("/notifications/").content.decode())
        check_admin(desk["claim"].get(reverse("reviews:list"), {"state": "decided"}).content.decode())
    commenter = person("commenter")
    comments.comment(by=commenter, target=page, text="".join(payloads)[:1000])
    item = ReviewItem.objects.get(kind="comment")
    html = desk["comment"].get(reverse("reviews:item", args=[item.public_id])).content.decode()
    body = BeautifulSoup(html, "html.parser").find(class_="review-body")
    assert body is not None
    assert body.find_all(lambda element: element.name not in ("p", "br")) == []


def test_articles_and_notices(portal: Any, article: Callable, client: Client, payloads: list[str]) -> None:
    """Rich text goes through the editor's own conversion, as the admin's form does it."""
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    from news.blocks import RICH
    from news.models import NoticePage

    converter = ContentstateConverter(features=RICH)
    body: list[Any] = []
    for payload in payloads:
        link = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": payload}}
        block = {"key": "a", "text": payload, "type": "unstyled", "depth": 0, "inlineStyleRanges": []}
        block["entityRanges"] = [{"key": 0, "offset": 0, "length": len(payload)}]
        rich = converter.to_database_format(json.dumps({"blocks": [block], "entityMap": {"0": link}}))
        table = {"data": [[payload]], "table_caption": payload, "first_row_is_table_header": False}
        body += [
            ("heading", payload[:60]),
            ("paragraph", rich),
            ("quote", {"text": payload, "source": payload[:60]}),
            ("table", table),
            ("call", {"label": payload[:40], "number": payload[:30], "hours": payload[:60]}),
        ]
    for number, (one, two, three) in enumerate(by_three(payloads)):
        page = article(one, slug=f"x{number}", summary=two, byline=three[:40], source=one[:40])
        if number == 0:
            page.body = body
            page.save_revision().publish()
        if number % 4 == 0:
            check(client.get(page.url).content.decode(), holds="article__summary")
    notice = NoticePage(title=payloads[0], slug="n", summary=payloads[1], audience=payloads[2])
    portal.notices.add_child(instance=notice)
    notice.body = body
    notice.save_revision().publish()
    for address in (notice.url, "/notices/", "/", "/en/"):
        check(client.get(address).content.decode())
    for html in pages(client, "/news/"):
        check(html, holds="&lt;")
    for feed in ("/news/rss/", "/news/atom/", "/sitemap.xml"):
        ElementTree.fromstring(client.get(feed).content)


def test_a_link_of_the_front_page_leads_somewhere(scripts: list[str]) -> None:
    from home.blocks.links import LinkBlock

    block = LinkBlock()
    for address in [*scripts, "javascript:alert(1)", " javascript:alert(1)", "//e.vil", "/\\e.vil"]:
        if not address.startswith(("https://", "#")):
            with pytest.raises(ValidationError):
                block.clean(block.to_python({"label": "去", "address": address}))
    for address in ("https://example.org/", "/news/", "tel:12345", "mailto:a@example.org", ""):
        block.clean(block.to_python({"label": "去", "address": address}))


HOOK = "for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => window.__ran(name)"


def test_a_browser_runs_none_of_it(
    desktop: Any, sign_in: Callable, person: Callable, article: Callable, payloads: list[str]
) -> None:
    """Every page that shows the corpus, in Chromium; `desktop` also fails on anything the policy had to stop."""
    lin, zhou = person("lin"), person("zhou", display="<img src=x onerror>")
    target = posts.post_status(by=lin, text="看看", scope=Scope(PUBLIC))
    for payload in payloads:
        posts.post_status(by=zhou, text=payload, scope=Scope(PUBLIC))
        comments.comment(by=zhou, target=target, text=payload)
    follows.follow(zhou, by=lin)
    page = article(payloads[0], summary=payloads[2])
    page.body = [("quote", {"text": payload, "source": payload[:60]}) for payload in payloads]
    page.save_revision().publish()
    ran: list[str] = []

    def noted(name: str) -> None:
        ran.append(name)

    desktop.expose_function("__ran", noted)
    desktop.add_init_script(HOOK)
    sign_in(desktop, "lin")
    addresses = [
        zhou.space_url,
        f"{zhou.space_url}?page=2",
        target.url,
        "/feed/",
        "/notifications/",
        "/",
        page.url,
    ]
    for address in addresses:
        desktop.goto(address)
        desktop.wait_for_load_state("networkidle")
        ran += [link.get_attribute("href") for link in desktop.query_selector_all("a[href^='javascript' i]")]
    assert ran == []
