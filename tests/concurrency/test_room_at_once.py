"""Many pictures of one person at once: together no more than she has room for (ASVS 5.2.4)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.files import room
from foundation.core.models import StoredFile
from foundation.social.domain import posts
from foundation.social.models import Post
from tests.api.device import Device, device_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.row("S2"),
    pytest.mark.deny,
    pytest.mark.security(24),
]


def test_eight_posts_at_once_keep_within_the_room(
    at_once: Callable, person: Callable, portal: Any, picture: Callable, settings: Any
) -> None:
    lin, data = person("lin"), picture().read()
    settings.STORAGE_PER_PERSON = 3 * len(data)

    def post() -> Post:
        photo = SimpleUploadedFile("a.jpg", data, "image/jpeg")
        return posts.post_status(by=lin, text="银杏", scope=Scope(PUBLIC), pictures=[photo])

    given = at_once(*[post] * 8)
    refused = [fault for fault in given if isinstance(fault, Exception)]
    assert len(refused) == 5
    assert all(isinstance(fault, ValidationError) and fault.code == "storage" for fault in refused), refused
    assert room.used(lin) == 3 * len(data)
    assert Post.objects.count() == StoredFile.objects.count() == 3


def test_uploads_begun_at_once_keep_within_the_room(
    at_once: Callable, person: Callable, portal: Any, settings: Any
) -> None:
    settings.STORAGE_PER_PERSON = 2500
    token = device_of(person("lin")).token

    def begin() -> int:
        return Device(token).post("/uploads", {"size": 1000, "media_type": "image/jpeg"}).status_code

    assert sorted(at_once(*[begin] * 6)) == [201, 201, 422, 422, 422, 422]
