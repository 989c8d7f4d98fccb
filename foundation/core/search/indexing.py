"""Keeping the index: whatever is saved is written anew by the outbox, and once a day by a look at everything (P9)."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import MD5, Cast, Coalesce
from django.db.models.signals import post_delete, post_save
from django.utils import translation
from django.utils.text import Truncator

from foundation.core import kinds
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.facets import SearchFacet
from foundation.core.flow import chores, outbox
from foundation.core.kinds import Kind
from foundation.core.search import pages
from foundation.core.search.models import SearchDocument, SearchText
from foundation.core.search.words import MOST_TEXT, heading_of, index_words
from foundation.core.zh.text import name_pinyin, title_pinyin

CHANNEL = "search"
CHUNK = 200
# Written into every digest: another number writes everything anew with the next look at all.
VERSION = 1
WRITTEN = [
    field.name
    for field in SearchDocument._meta.fields
    if field.name not in ("id", "kind", "object_id", "part")
]


def forget_owner(owner: int) -> None:
    """Take away what is found of somebody who leaves, at once; what of hers stays is found anew by the worker (A7)."""
    with transaction.atomic():
        rows = SearchDocument.objects.filter(owner_id=owner)
        found: dict[str, set[int]] = {}
        for key, pk in rows.values_list("kind", "object_id"):
            found.setdefault(key, set()).add(pk)
        rows.delete()
        for key, ids in found.items():
            changed(key, sorted(ids))


@dataclass(frozen=True)
class Draft:
    """A document with its words, not yet in the database."""

    row: SearchDocument
    text: str
    words: Callable[[], str]


class Joined(models.Func):
    """Texts with a stroke between; Django's own nests them, deeper than SQLite reads."""

    template = "(%(expressions)s)"
    arg_joiner = " || '|' || "


def searched() -> dict[str, tuple[Kind, SearchFacet]]:
    """Return the kinds that can be found, by key."""
    return {
        key: (kind, kind.search)
        for key, kind in kinds.all_kinds().items()
        if isinstance(kind.search, SearchFacet)
    }


def state_of(facet: SearchFacet) -> Any:
    """Return the expression of all that may not change unseen, as one digest."""
    if not facet.state:
        return Value("", models.CharField())
    said = [Coalesce(Cast(name, models.TextField()), Value("")) for name in facet.state]
    return MD5(Joined(*said, output_field=models.TextField()))


def changed(key: str, ids: Iterable[int]) -> None:
    """Have objects of a kind written anew, once the present transaction stands."""
    outbox.enqueue(CHANNEL, key=None, payload={"kind": key, "ids": list(ids)})


@outbox.handler(CHANNEL, inward=True)
def _write_later(_key: str, payload: dict[str, Any]) -> None:
    write(payload["kind"], payload["ids"])


def write(key: str, ids: Sequence[int]) -> int:
    """Write what is found of some objects, as they are now; return how many documents are new, other or gone."""
    kind, facet = searched()[key]
    with transaction.atomic():
        return _keep(
            key, ids, [draft for obj in _loaded(kind, facet, ids) for draft in _drafts(kind, facet, obj)]
        )


def _loaded(kind: Kind, facet: SearchFacet, ids: Iterable[int]) -> models.QuerySet:
    found = kind.model_class._default_manager.filter(pk__in=ids)
    return found.select_related(*facet.related).annotate(search_state=state_of(facet))


def _drafts(kind: Kind, facet: SearchFacet, obj: Any) -> Iterable[Draft]:
    """Yield the documents of an object; none where nobody finds it."""
    scope = Scope(SearchDocument.ASKED) if facet.scope is None else facet.scope(obj)
    if scope is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        title = str((facet.title or kind.title)(obj))
        facts = {
            "kind": kind.key,
            "object_id": obj.pk,
            "title": Truncator(title).chars(255),
            "address": kind.url(obj),
            "weight": facet.weight,
            "date": facet.date(obj),
            "language": facet.language(obj),
            "place_path": kind.place_path(obj) if callable(kind.place_path) else "",
            "owner_id": kind.owner(obj),
            "state": obj.search_state,
        }
        yield _draft(facts, scope, title, facet.text(obj), is_name=facet.is_name)
        for part in facet.parts(obj):
            if part.text:
                yield _draft({**facts, "part": part.name}, part.scope, "", part.text, is_name=False)


