"""Looking for listed words, keeping the list, reading anew what stands already (O2). Answers `core.text`."""

import logging
import secrets
import time
from collections.abc import Iterable
from typing import Any

import ahocorasick
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models, transaction
from django.utils import timezone

from foundation.core import kinds
from foundation.core.access.permissions import Refusal, Refused, place_paths, require
from foundation.core.facets import ReportFacet
from foundation.core.flow import audit, outbox
from foundation.core.models import Place
from foundation.core.text import Level, Verdict, strictest
from foundation.moderation.domain import reports
from foundation.moderation.models import ReviewItem, Word, WordScan
from foundation.moderation.models.word import SHORTEST, looked_for
from foundation.moderation.permissions import ModerationPermission
from foundation.moderation.rules import folded, goes_on

KEY = "words-version"
# A process asks again whether the list changed after so many seconds.
READ_AGAIN = 2.0
STRICTNESS = list(Level)
CHUNK = 200
log = logging.getLogger("linli.words")


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
    # Folded anew: a word that was listed under an earlier version of the rules is looked for by today's.
    listed = [
        (looked_for(text), STRICTNESS.index(Level(level)))
        for text, level in Word.objects.values_list("text", "level")
    ]
    for word, rank in sorted(listed, key=lambda one: -one[1]):
        if len(word) >= SHORTEST:
            automaton.add_word(word, (len(word), rank))
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
    best, found = len(STRICTNESS), Verdict()
    for end, (length, rank) in automaton.iter(plain):
        start = end - length + 1
        if rank >= best or not _stands_alone(plain, places, start, end):
            continue
        best, found = rank, Verdict(STRICTNESS[rank], text[places[start] : places[end] + 1])
        if not best:
            break
    return found


def _stands_alone(plain: str, places: list[int], start: int, end: int) -> bool:
    """Say whether a Latin word is not part of a longer one: `class` holds no `ass`."""
    before, after = start - 1, end + 1
    joined_before = before >= 0 and goes_on(plain[before]) and places[start] - places[before] <= 1
    joined_after = after < len(plain) and goes_on(plain[after]) and places[after] - places[end] <= 1
    return not (goes_on(plain[start]) and joined_before) and not (goes_on(plain[end]) and joined_after)


def follow_up(obj: models.Model, verdict: Verdict) -> None:
    """Open a case about what was kept with a listed word; hidden until it is decided where it is to be held."""
    reports.open_by_words(obj, passage=verdict.passage, hold=verdict.level is not Level.FLAG)


def stand_in_line(obj: models.Model) -> None:
    """Lock the open case about an object before its row is locked."""
    reports.stand_in_line(obj)


def may_hold(user: Any) -> bool:
    """Say whether words of `user` may block or hold.

    They do so in every place; whoever answers for one committee only may bring texts before staff, not take them
    from the others' eyes (A5).
    """
    paths = place_paths(user, ModerationPermission.KEEP_WORDS)
    return paths is None or Place.objects.filter(path__in=paths, level=Place.Level.STREET).exists()


def _require_reach(user: Any, *, levels: Iterable[str]) -> None:
    if not may_hold(user) and set(levels) - {Level.FLAG}:
        raise Refused(Refusal.FORBIDDEN)


