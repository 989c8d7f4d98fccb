"""What a fault brought: one JSON line each, and a table of all at the end."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from tools.bench.figures import commit
from tools.faults.house import Broken, House
from tools.faults.load import WITHIN, Crowd


@dataclass
class Outcome:
    """Lost, doubled and stuck are the invariants I1, I2 and I3; `broken` says in words what else did not hold."""

    fault: str
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    broken: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    skipped: str = ""
    files_since: int = 0
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether every invariant does."""
        return not (self.lost or self.doubled or self.stuck or self.broken)

    def check(self, *, is_so: bool, otherwise: str) -> None:
        """Note what does not hold."""
        if not is_so:
            self.broken.append(otherwise)

    def count_mails(self, house: House, wanted: list[str]) -> None:
        """I1 and I2 of letters: each of `wanted` was delivered once."""
        delivered = house.postman.delivered
        self.lost += sum(not delivered[one] for one in wanted)
        self.doubled += sum(max(0, delivered[one] - 1) for one in wanted)
        self.facts["mails"] = len(wanted)
        self.facts["copies_refused"] = house.postman.copies

    def _truth(self, house: House, **asked: Any) -> dict[str, Any]:
        """What stands; a row that is due is stuck where nobody takes it for a minute."""
        until = time.monotonic() + 60
        while (found := house.ask("truth", **asked))["stuck"] and time.monotonic() < until:
            time.sleep(2)
        return found

    def count_posts(self, house: House, crowd: Crowd) -> None:
        """I1, I2, I3, I6, I7 and I8 of what clients were told."""
        ledger = crowd.ledger
        if not ledger.acked:
            raise Broken("nobody was told anything: nothing is proved")
        found = self._truth(house, posts=ledger.acked, files_since=self.files_since)
        self.lost += found["lost"]
        self.doubled += found["doubled"]
        self.stuck += found["stuck"]
        self.check(is_so=not found["unlogged"], otherwise=f"{found['unlogged']} posts have not one log entry")
        self.check(is_so=not found["chain"], otherwise=f"the chain breaks: {found['chain']}")
        self.check(is_so=not found["missing"], otherwise=f"{found['missing']} files have no bytes")
        self.check(
            is_so=not found["old_orphans"], otherwise=f"{found['old_orphans']} old folders have no row"
        )
        self.check(
            is_so=not ledger.wordless, otherwise=f"a page says nothing to people: {ledger.wordless[:1]}"
        )
        self.check(is_so=ledger.slowest <= WITHIN, otherwise=f"an answer took {ledger.slowest:.1f} s")
        self.facts |= {
            "acked": len(ledger.acked),
            "resent": ledger.resent,
            "slowest": round(ledger.slowest, 2),
            "answers": dict(ledger.statuses),
            "orphans": found["orphans"],
        }

    def count_rows(self, house: House) -> None:
        """I3 and I6 where nobody posted."""
        found = self._truth(house, posts={})
        self.stuck += found["stuck"]
        self.check(is_so=not found["chain"], otherwise=f"the chain breaks: {found['chain']}")

    def begin(self, house: House) -> None:
        """The house is there: only now the fault begins. The files of the release came without bytes."""
        self.files_since = house.ask("files")
        self.started = time.monotonic()

    def begin_bare(self) -> None:
        """The same of a house in which nobody is yet."""
        self.started = time.monotonic()

    def end(self) -> None:
        """Stop the clock."""
        self.seconds = time.monotonic() - self.started

    def say(self) -> None:
        """Print it."""
        line: dict[str, Any] = {"fault": self.fault}
        if self.skipped:
            line["skipped"] = self.skipped
        else:
            line |= {"lost": self.lost, "doubled": self.doubled, "stuck": self.stuck}
            if self.broken:
                line["broken"] = self.broken
            line |= {"seconds": round(self.seconds, 1), "facts": self.facts}
        print(json.dumps({**line, "commit": commit()}, ensure_ascii=False), flush=True)


def table(outcomes: list[Outcome]) -> str:
    """All of them at a glance."""
    width = max(len(one.fault) for one in outcomes)
    lines = [f"{'fault':<{width}}  lost  doubled  stuck  seconds"]
    for one in outcomes:
        if one.skipped:
            lines.append(f"{one.fault:<{width}}  skipped: {one.skipped}")
            continue
        line = f"{one.fault:<{width}}  {one.lost:>4}  {one.doubled:>7}  {one.stuck:>5}  {one.seconds:>7.1f}"
        lines.append(line + ("" if one.holds else f"  BROKEN {'; '.join(one.broken)}"))
    return "\n".join(lines)
