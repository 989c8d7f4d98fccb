"""What visitors' pages cost that are kept whole, beside the barest answers of the same servers; and what a crowd gets."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from tools import services
from tools.bench import load
from tools.bench.figures import ROOT, middle, note, say
from tools.bench.installation import PROXIED, Effort, Installation
from tools.serve import nginx_configuration, nginx_program, wait_until_ready

# What the site can carry, ten times.
CROWD = 10 * load.CLIENTS
BACK_TO_NORMAL = 5.0


def _get(path: str) -> Callable[[int], bytes]:
    message = load.request("GET", path, PROXIED)
    return lambda number: message


def _rate(port: int, path: str, seconds: float) -> float:
    tally = load.run(port, _get(path), seconds=seconds)
    if set(tally.statuses) != {200}:
        raise SystemExit(f"bench: {path} answers {tally.statuses}")
    return tally.rate


def _side_by_side(ours: tuple[int, str], theirs: tuple[int, str], effort: Effort) -> tuple[float, float]:
    """Return both rates (the middle run's), taken in turn: what else the machine does meets both."""
    for port, path in (ours, theirs):
        load.run(port, _get(path), seconds=effort.warm_up)
    pairs = [(_rate(*ours, effort.seconds), _rate(*theirs, effort.seconds)) for _run in range(effort.runs)]
    return middle(one for one, _other in pairs), middle(other for _one, other in pairs)


@contextlib.contextmanager
def _nginx(site: Installation, nodes: list[int]) -> Iterator[int]:
    port, scratch = services.free_port(), site.var / "nginx"
    scratch.mkdir(exist_ok=True)
    # nginx's workers run as another user.
    os.chmod(site.services.folder, 0o755)
    configuration = scratch / "nginx.conf"
    text = nginx_configuration(scratch, site.var, "127.0.0.1", port, nodes, nodes[0])
    # The bench's clients speak as a proxy in front of nginx would: what they say of the scheme is so.
    configuration.write_text(text.replace("X-Forwarded-Proto $scheme", "X-Forwarded-Proto https"))
    command = [nginx_program(), "-p", str(scratch), "-c", str(configuration), "-e", "stderr"]
    server = subprocess.Popen(
        command,
        start_new_session=True,
        preexec_fn=services.die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - this process has no threads
    )
    try:
        wait_until_ready(port, server, "/", "127.0.0.1")
        yield port
    finally:
        services.stop(server, signal.SIGTERM)


def measure_kept(site: Installation, effort: Effort) -> None:
    """The page from memory beside a bare view, nginx's beside a file of its size, news on both nodes, a crowd."""
    site.environment["LINLI_ACCEL"] = "/protected"
    with (
        site.served("tools.bench.hello:application") as (bare, hello),
        site.served("linli.wsgi:application", kept=True) as (port, server),
    ):
        wait_until_ready(bare, hello, "/")
        wait_until_ready(port, server)
        note("home from memory beside a bare view")
        home, view = _side_by_side((port, "/"), (bare, "/"), effort)
        say("web.hello", view, "1/s", n=effort.runs, at="median")
        say("web.home.cached_ratio", home / view, "", n=effort.runs, at="median")
    with (
        site.served("linli.wsgi:application", workers=1, kept=True) as (first, one),
        site.served("linli.wsgi:application", workers=1, kept=True) as (second, other),
    ):
        wait_until_ready(first, one)
        wait_until_ready(second, other)
        with _nginx(site, [first, second]) as port:
            size = len(load.fetch(port, load.request("GET", "/", PROXIED)).body)
            (site.var / "static" / "same-size.html").write_bytes(b"x" * size)
            note("home kept by nginx beside a file of its size")
            page, file = _side_by_side((port, "/"), (port, "/static/same-size.html"), effort)
        say("web.home.nginx_ratio", page / file, "", n=effort.runs, at="median")
        _measure_news(site, [first, second], effort)
        _measure_crowd([first, second], effort)
    del site.environment["LINLI_ACCEL"]


def _measure_news(site: Installation, nodes: list[int], effort: Effort) -> None:
    note("how soon both nodes show what was published")
    publisher = subprocess.Popen(
        [sys.executable, "-m", "tools.bench.publish"],
        cwd=ROOT,
        env=site.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert publisher.stdin is not None
    assert publisher.stdout is not None
    lags = []
    for number in range(effort.times):
        title = f"bench-{number}-{time.time_ns()}"
        for node in nodes:
            load.fetch(node, load.request("GET", "/news/", PROXIED))
        publisher.stdin.write(title + "\n")
        publisher.stdout.readline()
        waiting, done = set(nodes), float(publisher.stdout.readline())
        while waiting and time.time() - done < 30:
            for node in list(waiting):
                answer = load.fetch(node, load.request("GET", "/news/", PROXIED))
                if title.encode() in answer.body:
                    waiting.discard(node)
        lags.append((time.time() - done) * 1000)
    publisher.stdin.close()
    publisher.wait(30)
    say("web.publish_seen_ms", max(lags), "ms", n=len(lags), at="max")


def _measure_crowd(nodes: list[int], effort: Effort) -> None:
    """A crowd asks both nodes for what is never kept; everybody gets a page, or 503 and when to come again."""
    seconds = 30.0 if effort.runs > 1 else 5.0
    note(f"{CROWD} clients for {seconds:.0f} s")
    make = _get("/account/login/")
    before = _latency(nodes[0])
    tally = load.run(nodes[0], make, seconds=seconds, clients=CROWD)
    ended = time.monotonic()
    while _latency(nodes[0]) > 2 * before + 0.05:
        if time.monotonic() - ended > 30:
            break
    back = time.monotonic() - ended
    wrong = tally.errors + sum(count for status, count in tally.statuses.items() if status not in (200, 503))
    late = int(back > BACK_TO_NORMAL)
    say("web.overload.errors", wrong + late, "", n=tally.requests, at="sum")
    note(f"crowd: {tally.statuses}, back to normal after {back:.1f} s")


def _latency(node: int) -> float:
    """Seconds that one page takes, the middle of five."""
    taken = []
    for _time in range(5):
        begun = time.monotonic()
        load.fetch(node, load.request("GET", "/account/login/", PROXIED))
        taken.append(time.monotonic() - begun)
    return middle(taken)
