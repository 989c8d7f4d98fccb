"""Spaces, statuses, the feed and the own profile (S1, S2, S9, U5)."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Schema
from pydantic import Field

from foundation.accounts.domain.profile import (
    FIELDS,
    change_profile,
    label_of,
    shown_value,
    stand_in,
    visible_fields,
)
from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.accounts.models import Profile, User
from foundation.accounts.models.profile import DEFAULT_LEVELS
from foundation.accounts.permissions import AccountPermission
from foundation.core.access import scopes
from foundation.core.access.scopes import CONTACTS, PUBLIC, RESIDENTS
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import PageQuery, Paging
from foundation.core.api.problems import checked
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, Moment, PublicId
from foundation.core.api.scope import TokenScope
from foundation.core.files import resuming
from foundation.social.domain import posts
from foundation.social.domain.queries.feed import NEWEST, PER_PAGE, FeedItem, feed_page
from foundation.social.domain.queries.people import with_relation
from foundation.social.domain.queries.posts import as_read_by, posts_for
from foundation.social.interfaces.api import Name, PictureIn, PollIn, own_status
from foundation.social.interfaces.schemas import Level, StatusOut, StatusPage, status_out
from foundation.social.models import Post, PostRevision, Topic
from foundation.social.models.post import MAX_PICTURES, MAX_TEXT
from foundation.social.permissions import SocialPermission
from spaces.interfaces.forms import ProfileForm
from spaces.interfaces.schemas import (
    FeedAlbum,
    FeedDiary,
    FeedPageOut,
    FeedStatus,
    album_out,
    entry_brief,
)

routes = Routes("spaces")
SeenAs = Annotated[
    Literal["", PUBLIC, RESIDENTS, CONTACTS],  # type: ignore[valid-type]
    Query("", description="The own space as others see it; of others it changes nothing."),
]


class FieldOut(Schema):
    """What somebody says of herself, as far as the reader may see it."""

    field: str
    label: str
    value: str
    level: str


class SpaceOut(PersonOut):
    joined_in: int
    following: int
    followers: int
    is_followed: bool = Field(description="By the reader.")
    is_secret: bool = Field(description="The reader follows her without anybody's knowing.")
    is_contact: bool = Field(description="Each follows the other.")
    is_silenced: bool = Field(description="The reader wants to hear nothing of her.")
    own: bool
    fields: list[FieldOut]
    address: str


def _owner(request: ApiRequest, name: str) -> Any:
    people = User.objects.visible_to(request.user).select_related("avatar", "profile")
    return get_object_or_404(with_relation(people, request.user), username=name)


@routes.reads(
    "/people/{name}",
    scope=TokenScope.READ,
    open_because="spaces hold public fields; each is shown by its own scope",
    returns=SpaceOut,
)
def read_space(request: ApiRequest, name: Name, seen_as: SeenAs = "") -> dict[str, Any]:
    """Read somebody's space: who she is, and what she says of herself."""
    owner = _owner(request, name)
    viewer = stand_in(seen_as, owner=owner, reader=request.user) or request.user
    profile = getattr(owner, "profile", None) or Profile(user=owner)
    return {
        **person_out(owner).model_dump(),
        "joined_in": owner.date_joined.year,
        "following": owner.following_count,
        "followers": owner.follower_count,
        "is_followed": owner.is_followed,
        "is_secret": owner.is_secret,
        "is_contact": owner.is_contact,
        "is_silenced": owner.is_silenced,
        "own": owner.pk == request.user.pk,
        "fields": [
            {
                "field": field,
                "label": label_of(field),
                "value": shown_value(field, value),
                "level": scope.level,
            }
            for field, value, scope in visible_fields(profile, viewer)
        ],
        "address": owner.space_url,
    }


def _statuses(
    request: ApiRequest, found: Any, page: Paging, *, of: str, viewer: Any = None
) -> dict[str, Any]:
    """Return one page of the posts that `viewer`, or else the reader, may see, the newest first."""
    rows = as_read_by(found, viewer or request.user)
    shown, following = paging.page_of(rows, by=["-pk"], paging=page, of=of, user=request.user)
    return {
        "items": [status_out(post) for post in posts_for(request.user, shown, viewer=viewer)],
        "next": following,
    }


