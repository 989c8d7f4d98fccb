"""Bring the demo community up: prepare its database and files if need be, then serve it on loopback."""

import hashlib
import http.client
import os
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = "linli.settings.demo"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PASSWORD = "linli-demo-2026"
ACCOUNTS = (
    ("admin", "管理员 administrator"),
    ("editor", "编辑 editor"),
    ("reviewer", "审核 reviewer"),
    ("staff", "居委会 committee 银杏里"),
    ("staff2", "街道办 street office"),
    ("officer", "儿童专干 children's officer"),
    ("auditor", "审计 auditor"),
    ("operator", "运维 operator"),
    ("resident", "居民 林秋雨"),
    ("neighbour", "居民 周叶"),
    ("guardian", "监护人 guardian"),
    ("newcomer", "未实名 not verified"),
    ("institution", "阳光帮扶中心 head"),
    ("helper", "阳光帮扶中心 member"),
    ("business", "邻家鲜果 business"),
)


def say(line: str) -> None:
    """One line of progress, at once, also into a pipe."""
    print(line, flush=True)


def digest(*patterns: str) -> str:
    """What the files are by name, size and time: enough to tell that nothing was edited, in milliseconds."""
    seen = hashlib.sha256()
    # A glob from the root would walk through .venv and var too.
    folders = [
        entry for entry in ROOT.iterdir() if entry.is_dir() and entry.name[0] != "." and entry.name != "var"
    ]
    for folder in sorted(folders):
        for path in sorted(folder.rglob("*")):
            if any(path.full_match(ROOT / pattern) for pattern in patterns) and path.is_file():
                status = path.stat()
                seen.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return seen.hexdigest()


class Database:
    """The embedded database knows by its own user_version what it was prepared for, so the mark dies with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        code = digest(
            "requirements/base.txt",
            "**/migrations/*.py",
            "**/management/commands/*.py",
            "**/demo/**/*",
            "**/demo.py",
        )
        self.wanted = int(code[:7], 16)

    def is_ready(self) -> bool:
        """Whether the last start prepared this very database for this very code."""
        if os.environ.get("DATABASE_URL") or not self.path.exists():
            return False
        with sqlite3.connect(self.path) as connection:
            return connection.execute("PRAGMA user_version").fetchone()[0] == self.wanted

    def mark_ready(self) -> None:
        """Remember it, once everything before has succeeded."""
        if self.path.exists():
            with sqlite3.connect(self.path) as connection:
                connection.execute(f"PRAGMA user_version = {self.wanted}")


def port_is_taken(host: str, port: int) -> bool:
    """Granian binds with SO_REUSEPORT and would stand silently beside an older server, so ask before."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def collect_static(var: Path) -> subprocess.Popen | None:
    """Start gathering and compressing the static files beside the migration, unless they are as they were."""
    mark, wanted = var / "static-digest", digest("requirements/base.txt", "**/static/**/*")
    if mark.exists() and mark.read_text() == wanted and (var / "static" / "staticfiles.json").exists():
        return None
    code = (
        "import pathlib, django; django.setup();"
        "from django.core.management import call_command;"
        "call_command('collectstatic', interactive=False, verbosity=0);"
        f"pathlib.Path({str(mark)!r}).write_text({wanted!r})"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)


def prepare(database: Database, var: Path) -> None:
    """Everything a first start needs, in one process beside the one that gathers static files."""
    var.mkdir(parents=True, exist_ok=True)
    gathering = collect_static(var)
    if gathering:
        say("demo: gathering static files")
    if not database.is_ready():
        say("demo: creating the database")
        import django  # noqa: PLC0415 -- a ready demo starts without it
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        from django.db import connections  # noqa: PLC0415

        call_command("migrate", interactive=False, verbosity=0)
        call_command("create_roles", verbosity=0)
        say("demo: filling the demo community")
        call_command("demo")
        connections.close_all()
        if not os.environ.get("DATABASE_URL"):
            database.mark_ready()
    if gathering and gathering.wait():
        raise SystemExit("demo: the static files could not be gathered")


def tell_when_ready(host: str, port: int) -> None:
    """A small process of its own that greets once the first page has come, and ends."""
    server = os.getpid()
    if os.fork():
        return
    url = f"http://{'[' + host + ']' if ':' in host else host}:{port}"
    while os.getppid() == server:
        time.sleep(0.1)
        try:
            link = http.client.HTTPConnection(host, port, timeout=30)
            link.request("GET", "/")
            status = link.getresponse().status
        except OSError:
            continue
        say(f"\nLinli 邻里 is up: {url}" if status < 500 else f"\ndemo: {url} answers {status}, see above")
        width = max(len(name) for name, _ in ACCOUNTS)
        for name, who in ACCOUNTS:
            say(f"  {name:<{width}}  {who}")
        say(f"Sign in at {url}/account/login/ with the password {PASSWORD}.")
        say(f'What "went out" by mail lies at {url}/demo/outbox/. Ctrl-C stops.')
        break
    os._exit(0)


def main() -> None:
    """Refuse what is unsafe, prepare, greet, and become the server."""
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    if host not in LOOPBACK:
        raise SystemExit(f"demo: its passwords are public, so it listens on 127.0.0.1 only, not on {host}")
    host = "127.0.0.1" if host == "localhost" else host
    if port_is_taken(host, port):
        raise SystemExit(
            f"demo: port {port} is taken; stop what listens there, or choose: make demo PORT={port + 1}"
        )
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ["PORT"] = str(port)
    os.chdir(ROOT)
    var = Path(os.environ.get("LINLI_VAR", ROOT / "var"))
    prepare(Database(var / "linli.sqlite3"), var)
    say("demo: starting the server")
    tell_when_ready(host, port)
    flags = f"--interface wsgi --host {host} --port {port} --workers 1 --blocking-threads 4 --no-ws --log-level warning"
    os.execv(sys.executable, [sys.executable, "-m", "granian", *flags.split(), "linli.wsgi:application"])


if __name__ == "__main__":
    main()
