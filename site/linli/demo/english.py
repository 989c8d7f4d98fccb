"""Some of the demo's pages in English; what is not translated is read in Chinese (P11)."""

from typing import Any
from uuid import uuid4

from django.utils.html import escape
from wagtail.models import Locale, Page

from foundation.accounts.models import User
from home.domain.frame import Frame
from home.elder import as_tiles
from linli.demo.communities import translate_communities
from linli.demo.content import read
from news.models import ArticlePage, Channel, NoticePage


def make_english(frame: Frame, people: dict[str, User]) -> None:
    """Translate the front page, the lists and channels, and a few articles, notices and communities."""
    words, locale = read("english"), Locale.objects.get(language_code="en")
    for slug, name in words["channels"].items():
        channel = Channel.objects.columns().get(slug=slug).copy_for_translation(locale)
        channel.name = name
        channel.save()
    home = words["home"]
    _publish(
        _translated(frame.home, locale, people, title=home["title"]),
        people,
        body=_front(home),
        elder_tiles=as_tiles(home["tiles"]),
    )
    for page, key in ((frame.news, "news"), (frame.notices, "notices")):
        _publish(_translated(page, locale, people, **words[key]), people)
    for model, rows in ((ArticlePage, words["articles"]), (NoticePage, words["notices_list"])):
        for row in rows:
            page = model.objects.get(slug=row["slug"], locale=Locale.get_default())
            body = [{"type": "paragraph", "value": f"<p>{escape(text)}</p>"} for text in row["paragraphs"]]
            made = _translated(page, locale, people, title=row["title"], summary=row["summary"])
            _publish(made, people, body=body)
    translate_communities(
        frame,
        lambda page, **values: _translated(page, locale, people, **values),
        lambda page: _publish(page, people),
    )


def _translated(page: Page, locale: Locale, people: dict[str, User], **values: Any) -> Any:
    made = page.specific.copy_for_translation(locale)
    made.owner = people["editor"]
    for name, value in values.items():
        setattr(made, name, value)
    made.draft_title = made.title
    return made


def _publish(page: Any, people: dict[str, User], **values: Any) -> None:
    for name, value in values.items():
        setattr(page, name, value)
    page.save()
    page.save_revision(user=people["editor"]).publish(user=people["reviewer"], skip_permission_checks=True)


def _items(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "item", "value": row, "id": str(uuid4())} for row in rows]


def _front(home: dict[str, Any]) -> list[dict[str, Any]]:
    tiles = [{"text": "", "page": None, "address": "", "phone": "", **tile} for tile in home["tiles"]]
    links = _items([{**link, "page": None} for link in home["hero"]["links"]])
    return [
        {"type": "hero", "value": {**home["hero"], "image": None, "links": links}},
        {"type": "today", "value": None},
        {"type": "services", "value": {"title": home["services_title"], "tiles": _items(tiles)}},
        {"type": "news", "value": {"title": home["news"], "count": 6}},
        {"type": "notices", "value": {"title": home["notices"], "count": 6}},
        {"type": "phones", "value": {"title": home["phones_title"], "phones": _items(home["phones"])}},
        {"type": "welcome", "value": {"title": home["welcome_title"], "steps": _items(home["welcome"])}},
        {"type": "neighbours", "value": {"title": home["neighbours"], "count": 4}},
        {"type": "help", "value": {"title": home["help"], "count": 2}},
        {"type": "figures", "value": {"title": home["figures"]}},
    ]
