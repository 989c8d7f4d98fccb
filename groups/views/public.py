"""The list of circles, and a circle's own page: its posts for its people, what it is for all others."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission
from foundation.core.access.routes import open_to_all
from foundation.social.domain import drafts
from foundation.social.domain.queries.posts import as_read_by, posts_for
from foundation.social.permissions import SocialPermission
from groups.domain.queries.circles import Wanted, found_by, interests, posts_in
from groups.domain.standing import standing_of
from groups.interfaces.forms import CirclePostForm
from groups.permissions import GroupPermission
from groups.views.frame import circle_for, frame

PER_PAGE = 20


@never_cache
@require_safe
@open_to_all("listed circles are public; each reader finds only what she may know of")
def circles(request: HttpRequest) -> HttpResponse:
    """Find a circle and join it: `?q=&interest=&mine=1&page=`."""
    wanted = Wanted(
        words=request.GET.get("q", "").strip()[:40],
        interest=request.GET.get("interest", "").strip()[:10],
        mine=request.GET.get("mine") == "1" and request.user.is_authenticated,
    )
    context = {
        "page_obj": Paginator(found_by(request.user, wanted), PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "interests": interests(),
        "may_found": has_permission(request.user, GroupPermission.FOUND),
    }
    return render(request, "groups/circles.html", context)


@never_cache
@require_safe
@open_to_all("of a listed circle everybody sees what it is; its posts only its people")
def circle(request: HttpRequest, slug: str) -> HttpResponse:
    """A circle: for its people what they said, the newest first; for others what it is and how to join."""
    one = circle_for(request, slug)
    mine = standing_of(one, request.user)
    if mine is None or not mine.is_inside or not one.is_known or one.hidden_at is not None:
        return render(request, "groups/about.html", frame(request, one, tab="about", standing=mine))
    visible = as_read_by(posts_in(one, request.user), request.user)
    page = Paginator(visible.filter(circle_pin=None), PER_PAGE).get_page(request.GET.get("page"))
    first = page.number == 1
    pinned = list(visible.exclude(circle_pin=None).select_related("circle_pin")) if first else []
    shown = posts_for(request.user, [*pinned, *page.object_list], manages=mine.manages and one.is_live)
    page.object_list = shown[len(pinned) :]
    writes = one.is_live and has_permission(request.user, SocialPermission.POST_STATUS)
    context = {
        **frame(request, one, tab="circle", standing=mine),
        "pinned": shown[: len(pinned)],
        "page_obj": page,
        "form": CirclePostForm(initial={"text": drafts.draft_of(f"circle:{one.public_id}", request.user)})
        if writes
        else None,
        "draft_key": f"circle:{one.public_id}",
        "scope_label": scopes.label(one.scope),
    }
    return render(request, "groups/circle.html", context)


@never_cache
@require_safe
@open_to_all("of a listed circle everybody sees what it is")
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """What a circle is, its rules, who keeps order there."""
    return render(request, "groups/about.html", frame(request, circle_for(request, slug), tab="about"))
