"""Makers of notices for the tests of news."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.core.access.scopes import PUBLIC, Scope
from news.models import NoticePage

FOR_ALL = Scope(PUBLIC)


@pytest.fixture
def notice(portal: Any) -> Callable[..., NoticePage]:
    """Publish a notice for somebody, the way the workflow does it."""

    def make(title: str = "停水", *, scope: Scope = FOR_ALL, live: bool = True, **values: Any) -> NoticePage:
        values = {"summary": "一句话", "slug": f"n{NoticePage.objects.count() + 1}", **values}
        page = NoticePage(title=title, live=False, **values)
        page.scope = scope
        portal.notices.add_child(instance=page)
        if live:
            page.save_revision().publish(skip_permission_checks=True)
        return NoticePage.objects.get(pk=page.pk)

    return make
