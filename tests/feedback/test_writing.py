"""Writing an idea, changing it, taking it back (O3)."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from feedback.domain import answering, voting, writing
from feedback.models import Category, Idea, IdeaPicture
from foundation.accounts.models import User
from foundation.core.access.limits import TooOften
from foundation.core.access.permissions import Refused
from foundation.core.files.models import StoredFile
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from tests.feedback.conftest import browser, fresh, sound, told

pytestmark = [pytest.mark.django_db, pytest.mark.row("O3")]


def test_an_idea_begins_with_its_authors_vote_and_its_office_is_told(
    idea: Callable, author: User, clerk: User, person: Callable
) -> None:
    elsewhere = person("bridge", roles=("staff",), place="bridge")
    made = idea()
    assert (made.state, made.vote_count, made.scope_level) == ("new", 1, "public")
    sound(made)
    assert told(clerk, "idea_written")
    assert not told(elsewhere, "idea_written")


def test_screenshots_go_with_the_idea(idea: Callable, picture: Callable) -> None:
    made = idea(pictures=[picture("a.jpg", (64, 48)), picture("b.jpg", (64, 48))], descriptions=["空地"])
    rows = list(made.idea_pictures.select_related("file"))
    assert [row.file.description for row in rows] == ["空地", ""]
    assert {row.file.scope for row in rows} == {made.scope}


@pytest.mark.deny
def test_five_screenshots_are_one_too_many(idea: Callable, picture: Callable, author: User) -> None:
    with pytest.raises(ValidationError, match="4 张"):
        idea(pictures=[picture(f"{n}.jpg", (64, 48)) for n in range(5)])
    assert not Idea.objects.exists()
    assert not StoredFile.objects.filter(owner_id=author.pk).exists()


@pytest.mark.deny
def test_what_is_no_picture_leaves_nothing_behind(idea: Callable, picture: Callable) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    with pytest.raises(ValidationError):
        idea(pictures=[picture("a.jpg", (64, 48)), SimpleUploadedFile("b.jpg", b"no picture")])
    assert not IdeaPicture.objects.exists()


@pytest.mark.deny
def test_who_is_not_verified_or_is_muted_writes_none(idea: Callable, person: Callable) -> None:
    from django.utils import timezone

    newcomer, muted = person("new", verified=False), person("muted")
    User.objects.filter(pk=muted.pk).update(muted_until=timezone.now() + timezone.timedelta(days=1))
    for who in (newcomer, fresh(muted)):
        with pytest.raises(Refused):
            idea(by=who)


@pytest.mark.deny
def test_an_idea_needs_a_title_and_a_category_that_is_offered(idea: Callable, category: Category) -> None:
    with pytest.raises(ValidationError):
        idea(title="  ")
    retired = Category.objects.create(name="旧分类", retired=True)
    with pytest.raises(ValidationError, match="停用"):
        idea(category=retired)


@pytest.mark.deny
def test_eleven_in_a_day_are_too_many(idea: Callable, settings: Any) -> None:
    settings.RATES = settings.RATES | {"idea": "2/d"}
    idea("一")
    idea("二")
    with pytest.raises(TooOften):
        idea("三")


def test_the_same_form_sent_twice_is_one_idea(idea: Callable) -> None:
    once = uuid.uuid4()
    assert idea(once=once).pk == idea(once=once).pk
    assert Idea.objects.count() == 1


def test_its_author_changes_it_while_it_is_new(idea: Callable, author: User) -> None:
    made = idea()
    other = Category.objects.create(name="停车")
    values = {"title": "广场装两张长椅", "text": "带扶手的", "category": other}
    changed = writing.edit_idea(made, by=author, values=values)
    assert (changed.title, changed.text, changed.category) == ("广场装两张长椅", "带扶手的", other)
    assert changed.edited_at is not None


@pytest.mark.deny
def test_nobody_else_changes_it_and_nobody_once_others_support_it(
    idea: Callable, author: User, zhou: User, clerk: User, category: Category
) -> None:
    values = {"title": "别的", "category": category}
    made = idea()
    with pytest.raises(Refused):
        writing.edit_idea(made, by=zhou, values=values)
    voting.vote(made, by=zhou, wanted=True)
    with pytest.raises(GuardFails):
        writing.edit_idea(made, by=author, values=values)
    seen = idea("第二条")
    answering.answer_idea(seen, by=clerk, step="see")
    with pytest.raises(StepNotAllowed):
        writing.edit_idea(seen, by=author, values=values)
    made.refresh_from_db()
    assert made.title == "广场装长椅"


def test_what_is_taken_back_only_its_author_sees(
    idea: Callable, author: User, zhou: User, clerk: User, picture: Callable
) -> None:
    made = idea(pictures=[picture("a.jpg", (64, 48))])
    writing.withdraw_idea(made, by=author)
    made.refresh_from_db()
    assert made.state == "withdrawn"
    seen_by = [who for who in (author, zhou, clerk, None) if Idea.objects.visible_to(who).exists()]
    assert seen_by == [author]
    assert made.idea_pictures.get().file.scope_level == "only"


@pytest.mark.deny
def test_nobody_takes_back_what_is_anothers_or_what_others_support(
    idea: Callable, author: User, zhou: User, clerk: User
) -> None:
    made = idea(voters=(zhou,))
    for who in (zhou, clerk):
        with pytest.raises(Refused):
            writing.withdraw_idea(made, by=who)
    with pytest.raises(GuardFails):
        writing.withdraw_idea(made, by=author)
    planned = idea("第二条")
    answering.answer_idea(planned, by=clerk, step="plan")
    with pytest.raises(StepNotAllowed):
        writing.withdraw_idea(planned, by=author)


@pytest.mark.deny
def test_the_database_keeps_what_a_mistake_would_break(idea: Callable, zhou: User) -> None:
    made = idea()
    wrong: list[dict[str, Any]] = [
        {"state": "lost"},
        {"state": "merged"},
        {"merged_into": made},
        {"state": "merged", "merged_into": made},
        {"state": "withdrawn"},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Idea.objects.filter(pk=made.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.votes.create(user=made.author)


def test_similar_titles_are_shown_before_the_form(idea: Callable, zhou: User) -> None:
    idea("广场东边装长椅")
    idea("给活动室换窗帘")
    page = browser(zhou).get("/feedback/new/?title=广场上放几张长椅").content.decode()
    assert "广场东边装长椅" in page
    assert "给活动室换窗帘" not in page
    assert 'value="广场上放几张长椅"' in page
    fragment = browser(None).get("/feedback/similar/?title=长椅").content.decode()
    assert "广场东边装长椅" in fragment


def test_the_form_keeps_what_was_typed_and_writes_without_scripts(
    zhou: User, places: dict, category: Category, picture: Callable
) -> None:
    page = browser(zhou)
    said = {"title": "修长椅", "text": "坏了一条腿", "category": category.public_id, "place": ""}
    refused = page.post("/feedback/new/", said)
    assert refused.status_code == 422
    assert "坏了一条腿" in refused.content.decode()
    sent = page.post(
        "/feedback/new/",
        {
            **said,
            "place": places["ginkgo"].pk,
            "pictures": [picture("a.jpg", (64, 48))],
            "description": ["断腿"],
        },
    )
    made = Idea.objects.get()
    assert sent["Location"] == made.url
    assert made.idea_pictures.get().file.description == "断腿"
