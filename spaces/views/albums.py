"""Albums in a space: looking at them, and keeping the own ones (S4)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import User
from foundation.core.access import scopes
from foundation.core.access.routes import open_to_all, permit
from foundation.social.domain import albums
from foundation.social.domain.queries.albums import album_of, albums_of, photos_of
from foundation.social.domain.queries.comments import comment_page
from foundation.social.interfaces.album_forms import AlbumForm, PhotoForm, PhotosForm
from foundation.social.interfaces.forms import CommentForm
from foundation.social.models import Album, Photo
from foundation.social.permissions import SocialPermission

PER_PAGE = 24
PHOTOS_PER_PAGE = 60


@open_to_all("lists only the albums that the reader may see")
@require_safe
def album_list(request: HttpRequest, username: str) -> HttpResponse:
    """Somebody's albums, the newest first."""
    people = User.objects.visible_to(request.user).select_related("avatar")
    owner = get_object_or_404(people, username=username)
    page = Paginator(albums_of(owner, request.user), PER_PAGE).get_page(request.GET.get("page"))
    own = owner.pk == request.user.pk
    return render(request, "spaces/albums.html", {"owner": owner, "page_obj": page, "own": own})


@open_to_all("the album decides by its own scope")
@require_safe
def album(request: HttpRequest, username: str, public_id: str) -> HttpResponse:
    """One album with its photos and what was said about it."""
    found = album_of(public_id, request.user, username=username)
    page = Paginator(photos_of(found), PHOTOS_PER_PAGE).get_page(request.GET.get("page"))
    key = f"comment:album:{public_id}"
    context = {
        "album": found,
        "owner": found.author,
        "page_obj": page,
        "own": found.author_id == request.user.pk,
        "comments": comment_page(found, request.user, owner=found.author_id),
        "form": CommentForm.below(request, key),
        "draft_key": key,
        "photos_form": PhotosForm(),
    }
    return render(request, "spaces/album.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SocialPermission.POST_STATUS)
def make_album(request: MemberRequest) -> HttpResponse:
    """Make an album; its photos come on its own page."""
    form = AlbumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = albums.make_album(
                by=request.user,
                title=form.cleaned_data["title"],
                text=form.cleaned_data["text"],
                scope=form.scope_for(request.user),
                once=form.cleaned_data["once"],
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return redirect(f"{made.url}#add")
    return render(request, "spaces/edit_album.html", {"form": form}, status=422 if form.is_bound else 200)


def _own(request: MemberRequest, username: str, public_id: str) -> Album:
    own = Album.objects.visible_to(request.user).filter(author=request.user, author__username=username)
    return get_object_or_404(own, public_id=public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SocialPermission.POST_STATUS)
def edit_album(request: MemberRequest, username: str, public_id: str) -> HttpResponse:
    """Change the own album's words and who may see it, and go through its photos."""
    found = _own(request, username, public_id)
    initial = {"title": found.title, "text": found.text, "scope": found.scope.level}
    form = AlbumForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            albums.edit_album(
                found,
                by=request.user,
                title=form.cleaned_data["title"],
                text=form.cleaned_data["text"],
                # What was made in a circle stays there, whatever is sent.
                scope=found.scope if scopes.is_place(found.scope) else form.scope_for(request.user),
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("已保存。"))
            return redirect(found.url)
    page = Paginator(photos_of(found), PHOTOS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "album": found, "page_obj": page}
    return render(request, "spaces/edit_album.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(SocialPermission.POST_STATUS)
def add_photos(request: MemberRequest, username: str, public_id: str) -> HttpResponse:
    """Add photos: all of a plain form, or one with its number from the script, which sends each by itself."""
    found = _own(request, username, public_id)
    by_script = request.headers.get("X-Photo") == "one"
    form = PhotosForm(request.POST, request.FILES)
    faults: list[str] = []
    if form.is_valid():
        for picture in form.cleaned_data["pictures"]:
            try:
                albums.add_photo(found, picture, by=request.user, once=form.cleaned_data["once"])
            except ValidationError as fault:
                faults += [f"{picture.name}: {said}" for said in fault.messages]
            # A plain form's photos are told apart by nothing but their order.
            form.cleaned_data["once"] = None
    else:
        faults = [str(said) for some in form.errors.values() for said in some]
    if by_script:
        return HttpResponse("\n".join(faults), status=422 if faults else 201, content_type="text/plain")
    for said in faults:
        messages.error(request, said)
    return redirect(found.url)


@require_POST
@permit(SocialPermission.POST_STATUS)
def delete_album(request: MemberRequest, username: str, public_id: str) -> HttpResponse:
    albums.delete_album(_own(request, username, public_id), by=request.user)
    messages.success(request, _("相册已删除。"))
    return redirect("spaces:albums", username=request.user.username)


@require_POST
@permit(SocialPermission.POST_STATUS)
def change_photo(request: MemberRequest, username: str, public_id: str, photo_id: str) -> HttpResponse:
    """Caption a photo, make it the cover, move it forward or back, or take it away: `act` says which."""
    found = _own(request, username, public_id)
    photo = get_object_or_404(Photo.objects.select_related("album", "file"), album=found, public_id=photo_id)
    back = redirect("spaces:edit_album", username=username, public_id=public_id)
    form = PhotoForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(said) for some in form.errors.values() for said in some))
        return back
    try:
        _carry_out(form.cleaned_data, photo, request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    back["Location"] += f"#ph-{photo.public_id}"
    return back


def _carry_out(asked: dict[str, Any], photo: Photo, by: Any) -> None:
    match asked["act"]:
        case "caption":
            albums.caption_photo(photo, asked["caption"], by=by)
        case "cover":
            albums.choose_cover(photo, by=by)
        case "delete":
            albums.delete_photo(photo, by=by)
        case "forward" | "back":
            albums.move_photo(photo, -1 if asked["act"] == "forward" else 1, by=by)
