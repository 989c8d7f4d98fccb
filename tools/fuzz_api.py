"""Send the API whatever its document allows and what it forbids, as three roles, and name every answer that it does not.

    make demo                                   in another window
    python -m tools.fuzz_api                    against http://127.0.0.1:8000; PORT= changes it
    python -m tools.fuzz_api 500 statuses       500 cases an operation, of the addresses that hold the word

Prints one line for each role, and the smallest request behind each fault. The demo's data are changed by it.
"""

import os
import sys
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

# No fault of the site, and nothing that the document does not name: neither a status, nor a type, nor a shape.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ACCOUNTS = {"visitor": "", "resident": "resident", "staff": "staff"}
PASSWORD = "linli-demo-2026"
# A device that was signed out would only be told so from then on.
SIGNING_OUT = ("/devices/sign-out", "/tokens/current", "/me/leaving")
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def sent(operation: Any, mode: GenerationMode, most: int, call: Callable[[Any], None]) -> None:
    """Call with so many cases of an operation, the same ones at every run."""

    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        call(case)

    try:
        run()
    except Unsatisfiable:
        # An address that takes nothing can't be given anything wrong.
        if mode is GenerationMode.POSITIVE:
            raise


def token_of(base: str, name: str) -> str:
    """Sign in as one of the demo's accounts."""
    if not name:
        return ""
    body = {"login": name, "password": PASSWORD, "device_name": "fuzz"}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    answer = httpx.post(f"{base}/api/v1/tokens", json=body, headers=headers)
    answer.raise_for_status()
    return str(answer.json()["token"])


def attack(base: str, role: str, most: int, word: str) -> tuple[int, list[str]]:
    """Send `most` cases, right and wrong, to every operation as one role; return how many, and what was wrong."""
    schema = schemathesis.openapi.from_url(f"{base}/api/v1/openapi.json")
    done, faults = 0, []
    token = token_of(base, ACCOUNTS[role])
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        if word not in operation.path or (role != "visitor" and operation.path.endswith(SIGNING_OUT)):
            continue

        def call(case: Any) -> None:
            nonlocal done
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            case.call_and_validate(headers=headers, checks=CHECKS, timeout=60)
            done += 1

        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                sent(operation, mode, most, call)
            except Exception as fault:
                faults.append(f"{role} {operation.label} {mode.value}: {fault}")
    return done, faults


def main() -> int:
    """Read the command line; 1 where something was wrong."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    base = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    wrong: list[str] = []
    for role in ACCOUNTS:
        done, faults = attack(base, role, most, word)
        print(f"{role}: {done} requests, {len(faults)} operations with a fault", flush=True)
        wrong += faults
    print(*wrong, sep="\n\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
