"""Redis is emptied, stopped, or full: people come in, posts stand, letters go out."""

import redis

from tools.faults.house import House, until
from tools.faults.load import Crowd, degraded, sign_in
from tools.faults.outcome import Outcome

# Without a bell the database is asked: that often, at the latest.
POLLED = 30.0


def client(house: House) -> redis.Redis:
    """A client of the house's Redis."""
    return redis.Redis.from_url(house.environment["REDIS_URL"])


def flush(house: House, outcome: Outcome) -> None:
    """Empty Redis again and again while people post and letters go out: sessions and wake-ups are gone."""
    wanted = house.ask("mails", tag="flush-", count=100)
    with Crowd(house) as crowd:
        for _time in range(4):
            crowd.reach(20)
            client(house).flushall()
    house.settle()
    outcome.count_mails(house, wanted)
    outcome.count_posts(house, crowd)


def stop(house: House, outcome: Outcome) -> None:
    """Stop Redis while people post; signing in works, letters go out by polling; then it comes back, empty."""
    with Crowd(house) as crowd:
        crowd.reach(20)
        house.kill("redis")
        crowd.reach(20)
        sign_in(house.ports[1], "resident")
        outcome.facts["meanwhile"] = degraded(house)
        wanted = house.ask("mails", tag="stopped-", count=40)
        delivered = house.postman.delivered
        took = until(lambda: all(delivered[one] for one in wanted), "the letters by polling", seconds=60)
        outcome.facts["polled_s"] = round(took, 1)
        outcome.check(is_so=took <= POLLED, otherwise=f"letters without Redis took {took:.0f} s")
        # Who stands in for the worker does its chores too, so that the office hears of it within a minute.
        until(lambda: "redis_away" in house.ask("troubles"), "word to the office", seconds=90)
        house.again("redis")
        crowd.reach(20)
    house.settle()
    house.ask("calm")
    outcome.check(is_so="redis_away" not in house.ask("troubles"), otherwise="nobody said that it is over")
    outcome.count_mails(house, wanted)
    outcome.count_posts(house, crowd)


def full(house: House, outcome: Outcome) -> None:
    """Give Redis no room for anything: it refuses to write and evicts nothing."""
    with Crowd(house) as crowd:
        crowd.reach(20)
        client(house).config_set("maxmemory", "1kb")
        crowd.reach(20)
        sign_in(house.ports[0], "neighbour")
        outcome.facts["meanwhile"] = degraded(house)
        wanted = house.ask("mails", tag="full-", count=40)
        delivered = house.postman.delivered
        took = until(lambda: all(delivered[one] for one in wanted), "the letters by polling", seconds=60)
        outcome.check(is_so=took <= POLLED, otherwise=f"letters with a full Redis took {took:.0f} s")
        client(house).config_set("maxmemory", "0")
        crowd.reach(20)
    house.settle()
    outcome.count_mails(house, wanted)
    outcome.count_posts(house, crowd)