@routes.reads(
    "/people/{name}/statuses",
    scope=TokenScope.READ,
    open_because="lists only the statuses that the reader may see",
    returns=StatusPage,
)
def list_statuses(request: ApiRequest, name: Name, page: PageQuery, seen_as: SeenAs = "") -> dict[str, Any]:
    """List somebody's statuses, the newest first."""
    owner = get_object_or_404(User.objects.visible_to(request.user), username=name)
    viewer = stand_in(seen_as, owner=owner, reader=request.user)
    found = Post.objects.visible_to(viewer or request.user).filter(author=owner)
    return _statuses(request, found, page, of=f"statuses:{name}:{seen_as}", viewer=viewer)


@routes.reads(
    "/topics/{name}/statuses",
    scope=TokenScope.READ,
    open_because="lists only the statuses that the reader may see",
    returns=StatusPage,
)
def list_topic(
    request: ApiRequest,
    name: Annotated[str, Field(min_length=1, max_length=100)],
    page: PageQuery,
) -> dict[str, Any]:
    """List the statuses with a #topic, the newest first."""
    topic = Topic.objects.filter(name__iexact=name).first()
    found = _statuses(
        request,
        Post.objects.visible_to(request.user).filter(topics=topic),
        page,
        of=f"topic:{topic.pk if topic else 0}",
    )
    if topic is None or not (found["items"] or page.cursor):
        raise Http404
    return found


def _feed_item(item: FeedItem, user: Any) -> FeedStatus | FeedAlbum | FeedDiary:
    match item.entry.kind:
        case "album":
            return FeedAlbum(**album_out(item.obj, user).model_dump(), kind="album")
        case "diary_entry":
            return FeedDiary(**entry_brief(item.obj).model_dump(), kind="diary_entry")
    return FeedStatus(**status_out(item.obj).model_dump(), kind="post")


@routes.reads("/feed", scope=TokenScope.READ, may=SocialPermission.READ_FEED, returns=FeedPageOut)
def read_feed(request: ApiRequest, page: PageQuery) -> dict[str, Any]:
    """Read what those did whom the reader follows, the newest first; a page may hold fewer than asked for and go on."""
    before = paging.opened(page.cursor, of="feed", user=request.user)[0] if page.cursor else NEWEST
    found = feed_page(request.user, before=before, per_page=min(page.limit, PER_PAGE))
    following = paging.sealed([found.before], of="feed", user=request.user) if found.before else None
    return {"items": [_feed_item(item, request.user) for item in found.items], "next": following}


class StatusIn(Given):
    text: str = Field("", max_length=MAX_TEXT)
    level: Level = RESIDENTS
    pictures: list[PictureIn] = Field(default=[], max_length=MAX_PICTURES)
    poll: PollIn | None = None


@routes.writes(
    "POST",
    "/statuses",
    scope=TokenScope.WRITE,
    may=SocialPermission.POST_STATUS,
    returns=StatusOut,
    status=201,
)
def post_status(request: ApiRequest, body: StatusIn, response: HttpResponse) -> StatusOut:
    """Post a status, with up to nine pictures that were uploaded before."""
    with resuming.taken([picture.upload for picture in body.pictures], by=request.user) as files:
        made = posts.post_status(
            by=request.user,
            text=body.text,
            scope=posts.scope_of(body.level, request.user),
            pictures=files,
            descriptions=[picture.alt for picture in body.pictures],
            poll=body.poll.asked() if body.poll else None,
        )
    response["Location"] = reverse("api:statuses-id", args=[made.public_id])
    return own_status(request, made)


def _visible(request: ApiRequest, public_id: str) -> Post:
    found = as_read_by(Post.objects.visible_to(request.user), request.user)
    return get_object_or_404(found, public_id=public_id)


@routes.reads(
    "/statuses/{id}",
    scope=TokenScope.READ,
    open_because="the status decides by its own scope",
    returns=StatusOut,
)
def read_status(request: ApiRequest, id: PublicId) -> StatusOut:  # noqa: A002
    """Read a status."""
    (post,) = posts_for(request.user, [_visible(request, id)])
    return status_out(post)


class StatusEdit(Given):
    text: str = Field(max_length=MAX_TEXT)
    level: Level


