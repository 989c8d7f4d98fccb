"""Albums (S4): many photos, each once, in an order, for exactly whom they are for."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import ONLY, PUBLIC, RESIDENTS, Scope
from foundation.core.models import StoredFile
from foundation.social.domain import albums, follows
from foundation.social.domain.queries.feed import feed_page
from foundation.social.models import Album, FeedEntry, Photo
from foundation.social.models import album as album_models

pytestmark = [pytest.mark.django_db, pytest.mark.row("S4")]


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


def make(by: Any, level: str = RESIDENTS) -> Album:
    return albums.make_album(by=by, title="秋天", scope=Scope(level, str(by.pk) if level == ONLY else ""))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(reader: Client, path: str) -> int:
    answer = reader.get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def order(album: Album) -> list[str]:
    return list(album.photos.values_list("caption", flat=True))


def test_photos_stand_in_the_order_they_came_and_the_first_is_the_cover(lin: User, picture: Callable) -> None:
    album = make(lin)
    first, *_others = [albums.add_photo(album, picture(), by=lin, caption=str(n)) for n in range(3)]
    album.refresh_from_db()
    assert order(album) == ["0", "1", "2"]
    assert (album.cover, album.photo_count) == (first, 3)


def test_sent_again_after_a_cut_line_it_is_one_photo(lin: User, picture: Callable) -> None:
    album, once = make(lin), uuid4()
    client = signed_in(lin)
    for _again in range(2):
        answer = client.post(
            f"{album.url}add/", {"pictures": picture(), "once": str(once)}, headers={"X-Photo": "one"}
        )
        assert answer.status_code == 201
    album.refresh_from_db()
    assert album.photo_count == Photo.objects.count() == 1


@pytest.mark.deny
def test_what_is_no_picture_is_named_and_keeps_no_other_away(lin: User, picture: Callable) -> None:
    album = make(lin)
    wrong = picture("a.jpg")
    wrong.file.seek(0)
    wrong.file.truncate(10)
    answer = signed_in(lin).post(f"{album.url}add/", {"pictures": wrong}, headers={"X-Photo": "one"})
    assert answer.status_code == 422
    assert answer.content.decode().strip()
    assert not Photo.objects.exists()


@pytest.mark.deny
def test_a_full_album_takes_no_more(lin: User, picture: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(albums, "MAX_PHOTOS", 1)
    album = make(lin)
    albums.add_photo(album, picture(), by=lin)
    with pytest.raises(ValidationError, match="500"):
        albums.add_photo(album, picture(), by=lin)
    assert album_models.MAX_PHOTOS == 500


@pytest.mark.deny
@pytest.mark.security(4)
def test_who_may_not_see_it_gets_neither_page_nor_photo(lin: User, zhou: User, picture: Callable) -> None:
    from foundation.core.files import pictures

    album = make(lin, ONLY)
    photo = albums.add_photo(album, picture(), by=lin)
    pictures.make("", {"id": photo.file_id})
    stored = StoredFile.objects.get(pk=photo.file_id)
    for reader, expected in ((signed_in(lin), 200), (signed_in(zhou), 404), (Client(), 404)):
        assert reader.get(album.url).status_code == expected
        assert sent(reader, stored.url_320) == expected
    albums.edit_album(album, by=lin, title="秋天", text="", scope=Scope(PUBLIC))
    assert sent(Client(), stored.url_320) == 200
    albums.edit_album(album, by=lin, title="秋天", text="", scope=Scope(ONLY, str(lin.pk)))
    assert sent(signed_in(zhou), stored.url_320) == 404


def test_it_appears_in_the_feed_with_its_first_photo(lin: User, zhou: User, picture: Callable) -> None:
    follows.follow(lin, by=zhou)
    album = make(lin)
    assert feed_page(zhou).items == []
    for _n in range(2):
        albums.add_photo(album, picture(), by=lin)
    assert [item.obj for item in feed_page(zhou).items] == [album]


def test_photos_are_moved_named_chosen_and_taken_away(lin: User, picture: Callable) -> None:
    album = make(lin)
    photos = [albums.add_photo(album, picture(), by=lin, caption=str(n)) for n in range(3)]
    albums.move_photo(photos[2], -2, by=lin)
    assert order(album) == ["2", "0", "1"]
    albums.order_photos(album, [photos[1].public_id, "nonsense"], by=lin)
    assert order(album) == ["1", "2", "0"]
    albums.choose_cover(photos[1], by=lin)
    albums.delete_photo(photos[1], by=lin)
    albums.delete_photo(photos[1], by=lin)
    album.refresh_from_db()
    assert order(album) == ["2", "0"]
    assert album.photo_count == 2
    assert album.cover == photos[2]
    albums.caption_photo(photos[0], "院里的银杏", by=lin)
    assert StoredFile.objects.get(pk=photos[0].file_id).description == "院里的银杏"


@pytest.mark.deny
def test_others_change_nothing(lin: User, zhou: User, person: Callable, picture: Callable) -> None:
    album = make(lin)
    photo = albums.add_photo(album, picture(), by=lin)
    for step in (
        lambda: albums.add_photo(album, picture(), by=zhou),
        lambda: albums.delete_photo(photo, by=zhou),
        lambda: albums.choose_cover(photo, by=zhou),
        lambda: albums.delete_album(album, by=zhou),
        lambda: make(person("new", verified=False)),
    ):
        with pytest.raises(Refused):
            step()
    assert signed_in(zhou).get(f"{album.url}edit/").status_code == 404


def test_deleted_with_everything_that_hung_on_it(lin: User, picture: Callable) -> None:
    album = make(lin)
    photo = albums.add_photo(album, picture(), by=lin)
    albums.delete_album(album, by=lin)
    albums.delete_album(album, by=lin)
    assert not Album.objects.exists()
    assert not FeedEntry.objects.filter(kind="album").exists()
    assert StoredFile.objects.get(pk=photo.file_id).dropped_at is not None
