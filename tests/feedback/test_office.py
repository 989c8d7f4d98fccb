"""The office's pages: what waits for an answer, answering, merging, the categories (O3)."""

from collections.abc import Callable

import pytest

from feedback.models import Category, Idea
from foundation.accounts.models import User
from tests.feedback.conftest import browser, sound

pytestmark = [pytest.mark.django_db, pytest.mark.row("O3")]
OFFICE = "/admin/feedback/"


def test_staff_list_the_ideas_of_their_places_what_waits_first(
    idea: Callable, clerk: User, zhou: User, portal: object
) -> None:
    answered, waiting = idea("已经答过", voters=(zhou,)), idea("还在等着")
    idea("不公开的", private=True)
    idea("桥那边的", place="bridge")
    client = browser(clerk)
    client.post(f"{OFFICE}{answered.public_id}/answer/", {"step": "plan", "text": "好"})
    page = client.get(OFFICE)
    rows = list(page.context["page_obj"].object_list)
    assert rows.index(waiting) < rows.index(answered)
    text = page.content.decode()
    assert "不公开的" in text
    assert "桥那边的" not in text
    planned = client.get(
        f"{OFFICE}?state=planned&q=答过&category={answered.category.public_id}"
    ).content.decode()
    assert "已经答过" in planned
    assert "还在等着" not in planned


def test_an_answer_is_sent_by_the_form_and_faults_keep_what_was_typed(
    idea: Callable, clerk: User, portal: object
) -> None:
    made, client = idea(), browser(clerk)
    address = f"{OFFICE}{made.public_id}/"
    assert "发布答复" in client.get(address).content.decode()
    missing = client.post(f"{address}answer/", {"step": "decline", "text": ""})
    assert missing.status_code == 422
    assert "请写几句答复" in missing.content.decode()
    long = client.post(f"{address}answer/", {"step": "plan", "text": "长" * 2001})
    assert long.status_code == 422
    assert "长" * 2001 in long.content.decode()
    assert client.post(f"{address}answer/", {"step": "plan", "text": "下个月装。"}).status_code == 302
    assert "下个月装。" in browser(None).get(made.url).content.decode()
    # What was open when the page was drawn and is no more.
    gone = client.post(f"{address}answer/", {"step": "see"})
    assert gone.status_code == 422
    made.refresh_from_db()
    assert made.state == "planned"


def test_ideas_are_merged_by_the_form(idea: Callable, clerk: User, zhou: User, portal: object) -> None:
    target, source = idea("石桥路灯不亮"), idea("石桥修路灯", by=zhou)
    client = browser(clerk)
    address = f"{OFFICE}{source.public_id}/"
    assert target.public_id in client.get(address).content.decode()
    assert client.post(f"{address}merge/", {}).status_code == 422
    assert client.post(f"{address}merge/", {"into": "AAAAAAAAAAAAAAAA"}).status_code == 422
    assert client.post(f"{address}merge/", {"into": source.public_id}).status_code == 422
    assert client.post(f"{address}merge/", {"into": target.public_id}).status_code == 302
    sound(target)
    assert target.vote_count == 2


@pytest.mark.deny
def test_nobody_else_opens_the_offices_pages(
    idea: Callable, author: User, person: Callable, portal: object
) -> None:
    made = idea("楼上太吵了", private=True)
    for who in (author, person("rev", roles=("reviewer",)), person("boss", roles=("administrator",)), None):
        for path in ("", f"{made.public_id}/", "categories/"):
            answer = browser(who).get(OFFICE + path)
            assert answer.status_code in (302, 403)
            assert "楼上太吵了" not in answer.content.decode()
    elsewhere = browser(person("bridge", roles=("staff",), place="bridge"))
    assert elsewhere.get(f"{OFFICE}{made.public_id}/").status_code == 404
    assert elsewhere.post(f"{OFFICE}{made.public_id}/answer/", {"text": "好"}).status_code == 404
    assert elsewhere.post(f"{OFFICE}{made.public_id}/merge/", {"into": "x"}).status_code == 404


@pytest.mark.deny
def test_staff_do_not_answer_themselves_by_the_form(idea: Callable, clerk: User, portal: object) -> None:
    made, client = idea(by=clerk), browser(clerk)
    page = client.get(f"{OFFICE}{made.public_id}/").content.decode()
    assert "请由其他同事" in page
    assert "发布答复" not in page
    assert client.post(f"{OFFICE}{made.public_id}/answer/", {"text": "好"}).status_code in (302, 403)
    assert not made.answers.exists()


def test_staff_keep_the_categories(idea: Callable, clerk: User, category: Category, portal: object) -> None:
    made, client = idea(), browser(clerk)
    sent = client.post(f"{OFFICE}categories/", {"name": "养老服务", "name_en": "Elder care", "position": "3"})
    assert sent.status_code == 302
    assert Category.objects.get(name="养老服务").position == 3
    twice = client.post(f"{OFFICE}categories/", {"name": "养老服务"})
    assert twice.status_code == 422
    assert "已经有这个分类了" in twice.content.decode()
    changed = {"name": "设施", "name_en": "", "position": "1", "retired": "on"}
    assert client.post(f"{OFFICE}categories/{category.public_id}/", changed).status_code == 302
    category.refresh_from_db()
    assert category.retired
    assert "设施" in browser(None).get(made.url).content.decode()
    form = browser(made.author).get("/feedback/new/?title=别的").content.decode()
    assert "养老服务" in form
    assert ">设施<" not in form


@pytest.mark.deny
def test_categories_are_changed_by_staff_alone(category: Category, author: User) -> None:
    from feedback.domain.sorting import keep_category
    from foundation.core.access.permissions import Refused

    for known in (None, category):
        with pytest.raises(Refused):
            keep_category(known, by=author, values={"name": "我的"})
    assert not Category.objects.filter(name="我的").exists()


@pytest.mark.row("U1")
def test_a_category_is_called_in_the_readers_language(idea: Callable, category: Category) -> None:
    category.name_en = "Public facilities"
    category.save()
    address = idea().url
    assert "Public facilities" in browser(None).get(f"/en{address}").content.decode()
    assert "公共设施" in browser(None).get(address).content.decode()
    assert Idea.objects.count() == 1
