"""Nobody fills the disk of all: what one person may keep has a limit (S2; ASVS 5.2.4)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from foundation.accounts.models import User
from foundation.core.files import room, uploads
from foundation.core.models import StoredFile, Upload
from foundation.social.domain import posts
from foundation.social.models import Post
from tests.api.device import device_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2"), pytest.mark.security(24)]
FULL = "请先删除一些旧的"


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    return person("lin")


@pytest.fixture
def photo(picture: Callable) -> Callable[[], SimpleUploadedFile]:
    """The same picture, as often as it is asked for."""
    data = picture().read()
    return lambda: SimpleUploadedFile("a.jpg", data, "image/jpeg")


@pytest.fixture
def two_fit(photo: Callable, settings: Any) -> int:
    """Room for exactly two pictures; return how large one is."""
    settings.STORAGE_PER_PERSON = 2 * photo().size
    return photo().size


@pytest.mark.deny
def test_the_last_byte_fits_and_not_one_more(lin: User, photo: Callable, two_fit: int, settings: Any) -> None:
    uploads.store_picture(photo(), owner=lin)
    settings.STORAGE_PER_PERSON -= 1
    with pytest.raises(ValidationError, match=FULL) as refused:
        uploads.store_picture(photo(), owner=lin)
    assert refused.value.code == "storage"
    settings.STORAGE_PER_PERSON += 1
    uploads.store_picture(photo(), owner=lin)
    assert room.used(lin) == settings.STORAGE_PER_PERSON
    with pytest.raises(ValidationError, match=FULL):
        uploads.store_picture(photo(), owner=lin)
    assert StoredFile.objects.count() == 2


@pytest.mark.deny
def test_another_person_has_room_of_her_own(
    lin: User, person: Callable, photo: Callable, two_fit: int
) -> None:
    for _time in range(2):
        uploads.store_picture(photo(), owner=lin)
    other = person("wang")
    uploads.store_picture(photo(), owner=other)
    assert (room.used(lin), room.used(other)) == (2 * two_fit, two_fit)


@pytest.mark.deny
def test_the_page_says_so_and_keeps_the_text(
    lin: User, photo: Callable, two_fit: int, settings: Any, client: Client
) -> None:
    client.force_login(lin)
    sent = {"text": "三张", "scope": "public", "pictures": [photo() for _time in range(3)]}
    answer = client.post("/feed/post/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert FULL in page
    assert "三张" in page
    assert not StoredFile.objects.exists()
    # A refused form leaves no bytes behind either.
    assert not [path for path in settings.PRIVATE_ROOT.rglob("*") if path.is_file()]


@pytest.mark.deny
def test_the_api_refuses_before_a_byte_is_sent(lin: User, photo: Callable, two_fit: int) -> None:
    uploads.store_picture(photo(), owner=lin)
    phone = device_of(lin)
    asked = {"size": two_fit, "media_type": "image/jpeg"}
    assert phone.post("/uploads", asked).status_code == 201
    refused = phone.post("/uploads", {**asked, "size": 1})
    assert refused.status_code == 422
    assert [fault["code"] for fault in refused.json()["errors"]] == ["storage"]
    assert FULL in refused.json()["detail"]
    assert Upload.objects.count() == 1


def test_deleting_makes_room_at_once(lin: User, photo: Callable, two_fit: int) -> None:
    scope = posts.scope_of("public", lin)
    full = posts.post_status(by=lin, text="", scope=scope, pictures=[photo(), photo()])
    with pytest.raises(ValidationError, match=FULL):
        posts.post_status(by=lin, text="", scope=scope, pictures=[photo()])
    posts.delete_post(full, by=lin)
    assert room.used(lin) == 0
    posts.post_status(by=lin, text="", scope=scope, pictures=[photo()])
    assert Post.objects.exclude(pk=full.pk).count() == 1


def test_what_could_not_be_read_takes_no_room(lin: User, photo: Callable, two_fit: int) -> None:
    stored = uploads.store_picture(photo(), owner=lin)
    StoredFile.objects.filter(pk=stored.pk).update(state=StoredFile.State.FAILED)
    assert room.used(lin) == 0


def test_a_new_face_takes_the_room_of_the_old_one(
    lin: User, photo: Callable, two_fit: int, settings: Any, client: Client
) -> None:
    from foundation.accounts.domain.profile import change_profile
    from foundation.accounts.models.profile import default_levels

    settings.STORAGE_PER_PERSON = two_fit
    for _time in range(2):
        change_profile(lin, by=lin, display_name="林", values={}, levels=default_levels(), avatar=photo())
    assert room.used(lin) == two_fit
    assert StoredFile.objects.filter(owner_id=lin.pk).count() == 1


def test_everybody_sees_how_much_room_she_takes(lin: User, photo: Callable, client: Client) -> None:
    uploads.store_picture(photo(), owner=lin)
    client.force_login(lin)
    page = client.get("/account/data/").content.decode()
    assert "您的照片占了" in page
    assert "1.0\xa0GB" in page
