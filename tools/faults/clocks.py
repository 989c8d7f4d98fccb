"""Clocks that jump: of one node, of the worker, and days that come once in four years or end one."""

from datetime import datetime, timedelta

from tools.faults.house import House, faketime, until
from tools.faults.load import Crowd, degraded, sign_in
from tools.faults.outcome import Outcome


def _with_clock(house: House, names: list[str], shift: str) -> None:
    clock = faketime(shift) if shift else {}
    for name in names:
        house.kill(name)
        house.again(name, **clock)


def jump(house: House, outcome: Outcome, *, days: int) -> None:
    """One node and the worker live `days` away from the others, for a while."""
    names = ["web1", "worker"]
    _with_clock(house, names, f"{days:+d}d")
    try:
        # Who signed in by the right clock signs in again where hers is wrong, or stays: never an error.
        house.postman.reset()
        wanted = house.ask("mails", tag=f"jump{days}-", count=40)
        wanted += house.ask("announce", round_=f"jump{days}")
        outcome.facts["meanwhile"] = degraded(house, port=house.ports[1])
        with Crowd(house) as crowd:
            crowd.reach(60)
            # Nothing of one clock stays unseen by the other: no lease is taken over, no row lies for two days.
            until(lambda: house.ask("waiting") == 0, "an empty outbox", seconds=150)
    finally:
        _with_clock(house, names, "")
    house.settle()
    outcome.count_mails(house, wanted)
    outcome.count_posts(house, crowd)


def whole_house(house: House, outcome: Outcome, *, days: int) -> None:
    """The clock of everything, the database's too, jumps while rows are leased and wait; a killed worker's come back."""
    everybody = ["web0", "web1", "worker", "beat"]
    for name in ("worker", "beat"):
        house.kill(name)
    wanted = house.ask("mails", tag=f"whole{days}-", count=40)
    # What was written and leased before stands there as if the clock had jumped since.
    house.ask("hurry", hours=24.0 * days, leases=True)
    for name in ("worker", "beat"):
        house.again(name)
    until(lambda: house.ask("chores") and house.ask("waiting") == 0, "an empty outbox", seconds=150)
    with Crowd(house) as crowd:
        crowd.reach(20)
    outcome.check(is_so=set(everybody) <= set(house.running), otherwise="somebody has gone")
    house.settle()
    outcome.count_mails(house, wanted)
    outcome.count_posts(house, crowd)


def day(house: House, outcome: Outcome, *, at: str) -> None:
    """Live through the end of a day that is special: pages, sign-in, posts, the chores of the minute and the day."""
    begin = datetime.fromisoformat(at) - timedelta(seconds=20)
    names = ["web0", "web1", "worker", "beat"]
    _with_clock(house, names, f"@{begin:%Y-%m-%d %H:%M:%S}")
    try:
        house.postman.reset()
        wanted = house.ask("mails", tag=f"day{begin:%m%d}-", count=40)
        with Crowd(house) as crowd:
            crowd.reach(30)
            sign_in(house.ports[0], "resident")
            outcome.facts["meanwhile"] = degraded(house)
            for rhythm in ("minute", "day"):
                done = house.ask("chores", rhythm=rhythm)
                outcome.facts[rhythm] = len(done)
            crowd.reach(30)
        until(lambda: house.ask("waiting") == 0, "an empty outbox", seconds=150)
    finally:
        _with_clock(house, names, "")
    house.settle()
    outcome.count_mails(house, wanted)
    outcome.count_posts(house, crowd)
