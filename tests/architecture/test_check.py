"""`make check` runs the contracts, and its own scans find what they are there for."""

import subprocess
from pathlib import Path

import pytest

from tools import check


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own for the scans to look at."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    monkeypatch.setattr(check, "ROOT", tmp_path)
    return tmp_path


def test_a_clean_tree_holds(checkout: Path):
    (checkout / "views.py").write_text("line\n" * check.MAX_LINES)
    (checkout / "people.json").write_text("[\n" + "1,\n" * 900 + "1]\n")

    assert check.file_lengths().ok
    assert check.portability().ok


def test_a_file_over_the_limit_is_named(checkout: Path):
    (checkout / "views.py").write_text("line\n" * (check.MAX_LINES + 1))

    outcome = check.file_lengths()

    assert not outcome.ok
    assert outcome.text == "views.py: 401 lines, 400 are the limit"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uv.lock", ""),
        ("package-lock.json", "{}"),
        ("requirements.txt", "--index" + "-url https" + "://packages.example/simple\n"),
        ("setup.sh", "curl https" + "://example.org/uv-0.1.tar" + ".gz\n"),
        ("notes.md", "see /root" + "/project/file\n"),
        ("notes.md", "see /home" + "/me/project\n"),
    ],
)
def test_what_ties_the_tree_to_one_place_is_named(checkout: Path, name: str, text: str):
    (checkout / name).write_text(text)

    outcome = check.portability()

    assert not outcome.ok
    assert outcome.text.startswith(name)


@pytest.mark.security(47)
def test_production_as_it_is_set_holds_before_django_s_own_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE")  # for Playwright; no server has it
    outcome = check.deployment()
    assert outcome.ok, outcome.text


def test_the_contracts_of_the_floors_are_one_of_the_steps():
    assert check.STEPS["floors"]().ok
