"""Leaving: seven days to think, then nothing of her is left anywhere but where a law asks for it (A7)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.core import mail
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.users.models import UserProfile

from foundation.accounts.models import Device, User
from foundation.core import kinds
from foundation.core.access.roles import Role
from foundation.core.files import uploads
from foundation.core.flow import audit
from foundation.core.flow.models import AuditEntry, AuditPayload
from foundation.social.models import Comment, Post
from identity.domain import leaving, own_data
from identity.models import Erasure
from residents.models import Resident
from tests.identity.own import CANARY, MAIL, files_of_everybody, found_in_tables, leave_traces

pytestmark = [pytest.mark.django_db, pytest.mark.row("A7"), pytest.mark.security(56)]
LEAVE = {"words": "delete", "typed": "注销"}
# The register of residents is kept by law, its own columns are all that may still know her.
KEPT = {"residents.Resident.name", "residents.Resident.number_sealed", "residents.Resident.phone_sealed"}
KEPT |= {"residents.Resident.email"}


def enter(name: str) -> Client:
    client = Client()
    client.post("/account/login/", {"login": f"{name}@example.org", "password": f"pw-{name}-2026"})
    return client


@pytest.fixture
def canary(portal: Any, person: Callable, places: dict, picture: Callable, drain: Callable) -> User:
    return leave_traces(person, places, picture, drain)


def erase(user: User, *, keep_words: bool = False) -> User:
    leaving.ask_to_leave(by=user, keep_words=keep_words)
    with time_machine.travel(timezone.now() + leaving.REGRET + timedelta(minutes=1), tick=False):
        assert leaving.leave_due() == 1
    uploads.sweep()
    return User.objects.get(pk=user.pk)


def test_the_traces_are_where_the_test_looks(canary: User) -> None:
    """A search that finds nothing beforehand would prove nothing afterwards."""
    found = found_in_tables()
    for column in (
        "accounts.User.display_name",
        "accounts.User.email",
        "accounts.User.phone_sealed",
        "accounts.Profile.bio",
        "social.Post.text",
        "social.PostRevision.text",
        "social.Draft.text",
        "social.Album.title",
        "social.Photo.caption",
        "core.StoredFile.description",
        "spaces.DiaryEntry.body",
        "spaces.GuestbookEntry.text",
        "spaces.AddressEntry.remark",
        "spaces.AddressGroup.name",
        "identity.Claim.items",
        "account.EmailAddress.email",
        "outbox mail:later",
    ):
        assert column in found


@pytest.mark.parametrize("keep_words", [False, True])
def test_nothing_of_her_is_left_in_any_table_file_or_cache(
    canary: User, keep_words: bool, drain: Callable
) -> None:
    enter("canary")
    own_data.request_export(by=canary)
    drain()
    stone = erase(canary, keep_words=keep_words)
    words = {"social.Post.text", "django_comments.Comment.comment"} if keep_words else set()
    assert set(found_in_tables()) - KEPT == words
    assert files_of_everybody() == []
    for cache in caches.all():
        assert CANARY not in str(getattr(cache, "_cache", ""))
        assert MAIL not in str(getattr(cache, "_cache", ""))
    assert (stone.is_active, stone.email, stone.display_name) == (False, "", "已注销的邻居")
    assert stone.identity_index is None
    assert not Device.objects.filter(user=stone).exists()
    assert audit.verify()[1] is None
    assert Erasure.objects.get().user_pk == canary.pk
    assert str(canary.pk) in Path(configured.ERASURE_LIST).read_text()


def test_no_page_shows_her_any_more(canary: User, person: Callable) -> None:
    reader = enter("friend")
    erase(canary)
    post = Post.objects.get(author__username="friend")
    for client in (reader, Client()):
        for path in ("/", "/feed/", "/topics/银杏/", post.url, post.author.space_url, "/notifications/"):
            answer = client.get(path, follow=True)
            assert CANARY not in answer.content.decode(), path
        assert client.get("/u/canary/").status_code == 404
    post.refresh_from_db()
    assert post.reaction_count == 0


def test_what_others_wrote_stays_and_her_words_stay_nameless_if_she_wants(
    canary: User, person: Callable
) -> None:
    erase(canary, keep_words=True)
    public = Post.objects.get(text__contains="改过")
    page = Client().get(public.url).content.decode()
    assert "改过" in page
    assert "已注销的邻居" in page
    assert "友人的评论" in page
    assert not Post.objects.filter(text__contains="日记").exists()
    assert Comment.objects.filter(comment=f"{CANARY}评论", is_removed=False).exists()


def test_the_register_of_residents_stays_without_the_account(canary: User) -> None:
    erase(canary)
    record = Resident.objects.get()
    assert record.name.startswith(CANARY)
    assert record.account is None


def test_she_can_come_back_as_somebody_new(canary: User, person: Callable) -> None:
    index = canary.identity_index
    erase(canary)
    again = person("canary")
    assert (again.email, again.identity_index) == (MAIL, index)


# --- the seven days


def test_leaving_is_explained_confirmed_and_told(canary: User, drain: Callable) -> None:
    client = enter("canary")
    page = client.get("/account/leave/").content.decode()
    for words in ("会删除", "会去掉名字", "依法要保留", "卷宗", "安全告警", "七天"):
        assert words in page
    refused = client.post("/account/leave/", {"words": "delete", "typed": "再见"})
    assert refused.status_code == 422
    canary.refresh_from_db()
    assert canary.leaves_at is None
    assert client.post("/account/leave/", LEAVE).status_code == 302
    canary.refresh_from_db()
    assert timedelta(days=6, hours=23) < canary.leaves_at - timezone.now() <= timedelta(days=7)
    drain()
    assert "注销" in mail.outbox[-1].subject
    assert "生效" in mail.outbox[-1].body


@pytest.mark.deny
def test_while_she_leaves_only_the_way_back_is_open_and_others_see_nothing(
    canary: User, person: Callable
) -> None:
    client, friend = enter("canary"), enter("friend")
    public = Post.objects.get(text__contains="改过")
    picture = public.post_pictures.get().file
    client.post("/account/leave/", LEAVE)
    for path in ("/", "/feed/", "/account/email/", canary.space_url):
        assert client.get(path).url == "/account/leave/"
    for path in ("/theme.css", "/healthz", "/static/css/linli.css"):
        assert client.get(path).status_code != 302, "the page on which she can stay looks as ever"
    assert "我不注销了" in client.get("/account/leave/").content.decode()
    assert client.get("/account/data/").status_code == 200
    for path in ("/theme.css", "/healthz", "/readyz"):
        assert client.get(path).status_code == 200, path
    for path in (canary.space_url, public.url, picture.url_320):
        assert friend.get(path).status_code == 404
        assert Client().get(path).status_code == 404
    assert CANARY not in friend.get(Post.objects.get(author__username="friend").url).content.decode()
    client.post("/account/leave/stay/")
    assert client.get("/feed/").status_code == 200
    assert friend.get(public.url).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert leaving.leave_due() == 0


def test_staying_at_the_last_moment_counts(canary: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """She takes it back after the chore has listed her, and before it comes to her."""
    leaving.ask_to_leave(by=canary, keep_words=False)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        real = leaving.erase

        def stays_first(pk: int, **how: Any) -> bool:
            leaving.take_back(by=canary)
            return real(pk, **how)

        monkeypatch.setattr(leaving, "erase", stays_first)
        assert leaving.leave_due() == 0
    assert User.objects.get(pk=canary.pk).display_name == CANARY


@pytest.mark.deny
def test_there_is_no_way_back_once_erasing_has_begun(canary: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = enter("canary")
    client.post("/account/leave/", LEAVE)
    User.objects.filter(pk=canary.pk).update(leaves_at=timezone.now())

    def fails(entry: Any, user: User) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(leaving, "_carry_out", fails)
        assert leaving.leave_due() == 0
    with pytest.raises(leaving.TooLate):
        leaving.take_back(by=canary)
    assert "不能再取消" in client.post("/account/leave/stay/", follow=True).content.decode()
    assert leaving.leave_due() == 1


def test_nobody_stands_in_the_way_of_those_behind(
    canary: User, person: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither one whose erasing fails, nor any number of those who are kept by something."""
    monkeypatch.setattr(leaving, "AT_ONCE", 1)
    ago = timezone.now() - timedelta(days=1)
    faulty, kept = person("faulty"), person("kept")
    User.objects.filter(pk__in=[faulty.pk, kept.pk]).update(leaves_at=ago)
    User.objects.filter(pk=canary.pk).update(leaves_at=timezone.now())
    real = leaving._carry_out

    def fails(entry: Any, user: User) -> int:
        if user.pk == faulty.pk:
            raise RuntimeError
        return real(entry, user)

    monkeypatch.setattr(leaving, "_carry_out", fails)
    monkeypatch.setattr(leaving.kinds, "leaving_blockers", lambda user: ["x"] if user.pk == kept.pk else [])
    assert leaving.leave_due() == 1
    assert User.objects.get(pk=canary.pk).erased_at


