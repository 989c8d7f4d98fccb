"""Everything about the code that needs no test run: lint, format, floors, types, migrations, deployment.

python -m tools.check          look at everything, name what does not hold
python -m tools.check --fix    format Python, templates and style sheets, write the bill of materials instead
"""

import argparse
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]
TEMPLATES = ["templates"]

MAX_LINES = 400
# Data, pictures, pinned packages and what a tool writes are not read like code.
NOT_CODE = {
    ".json",
    ".csv",
    ".txt",
    ".svg",
    ".po",
    ".webp",
    ".png",
    ".avif",
    ".jpg",
    ".heic",
    ".woff2",
    ".ico",
}
GENERATED = {"static/css/linli.css"}
LOCK_FILES = {
    "uv.lock",
    "package-lock.json",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "yarn.lock",
    "pnpm-lock.yaml",
}
# Where a package would be downloaded from, and places that exist on one machine only.
ADDRESS = re.compile(
    r"(?:--(?:extra-)?index-url|--find-links|--trusted-host)[ =]"
    r"|https?://[^\s\"'<>]+\.(?:whl|tar\.gz|tgz|zip|deb|git)\b"
    r"|https?://[^\s\"'<>/]*(?:pythonhosted|npmjs|pypi|jsdelivr|unpkg|cdnjs)\.(?:org|com|net)"
)
MACHINE_PATH = re.compile(
    r"(?<![\w.}/:-])/(?:home/\w+/|root/|Users/|work/|workspace/|mnt/|media/\w+/\w+/\w+/)\S*"
)


@dataclass(frozen=True)
class Outcome:
    """What one step found; `text` is shown where it failed."""

    ok: bool
    text: str


type Step = Callable[[], Outcome]


def run(command: list[str], extra: dict[str, str] | None = None) -> Outcome:
    """Run a program in the checkout, with settings that touch nothing of the developer's."""
    with tempfile.TemporaryDirectory(prefix="linli-check-") as var:
        environment = {**os.environ, "LINLI_VAR": var, "DATABASE_URL": "", "REDIS_URL": "", **(extra or {})}
        for name in ("DATABASE_URL", "REDIS_URL"):
            if not environment[name]:
                del environment[name]
        done = subprocess.run(
            command,
            check=False,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    return Outcome(done.returncode == 0, done.stdout.strip())


def program(name: str, *arguments: str) -> Step:
    """A step that is one program of the environment."""
    return lambda: run([str(BIN / name), *arguments])


def manage(settings: str, *arguments: str, **extra: str) -> Step:
    """A step that is one management command under the settings of that name."""
    return lambda: run(
        [*MANAGE, *arguments], {"DJANGO_SETTINGS_MODULE": f"linli.settings.{settings}", **extra}
    )


def tracked() -> Iterator[tuple[str, Path]]:
    """Every file that is committed or about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    for name in sorted(set(filter(None, listing.stdout.split("\0")))):
        if (ROOT / name).is_file():
            yield name, ROOT / name


def is_code(name: str) -> bool:
    """Whether people read and change the file by hand."""
    if Path(name).suffix in NOT_CODE or name in GENERATED:
        return False
    return "/migrations/" not in name and not name.startswith(("static/vendor/", "requirements/"))


def text_of(path: Path) -> str | None:
    """The file's text, None where it is none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def file_lengths() -> Outcome:
    """Nobody reads a file of 500 lines: it is split by concept."""
    long = []
    for name, path in tracked():
        text = text_of(path) if is_code(name) else None
        if text is not None and (lines := text.count("\n")) > MAX_LINES:
            long.append(f"{name}: {lines} lines, {MAX_LINES} are the limit")
    return Outcome(not long, "\n".join(long))


def portability() -> Outcome:
    """No lock file, no download address, no place of one machine: a fresh clone works anywhere."""
    found = []
    for name, path in tracked():
        if path.name in LOCK_FILES:
            found.append(f"{name}: lock files write download addresses; the pins stand in requirements/")
        text = text_of(path) if not name.startswith("static/vendor/") else None
        if text is None or path == Path(__file__).resolve():
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, what in ((ADDRESS, "download address"), (MACHINE_PATH, "path of one machine")):
                if match := pattern.search(line):
                    found.append(f"{name}:{number}: {what}: {match[0][:80]}")
    return Outcome(not found, "\n".join(found))


def deployment() -> Outcome:
    """The production settings, given what an administrator gives them."""
    given = {
        "LINLI_SECRET_KEY": secrets.token_urlsafe(50),
        "LINLI_HOSTS": "linli.example",
        "LINLI_PROXIES": "1",
    }
    return manage("production", "check", "--deploy", "--fail-level", "WARNING", **given)()


STEPS: dict[str, Step] = {
    "ruff check": program("ruff", "check", "--quiet", "."),
    "ruff format": program("ruff", "format", "--check", "--quiet", "."),
    "djangofmt": program("djangofmt", "--check", "--quiet", *TEMPLATES),
    "djlint": program("djlint", "--lint", "--quiet", *TEMPLATES),
    "style sheet": lambda: run([sys.executable, "tools/join_css.py", "--check"]),
    "file lengths": file_lengths,
    "portability": portability,
    "floors": program("lint-imports", "--no-logo"),
    "django check": manage("dev", "check", "--fail-level", "WARNING"),
    "migrations": manage("dev", "makemigrations", "--check", "--dry-run"),
    "deployment": deployment,
    "types": program("mypy", "."),
}


def timed(step: Step) -> tuple[Outcome, float]:
    """Run a step and say how long it took."""
    started = time.monotonic()
    return step(), time.monotonic() - started


def check() -> int:
    """Run all steps, two at a time, and say of each whether it holds."""
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        # The longest first, so that it does not end alone.
        waiting = {pool.submit(timed, step): name for name, step in reversed(STEPS.items())}
        for done in as_completed(waiting):
            name, (outcome, seconds) = waiting[done], done.result()
            print(f"{'ok' if outcome.ok else 'FAILED':<7} {name} ({seconds:.1f} s)", flush=True)
            if not outcome.ok:
                failed.append(name)
                print("".join(f"        {line}\n" for line in outcome.text.splitlines()[-80:]), flush=True)
    print(f"check: {', '.join(sorted(failed))} failed" if failed else f"check: all {len(STEPS)} steps hold")
    return 1 if failed else 0


def fix() -> int:
    """Let the formatters write."""
    commands = [
        [str(BIN / "ruff"), "check", "--fix", "--quiet", "."],
        [str(BIN / "ruff"), "format", "--quiet", "."],
        # It ends with 1 where it changed something.
        [str(BIN / "djangofmt"), "--quiet", *TEMPLATES],
        [sys.executable, "tools/join_css.py"],
        [sys.executable, "-m", "tools.sbom"],
    ]
    for command in commands:
        outcome = run(command)
        if outcome.text:
            print(outcome.text)
    return 0


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.check",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--fix", action="store_true", help="format instead of looking")
    return fix() if parser.parse_args().fix else check()


if __name__ == "__main__":
    sys.exit(main())
