"""The first day, whole: an editor publishes, a resident joins, a neighbour answers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

SIGN_UP = {
    "email": "qiuyu@example.org",
    "password1": "ginkgo-leaves-1986",
    "display_name": "秋雨",
    "real_name": "林秋雨",
    "gender": "female",
    "birthday": "1958-06-07",
    "document": "id_card",
    "number": "110102195806071243",
    "phone": "13900001234",
    "consent": "on",
}


@pytest.mark.row("A1", "A2", "A3", "A4", "P1", "S1", "S2", "S9")
def test_the_first_day(
    client: Any,
    person: Callable,
    portal: Any,
    article: Callable,
    places: dict,
    drain: Callable,
    morning: Callable,
    picture: Callable,
) -> None:
    """Sign-up, activation, decision, comment, status with a picture, follow, like, answer, notices: through HTTP."""
    from django.test import Client

    from foundation.accounts.models import User
    from foundation.messaging.models import Notification
    from foundation.moderation.models import ReviewItem
    from foundation.social.models import Comment, Post
    from residents.models import Resident

    page = article()
    staff = person("staff", roles=("staff",))
    editor = person("editor", roles=("editor",))
    neighbour = person("zhou", display="周叶")

    answer = client.post("/account/signup/", {**SIGN_UP, "place": places["ginkgo"].pk})
    assert answer.status_code == 302, answer.context["form"].errors
    qiuyu = User.objects.get(email=SIGN_UP["email"])
    assert not client.login(login=SIGN_UP["email"], password="wrong")
    drain()
    link = re.search(r"https?://\S+/account/confirm-email/\S+/", mail.outbox[-1].body)[0]
    path = link.split("/", 3)[3]
    assert client.get(f"/{path}").status_code == 200
    assert client.post(f"/{path}").status_code == 302
    client.post("/account/login/", {"login": SIGN_UP["email"], "password": SIGN_UP["password1"]})
    assert client.get("/notifications/badge/").json()["unread"] == 0

    refused = client.post(f"/social/comments/article/{page.public_id}/", {"text": "真好看"})
    assert refused.status_code == 403
    assert "真好看" in refused.content.decode()

    office = Client()
    office.force_login(staff)
    (item,) = ReviewItem.objects.visible_to(staff).filter(kind="claim")
    shown = office.get(f"/admin/reviews/{item.public_id}/").content.decode()
    assert "林秋雨" in shown
    assert "110102195806071243" not in shown
    assert office.post(f"/admin/reviews/{item.public_id}/decide/", {"decision": "approve"}).status_code == 302
    qiuyu.refresh_from_db()
    assert qiuyu.is_verified
    assert Resident.objects.get(account=qiuyu).number_sealed == "110102195806071243"

    assert client.post(f"/social/comments/article/{page.public_id}/", {"text": "真好看"}).status_code == 302
    comment = Comment.objects.get()
    assert "真好看" not in Client().get(page.url).content.decode()
    waiting = ReviewItem.objects.get(kind="comment", object_id=str(comment.pk))
    assert office.get(f"/admin/reviews/{waiting.public_id}/").status_code == 404
    office.force_login(editor)
    office.post(f"/admin/reviews/{waiting.public_id}/decide/", {"decision": "approve"})
    assert "真好看" in Client().get(page.url).content.decode()

    answer = client.post(
        "/feed/post/", {"text": "院里的银杏 #秋天#", "scope": "residents", "pictures": [picture(), picture()]}
    )
    assert answer.status_code == 302
    post = Post.objects.get()
    drain()
    assert all(one.file.ready for one in post.post_pictures.select_related("file"))

    other = Client()
    other.force_login(neighbour)
    other.post(f"/social/follow/{qiuyu.username}/")
    assert "院里的银杏" in other.get("/feed/").content.decode()
    other.post(f"/social/posts/{post.public_id}/like/", {"liked": "1"})
    other.post(f"/social/comments/post/{post.public_id}/", {"text": "我也拍了"})
    client.post(
        f"/social/comments/post/{post.public_id}/",
        {"text": "晒出来看看", "reply_to": Comment.objects.get(comment="我也拍了").public_id},
    )
    told = set(Notification.objects.filter(user=qiuyu).values_list("event", flat=True))
    assert told == {"claim_approved", "approved", "followed", "liked", "commented"}
    assert set(Notification.objects.filter(user=neighbour).values_list("event", flat=True)) == {"replied"}
    morning()
    assert any("周叶" in letter.body and letter.to == [SIGN_UP["email"]] for letter in mail.outbox)