@pytest.mark.deny
@pytest.mark.security(42)
def test_leaving_needs_somebody_who_has_just_shown_who_she_is(canary: User) -> None:
    client = enter("canary")
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert client.post("/account/leave/", LEAVE).url.startswith("/account/reauthenticate/")
    canary.refresh_from_db()
    assert canary.leaves_at is None


@pytest.mark.deny
def test_the_last_administrator_stays(portal: Any, person: Callable) -> None:
    boss = person("boss", roles=("administrator",))
    client = enter("boss")
    assert "唯一的管理员" in client.get("/account/leave/").content.decode()
    assert client.post("/account/leave/", LEAVE).status_code == 422
    person("second", roles=("administrator",))
    assert client.post("/account/leave/", LEAVE).status_code == 302
    assert User.objects.get(pk=boss.pk).leaves_at


@pytest.mark.deny
@pytest.mark.parametrize("what", ["mute", "suspend"])
def test_leaving_washes_no_sanction_off(canary: User, person: Callable, portal: Any, what: str) -> None:
    from foundation.moderation.domain import sanctions

    boss = person("boss", roles=("administrator",))
    leaving.ask_to_leave(by=canary, keep_words=False)
    sanctions.impose(canary, what=what, days=30, reason="辱骂邻居", by=boss)
    assert "期满" in str(kinds.leaving_blockers(User.objects.get(pk=canary.pk)))
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert leaving.leave_due() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert leaving.leave_due() == 1