@routes.writes(
    "PATCH",
    "/statuses/{id}",
    scope=TokenScope.WRITE,
    may=SocialPermission.POST_STATUS,
    returns=StatusOut,
)
def edit_status(request: ApiRequest, id: PublicId, body: StatusEdit) -> StatusOut:  # noqa: A002
    """Change the own status; what it said before stays in its history."""
    post = get_object_or_404(Post.objects.visible_to(request.user), public_id=id, author=request.user)
    edited = posts.edit_post(
        post,
        by=request.user,
        text=body.text,
        # What was written into a circle stays there, whatever level is sent.
        scope=post.scope if scopes.is_place(post.scope) else posts.scope_of(body.level, request.user),
    )
    return own_status(request, edited)


@routes.writes(
    "DELETE",
    "/statuses/{id}",
    scope=TokenScope.WRITE,
    may=SocialPermission.POST_STATUS,
    returns=None,
    status=204,
)
def delete_status(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Delete the own status, for good."""
    post = _visible(request, id)
    if post.author_id != request.user.pk:
        raise Http404
    posts.delete_post(post, by=request.user)


class RevisionOut(Schema):
    text: str
    written_at: Moment


@routes.reads(
    "/statuses/{id}/history",
    scope=TokenScope.READ,
    open_because="the status decides by its own scope",
    returns=list[RevisionOut],
)
def read_history(request: ApiRequest, id: PublicId) -> list[dict[str, Any]]:  # noqa: A002
    """Read what a status said before, as far as the reader could read it then; the newest first."""
    post = _visible(request, id)
    revisions = PostRevision.objects.visible_to(request.user).filter(post=post)
    return [{"text": one.text, "written_at": one.written_at} for one in revisions]


class Levels(Given):
    """Who may see each field."""

    bio: Level
    location: Level
    real_name: Level
    gender: Level
    birthday: Level
    occupation: Level
    hobbies: Level


class ProfileBase(Given):
    display_name: str = Field(min_length=1, max_length=20)
    bio: str = Field("", max_length=200)
    location: str = Field("", max_length=60)
    gender: Literal["", "female", "male"] = ""
    birthday: str = Field("", max_length=5, description="Month and day, as 06-07.")
    occupation: str = Field("", max_length=40)
    hobbies: str = Field("", max_length=80)
    levels: Levels


class ProfileIn(ProfileBase):
    avatar: str = Field("", max_length=16, description="A finished upload; empty: the picture stays.")


class ProfileOut(Schema):
    display_name: str
    bio: str
    location: str
    gender: str
    birthday: str
    occupation: str
    hobbies: str
    real_name: str = Field(description="As it was verified; empty before.")
    levels: dict[str, str]
    hidden: bool = Field(description="The community hid it: only its owner sees it.")
    person: PersonOut


def _profile(request: ApiRequest) -> Profile:
    return Profile.objects.filter(user=request.user).first() or Profile(user=request.user)


def _profile_out(profile: Profile) -> dict[str, Any]:
    return {
        "display_name": profile.user.display_name,
        **{field: getattr(profile, field) for field in (*FIELDS, "real_name")},
        "levels": {field: profile.scope_of(field).level for field in DEFAULT_LEVELS},
        "hidden": profile.hidden_at is not None,
        "person": person_out(profile.user),
    }


@routes.reads("/me/profile", scope=TokenScope.ACCOUNT, may=AccountPermission.EDIT_PROFILE, returns=ProfileOut)
def read_profile(request: ApiRequest) -> dict[str, Any]:
    """Read the own profile, each field with who may see it."""
    return _profile_out(_profile(request))


@routes.writes(
    "PUT",
    "/me/profile",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.EDIT_PROFILE,
    returns=ProfileOut,
)
def write_profile(request: ApiRequest, body: ProfileIn) -> dict[str, Any]:
    """Write the own profile as a whole: every field with who may see it."""
    values = body.model_dump(exclude={"levels", "avatar"})
    levels = {f"level_{field}": level for field, level in body.levels.model_dump().items()}
    with resuming.taken([body.avatar] if body.avatar else [], by=request.user) as files:
        form = ProfileForm(
            {**values, **levels},
            {"avatar": files[0]} if files else {},
            instance=_profile(request),
            user=request.user,
        )
        checked(form, {f"level_{field}": f"levels.{field}" for field in DEFAULT_LEVELS})
        profile = change_profile(
            request.user,
            by=request.user,
            display_name=form.cleaned_data["display_name"],
            values={field: form.cleaned_data[field] for field in FIELDS},
            levels=form.levels(),
            avatar=form.cleaned_data["avatar"] or None,
        )
    profile.user = request.user
    return _profile_out(profile)
