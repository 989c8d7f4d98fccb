"""Every place where a status of somebody could come to light. A route that is not named here fails a test."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from foundation.core.access import scopes
from foundation.core.access.scopes import CIRCLE, PUBLIC
from foundation.core.files.models import FORMATS, SIZES
from foundation.social.models import Bookmark
from tests.access.api_surfaces import API_SHOWS_NO_STATUS, API_SURFACES
from tests.access.scene import FOLLOWING, LEVELS, SIGNED_OUT, Scene
from tests.access.space_surfaces import OWN_ALONE, SPACE_SURFACES
from tests.access.surface import Surface, indexed, marks, sees, text_of


def _page(address: Callable[[Scene], str], word: str = "正文") -> Callable[[Client, Scene], set[str]]:
    return lambda client, scene: marks(text_of(client.get(address(scene))), word)


def _each(name: str, word: str = "正文", which: str = "posts") -> Callable[[Client, Scene], set[str]]:
    def found(client: Client, scene: Scene) -> set[str]:
        shown = ""
        for post in getattr(scene, which).values():
            shown += text_of(client.get(reverse(name, args=[scene.author.username, post.public_id])))
        return marks(shown, word)

    return found


def _pictures(client: Client, scene: Scene) -> set[str]:
    """Return the levels whose picture is sent; one that is sent in some sizes only is named so."""
    found = set()
    for level, post in scene.posts.items():
        stored = post.post_pictures.get().file
        answers = [client.get(stored.url_of(size, form)) for size in SIZES for form in FORMATS]
        for answer in answers:
            if answer.streaming:
                b"".join(answer.streaming_content)
        sent = {answer.status_code for answer in answers}
        if sent != {404}:
            found.add(level if sent == {200} else f"{level} in some sizes")
    return found


def _acting(path: Callable[[Any], str], **data: Any) -> Callable[[Client, Scene], set[str]]:
    """Return the levels whose status could be acted on: anything but 404 says that it is there."""

    def found(client: Client, scene: Scene) -> set[str]:
        answers = {level: client.post(path(post), data).status_code for level, post in scene.posts.items()}
        return {level for level, status in answers.items() if status in (200, 302, 422)}

    return found


def _counted(client: Client, scene: Scene) -> set[str]:
    """The number of statuses that the space names, less the public shares, as the levels it must stand for."""
    page = client.get(scene.author.space_url).context["page_obj"]
    number = page.paginator.count - len(scene.shares)
    return {level for level in LEVELS if number >= LEVELS_BY_REACH[level]} if number else set()


# How many levels a reader sees who sees this one at least: readers see nested sets, apart from place and contacts.
LEVELS_BY_REACH = dict(zip(LEVELS, range(1, len(LEVELS) + 1), strict=True))


def _counted_expected(reader: str) -> set[str]:
    return {level for level in LEVELS if len(sees(reader)) >= LEVELS_BY_REACH[level]}


def _verified(reader: str) -> set[str]:
    return set() if reader in SIGNED_OUT | {"unverified"} else sees(reader)


def _reported(client: Client, scene: Scene) -> set[str]:
    """The statuses that the form for a report names."""
    shown = ""
    for post in scene.posts.values():
        shown += text_of(client.get(reverse("moderation:report", args=["post", post.public_id])))
    return marks(shown)


def _found(client: Client, scene: Scene) -> set[str]:
    """The statuses that the search shows; what waits in the outbox is written into its index first."""
    indexed()
    shown = text_of(client.get(reverse("home:search"), {"q": "正文"}))
    return marks(shown.replace("<mark>", "").replace("</mark>", ""))


def _found_number(client: Client, scene: Scene) -> set[str]:
    """The number of statuses that the search names, as the levels it must stand for."""
    indexed()
    counts = client.get(reverse("home:search"), {"q": "正文", "kind": "page"}).context["found"].counts
    number = next((count.number for count in counts if count.kind == "post"), 0)
    return {level for level in LEVELS if number >= LEVELS_BY_REACH[level]} if number else set()


def _saved(client: Client, scene: Scene) -> set[str]:
    """The statuses on a reader's own list: she once saved every one of them, and sees what she may see now."""
    if (reader := client.session.get("_auth_user_id")) is None:
        return marks(text_of(client.get(reverse("saved"))))
    for post in scene.posts.values():
        Bookmark.objects.get_or_create(user_id=int(reader), kind="post", object_id=post.pk)
    return marks(text_of(client.get(reverse("saved"))))


