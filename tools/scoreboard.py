"""The security scoreboard: which tests prove each of its lines, in numbers and as a page.

    python -m tools.scoreboard        from `@pytest.mark.security(12)`

Prints `12 3 passed, 0 failed, browser 0, deny 1` for every line, reading the report of the last whole `make test`
as `tools.rows` does, then what is known of the packages' vulnerabilities, and writes var/scoreboard.html.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from tools.audits import Audit, audit
from tools.proofs import Proof, last_run, of, print_lines, proofs, table
from tools.report import ROOT

TABLE = "scoreboard.csv"
PAGE = ROOT / "var" / "scoreboard.html"
TEMPLATE = Path(__file__).with_name("scoreboard.html")
# The line of the packages: tests prove that pins, hashes and bill hold; what is known against them stands beside it.
AUDITED = "50"
PROVED, FAILED, NOT_RUN = "proved", "failed", "not run"


@dataclass(frozen=True)
class Entry:
    """One line of the scoreboard with what is known of it."""

    name: str
    what: str
    source: str
    state: str
    proofs: list[Proof]
    note: str = ""

    @property
    def css(self) -> str:
        return self.state.replace(" ", "-")


def state_of(ran: list[Proof]) -> str:
    """Failed where one test failed on one database; what no test ran for is never proved."""
    if any(proof.failed for proof in ran):
        return FAILED
    return PROVED if ran else NOT_RUN


def entries(lines: Iterable[dict[str, str]], found: list[Proof], audited: Audit) -> list[Entry]:
    """Every line of the table with its state."""
    board = []
    for asked in lines:
        ran = of(asked["name"], found)
        state, note = state_of(ran), ""
        if asked["name"] == AUDITED:
            note = audited.words
            if audited.vulnerabilities:
                state = FAILED
        board.append(Entry(asked["name"], asked["what"], asked["source"], state, ran, note))
    return board


def page(board: list[Entry], run: dict[str, Any]) -> str:
    """The scoreboard as one HTML file that needs nothing else; `run` is the report that it was made from."""
    finished = datetime.fromisoformat(run["finished"])
    states = [entry.state for entry in board]
    context = {
        "board": board,
        "summary": [
            (state, state.replace(" ", "-"), str(states.count(state))) for state in (PROVED, FAILED, NOT_RUN)
        ],
        "lines": str(len(board)),
        "finished": f"{finished:%Y-%m-%d %H:%M %Z}",
        "databases": ", ".join(run["databases"]),
        "commit": run["commit"][:10] or "unknown",
        "dirty": run["dirty"],
    }
    template = Engine().from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(Context(context, use_l10n=False, use_tz=False))


def main() -> int:
    """Print all lines and write the page; 0 whenever that could be done, whatever the tests said."""
    run = last_run()
    if run is None:
        return 1
    lines, found, audited = table(TABLE), proofs(run["tests"], "security"), audit()
    print_lines([asked["name"] for asked in lines], found, TABLE)
    print(f"{AUDITED}: {audited.words}")
    board = entries(lines, found, audited)
    PAGE.write_text(page(board, run), encoding="utf-8")
    print(f"scoreboard: {PAGE.relative_to(ROOT)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
