"""Nobody fills the disk of all: what one person may keep has a limit (S2; ASVS 5.2.4)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.files import room, uploads
from foundation.core.flow.models import OutboxMessage
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


def _a_minute_later(drain: Callable) -> None:
    OutboxMessage.objects.filter(state="new").update(next_at=timezone.now() - timedelta(seconds=1))
    drain()


def _lying(root: Path) -> int:
    """How many files lie on the disk."""
    return sum(path.is_file() for path in root.rglob("*"))


@pytest.mark.deny
def test_posting_and_deleting_again_and_again_fills_no_disk(
    lin: User, photo: Callable, two_fit: int, drain: Callable, settings: Any
) -> None:
    scope = posts.scope_of("public", lin)
    for _time in range(3):
        post = posts.post_status(by=lin, text="", scope=scope, pictures=[photo(), photo()])
        posts.delete_post(post, by=lin)
        assert _lying(settings.PRIVATE_ROOT) > 0, "who looks at it now sees it to its end"
        _a_minute_later(drain)
        assert _lying(settings.PRIVATE_ROOT) == 0
    assert not StoredFile.objects.exists()


@pytest.mark.deny
@pytest.mark.row("O2")
def test_evidence_stays_and_is_not_hers_to_pay_for(
    lin: User, photo: Callable, two_fit: int, drain: Callable, settings: Any
) -> None:
    kept, other = (uploads.store_picture(photo(), owner=lin) for _time in range(2))
    drain()
    uploads.keep([kept.pk], until=timezone.now() + timedelta(days=30))
    uploads.drop([kept.pk, other.pk])
    _a_minute_later(drain)
    assert (kept.directory.exists(), other.directory.exists()) == (True, False)
    assert room.used(lin) == 0
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert uploads.sweep() == 1
    assert not kept.directory.exists()


@pytest.mark.deny
def test_what_is_dropped_in_a_transaction_that_is_undone_stays(
    lin: User, photo: Callable, drain: Callable
) -> None:
    stored = uploads.store_picture(photo(), owner=lin)
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - both belong to the transaction
        uploads.drop([stored.pk])
        raise ZeroDivisionError
    _a_minute_later(drain)
    assert stored.directory.exists()
    assert room.used(lin) == stored.uploaded_bytes


def test_what_could_not_be_read_takes_no_room(lin: User, photo: Callable, two_fit: int) -> None:
    stored = uploads.store_picture(photo(), owner=lin)
    StoredFile.objects.filter(pk=stored.pk).update(state=StoredFile.State.FAILED)
    assert room.used(lin) == 0


def test_a_new_face_takes_the_room_of_the_old_one(
    lin: User, photo: Callable, two_fit: int, settings: Any, drain: Callable
) -> None:
    from foundation.accounts.domain.profile import change_profile
    from foundation.accounts.models.profile import default_levels

    settings.STORAGE_PER_PERSON = two_fit
    for _time in range(2):
        change_profile(lin, by=lin, display_name="林", values={}, levels=default_levels(), avatar=photo())
    assert room.used(lin) == two_fit
    assert StoredFile.objects.filter(owner_id=lin.pk).count() == 1
    _a_minute_later(drain)
    assert StoredFile.objects.get().pk == User.objects.get(pk=lin.pk).avatar_id, (
        "the old one's bytes are gone"
    )


def test_everybody_sees_how_much_room_she_takes(lin: User, photo: Callable, client: Client) -> None:
    uploads.store_picture(photo(), owner=lin)
    client.force_login(lin)
    page = client.get("/account/data/").content.decode()
    assert "您的照片占了" in page
    assert "1.0\xa0GB" in page