SURFACES: dict[str, Surface] = {
    "search": Surface(("home:search",), _found),
    "number of what is found": Surface(("home:search",), _found_number, _counted_expected),
    "reporting": Surface(
        ("moderation:report",),
        _reported,
        lambda reader: set() if reader in SIGNED_OUT | {"author"} else sees(reader),
    ),
    "space": Surface(("spaces:space",), _page(lambda scene: scene.author.space_url)),
    "number of statuses": Surface(("spaces:space",), _counted, _counted_expected),
    "topic": Surface(("spaces:topic",), _page(lambda scene: reverse("spaces:topic", args=["话题"]))),
    "feed": Surface(
        ("spaces:feed",),
        _page(lambda scene: reverse("spaces:feed")),
        lambda reader: sees(reader) if reader in FOLLOWING else set(),
    ),
    "front page": Surface(("page home.HomePage",), _page(lambda scene: "/"), lambda reader: {PUBLIC}),
    "status": Surface(("spaces:status",), _each("spaces:status")),
    "history": Surface(("spaces:history",), _each("spaces:history", "旧文")),
    "edit form": Surface(
        ("spaces:edit_status",),
        _each("spaces:edit_status"),
        # What stands in a circle is changed there.
        lambda reader: set(LEVELS) - {CIRCLE} if reader == "author" else set(),
    ),
    "comments": Surface(("spaces:status",), _each("spaces:status", "评论")),
    "alternative texts": Surface(("spaces:status",), _each("spaces:status", "图片")),
    "shared original": Surface(("spaces:status",), _each("spaces:status", which="shares")),
    "pictures": Surface(("file",), _pictures),
    "liking": Surface(
        ("social:react",),
        _acting(lambda post: reverse("social:react", args=[post.public_id]), liked="1"),
        _verified,
    ),
    "commenting": Surface(
        ("social:comment",),
        _acting(lambda post: reverse("social:comment", args=["post", post.public_id]), text="看到了"),
        _verified,
    ),
    "saving": Surface(
        ("social:save",),
        _acting(lambda post: reverse("social:save", args=["post", post.public_id]), saved="1"),
        lambda reader: set() if reader in SIGNED_OUT else sees(reader),
    ),
    "what one saved": Surface(
        ("saved",), _saved, lambda reader: set() if reader in SIGNED_OUT else sees(reader)
    ),
    "sharing": Surface(
        ("social:share",), _acting(lambda post: reverse("social:share", args=[post.public_id])), _verified
    ),
}


def _in_circle(tail: str, word: str = "正文") -> Callable[[Client, Scene], set[str]]:
    """What the pages of the author's circle show of what she wrote there."""
    return lambda client, scene: marks(text_of(client.get(scene.posts[CIRCLE].url + tail)), word)


def _circle_alone(reader: str) -> set[str]:
    return {CIRCLE} & sees(reader)


SURFACES |= {
    "circle": Surface(
        ("circles:circle", "circles:about"),
        _page(lambda scene: scopes.url(scene.tokens[CIRCLE])),
        _circle_alone,
    ),
    "post in a circle": Surface(("circles:post",), _in_circle(""), _circle_alone),
    "comments in a circle": Surface(("circles:post",), _in_circle("", "评论"), _circle_alone),
    "history in a circle": Surface(("circles:history",), _in_circle("history/", "旧文"), _circle_alone),
    "edit form in a circle": Surface(
        ("circles:edit_post",), _in_circle("edit/"), lambda reader: {CIRCLE} if reader == "author" else set()
    ),
}
SURFACES |= API_SURFACES

