"""The diary (S3): written in peace, kept as a draft, shown to exactly whom it is for."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import CIRCLE, CONTACTS, ONLY, PUBLIC, RESIDENTS, Scope
from foundation.core.files import pictures
from foundation.core.models import StoredFile
from foundation.core.search.finding import find
from foundation.social.domain import comments, follows
from foundation.social.domain.queries.feed import feed_page
from foundation.social.models import Comment, FeedEntry
from spaces.domain import diary
from spaces.models import DiaryEntry

pytestmark = [pytest.mark.django_db, pytest.mark.row("S3")]
NEIGHBOURS = Scope(RESIDENTS)
BODY = "<h1>路上</h1><div>我们去看了<strong>银杏</strong>。</div>"


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


def write(
    by: Any, *, title: str = "看银杏", scope: Scope = NEIGHBOURS, publish: bool = True, **more: Any
) -> DiaryEntry:
    return diary.write_entry(by=by, title=title, body=BODY, scope=scope, publish=publish, **more)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.deny
def test_a_draft_is_its_author_s_alone_on_every_surface(lin: User, zhou: User, drain: Callable) -> None:
    follows.follow(lin, by=zhou)
    entry = write(lin, publish=False, scope=Scope(PUBLIC))
    drain()
    assert signed_in(lin).get(entry.url).status_code == 200
    for reader in (signed_in(zhou), Client()):
        assert reader.get(entry.url).status_code == 404
        assert "看银杏" not in reader.get("/u/lin/diary/").content.decode()
    assert feed_page(zhou).items == []
    assert not find("银杏", zhou, kind="diary_entry").hits
    assert not find("银杏", lin, kind="diary_entry").hits


@pytest.mark.parametrize(
    ("level", "readers"),
    [
        (PUBLIC, {"visitor", "zhou", "contact"}),
        (RESIDENTS, {"zhou", "contact"}),
        (CONTACTS, {"contact"}),
        (ONLY, set()),
    ],
)
def test_published_it_is_read_by_whom_it_is_for(
    lin: User, zhou: User, person: Callable, level: str, readers: set[str]
) -> None:
    contact = person("contact")
    follows.follow(lin, by=contact)
    follows.follow(contact, by=lin)
    entry = write(lin, scope=Scope(level, str(lin.pk) if level in (CONTACTS, ONLY) else ""))
    clients = {"visitor": Client(), "zhou": signed_in(zhou), "contact": signed_in(contact)}
    assert {name for name, one in clients.items() if one.get(entry.url).status_code == 200} == readers


def test_published_it_stands_in_the_feed_and_is_found(lin: User, zhou: User, drain: Callable) -> None:
    follows.follow(lin, by=zhou)
    entry = write(lin)
    drain()
    assert [item.obj for item in feed_page(zhou).items] == [entry]
    assert find("银杏", zhou, kind="diary_entry").hits
    assert "看银杏" in signed_in(zhou).get("/feed/").content.decode()


def test_a_draft_that_is_published_appears_once(lin: User) -> None:
    entry = write(lin, publish=False)
    for _again in range(2):
        entry = diary.edit_entry(
            entry, by=lin, title="看银杏", body=BODY, scope=Scope(RESIDENTS), publish=True
        )
    assert FeedEntry.objects.filter(kind="diary_entry").count() == 1
    assert entry.edited_at is None


@pytest.mark.deny
@pytest.mark.security(4)
def test_nothing_harmful_is_kept(lin: User) -> None:
    nasty = '<script>alert(1)</script><div onclick="x()">甲</div><a href="javascript:x()">乙</a><img src=x onerror=x()>'
    entry = diary.write_entry(by=lin, title="题", body=nasty, scope=Scope(RESIDENTS), publish=True)
    for part in ("script", "onclick", "javascript", "<img", "onerror"):
        assert part not in entry.body
    assert diary.plain(entry.body) == "甲\n乙"


def test_signs_of_html_in_plain_words_stay_what_they_are(lin: User) -> None:
    entry = diary.write_entry(by=lin, title="题", body="酱 & 醋", scope=NEIGHBOURS, publish=True)
    assert diary.plain(entry.body) == "酱 & 醋"
    assert "酱 &amp; 醋" in signed_in(lin).get("/u/lin/diary/").content.decode()


def test_plain_words_become_paragraphs(lin: User) -> None:
    entry = diary.write_entry(
        by=lin, title="题", body="第一段\n\n第二段", scope=Scope(RESIDENTS), publish=True
    )
    assert entry.body == "<p>第一段</p>\n\n<p>第二段</p>"


@pytest.mark.deny
@pytest.mark.parametrize(
    ("title", "body"), [("", "字"), ("题", ""), ("题", "<div><br></div>"), ("长" * 61, "字")]
)
def test_what_says_nothing_or_too_much_is_refused(lin: User, title: str, body: str) -> None:
    with pytest.raises(ValidationError):
        diary.write_entry(by=lin, title=title, body=body, scope=Scope(RESIDENTS), publish=True)
    assert not DiaryEntry.objects.exists()


@pytest.mark.deny
def test_only_verified_people_write_and_only_the_author_changes(
    lin: User, zhou: User, person: Callable
) -> None:
    with pytest.raises(Refused):
        write(person("new", verified=False))
    entry = write(lin)
    with pytest.raises(Refused):
        diary.edit_entry(entry, by=zhou, title="改", body=BODY, scope=Scope(PUBLIC), publish=True)
    with pytest.raises(Refused):
        diary.delete_entry(entry, by=zhou)
    assert signed_in(zhou).get(f"{entry.url}edit/").status_code == 404


def test_sent_twice_it_is_one(lin: User) -> None:
    once = "11111111-1111-4111-8111-111111111111"
    assert write(lin, once=once) == write(lin, once=once)


def test_a_narrower_scope_takes_its_comments_along(lin: User, zhou: User) -> None:
    entry = write(lin, scope=Scope(PUBLIC))
    comments.comment(by=zhou, target=entry, text="真好")
    diary.edit_entry(entry, by=lin, title="看银杏", body=BODY, scope=Scope(ONLY, str(lin.pk)), publish=True)
    assert signed_in(zhou).get(entry.url).status_code == 404
    assert not Comment.objects.visible_to(None).exists()


def test_deleted_nothing_of_it_is_left(lin: User, zhou: User) -> None:
    entry = write(lin, topics=["秋天"])
    comments.comment(by=zhou, target=entry, text="真好")
    diary.delete_entry(entry, by=lin)
    diary.delete_entry(entry, by=lin)
    assert not DiaryEntry.objects.exists()
    assert not FeedEntry.objects.filter(kind="diary_entry").exists()
    assert not Comment.objects.visible_to(zhou).exists()


def test_the_page_keeps_what_was_typed(lin: User) -> None:
    answer = signed_in(lin).post("/diary/new/", {"title": "", "body": "写了很久", "scope": "residents"})
    assert answer.status_code == 422
    assert "写了很久" in answer.content.decode()


def shown_files(entry: DiaryEntry) -> list[str]:
    return [row.file.description for row in entry.entry_pictures.all()]


@pytest.mark.deny
@pytest.mark.security(4)
def test_its_pictures_are_seen_by_whoever_reads_it_and_in_a_draft_by_its_author(
    lin: User, zhou: User, picture: Callable
) -> None:
    entry = write(lin, publish=False, pictures=[picture()], descriptions=["树"])
    stored = entry.entry_pictures.get().file
    pictures.make("", {"id": stored.pk})

    def seen() -> list[int]:
        answers = [reader.get(stored.url_320) for reader in (signed_in(lin), signed_in(zhou))]
        for answer in answers:
            if answer.streaming:
                b"".join(answer.streaming_content)
        return [answer.status_code for answer in answers]

    assert seen() == [200, 404]
    change = {"by": lin, "title": "看银杏", "body": BODY}
    diary.edit_entry(entry, scope=NEIGHBOURS, publish=True, **change)
    assert seen() == [200, 200]
    diary.hide_entry(entry, hidden=True, by=None)
    assert seen() == [200, 404]
    diary.hide_entry(entry, hidden=False, by=None)
    assert seen() == [200, 200]
    diary.edit_entry(entry, scope=Scope(ONLY, str(lin.pk)), publish=True, **change)
    assert seen() == [200, 404]


def test_pictures_are_added_and_taken_away(lin: User, picture: Callable) -> None:
    entry = write(lin, pictures=[picture(), picture()], descriptions=["一", "二"])
    first = entry.entry_pictures.first()
    assert first is not None
    change = {"by": lin, "title": "看银杏", "body": BODY, "scope": NEIGHBOURS, "publish": True}
    diary.edit_entry(
        entry, without=[first.file.public_id], pictures=[picture()], descriptions=["三"], **change
    )
    assert shown_files(entry) == ["二", "三"]
    first.file.refresh_from_db()
    assert first.file.dropped_at is not None
    diary.delete_entry(entry, by=lin)
    assert StoredFile.objects.filter(dropped_at=None).count() == 0


@pytest.mark.deny
def test_a_tenth_picture_is_refused_and_leaves_nothing_behind(lin: User, picture: Callable) -> None:
    with pytest.raises(ValidationError, match="9"):
        write(lin, pictures=[picture() for _n in range(10)])
    entry = write(lin, pictures=[picture() for _n in range(8)])
    with pytest.raises(ValidationError, match="9"):
        diary.edit_entry(
            entry,
            by=lin,
            title="改",
            body=BODY,
            scope=NEIGHBOURS,
            publish=True,
            pictures=[picture(), picture()],
        )
    entry.refresh_from_db()
    assert (entry.title, entry.entry_pictures.count()) == ("看银杏", 8)
    assert StoredFile.objects.count() == 8


@pytest.mark.deny
def test_a_diary_stands_in_no_circle(lin: User) -> None:
    with pytest.raises(Refused):
        write(lin, scope=Scope(CIRCLE, "1"))


def test_what_the_page_kept_comes_back_and_goes_when_it_was_sent(lin: User) -> None:
    client = signed_in(lin)
    typed = json.dumps({"title": "没写完", "body": "<div>写到<b>一半</b></div>", "topics": "秋天"})
    client.post("/social/draft/", {"key": "diary:new", "text": typed})
    page = client.get("/diary/new/").content.decode()
    for words in ("没写完", "一半", "秋天"):
        assert words in page
    client.post("/diary/new/", {"title": "写完了", "body": "字", "scope": "residents"})
    assert "没写完" not in client.get("/diary/new/").content.decode()


def test_its_topics_lead_to_it(lin: User, zhou: User) -> None:
    write(lin, topics=["秋天"])
    assert "看银杏" in signed_in(zhou).get("/topics/秋天/").content.decode()
    assert Client().get("/topics/秋天/").status_code == 404


def test_only_the_page_of_the_editor_takes_sheets_by_a_nonce(lin: User) -> None:
    client = signed_in(lin)
    said = client.get("/diary/new/").headers["Content-Security-Policy"]
    assert "style-src 'self' 'nonce-" in said
    assert "unsafe-inline" not in said
    for path in ("/u/lin/diary/", "/feed/"):
        assert "nonce-" not in client.get(path).headers["Content-Security-Policy"]
