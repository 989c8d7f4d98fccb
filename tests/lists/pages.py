"""Every page that lists something, by what it lists (tests/lists/test_query_counts.py)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from foundation.moderation.models import ReviewItem
from tests.lists import (
    agreements,
    circles,
    daily,
    findings,
    ideas,
    institutions,
    letters,
    notices,
    office,
    signing,
    spaces,
    tiles,
)
from tests.lists import scene as grow
from tests.lists.scene import TOPIC, Scene

API = "/api/v1"


@dataclass(frozen=True)
class List:
    """A page with a list: the row of the mission, its address, and who reads it ("" is a visitor)."""

    row: str
    path: str | Callable[[Scene], str]
    readers: tuple[str, ...] = ("",)
    # On which other things are counted, not listed; all others have to become longer.
    grows: bool = True


def _article(scene: Scene) -> str:
    return scene.page.url


def _space(scene: Scene) -> str:
    return scene.owner.space_url


def _article_told(scene: Scene) -> str:
    return f"{API}/news/{scene.page.public_id}"


def _article_comments(scene: Scene) -> str:
    return f"{API}/comments/article/{scene.page.public_id}"


def _statuses(scene: Scene) -> str:
    return f"{API}/people/{scene.owner.username}/statuses?limit=100"


def _first_comment(scene: Scene) -> str:
    """One that others wait behind, so that the way to the next is looked up alike."""
    return ReviewItem.objects.get(kind="comment", submitted_by__username="author-1").get_absolute_url()


# What grows → every page that lists it.
LISTS: dict[Callable[[Scene, int], Any], list[List]] = {
    grow.front_page: [List("P8", "/", ("", "owner"))],
    grow.article: [
        List("P1", "/news/", ("", "owner")),
        List("P1", "/news/?channel=street"),
        List("P1", f"/news/?tag={TOPIC}"),
        List("P1", "/news/?q=银杏"),
        List("P1", f"/news/?q=银杏&channel=street&tag={TOPIC}"),
        List("P1", "/news/rss/"),
        List("P1", "/news/atom/"),
        List("P1", "/sitemap.xml"),
        List("P1", _article, ("", "owner")),
        List("U5", f"{API}/news?limit=100", ("", "owner")),
        List("U5", f"{API}/news?limit=100&q=银杏&channel=street&tag={TOPIC}"),
    ],
    findings.found: [
        List("P9", "/search/?q=第&kind=article", ("", "owner", "officer")),
        List("P9", "/search/?q=第&kind=post", ("", "owner")),
        List("P9", "/search/?q=第&kind=person", ("owner",)),
        List("P9", "/search/?q=第&kind=album", ("", "owner")),
        List("P9", "/search/?q=第&kind=diary_entry", ("", "owner")),
        List("U5", f"{API}/search?q=第&limit=100", ("", "owner")),
    ],
    grow.article_picture: [List("P1", _article), List("U5", _article_told)],
    grow.under_article: [
        List("P1", _article, ("", "owner", "neighbour")),
        List("U5", _article_comments, ("", "owner", "neighbour")),
    ],
    grow.notice: [
        List("P3", "/notices/", ("", "owner")),
        List("U5", f"{API}/notices?limit=100", ("", "owner")),
    ],
    notices.notice_for_some: [
        List("P3", "/", ("owner",)),
        List("P3", "/notices/", ("", "owner"), grows=False),
        List("P3", "/admin/notices/new/", ("officer",)),
        List("P3", "/admin/editor/reports/notices/", ("officer",)),
        List("P3", "/admin/editor/reports/must-read/", ("officer",)),
        List("U5", f"{API}/notices?limit=100", ("owner",)),
    ],
    notices.update_of_notice: [
        List("P3", "/notices/theone/", ("", "owner")),
        List("P3", "/admin/notices/theone/", ("officer",)),
        List("U5", f"{API}/notices/theone", ("owner",)),
    ],
    grow.own_status: [
        List("S1", _space, ("", "owner", "neighbour")),
        List("S1", lambda scene: f"{_space(scene)}?as=public", ("owner",)),
        List("S1", lambda scene: f"{_space(scene)}?as=contacts", ("owner",)),
        List("U5", _statuses, ("", "owner", "neighbour")),
        List("U5", lambda scene: f"{_statuses(scene)}&seen_as=public", ("owner",)),
    ],
    grow.under_status: [
        List("S2", lambda scene: scene.post.url, ("", "owner", "neighbour")),
        List("U5", lambda scene: f"{API}/comments/post/{scene.post.public_id}", ("", "owner", "neighbour")),
    ],
    grow.edit: [
        List("S2", lambda scene: f"{scene.post.url}history/", ("", "owner")),
        List("U5", lambda scene: f"{API}/statuses/{scene.post.public_id}/history", ("", "owner")),
    ],
    grow.followed_status: [
        List("S9", "/feed/", ("owner",)),
        List("S2", f"/topics/{TOPIC}/", ("", "owner")),
        List("U5", f"{API}/feed?limit=100", ("owner",)),
        List("U5", f"{API}/topics/{TOPIC}/statuses?limit=100", ("", "owner")),
    ],
    grow.told: [
        List("S11", "/notifications/", ("officer",)),
        List("U5", f"{API}/notifications?limit=100", ("officer",)),
    ],
    grow.muted: [
        List("S11", "/notifications/settings/", ("owner",)),
        List("U5", f"{API}/notifications/mutes", ("owner",)),
    ],
    grow.reported: [
        List("O2", "/account/reports/", ("owner",)),
        List("U5", f"{API}/reports?limit=100", ("owner",)),
    ],
    grow.signed_in: [
        List("A4", "/account/devices/", ("owner",)),
        List("U5", f"{API}/tokens", ("owner",)),
        List("U5", f"{API}/devices", ("owner",)),
    ],
    grow.waiting: [
        List("O1", "/admin/reviews/", ("officer",)),
        *(
            List("O1", f"/admin/reviews/?kind={key}", ("officer",))
            for key in (
                "appeal",
                "article",
                "case",
                "certificate",
                "circle",
                "claim",
                "comment",
                "forced_end",
                "group",
                "institution",
                "notice",
                "role_request",
                "suspension",
            )
        ),
        List("O1", _first_comment, ("officer",), grows=False),
        List("O1", "/admin/", ("officer",)),
    ],
    grow.decided: [List("O1", "/admin/reviews/?state=decided", ("officer",))],
    grow.family_tie: [
        List("U2", "/account/family/", ("owner",)),
        List("U2", "/admin/family/", ("officer",)),
        List("U5", f"{API}/family", ("owner",)),
    ],
    signing.own_certificate: [
        List("H1", "/account/keys/", ("owner",)),
        List("H1", "/admin/signing/", ("officer",)),
    ],
    institutions.helping: [
        List("H2", "/help/institutions/", ("owner",)),
        List("H2", "/help/institutions/?q=助餐&matter=care&group=elderly&ages=60%2B", ("owner",)),
        List("H2", "/admin/institutions/", ("officer",)),
        List("H2", "/admin/institutions/?due=1&state=approved", ("officer",)),
    ],
    institutions.part_of_own: [
        List("H2", "/desk/page/", ("owner",)),
        List("H2", "/desk/members/", ("owner",)),
        List("H2", "/desk/papers/", ("owner",)),
        List("H2", "/desk/history/", ("owner",)),
        List("H2", "/desk/", ("owner",), grows=False),
        List("H2", "/help/institutions/own/", ("", "owner", "neighbour")),
        List("H2", "/admin/institutions/own/", ("officer",)),
    ],
    circles.listed: [
        List("G3", "/circles/", ("", "owner")),
        List("G3", "/circles/?mine=1", ("owner",)),
        List("G1", "/groups/", ("", "owner")),
        List("G3", "/admin/circles/", ("officer",)),
        List("G1", "/admin/circles/groups/", ("officer",)),
        List("U5", f"{API}/circles?limit=100", ("", "owner")),
        List("U5", f"{API}/groups?limit=100", ("", "owner")),
    ],
    circles.part_of_own: [
        List("G3", "/circles/own/members/", ("owner",)),
        List("G3", "/circles/own/waiting/", ("owner",)),
        List("G4", "/circles/own/files/", ("owner",)),
        List("G1", "/groups/own/", ("owner",)),
        List("U5", f"{API}/circles/own/members?limit=100", ("owner",)),
        List("U5", f"{API}/circles/own/requests", ("owner",)),
        List("U5", f"{API}/circles/own/invitations", ("owner",)),
        List("U5", f"{API}/circles/own/files?limit=100", ("owner",)),
        List("U5", f"{API}/groups/own/members?limit=100", ("owner",)),
    ],
    circles.said_in_own: [
        List("G4", "/circles/own/", ("owner",)),
        List("U5", f"{API}/circles/own/statuses?limit=100", ("owner",)),
    ],
    spaces.own_shelf: [
        List("S4", "/u/owner/albums/", ("", "owner", "neighbour")),
        List("S3", "/u/owner/diary/", ("", "owner", "neighbour")),
        List("S5", "/u/owner/guestbook/", ("owner", "neighbour")),
        List("S3", f"/topics/{TOPIC}/", ("", "owner")),
        List("U5", f"{API}/people/owner/albums?limit=100", ("", "owner")),
        List("U5", f"{API}/people/owner/diary?limit=100", ("", "owner")),
        List("U5", f"{API}/topics/{TOPIC}/diary", ("", "owner")),
        List("U5", f"{API}/me/diary-drafts?limit=100", ("owner",)),
        List("U5", f"{API}/people/owner/guestbook?limit=100", ("owner", "neighbour")),
    ],
    spaces.part_of_album: [
        List("S4", lambda scene: spaces.own_album(scene).url, ("", "owner", "neighbour")),
        List("S4", lambda scene: f"{spaces.own_album(scene).url}edit/", ("owner",)),
        List("U5", lambda scene: f"{API}/albums/{spaces.own_album(scene).public_id}/photos?limit=100"),
    ],
    spaces.under_entry: [List("S3", lambda scene: spaces.own_entry(scene).url, ("", "owner", "neighbour"))],
    spaces.in_feed: [
        List("S9", "/feed/", ("owner",)),
        List("U5", f"{API}/feed?limit=20", ("owner",)),
    ],
    spaces.own_people: [
        List("S8", "/people/", ("owner",)),
        List("S6", "/people/following/", ("owner",)),
        List("S6", "/people/followers/", ("owner",)),
        List("S7", "/people/book/", ("owner",)),
        List("S7", "/people/book/export.vcf", ("owner",)),
        List("S7", "/people/book/export.xlsx", ("owner",)),
        List("U5", f"{API}/people?limit=100", ("owner",)),
        List("U5", f"{API}/me/following?limit=100", ("owner",)),
        List("U5", f"{API}/me/followers?limit=100", ("owner",)),
        List("U5", f"{API}/me/address-book?limit=100", ("owner",)),
        List("U5", f"{API}/me/address-groups", ("owner",), grows=False),
    ],
    ideas.listed: [
        List("O3", "/feedback/?state=new", ("", "owner")),
        List("O3", "/feedback/?q=长椅&order=new", ("", "owner", "officer")),
        List("O3", "/feedback/similar/?title=长椅"),
        List("O3", "/feedback/roadmap/", ("", "owner")),
        List("O3", "/feedback/roadmap/rss/"),
        List("O3", "/admin/feedback/", ("officer",)),
        List("U5", f"{API}/feedback?limit=100", ("", "owner")),
        List("U5", f"{API}/feedback/roadmap?limit=100", ("", "owner")),
        List("U5", f"{API}/feedback/similar?title=长椅", grows=False),
    ],
    ideas.part_of_one: [
        List("O3", lambda scene: ideas.own(scene).url, ("", "owner", "officer")),
        List("O3", lambda scene: f"/admin/feedback/{ideas.own(scene).public_id}/", ("officer",)),
        List("U5", lambda scene: f"{API}/feedback/{ideas.own(scene).public_id}", ("", "owner")),
    ],
    ideas.sorted_into: [
        List("O3", "/feedback/", ("", "owner")),
        List("O3", "/feedback/new/?title=别的", ("owner",)),
        List("O3", "/admin/feedback/categories/", ("officer",)),
        List("U5", f"{API}/feedback/categories", ("", "owner")),
    ],
    tiles.saved: [
        List("S2", path, ("owner",)) for path in ("/saved/", "/saved/?q=银杏", f"{API}/me/saved?limit=100")
    ],
    tiles.on_tiles: [
        List("S12", _space, ("", "owner", "neighbour")),
        List("U5", lambda scene: f"{API}/people/{scene.owner.username}/tiles", ("", "neighbour")),
    ],
    spaces.blocked: [
        List("S6", "/social/rules/", ("owner",)),
        List("U5", f"{API}/me/blocks", ("owner",)),
    ],
    agreements.agreement: [
        List("H5", "/help/agreements/", ("", "owner")),
        List("H5", "/admin/agreements/", ("officer",)),
        List("H5", "/desk/agreements/", ("owner",)),
        List("U5", f"{API}/agreements?limit=100", ("owner",)),
        List("U5", f"{API}/me/agreements?limit=100", ("owner",)),
        List("H2", "/help/institutions/own/", ("",), grows=False),
    ],
    agreements.part_of_agreement: [
        List("H8", "/help/agreements/theone/", ("owner", "officer")),
        List("H8", "/help/agreements/theone/dossier/", ("owner",)),
    ],
    agreements.template: [List("H5", "/admin/agreements/clauses/", ("officer",))],
    grow.role_held: [List("A5", "/admin/roles/", ("officer",))],
    grow.act: [List("O4", "/admin/audit/", ("auditor",), grows=False)],
    office.trouble: [List("M4", "/operations/", ("officer",))],
    office.backup_run: [List("O8", "/operations/backups/", ("officer",))],
    office.alarm: [List("O4", "/admin/audit/alarms/", ("auditor",))],
    daily.warning: [
        List("P4", "/today/", ("", "owner")),
        List("P4", "/admin/daily/", ("officer",)),
        List("U5", lambda scene: f"{API}/days/{timezone.localdate()}"),
    ],
    daily.rule: [
        List("P6", "/plates/", ("", "owner")),
        List("P6", "/plates/?tail=8"),
        List("P10", "/today/"),
        List("P6", "/admin/daily/rules/", ("officer",)),
        List("U5", f"{API}/plates?tail=8"),
    ],
    daily.flag: [
        List("P5", "/admin/daily/flags/", ("officer",)),
        List("P5", "/today/", grows=False),
        List("U5", f"{API}/flags", grows=False),
    ],
    daily.special: [
        List("P10", "/calendar/", ("", "owner")),
        List("P10", "/calendar.ics"),
        List("P10", "/admin/daily/days/", ("officer",)),
    ],
    daily.own_plate: [
        List("P6", "/account/plates/", ("officer",)),
        List("P6", "/plates/", ("officer",), grows=False),
    ],
    office.place: [List("O6", "/admin/community/places/", ("officer",))],
    letters.sent: [List("U4", "/demo/outbox/", ("", "owner"))],
}
