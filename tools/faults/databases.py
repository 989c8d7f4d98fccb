"""The database is killed: PostgreSQL with all its children, and the process that writes into SQLite."""

import sqlite3

from tools.faults.house import House, until
from tools.faults.load import Crowd, degraded, page
from tools.faults.outcome import Outcome


def kill_postgresql(house: House, outcome: Outcome) -> None:
    """Kill postmaster and backends twice while people post; look at a page meanwhile, and time the way back."""
    back = []
    with Crowd(house) as crowd:
        for _time in range(2):
            crowd.reach(40)
            house.kill("postgresql")
            outcome.facts["meanwhile"] = [degraded(house, port=port) for port in house.ports]
            house.again("postgresql")
            back.append(crowd.reach(1))
            back.append(until(lambda: page(house.ports[1], "/news/")[0] == 200, "the other node"))
        crowd.reach(40)
    outcome.facts["back_s"] = round(max(back), 1)
    # The pollers find a database that came back, whatever became of the worker's line to it.
    house.settle()
    outcome.count_posts(house, crowd)


def kill_sqlite(house: House, outcome: Outcome) -> None:
    """Kill the one process of the embedded default in the middle of writes and of draining."""
    wanted = house.ask("mails", tag="sqlite-", count=120)
    with Crowd(house) as crowd:
        for _time in range(3):
            crowd.reach(30)
            house.kill("web0")
            with sqlite3.connect(house.var / "linli.sqlite3") as connection:
                found = connection.execute("PRAGMA integrity_check").fetchone()[0]
                outcome.check(is_so=found == "ok", otherwise=f"integrity_check says {found}")
            house.again("web0")
        crowd.reach(30)
    house.settle(seconds=180)
    outcome.count_mails(house, wanted)
    outcome.count_posts(house, crowd)
