"""What is kept of a post or comment that somebody reported, as it stood then (O2)."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from foundation.social.models import Album, Comment, PollChoice, Post

# Names of the words in the site's own language: staff read them, not the reporter in whose language it is written.
TEXT, PICTURES, CHOICES = gettext_lazy("内容"), gettext_lazy("图片说明"), gettext_lazy("投票选项")


def _label(name: Any) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(name)


def post_evidence(post: Post) -> dict[str, str]:
    """Return the words of a post: what it says and what it said before it was edited, each under its time."""
    kept = {_label(TEXT): post.text}
    for revision in post.revisions.all()[:20]:
        written = f"{timezone.localtime(revision.written_at):%Y-%m-%d %H:%M:%S}"
        name, number = written, 1
        while name in kept:
            number += 1
            name = f"{written} ({number})"
        kept[name] = revision.text
    kept |= _descriptions(post)
    if offered := _choices(post):
        kept[_label(CHOICES)] = "\n".join(offered)
    return kept


def _descriptions(post: Post) -> dict[str, str]:
    """Return what its pictures are said to show, one a line: words that everybody can read, too."""
    told = "\n".join(file.description for file in post_files(post) if file.description)
    return {_label(PICTURES): told} if told else {}


def _choices(post: Post) -> list[str]:
    if not post.has_poll:
        return []
    return list(PollChoice.objects.filter(poll_id=post.pk).values_list("text", flat=True))


def post_texts(post: Post) -> list[str]:
    """Return what the word filter reads of a post."""
    return [post.text, *(file.description for file in post_files(post)), *_choices(post)]


def post_files(post: Post) -> Iterable[Any]:
    return [picture.file for picture in post.post_pictures.select_related("file")]


def comment_evidence(comment: Comment) -> dict[str, str]:
    return {_label(TEXT): comment.comment}


def album_texts(album: Album) -> list[str]:
    """Return what the word filter reads of an album."""
    return [album.title, album.text, *album.photos.exclude(caption="").values_list("caption", flat=True)]


def album_evidence(album: Album) -> dict[str, str]:
    """Return the words of an album: its name, what it is about, what its photos are said to show."""
    captions = "\n".join(album.photos.exclude(caption="").values_list("caption", flat=True))
    kept = {_label(TEXT): f"{album.title}\n{album.text}".strip()}
    return kept | ({_label(PICTURES): captions} if captions else {})


def album_files(album: Album) -> Iterable[Any]:
    return [photo.file for photo in album.photos.select_related("file")[:20]]