# Routes and pages that show no status of anybody, each with its reason or the test that looks at it.
SHOWS_NO_STATUS = {
    "healthz": "the word ok",
    "readyz": "the word ready",
    "robots": "addresses of the site's own",
    "sitemap": "pages of the portal: tests/news/test_news.py",
    "favicon.ico": "the logo",
    "display_mode": "sets a cookie",
    "outside": "an address that stood on the page before: tests/home/test_outside.py",
    "accounts:display": "how pages are shown: tests/accounts/test_display.py",
    "admin/login/": "leads to the sign-in page",
    "_util/login/": "leads to the sign-in page",
    "demo_outbox": "the demo's invented post; elsewhere 404",
    "media/images/<path:path>": "editors' pictures",
    "style_guide": "invented content",
    "identity:claim": "the own claim: tests/identity/test_claims.py",
    "accounts:still_here": "nothing at all",
    "accounts:devices": "the own devices: tests/accounts/test_devices.py",
    "accounts:family": "names of the own relatives: tests/accounts/test_family.py",
    "accounts:act_for": "the name of a relative: tests/accounts/test_family.py",
    "accounts:confirm_by_code": "a code of one's own: tests/accounts/test_second_factor.py",
    "account_set_password": "a form of one's own: tests/accounts/test_second_factor.py",
    "own:data": "where the copy of the own data stands: tests/identity/test_own_data.py",
    "own:download": "the own data: tests/identity/test_own_data.py",
    "own:leave": "what leaving does: tests/identity/test_leaving.py",
    "spaces:post_status": "the own draft",
    "spaces:edit_profile": "the own profile",
    "social:mentionable": "names of neighbours: tests/social/test_mentionable.py",
    "chat:mentionable": "names of those in a conversation: tests/social/test_mentionable.py",
    "spaces:tiles": "names of the own tiles: tests/spaces/test_tiles.py",
    "messaging:notifications": "tests/messaging/test_notifications.py",
    "service_worker": "a script, the same for everybody",
    "chat:conversations": "the own messages: tests/chat/test_pages.py",
    "chat:new": "names of contacts: tests/chat/test_pages.py",
    "chat:new_group": "names of contacts: tests/chat/test_pages.py",
    "chat:wishes": "the own choice: tests/chat/test_pages.py",
    "chat:conversation": "messages, for their people: tests/chat/test_pages.py",
    "chat:newer": "messages, for their people: tests/chat/test_pages.py",
    "chat:people": "names of those who are in a group: tests/chat/test_pages.py",
    "messaging:settings": "what the reader herself muted, as she may see it now: tests/messaging/test_preferences.py",
    "messaging:badge": "a number of the own notifications",
    "organisations:search": "institutions: tests/organisations/test_finding.py",
    "organisations:institution": "an institution's own words: tests/organisations/test_pages.py",
    "organisations:apply": "the own applications: tests/organisations/test_pages.py",
    "organisations:application": "one of the own applications: tests/organisations/test_pages.py",
    "organisations:paper": "the picture of a document: tests/organisations/test_papers.py",
    "organisations:invitation": "who asked the reader to join: tests/organisations/test_pages.py",
    "circles:circles": "circles that the reader may know of: tests/groups/test_circle_posts.py",
    "circles_office:circles": "circles of one's places: tests/groups/test_office.py",
    "circles_office:groups": "groups of one's places: tests/groups/test_office.py",
    "circles:new": "a form of one's own",
    "circles:join": "what a circle asks: tests/groups/test_joining.py",
    "circles:invitation": "what one was invited to: tests/groups/test_joining.py",
    "circles:poster": "the own circle's link: tests/groups/test_joining.py",
    "circles:members": "names of those in one circle: tests/groups/test_circle_posts.py",
    "circles:files": "files of the own circle: tests/groups/test_circle_posts.py",
    "circles:waiting": "who asked, and what was reported, in the own circle: tests/groups/test_talk.py",
    "circles:edit": "the own circle's words: tests/groups/test_circle_life.py",
    "feedback:ideas": "ideas, each by its own scope: tests/feedback/test_visibility.py",
    "feedback:new": "a form of one's own, and titles of public ideas",
    "feedback:similar": "titles of public ideas: tests/feedback/test_visibility.py",
    "feedback:roadmap": "public ideas: tests/feedback/test_visibility.py",
    "feedback:roadmap_rss": "public ideas: tests/feedback/test_visibility.py",
    "feedback:idea": "an idea by its own scope: tests/feedback/test_visibility.py",
    "feedback:edit": "the own idea's words: tests/feedback/test_writing.py",
    "feedback_office:ideas": "ideas of one's places: tests/feedback/test_office.py",
    "feedback_office:idea": "one idea of one's places: tests/feedback/test_office.py",
    "feedback_office:categories": "the office's list of categories",
    "groups:groups": "groups by their own visibility: tests/groups/test_visibility.py",
    "groups:new": "a form of one's own",
    "groups:group": "a group by its own visibility: tests/groups/test_visibility.py",
    "groups:edit": "the own group's words: tests/groups/test_groups.py",
    "desk:desk": "what waits for the own institution: tests/organisations/test_pages.py",
    "desk:page": "the own institution's words: tests/organisations/test_pages.py",
    "desk:members": "names of those who work together: tests/organisations/test_pages.py",
    "desk:papers": "the own institution's documents: tests/organisations/test_papers.py",
    "desk:history": "the own institution's life: tests/organisations/test_pages.py",
    "institutions:list": "institutions of one's places: tests/organisations/test_office.py",
    "institutions:detail": "one institution of one's places: tests/organisations/test_office.py",
    "helpagreements:agreements": "public cards: tests/helpagreements/test_pages.py",
    "helpagreements:agreement": "an agreement, for its parties: tests/helpagreements/test_pages.py",
    "helpagreements:page": "a page of an agreement's file: tests/helpagreements/test_pages.py",
    "helpagreements:page_picture": "a page of an agreement's file: tests/helpagreements/test_pages.py",
    "helpagreements:versions": "an agreement's wordings: tests/helpagreements/test_pages.py",
    "helpagreements:note": "an agreement's own form: tests/helpagreements/test_pages.py",
    "helpagreements:note_picture": "a picture of a note, for the parties: tests/helpagreements/test_pages.py",
    "helpagreements:file": "the signed file, for its parties: tests/helpagreements/test_pages.py",
    "helpagreements:evidence": "the evidence, for the parties: tests/helpagreements/test_pages.py",
    "helpagreements:statement_page": "a statement, for who answers it: tests/helpagreements/test_holes.py",
    "helpagreements:statement_file": "a signed statement, for its parties: tests/helpagreements/test_pages.py",
    "helpagreements:dossier": "an agreement's life, for its parties: tests/helpagreements/test_pages.py",
    "helpagreements:act": "an agreement's outline, for its parties: tests/helpagreements/test_machine.py",
    "audit_chain": "numbers and digests, nobody's name: tests/access/test_matrix_rows.py",
    "notices:publish": "a form of the office",
    "news:poster": "what visitors may read: tests/news/test_sharing.py",
    "editor:findings": "a draft that the reader edits: tests/news/test_writing.py",
    "editor:without_words": "titles of published pages",
    "editor:ending": "titles of notices",
    "editor:must_read": "titles of notices that the reader may read, and numbers",
    "editor:stale": "titles of published pages",
    "notices:notice": "a notice that the reader may read: tests/news/test_audience.py",
    "help_steps": "the rules, the same for everybody",
    "desk_agreements": "the own institution's agreements: tests/helpagreements/test_pages.py",
    "agreements:list": "agreements of one's places: tests/helpagreements/test_pages.py",
    "agreements:new": "names of institutions and places",
    "agreements:edit": "an agreement of one's places: tests/helpagreements/test_pages.py",
    "agreements:templates": "the office's clauses",
    "agreements:new_template": "a form of the office",
    "agreements:template": "one of the office's clauses",
    "reviews:list": "what waits for the reader's decision: tests/identity/test_claims.py",
    "reviews:item": "what waits for the reader's decision: tests/identity/test_claims.py",
    "moderation:standing": "what was decided about the reader: tests/moderation/test_sanctions.py",
    "moderation:reports": "what the reader reported, by its kind: tests/moderation/test_own_reports.py",
    "moderation:appeal": "what was decided about the reader: tests/moderation/test_sanctions.py",
    "reviews:evidence": "what was reported, for who decides: tests/moderation/test_reports.py",
    "reviews:sanctions": "who is muted or suspended, for who decides: tests/moderation/test_sanctions.py",
    "reviews:words": "the office's list of words",
    "reviews:settings": "how kinds are reviewed",
    "reviews:all_reasons": "sentences of the office",
    "reviews:reasons": "sentences of the office",
    "office:family": "names of relatives in one's places: tests/accounts/test_family.py",
    "office:roles": "names of those who hold a role",
    "office:roles_of": "the roles of one person",
    "office:leave_staff": "what one member of staff took out, by its numbers: tests/office/test_leavers.py",
    "office:rights": "the table of rights",
    "office:guide": "how things are done: files, the same for everybody",
    "office:chapter": "how things are done: files, the same for everybody",
    "office:log": "titles only of what the reader may see: tests/office/test_log.py",
    "office:entry": "titles only of what the reader may see: tests/office/test_log.py",
    "office:alarms": "names of those who acted",
    "operations:backups": "runs of the machine, nobody's name: tests/office/backup",
    "operations:running": "faults of the machine, nobody's name: tests/office/test_troubles.py",
    "office:settings": "the community's name and look",
    "office:options": "the office's decisions",
    "office:places": "the tree of places",
    "office:add_place": "the tree of places",
    "theme": "colours",
    "signing_crl": "serial numbers of certificates",
    "signing_authority": "the authority's own certificates",
    "signing:verify": "a signed paper, to who has its code: tests/signing/test_pages.py",
    "signing:verify_document": "a signed paper, to who has its code: tests/signing/test_pages.py",
    "signing:keys": "the own certificates: tests/signing/test_pages.py",
    "signing:ask": "a form for an own certificate: tests/signing/test_pages.py",
    "signing:letter": "a letter of authority, to its holder and who reviews it: tests/signing/test_pages.py",
    "signing_office:overview": "certificates of one's places: tests/signing/test_pages.py",
    "home:today": "dates, weather and rules; happenings by their own visibility: tests/daily/test_pages.py",
    "home:day": "dates, weather and rules; happenings by their own visibility: tests/daily/test_pages.py",
    "home:calendar": "dates; happenings by their own visibility: tests/daily/test_calendar_pages.py",
    "home:month": "dates; happenings by their own visibility: tests/daily/test_calendar_pages.py",
    "calendar_feed": "what visitors see of the calendar: tests/daily/test_calendar_pages.py",
    "manifest": "the site's name and pictures",
    "offline": "a page without anything of anybody",
    "agenda": "what waits for oneself, and happenings by their own visibility: tests/home/test_phone.py",
    "daily:plates": "rules, and the own plates: tests/daily/test_plates.py",
    "daily:own_plates": "the own plates: tests/daily/test_own_plates.py",
    "daily_office:overview": "weather and warnings, nothing of anybody",
    "daily_office:warn": "a form of the office",
    "daily_office:rows": "the office's tables",
    "daily_office:new_row": "a form of the office",
    "daily_office:row": "a form of the office",
    "audit_head": "a number and a digest",
    "openapi": "what operations there are, nothing of anybody",
    "api_nothing": "a problem",
    **API_SHOWS_NO_STATUS,
    **OWN_ALONE,
    # Albums and diaries are walked like statuses: tests/access/test_space_visibility.py
    **{route: "" for one in SPACE_SURFACES.values() for route in one.routes},
    "page home.CommunityIndexPage": "tests/home/test_communities.py",
    "page home.CommunityPage": "tests/home/test_communities.py",
    "page news.NewsIndexPage": "tests/news/test_news.py",
    "page news.NewsIndexPage articles_view": "tests/news/test_news.py",
    "page news.NewsIndexPage index_route": "the package's own first route, hidden behind ours",
    "page news.NewsIndexPage rss": "tests/news/test_news.py",
    "page news.NewsIndexPage atom": "tests/news/test_news.py",
    "page news.ArticlePage": "tests/news/test_news.py",
    "page news.NoticeIndexPage": "tests/news/test_news.py",
    "page news.NoticePage": "tests/news/test_news.py",
}
