"""Many decided at once (O1): exactly the ticked, each by itself."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from foundation.moderation.domain import bulk, inbox
from foundation.moderation.domain.queries import inbox as queries
from foundation.moderation.models import ReviewItem
from foundation.social.domain.comments import comment
from foundation.social.models import Comment
from tests.access.town import claim_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("O1")]


class TestBulk:
    def test_exactly_the_ticked_are_decided_and_the_others_are_named(
        self, waiting: Callable, person: Callable, places: dict, client: Any
    ) -> None:
        items = [waiting(f"第 {number} 条") for number in range(4)]
        officer = person("officer", roles=("editor", "staff"))
        claim_of(person("newcomer", verified=False), places["ginkgo"])
        claim = ReviewItem.objects.get(kind="claim")
        own = ReviewItem.objects.get(
            object_id=str(comment(by=officer, target=Comment.objects.first().target, text="我的").pk)
        )
        inbox.decide(items[1], approved=True, by=person("quick", roles=("editor",)))
        client.force_login(officer)
        picked = [f"{one.public_id}:" for one in (*items[:3], claim, own)] + ["nonsense"]
        answer = client.post(
            "/admin/reviews/decide/", {"decision": "approve", "pick": picked}, follow=True
        ).content.decode()
        states = {one.pk: one.state for one in ReviewItem.objects.all()}
        assert [states[one.pk] for one in items] == ["approved", "approved", "approved", "waiting"]
        assert (states[claim.pk], states[own.pk]) == ("waiting", "waiting")
        assert "已通过 2 项" in answer
        for words in ("要逐项打开核对", "已经由别人处理", "自己提交或初审过"):
            assert words in answer

    @pytest.mark.deny
    def test_a_refusal_needs_a_reason_and_keeps_the_ticks(
        self, waiting: Callable, person: Callable, client: Any
    ) -> None:
        item = waiting()
        client.force_login(person("e", roles=("editor",)))
        answer = client.post("/admin/reviews/decide/", {"decision": "refuse", "pick": f"{item.public_id}:"})
        assert answer.status_code == 422
        assert re.search(rf'value="{item.public_id}:"\s+checked', answer.content.decode())
        empty = client.post("/admin/reviews/decide/", {"decision": "approve"})
        assert "请先勾选" in empty.content.decode()

    @pytest.mark.deny
    def test_what_changed_since_the_list_was_drawn_is_left(self, article: Callable, person: Callable) -> None:
        editor, reviewer = person("editor", roles=("editor",)), person("r", roles=("reviewer",))
        page = article(live=False, owner=editor)
        page.save_revision(user=editor)
        page.get_workflow().start(page, editor)
        (row,) = queries.rows(queries.waiting_for(reviewer))
        page.save_revision(user=editor)
        outcome = bulk.decide_many({row.item.public_id: row.version}, approved=True, reason="", by=reviewer)
        assert (outcome.done, len(outcome.left)) == (0, 1)