def _draft(facts: dict[str, Any], scope: Scope, title: str, text: str, *, is_name: bool) -> Draft:
    text = " ".join(text.split())[:MOST_TEXT]
    row = SearchDocument(**facts, heading=heading_of(title), scope_level=scope.level, scope_ref=scope.ref)
    row.recency = int(row.date.timestamp()) // 60 if row.date else 0
    told = repr((VERSION, sorted(facts.items()), tuple(scope), title, text))
    row.digest = hashlib.sha256(told.encode()).hexdigest()[:32]

    def words() -> str:
        return index_words(title, text, (name_pinyin if is_name else title_pinyin)(title))

    return Draft(row, text, words)


def _keep(key: str, ids: Iterable[int], drafts: list[Draft], *, again: bool = False) -> int:
    """Let `drafts` be all that is found of some objects of a kind."""
    present = {
        (object_id, part): (pk, digest)
        for pk, object_id, part, digest in SearchDocument.objects.filter(
            kind=key, object_id__in=ids
        ).values_list("pk", "object_id", "part", "digest")
    }
    wanted = {(draft.row.object_id, draft.row.part): draft for draft in drafts}
    gone = [pk for name, (pk, _digest) in present.items() if name not in wanted]
    if gone:
        SearchDocument.objects.filter(pk__in=gone).delete()
    new = [
        draft for name, draft in wanted.items() if again or present.get(name, (0, ""))[1] != draft.row.digest
    ]
    if new:
        rows = SearchDocument.objects.bulk_create(
            [draft.row for draft in new],
            update_conflicts=True,
            unique_fields=["kind", "object_id", "part"],
            update_fields=WRITTEN,
        )
        SearchText.objects.bulk_create(
            [
                SearchText(document_id=row.pk, text=draft.text, words=draft.words())
                for row, draft in zip(rows, new, strict=True)
            ],
            update_conflicts=True,
            unique_fields=["document"],
            update_fields=["text", "words"],
        )
    return len(gone) + len(new)


def _write_pages(*, again: bool) -> int:
    """Write the pages that are no objects; their words come with the code, in every language of the site."""
    drafts = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for page in pages.registered():
                facts = {
                    "kind": pages.KIND,
                    "object_id": page.key,
                    "part": "" if code == settings.LANGUAGE_CODE else code,
                    "title": str(page.title),
                    "address": page.url(),
                    "weight": 2,
                    "language": code,
                }
                drafts.append(_draft(facts, Scope(PUBLIC), str(page.title), page.text(), is_name=False))
    rows = SearchDocument.objects.filter(kind=pages.KIND)
    known = set(rows.values_list("object_id", flat=True)) | {draft.row.object_id for draft in drafts}
    return _keep(pages.KIND, known, drafts, again=again)


@chores.each(chores.Rhythm.DAY)
def mend() -> int:
    """Write what is missing or other than it stands, and drop what is gone; return how many documents that were."""
    return write_all(again=False)


def write_all(*, again: bool) -> int:
    """Do what `mend` does; `again`: write everything anew, whatever stands there."""
    done = _write_pages(again=again)
    for key, (kind, facet) in searched().items():
        every = kind.model_class._default_manager.order_by()
        for ids in batched(every.values_list("pk", flat=True).iterator(chunk_size=5000), CHUNK, strict=False):
            with transaction.atomic():
                found = [draft for obj in _loaded(kind, facet, ids) for draft in _drafts(kind, facet, obj)]
                done += _keep(key, ids, found, again=again)
        lost = SearchDocument.objects.filter(kind=key).exclude(object_id__in=every.values("pk"))
        done += lost.delete()[1].get(SearchDocument._meta.label, 0)
    unknown = SearchDocument.objects.exclude(kind__in=[*searched(), pages.KIND])
    return done + unknown.delete()[1].get(SearchDocument._meta.label, 0)


def connect() -> None:
    """Listen to the models of every kind that can be found, and to those that change one. Called once, at the start."""
    for key, (kind, facet) in searched().items():
        _listen(kind.model_class, key, lambda obj: [obj.pk], facet.fields)
        for label, ids in facet.watches.items():
            _listen(apps.get_model(label), key, ids, frozenset())


def _listen(
    model: type[models.Model], key: str, ids: Callable[[Any], Iterable[int]], fields: frozenset[str]
) -> None:
    def said(instance: Any, update_fields: Any = None, raw: bool = False, **_facts: Any) -> None:
        if raw or (fields and update_fields is not None and fields.isdisjoint(update_fields)):
            return
        changed(key, ids(instance))

    for signal in (post_save, post_delete):
        signal.connect(said, sender=model, weak=False, dispatch_uid=f"search.{key}.{model._meta.label}")
