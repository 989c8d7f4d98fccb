"""Finding institutions, one's own page, the picture of a document."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.permissions import Refused, has_permission
from foundation.core.access.routes import open_to_all, permit
from foundation.core.files.views import send
from foundation.core.models import StoredFile
from organisations.domain import papers
from organisations.domain.panels import panels_of
from organisations.domain.queries.finding import Wanted, found
from organisations.domain.workflow import letters
from organisations.interfaces.forms import SearchForm
from organisations.models import Institution, Qualification
from organisations.permissions import InstitutionPermission

PER_PAGE = 20


@never_cache
@require_safe
@permit(InstitutionPermission.SEARCH)
def search(request: HttpRequest) -> HttpResponse:
    """Find an institution that helps: `?q=&matter=&group=&ages=&place=`."""
    form = SearchForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = Wanted(
        words=given.get("q", ""),
        matter=given.get("matter", ""),
        group=given.get("group", ""),
        ages=given.get("ages", ""),
        place=given.get("place"),
    )
    page = Paginator(found(request.user, wanted), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "asked": any(given.values()),
        "may_apply": has_permission(request.user, InstitutionPermission.APPLY),
    }
    return render(request, "organisations/search.html", context)


@require_safe
@open_to_all("the page of an institution that was admitted is public; drafts are their own people's")
def institution(request: HttpRequest, slug: str) -> HttpResponse:
    """An institution's own page (个人主页): what it does, for whom, when; 404 for what is not admitted (yet)."""
    rows = Institution.objects.visible_to(request.user).select_related("organisation__place", "logo")
    one = get_object_or_404(
        rows.prefetch_related("services", "audiences", "area", "qualifications"), slug=slug
    )
    who = letters(request.user, one)
    context = {
        "institution": one,
        "panels": panels_of(one, request.user) if one.is_open else [],
        "is_head": "H" in who,
        "is_member": "M" in who,
        "oversees": bool(who & {"A", "K"}),
        "may_search": has_permission(request.user, InstitutionPermission.SEARCH),
    }
    return render(request, "organisations/institution.html", context)


@never_cache
@require_safe
@permit(InstitutionPermission.VIEW_OWN)
def paper(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """The picture of a document, for members and the office; every look of the office is written down."""
    found = get_object_or_404(
        Qualification.objects.select_related("institution__organisation__place", "file"), public_id=public_id
    )
    try:
        stored = papers.look_at(found, by=request.user)
    except (Refused, StoredFile.DoesNotExist):
        raise Http404 from None
    return send(stored, 2048, "webp")
