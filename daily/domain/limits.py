"""Which cars stay at home: rules against the days of the calendar, and one plate against both (P6). No database here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from daily.enums import RuleKind, Swapped
from daily.models import PlateRule
from daily.validators import NEW_ENERGY_LENGTH
from foundation.core.zh.calendar import Day

ODD, EVEN = "13579", "02468"


class Why(StrEnum):
    """Why a rule limits these tails on a day, or none."""

    LIMITED = "limited"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SWAPPED = "swapped"
    NO_TAILS = "no_tails"
    # A weekend is worked, the rule goes by the weekday that was announced for it, and none was.
    NOT_ANNOUNCED = "not_announced"


@dataclass(frozen=True)
class RuleOnDay:
    """What one rule says on one day: the tails that stay at home, and why so or why none."""

    rule: PlateRule
    why: Why
    tails: str = ""


@dataclass(frozen=True)
class DayLimits:
    """What all rules say on one day. `covered` False: there are rules, and none of them is for that day."""

    day: Day
    rules: tuple[RuleOnDay, ...]
    covered: bool
    # The last day that any rule covers, where the tables end before this one.
    ended_on: date | None = None

    @property
    def limited(self) -> tuple[RuleOnDay, ...]:
        return tuple(one for one in self.rules if one.why == Why.LIMITED)

    @property
    def unsure(self) -> bool:
        """Some rule can't be told, or whether the day is off was not announced."""
        return not self.day.known or any(one.why == Why.NOT_ANNOUNCED for one in self.rules)

    @property
    def is_example(self) -> bool:
        return any(one.rule.is_example for one in self.rules)


def is_valid(rule: PlateRule, day: date) -> bool:
    """Whether a rule is in force on a date."""
    return rule.valid_from <= day and (rule.valid_until is None or day <= rule.valid_until)


def on_day(rule: PlateRule, day: Day) -> RuleOnDay:
    """Apply one rule to a day on which it is in force."""
    if day.is_holiday and rule.rests_on_holidays:
        return RuleOnDay(rule, Why.HOLIDAY)
    weekday = day.date.isoweekday()
    if day.is_swapped:
        if rule.swapped == Swapped.REST:
            return RuleOnDay(rule, Why.SWAPPED)
        if day.counts_as is None and rule.kind == RuleKind.TAILS:
            return RuleOnDay(rule, Why.NOT_ANNOUNCED)
        weekday = day.counts_as or weekday
    elif day.is_weekend and rule.rests_on_weekends:
        return RuleOnDay(rule, Why.WEEKEND)
    if rule.kind == RuleKind.PARITY:
        return RuleOnDay(rule, Why.LIMITED, EVEN if day.date.day % 2 else ODD)
    tails = rule.tails_on(weekday)
    return RuleOnDay(rule, Why.LIMITED, tails) if tails else RuleOnDay(rule, Why.NO_TAILS)


def limits_on(day: Day, rules: Sequence[PlateRule]) -> DayLimits | None:
    """Apply all rules to a day; None where the office keeps none at all."""
    if not rules:
        return None
    valid = sorted(
        (one for one in rules if is_valid(one, day.date)), key=lambda one: (one.valid_from, one.pk or 0)
    )
    ends = [one.valid_until for one in rules]
    ended = None
    if not valid and None not in ends:
        last = max(end for end in ends if end)
        ended = last if last < day.date else None
    return DayLimits(day, tuple(on_day(one, day) for one in valid), bool(valid), ended)


class Verdict(StrEnum):
    STAYS = "stays"
    DRIVES = "drives"
    SPARED = "spared"
    UNSURE = "unsure"


@dataclass(frozen=True)
class RuleOnPlate:
    on: RuleOnDay
    verdict: Verdict


@dataclass(frozen=True)
class Answer:
    """What one plate may do on one day: by each rule, and all of them together."""

    limits: DayLimits
    rules: tuple[RuleOnPlate, ...] = field(default=())

    @property
    def verdict(self) -> Verdict:
        found = {one.verdict for one in self.rules}
        if Verdict.STAYS in found:
            return Verdict.STAYS
        if not self.limits.covered or Verdict.UNSURE in found:
            return Verdict.UNSURE
        if Verdict.SPARED in found:
            return Verdict.SPARED
        return Verdict.DRIVES

    @property
    def stays(self) -> tuple[RuleOnDay, ...]:
        """The rules by which it stays at home."""
        return tuple(one.on for one in self.rules if one.verdict == Verdict.STAYS)


def is_new_energy(plate: str) -> bool:
    """Whether a whole plate is one of eight signs, which only new-energy cars have."""
    return len(plate) == NEW_ENERGY_LENGTH


def tail_of(plate: str, rule: PlateRule) -> str | None:
    """Return the digit by which a rule knows a plate or its last sign; None where that can't be told."""
    signs = "".join(sign for sign in plate if sign.isascii())
    # Of a whole plate the first sign is the province, and what follows is never empty.
    if not signs:
        return None
    if signs[-1].isdigit():
        return signs[-1]
    if rule.letter_as is not None:
        return str(rule.letter_as)
    return next((sign for sign in reversed(signs) if sign.isdigit()), None)


def _verdict(one: RuleOnDay, plate: str) -> Verdict:
    if one.why == Why.NOT_ANNOUNCED:
        return Verdict.UNSURE
    if one.why != Why.LIMITED:
        return Verdict.DRIVES
    if one.rule.spares_new_energy and is_new_energy(plate):
        return Verdict.SPARED
    tail = tail_of(plate, one.rule)
    if tail is None:
        return Verdict.UNSURE
    return Verdict.STAYS if tail in one.tails else Verdict.DRIVES


def answer(plate: str, limits: DayLimits) -> Answer:
    """Say for a whole plate, or for its last sign alone, what it may do on a day."""
    return Answer(limits, tuple(RuleOnPlate(one, _verdict(one, plate)) for one in limits.rules))


def ordered(tails: Iterable[str]) -> list[str]:
    """Put tails into the order in which people say them: nought comes last."""
    return sorted(set(tails), key=lambda digit: int(digit) or 10)
