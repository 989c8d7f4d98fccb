"""Timestamps of an outside authority (RFC 3161), spoken with over HTTP; and what happens while it is away (H6)."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import Encoding

from foundation.signing.domain import verification
from foundation.signing.domain.faults import NotTheSigner, NotVerified
from foundation.signing.domain.pdf import pades, reading
from foundation.signing.domain.pins import OpenedKey
from foundation.signing.models import Signature
from tests.signing import files
from tests.signing.conftest import Parties

pytestmark = [pytest.mark.row("H6")]


class Authority(BaseHTTPRequestHandler):
    """Answers timestamp requests as RFC 3161 says."""

    made: Any = None

    def do_POST(self) -> None:
        asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        stamper: Any = Authority.made.clock.client(Authority.made.trust())
        data = stamper.request_tsa_response(asked).dump()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_parts: Any) -> None:
        return


@pytest.fixture
def outside(settings: Any, tmp_path: Any) -> Iterator[Any]:
    """The authority listens, and its root is trusted here."""
    Authority.made = files.Authority.make()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.SIGNING_TSA = f"http://127.0.0.1:{server.server_port}/"
    settings.SIGNING_TRUSTED = tmp_path / "trusted.pem"
    settings.SIGNING_TRUSTED.write_bytes(Authority.made.root.certificate.public_bytes(Encoding.PEM))
    yield Authority.made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.django_db
def test_an_outside_authority_says_when_it_was_signed(parties: Parties, outside: Any) -> None:
    paper = parties.signed()
    report = verification.verify_document(paper)
    assert report.line("signatures").ok, report.line("signatures")
    assert not report.own_clock, "nothing on the page calls it the installation's own"
    assert Signature.objects.first().clock.startswith("银杏里社区 时间戳")


@pytest.mark.django_db
@pytest.mark.deny
def test_without_its_answer_nothing_is_signed(parties: Parties, settings: Any) -> None:
    paper = parties.paper()
    settings.SIGNING_TSA = "http://127.0.0.1:9/"
    with pytest.raises(NotVerified):
        parties.seal_it(paper)
    assert not Signature.objects.exists()
    settings.SIGNING_TSA = ""
    parties.seal_it(paper)


@pytest.mark.django_db
@pytest.mark.deny
def test_a_key_opens_its_own_certificate_alone(parties: Parties) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    with pytest.raises(NotTheSigner):
        parties.sign_it(paper, pin=OpenedKey(parties.certificate.pk + 1, b""))


def test_signing_works_in_a_thread_that_runs_a_loop_already() -> None:
    made = files.authority()
    key, certificate = made.signer("李敏", "阳光帮扶中心")
    order = pades.Order("community", certificate, first=True)

    async def inside() -> bytes:
        return pades.sign(files.frozen(), order, key=files.der(key), trust=made.trust(), clock=made.clock)

    async def broken() -> bytes:
        return pades.sign(b"no pdf", order, key=files.der(key), trust=made.trust(), clock=made.clock)

    # In threads of their own: a browser of another test may have left its loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        signed = thread.submit(lambda: asyncio.run(inside())).result()
        found = reading.read(signed, made.trust())
        assert [one.good for one in found.signatures] == [True]
        with pytest.raises(Exception, match=r"."):
            thread.submit(lambda: asyncio.run(broken())).result()
