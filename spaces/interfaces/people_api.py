"""Looking for neighbours, the own lists of people, and the own address book (S6, S7, S8, U5)."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from foundation.accounts.models import User
from foundation.core.access.limits import consume
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import PageQuery, Paging
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, PublicId
from foundation.core.api.scope import TokenScope
from foundation.social.interfaces.api import Name
from spaces.domain import address_book
from spaces.domain.queries.address_book import filed_among, filed_by, groups_of, shown_of
from spaces.domain.queries.people import Wanted, found_by, own_people_of
from spaces.interfaces.book_files import SHEET, book_file
from spaces.interfaces.schemas import (
    FiledOut,
    FiledPage,
    FoundPage,
    GroupOut,
    filed_out,
    found_out,
    group_out,
)
from spaces.models import AddressEntry, AddressGroup
from spaces.models.address_book import MAX_NOTE, MAX_REMARK
from spaces.permissions import SpacePermission

routes = Routes("people")
FINDS: dict[str, Any] = {"scope": TokenScope.READ, "may": SpacePermission.FIND_PEOPLE}
KEEPS: dict[str, Any] = {"scope": TokenScope.ACCOUNT, "may": SpacePermission.KEEP_ADDRESS_BOOK}
Slug = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_-]*$")]


def _page(request: ApiRequest, people: Sequence[Any], following: str | None) -> dict[str, Any]:
    filed = filed_among(request.user, people)
    return {"items": [found_out(person, filed) for person in people], "next": following}


class WhichPeople(Paging):
    q: str = Field("", max_length=40, description="A name, its pinyin, or a piece of what people show.")
    community: Slug = Field("", description="The id of a community.")
    circle: Slug = Field("", description="The id of a circle that the caller belongs to.")
    known: bool = Field(False, description="Only people with whom the caller has a contact in common.")


@routes.reads("/people", returns=FoundPage, **FINDS)
def find_people(request: ApiRequest, which: Query[WhichPeople]) -> dict[str, Any]:
    """Find neighbours by what they show of themselves; with `q` the best first, else the newest."""
    if which.q.strip():
        consume("search", request.user, rate=settings.RATES["search"])
    wanted = Wanted(words=which.q, place=which.community, circle=which.circle, known=which.known)
    place = f"people:{which.q}:{which.community}:{which.circle}:{which.known}"
    # What fits best has no column to go on from: the place in the list is one.
    start = paging.opened(which.cursor, of=place, user=request.user)[0] if which.cursor else 0
    rows = list(found_by(request.user, wanted)[start : start + which.limit + 1])
    following = None
    if len(rows) > which.limit:
        following = paging.sealed([start + which.limit], of=place, user=request.user)
    return _page(request, rows[: which.limit], following)


def _own_list(request: ApiRequest, which: str, page: Paging) -> dict[str, Any]:
    place = f"own-people:{which}"
    rows = own_people_of(request.user, which)
    if page.cursor:
        rows = rows.filter(since__lt=paging.opened(page.cursor, of=place, user=request.user)[0])
    found = list(rows[: page.limit + 1])
    shown, following = found[: page.limit], None
    if len(found) > page.limit:
        following = paging.sealed([shown[-1].since], of=place, user=request.user)
    return _page(request, shown, following)


@routes.reads("/me/following", returns=FoundPage, **FINDS)
def list_following(request: ApiRequest, page: PageQuery) -> dict[str, Any]:
    """List whom one follows, in secret too, the newest first; nobody else reads it."""
    return _own_list(request, "following", page)


@routes.reads("/me/followers", returns=FoundPage, **FINDS)
def list_followers(request: ApiRequest, page: PageQuery) -> dict[str, Any]:
    """List who follows oneself openly, the newest first; nobody else reads it."""
    return _own_list(request, "followers", page)


class WhichFiled(Paging):
    q: str = Field("", max_length=40, description="A piece of the remark or of the name.")
    group: str = Field(
        "", max_length=16, pattern=r"^[A-Za-z0-9_-]*$", description="Of a group the id; `-`: of none."
    )


@routes.reads("/me/address-book", returns=FiledPage, **KEEPS)
def list_address_book(request: ApiRequest, which: Query[WhichFiled]) -> dict[str, Any]:
    """List the own address book, the newest first, each with what she shows of herself."""
    rows = filed_by(request.user, group=which.group, words=which.q.strip()).order_by()
    entries, following = paging.page_of(
        rows, by=["-pk"], paging=which, of=f"address-book:{which.q}:{which.group}", user=request.user
    )
    shown = shown_of(entries, request.user)
    return {
        "items": [filed_out(entry, one) for entry, one in zip(entries, shown, strict=True)],
        "next": following,
    }


class NoteIn(Given):
    remark: str = Field("", max_length=MAX_REMARK)
    note: str = Field("", max_length=MAX_NOTE)
    group: str = Field("", max_length=16, description="Of an own group the id; empty: in none.")


def _group(request: ApiRequest, public_id: str) -> AddressGroup:
    return get_object_or_404(groups_of(request.user), public_id=public_id)


@routes.writes("PUT", "/me/address-book/{name}", returns=FiledOut, **KEEPS)
def file_in_address_book(request: ApiRequest, name: Name, body: NoteIn) -> FiledOut:
    """File somebody in the own address book, with one's own remarks; she is not told."""
    person = get_object_or_404(User.objects.visible_to(request.user), username=name)
    group = _group(request, body.group) if body.group else None
    entry = address_book.file_person(person, by=request.user)
    address_book.note_down(entry, remark=body.remark, note=body.note, group=group, by=request.user)
    found = filed_by(request.user).get(pk=entry.pk)
    return filed_out(found, shown_of([found], request.user)[0])


