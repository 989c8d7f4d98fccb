"""The demo's front page, news and notices."""

from typing import Any
from uuid import uuid4

from django.core.files.images import ImageFile
from django.utils import timezone
from django.utils.html import escape
from wagtail.models import Site

from foundation.accounts.models import User
from foundation.core.models import PortalImage, SiteSettings
from foundation.moderation.models import ReviewItem
from foundation.social.domain import comments
from foundation.social.models import Comment
from home.domain.frame import Frame
from home.elder import as_tiles
from linli.demo.content import ago, picture, read
from news.models import ArticlePage, ArticleViews, Channel


class Pictures:
    """Editors' pictures, each stored once."""

    def __init__(self, editor: User) -> None:
        self.editor = editor
        self._made: dict[str, PortalImage] = {}

    def get(self, name: str, alt: str = "") -> PortalImage:
        """Return the picture of that name."""
        if name not in self._made:
            file = ImageFile(picture(name), name=f"{name}.webp")
            self._made[name] = PortalImage.objects.create(
                title=alt or name, description=alt, file=file, uploaded_by_user=self.editor
            )
        return self._made[name]


def make_settings(site: Site) -> None:
    """Name the community and how it is reached."""
    settings = SiteSettings.for_site(site)
    for field, value in read("home")["settings"].items():
        setattr(settings, field, value)
    settings.save()


def _image(pictures: Pictures, row: dict[str, Any]) -> dict[str, Any]:
    return {"image": pictures.get(row["name"], row["alt"]).pk, "alt_text": row["alt"], "decorative": False}


def body_of(rows: list[dict[str, Any]], pictures: Pictures) -> list[dict[str, Any]]:
    """Return the content as StreamField's own JSON."""
    body = []
    for row in rows:
        kind, value = row["type"], row["value"]
        match kind:
            case "paragraph":
                value = f"<p>{escape(value)}</p>"
            case "list":
                kind, value = (
                    "paragraph",
                    "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in value) + "</ul>",
                )
            case "picture":
                value = {"image": _image(pictures, value), "caption": value["caption"]}
            case "gallery":
                value = {
                    "pictures": _items([{"image": _image(pictures, item), "caption": ""} for item in value])
                }
            case "table":
                value = {"data": value, "first_row_is_table_header": True, "first_col_is_header": False}
        body.append({"type": kind, "value": value})
    return body


def make_news(frame: Frame, people: dict[str, User], pictures: Pictures) -> None:
    """Publish the articles at their times; some wait for the reviewer, one for its day."""
    content = read("articles")
    for position, row in enumerate(content["channels"]):
        Channel.objects.update_or_create(
            slug=row["slug"], defaults={"name": row["name"], "position": position}
        )
    channels = {channel.slug: channel for channel in Channel.objects.all()}
    for row in sorted(content["articles"], key=lambda row: -row["days_ago"]):
        page = ArticlePage(
            title=row["title"],
            slug=row["slug"],
            channel=channels[row["channel"]],
            summary=row["summary"],
            cover=pictures.get(row["cover"]),
            published_on=ago(row["days_ago"]),
            byline=row["byline"],
            source=row["source"],
            body=body_of(row["body"], pictures),
            owner=people["editor"],
            live=False,
        )
        frame.news.add_child(instance=page)
        page.tags.add(*row["tags"])
        _bring_out(page, row, people)
        make_comments(page, row["comments"], people)


def _bring_out(page: ArticlePage, row: dict[str, Any], people: dict[str, User]) -> None:
    """Publish, submit or schedule an article, as its state says."""
    if row["state"] == "scheduled":
        page.go_live_at = ago(row["days_ago"])
    revision = page.save_revision(user=people["editor"])
    if row["state"] == "in_review":
        page.get_workflow().start(page, people["editor"])
        return
    # The review itself happened weeks ago: what the inbox approved is published without a right of its own.
    revision.publish(user=people["reviewer"], skip_permission_checks=True)
    if row["state"] == "live":
        moment = ago(row["days_ago"])
        ArticlePage.objects.filter(pk=page.pk).update(first_published_at=moment, last_published_at=moment)
        ArticleViews.objects.create(article=page, count=60 + int(37 * row["days_ago"]) % 900)


def make_comments(
    target: Any, rows: list[dict[str, Any]], people: dict[str, User], parent: Any = None
) -> None:
    """Write comments through the same door as everybody, then put them back to their time."""
    for row in rows:
        made = comments.comment(by=people[row["author"]], target=target, text=row["text"], reply_to=parent)
        if made.waiting and row.get("state") != "waiting":
            comments.decide_comment(made, approved=True, reason="", by=people["editor"])
            ReviewItem.objects.filter(kind="comment", object_id=str(made.pk)).update(
                state="approved", decided_by=people["editor"], decided_at=timezone.now()
            )
        Comment.objects.filter(pk=made.pk).update(submit_date=ago(row["days_ago"]))
        made.refresh_from_db()
        make_comments(target, row["replies"], people, parent=made)


def make_front_page(frame: Frame, pictures: Pictures) -> None:
    """Arrange the front page."""
    content = read("home")
    links = _items([{**link, "page": None} for link in content["hero"]["links"]])
    gallery = _items(
        [{"image": _image(pictures, row), "caption": row["caption"]} for row in content["gallery"]]
    )
    frame.home.body = [
        {"type": "hero", "value": {**content["hero"], "image": None, "links": links}},
        {"type": "today", "value": None},
        {"type": "services", "value": {"title": "便民服务", "tiles": _tiles(content["services"])}},
        {"type": "news", "value": {"title": "社区新闻", "count": 6}},
        {"type": "notices", "value": {"title": "通知公告", "count": 6}},
        {"type": "phones", "value": {"title": "常用电话", "phones": _items(content["phones"])}},
        {"type": "welcome", "value": {"title": "三步成为邻居", "steps": _items(content["welcome"])}},
        {"type": "neighbours", "value": {"title": "邻居们在说", "count": 4}},
        {"type": "circles", "value": {"title": "圈子和群组", "count": 3}},
        {"type": "help", "value": {"title": "互助帮扶", "count": 2}},
        {"type": "gallery", "value": {"title": "院里的四季", "pictures": gallery}},
        {"type": "figures", "value": {"title": "数说社区"}},
        {"type": "ad_slot", "value": {"slot": "home-wide"}},
    ]
    frame.home.elder_tiles = as_tiles(
        {**row, "page": frame.notices.pk} if row.get("page") == "notices" else row for row in content["tiles"]
    )
    frame.home.save_revision().publish()


def _tiles(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return tiles as a ListBlock's own JSON."""
    return _items([{"text": "", "page": None, "address": "", "phone": "", **row} for row in rows])


def _items(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a ListBlock's own JSON; without an id Wagtail takes an entry for the bare value of old versions."""
    return [{"type": "item", "value": row, "id": str(uuid4())} for row in rows]
