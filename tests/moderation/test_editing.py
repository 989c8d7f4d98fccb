"""What editors hand in: pictures they may use, and newest words that arrive just behind the submission."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem

pytestmark = [pytest.mark.django_db, pytest.mark.row("P2")]


def test_one_approval_publishes_the_newest_revision(article: Callable, person: Callable) -> None:
    editor, reviewer = person("editor", roles=("editor",)), person("reviewer", roles=("reviewer",))
    page = article("银杏黄了", live=False)
    page.save_revision(user=editor)
    page.get_workflow().start(page, editor)
    page.title = "银杏黄了，来看"
    page.save_revision(user=editor)

    inbox.decide(ReviewItem.objects.get(), approved=True, by=reviewer)

    page.refresh_from_db()
    assert page.live
    assert page.title == "银杏黄了，来看"
    assert not ReviewItem.objects.filter(state="waiting").exists()


def test_editors_may_upload_and_choose_pictures(portal: Any, person: Callable) -> None:
    from wagtail.images import get_image_model
    from wagtail.permissions import policy_registry

    rights = policy_registry.get_by_type(get_image_model())
    for role, allowed in (("editor", True), ("reviewer", True), ("staff", False)):
        user = person(role, roles=(role,))
        assert [rights.user_has_permission(user, right) for right in ("add", "choose")] == [allowed] * 2
