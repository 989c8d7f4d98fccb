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
from django.template.loader import render_to_string

from foundation.core.flow.workflow import GuardFails
from foundation.signing.domain import certificates, signatures, verification
from foundation.signing.domain.faults import LicensedUnreachable, NotAuthorised, NotVerified
from foundation.signing.domain.licensed import offered
from foundation.signing.domain.pdf import x509
from foundation.signing.interfaces.ceremony import CeremonyForm
from foundation.signing.models import Certificate
from tests.signing import files
from tests.signing.conftest import Parties, ceremony, certify

pytestmark = [pytest.mark.django_db, pytest.mark.row("H6")]


class Csc(BaseHTTPRequestHandler):
    """A licensed authority that speaks CSC API 2."""

    key: Any = None
    chain: tuple[bytes, ...] = ()
    broken = False
    auth: dict[str, Any] = {"mode": "explicit", "objects": [{"id": "PIN"}]}
    seen: tuple[str, ...] = ()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        right = self.headers["Authorization"] == "Bearer token-1" and body["credentialID"] == "cred-1"
        answer: dict[str, Any] = {}
        status = 200 if right else 401
        Csc.seen = (*Csc.seen, self.path.rpartition("/")[2])
        if self.path.endswith("/credentials/info"):
            certificates_ = [base64.b64encode(one).decode() for one in Csc.chain]
            answer = {"key": {"status": "enabled"}, "cert": {"certificates": certificates_}, "auth": Csc.auth}
        elif self.path.endswith("/credentials/authorize"):
            status = status if body["authData"] == [{"id": "PIN", "value": "2468"}] else 400
            answer = {"SAD": f"sad-{body['hashes'][0]}"}
        elif self.path.endswith("/signatures/signHash"):
            # Authorised for this digest and no other.
            status = status if body["SAD"] == f"sad-{body['hashes'][0]}" else 400
            digest = base64.b64decode(body["hashes"][0])
            made = Csc.key.sign(digest, ec.ECDSA(Prehashed(SHA256())))
            answer = {"signatures": [base64.b64encode(made).decode()]}
        data = json.dumps(answer).encode() if not Csc.broken else b"oops"
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_parts: Any) -> None:
        return


@pytest.fixture
def licensed(settings: Any, tmp_path: Any, parties: Parties) -> Iterator[Any]:
    """The service listens, and its root is trusted here."""
    from cryptography.hazmat.primitives.serialization import Encoding

    made = files.Authority.make()
    Csc.key, certificate = made.signer(parties.head.verified_name, "阳光帮扶中心")
    Csc.chain, Csc.broken = (certificate, x509.der_of(made.issuing.certificate)), False
    Csc.auth, Csc.seen = {"mode": "explicit", "objects": [{"id": "PIN"}]}, ()
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
        "secret": "2468",
        "shown_digest": paper.sha256,
        "by": parties.head,
        "ceremony": ceremony(),
    }
    with pytest.raises(NotAuthorised):
        signatures.sign_with_licensed(paper, **{**usual, "secret": "1357"})
    assert "signHash" not in Csc.seen, "nothing is signed without her own code"
    signatures.sign_with_licensed(paper, **usual)
    assert Csc.seen[-2:] == ("authorize", "signHash")
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


