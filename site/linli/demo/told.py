"""What waits unread for the demo's resident, so that her bell and her centre are alive at the first look."""

from django.utils import timezone

from foundation.accounts.models import User
from foundation.core import notify
from foundation.core.flow.models import OutboxMessage
from foundation.messaging.domain.reading import unfold
from foundation.messaging.models import Delivery, Notification
from foundation.social.models import Comment, Follow, Post, Reaction
from linli.demo.content import ago


def make_notifications(people: dict[str, User]) -> None:
    """Let what happened weeks ago be read long since, and the newest of `resident` be new; no mail of it goes out."""
    resident = people["resident"]
    _put_all_back()
    post = Post.objects.filter(author=resident).latest("pk")
    likes = list(Reaction.objects.filter(post=post).select_related("user").order_by("pk"))
    for number, like in enumerate(likes):
        notify.emit("liked", to=[resident.pk], about=post, by=like.user, again=False)
        _put_back(resident, "liked", like.user, days=0.14 * (len(likes) - number) / len(likes))
    follows = Follow.objects.filter(followed=resident).select_related("follower").order_by("pk")[:4]
    for number, follow in enumerate(follows):
        notify.emit("followed", to=[resident.pk], about=follow.follower, by=follow.follower, again=False)
        _put_back(resident, "followed", follow.follower, days=1.2 - number / 100)
    Notification.objects.filter(user=resident, thread=f"post:{post.pk}").update(read_at=None)
    Notification.objects.update(folded=True)
    unfold()
    Delivery.objects.all().delete()
    OutboxMessage.objects.filter(channel="deliver").delete()


def _put_all_back() -> None:
    """Give what was told while the demo was filled the time of what it tells of."""
    Notification.objects.update(read_at=timezone.now(), created_at=ago(20))
    written = dict(Comment.objects.values_list("pk", "submit_date"))
    rows = list(Notification.objects.filter(kind="comment"))
    for row in rows:
        row.created_at = written[int(row.object_id)]
    Notification.objects.bulk_update(rows, ["created_at"], batch_size=500)


def _put_back(resident: User, event: str, by: User, *, days: float) -> None:
    Notification.objects.filter(user=resident, event=event, by=by).update(created_at=ago(days), read_at=None)
