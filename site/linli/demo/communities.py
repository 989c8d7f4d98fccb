"""The demo's pages of the street and its communities, with plans (P12)."""

from datetime import time
from typing import Any

from django.utils.html import format_html_join
from wagtail.models import Locale

from foundation.accounts.models import User
from foundation.core.models import Place
from home.domain.frame import Frame
from home.models import CommunityPage, Contact, OpeningHours, PlanMarker
from linli.demo.content import read
from linli.demo.portal import Pictures
from news.models import ArticlePage


def make_communities(
    frame: Frame, people: dict[str, User], places: dict[str, Place], pictures: Pictures
) -> None:
    """Publish the pages, and say which news is about which place."""
    content = read("communities")
    frame.communities.intro = content["index"]["intro"]
    frame.communities.save_revision(user=people["editor"]).publish()
    for row in content["pages"]:
        page = CommunityPage(
            place=places[row["place"]],
            owner=people["editor"],
            cover=pictures.get(row["cover"]),
            plan=pictures.get(row["plan"]["name"], row["plan"]["alt"]) if row["plan"] else None,
            introduction=_paragraphs(row["introduction"]),
            **{name: row[name] for name in ("title", "slug", "summary", "address", "phone", "email")},
        )
        _add_parts(page, row)
        frame.communities.add_child(instance=page)
        page.save_revision(user=people["editor"]).publish(
            user=people["reviewer"], skip_permission_checks=True
        )
    for place, slugs in content["articles"].items():
        for article in ArticlePage.objects.filter(slug__in=slugs):
            article.place = places[place]
            revision = article.save_revision(user=people["editor"])
            if article.live:
                revision.publish(user=people["reviewer"], skip_permission_checks=True)


def _paragraphs(texts: list[str]) -> str:
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts))


def _add_parts(page: CommunityPage, row: dict[str, Any]) -> None:
    locale = Locale.get_default()
    page.hours = [
        OpeningHours(
            first_day=first,
            last_day=last,
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
            on_holidays=holidays,
        )
        for first, last, opens, closes, holidays in row["hours"]
    ]
    page.contacts = [
        Contact(name=name, duty=duty, phone=phone, locale=locale) for name, duty, phone in row["contacts"]
    ]
    page.markers = [
        PlanMarker(type=kind, name=name, text=text, x=x, y=y, locale=locale)
        for kind, name, text, x, y in row["markers"]
    ]


def translate_communities(frame: Frame, translated: Any, publish: Any) -> None:
    """Put what is written of them in English into the English tree: `translated` copies a page, `publish` brings it out."""
    content = read("communities")
    publish(translated(frame.communities, **content["index"]["en"]))
    for row in content["pages"]:
        if not (words := row["en"]):
            continue
        page = translated(
            CommunityPage.objects.get(slug=row["slug"], locale=Locale.get_default()),
            introduction=_paragraphs(words["introduction"]),
            **{name: words[name] for name in ("title", "summary", "address")},
        )
        # Put back into the page: what is read from it is read anew each time.
        contacts, markers = list(page.contacts.all()), list(page.markers.all())
        for one, (name, duty) in zip(contacts, words["contacts"], strict=True):
            one.name, one.duty = name, duty
        for one, (name, text) in zip(markers, words["markers"], strict=True):
            one.name, one.text = name, text
        page.contacts, page.markers = contacts, markers
        publish(page)
