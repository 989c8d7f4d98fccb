"""The first day once more, by a client that a tool generated from the document: nothing else is known of the site."""

import io
import re
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core import mail

pytestmark = [pytest.mark.django_db(transaction=True)]
PASSWORD = "ginkgo-leaves-1986"


class Caller:
    """Calls operations of the generated client by their names, with a new key for each write."""

    def __init__(self, package: Callable[[str], Any], base: str, token: str = "") -> None:
        self.package, self.models = package, package("models")
        made = package("")
        timeout = httpx.Timeout(30)
        self.client = (
            made.AuthenticatedClient(base_url=base, token=token, timeout=timeout)
            if token
            else made.Client(base_url=base, timeout=timeout)
        )

    def __call__(self, name: str, *args: Any, **named: Any) -> Any:
        """Return (status, what was parsed)."""
        tag, _dot, operation = name.partition(".")
        module = self.package(f"api.{tag}.{operation}")
        if "idempotency_key" in module._get_kwargs.__annotations__:
            named.setdefault("idempotency_key", uuid.uuid4().hex)
        answer = module.sync_detailed(*args, client=self.client, **named)
        return answer.status_code.value, answer.parsed

    def close(self) -> None:
        self.client.get_httpx_client().close()


@pytest.mark.row("U5", "A1", "A2", "A3", "P1", "S1", "S2", "S9")
def test_the_first_day_by_a_generated_client(
    client_package: Callable[[str], Any],
    live_server: Any,
    person: Callable,
    portal: Any,
    article: Callable,
    places: dict,
    drain: Callable,
    picture: Callable,
) -> None:
    from foundation.accounts.models import User
    from foundation.messaging.models import Notification
    from foundation.moderation.domain import inbox
    from foundation.moderation.models import ReviewItem

    page, staff = article(), person("staff", roles=("staff",))
    editor, zhou = person("editor", roles=("editor",)), person("zhou", display="周叶")
    visitor = Caller(client_package, live_server.url)
    models = visitor.models

    _status, (community, _other) = visitor("identity.list_communities")
    status, _nothing = visitor(
        "identity.sign_up",
        body=models.SignUp(
            name="林秋雨",
            gender=models.SignUpGender.FEMALE,
            birthday=date(1958, 6, 7),
            document=models.SignUpDocument.ID_CARD,
            number="110102195806071243",
            phone="13900001234",
            community=community.id,
            consent=True,
            email="qiuyu@example.org",
            password=PASSWORD,
            display_name="秋雨",
        ),
    )
    assert status == 202
    sign_in = models.SignIn(login="qiuyu@example.org", password=PASSWORD, device_name="秋雨的手机")
    status, refused = visitor("accounts.sign_in", body=sign_in)
    assert (status, refused.type_.value) == (403, "urn:linli:problem:not_activated")
    drain()
    key = re.search(r"/account/confirm-email/([^/\s]+)/", mail.outbox[0].body)
    assert key
    assert visitor("identity.activate", body=models.Activation(key=key[1]))[0] == 204
    status, made = visitor("accounts.sign_in", body=sign_in)
    assert status == 201
    qiuyu = Caller(client_package, live_server.url, made.token)

    said = models.CommentIn(text="真好看")
    status, refused = qiuyu("social.comment", "article", page.public_id, body=said)
    assert (status, refused.type_.value) == (403, "urn:linli:problem:verify")
    assert qiuyu("identity.read_verification")[1].state == "waiting"
    inbox.decide(ReviewItem.objects.get(kind="claim"), approved=True, by=staff)
    assert qiuyu("identity.read_verification")[1].verified is True

    status, comment = qiuyu("social.comment", "article", page.public_id, body=said)
    assert (status, comment.waiting) == (201, True)
    assert visitor("social.list_comments", "article", page.public_id)[1].items == []
    inbox.decide(ReviewItem.objects.get(kind="comment"), approved=True, by=editor)
    (shown,) = visitor("social.list_comments", "article", page.public_id)[1].items
    assert (shown.id, shown.author.display_name) == (comment.id, "秋雨")

    ids = [_send(qiuyu, picture()) for _number in range(2)]
    body = models.StatusIn(
        text="院里的银杏 #秋天#", pictures=[models.PictureIn(upload=one, alt="银杏") for one in ids]
    )
    status, post = qiuyu("spaces.post_status", body=body)
    assert (status, len(post.pictures)) == (201, 2)
    drain()
    post = qiuyu("spaces.read_status", post.id)[1]
    assert all(one.ready for one in post.pictures)
    address = live_server.url + post.pictures[0].sizes["320.webp"]
    assert httpx.get(address).status_code == 404, "written for neighbours"
    assert httpx.get(address, headers={"Authorization": f"Bearer {made.token}"}).status_code == 200

    token = visitor(
        "accounts.sign_in",
        body=models.SignIn(login="zhou@example.org", password="pw-zhou-2026", device_name="周叶的电脑"),
    )[1].token
    neighbour = Caller(client_package, live_server.url, token)
    name = User.objects.get(email="qiuyu@example.org").username
    assert neighbour("social.follow", name)[0] == 204
    assert [one.id for one in neighbour("spaces.read_feed")[1].items] == [post.id]
    assert neighbour("social.like", post.id)[1].likes == 1
    _status, first = neighbour("social.comment", "post", post.id, body=models.CommentIn(text="我也拍了"))
    qiuyu("social.comment", "post", post.id, body=models.CommentIn(text="晒出来看看", reply_to=first.id))
    told = {one.event for one in qiuyu("messaging.list_notifications")[1].items}
    assert told == {
        "claim.claim_approved",
        "comment.approved",
        "person.followed",
        "post.liked",
        "comment.commented",
    }
    assert set(Notification.objects.filter(user=zhou).values_list("event", flat=True)) == {"replied"}
    assert qiuyu("messaging.read_all")[1].unread == 0
    assert qiuyu("accounts.sign_out")[0] == 204
    assert qiuyu("accounts.me")[0] == 401
    for caller in (visitor, qiuyu, neighbour):
        caller.close()


def _send(caller: Caller, upload: Any) -> str:
    """Send a picture in two pieces and return the name of the upload."""
    data = upload.read()
    new = caller.models.NewUpload(size=len(data), media_type=caller.models.NewUploadMediaType.IMAGEJPEG)
    _status, made = caller("files.begin_upload", body=new)
    file = caller.package("types").File
    half = len(data) // 2
    for offset, piece in ((0, data[:half]), (half, data[half:])):
        status, _nothing = caller(
            "files.send_piece", made.id, upload_offset=offset, body=file(payload=io.BytesIO(piece))
        )
        assert status == 204
    assert caller("files.read_upload", made.id)[1].whole is True
    return made.id


def test_the_document_is_the_client_s_only_source() -> None:
    """The story names no address of the API by hand, except where the client can't read a picture's bytes."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert source.count("/api/" + "v1") == 0