@routes.writes("DELETE", "/me/address-book/{name}", returns=None, status=204, **KEEPS)
def take_out_of_address_book(request: ApiRequest, name: Name) -> None:
    """Take somebody out of the own address book."""
    get_object_or_404(AddressEntry.objects.filter(owner=request.user), person__username=name)
    address_book.remove([name], by=request.user)


@routes.reads("/me/address-groups", returns=list[GroupOut], **KEEPS)
def list_address_groups(request: ApiRequest) -> list[GroupOut]:
    """List the groups of the own address book, by name."""
    return [group_out(one) for one in groups_of(request.user)]


class GroupIn(Given):
    name: str = Field(min_length=1, max_length=20)


@routes.writes("POST", "/me/address-groups", returns=GroupOut, status=201, **KEEPS)
def make_address_group(request: ApiRequest, body: GroupIn) -> GroupOut:
    """Make a group in the own address book, or get the one of that name."""
    return group_out(address_book.make_group(body.name, by=request.user))


@routes.writes("DELETE", "/me/address-groups/{id}", returns=None, status=204, **KEEPS)
def drop_address_group(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Take a group away; its people stay in the book."""
    address_book.drop_group(_group(request, id), by=request.user)


class PeopleIn(Given):
    people: list[Name] = Field(min_length=1, max_length=500)


@routes.writes("POST", "/me/address-groups/{id}/people", returns=None, status=204, **KEEPS)
def move_into_address_group(request: ApiRequest, id: PublicId, body: PeopleIn) -> None:  # noqa: A002
    """Put several people of the own address book into a group."""
    address_book.move(body.people, _group(request, id), by=request.user)


FILES = {
    "content": {
        "text/vcard": {"schema": {"type": "string", "format": "binary"}},
        SHEET: {"schema": {"type": "string", "format": "binary"}},
    },
    "description": "The file.",
}


@routes.reads("/me/address-book/export/{form}", returns=None, document_extra={"answer": FILES}, **KEEPS)
def export_address_book(request: ApiRequest, form: Literal["vcf", "xlsx"]) -> HttpResponse:
    """Take the own address book along as vCards or as a sheet; only with what its people show."""
    return book_file(form, request.user)
