"""Spaces and statuses: what each shows starts from what the reader may see."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation.accounts.domain.profile import label_of, shown_value, stand_in, visible_fields
from foundation.accounts.models import Profile, User
from foundation.core.access.routes import open_to_all
from foundation.social.domain import drafts
from foundation.social.domain.follows import may_follow_in_secret
from foundation.social.domain.queries.comments import comment_page
from foundation.social.domain.queries.people import with_relation
from foundation.social.domain.queries.posts import as_read_by, load_content, posts_for
from foundation.social.interfaces.forms import CommentForm, PostForm, ShareForm
from foundation.social.models import Post, PostRevision, Topic
from spaces.domain.queries.diary import with_topic
from spaces.domain.queries.first_steps import first_steps_of
from spaces.domain.queries.tiles import tiles_of

PER_PAGE = 20
AS = {"public": _("没有登录的人"), "residents": _("已实名的邻居"), "contacts": _("互相关注的人")}


@open_to_all("spaces hold public statuses and fields; each is shown by its own scope")
@require_safe
def space(request: HttpRequest, username: str) -> HttpResponse:
    """A person's page: profile and statuses, newest first; `?as=` shows the own one as others see it."""
    people = User.objects.visible_to(request.user).select_related("avatar", "profile")
    owner = get_object_or_404(with_relation(people, request.user), username=username)
    chosen = stand_in(request.GET.get("as", ""), owner=owner, reader=request.user)
    viewer = chosen or request.user
    profile = getattr(owner, "profile", None) or Profile(user=owner)
    visible = as_read_by(Post.objects.visible_to(viewer).filter(author=owner), viewer).order_by("-pk")
    page = Paginator(visible, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = posts_for(request.user, page.object_list, viewer=chosen)
    own = owner.pk == request.user.pk
    context = {
        "owner": owner,
        "fields": [
            (label_of(name), shown_value(name, value), scope)
            for name, value, scope in visible_fields(profile, viewer)
        ],
        "page_obj": page,
        # Further pages are for who reads on.
        "tiles": tiles_of(owner, viewer) if page.number == 1 else [],
        "steps": first_steps_of(request.user, only_new=True) if own and chosen is None else None,
        "own": own and chosen is None,
        "may_follow_in_secret": not own and may_follow_in_secret(owner),
        "stand_in": AS[request.GET["as"]] if chosen else "",
        "views": AS if own else {},
        "form": PostForm(initial={"text": drafts.draft_of("status:new", request.user)}) if own else None,
    }
    return render(request, "spaces/space.html", context)


def _visible_post(request: HttpRequest, username: str, public_id: str) -> Post:
    visible = as_read_by(Post.objects.visible_to(request.user), request.user).filter(
        author__username=username
    )
    return get_object_or_404(visible, public_id=public_id)


@open_to_all("the status decides by its own scope")
@require_safe
def status(request: HttpRequest, username: str, public_id: str) -> HttpResponse:
    """One status with its comments."""
    post = _visible_post(request, username, public_id)
    (post,) = posts_for(request.user, [post])
    key = f"comment:post:{public_id}"
    context = {
        "post": post,
        "comments": comment_page(post, request.user, number=request.GET.get("page"), owner=post.author_id),
        "form": CommentForm.below(request, key),
        "draft_key": key,
        "share_form": ShareForm(auto_id="share_%s"),
    }
    return render(request, "spaces/status.html", context)


@open_to_all("the status decides by its own scope")
@require_safe
def history(request: HttpRequest, username: str, public_id: str) -> HttpResponse:
    """What a status said before it was edited, as far as the reader could read it then."""
    post = _visible_post(request, username, public_id)
    (post,) = posts_for(request.user, [post])
    load_content(post)
    revisions = PostRevision.objects.visible_to(request.user).filter(post=post)
    return render(request, "spaces/history.html", {"post": post, "revisions": revisions})


@open_to_all("lists only the statuses and entries that the reader may see")
@require_safe
def topic(request: HttpRequest, name: str) -> HttpResponse:
    """Every visible status with a #topic, newest first, and before them the newest diary entries with it."""
    found = Topic.objects.filter(name__iexact=name).first()
    visible = as_read_by(Post.objects.visible_to(request.user).filter(topics=found), request.user).order_by(
        "-pk"
    )
    page = Paginator(visible if found else Post.objects.none(), PER_PAGE).get_page(request.GET.get("page"))
    entries = list(with_topic(found, request.user)) if found and page.number == 1 else []
    if found is None or not (page.object_list or entries):
        raise Http404
    page.object_list = posts_for(request.user, page.object_list)
    return render(request, "spaces/topic.html", {"topic": found, "page_obj": page, "entries": entries})
