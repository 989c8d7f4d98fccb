"""The living demo community (U4): believable, whole, made once."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from feedback.models import Idea, Vote
from foundation.accounts.models import User
from foundation.core.flow import audit
from foundation.core.models import OutboxMessage, StoredFile
from foundation.moderation.models import ReviewItem
from foundation.social.models import Album, Comment, Follow, Poll, Post
from groups.models import Circle, Group
from linli.demo.accounts import ACCOUNTS, PASSWORD
from linli.demo.content import dated, read
from news.models import ArticlePage, NoticePage
from organisations.models import Institution
from residents.models import Resident
from spaces.models import AddressGroup, DiaryEntry, GuestbookEntry

pytestmark = pytest.mark.row("U4")


@pytest.mark.deny
@pytest.mark.django_db
@pytest.mark.security(35)
def test_only_a_demo_installation_is_filled() -> None:
    with pytest.raises(CommandError, match="public"):
        call_command("demo")
    assert not User.objects.exists()


@pytest.mark.deny
@pytest.mark.django_db
@pytest.mark.security(35)
def test_a_new_installation_has_no_account_at_all(ground: None) -> None:
    call_command("create_site", "银杏里社区", verbosity=0)
    assert not User.objects.exists()
    for name, _who in ACCOUNTS:
        assert authenticate(username=name, password=PASSWORD) is None


@pytest.fixture
def demo(ground: None, clauses: None, settings: Any) -> Iterator[Any]:
    settings.DEMO = True
    call_command("demo", stdout=StringIO())
    return settings


def test_the_community_is_whole_and_stays_as_it_is(demo: Any, client: Any, drain: Callable) -> None:
    assert ArticlePage.objects.in_language().count() == 24
    assert NoticePage.objects.in_language().live().count() == 15
    assert User.objects.count() >= 60
    assert Post.objects.count() + Comment.objects.count() >= 300
    assert Follow.objects.filter(mutual=True).exists()
    assert Resident.objects.count() == User.objects.filter(verified_at__isnull=False).count()
    waiting = set(ReviewItem.objects.filter(state="waiting").values_list("kind", flat=True))
    assert waiting == {"claim", "article", "comment", "case", "institution", "circle", "group"}
    assert dict(Circle.objects.values_list("name", "state"))["阳台种菜"] == "waiting"
    assert Circle.objects.filter(state="live").count() == 5
    assert [circle.name for circle in Circle.objects.filter(secret=True)] == ["三号楼电梯邻居"]
    assert any(circle.is_full for circle in Circle.objects.all())
    assert set(Group.objects.values_list("visibility", flat=True)) == {"managers", "place", "only"}
    assert Poll.objects.get().voter_count == 6
    assert [album.photo_count for album in Album.objects.order_by("photo_count")] == [3, 4]
    assert DiaryEntry.objects.filter(published_at__isnull=False).count() == 4
    assert GuestbookEntry.objects.exclude(answer="").exists()
    assert set(AddressGroup.objects.values_list("name", flat=True)) == {"舞队", "老同事", "师傅"}
    states = list(Idea.objects.values_list("state", flat=True))
    assert len(states) == 8
    assert {"new", "seen", "planned", "under_way", "done", "declined", "merged"} == set(states)
    assert all(idea.vote_count == Vote.objects.filter(idea=idea).count() for idea in Idea.objects.all())
    assert dict(Institution.objects.values_list("slug", "state")) == {
        "sunshine": "approved",
        "ankang": "submitted",
        "work": "suspended",
    }
    assert audit.verify()[1] is None
    days = Post.objects.dates("created_at", "day")
    assert len(days) > 14, "weeks of life, not one afternoon"
    out = StringIO()
    call_command("demo", stdout=out)
    assert "nothing was changed" in out.getvalue()

    for name, _who in ACCOUNTS:
        assert authenticate(username=name, password=PASSWORD), name
    page = client.get("/account/login/").content.decode()
    for name, who in ACCOUNTS:
        assert f"<code>{name}</code>" in page
        assert who in page
    spaces = ("/u/resident/", "/u/resident/albums/", "/u/resident/diary/")
    for address in ("/", "/news/", "/notices/", *spaces, *[p.url for p in ArticlePage.objects.live()]):
        assert client.get(address).status_code == 200, address
    english = client.get("/en/communities/ginkgo/").content.decode()
    assert "Director He" in english
    assert "何主任" not in english
    client.post("/account/login/", {"login": "resident", "password": PASSWORD})
    assert client.get("/feed/").context["page"].items
    picture = StoredFile.objects.first()
    assert picture.original.exists()


def test_what_goes_out_can_be_read_in_the_demo(
    demo: Any, client: Any, tmp_path: Any, drain: Callable
) -> None:
    demo.MAILERS = {
        **demo.MAILERS,
        "gateway": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(tmp_path / "mail")},
        },
    }
    OutboxMessage.objects.exclude(channel="notification").delete()
    client.post("/account/password/reset/", {"email": "resident@demo.example"})
    client.post("/account/login/code/", {"phone": "13900009999"})
    drain()
    page = client.get("/demo/outbox/").content.decode()
    assert "resident@demo.example" in page
    assert "+8613900009999" in page


@pytest.mark.deny
@pytest.mark.django_db
def test_elsewhere_nobody_reads_what_goes_out(client: Any, portal: Any) -> None:
    assert client.get("/demo/outbox/").status_code == 404
    assert PASSWORD not in client.get("/account/login/").content.decode()


def test_a_notice_names_a_day_that_is_still_to_come() -> None:
    """Whenever somebody tries the demo: a day that stands in a file is soon over."""
    with time_machine.travel(datetime(2027, 2, 27, 9, tzinfo=UTC), tick=False):
        assert dated("{1} 9:00–17:00 停水；{2}起") == "2 月 28 日 9:00–17:00 停水；3 月 1 日起"
    days = [row["slug"] for row in read("notices") if re.search(r"\d 日", row["summary"])]
    assert days == ["insurance-2027"], "the end of a year is no day of the demo's"
    (water,) = (row for row in read("notices") if row["level"] == "urgent")
    assert "{1}" in water["summary"]
