"""The document is whole, true and always the same; a stranger writes a client from it alone (U5)."""

import json
import re
from typing import Any

import pytest
import schemathesis
from django.test import Client

from foundation.core.api.problems import TITLES, TYPE
from foundation.core.api.scope import TokenScope
from linli import api as site_api
from linli.api import operations

pytestmark = [pytest.mark.row("U5")]
METHODS = ("get", "head", "post", "put", "patch", "delete")


@pytest.fixture(scope="session")
def said(document: bytes) -> dict[str, Any]:
    return json.loads(document)


def described(said: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path.removeprefix("/api/v1")): operation
        for path, methods in said["paths"].items()
        for method, operation in methods.items()
    }


def named(schema: dict[str, Any]) -> str:
    """Return the name of a body's schema; one that may be left out stands behind its default."""
    (only,) = schema.get("allOf", [schema])
    return str(only["$ref"].rpartition("/")[2])


def test_it_is_served_to_everybody_and_valid(db: None, said: dict[str, Any]) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == said
    schemathesis.openapi.from_dict(said).validate()
    assert said["servers"] == [{"url": "/"}]


def test_it_is_the_same_whenever_it_is_made(said: dict[str, Any]) -> None:
    again = site_api.api.get_openapi_schema(path_prefix="api/v1/")
    assert json.dumps(said) == json.dumps(json.loads(json.dumps(again)))


def test_every_operation_stands_in_it(said: dict[str, Any]) -> None:
    assert set(described(said)) == {(one.method, one.path) for one in operations()}
    names = [operation["operationId"] for operation in described(said).values()]
    assert len(names) == len(set(names))


def test_every_operation_says_its_scope_its_key_and_its_refusals(said: dict[str, Any]) -> None:
    declared = {(one.method, one.path): one for one in operations()}
    for key, operation in described(said).items():
        one = declared[key]
        scopes = [entry["device"] for entry in operation["security"] if "device" in entry]
        assert scopes == [[one.scope.value] if one.scope else []], key
        assert ({} in operation["security"]) is (one.access.permission is None), key
        headers = {given["name"] for given in operation["parameters"] if given["in"] == "header"}
        assert ("Idempotency-Key" in headers) is (one.writes and not one.repeatable), key
        expected = {"400", "401", "403", "422", "500", "503"} | (
            {"409", "413", "429"} if one.writes else set()
        )
        expected |= {"404"} if "{" in one.path else set()
        assert expected <= set(operation["responses"]), key
        assert [code for code in operation["responses"] if code.startswith("2")], key
        assert operation["summary"].isascii(), key
        assert operation["tags"], key


def test_every_refusal_is_a_problem_and_every_problem_is_named(said: dict[str, Any]) -> None:
    for shared in said["components"]["responses"].values():
        assert list(shared["content"]) == ["application/problem+json"]
    assert "Retry-After" in said["components"]["responses"]["Unavailable"]["headers"]
    named = said["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
    assert named == sorted(TYPE.format(name) for name in TITLES)


@pytest.mark.deny
@pytest.mark.security(9)
def test_no_body_takes_what_it_does_not_ask_for(said: dict[str, Any]) -> None:
    """What stands in none of the fields is refused, so that nobody believes it was taken."""
    taken = []
    for operation in described(said).values():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body:
            taken.append(named(body["schema"]))
    assert len(taken) >= 20
    loose = [
        name for name in taken if said["components"]["schemas"][name].get("additionalProperties") is not False
    ]
    assert loose == []


def test_every_text_that_is_taken_has_an_end(said: dict[str, Any]) -> None:
    endless = []
    for operation in described(said).values():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body:
            name = named(body["schema"])
            for field, facts in said["components"]["schemas"][name]["properties"].items():
                if facts.get("type") == "string" and not {"maxLength", "enum", "format", "pattern"} & set(
                    facts
                ):
                    endless.append(f"{name}.{field}")
    assert endless == []


def test_scopes_and_problems_have_words_in_both_languages() -> None:
    from django.utils import translation

    for words in (*[scope.label for scope in TokenScope], *TITLES.values()):
        with translation.override("en"):
            assert str(words).isascii(), words


def test_the_table_of_pages_names_every_operation() -> None:
    """docs/api.md says for every page which operation stands for it; none is forgotten there."""
    from django.conf import settings

    table = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(GET|HEAD|POST|PUT|PATCH|DELETE) (/[^`]*)`", table))
    assert {(one.method, one.path) for one in operations()} == named
