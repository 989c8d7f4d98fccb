"""Editors' pictures in an object store, over the protocol that it speaks (P1): what production configures, tried out."""

import io
import json
import runpy
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import requests
from django.test import Client
from moto.server import ThreadedMotoServer
from PIL import Image

from foundation.core.models import PortalImage, PortalRendition

pytestmark = [pytest.mark.row("P1", "O8")]
REGION = "cn-north-1"


@dataclass
class Store:
    """A bucket, and what a browser gets of it through the site's own address."""

    address: str

    def get(self, url: str) -> requests.Response:
        """Ask as nginx does, which hands out /media/images/ from the bucket (docs/running/production.md)."""
        ours = "https://linli.example/media/images/"
        assert url.startswith(ours), "browsers ask nobody but this site"
        return requests.get(f"{self.address}/images/{url.removeprefix(ours)}", timeout=10)


@pytest.fixture
def store(monkeypatch: Any, settings: Any) -> Iterator[Store]:
    """A server that speaks S3, and this site as the settings of production set it up for that."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address, bucket = f"http://{host}:{port}", f"pictures-{secrets.token_hex(4)}"
    told = {
        "LINLI_SECRET_KEY": "x" * 50,
        "LINLI_HOSTS": "linli.example",
        "LINLI_S3_BUCKET": bucket,
        "LINLI_S3_ENDPOINT": address,
        "LINLI_S3_KEY": "linli",
        "LINLI_S3_SECRET": "s3-secret",
        "LINLI_S3_REGION": REGION,
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name=REGION,
        aws_access_key_id="linli",
        aws_secret_access_key="s3-secret",
    )
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    reading = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws-cn:s3:::{bucket}/images/*",
    }
    client.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [reading]})
    )
    production = runpy.run_module("linli.settings.production")
    settings.STORAGES = {**settings.STORAGES, "default": production["STORAGES"]["default"]}
    yield Store(f"{address}/{bucket}")
    server.stop()


@pytest.mark.django_db(transaction=True)
def test_an_editor_s_picture_lives_in_the_store_from_its_upload_to_its_end(
    store: Store, portal: Any, person: Callable, picture: Callable, settings: Any
) -> None:
    client = Client()
    client.force_login(person("editor", roles=("editor",)))
    placed = Image.Exif()
    placed[0x0110] = "a telephone"
    for _time in range(2):
        answer = client.post(
            "/admin/images/add/",
            {
                "title": "银杏大道",
                "description": "两排银杏",
                "file": picture("ginkgo.jpg", size=(1200, 900), exif=placed.tobytes()),
                "collection": "1",
            },
        )
        assert answer.status_code == 302, answer.content.decode()[:2000]
    first, second = PortalImage.objects.order_by("pk")
    assert first.file.name != second.file.name, "nothing is written over another picture of that name"
    with first.open_file() as original:
        assert "a telephone" not in Image.open(original).getexif().values()
    cut = first.get_rendition("fill-480x300|format-avif")
    assert isinstance(cut, PortalRendition)
    assert "?" not in cut.url, "no signature: what is cached once is the same for everybody"
    shown = store.get(cut.url)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/avif")
    assert Image.open(io.BytesIO(shown.content)).size == (480, 300)
    assert not (settings.MEDIA_ROOT / "images").exists(), "nothing of it lies on this machine"
    nobodys = requests.get(f"{store.address}/{first.file.name}", timeout=10)
    assert nobodys.status_code == 403, "the original is for editors"
    kept = second.get_rendition("fill-480x300|format-avif").url
    name, files = first.file.name, first.file.storage
    first.delete()
    assert not files.exists(name)
    # Whoever may not list the bucket is not told what is missing in it.
    assert store.get(cut.url).status_code in (403, 404)
    assert store.get(kept).status_code == 200
    assert files.exists(second.file.name)
