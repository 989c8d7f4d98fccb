"""A whole installation with the people of the last release: what is killed in it is started again by its keeper."""

import contextlib
import gzip
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools import demo, serve, services
from tools.bench import processes
from tools.bench.figures import ROOT
from tools.faults.clerk import DONE
from tools.faults.make_release import RELEASES, program
from tools.faults.sinks import Postman, Provider

PEOPLE = 300
LIBFAKETIME = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1")


class Broken(Exception):
    """An invariant does not hold, or something did not come about in its time."""


def note(line: str) -> None:
    """Say what goes on, beside the figures."""
    print(f"faults: {line}", file=sys.stderr, flush=True)


def until(is_so: Callable[[], object], what: str, *, seconds: float = 60.0) -> float:
    """Wait for progress; return the seconds it took. Raises Broken where it does not come."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > seconds:
            raise Broken(f"{what} did not come about within {seconds:.0f} s")
        time.sleep(0.05)
    return time.monotonic() - started


def newest_release() -> Path:
    """Where the last release's databases are kept."""
    return max(
        RELEASES.iterdir(), key=lambda path: [int(part) for part in path.name.split(".") if part.isdigit()]
    )


def kill(process: subprocess.Popen) -> None:
    """Kill -9 a process and everything that it started, at once."""
    for pid in sorted(processes.tree([process.pid]), reverse=True):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def faketime(shift: str) -> dict[str, str]:
    """What makes a process believe in another time, `+2d` or `@2028-02-29 12:00:00`. Raises Broken without the library."""
    for pattern in LIBFAKETIME:
        for found in Path("/").glob(pattern.lstrip("/")):
            # What is measured by the monotonic clock goes on as it is: a jump of the wall clock alone.
            return {"LD_PRELOAD": str(found), "FAKETIME": shift, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    raise Missing("libfaketime: an administrator runs `apt-get install faketime`")


class Missing(Exception):
    """The machine lacks what the fault is made with."""


class House:
    """Database, Redis, mail gateway, provider, web nodes, worker, beat and clerk, each a process of its own."""

    def __init__(
        self, scratch: Path, *, embedded: bool = False, data: Path | None = None, var: Path | None = None
    ) -> None:
        self.scratch, self.embedded = scratch, embedded
        self.var = var or scratch / "var"
        self.postman, self.provider = Postman(), Provider()
        self.running: dict[str, subprocess.Popen] = {}
        self.commands: dict[str, list[str]] = {}
        self.extra: dict[str, dict[str, str]] = {}
        self.ports: list[int] = []
        self.cluster = None if embedded else services.Cluster(scratch, durable=True, data=data)
        self.redis_port = 0
        self.environment: dict[str, str] = {}

    # --- made and ended
    def move_in(self, release: Path) -> None:
        """Put the database of a release in place, as it was then, and start the services."""
        self.var.mkdir(exist_ok=True)
        self.postman.open()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LINLI")},
            "DJANGO_SETTINGS_MODULE": "linli.settings.bench",
            "LINLI_VAR": str(self.var),
            "LINLI_KEK": (release / "kek").read_text().strip(),
            "LINLI_SECRET_KEY": secrets.token_urlsafe(50),
            "LINLI_HOSTS": "127.0.0.1",
            "LINLI_URL": "https://127.0.0.1",
            "LINLI_PROXIES": "1",
            "LINLI_AT_ONCE": str(serve.AT_ONCE),
            "LINLI_IN_LINE": str(serve.IN_LINE),
            "LINLI_SMTP_HOST": "127.0.0.1",
            "LINLI_SMTP_PORT": str(self.postman.port),
            "LINLI_SMS_GATEWAY": "tools.faults.sinks.hand_over",
            "LINLI_FAULTS_SMS": str(self.provider.port),
            "PYTHONWARNINGS": "ignore",
            "C_FORCE_ROOT": "1",
        }
        for name in ("DATABASE_URL", "REDIS_URL"):
            self.environment.pop(name, None)
        self._restore(release)
        (self.var / "static").symlink_to(self._static())

    def open_doors(self) -> None:
        """Start the site itself."""
        self.start_clerk()
        self.ask("people", count=PEOPLE)
        for number in range(1 if self.embedded else 2):
            self.ports.append(services.free_port())
            self.start(f"web{number}", *serve.node_command(self.ports[number]))
        if not self.embedded:
            self.start("worker", *serve.worker_command())
            self.start("beat", *serve.beat_command(self.var))
        self.wait_for_nodes()

    def _restore(self, release: Path) -> None:
        if self.cluster is None:
            packed = (release / "linli.sqlite3.gz").read_bytes()
            (self.var / "linli.sqlite3").write_bytes(gzip.decompress(packed))
            return
        self.cluster.create()
        self.running["postgresql"] = self.cluster.start()
        self.cluster.create_database()
        self.environment["DATABASE_URL"] = self.cluster.url
        self.start_redis()
        subprocess.run(
            [program("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, self.cluster.url],
            input=gzip.decompress((release / "linli.sql.gz").read_bytes()),
            check=True,
        )

    def _static(self) -> Path:
        """The static files, gathered once for all houses of a checkout."""
        kept = ROOT / "var" / "faults"
        kept.mkdir(parents=True, exist_ok=True)
        mark, wanted = kept / "static-digest", demo.digest("requirements/base.txt", "**/static/**/*")
        if not mark.exists() or mark.read_text() != wanted:
            environment = {**self.environment, "LINLI_VAR": str(kept)}
            command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
            subprocess.run(command, check=True, cwd=ROOT, env=environment)
            mark.write_text(wanted)
        return kept / "static"

    def end(self) -> None:
        """Kill what still runs."""
        for process in reversed(self.running.values()):
            kill(process)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        self.postman.close()
        self.provider.close()

    # --- its processes
    def start(self, name: str, *command: str, **extra: str) -> subprocess.Popen:
        """Start one, and remember how, so that its keeper can do it again."""
        self.commands[name], self.extra[name] = list(command), extra
        with (self.scratch / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**self.environment, **extra},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=services.die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one prctl, no lock
            )
        return self.running[name]

    def kill(self, name: str) -> None:
        """Kill -9."""
        kill(self.running.pop(name))

    def again(self, name: str, **extra: str) -> None:
        """Start one again that was killed, if need be in other surroundings."""
        if name == "postgresql" and self.cluster is not None:
            self.running[name] = self.cluster.start()
        elif name == "redis":
            self.start_redis()
        else:
            self.start(name, *self.commands[name], **extra)
        if name.startswith("web"):
            self.wait_for_nodes()

    def start_redis(self) -> None:
        """Start Redis, on its port if it had one."""
        process, url = services.start_redis(self.scratch, fixed=self.redis_port)
        self.running["redis"] = process
        self.redis_port = int(url.rpartition(":")[2].partition("/")[0])
        self.environment["REDIS_URL"] = url

    def wait_for_nodes(self) -> None:
        """Wait until every node answers."""
        for number, port in enumerate(self.ports):
            name = f"web{number}"
            if name in self.running:
                serve.wait_until_ready(port, self.running[name])

    def manage(self, *command: str) -> None:
        """Run a management command to its end. Raises CalledProcessError."""
        subprocess.run([sys.executable, "manage.py", *command], check=True, cwd=ROOT, env=self.environment)

    # --- the clerk
    def start_clerk(self) -> None:
        """Start the clerk, who is asked over a pipe."""
        with (self.scratch / "clerk.log").open("ab") as log:
            self.running["clerk"] = subprocess.Popen(
                [sys.executable, "-m", "tools.faults.clerk"],
                cwd=ROOT,
                env={**self.environment, "PYTHONPATH": str(ROOT / "site")},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
                preexec_fn=services.die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one prctl, no lock
            )
        self._answer()

    def ask(self, errand: str, **given: Any) -> Any:
        """Let the clerk do an errand. Raises Broken where it fails."""
        pipe = self.running["clerk"].stdin
        assert pipe is not None
        pipe.write(json.dumps({"do": errand, **given}) + "\n")
        pipe.flush()
        return self._answer()

    def _answer(self) -> Any:
        pipe = self.running["clerk"].stdout
        assert pipe is not None
        for line in pipe:
            if line.startswith(DONE):
                answer = json.loads(line.removeprefix(DONE))
                if "fault" in answer:
                    raise Broken(f"the clerk: {answer['fault']}")
                return answer["is"]
        log = (self.scratch / "clerk.log").read_text(errors="replace")[-800:]
        raise Broken(f"the clerk has gone: {log}")

    def settle(self, *, seconds: float = 120.0) -> float:
        """Wait until nothing waits in the outbox; return how long it took."""
        return until(lambda: not self.ask("waiting"), "an empty outbox", seconds=seconds)


@contextlib.contextmanager
def bare(release: Path, **built: Any) -> Iterator[House]:
    """A house with the database of a release and nothing running in it, gone when the block ends."""
    services.sweep()
    scratch = Path(tempfile.mkdtemp(prefix=services.PREFIX, dir=services.SCRATCH))
    (scratch / "owner").write_text(str(os.getpid()))
    made = House(scratch, **built)
    try:
        note(f"a house on {'SQLite' if made.embedded else 'PostgreSQL'} with the people of {release.name}")
        made.move_in(release)
        yield made
    finally:
        made.end()
        if os.environ.get("KEEP"):
            (scratch / "owner").unlink()  # nobody sweeps it away
            note(f"kept: {scratch}")
        else:
            shutil.rmtree(scratch, ignore_errors=True)


@contextlib.contextmanager
def house(**built: Any) -> Iterator[House]:
    """A whole one, on the migrated database of the last release."""
    with bare(newest_release(), **built) as made:
        made.manage("migrate", "--verbosity", "0")
        made.open_doors()
        yield made