def add_words(lines: Iterable[str], *, level: str, note: str = "", by: Any) -> tuple[int, list[str]]:
    """List words, one a line; return how many are new or changed their level, and which lines are none.

    A committee's staff list such as are only brought before staff; what is listed more strictly stays so.
    Raises Refused.
    """
    require(by, ModerationPermission.KEEP_WORDS)
    _require_reach(by, levels=[level])
    changeable = Word.objects.all() if may_hold(by) else Word.objects.filter(level=Level.FLAG)
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
            values = {"text": line, "level": level, "note": note, "added_by": by}
            if not changeable.filter(folded=word.folded).update(**values):
                _word, new = Word.objects.get_or_create(folded=word.folded, defaults=values)
                if not new:
                    continue
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
    _require_reach(by, levels=gone.values_list("level", flat=True))
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
    """Read everything that stands already, by and by; one that runs is returned instead, one that stopped begins anew.

    Raises Refused, also for a committee's staff: what is found is hidden in every place.
    """
    require(by, ModerationPermission.KEEP_WORDS)
    if not may_hold(by):
        raise Refused(Refusal.FORBIDDEN)
    last = WordScan.objects.select_for_update(of=("self",)).filter(done_at=None).first()
    if last is not None and is_running(last):
        return last
    WordScan.objects.filter(done_at=None).update(done_at=timezone.now())
    total = sum(model._default_manager.count() for _key, model, _facet in _readable())
    scan = WordScan.objects.create(started_by=by, total=total)
    audit.append("moderation.scan_words", by=by, data={"total": total})
    _go_on(scan)
    return scan


def is_running(scan: WordScan) -> bool:
    """Say whether a scan goes on: one whose message was parked never will."""
    return scan.done_at is None and outbox.waits(_key_of(scan))


def _key_of(scan: WordScan) -> str:
    return f"scan_words:{scan.pk}:{scan.kind}:{scan.last_id}"


def _go_on(scan: WordScan) -> None:
    outbox.enqueue("scan_words", key=_key_of(scan), payload={"id": scan.pk})


@outbox.handler("scan_words")
def scan_chunk(key: str, payload: dict[str, Any]) -> None:
    """Read the next chunk and leave the rest to the next message; doing one twice finds the same."""
    with transaction.atomic():
        scan = WordScan.objects.select_for_update(of=("self",)).filter(pk=payload["id"], done_at=None).first()
        if scan is None or key != _key_of(scan):
            return
        left = [one for one in _readable() if one[0] >= scan.kind]
        if not left:
            return
        name, model, facet = left[0]
        rows = list(model._default_manager.filter(pk__gt=scan.last_id).order_by("pk")[:CHUNK])
        for obj in rows:
            scan.found += _read_if_it_can_be(obj, name, facet)
        scan.looked += len(rows)
        scan.kind, scan.last_id = name, rows[-1].pk if rows else scan.last_id
        if len(rows) < CHUNK:
            following = left[1:]
            scan.kind, scan.last_id = (following[0][0], 0) if following else ("", scan.last_id)
            scan.done_at = None if following else timezone.now()
        scan.save()
        if scan.done_at is None:
            _go_on(scan)


def _read_if_it_can_be(obj: Any, kind: str, facet: ReportFacet) -> bool:
    """Read one object; one that fails is passed over, so that those behind it are read too."""
    try:
        with transaction.atomic():
            return _read(obj, kind, facet)
    except OperationalError:
        # The database itself: the whole chunk is tried again.
        raise
    except Exception as fault:
        log.warning("word scan: %s %s passed over: %s", kind, obj.pk, type(fault).__name__)
        return False


def _read(obj: Any, kind: str, facet: ReportFacet) -> bool:
    """Open a case about one object in which a word is found; say whether that is new."""
    if not facet.stands(obj):
        return False
    verdict = strictest(check(text) for text in facet.texts(obj))
    if verdict.level is None or _is_known(obj, kind, verdict.passage):
        return False
    try:
        with transaction.atomic():
            follow_up(obj, verdict)
    except IntegrityError:
        return False
    return True


def _is_known(obj: Any, kind: str, passage: str) -> bool:
    """Say whether staff have it before them, or let this text pass when the word was listed already."""
    items = ReviewItem.objects.filter(kind=kind, object_id=str(obj.pk))
    if items.open().exists() or reports.known_for(obj, passage):
        return True
    passed = items.filter(state=ReviewItem.State.APPROVED).order_by("-decided_at").first()
    if passed is None or passed.decided_at is None:
        return False
    changed = getattr(obj, "edited_at", None)
    if changed is not None and changed > passed.decided_at:
        return False
    return not Word.objects.filter(folded=looked_for(passage), added_at__gt=passed.decided_at).exists()
