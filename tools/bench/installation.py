"""A community in a database of its own, served in production settings: what the suites measure."""

import contextlib
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from tools import services
from tools.bench.figures import ROOT, note
from tools.serve import AT_ONCE, IN_LINE, THREADS

TIMES = 20
WORKERS = 2
# As if nginx stood in front: production answers nothing else.
PROXIED = {
    "Host": "127.0.0.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "127.0.0.1",
    "Accept-Encoding": "identity",
    "User-Agent": "linli-bench",
}


@dataclass(frozen=True)
class Effort:
    """How long is measured."""

    times: int
    runs: int
    seconds: float
    warm_up: float


FULL, SMALL = Effort(TIMES, 3, 10.0, 3.0), Effort(5, 1, 2.5, 1.0)


class Installation:
    """A community in a database of its own, and the commands that run against it."""

    def __init__(self, running: services.Services) -> None:
        self.services = running
        self.var = running.folder / "var"
        self.var.mkdir()
        self.environment = {
            **running.environment(),
            "DJANGO_SETTINGS_MODULE": "linli.settings.bench",
            "LINLI_VAR": str(self.var),
            "LINLI_SECRET_KEY": secrets.token_urlsafe(50),
            "LINLI_HOSTS": "127.0.0.1",
            "LINLI_URL": "https://127.0.0.1",
            "LINLI_PROXIES": "1",
            "PYTHONWARNINGS": "ignore",
            "LINLI_AT_ONCE": str(AT_ONCE),
            "LINLI_IN_LINE": str(IN_LINE),
        }

    def python(self, *arguments: str, settings: str = "") -> str:
        """Run a Python module or script and return what it printed."""
        environment = dict(self.environment)
        if settings:
            environment["DJANGO_SETTINGS_MODULE"] = settings
        done = subprocess.run(
            [sys.executable, *arguments],
            check=True,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def fill(self, times: int) -> None:
        """The demo community, `times` as large, with every picture cut."""
        note(f"filling the demo community x {times}")
        self.python("manage.py", "create_keys")
        self.python("manage.py", "migrate", "--verbosity", "0")
        self.python("manage.py", "demo", settings="linli.settings.services")
        self.python("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        self.python("manage.py", "outbox", "drain")
        self.python("-m", "tools.bench.crowd", str(times))

    @contextlib.contextmanager
    def served(
        self, application: str, *, workers: int = WORKERS, kept: bool = False
    ) -> Iterator[tuple[int, subprocess.Popen]]:
        """The application on its workers, with whole pages kept for visitors or without; gives port and process."""
        port = services.free_port()
        flags = (
            f"--interface wsgi --host 127.0.0.1 --port {port} --workers {workers}"
            f" --blocking-threads {THREADS} --no-ws"
        )
        server = subprocess.Popen(
            [sys.executable, "-m", "granian", *flags.split(), "--log-level", "warning", application],
            cwd=ROOT,
            env=self.environment if kept else {**self.environment, "LINLI_KEPT_PAGES_BYTES": "0"},
            start_new_session=True,
            preexec_fn=services.die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - this process has no threads
        )
        try:
            yield port, server
        finally:
            services.stop(server, signal.SIGTERM)
