"""Whatever stands in `next`, nobody is led to another site: the corpus in tests/data/redirects.txt, every view."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.access.town import Town

pytestmark = [pytest.mark.row("A1", "S2"), pytest.mark.security(19), pytest.mark.deny]


def stays(location: str) -> bool:
    """Say whether a browser that follows stays here: it skips control signs and takes \\ for /."""
    cleaned = re.sub(r"[\x00-\x20]", "", location.strip()).replace("\\", "/")
    try:
        parts = urlsplit(cleaned)
    except ValueError:
        return False
    if parts.scheme:
        return cleaned.lower().startswith(("http://testserver/", "https://testserver/"))
    return not cleaned.startswith("//")


def test_the_judge_knows_a_way_out(ways_out: list[str]) -> None:
    assert sum(not stays(payload) for payload in ways_out) >= 40
    assert stays("/feed/")
    assert stays("http://testserver/feed/")


def led(answer: Any) -> list[str]:
    """Return every address that an answer leads to: the header, htmx's headers, and where it says to go on."""
    names = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "Refresh")
    found = [answer[name] for name in names if name in answer]
    queries = [place.partition("?")[2].partition("#")[0] for place in found]
    return found + [value for query in queries for value in parse_qs(query).get("next", [])]


def test_signing_in_and_out(portal: Any, person: Callable, redirects: list[str]) -> None:
    lin = person("lin")
    out = []
    for payload in redirects:
        cache.clear()
        client = Client()
        data = {"login": "lin@example.org", "password": "pw-lin-2026", "next": payload}
        signed_in = client.post("/account/login/", data)
        assert signed_in.status_code == 302
        again = client.get("/account/login/", {"next": payload})
        away = client.post("/account/logout/", {"next": payload})
        by_query = Client()
        by_query.force_login(lin)
        away_by_query = by_query.post(f"/account/logout/?{urlencode({'next': payload})}")
        out += [
            (payload, place)
            for answer in (signed_in, again, away, away_by_query)
            for place in led(answer)
            if not stays(place)
        ]
    assert out == []


def test_the_doors_that_lead_to_signing_in(portal: Any, person: Callable, redirects: list[str]) -> None:
    """They pass `next` on; signing in is what judges it, so the whole way is walked."""
    person("lin")
    out = []
    for payload in redirects:
        for door in ("/admin/login/", "/_util/login/"):
            cache.clear()
            client = Client()
            first = client.get(door, {"next": payload})
            assert stays(first["Location"])
            wanted = parse_qs(first["Location"].partition("?")[2]).get("next", [""])[0]
            data = {"login": "lin@example.org", "password": "pw-lin-2026", "next": wanted}
            signed_in = client.post(first["Location"], data)
            assert signed_in.status_code == 302
            if not stays(signed_in["Location"]):
                out.append((door, payload, signed_in["Location"]))
    assert out == []


def test_the_pages_where_one_signs_in_link_nowhere_else(portal: Any, redirects: list[str]) -> None:
    from bs4 import BeautifulSoup

    out = []
    for payload in redirects:
        for address in ("/account/login/", "/account/login/code/", "/account/password/reset/"):
            page = BeautifulSoup(Client().get(address, {"next": payload}).content, "html.parser")
            places = [link["href"] for link in page.find_all("a", href=True)]
            places += [form.get("action") or "" for form in page.find_all("form")]
            out += [(address, place) for place in places if not stays(place) and not place.startswith("tel:")]
    assert out == []


def test_every_form_that_goes_back(town: Town, redirects: list[str], whole: bool) -> None:
    post, client, out = town.things["post"], town.client("neighbour"), []
    addresses = [
        (reverse("social:react", args=[post.public_id]), {"liked": "1"}),
        (reverse("social:share", args=[post.public_id]), {"text": "看"}),
        (reverse("social:follow", args=["owner"]), {}),
        (reverse("social:unfollow", args=["owner"]), {}),
        (reverse("social:comment", args=["post", post.public_id]), {"text": "好"}),
    ]
    for number, payload in enumerate(redirects):
        # They share one way back: the first goes through the whole corpus, each of the others through some of it.
        for address, data in addresses if whole or number % 9 == 0 else addresses[:1]:
            answer = client.post(address, {**data, "next": payload})
            assert answer.status_code == 302
            out += [(address, payload, place) for place in led(answer) if not stays(place)]
        answer = client.get(reverse("display_mode", args=["elder"]), {"next": payload})
        assert answer.status_code == 302
        out += [("mode", payload, place) for place in led(answer) if not stays(place)]
    assert out == []


def test_a_way_back_on_the_own_site_is_kept(town: Town) -> None:
    client = town.client("neighbour")
    answer = client.post(reverse("social:follow", args=["owner"]), {"next": "/feed/?before=3"})
    assert answer["Location"] == "/feed/?before=3"
    assert client.get(reverse("display_mode", args=["ordinary"]), {"next": "/news/"})["Location"] == "/news/"


def test_a_doubled_slash_at_the_front_leads_nowhere_else(client: Client, portal: Any) -> None:
    """Django adds the missing slash at the end: `//e.vil` must not become an address elsewhere."""
    for path in ("//e.vil", "//e.vil/account/login", "///e.vil/u/nobody", "/%2f/e.vil", "/\\e.vil/news"):
        answer = client.generic("GET", path)
        assert all(stays(place) for place in led(answer)), path


@pytest.mark.parametrize("word", ["id", "feed", "spaces:feed", "account_login", ""])
def test_a_word_is_no_way_back_even_where_a_view_is_called_so(town: Town, word: str) -> None:
    client = town.client("neighbour")
    assert client.get(reverse("display_mode", args=["elder"]), {"next": word})["Location"] == "/"
    followed = client.post(reverse("social:follow", args=["owner"]), {"next": word})
    assert followed["Location"] == town.people["owner"].space_url
    assert stays(client.post("/account/logout/", {"next": word})["Location"])
