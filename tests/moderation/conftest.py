"""What the inbox's tests share: a comment that waits, and the administrator's hand on the settings."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.moderation.domain import office
from foundation.moderation.models import ReviewItem
from foundation.social.domain.comments import comment


@pytest.fixture
def waiting(article: Callable, person: Callable) -> Callable[[str], ReviewItem]:
    """A comment that waits."""
    page, lin = article(), person("lin")

    def make(text: str = "请问几点？") -> ReviewItem:
        made = comment(by=lin, target=page, text=text)
        return ReviewItem.objects.get(kind="comment", object_id=str(made.pk))

    return make


@pytest.fixture
def set_rule(person: Callable) -> Callable[..., None]:
    """Change how a kind is reviewed, as the administrator does."""
    boss = person("boss", roles=("administrator",))

    def change(kind: str, **values: Any) -> None:
        setting = office.setting_of(kind)
        for name, value in values.items():
            setattr(setting, name, value)
        office.change_setting(setting, by=boss)

    return change
