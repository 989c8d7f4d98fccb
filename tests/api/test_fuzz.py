"""Whatever is sent, right or wrong: never a fault of the site, and no answer that the document does not name (U5).

A seeded sample of what `python -m tools.fuzz_api` sends by the thousand.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from schemathesis import GenerationMode

from linli.api import operations
from tests.access.town import Town
from tools.fuzz_api import CHECKS, sent

pytestmark = [pytest.mark.row("U5"), pytest.mark.deny, pytest.mark.security(21)]
# So many cases of an operation, right and wrong, by role: whoever may do most is asked most.
MOST = {"visitor": 1, "owner": 3, "staff": 1}


@pytest.fixture
def schema(db: None) -> Iterator[Any]:
    """The document, and the site behind it; no request ends the connection that the test is on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def attack(schema: Any, town: Town, role: str, modes: list[GenerationMode], named: dict[str, Any]) -> int:
    """Send a few cases to every operation, each with a fresh device; return how many."""
    done = 0
    for one in operations():
        if named and "{" not in one.path:
            continue
        operation = schema[f"/api/v1{one.path}"][one.method]
        with transaction.atomic():
            token = town.device(role).token
            headers = {"Authorization": f"Bearer {token}"} if token else {}

            def call(case: Any, headers: dict[str, str] = headers) -> None:
                nonlocal done
                if named:
                    case.path_parameters = {name: named[name] for name in case.path_parameters}
                case.validate_response(case.call(headers=headers), checks=CHECKS)
                done += 1

            for mode in modes:
                sent(operation, mode, MOST[role], call)
            transaction.set_rollback(True)
    return done


@pytest.mark.parametrize("role", MOST)
def test_no_request_breaks_anything_or_is_answered_otherwise_than_documented(
    role: str, schema: Any, town: Town
) -> None:
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    assert attack(schema, town, role, modes, {}) > len(operations())


def test_nor_does_one_about_things_that_are_there(schema: Any, town: Town) -> None:
    """Of somebody whose own they are, so that every operation goes its whole way."""
    named = {"name": "owner", "id": town.words["post"], "kind": "post", "key": "status:new"}
    named["date"] = town.words["near_day"]
    assert (
        attack(schema, town, "owner", [GenerationMode.POSITIVE], named | {"size": 320, "form": "webp"}) > 50
    )