@pytest.mark.deny
def test_only_ones_own_certificate_of_a_trusted_authority_is_taken(
    parties: Parties, licensed: Any, picture: Callable, settings: Any
) -> None:
    certificates.revoke(parties.certificate, reason="换成持牌机构", by=parties.head)
    name, issuing, own = parties.head.verified_name, Csc.chain[1], Csc.chain

    def refused(words: str) -> None:
        with pytest.raises(NotVerified, match=words):
            certificates.ask(
                parties.institution,
                holding=certificates.LicensedKey(credential="cred-1"),
                letters=[picture()],
                by=parties.head,
            )

    def issued(subject: x509.Subject) -> bytes:
        key = x509.new_key().public_key()
        return x509.der_of(x509.issue(subject, key, licensed.issuing, crl_url=files.CRL))

    Csc.chain = (licensed.signer("别人", "阳光帮扶中心")[1], issuing)
    refused("姓名")
    Csc.chain = (licensed.signer(name, "别的机构")[1], issuing)
    refused("单位")
    Csc.chain = (issued(x509.Subject(name, "阳光帮扶中心", "91110102MA0000009X")), issuing)
    refused("单位")
    stranger = files.Authority.make()
    Csc.chain = (stranger.signer(name, "阳光帮扶中心")[1], x509.der_of(stranger.issuing.certificate))
    refused("信任")
    Csc.chain = (b"no certificate", issuing)
    refused("信任")
    Csc.chain = own
    for auth in ({"mode": "implicit"}, {"mode": "explicit", "objects": [{"id": "PIN"}, {"id": "OTP"}]}, None):
        Csc.auth = auth
        refused("密码或动态码")
    Csc.auth = {"mode": "explicit", "objects": [{"id": "PIN"}]}
    serial = f"{x509.load_all([own[0]])[0].serial_number:x}"
    Certificate.objects.filter(pk=parties.seal.pk).update(serial=serial)
    refused("登记过")
    settings.SIGNING_TRUSTED = settings.BASE_DIR / "none.pem"
    refused("信任")
    assert not offered()


@pytest.mark.deny
def test_a_number_that_was_taken_meanwhile_is_said_to_the_reviewers(
    parties: Parties, licensed: Any, picture: Callable
) -> None:
    certificates.revoke(parties.certificate, reason="换成持牌机构", by=parties.head)
    # By its code, whatever the authority calls the organisation.
    subject = x509.Subject(parties.head.verified_name, "阳光中心", parties.institution.code)
    made = x509.issue(subject, x509.new_key().public_key(), licensed.issuing, crl_url=files.CRL)
    Csc.chain = (x509.der_of(made), Csc.chain[1])
    assert offered()
    row = certificates.ask(
        parties.institution,
        holding=certificates.LicensedKey(credential="cred-1"),
        letters=[picture()],
        by=parties.head,
    )
    Certificate.objects.filter(pk=parties.seal.pk).update(serial=f"{made.serial_number:x}")
    with pytest.raises(GuardFails, match="登记过"):
        certificates.decide_certificate(row, approved=True, reason="", by=parties.clerk)


def test_the_page_asks_for_the_code_of_that_authority(parties: Parties) -> None:
    licensed_one = Certificate(
        organisation=parties.institution, user=parties.head, backend="licensed", name="李"
    )
    form = CeremonyForm({"consent": "on", "pin": "2468"}, certificate=licensed_one)
    assert form.is_valid()
    assert form.cleaned_data["pin"] == "2468"
    assert "pin" in CeremonyForm({"consent": "on"}, certificate=licensed_one).errors
    assert "持牌机构的密码或动态码" in render_to_string("signing/ceremony.html", {"form": form})


@pytest.mark.deny
@pytest.mark.parametrize(
    "answer", [[], {"cert": 1}, {"cert": {"certificates": ["?"]}}, {"cert": {"certificates": []}, "key": {}}]
)
def test_an_answer_that_makes_no_sense_is_no_answer(settings: Any, monkeypatch: Any, answer: Any) -> None:
    from foundation.signing.domain import licensed as csc

    settings.SIGNING_CSC_URL = "http://127.0.0.1:9"

    class Answer:
        status_code = 200

        def raise_for_status(self) -> None: ...

        def json(self) -> Any:
            return answer

    monkeypatch.setattr(csc.requests, "post", lambda *_args, **_values: Answer())
    with pytest.raises(LicensedUnreachable):
        csc.credential("cred-1")
    monkeypatch.setattr(csc, "credential", lambda _id: csc.Credential([], "PIN"))
    with pytest.raises((LicensedUnreachable, NotAuthorised)):
        csc.sign_hash(Certificate(credential="cred-1"), b"x", secret="1")
    said = iter([{"SAD": "x"}, {"signatures": []}])
    monkeypatch.setattr(Answer, "json", lambda _self: next(said))
    with pytest.raises(LicensedUnreachable):
        csc.sign_hash(Certificate(credential="cred-1"), b"x", secret="1")
