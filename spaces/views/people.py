"""Looking for neighbours, and the own address book (S7, S8)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import User
from foundation.core.access.limits import consume
from foundation.core.access.routes import permit
from foundation.social.views.ways import back
from groups.domain.queries.circles import circles_of
from spaces.domain import address_book
from spaces.domain.queries.address_book import filed_among, filed_by, groups_of, shown_of
from spaces.domain.queries.people import Wanted, found_by, own_people_of
from spaces.interfaces.book_files import book_file
from spaces.interfaces.people_forms import NoteForm, PeopleForm
from spaces.models import AddressGroup
from spaces.permissions import SpacePermission

PER_PAGE = 24


@never_cache
@require_safe
@permit(SpacePermission.FIND_PEOPLE)
def people(request: MemberRequest) -> HttpResponse:
    """Neighbours, found by what they show of themselves; narrowed while one types."""
    form = PeopleForm(request.GET, circles=circles_of(request.user, request.user))
    asked = form.cleaned_data if form.is_valid() else {}
    wanted = Wanted(
        words=asked.get("q", ""),
        place=asked.get("place", ""),
        circle=asked.get("circle", ""),
        known=asked.get("known", False),
    )
    if wanted.words.strip():
        consume("search", request.user, rate=settings.RATES["search"])
    page = Paginator(found_by(request.user, wanted), PER_PAGE).get_page(request.GET.get("page"))
    filed = filed_among(request.user, page)
    context: dict[str, Any] = {"form": form, "page_obj": page, "filed": filed, "wanted": wanted}
    return render(request, "spaces/people_found.html" if request.htmx else "spaces/people.html", context)


@never_cache
@require_safe
@permit(SpacePermission.KEEP_ADDRESS_BOOK)
def book(request: MemberRequest) -> HttpResponse:
    """The own address book, by group and words."""
    group, words = request.GET.get("group", ""), request.GET.get("q", "").strip()[:40]
    page = Paginator(filed_by(request.user, group=group, words=words), PER_PAGE).get_page(
        request.GET.get("page")
    )
    entries = list(page)
    rows = list(zip(entries, shown_of(entries, request.user), strict=True))
    context = {
        "page_obj": page,
        "rows": rows,
        "groups": groups_of(request.user),
        "group": group,
        "words": words,
    }
    return render(request, "spaces/address_book.html", context)


OWN = {"following": _lazy("我关注的"), "followers": _lazy("关注我的")}


@never_cache
@require_safe
@permit(SpacePermission.FIND_PEOPLE)
def own_people(request: MemberRequest, which: str) -> HttpResponse:
    """Whom oneself follows, in secret too, or by whom one is followed openly; nobody else sees these lists."""
    if which not in OWN:
        raise Http404
    people = own_people_of(request.user, which)
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "which": which,
        "title": OWN[which],
        "filed": filed_among(request.user, page),
    }
    return render(request, "spaces/own_people.html", context)


@never_cache
@require_safe
@permit(SpacePermission.KEEP_ADDRESS_BOOK)
def export(request: MemberRequest, form: str) -> HttpResponse:
    """The own address book as a file; only what its people show its owner."""
    return book_file(form, request.user)


@require_POST
@permit(SpacePermission.KEEP_ADDRESS_BOOK)
def file(request: MemberRequest, username: str) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.user), username=username)
    try:
        address_book.file_person(person, by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        messages.success(request, _("已放进通信录，对方不会知道。"))
    return back(request, person.space_url)


@require_POST
@permit(SpacePermission.KEEP_ADDRESS_BOOK)
def change_many(request: MemberRequest) -> HttpResponse:
    """Move the ticked people into a group (`to`, or a new one `name`), or take them out (`act=remove`)."""
    ticked = request.POST.getlist("person")[:500]
    try:
        if request.POST.get("act") == "remove":
            number = address_book.remove(ticked, by=request.user)
            messages.success(request, _("已从通信录移出 %(number)d 人。") % {"number": number})
        else:
            group = _group(request)
            number = address_book.move(ticked, group, by=request.user)
            messages.success(request, _("已整理 %(number)d 人。") % {"number": number})
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    return redirect("spaces:address_book")


def _group(request: MemberRequest) -> AddressGroup | None:
    if name := request.POST.get("name", "").strip():
        return address_book.make_group(name, by=request.user)
    return groups_of(request.user).filter(public_id=request.POST.get("to", "")).first()


@require_POST
@permit(SpacePermission.KEEP_ADDRESS_BOOK)
def drop_group(request: MemberRequest, public_id: str) -> HttpResponse:
    address_book.drop_group(get_object_or_404(groups_of(request.user), public_id=public_id), by=request.user)
    messages.success(request, _("分组已删除，里面的人还在通信录里。"))
    return redirect("spaces:address_book")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SpacePermission.KEEP_ADDRESS_BOOK)
def note(request: MemberRequest, username: str) -> HttpResponse:
    """The own remarks on somebody."""
    entry = get_object_or_404(filed_by(request.user), person__username=username)
    form = NoteForm(request.POST or None, instance=entry, groups=groups_of(request.user))
    if request.method == "POST" and form.is_valid():
        address_book.note_down(entry, **form.cleaned_data, by=request.user)
        messages.success(request, _("已保存。"))
        return redirect("spaces:address_book")
    context = {"form": form, "entry": entry, "shown": shown_of([entry], request.user)[0]}
    return render(request, "spaces/note.html", context, status=422 if form.is_bound else 200)
