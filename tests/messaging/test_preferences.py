"""What somebody wants to hear of, by which way and when (S11): one page, four presets, mutes."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.core import notify
from foundation.core.facets import (
    BY_SITE_AND_MAIL,
    ONLY_ON_SITE,
    Channel,
    Event,
    EventGroup,
)
from foundation.core.flow import chores
from foundation.messaging.domain import choices, muting
from foundation.messaging.domain.choices import Choice
from foundation.messaging.domain.erasure import forget
from foundation.messaging.models import Delivery, Digest, Manner, Mute, Notification, Preference, Preset
from foundation.social.domain import comments, reactions

pytestmark = [pytest.mark.django_db, pytest.mark.row("S11")]

COMMENTED = Event("%(who)s 评论了您", EventGroup.PEOPLE)
LIKED = Event("%(who)s 赞了您的说说", EventGroup.PEOPLE, ONLY_ON_SITE)
DECIDED = Event("您的实名认证已通过", EventGroup.OWN, urgent=True)


@pytest.mark.parametrize(
    ("choice", "liked", "commented"),
    [
        (Choice(), {"site"}, {"site", "mail", "push"}),
        (Choice(Preset.QUIET), {"site"}, {"site"}),
        (Choice(Preset.ALL), {"site", "mail", "push"}, {"site", "mail", "push"}),
        (Choice(Preset.CUSTOM), {"site"}, {"site", "mail", "push"}),
        (
            Choice(Preset.CUSTOM, chosen={("x", "site"): False, ("x", "mail"): False, ("x", "sms"): True}),
            {"sms"},
            {"sms", "push"},
        ),
        (Choice(Preset.CUSTOM, Digest.NONE), {"site"}, {"site", "push"}),
    ],
)
def test_each_preset_has_its_ways(choice: Choice, liked: set[str], commented: set[str]) -> None:
    assert choice.ways("x", LIKED) == liked
    assert choice.ways("x", COMMENTED) == commented
    assert choice.ways("x", DECIDED) >= {"site", "mail"}, "what is urgent comes in any case"


def test_nothing_stored_is_the_ordinary_choice(lin: Any) -> None:
    assert choices.choices_of([lin.pk]) == {lin.pk: Choice(Preset.NORMAL)}
    assert choices.ORDINARY.digest == Digest.DAILY
    assert BY_SITE_AND_MAIL - {Channel.PUSH} == {"site", "mail"}


@pytest.mark.parametrize(
    ("choice", "now", "due"),
    [
        (Choice(), "2026-11-25 07:59", "2026-11-25 08:00"),
        (Choice(), "2026-11-25 08:00", "2026-11-26 08:00"),
        (Choice(), "2026-11-25 23:00", "2026-11-26 08:00"),
        (Choice(Preset.CUSTOM, Digest.WEEKLY), "2026-11-25 12:00", "2026-11-30 08:00"),
        (Choice(Preset.CUSTOM, Digest.WEEKLY), "2026-11-30 08:00", "2026-12-07 08:00"),
        (Choice(Preset.ALL), "2026-11-25 12:00", "2026-11-25 12:00"),
        (Choice(Preset.ALL, quiet_hours=(time(22), time(7))), "2026-11-25 23:30", "2026-11-26 07:00"),
        (Choice(Preset.ALL, quiet_hours=(time(22), time(7))), "2026-11-26 06:59", "2026-11-26 07:00"),
        (Choice(Preset.ALL, quiet_hours=(time(22), time(7))), "2026-11-26 07:00", "2026-11-26 07:00"),
        (Choice(Preset.ALL, quiet_hours=(time(12), time(14))), "2026-11-25 13:00", "2026-11-25 14:00"),
        (Choice(Preset.NORMAL, quiet_hours=(time(22), time(9))), "2026-11-25 12:00", "2026-11-26 09:00"),
    ],
)
def test_mail_comes_at_its_hour_and_never_in_quiet_hours(
    clock: Any, choice: Choice, now: str, due: str
) -> None:
    moment = clock.at(now)
    assert choice.due(Channel.MAIL, COMMENTED, moment) == clock.at(due)
    assert choice.due(Channel.MAIL, DECIDED, moment) == moment, "urgent things wait for nothing"


def test_in_quiet_hours_the_site_tells_at_once_and_mail_waits(
    clock: Any, lin: Any, zhou: Any, post: Any, drain: Callable
) -> None:
    choices.choose(preset="all", quiet_hours=(time(22), time(7)), by=lin)
    clock.at("2026-11-25 23:00")
    comments.comment(by=zhou, target=post, text="真好看")
    drain()
    assert Notification.objects.visible_to(lin).count() == 1
    assert mail.outbox == []
    clock.at("2026-11-26 07:00")
    assert chores.do_all(chores.Rhythm.MINUTE)["foundation.messaging.domain.delivery.start_due"] == 1
    drain()
    (letter,) = mail.outbox
    assert letter.subject == "周叶 评论了您"


def test_who_wants_no_mark_on_the_site_still_gets_her_mail(
    lin: Any, zhou: Any, post: Any, drain: Callable
) -> None:
    pairs = {("comment.commented", "mail")}
    choices.choose(preset="custom", digest="at_once", wanted=pairs, by=lin)
    comments.comment(by=zhou, target=post, text="真好看")
    reactions.react(post, by=zhou, liked=True)
    drain()
    assert [letter.subject for letter in mail.outbox] == ["周叶 评论了您"]
    assert not Notification.objects.visible_to(lin).exists()
    assert Notification.objects.filter(user=lin).count() == 1, "nobody wanted to hear of the like"


def test_a_new_choice_holds_for_what_waits_already(
    clock: Any, lin: Any, zhou: Any, post: Any, drain: Callable
) -> None:
    comments.comment(by=zhou, target=post, text="真好看")
    assert Delivery.objects.get(channel="mail").due_at == clock.at("2026-11-26 08:00")
    clock.at("2026-11-25 13:00")
    choices.choose(preset="custom", digest="weekly", by=lin)
    assert Delivery.objects.get(channel="mail").due_at == clock.at("2026-11-30 08:00")
    choices.choose(preset="quiet", by=lin)
    clock.at("2026-12-01 09:00")
    chores.do_all(chores.Rhythm.MINUTE)
    drain()
    assert mail.outbox == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}


def test_a_short_message_goes_to_a_verified_number_and_says_nothing_that_somebody_wrote(
    lin: Any, zhou: Any, post: Any, drain: Callable, settings: Any
) -> None:
    choices.choose(
        preset="custom", wanted={("comment.commented", "sms"), ("comment.commented", "site")}, by=lin
    )
    comments.comment(by=zhou, target=post, text="悄悄话")
    drain()
    assert not list(settings.SMS_FOLDER.glob("*.json")), "without a number there is nowhere to send it"
    lin.phone_sealed, lin.phone_index, lin.phone_verified_at = "+8613900001234", "x", timezone.now()
    lin.save()
    comments.comment(by=zhou, target=post, text="悄悄话二")
    drain()
    (file,) = settings.SMS_FOLDER.glob("*.json")
    words = file.read_text(encoding="utf-8")
    assert "周叶 评论了您" in words
    assert "悄悄话" not in words


class TestMuting:
    def test_a_muted_thread_tells_nothing_more(self, lin: Any, zhou: Any, post: Any) -> None:
        comments.comment(by=zhou, target=post, text="一")
        muting.mute_thread(Notification.objects.get(), by=lin)
        assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}
        comments.comment(by=zhou, target=post, text="二")
        reactions.react(post, by=zhou, liked=True)
        assert Notification.objects.filter(user=lin).count() == 1
        assert muting.unmute(Mute.objects.get().pk, by=lin)
        comments.comment(by=zhou, target=post, text="三")
        assert Notification.objects.filter(user=lin).count() == 2

    def test_a_muted_person_tells_nothing_more_and_does_not_learn_of_it(
        self, client: Any, lin: Any, zhou: Any, post: Any
    ) -> None:
        comments.comment(by=zhou, target=post, text="一")
        muting.mute_person(Notification.objects.get(), by=lin)
        comments.comment(by=zhou, target=post, text="二")
        assert Notification.objects.filter(user=lin).count() == 1
        client.force_login(zhou)
        for path in ("/notifications/", "/notifications/settings/", lin.space_url):
            assert "恢复提醒" not in client.get(path).content.decode()

    def test_what_is_urgent_can_not_be_muted(self, lin: Any, zhou: Any, post: Any) -> None:
        from foundation.core import kinds

        Mute.objects.create(user=lin, thread=f"post:{post.pk}")
        kind = kinds.get("post")
        assert not kind.events["liked"].urgent
        kind.notify["alarm"] = Event("出事了", EventGroup.SECURITY, urgent=True)  # type: ignore[index]
        try:
            notify.emit("alarm", to=[lin.pk], about=post)
        finally:
            del kind.notify["alarm"]  # type: ignore[attr-defined]
        assert Notification.objects.get().group == "security"

    @pytest.mark.deny
    def test_only_the_own_notification_can_be_muted_and_only_the_own_mute_ended(
        self, client: Any, lin: Any, zhou: Any, post: Any
    ) -> None:
        comments.comment(by=zhou, target=post, text="一")
        row = Notification.objects.get()
        client.force_login(zhou)
        assert client.post(f"{row.open_url}mute/thread/").status_code == 404
        mute = Mute.objects.create(user=lin, person=zhou)
        assert client.post(f"/notifications/settings/unmute/{mute.pk}/").status_code == 404
        client.force_login(lin)
        assert client.post(f"{row.open_url}mute/nothing/").status_code == 404
        assert Mute.objects.count() == 1

    def test_the_list_of_mutes_names_nothing_that_was_hidden(self, client: Any, lin: Any, zhou: Any) -> None:
        from foundation.core.access.scopes import Scope
        from foundation.social.domain import posts

        secret = posts.post_status(by=zhou, text="只有我", scope=Scope("only", str(zhou.pk)))
        Mute.objects.create(user=lin, thread=f"post:{secret.pk}")
        Mute.objects.create(user=lin, person=zhou)
        client.force_login(lin)
        page = client.get("/notifications/settings/").content.decode()
        assert "只有我" not in page
        assert "恢复提醒：周叶" in page


class TestThePage:
    def test_a_preset_is_chosen_and_shown_again(self, client: Any, lin: Any) -> None:
        client.force_login(lin)
        page = client.get("/notifications/settings/").content.decode()
        assert "每天早上 8 点一封邮件，点赞和转发只在站内提醒" in page
        answer = client.post("/notifications/settings/", {"preset": "quiet", "digest": "daily"})
        assert answer.url == "/notifications/settings/"
        assert Manner.objects.get().preset == "quiet"
        assert Preference.objects.count() == 0

    def test_custom_keeps_only_what_differs(self, client: Any, lin: Any) -> None:
        client.force_login(lin)
        page = client.get("/notifications/settings/")
        ticked = [
            box.value
            for _group, rows in page.context["form"].table
            for _event, boxes in rows
            for box in boxes
            if box.ticked and not box.fixed
        ]
        sent = {"preset": "custom", "digest": "weekly", "wanted": [*ticked, "post.liked:mail"]}
        client.post("/notifications/settings/", sent)
        assert [(row.event, row.channel, row.wanted) for row in Preference.objects.all()] == [
            ("post.liked", "mail", True)
        ]
        assert choices.choices_of([lin.pk])[lin.pk].digest == Digest.WEEKLY

    @pytest.mark.deny
    @pytest.mark.parametrize(
        "wrong",
        [
            {"preset": "loud"},
            {"preset": "custom", "digest": "hourly"},
            {"preset": "custom", "wanted": ["nothing:mail"]},
            {"preset": "normal", "quiet": "on", "quiet_from": "22:00"},
            {"preset": "normal", "quiet": "on", "quiet_from": "25:00", "quiet_until": "07:00"},
            {"preset": "normal", "quiet": "on", "quiet_from": "22:00", "quiet_until": "22:00"},
        ],
    )
    def test_nonsense_is_refused_and_what_was_typed_stays(self, client: Any, lin: Any, wrong: dict) -> None:
        client.force_login(lin)
        answer = client.post("/notifications/settings/", wrong)
        assert answer.status_code == 422
        assert not Manner.objects.exists()
        if "quiet_from" in wrong:
            assert wrong["quiet_from"] in answer.content.decode()


@pytest.mark.deny
def test_the_database_keeps_no_half_quiet_hours_and_no_empty_mute(lin: Any, zhou: Any) -> None:
    for rows, wrong in (
        (Manner, {"quiet_from": time(22)}),
        (Manner, {"quiet_from": time(22), "quiet_until": time(22)}),
        (Mute, {}),
        (Mute, {"person": zhou, "thread": "post:1"}),
        (Preference, {"event": "post.liked", "channel": "pigeon", "wanted": True}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.objects.create(user=lin, **wrong)


def test_erasure_takes_what_was_told_and_how_it_was_to_be_told(lin: Any, zhou: Any, post: Any) -> None:
    from foundation.core import kinds

    comments.comment(by=zhou, target=post, text="一")
    choices.choose(preset="custom", wanted=set(), by=lin)
    Mute.objects.create(user=lin, person=zhou)
    facet = kinds.get("notification")
    (exported,) = [facet.export.as_data(row) for row in facet.export.rows(lin)]  # type: ignore[union-attr]
    assert exported["event"] == "commented"
    assert forget(lin) > 3
    for model in (Notification, Delivery, Manner, Preference, Mute):
        assert not model.objects.exists()