def test_the_picture_that_wagtail_kept_goes_too(canary: User) -> None:
    profile = UserProfile.get_for_user(canary)
    profile.avatar.save("me.jpg", ContentFile(b"x"))
    path = Path(profile.avatar.path)
    assert path.exists()
    erase(canary)
    assert not path.exists()


def test_a_role_that_waited_for_her_waits_no_more(canary: User, person: Callable) -> None:
    from foundation.accounts.domain import roles
    from foundation.accounts.models import RoleRequest
    from foundation.moderation.models import ReviewItem

    chief = person("chief", roles=("administrator",))
    roles.ask_for_role(canary, Role.AUDITOR, purpose="接替", by=chief)
    erase(canary)
    assert not RoleRequest.objects.exists()
    assert not ReviewItem.objects.open().filter(kind="role_request").exists()


def test_an_erasure_that_was_cut_off_is_gone_on_with(canary: User, monkeypatch: pytest.MonkeyPatch) -> None:
    real = leaving._carry_out
    calls = [0]

    def dies(entry: Any, user: User) -> int:
        calls[0] += 1
        if calls[0] in (3, 9, 14):
            raise KeyboardInterrupt
        return real(entry, user)

    monkeypatch.setattr(leaving, "_carry_out", dies)
    User.objects.filter(pk=canary.pk).update(leaves_at=timezone.now())
    for _try in range(4):
        try:
            leaving.leave_due()
        except KeyboardInterrupt:
            continue
    uploads.sweep()
    assert set(found_in_tables()) <= KEPT
    assert AuditEntry.objects.filter(action="identity.erase").count() == 1


def test_a_restored_backup_forgets_again(canary: User, settings: Any, tmp_path: Any) -> None:
    """The list outside the database knows who left; who joined later under the same number is somebody else."""
    settings.ERASURE_LIST = tmp_path / "erasures.csv"
    ago, later = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    friend = User.objects.get(username="friend")
    settings.ERASURE_LIST.write_text(f"{canary.pk},{later.isoformat()}\n{friend.pk},{ago.isoformat()}\n")
    call_command("erase_again", verbosity=0)
    uploads.sweep()
    assert set(found_in_tables()) <= KEPT
    assert User.objects.get(username="friend").is_active


def test_the_list_outside_has_everybody_and_survives_a_cut_line(
    canary: User, settings: Any, tmp_path: Any
) -> None:
    """The worker died between the row and the file, and a crash cut another line in half."""
    settings.ERASURE_LIST = tmp_path / "erasures.csv"
    settings.ERASURE_LIST.write_text("12,2026-0")
    Erasure.objects.create(user_pk=canary.pk)
    User.objects.filter(pk=canary.pk).update(leaves_at=timezone.now())
    assert leaving.leave_due() == 1
    assert [pk for pk, _at in leaving._noted()] == [canary.pk]
    assert leaving.erase_again() == (0, [])


@pytest.mark.deny
def test_forgetting_again_asks_nobody_and_says_whom_it_missed(
    canary: User, person: Callable, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ERASURE_LIST = tmp_path / "erasures.csv"
    boss = person("boss", roles=("administrator",))
    later = timezone.now() + timedelta(days=1)
    for user in (boss, canary):
        Erasure.objects.create(user_pk=user.pk, at=later)
    real = leaving._carry_out

    def fails(entry: Any, user: User) -> int:
        if user.pk == canary.pk:
            raise RuntimeError
        return real(entry, user)

    monkeypatch.setattr(leaving, "_carry_out", fails)
    with pytest.raises(CommandError, match=str(canary.pk)):
        call_command("erase_again", verbosity=0)
    assert User.objects.get(pk=boss.pk).erased_at


@pytest.mark.row("O4")
def test_the_log_forgets_what_is_said_of_her_and_keeps_what_she_did_for_others(
    portal: Any, person: Callable
) -> None:
    from foundation.moderation.domain import sanctions
    from foundation.moderation.models import Sanction

    boss, other = person("boss", roles=("administrator",)), person("other")
    staff = person("worker", roles=("staff",))
    theirs = sanctions.impose(other, what=Sanction.What.WARN, reason="别人的事", by=staff)
    hers = sanctions.impose(staff, what=Sanction.What.WARN, reason="她的事", by=boss)
    erase(staff)
    kept = {
        entry.object_id: AuditPayload.objects.get(seq=entry.seq).erased_at is None
        for entry in AuditEntry.objects.filter(action="moderation.sanction")
    }
    assert kept == {str(theirs.pk): True, str(hers.pk): False}
    assert audit.verify()[1] is None
