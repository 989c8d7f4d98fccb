"""The suite `core`: how soon the demo stands, what the log, the outbox and a photograph cost."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis
from aiosmtpd.controller import Controller

from tools import services
from tools.bench.figures import ROOT, middle, note, say
from tools.bench.installation import Installation
from tools.bench.mails import Gateway


def answers(port: int) -> bool:
    """Whether the front page comes."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        link.request("GET", "/")
        return link.getresponse().status == 200
    return False


def start_of_demo(checkout: Path) -> float:
    """Seconds from `make demo` to its first page."""
    port = services.free_port()
    started = time.perf_counter()
    demo = subprocess.Popen(
        ["make", "demo", f"PORT={port}"],
        cwd=checkout,
        env={name: value for name, value in os.environ.items() if not name.startswith(("LINLI", "DJANGO"))},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not answers(port):
            if demo.poll() is not None or time.perf_counter() - started > 600:
                raise SystemExit("bench: make demo did not come up")
            time.sleep(0.1)
        return time.perf_counter() - started
    finally:
        os.killpg(demo.pid, signal.SIGTERM)
        demo.wait()


def measure_demo() -> None:
    """In a fresh clone of the commit, packages and all; then once more."""
    with tempfile.TemporaryDirectory(prefix="linli-clone-") as folder:
        checkout = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(checkout)], check=True)
        note("make demo in a fresh clone")
        say("demo.first_start_s", start_of_demo(checkout), "s")
        say("demo.second_start_s", start_of_demo(checkout), "s")


def measure_photo(site: Installation, *, small: bool) -> None:
    """A process of its own each time: memory that was once taken does not come back."""
    note("a 12-megapixel HEIC photograph")
    runs = [json.loads(site.python("-m", "tools.bench.photo")) for _run in range(1 if small else 3)]
    say("files.photo_ms", middle(run["ms"] for run in runs), "ms", n=len(runs), at="median")
    say("files.rss_mb", max(run["mb"] for run in runs), "MiB", n=len(runs), at="max")


def measure_own_data(site: Installation, posts: int, pictures: int) -> None:
    """A copy of all that a busy resident has; the worker dies once on the way."""
    note(f"the own data of a resident with {posts} posts and {pictures} pictures")
    who = site.python("-m", "tools.bench.own_data", "fill", str(posts), str(pictures)).strip()
    packed = json.loads(site.python("-m", "tools.bench.own_data", "pack", who))
    if (packed["posts"], packed["files"], packed["deaths"]) != (posts, pictures, 1):
        raise SystemExit(f"bench: the copy is not whole: {packed}")
    say("own_data.rss_mb", packed["mb"], "MiB", at="max")
    say("own_data.s", packed["s"], "s")


def measure_trust(site: Installation, residents: int) -> None:
    """Keys change under readers, and a backup comes back, at so many residents."""
    note(f"{residents} residents: their keys change, their backup comes back")
    site.python("-m", "tools.bench.trust", "fill", str(residents))
    rotated = json.loads(site.python("-m", "tools.bench.trust", "rotate", str(residents)))
    say("keys.rotate_s", rotated["s"], "s", n=residents)
    say("keys.failed_reads", rotated["failed"], "reads", n=rotated["reads"])
    folder = site.services.folder / "backup"
    folder.mkdir()
    put_back = json.loads(site.python("-m", "tools.bench.trust", "drill", str(folder)))
    say("backup.make_s", put_back["backup_s"], "s", n=put_back["rows"])
    say("backup.drill.lost_min", put_back["lost"], "min", n=residents)
    say("backup.drill.needed_min", put_back["needed"], "min", n=residents)


@contextlib.contextmanager
def celery(site: Installation, *arguments: str) -> Iterator[subprocess.Popen]:
    """A Celery process of the installation, killed at the end if it still lives."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "linli", *arguments, "--loglevel=ERROR"],
        cwd=ROOT,
        env={**site.environment, "C_FORCE_ROOT": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def measure_kill(site: Installation, count: int) -> None:
    """Mails in the outbox, workers killed with -9 whenever a fifth is through, Redis flushed in the middle."""
    note(f"{count} mails, workers killed on progress, Redis flushed")
    gateway = Gateway()
    mailbox = Controller(gateway, hostname="127.0.0.1", port=services.free_port())
    mailbox.start()
    site.environment |= {"LINLI_SMTP_HOST": "127.0.0.1", "LINLI_SMTP_PORT": str(mailbox.port)}
    try:
        with celery(site, "beat", "--schedule", str(site.var / "beat"), "--pidfile="):
            site.python("-m", "tools.bench.mails", str(count))
            kills, until = 0, time.monotonic() + 600
            while len(gateway.keys) < count and time.monotonic() < until:
                goal = min(count, (kills + 1) * count // 5)
                with celery(site, "worker", "--concurrency=2"):
                    while len(gateway.keys) < goal and time.monotonic() < until:
                        time.sleep(0.02)
                kills += 1
                if kills == 2:
                    redis.Redis.from_url(site.environment["REDIS_URL"]).flushall()
    finally:
        mailbox.stop()
    note(f"{kills - 1} times killed, {gateway.copies} copies refused by the gateway")
    say("outbox.kill9.lost", count - len(gateway.delivered), "mails", n=count)
    say("outbox.kill9.doubled", sum(gateway.delivered.values()) - len(gateway.delivered), "mails", n=count)


def run(*, small: bool) -> None:
    """Measure everything of the suite."""
    with services.running(durable=True) as running:
        site = Installation(running)
        site.python("manage.py", "create_keys")
        site.python("manage.py", "migrate", "--verbosity", "0")
        measure_photo(site, small=small)
        measure_own_data(site, 500 if small else 5000, 100 if small else 1000)
        measure_trust(site, 5_000 if small else 100_000)
        note("the audit chain")
        entries = 20_000 if small else 100_000
        chain = json.loads(site.python("-m", "tools.bench.chain", "500" if small else "2000", str(entries)))
        say("audit.append", chain["append"], "1/s", n=500 if small else 2000)
        say("audit.verify", chain["verify"], "ms", n=entries, at="median")
        measure_kill(site, 500 if small else 5000)
    measure_demo()
