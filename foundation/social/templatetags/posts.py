"""Posts as cards: drawn once, shown to everybody who may see them."""

import hashlib
from typing import Any

from django import template
from django.core.cache import caches
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.models import StoredFile
from foundation.core.templatetags.linli import when
from foundation.social.domain.queries.bookmarks import is_saved
from foundation.social.domain.queries.posts import load_content
from foundation.social.models import Post

register = template.Library()


@register.simple_tag(takes_context=True)
def post_card(
    context: template.Context, post: Post, name: str = "components/post_card.html", *, whole: bool = False
) -> SafeString:
    """Draw a post of `posts_for`. `whole` is for its own page, where it can be shared.

    A card is kept under all that it shows, and its template is given nothing of the reader but what the key
    names: another reader's card can't come back. What a mentioned person's account became shows a minute later.
    """
    signed_in = context["user"].is_authenticated
    drawing: Any = get_template(name)
    if whole:
        load_content(post)
        with context.push(post=post, whole=True, signed_in=signed_in):
            return drawing.template.render(context)
    cards, key = caches["fragments"], _key(post, name, signed_in=signed_in)
    if (known := cards.get(key)) is not None:
        return mark_safe(known)  # noqa: S308 - drawn by a template
    load_content(post)
    html = drawing.render({"post": post, "signed_in": signed_in})
    if not any(picture.state == StoredFile.State.NEW for each in _both(post) for picture in each.pictures):
        cards.set(key, str(html))
    return html


@register.inclusion_tag("components/save_button.html", takes_context=True)
def save_button(context: template.Context, target: Any) -> dict[str, Any]:
    """Draw the button that saves an object; for visitors nothing, and no statement."""
    user = context["user"]
    return {
        "kind": kinds.of(target).key,
        "public_id": target.public_id,
        "saved": is_saved(target, user),
        "signed_in": user.is_authenticated,
    }


def _both(post: Post) -> list[Any]:
    return [post, post.shared] if post.shared else [post]  # type: ignore[attr-defined]


def _key(post: Post, name: str, *, signed_in: bool) -> str:
    shown: list[Any] = [name, get_language(), signed_in]
    shown += [post.reaction, post.can_edit, post.can_report, post.shared_gone]  # type: ignore[attr-defined]
    shown += [post.saved, post.can_delete, post.shown_poll]  # type: ignore[attr-defined]
    shown += [*post.reaction_numbers.values(), post.comment_count]
    for each in _both(post):
        shown += [
            each.pk,
            each.edited_at,
            each.hidden_at,
            when(each.created_at),
            each.scope,
            *_face(each.author),
        ]
    return f"card:{hashlib.sha256(repr(shown).encode()).hexdigest()}"


def _face(person: User) -> list[Any]:
    return [person.display_name, person.is_verified, person.avatar_url]
