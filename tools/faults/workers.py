"""Workers and web nodes that are killed, two that drain at once, and tasks that are delivered twice."""

import concurrent.futures
import json
import subprocess
import sys
from functools import partial

import redis

from tools.bench.figures import ROOT
from tools.faults.house import House, until
from tools.faults.load import Crowd
from tools.faults.outcome import Outcome


def _came(house: House, wanted: list[str], goal: int) -> bool:
    return sum(house.postman.delivered[one] for one in wanted) >= goal


def kill_worker(house: House, outcome: Outcome) -> None:
    """Notify everybody; kill the worker at a fifth and at the half, and empty Redis with the second."""
    wanted = house.ask("announce", round_="worker")
    for part in (5, 2):
        goal = len(wanted) // part
        until(partial(_came, house, wanted, goal), f"{goal} letters", seconds=180)
        house.kill("worker")
        if part == 2:
            redis.Redis.from_url(house.environment["REDIS_URL"]).flushall()
        house.again("worker")
    house.settle(seconds=240)
    outcome.count_mails(house, wanted)
    outcome.count_rows(house)


def kill_web(house: House, outcome: Outcome) -> None:
    """Kill one node after another while people post."""
    with Crowd(house) as crowd:
        for name in ("web0", "web1", "web0"):
            crowd.reach(30)
            house.kill(name)
            crowd.reach(10)
            house.again(name)
        crowd.reach(30)
    house.settle()
    outcome.count_posts(house, crowd)


def _drain(house: House, times: int) -> list[int]:
    """So many processes that drain at the same time; return how they ended."""
    command = [sys.executable, "manage.py", "outbox", "drain"]
    started = [
        subprocess.Popen(command, cwd=ROOT, env=house.environment, stdout=subprocess.DEVNULL)
        for _ in range(times)
    ]
    return [process.wait() for process in started]


def drainers(house: House, outcome: Outcome, *, number: int) -> None:
    """Let so many drain the same mails at the same moment, and no worker beside them."""
    for name in ("worker", "beat"):
        house.kill(name)
    wanted = house.ask("mails", tag=f"drain{number}-", count=200)
    ends = _drain(house, number)
    outcome.check(is_so=not any(ends), otherwise=f"a drainer ended with {ends}")
    house.settle()
    for name in ("worker", "beat"):
        house.again(name)
    outcome.count_mails(house, wanted)
    outcome.check(is_so=house.postman.copies == 0, otherwise="the gateway saw a mail twice")
    outcome.count_rows(house)


def deliver_twice(house: House, outcome: Outcome) -> None:
    """Ask for every task twice at once, while letters go out and people post."""
    calls: list[tuple[str, list[str]]] = [("core.drain_outbox", [])] + [
        ("core.do_chores", [rhythm]) for rhythm in ("minute", "day")
    ]
    code = (
        "import json, sys, django; django.setup();"
        "from linli.celery import app;"
        "[app.send_task(name, args=args) for name, args in json.loads(sys.argv[1]) for _twice in range(2)]"
    )
    wanted = house.ask("announce", round_="twice")
    with Crowd(house, clients=2) as crowd, concurrent.futures.ThreadPoolExecutor(2) as pool:
        command = [sys.executable, "-c", code, json.dumps(calls)]
        environment = {**house.environment, "PYTHONPATH": str(ROOT / "site")}
        sent = [pool.submit(subprocess.run, command, check=True, cwd=ROOT, env=environment) for _ in range(2)]
        for one in sent:
            one.result()
        crowd.reach(30)
    house.settle(seconds=240)
    outcome.count_mails(house, wanted)
    outcome.count_posts(house, crowd)
