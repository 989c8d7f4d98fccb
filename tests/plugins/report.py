"""Writes what ran, with the rows of the mission that each test proves (`make rows` reads it)."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

TARGET = "LINLI_TEST_REPORT"


def _names(item: pytest.Item, mark: str) -> list[str]:
    return sorted({str(name) for found in item.iter_markers(mark) for name in found.args})


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Any:
    """Hand the marks over to the report: with several processes only reports travel."""
    outcome = yield
    report = outcome.get_result()
    report.linli = {
        "rows": _names(item, "row"),
        "security": _names(item, "security"),
        "deny": item.get_closest_marker("deny") is not None,
        "browser": item.get_closest_marker("browser") is not None,
    }


class Recorder:
    def __init__(self, path: Path, database: str) -> None:
        self.path, self.database = path, database
        self.tests: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst outcome of set-up, call and tear-down."""
        if report.when == "call" or report.outcome != "passed":
            known = self.tests.get(report.nodeid, {})
            if known.get("outcome") != "failed":
                self.tests[report.nodeid] = {
                    "outcome": report.outcome,
                    "database": self.database,
                    "seconds": round(getattr(report, "duration", 0), 3),
                    **getattr(report, "linli", {}),
                }

    def pytest_sessionfinish(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.tests, ensure_ascii=False, indent=1), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Record in the process that hears of every test, where somebody asked for it."""
    path = os.environ.get(TARGET)
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(Path(path), os.environ.get("LINLI_TEST_DATABASE", "sqlite")))
