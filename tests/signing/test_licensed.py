"""A licensed authority that holds signers' keys and signs on their order (CSC API 2; 电子签名法 16; H6)."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from foundation.signing.domain import certificates, signatures, verification
from foundation.signing.domain.faults import LicensedUnreachable
from foundation.signing.domain.pdf import x509
from tests.signing import files
from tests.signing.conftest import Parties, ceremony, certify

pytestmark = [pytest.mark.django_db, pytest.mark.row("H6")]


class Csc(BaseHTTPRequestHandler):
    """A licensed authority that speaks CSC API 2."""

    key: Any = None
    chain: tuple[bytes, ...] = ()
    broken = False

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        right = self.headers["Authorization"] == "Bearer token-1" and body["credentialID"] == "cred-1"
        answer: dict[str, Any] = {}
        if self.path.endswith("/credentials/info"):
            certificates_ = [base64.b64encode(one).decode() for one in Csc.chain]
            answer = {"key": {"status": "enabled"}, "cert": {"certificates": certificates_}}
        elif self.path.endswith("/signatures/signHash"):
            digest = base64.b64decode(body["hashes"][0])
            made = Csc.key.sign(digest, ec.ECDSA(Prehashed(SHA256())))
            answer = {"signatures": [base64.b64encode(made).decode()]}
        data = json.dumps(answer).encode() if not Csc.broken else b"oops"
        self.send_response(200 if right else 401)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_parts: Any) -> None:
        return


@pytest.fixture
def licensed(settings: Any, tmp_path: Any) -> Iterator[Any]:
    """The service listens, and its root is trusted here."""
    from cryptography.hazmat.primitives.serialization import Encoding

    made = files.Authority.make()
    Csc.key, certificate = made.signer("李主任", "阳光帮扶中心")
    Csc.chain, Csc.broken = (certificate, x509.der_of(made.issuing.certificate)), False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Csc)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.SIGNING_CSC_URL = f"http://127.0.0.1:{server.server_port}"
    settings.SIGNING_CSC_TOKEN = "token-1"
    settings.SIGNING_TRUSTED = tmp_path / "trusted.pem"
    settings.SIGNING_TRUSTED.write_bytes(made.root.certificate.public_bytes(Encoding.PEM))
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_licensed_authority_signs_on_order(
    parties: Parties, licensed: Any, picture: Callable, person: Callable, settings: Any
) -> None:
    certificates.revoke(parties.certificate, reason="换成持牌机构", by=parties.head)
    deciders = parties.clerk, person("third", roles=("staff",), place="wutong")
    holding = certificates.LicensedKey(credential="cred-1")
    row = certify(parties.institution, parties.head, deciders, picture, holding=holding)
    assert bytes(row.certificate) == Csc.chain[0], "its own certificate, not ours"
    paper = parties.paper()
    parties.seal_it(paper)
    usual: dict[str, Any] = {
        "slot": "institution",
        "certificate": row,
        "shown_digest": paper.sha256,
        "by": parties.head,
        "ceremony": ceremony(),
    }
    signatures.sign_with_licensed(paper, **usual)
    paper.refresh_from_db()
    assert verification.verify_document(paper).line("signatures").ok
    other = parties.paper("XY-2026-0002")
    parties.seal_it(other)
    Csc.broken = True
    with pytest.raises(LicensedUnreachable):
        signatures.sign_with_licensed(other, **{**usual, "shown_digest": other.sha256})
    settings.SIGNING_CSC_URL = ""
    with pytest.raises(LicensedUnreachable):
        signatures.sign_with_licensed(other, **{**usual, "shown_digest": other.sha256})
