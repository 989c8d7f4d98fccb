"""Nobody is forgotten when somebody leaves: every link to her says what becomes of it (A7)."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.facets import Without
from foundation.core.kinds import Kind
from foundation.social.models import Post
from tests.identity.own import leave_traces

pytestmark = [pytest.mark.django_db, pytest.mark.row("A7"), pytest.mark.security(56)]


def test_the_account_is_locked_before_the_end_of_the_log(person: Callable, portal: Any) -> None:
    """As everywhere else: in another order, two transactions would wait for each other."""
    from foundation.accounts.domain.leaving import erase_account

    editor = person("editor", roles=("editor",))
    with CaptureQueriesContext(connection) as captured:
        erase_account(editor)
    said = [query["sql"] for query in captured]
    changed = max(number for number, sql in enumerate(said) if 'UPDATE "accounts_user"' in sql)
    logged = min(number for number, sql in enumerate(said) if "core_audithead" in sql)
    assert changed < logged


def links_to_people() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is User
    }


def declared() -> set[str]:
    named = set()
    for _app, entry in kinds.erasings():
        if isinstance(entry, Kind):
            # Further away than one step is what hangs on a row that is declared itself.
            if entry.privacy.subject and "__" not in entry.privacy.subject:
                named.add(f"{entry.model_class._meta.label}.{entry.privacy.subject}")
        else:
            named |= set(entry.links)
    return named


def test_every_link_to_a_person_says_what_erasing_her_does() -> None:
    assert links_to_people() - declared() == set(), "who erases these?"
    assert {link for link in declared() - links_to_people() if link.split(".")[0] != "news"} == set()


def test_what_stays_says_why() -> None:
    for app in configured.LOCAL_APPS:
        try:
            module = import_module(f"{app}.kinds")
        except ModuleNotFoundError:
            continue
        assert all(len(entry.why) > 8 for entry in getattr(module, "ERASE", ()))


def test_no_kind_puts_its_own_data_off() -> None:
    reasons = [kind.export.reason for kind in kinds.all_kinds().values() if isinstance(kind.export, Without)]
    assert not [reason for reason in reasons if "comes with" in reason]


def test_likes_are_taken_back_once_however_often_it_is_tried(
    portal: Any,
    person: Callable,
    places: dict,
    picture: Callable,
    drain: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    canary = leave_traces(person, places, picture, drain)
    from foundation.social.domain import leaving as social

    post = Post.objects.get(author__username="friend")
    Post.objects.filter(pk=post.pk).update(reaction_count=3)

    def dies(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(social.Draft.objects, "filter", dies)
        with pytest.raises(KeyboardInterrupt):
            social.erase_rest(canary)
    social.erase_rest(canary)
    post.refresh_from_db()
    assert post.reaction_count == 2
