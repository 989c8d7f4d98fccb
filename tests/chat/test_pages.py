"""The pages of messages, in a browser without scripts (S10)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chat.domain import groups, keeping, sending
from chat.models import Conversation, Message, Participant
from foundation.accounts.domain import family
from foundation.core.files import pictures

pytestmark = [pytest.mark.row("S10"), pytest.mark.django_db]


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def once(page: str) -> str:
    found = re.search(r'name="once" value="([\w-]+)"', page)
    assert found is not None
    return found[1]


class TestTalking:
    def test_the_first_message_makes_the_conversation_and_the_second_stands_in_it(
        self, lin: Any, zhou: Any
    ) -> None:
        hers = browser(lin)
        page = text(hers.get("/messages/new/?to=zhou"))
        assert "发给周叶" in page
        answer = hers.post("/messages/new/", {"to": "zhou", "text": "在家吗？", "once": once(page)})
        made = Conversation.objects.get()
        assert answer.url == made.url
        page = text(hers.get(made.url))
        assert "在家吗？" in page
        answer = hers.post(made.url, {"text": "我带了点心", "once": once(page)})
        assert answer.url == f"{made.url}#newest"
        his = browser(zhou)
        assert "我带了点心" in text(his.get("/messages/"))
        log = text(his.get(made.url)).split("data-chat")[1]
        assert log.index("在家吗？") < log.index("我带了点心")
        assert hers.get("/messages/new/?to=zhou").url == made.url

    def test_the_number_beside_the_bell_is_what_waits(self, lin: Any, zhou: Any) -> None:
        made = sending.write_to(zhou, by=lin, text="一")
        sending.send(made.conversation, by=lin, text="二")
        his = browser(zhou)
        assert "消息，2 条未读" in text(his.get("/feed/"))
        counts = his.get(reverse("messaging:badge")).json()
        assert (counts["messages"], counts["unread"]) == (2, 1), (
            "the bell counts who followed, not what was said"
        )
        his.post(f"{made.conversation.url}read/")
        assert his.get(reverse("messaging:badge")).json()["messages"] == 0
        assert 'aria-label="消息"' in text(his.get("/feed/"))

    def test_looking_at_it_marks_nothing_as_read(self, lin: Any, zhou: Any) -> None:
        made = sending.write_to(zhou, by=lin, text="一")
        his = browser(zhou)
        assert "标为已读" in text(his.get(made.conversation.url))
        his.get(f"{made.conversation.url}newer/")
        assert Participant.objects.get(user=zhou).unread == 1

    def test_others_see_what_was_read_unless_the_reader_does_not_want_it(self, lin: Any, zhou: Any) -> None:
        made = sending.write_to(zhou, by=lin, text="一")
        assert "对方未读" in text(browser(lin).get(made.conversation.url))
        keeping.mark_read(made.conversation, up_to=made.pk, by=zhou)
        assert "对方已读" in text(browser(lin).get(made.conversation.url))
        browser(zhou).post("/messages/settings/", {"who_may_write": "everybody"})
        shown = text(browser(lin).get(made.conversation.url))
        assert "对方已读" not in shown
        assert "对方未读" not in shown

    def test_an_open_page_asks_for_what_is_new_and_what_was_taken_back(self, lin: Any, zhou: Any) -> None:
        first = sending.write_to(zhou, by=lin, text="第一句")
        second = sending.send(first.conversation, by=lin, text="第二句")
        his, url = browser(zhou), f"{first.conversation.url}newer/"
        assert "第二句" in text(his.get(url, {"after": first.public_id}))
        keeping.unsend(second, by=lin)
        shown = text(his.get(url, {"after": second.public_id}))
        assert "第二句" not in shown
        assert "对方撤回了一条消息" in shown
        assert "第一句" in text(his.get(url, {"after": "nonsense"}))

    def test_a_page_with_scripts_gets_the_new_lines_or_the_one_sentence(self, lin: Any, zhou: Any) -> None:
        made = sending.write_to(zhou, by=lin, text="一")
        hers = browser(lin)
        answer = hers.post(made.conversation.url, {"text": "二"}, headers={"X-Page": "chat"})
        assert "二" in text(answer)
        assert "<html" not in text(answer)
        refused = hers.post(made.conversation.url, {"text": " "}, headers={"X-Page": "chat"})
        assert (refused.status_code, refused.headers["Content-Type"]) == (422, "text/plain; charset=utf-8")
        assert refused.content.decode() == "写点什么，或者选一张照片。"

    def test_what_was_refused_stays_typed(self, lin: Any, zhou: Any) -> None:
        made = sending.write_to(zhou, by=lin, text="一")
        answer = browser(lin).post(made.conversation.url, {"text": "字" * 2001})
        assert answer.status_code == 422
        assert "字" * 2001 in answer.content.decode()

    def test_a_draft_waits_and_goes_with_what_is_sent(self, lin: Any, zhou: Any) -> None:
        made = sending.write_to(zhou, by=lin, text="一")
        hers = browser(lin)
        assert hers.post(f"{made.conversation.url}draft/", {"text": "还没写完"}).json() == {"kept": True}
        assert "还没写完" in text(hers.get(made.conversation.url))
        assert "还没写完" not in text(browser(zhou).get(made.conversation.url))
        hers.post(made.conversation.url, {"text": "写完了"})
        assert "还没写完" not in text(hers.get(made.conversation.url))

    def test_pictures_are_for_those_in_it(self, lin: Any, zhou: Any, wu: Any, picture: Callable) -> None:
        made = sending.write_to(zhou, by=lin, text="一")
        browser(lin).post(made.conversation.url, {"pictures": [picture()], "description": ["一树银杏"]})
        stored = Message.objects.latest("pk").attachments.get().file
        pictures.make("", {"id": stored.pk})
        assert "一树银杏" in text(browser(zhou).get(made.conversation.url))
        sent = browser(zhou).get(stored.url_320)
        assert b"".join(sent.streaming_content)
        assert browser(wu).get(stored.url_320).status_code == 404
        assert Client().get(stored.url_320).status_code == 404
        assert "［照片］" in text(browser(zhou).get("/messages/"))

    def test_older_messages_come_by_key(self, lin: Any, zhou: Any) -> None:
        made = sending.write_to(zhou, by=lin, text="句0。")
        for number in range(1, 40):
            sending.send(made.conversation, by=lin, text=f"句{number}。")
        page = text(browser(zhou).get(made.conversation.url))
        assert "句39。" in page
        assert "句9。" not in page
        older = re.search(r'hx-get="([^"]+)"', page)
        assert older is not None
        before = text(browser(zhou).get(older[1]))
        assert "句0。" in before
        assert "句9。" in before
        assert "句10。" not in before
        piece = text(browser(zhou).get(older[1], headers={"HX-Request": "true"}))
        assert "<html" not in piece
        assert "句9。" in piece


class TestRequests:
    def test_a_request_stands_apart_and_is_answered_there(self, lin: Any, wu: Any) -> None:
        made = sending.write_to(lin, by=wu, text="我是新搬来的")
        hers = browser(lin)
        assert "我是新搬来的" not in text(hers.get("/messages/"))
        assert "我是新搬来的" in text(hers.get("/messages/?show=requests"))
        page = text(hers.get(made.conversation.url))
        assert "谢绝并拉黑" in page
        assert 'name="text"' not in page, "nothing is written before it is accepted"
        assert "对方接受以后，就可以继续聊了" in text(browser(wu).get(made.conversation.url))
        hers.post(f"{made.conversation.url}answer/", {"answer": "accept"})
        assert "我是新搬来的" in text(hers.get("/messages/"))

    @pytest.mark.deny
    def test_a_declined_one_is_gone_for_her_and_says_nothing_to_who_asked(self, lin: Any, wu: Any) -> None:
        made = sending.write_to(lin, by=wu, text="您好")
        before = text(browser(wu).get(made.conversation.url))
        browser(lin).post(f"{made.conversation.url}answer/", {"answer": "decline"})
        assert browser(lin).get(made.conversation.url).status_code == 404
        after = text(browser(wu).get(made.conversation.url))
        strip = re.compile(r'csrf[^>]+>|value="[\w-]{36}"|[A-Za-z0-9]{64}')
        assert strip.sub("", after) == strip.sub("", before)

    @pytest.mark.deny
    def test_an_answer_that_is_none_is_not_there(self, lin: Any, wu: Any) -> None:
        made = sending.write_to(lin, by=wu, text="您好")
        assert browser(lin).post(f"{made.conversation.url}answer/", {"answer": "x"}).status_code == 404


@pytest.mark.deny
class TestRefusals:
    def test_a_blocked_pair_sees_that_nothing_can_be_sent_and_not_why(
        self, lin: Any, zhou: Any, street: Any
    ) -> None:
        made = sending.write_to(zhou, by=lin, text="以前的话")
        street.block(lin, by=zhou)
        for one in (lin, zhou):
            page = text(browser(one).get(made.conversation.url))
            assert "以前的话" in page
            assert "现在不能在这里发消息" in page
            assert 'name="text"' not in page
            assert "拉黑" not in page
        answer = browser(lin).post(made.conversation.url, {"text": "还在吗"})
        assert answer.status_code == 422
        assert browser(lin).get("/messages/new/?to=zhou").status_code == 404

    def test_whom_nobody_finds_nobody_writes_to(self, lin: Any, person: Callable) -> None:
        person("new", verified=False)
        hers = browser(lin)
        for name in ("new", "nobody", "lin"):
            assert hers.get(f"/messages/new/?to={name}").status_code == 404
        assert hers.post("/messages/new/", {"to": "new", "text": "你好"}).status_code == 422
        assert not Message.objects.exists()

    def test_who_acts_for_a_relative_has_no_messages_at_all(
        self, lin: Any, zhou: Any, person: Callable
    ) -> None:
        son = person("son")
        tie = family.ask(son, as_proxy=False, kinship="child", by=lin)
        family.agree(tie, by=son)
        hers = sending.write_to(zhou, by=lin, text="悄悄话")
        own = sending.write_to(zhou, by=son, text="儿子的话")
        client = browser(son)
        client.post(f"/account/family/{tie.public_id}/")
        assert client.get("/account/family/").context["request"].acting_for == tie
        for address in (
            "/messages/",
            "/messages/new/",
            "/messages/settings/",
            hers.conversation.url,
            own.conversation.url,
            f"{own.conversation.url}newer/",
        ):
            assert client.get(address).status_code == 404, address
        for address in (own.conversation.url, f"{own.conversation.url}read/", "/messages/new/"):
            assert client.post(address, {"text": "替她说", "to": "zhou"}).status_code == 404, address
        assert Message.objects.count() == 2

    def test_no_role_reads_what_others_say(self, lin: Any, zhou: Any, person: Callable) -> None:
        made = sending.write_to(zhou, by=lin, text="悄悄话")
        for role in ("staff", "administrator", "auditor", "operator", "reviewer"):
            client = browser(person(f"r-{role}", roles=(role,)))
            assert client.get(made.conversation.url).status_code == 404
            assert client.get(f"{made.conversation.url}newer/").status_code == 404
            assert "悄悄话" not in text(client.get("/messages/"))


class TestGroups:
    def test_a_group_is_made_of_contacts_and_kept_on_its_page(self, lin: Any, zhou: Any, wu: Any) -> None:
        hers = browser(lin)
        assert "周叶" in text(hers.get("/messages/groups/new/"))
        answer = hers.post("/messages/groups/new/", {"title": "太极队", "people": ["zhou"], "named": "吴桐"})
        made = Conversation.objects.get()
        assert answer.url == made.url
        page = text(hers.get(f"{made.url}people/"))
        assert "等待同意" in page
        assert "修改群名" in page
        assert "修改群名" not in text(browser(zhou).get(f"{made.url}people/"))
        assert "邀请您进群" in text(browser(wu).get("/messages/?show=requests"))
        browser(wu).post(f"{made.url}answer/", {"answer": "accept"})
        assert "吴桐 进群了" in text(hers.get(made.url))
        hers.post(f"{made.url}rename/", {"title": "银杏里太极队"})
        hers.post(f"{made.url}people/remove/", {"who": "wu"})
        assert "把 吴桐 移出了群聊" in text(hers.get(made.url))
        hers.post(f"{made.url}hand-over/", {"who": "zhou"})
        assert hers.post(f"{made.url}leave/").url == "/messages/"
        assert hers.get(made.url).status_code == 404

    def test_how_many_have_read_it(self, lin: Any, zhou: Any) -> None:
        group = groups.start_group("太极队", [zhou], by=lin)
        said = sending.send(group, by=lin, text="明早七点")
        keeping.mark_read(group, up_to=said.pk, by=zhou)
        assert "1 人已读" in text(browser(lin).get(group.url))

    @pytest.mark.deny
    def test_faults_are_said_and_keep_what_was_typed(self, lin: Any, zhou: Any) -> None:
        hers = browser(lin)
        answer = hers.post("/messages/groups/new/", {"title": "太极队", "named": "没有这个人"})
        assert answer.status_code == 422
        assert "没有找到这位居民" in answer.content.decode()
        assert 'value="太极队"' in answer.content.decode()
        group = groups.start_group("太极队", [zhou], by=lin)
        assert hers.post(f"{group.url}people/", {}).status_code == 422
        assert hers.post(f"{group.url}rename/", {"title": ""}).status_code == 422
        answer = hers.post(f"{group.url}leave/", follow=True)
        assert "先把群转交给别人" in answer.content.decode()


@pytest.mark.parametrize("show", ["", "requests", "archived"])
def test_empty_lists_say_what_to_do_next(lin: Any, show: str) -> None:
    page = text(browser(lin).get(f"/messages/?show={show}"))
    assert "empty__art" in page
    assert ("/messages/new/" if not show else 'href="/messages/"') in page


def test_who_is_not_verified_is_told_the_way(person: Callable, portal: Any) -> None:
    page = text(browser(person("new", verified=False)).get("/messages/"))
    assert "/account/verification/" in page


def test_the_small_acts_lead_back(lin: Any, zhou: Any) -> None:
    made = sending.write_to(zhou, by=lin, text="一")
    his, url = browser(zhou), made.conversation.url
    his.post(f"{url}mute/", {"muted": "1", "next": url})
    assert Participant.objects.get(user=zhou).muted
    assert "恢复提醒" in text(his.get(url))
    his.post(f"{url}archive/", {"archived": "1"})
    assert "林秋雨" not in text(his.get("/messages/"))
    assert "林秋雨" in text(his.get("/messages/?show=archived"))
    his.post(f"/messages/said/{made.public_id}/delete/")
    assert not Message.objects.visible_to(zhou).exists()
    hers = browser(lin)
    assert "没有找到" in text(hers.get("/messages/?q=没有"))
    assert "周叶" in text(hers.get("/messages/?q=周"))
    hers.post(f"/messages/said/{made.public_id}/unsend/")
    assert "您撤回了一条消息" in text(hers.get(url))
