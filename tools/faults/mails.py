"""The mail server is away, silent, slow, refuses or hangs up: letters wait, other channels do not."""

import time

from tools.faults.house import House, until
from tools.faults.outcome import Outcome
from tools.faults.sinks import Silence

MAILS = 30
# A short message comes within so many seconds, whatever the mail server does.
MEANWHILE = 45.0


def _others_flow(house: House, outcome: Outcome, tag: str) -> None:
    keys = house.ask("texts", tag=tag, count=20)
    took = until(lambda: house.provider.keys.issuperset(keys), "the short messages", seconds=120)
    outcome.facts["others_s"] = round(took, 1)
    outcome.check(is_so=took <= MEANWHILE, otherwise=f"short messages took {took:.0f} s")
    outcome.check(is_so=house.provider.copies == 0, otherwise="a short message came twice")


def _an_hour_goes_by(house: House) -> None:
    """Twelve times five minutes for what waits; each time the worker tries what it finds due."""
    for _time in range(12):
        house.ask("hurry", hours=5 / 60)
        time.sleep(1.5)


def _none_parked(house: House, outcome: Outcome) -> None:
    parked = house.ask("states").get("mail", {}).get("dead", 0)
    outcome.check(is_so=parked == 0, otherwise=f"{parked} letters were given up")


def down(house: House, outcome: Outcome) -> None:
    """Nobody listens for an hour: every letter comes when somebody does."""
    house.postman.close()
    wanted = house.ask("mails", tag="down-", count=MAILS)
    _others_flow(house, outcome, "down")
    _an_hour_goes_by(house)
    _none_parked(house, outcome)
    house.ask("chores")
    found = house.ask("troubles")
    outcome.check(is_so="mail_away" in found, otherwise=f"the office was told of {found} only")
    house.postman.open()
    _arrive(house, outcome, wanted)
    house.ask("calm")
    found = house.ask("troubles")
    outcome.check(is_so="mail_away" not in found, otherwise="the office is not told that it is over")


def _arrive(house: House, outcome: Outcome, wanted: list[str]) -> None:
    delivered = house.postman.delivered

    def have_come() -> bool:
        house.ask("hurry", hours=0.25)
        return all(delivered[one] for one in wanted)

    until(have_come, "all letters", seconds=150)
    house.settle()
    outcome.count_mails(house, wanted)
    outcome.count_rows(house)


def silent(house: House, outcome: Outcome) -> None:
    """Somebody takes the connection and says nothing: each try costs its time-out, and only mail pays."""
    house.postman.close()
    silence = Silence(house.postman.port)
    wanted = house.ask("mails", tag="silent-", count=MAILS)
    _others_flow(house, outcome, "silent")
    _none_parked(house, outcome)
    silence.close()
    house.postman.open()
    _arrive(house, outcome, wanted)


def slow(house: House, outcome: Outcome) -> None:
    """Every letter takes eight seconds: the others do not wait behind them."""
    house.postman.waits = 8.0
    wanted = house.ask("mails", tag="slow-", count=60)
    until(lambda: house.postman.asked >= 2, "the first slow letters")
    _others_flow(house, outcome, "slow")
    house.postman.waits = 0.0
    _arrive(house, outcome, wanted)


def too_slow(house: House, outcome: Outcome) -> None:
    """The answer comes after half a minute, when nobody waits for it any more: taken, unknown, tried again."""
    house.postman.waits = 30.0
    wanted = house.ask("mails", tag="too-slow-", count=4)
    until(lambda: house.postman.asked >= 1, "the first letter")
    _others_flow(house, outcome, "too-slow")
    until(lambda: sum(house.postman.delivered[one] for one in wanted) >= 1, "one that was taken too late")
    house.postman.waits = 0.0
    _arrive(house, outcome, wanted)


def not_now(house: House, outcome: Outcome) -> None:
    """451 to everybody, for an hour: greylisting, full queues."""
    house.postman.mood = lambda recipient, number: "451 try again later"
    wanted = house.ask("mails", tag="later-", count=MAILS)
    _others_flow(house, outcome, "later")
    _an_hour_goes_by(house)
    _none_parked(house, outcome)
    house.postman.mood = lambda recipient, number: None
    _arrive(house, outcome, wanted)


def never(house: House, outcome: Outcome) -> None:
    """550 to some: they are parked, the office is told, the rest arrives."""
    wanted = [f"never{number}@faults.example" for number in range(MAILS)]
    refused = set(wanted[::5])
    house.postman.mood = lambda recipient, number: "550 no such user" if recipient in refused else None
    house.ask("mails", tag="never", count=MAILS)

    def parked() -> bool:
        house.ask("hurry", hours=1)
        return house.ask("states").get("mail", {}).get("dead", 0) == len(refused)

    until(parked, "the refused ones parked", seconds=120)
    house.ask("chores")
    found = house.ask("troubles")
    outcome.check(is_so="parked" in found, otherwise=f"the office was told of {found} only")
    house.postman.mood = lambda recipient, number: None
    house.manage("outbox", "retry", "--channel", "mail")
    _arrive(house, outcome, wanted)


def drops(house: House, outcome: Outcome) -> None:
    """The line breaks after the data, every second time: taken, but nobody was told. The key finds the copies."""
    seen: set[str] = set()

    def once(recipient: str, number: int) -> str | None:
        if recipient in seen:
            return None
        seen.add(recipient)
        return "" if len(seen) % 2 else None

    house.postman.drops = once
    wanted = house.ask("mails", tag="drops-", count=MAILS)
    _arrive(house, outcome, wanted)
    outcome.check(is_so=house.postman.copies > 0, otherwise="no copy was seen: nothing is proved")


def poison(house: House, outcome: Outcome) -> None:
    """Rows that no handler can open stand before good ones: parked after five attempts, the rest flows."""
    before = house.ask("states").get("mail", {}).get("dead", 0)
    house.ask("poison", count=5)
    wanted = house.ask("mails", tag="beside-", count=MAILS)
    delivered = house.postman.delivered
    until(lambda: all(delivered[one] for one in wanted), "the good ones", seconds=60)

    def parked() -> bool:
        house.ask("hurry", hours=1)
        return house.ask("states")["mail"].get("dead", 0) == before + 5

    until(parked, "the bad ones parked", seconds=120)
    outcome.count_mails(house, wanted)
    outcome.count_rows(house)
