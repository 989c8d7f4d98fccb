"""Looking for listed words, keeping the list, reading anew what stands already (O2). Answers `core.text`."""

import secrets
import time
from collections.abc import Iterable
from typing import Any

import ahocorasick
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from foundation.core import kinds
from foundation.core.access.permissions import require
from foundation.core.flow import audit, outbox
from foundation.core.kinds import ReportFacet
from foundation.core.text import Level, Verdict
from foundation.moderation.domain import reports
from foundation.moderation.models import Word, WordScan
from foundation.moderation.permissions import ModerationPermission
from foundation.moderation.rules import folded, is_latin

KEY = "words-version"
# A process asks again whether the list changed after so many seconds.
READ_AGAIN = 2.0
STRICTNESS = [Level.BLOCK, Level.HOLD, Level.FLAG]
CHUNK = 200


class _Memory:
    token = ""
    read_at = 0.0
    automaton: Any = None


def _automaton() -> Any:
    """Return the automaton of the present list, None for an empty one; built once per process and list."""
    now = time.monotonic()
    if _Memory.token and now - _Memory.read_at <= READ_AGAIN:
        return _Memory.automaton
    token = cache.get(KEY) or cache.get_or_set(KEY, _new, None) or _new()
    _Memory.read_at = now
    if token != _Memory.token:
        _Memory.token, _Memory.automaton = token, _build()
    return _Memory.automaton


def _build() -> Any:
    automaton = ahocorasick.Automaton()
    for text, level in Word.objects.values_list("folded", "level"):
        automaton.add_word(text, (text, Level(level)))
    if not len(automaton):
        return None
    automaton.make_automaton()
    return automaton


def _new() -> str:
    return secrets.token_hex(6)


def forget() -> None:
    """Ask at the next text whether the list changed."""
    _Memory.token = ""


def _changed() -> None:
    """Let every process build anew, and once more when others can see what was written."""

    def renew() -> None:
        cache.set(KEY, _new(), None)
        forget()

    renew()
    transaction.on_commit(renew)


def check(text: str) -> Verdict:
    """Return the strictest level that is found in a text, and the passage as it was written."""
    automaton = _automaton()
    if automaton is None or not text:
        return Verdict()
    plain, places = folded(text)
    best: Verdict = Verdict()
    for end, (word, level) in automaton.iter(plain):
        start = end - len(word) + 1
        if not _stands_alone(text, plain, places, start, end):
            continue
        if best.level is None or STRICTNESS.index(level) < STRICTNESS.index(best.level):
            best = Verdict(level, text[places[start] : places[end] + 1])
    return best


def _stands_alone(text: str, plain: str, places: list[int], start: int, end: int) -> bool:
    """Say whether a Latin word is not part of a longer one: `class` holds no `ass`."""
    before, after = start - 1, end + 1
    joined_before = before >= 0 and is_latin(plain[before]) and places[start] - places[before] <= 1
    joined_after = after < len(plain) and is_latin(plain[after]) and places[after] - places[end] <= 1
    return not (is_latin(plain[start]) and joined_before) and not (is_latin(plain[end]) and joined_after)


def follow_up(obj: models.Model, verdict: Verdict) -> None:
    """Open a case about what was kept with a listed word; hidden until it is decided where it is to be held."""
    reports.open_by_words(obj, passage=verdict.passage, hold=verdict.level is not Level.FLAG)


def stand_in_line(obj: models.Model) -> None:
    """Lock the open case about an object before its row is locked."""
    reports.stand_in_line(obj)


def add_words(lines: Iterable[str], *, level: str, note: str = "", by: Any) -> tuple[int, list[str]]:
    """List words, one a line; return how many are new or changed their level, and which lines are none.

    Raises Refused.
    """
    require(by, ModerationPermission.KEEP_WORDS)
    added, wrong = 0, []
    with transaction.atomic():
        for line in dict.fromkeys(line.strip() for line in lines):
            if not line:
                continue
            word = Word(text=line, level=level, note=note, added_by=by)
            try:
                word.full_clean(validate_unique=False)
            except ValidationError:
                wrong.append(line)
                continue
            Word.objects.update_or_create(
                folded=word.folded, defaults={"text": line, "level": level, "note": note, "added_by": by}
            )
            added += 1
        if added:
            _changed()
            audit.append("moderation.add_words", by=by, data={"number": added, "level": level})
    return added, wrong


@transaction.atomic
def remove_words(ids: Iterable[int], *, by: Any) -> int:
    """Take words off the list; return how many went. Raises Refused."""
    require(by, ModerationPermission.KEEP_WORDS)
    gone = Word.objects.filter(pk__in=list(ids))
    texts = list(gone.values_list("text", flat=True))
    if texts:
        gone.delete()
        _changed()
        audit.append("moderation.remove_words", by=by, data={"words": texts})
    return len(texts)


def _readable() -> list[tuple[str, Any, ReportFacet]]:
    """Return the kinds that are read: key, model, facet, always in the same order."""
    found = kinds.all_kinds().items()
    return [
        (key, kind.model_class, kind.report)
        for key, kind in sorted(found)
        if isinstance(kind.report, ReportFacet)
    ]


@transaction.atomic
def start_scan(*, by: Any) -> WordScan:
    """Read everything that stands already, by and by. Raises Refused; one that runs is returned instead."""
    require(by, ModerationPermission.KEEP_WORDS)
    running = WordScan.objects.filter(done_at=None).first()
    if running is not None:
        return running
    total = sum(model._default_manager.count() for _key, model, _facet in _readable())
    scan = WordScan.objects.create(started_by=by, total=total)
    audit.append("moderation.scan_words", by=by, data={"total": total})
    _go_on(scan)
    return scan


def _go_on(scan: WordScan) -> None:
    key = f"scan_words:{scan.pk}:{scan.kind}:{scan.last_id}"
    outbox.enqueue("scan_words", key=key, payload={"id": scan.pk})


@outbox.handler("scan_words")
def scan_chunk(key: str, payload: dict[str, Any]) -> None:
    """Read the next chunk and leave the rest to the next message; doing one twice finds the same."""
    with transaction.atomic():
        scan = WordScan.objects.select_for_update(of=("self",)).filter(pk=payload["id"], done_at=None).first()
        if scan is None or key != f"scan_words:{scan.pk}:{scan.kind}:{scan.last_id}":
            return
        left = [one for one in _readable() if one[0] >= scan.kind]
        if not left:
            return
        name, model, facet = left[0]
        rows = list(model._default_manager.filter(pk__gt=scan.last_id).order_by("pk")[:CHUNK])
        for obj in rows:
            scan.found += _read(obj, facet)
        scan.looked += len(rows)
        scan.kind, scan.last_id = name, rows[-1].pk if rows else scan.last_id
        if len(rows) < CHUNK:
            following = left[1:]
            scan.kind, scan.last_id = (following[0][0], 0) if following else ("", scan.last_id)
            scan.done_at = None if following else timezone.now()
        scan.save()
        if scan.done_at is None:
            _go_on(scan)


def _read(obj: Any, facet: ReportFacet) -> bool:
    """Open a case about one object in which a word is found; say whether that is new."""
    verdict = check(facet.text(obj))
    if verdict.level is None or reports.known_for(obj, verdict.passage):
        return False
    try:
        with transaction.atomic():
            follow_up(obj, verdict)
    except IntegrityError:
        return False
    return True
