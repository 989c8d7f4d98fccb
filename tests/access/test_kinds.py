"""Kinds (DESIGN: everything that people can look at is declared once): whole, true, and used as declared."""

import ast
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import Http404
from django.template.loader import get_template

from foundation.core import kinds
from foundation.core.access.permissions import Permission, grants
from foundation.core.facets import (
    DemoFacet,
    FeedFacet,
    OnErase,
    ReviewFacet,
    SearchFacet,
    Without,
)
from foundation.core.kinds import Kind

ROOT = Path(settings.BASE_DIR)
KINDS = list(kinds.all_kinds().values())
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)


def local_models() -> Iterator[type[models.Model]]:
    for config in apps.get_app_configs():
        if config.name in settings.LOCAL_APPS:
            yield from config.get_models()


@pytest.mark.parametrize("model", list(local_models()), ids=lambda model: model._meta.label)
def test_every_model_is_a_kind_or_says_why_not(model: type[models.Model]) -> None:
    module = import_module(f"{model._meta.app_config.name}.kinds")  # type: ignore[union-attr]
    not_kinds = getattr(module, "NOT_KINDS", {})
    is_kind = model in {kind.model_class for kind in KINDS}
    if model._meta.app_label == "core":
        not_kinds = kinds.NOT_KINDS
    assert is_kind != (model.__name__ in not_kinds), f"{model._meta.label} is neither, or both"
    assert is_kind or len(not_kinds[model.__name__]) > 5


def test_nothing_is_excused_that_does_not_exist() -> None:
    names = {model.__name__ for model in local_models()}
    for config in apps.get_app_configs():
        if (
            config.name in settings.LOCAL_APPS
            and (ROOT / config.name.replace(".", "/") / "kinds.py").exists()
        ):
            assert set(getattr(import_module(f"{config.name}.kinds"), "NOT_KINDS", {})) <= names


@each_kind
def test_a_facet_that_is_missing_has_a_reason(kind: Kind) -> None:
    missing = [value for value in vars(kind).values() if isinstance(value, Without)]
    assert all(len(facet.reason) > 8 for facet in missing)


@each_kind
def test_its_subject_leads_from_the_row_to_a_person(kind: Kind) -> None:
    model: Any = kind.model_class
    people = apps.get_model(settings.AUTH_USER_MODEL)
    if kind.privacy.subject == "":
        # The person herself, or what speaks of nobody.
        assert model is people or people not in {field.related_model for field in model._meta.get_fields()}
        return
    for part in kind.privacy.subject.split("__"):
        model = model._meta.get_field(part).related_model
    assert model is people


@each_kind
def test_what_is_kept_after_erasure_says_why(kind: Kind) -> None:
    assert kind.privacy.retain
    assert (kind.privacy.on_erase is OnErase.KEEP) == bool(kind.privacy.why_kept)


@each_kind
def test_its_review_can_be_shown_and_decided(kind: Kind) -> None:
    if not isinstance(kind.review, ReviewFacet):
        return
    get_template(kind.review.template)
    assert isinstance(kind.review.permission, Permission)
    assert kind.review.permission in grants()
    assert len(kind.review.reasons) >= 2, "a refusal is written in a second"


@each_kind
def test_its_feed_template_exists(kind: Kind) -> None:
    if isinstance(kind.feed, FeedFacet):
        get_template(kind.feed.template)


@each_kind
def test_nobody_at_all_sees_only_what_is_public(kind: Kind, db: None) -> None:
    """`visible_to` answers for visitors and for nobody, and gives a queryset of its model."""
    for reader in (None, AnonymousUser()):
        found = kind.visible_to(reader)
        assert issubclass(found.model, kind.model_class)
        assert found.count() == 0


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Yield the calls of `module.name(…)` in the sources."""
    for app in settings.LOCAL_APPS:
        for path in (ROOT / app.replace(".", "/")).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == name
                ):
                    yield path, node


def test_every_event_that_is_told_has_a_sentence_and_every_sentence_is_told() -> None:
    told = {
        node.args[0].value
        for _path, node in [*calls("emit"), *calls("tell")]
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }
    # Chosen by the decision that was made.
    told |= {"returned", "approved"}
    # By the day, and by which side undid it.
    told |= {"agreement_remind", "agreement_ending", "agreement_withdrawn", "agreement_rejected"}
    # Left to the worker by name: the people of a notice are many.
    told |= {"urgent", "updated", "lifted", "must_read", "reminded"}
    sentences = {event for kind in KINDS if isinstance(kind.notify, dict) for event in kind.notify}
    assert told == sentences


def test_every_act_that_is_logged_has_a_sentence() -> None:
    logged = {
        node.args[0].value
        for _path, node in calls("append")
        if isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "audit"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    sentences = {action for kind in KINDS if isinstance(kind.audit, dict) for action in kind.audit}
    assert logged <= sentences


def test_a_kind_declared_twice_stops_the_start(monkeypatch: Any) -> None:
    from news import kinds as news_kinds

    monkeypatch.setattr(news_kinds, "KINDS", [*news_kinds.KINDS, news_kinds.KINDS[0]])
    kinds.all_kinds.cache_clear()
    with pytest.raises(ImproperlyConfigured):
        kinds.all_kinds()
    monkeypatch.undo()
    kinds.all_kinds.cache_clear()
    assert kinds.all_kinds()


def test_a_forgotten_facet_stops_the_start() -> None:
    with pytest.raises(TypeError, match="missing"):
        Kind(key="x", model="social.Post")  # type: ignore[call-arg]


@pytest.mark.deny
@pytest.mark.django_db
def test_what_is_not_there_is_404_whatever_the_reason(person: Callable) -> None:
    lin = person("lin")
    for find, key, name in (
        (kinds.find, "post", 1),
        (kinds.find, "post", "x"),
        (kinds.find, "nothing", 1),
        (kinds.find_public, "post", "AAAAAAAAAAAAAAAA"),
        (kinds.find_public, "nothing", "AAAAAAAAAAAAAAAA"),
        (kinds.find_public, "person", "AAAAAAAAAAAAAAAA"),
    ):
        with pytest.raises(Http404):
            find(key, name, lin)
    assert kinds.find("person", lin.pk, lin) == lin


def test_a_model_that_is_no_kind_is_named() -> None:
    from foundation.core.models import Place

    with pytest.raises(KeyError, match="Place is no kind"):
        kinds.of(Place)


def test_search_and_demo_facets_can_be_called() -> None:
    assert all(callable(kind.search.text) for kind in KINDS if isinstance(kind.search, SearchFacet))
    assert all(callable(kind.demo.fill) for kind in KINDS if isinstance(kind.demo, DemoFacet))
