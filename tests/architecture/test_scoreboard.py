"""The scoreboard says what the tests said: one failure is red, nothing run is nothing proved."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tools import proofs, report, rows, scoreboard
from tools.audits import Audit, audit

NOW = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)
QUIET = Audit(vulnerabilities=0, words="audited")


def ran(nodeid: str, *lines: str, outcome: str = "passed", database: str = "sqlite") -> dict[str, Any]:
    return {
        "nodeid": nodeid,
        "outcome": outcome,
        "database": database,
        "rows": [],
        "security": list(lines),
        "deny": True,
        "browser": False,
    }


TESTS = [
    ran("a.py::good", "1"),
    ran("a.py::good", "1", database="postgresql"),
    ran("a.py::half", "2"),
    ran("a.py::half", "2", outcome="failed", database="postgresql"),
    ran("a.py::again", "2"),
    ran("a.py::skipped", "3", outcome="skipped"),
    ran("a.py::skipped", "3", outcome="skipped", database="postgresql"),
    ran("a.py::one", "4", outcome="skipped"),
    ran("a.py::one", "4", database="postgresql"),
    ran("a.py::<script>alert(1)</script>", "50"),
]
LINES = [{"name": str(n), "what": f"line {n}", "source": "A1"} for n in (1, 2, 3, 4, 5, 50)]
RUN = {
    "commit": "0123456789abcdef",
    "dirty": True,
    "finished": NOW.isoformat(),
    "databases": ["sqlite", "postgresql"],
    "tests": TESTS,
}


def board(audited: Audit = QUIET, tests: list[dict[str, Any]] = TESTS) -> dict[str, scoreboard.Entry]:
    made = scoreboard.entries(LINES, proofs.proofs(tests, "security"), audited)
    return {entry.name: entry for entry in made}


def test_each_line_has_the_state_of_its_tests() -> None:
    assert {name: entry.state for name, entry in board().items()} == {
        "1": "proved",
        "2": "failed",
        "3": "not run",
        "4": "proved",
        "5": "not run",
        "50": "proved",
    }
    assert board()["1"].proofs[0].databases == ["sqlite", "postgresql"]
    assert len(board()["2"].proofs) == 2


def test_the_lines_are_printed_as_ever() -> None:
    found = proofs.proofs(TESTS, "security")
    assert proofs.line("1", found) == "1 1 passed, 0 failed, browser 0, deny 1"
    assert proofs.line("2", found) == "2 1 passed, 1 failed, browser 0, deny 2"
    assert proofs.line("3", found) == "3 0 passed, 0 failed, browser 0, deny 0"


@pytest.mark.parametrize(
    ("audited", "state"),
    [
        (Audit(0, "not audited"), "proved"),
        (Audit(2, "2 known"), "failed"),
        (Audit(1, "1 known, 3 were not audited"), "failed"),
        (QUIET, "proved"),
    ],
)
def test_what_is_known_against_packages_stands_beside_their_line_and_makes_it_red(
    audited: Audit, state: str
) -> None:
    assert board(audited)["50"].state == state
    assert board(audited)["50"].note == audited.words
    assert board(audited)["1"].state == "proved"
    failed = [{**test, "outcome": "failed"} for test in TESTS]
    assert board(audited, failed)["50"].state == "failed"


def test_the_page_says_when_where_and_of_what_and_escapes() -> None:
    page = scoreboard.page(list(board().values()), RUN)
    assert "2026-05-04 03:02 UTC" in page
    assert "sqlite, postgresql" in page
    assert "0123456789</code> with uncommitted changes" in page
    for words in ("3 proved", "1 failed", "2 not run", "of 6 lines"):
        assert words in page
    assert "a.py::&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "://" not in page
    assert " src=" not in page
    assert "with uncommitted" not in scoreboard.page([], {**RUN, "dirty": False})


@pytest.mark.parametrize("tests", [TESTS, [TESTS[0], TESTS[5]]])
def test_a_red_line_is_printed_as_well_as_a_grey_one(
    tests: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.setattr(report, "REPORT", tmp_path / "report.json")
    monkeypatch.setattr(report, "state", lambda: report.State("0123", ""))
    monkeypatch.setattr(scoreboard, "PAGE", tmp_path / "board.html")
    monkeypatch.setattr(scoreboard, "ROOT", tmp_path)
    monkeypatch.setattr(scoreboard, "audit", lambda: Audit(0, "not audited (nobody asked)"))
    runs: dict[str, dict[str, Any]] = {}
    for test in tests:
        runs.setdefault(test["database"], {})[test["nodeid"]] = test
    report.write(report.State("0123", ""), runs)
    assert datetime.fromisoformat(json.loads(report.REPORT.read_text())["finished"]).tzinfo == UTC

    assert scoreboard.main() == 0

    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 61
    assert printed[0] == "1 1 passed, 0 failed, browser 0, deny 1"
    assert printed[60] == "50: not audited (nobody asked)"
    assert "<!doctype html>" in (tmp_path / "board.html").read_text(encoding="utf-8")
    assert rows.main() == 0


def test_the_table_has_sixty_lines_each_with_its_source() -> None:
    lines = proofs.table(scoreboard.TABLE)
    assert [asked["name"] for asked in lines] == [str(number) for number in range(1, 61)]
    assert all(asked["what"] and asked["source"] for asked in lines)


def test_an_audit_counts_for_seven_days(tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    assert audit(path).words == "not audited (no advisory database was asked)"
    sound = {"name": "django", "version": "6", "vulns": []}
    hurt = {"name": "pillow", "version": "1", "vulns": [{"id": "X-1"}, {"id": "X-2"}]}

    def written(content: str, age: timedelta = timedelta(days=1)) -> Audit:
        path.write_text(content)
        os.utime(path, ((NOW - age).timestamp(),) * 2)
        return audit(path, now=NOW)

    assert written(json.dumps({"dependencies": [sound]})) == Audit(
        0, "audited 2026-05-03: 0 known vulnerabilities in 1 packages"
    )
    assert written(json.dumps({"dependencies": [sound, hurt]})).vulnerabilities == 2
    assert "older than 7 days" in written(json.dumps({"dependencies": [sound]}), timedelta(days=8)).words
    left_out = {"name": "pyrage", "skip_reason": "not on the index"}
    assert "1 were not audited" in written(json.dumps({"dependencies": [sound, left_out]})).words
    for broken in ("", "[]", "{}", '{"dependencies": 3}'):
        assert "can't be read" in written(broken).words
