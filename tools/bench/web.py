"""The suite `web`: what a page costs, on two workers with PostgreSQL and Valkey, in production settings."""

import json
import os
import signal
import sys
import urllib.parse
import uuid
from collections.abc import Callable
from pathlib import Path

from tools import services
from tools.bench import kept, load, processes
from tools.bench.figures import middle, note, say
from tools.bench.installation import FULL, PROXIED, SMALL, TIMES, Effort, Installation
from tools.bench.pages import status_form
from tools.serve import wait_until_ready


class NotSignedIn(Exception):
    """The form was answered by something else than the way on."""


def sign_in(port: int, name: str = "resident") -> dict[str, str]:
    """Sign in like a browser and return the headers of a member's requests. Raises NotSignedIn."""
    asked = load.fetch(port, load.request("GET", "/account/login/", PROXIED))
    token = asked.body.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    form = {"csrfmiddlewaretoken": token, "login": f"{name}@demo.example", "password": "linli-demo-2026"}
    headers = {
        **PROXIED,
        "Cookie": load.cookie_header([asked]),
        "Origin": "https://127.0.0.1",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urllib.parse.urlencode(form).encode()
    answered = load.fetch(port, load.request("POST", "/account/login/", headers, body))
    if answered.status != 302:
        raise NotSignedIn(f"signing in answers {answered.status}")
    return {**PROXIED, "Cookie": load.cookie_header([asked, answered]), "Origin": "https://127.0.0.1"}


def token_of(headers: dict[str, str]) -> str:
    """The CSRF token that belongs to the cookies."""
    jar = dict(part.split("=", 1) for part in headers["Cookie"].split("; "))
    return next(value for name, value in jar.items() if name.endswith("csrf"))


def requests_for(name: str, path: str, headers: dict[str, str]) -> Callable[[int], bytes]:
    """Return what makes the requests of one page; each status that is posted is a new one."""
    if name != "post_status":
        message = load.request("GET", path, headers)
        return lambda number: message
    token = token_of(headers)
    form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}

    def make(number: int) -> bytes:
        fields = {**status_form(uuid.uuid4()), "csrfmiddlewaretoken": token}
        return load.request("POST", path, form, urllib.parse.urlencode(fields).encode())

    return make


def measure(
    port: int, make: Callable[[int], bytes], servers: list[int], effort: Effort, good: int
) -> tuple[float, float, int]:
    """Return CPU milliseconds per request, requests per second (the middle run's) and the number of requests."""
    load.run(port, make, seconds=effort.warm_up)
    costs, rates, answered = [], [], 0
    for _ in range(effort.runs):
        before = processes.cpu_seconds(servers)
        tally = load.run(port, make, seconds=effort.seconds)
        if set(tally.statuses) != {good}:
            raise SystemExit(f"bench: expected only {good}, got {tally.statuses}")
        costs.append((processes.cpu_seconds(servers) - before) * 1000 / tally.requests)
        rates.append(tally.rate)
        answered += tally.requests
    return middle(costs), middle(rates), answered


def run(*, small: bool) -> None:
    """Measure every page of the suite."""
    effort = SMALL if small else FULL
    with services.running(durable=True) as running:
        site = Installation(running)
        site.fill(effort.times)
        kept.measure_kept(site, effort)
        statements = json.loads(site.python("-m", "tools.bench.statements"))
        addresses = json.loads(site.python("-m", "tools.bench.pages"))
        with site.served("linli.wsgi:application") as (port, server):
            wait_until_ready(port, server)
            member = sign_in(port)
            servers = [server.pid, running.postgres_pid, running.redis_pid]
            for name, (path, as_member) in addresses.items():
                note(f"{name}: {path}")
                make = requests_for(name, path, member if as_member else PROXIED)
                good = 302 if name == "post_status" else 200
                cpu, rate, requests = measure(port, make, servers, effort, good)
                say(f"web.{name}.cpu_ms", cpu, "ms", n=requests, at="median")
                say(f"web.{name}.sql", statements[name], "statements")
                say(f"web.{name}.rate", rate, "1/s", n=requests, at="median")
            say("web.rss_mb", processes.memory_mb([server.pid]), "MiB")


def keep(folder: Path) -> None:
    """For whoever profiles: a filled installation that stays, until Ctrl-C; prints its environment."""
    with services.running(durable=True) as running:
        site = Installation(running)
        site.fill(TIMES)
        ours = {name: value for name, value in site.environment.items() if os.environ.get(name) != value}
        folder.write_text("".join(f"export {name}='{value}'\n" for name, value in ours.items()))
        note(f"ready: source {folder}")
        signal.pause()


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
