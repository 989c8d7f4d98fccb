"""What lies in the media folder has no address but the cut pictures (P1): documents are checked one by one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from foundation.core.models import PortalImage

pytestmark = [pytest.mark.django_db, pytest.mark.row("P1"), pytest.mark.security(25)]


def test_a_cut_picture_is_given_to_everybody(picture: Callable) -> None:
    image = PortalImage.objects.create(title="银杏", file=picture())
    answer = Client().get(image.get_rendition("width-100").url)
    assert answer.status_code == 200
    assert b"".join(answer)


@pytest.mark.deny
def test_documents_and_originals_have_no_side_door(picture: Callable, settings: Any) -> None:
    closed = Collection.get_first_root_node().add_child(name="内部")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    document = get_document_model().objects.create(
        title="内部", file=picture("secret.pdf"), collection=closed
    )
    image = PortalImage.objects.create(title="银杏", file=picture())
    assert Client().get(document.url).status_code == 302
    for stored in (document.file, image.file):
        assert Path(settings.MEDIA_ROOT, stored.name).is_file()
        for path in (f"/media/{stored.name}", f"/media/images/../{stored.name}", f"/media//{stored.name}"):
            assert Client().get(path).status_code in (400, 404), path


def test_a_film_can_be_uploaded_by_an_editor(person: Callable, portal: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = Client()
    client.force_login(person("editor", roles=("editor",)))
    root = Collection.get_first_root_node()
    for name in ("film.mp4", "film.webm"):
        film = SimpleUploadedFile(name, b"\0" * 64, "video/mp4")
        answer = client.post("/admin/documents/add/", {"title": name, "file": film, "collection": root.pk})
        assert answer.status_code == 302, answer.content.decode()[:2000]
    assert get_document_model().objects.count() == 2
