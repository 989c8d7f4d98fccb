"""The demo community as a city runs it: PostgreSQL, Valkey, a worker, a beat and two web nodes behind nginx.

python -m tools.serve        PORT=8000 HOST=127.0.0.1; Ctrl-C stops everything and forgets the data
"""

import contextlib
import http.client
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools import services
from tools.write_nginx import ACCEL, configuration

ROOT = Path(__file__).resolve().parents[1]
NODES = 2
# Of a node's threads so many work at once; as many again may stand in line, the rest turn the others away.
AT_ONCE, IN_LINE, THREADS = 4, 16, 24
LOOPBACK = {"127.0.0.1", "localhost"}


def say(line: str) -> None:
    """One line of progress, at once, also into a pipe."""
    print(f"services: {line}", flush=True)


@dataclass
class Crew:
    """The processes of the site itself; each dies with this one, whatever happens to it."""

    environment: dict[str, str]
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> subprocess.Popen:
        """Start one of them; its log goes to the terminal."""
        self.running[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=services.die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - this process has no threads
        )
        return self.running[name]

    def run(self, *command: str) -> None:
        """Run a management command to its end. Raises SystemExit where it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command], check=False, cwd=ROOT, env=self.environment
        )
        if done.returncode:
            raise SystemExit(f"services: {command[0]} failed")

    def watch(self) -> str:
        """Wait until one of them ends by itself and return its name."""
        while True:
            for name, process in self.running.items():
                if process.poll() is not None:
                    return name
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop them in the reverse order of their start."""
        for process in reversed(self.running.values()):
            services.stop(process, signal.SIGTERM)


def nginx_program() -> str:
    """Where nginx is. Raises SystemExit where there is none."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise SystemExit("services: nginx is missing: an administrator runs `apt-get install nginx`")
    return found


def nginx_configuration(scratch: Path, var: Path, host: str, port: int, nodes: list[int], live: int) -> str:
    """Return the configuration with this run's folders and ports."""
    at = [f"127.0.0.1:{node}" for node in (*nodes, live)]
    return configuration(scratch, var, listen=f"        listen {host}:{port};", nodes=at[:2], live=at[2])


def wait_until_ready(port: int, process: subprocess.Popen, path: str = "/readyz", host: str = "") -> None:
    """Wait until a page answers. Raises SystemExit where the server ended or took too long."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            link.request("GET", path, headers={"Host": host or f"127.0.0.1:{port}"})
            if link.getresponse().status < 400:
                return
        time.sleep(0.1)
    raise SystemExit(f"services: nothing answers on port {port}")


def environment(running: services.Services, var: Path, host: str, port: int) -> dict[str, str]:
    """What every process of the site is told."""
    return {
        **running.environment(),
        "DJANGO_SETTINGS_MODULE": "linli.settings.services",
        "LINLI_VAR": str(var),
        "LINLI_SECRET_KEY": secrets.token_urlsafe(50),
        "LINLI_HOSTS": "127.0.0.1,localhost",
        "LINLI_URL": f"http://{host}:{port}",
        "LINLI_PROXIES": "1",
        "LINLI_ACCEL": ACCEL,
        "LINLI_LIVE": "1",
        "LINLI_AT_ONCE": str(AT_ONCE),
        "LINLI_IN_LINE": str(IN_LINE),
    }


def node_command(port: int) -> list[str]:
    """The command of one web node."""
    flags = (
        f"--interface wsgi --host 127.0.0.1 --port {port} --workers 1 --blocking-threads {THREADS} --no-ws"
    )
    return [
        sys.executable,
        "-m",
        "granian",
        *flags.split(),
        "--log-level",
        "warning",
        "linli.wsgi:application",
    ]


def live_command(port: int) -> list[str]:
    """The command of the process that keeps the pages' bells up to date."""
    flags = f"--interface asginl --host 127.0.0.1 --port {port} --workers 1 --no-ws --log-level warning"
    return [sys.executable, "-m", "granian", *flags.split(), "linli.live:application"]


def worker_command() -> list[str]:
    """The command of the worker that drains the outbox."""
    return [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "linli",
        "worker",
        "--concurrency",
        "2",
        "--loglevel",
        "warning",
    ]


def beat_command(var: Path) -> list[str]:
    """The command of the clock that catches what a lost wake-up left."""
    schedule = ["--schedule", str(var / "beat"), "--pidfile", ""]
    return [sys.executable, "-m", "celery", "-q", "-A", "linli", "beat", *schedule, "--loglevel", "warning"]


@contextlib.contextmanager
def site(host: str, port: int) -> Iterator[Crew]:
    """The whole site, up and filled; gone when the block ends."""
    program = nginx_program()
    with contextlib.ExitStack() as stack:
        say("starting PostgreSQL and Valkey")
        running = stack.enter_context(services.running(durable=True))
        var = running.folder / "var"
        var.mkdir()
        os.chmod(
            running.folder, 0o755
        )  # nginx's workers run as another user and read static files and pictures
        crew = Crew(environment(running, var, host, port))
        stack.callback(crew.stop)
        say("creating the database and filling the demo community")
        crew.run("create_keys")
        crew.run("migrate", "--verbosity", "0")
        crew.run("demo")
        crew.run("collectstatic", "--no-input", "--verbosity", "0")
        say("starting worker, beat and web nodes")
        crew.start("worker", *worker_command())
        crew.start("beat", *beat_command(var))
        nodes = [services.free_port() for _ in range(NODES)]
        for number, node in enumerate(nodes, 1):
            wait_until_ready(node, crew.start(f"web node {number}", *node_command(node)))
        live = services.free_port()
        wait_until_ready(live, crew.start("live", *live_command(live)), "/live/readyz")
        scratch = var / "nginx"
        scratch.mkdir()
        configuration = scratch / "nginx.conf"
        configuration.write_text(nginx_configuration(scratch, var, host, port, nodes, live), encoding="utf-8")
        nginx = crew.start("nginx", program, "-p", str(scratch), "-c", str(configuration), "-e", "stderr")
        wait_until_ready(port, nginx, "/", f"{host}:{port}")
        yield crew


def main() -> int:
    """Start everything, wait for Ctrl-C or for something to break."""
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    if host not in LOOPBACK:
        raise SystemExit(
            f"services: the demo's passwords are public, so it listens on loopback, not on {host}"
        )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with site("127.0.0.1", port) as crew:
            say(
                f"Linli 邻里 is up: http://127.0.0.1:{port} (sign in as `resident`, password linli-demo-2026)"
            )
            say("Ctrl-C stops everything")
            say(f"{crew.watch()} ended by itself")
            return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
