"""Lists that grow: each function here adds one more row to what a page lists, never the same people or pictures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib.sessions.backends.cached_db import SessionStore
from django.utils import timezone

from foundation.accounts.domain import family, roles
from foundation.accounts.models import Device, DeviceToken
from foundation.core import notify
from foundation.core.access.roles import Role
from foundation.core.access.scopes import ONLY, PLACE, PUBLIC, RESIDENTS, Scope
from foundation.core.flow import audit
from foundation.core.models import PortalImage, StoredFile
from foundation.messaging.models import Mute
from foundation.moderation.domain import appeals, inbox, reports, sanctions
from foundation.moderation.models import Report, ReviewItem
from foundation.social.domain import comments, posts, reactions
from foundation.social.domain.follows import follow
from foundation.social.models import Comment, Post
from identity.models import DataExport
from news.models import ArticlePage, Channel, NoticePage
from tests.access.town import claim_of
from tests.lists import signing
from tests.lists.agreements import agreement, forced_end
from tests.lists.circles import TOLD_OF_CIRCLES, invited, waiting_circles
from tests.lists.daily import own_plate
from tests.lists.ideas import waiting_idea
from tests.lists.institutions import asked_to_join, waiting_institutions
from tests.lists.office import alarm, trouble
from tests.lists.portal_pages import portal_pages
from tests.lists.spaces import written_to_officer

TOPIC = "秋天"


@dataclass
class Scene:
    """The community in which the lists stand, and the makers of `tests/conftest.py` by which they grow."""

    person: Callable[..., Any]
    article: Callable[..., Any]
    picture: Callable[..., Any]
    portal: Any
    places: dict[str, Any]
    letters: Any
    people: dict[int, Any] = field(default_factory=dict)

    @cached_property
    def owner(self) -> Any:
        return self.person("owner", display="林秋雨")

    @property
    def owner_now(self) -> Any:
        """The owner as her next request reads her."""
        return type(self.owner)._default_manager.get(pk=self.owner.pk)

    @cached_property
    def neighbour(self) -> Any:
        """Follows the owner and is followed by her."""
        made = self.person("neighbour", display="周叶")
        follow(self.owner, by=made)
        follow(made, by=self.owner)
        return made

    @cached_property
    def officer(self) -> Any:
        """May decide everything that waits."""
        return self.person("officer", roles=("editor", "reviewer", "staff", "administrator"))

    @cached_property
    def auditor(self) -> Any:
        return self.person("auditor", roles=("auditor",))

    @cached_property
    def colleague(self) -> Any:
        """Does what the officer may not decide herself."""
        return self.person("colleague", roles=("staff", "administrator"))

    @cached_property
    def page(self) -> Any:
        return self.article("人人都来评论")

    @cached_property
    def post(self) -> Any:
        return posts.post_status(by=self.owner, text="人人都来评论", scope=Scope(PUBLIC))

    def somebody(self, number: int) -> Any:
        """Return the person of that number, who has a face."""
        if number not in self.people:
            made = self.person(f"person-{number}", display=f"邻居{number}号")
            face = StoredFile(owner_id=made.pk, state=StoredFile.State.READY, width=64, height=48)
            face.scope = Scope(PUBLIC)
            face.save()
            made.avatar = face
            made.save(update_fields=["avatar"])
            self.people[number] = made
        return self.people[number]

    def image(self, number: int) -> PortalImage:
        return PortalImage.objects.create(title=f"图{number}", file=self.picture(f"{number}.jpg", (64, 48)))


def status(scene: Scene, number: int, *, by: Any) -> Post:
    """One status with everything that a status can have, one for the people of a place, one shared."""
    other = scene.somebody(number)
    made = posts.post_status(
        by=by,
        text=f"第{number}天 @{other.display_name} #{TOPIC}# #话题{number}#",
        scope=Scope(PUBLIC),
        pictures=[scene.picture(f"{part}.jpg", (64, 48)) for part in range(2)],
    )
    reactions.react(made, by=scene.neighbour, liked=True)
    comments.comment(by=other, target=made, text="好看")
    # The sizes need not be cut: no page reads a picture's bytes.
    StoredFile.objects.update(state=StoredFile.State.READY)
    around = list(scene.places.values())[number % 4]
    posts.post_status(by=by, text=f"给本地的 #{TOPIC}#", scope=Scope(PLACE, around.path))
    original = posts.post_status(
        by=other,
        text=f"原文 #话题{number}# @林秋雨",
        scope=Scope(RESIDENTS),
        pictures=[scene.picture("c.jpg", (64, 48))],
    )
    posts.post_status(by=by, text=f"转发{number} #{TOPIC}#", scope=Scope(RESIDENTS), share_of=original)
    return made


def own_status(scene: Scene, number: int) -> None:
    status(scene, number, by=scene.owner)
    posts.post_status(by=scene.owner, text="只给自己", scope=Scope(ONLY, str(scene.owner.pk)))


def followed_status(scene: Scene, number: int) -> None:
    author = scene.somebody(1000 + number)
    follow(author, by=scene.owner)
    status(scene, number, by=author)


def under_status(scene: Scene, number: int, *, target: Any = None) -> Comment:
    """A comment, two levels of answers, and a gap that a removed one leaves."""
    target = target or scene.post
    first = comments.comment(by=scene.somebody(number), target=target, text=f"评论{number}")
    answer = comments.comment(by=scene.neighbour, target=target, text="回复", reply_to=first)
    comments.comment(by=scene.somebody(number), target=target, text="再回复", reply_to=answer)
    gone = comments.comment(by=scene.somebody(number), target=target, text="说错了")
    comments.comment(by=scene.owner, target=target, text="留着", reply_to=gone)
    comments.delete_comment(gone, by=gone.user)
    return first


def under_article(scene: Scene, number: int) -> None:
    """A comment that was let through with its answer, and one of the owner's that waits."""
    first = comments.comment(by=scene.somebody(number), target=scene.page, text=f"评论{number}")
    comments.decide_comment(first, approved=True, reason="", by=scene.officer)
    answer = comments.comment(by=scene.neighbour, target=scene.page, text="回复", reply_to=first)
    comments.decide_comment(answer, approved=True, reason="", by=scene.officer)
    comments.comment(by=scene.owner, target=scene.page, text="还在等")


def article(scene: Scene, number: int) -> ArticlePage:
    """An article with a cover and two tags, and one beside it without a cover; written as they stand, unreviewed."""
    made = ArticlePage(title=f"第{number}篇银杏", slug=f"c{number}", cover=scene.image(number))
    bare = ArticlePage(title=f"第{number}篇没有封面", slug=f"b{number}")
    made.tags.add(TOPIC, f"标签{number}")
    for page in (made, bare):
        page.channel, page.summary = Channel.objects.get(slug="street"), "今年早黄了一周。"
        scene.portal.news.add_child(instance=page)
    return made


def notice(scene: Scene, number: int) -> NoticePage:
    made = NoticePage(title=f"第{number}号公告", slug=f"n{number}", summary="停水", level="urgent")
    scene.portal.notices.add_child(instance=made)
    return made


def front_page(scene: Scene, number: int) -> None:
    """Everything that the blocks of the front page list; the gallery grows as well."""
    article(scene, number)
    notice(scene, number)
    followed_status(scene, number)
    home = scene.portal.home
    shown = [item for block in home.body if block.block_type == "gallery" for item in block.value["pictures"]]
    home.body = [
        ("hero", {"title": "彼此有个照应", "links": [{"label": "看新闻", "page": scene.portal.news}]}),
        *((name, {"title": name, "count": 12}) for name in ("news", "notices", "neighbours")),
        ("today", None),
        (
            "services",
            {"title": "服务", "tiles": [{"icon": "phone", "colour": "pine", "title": "打电话"}] * 2},
        ),
        ("help", {"title": "帮扶", "count": 6}),
        ("figures", {"title": "数目"}),
        ("gallery", {"title": "四季", "pictures": [*shown, {"image": scene.image(900 + number)}]}),
    ]
    home.save()


def article_picture(scene: Scene, number: int) -> None:
    """One more picture by itself and in the gallery of the same article."""
    new = {"image": scene.image(number), "caption": f"图{number}"}
    body = [(block.block_type, block.value) for block in scene.page.body if block.block_type != "gallery"]
    galleries = [block.value["pictures"] for block in scene.page.body if block.block_type == "gallery"]
    shown = [item for pictures in galleries for item in pictures]
    scene.page.body = [*body, ("picture", new), ("gallery", {"pictures": [*shown, new]})]
    scene.page.save()


def edit(scene: Scene, number: int) -> None:
    posts.edit_post(scene.post, by=scene.owner, text=f"改了{number}次", scope=Scope(PUBLIC))


def waiting(scene: Scene, number: int) -> dict[str, Any]:
    """One of each kind that is reviewed, waiting for the officer."""
    author = scene.person(f"author-{number}", roles=("editor",))
    pages = {
        "article": scene.article(f"待审{number}", live=False, owner=author, cover=scene.image(number)),
        "notice": NoticePage(title=f"待审公告{number}", slug=f"w{number}", summary="停水", live=False),
    }
    scene.portal.notices.add_child(instance=pages["notice"])
    pages |= portal_pages(scene, number, live=False)
    for page in pages.values():
        page.save_revision(user=author)
        page.get_workflow().start(page, author)
    claimant = scene.person(f"claimant-{number}", verified=False)
    loud = scene.person(f"loud-{number}")
    said = posts.post_status(by=loud, text=f"吵架{number}", scope=Scope(PUBLIC))
    sanction = sanctions.impose(loud, what="mute", reason="吵架", days=3, by=scene.colleague)
    return pages | {
        "comment": comments.comment(by=author, target=scene.page, text=f"待审评论{number}"),
        "claim": claim_of(claimant, scene.places["ginkgo"]),
        "case": reports.report(said, reason=Report.Reason.HARASS, by=author),
        "appeal": appeals.appeal(sanction, text="不是我先开口的", by=loud),
        "role_request": roles.ask_for_role(author, Role.OPERATOR, purpose="接替", by=scene.colleague),
        "certificate": signing.certificate(scene, number, by=scene.person(f"head-{number}")),
        **waiting_institutions(scene, number),
        **waiting_circles(scene, number),
        "idea": waiting_idea(scene, number),
        "forced_end": forced_end(scene, number),
    }


def family_tie(scene: Scene, number: int) -> None:
    """Somebody of the officer's place whom the owner acts for, and one who has asked her to."""
    for principal, agreed in ((scene.somebody(number), True), (scene.somebody(3000 + number), False)):
        tie = family.ask(scene.owner, as_proxy=False, kinship="other", by=principal)
        if agreed:
            family.agree(tie, by=scene.owner)


def role_held(scene: Scene, number: int) -> None:
    scene.person(f"helper-{number}", display=f"编辑{number}", roles=("editor", "staff"))


def act(scene: Scene, number: int) -> None:
    """An entry of the log by somebody with a role, about something that the reader may see, at a place."""
    # A whole page of the log, so that what came before it makes no difference.
    for _line in range(50 if number == 1 else 1):
        audit.append(
            "social.post_status", by=scene.officer, obj=scene.post, place_path=scene.places["ginkgo"].path
        )


def decided(scene: Scene, number: int) -> None:
    waiting(scene, number)
    for item in ReviewItem.objects.filter(state="waiting"):
        inbox.decide(item, approved=False, reason="不合适", by=scene.officer)


def muted(scene: Scene, number: int) -> None:
    """The owner wants to hear nothing more of a person, nor of what hangs on a status."""
    said = posts.post_status(by=scene.owner, text=f"说说{number}", scope=Scope(PUBLIC))
    Mute.objects.create(user=scene.owner, person=scene.somebody(number))
    Mute.objects.create(user=scene.owner, thread=f"post:{said.pk}")


def signed_in(scene: Scene, number: int) -> None:
    """One more browser of the owner's, and one more device with a token; more of these than anybody may have."""
    now, session = timezone.now(), SessionStore()
    session.create()
    seen = {"user": scene.owner, "system": "Linux", "first_seen_at": now, "last_seen_at": now}
    Device.objects.create(**seen, browser=f"浏览器{number}", session_key=session.session_key)
    DeviceToken.objects.create(
        user=scene.owner,
        device=Device.objects.create(**seen),
        digest=f"{number:064}",
        name=f"手机{number}",
        scopes="read,write",
        expires_at=now + timedelta(days=30),
    )


def reported(scene: Scene, number: int) -> None:
    loud = scene.person(f"loud-{number}")
    said = posts.post_status(by=loud, text=f"吵架{number}", scope=Scope(PUBLIC))
    reports.report(said, reason=Report.Reason.HARASS, by=scene.owner)


def told(scene: Scene, number: int) -> dict[str, Any]:
    """The officer is told of one object of each kind that notifies, by somebody who has a face."""
    about = waiting(scene, number)
    # Of a forced end its agreement tells.
    del about["forced_end"]
    live = article(scene, number)
    own = posts.post_status(by=scene.officer, text=f"说说{number}", scope=Scope(PUBLIC))
    about |= {
        "article": live,
        **portal_pages(scene, number, live=True),
        "agreement": agreement(scene, 8000 + number),
        "notice": notice(scene, number),
        "post": own,
        "comment": under_status(scene, number, target=own),
        "person": scene.somebody(number),
        "review": ReviewItem.objects.filter(state="waiting").latest("pk"),
        "report": about["case"].reports.get(),
        "sanction": about["appeal"].sanction,
        "family_proxy": family.ask(scene.officer, as_proxy=True, kinship="other", by=scene.somebody(number)),
        "alarm": alarm(scene, number),
        "invitation": asked_to_join(scene, number),
        "circle_invitation": invited(scene, number),
        "trouble": trouble(scene, number),
        "data_export": DataExport.objects.create(user=scene.officer, state="cancelled"),
        "own_plate": own_plate(scene, number),
        **written_to_officer(scene, number),
    }
    events = {
        "data_export": "data_ready",
        "certificate": "certificate_issued",
        "agreement": "agreement_expired",
        **dict.fromkeys(("article", "community", "front_page"), "approved"),
        "notice": "returned",
        "post": "liked",
        "comment": "replied",
        "idea": "idea_moved",
        "person": "followed",
        "review": "submitted",
        "claim": "claim_refused",
        "role_request": "role_granted",
        "case": "held",
        "institution": "institution_suspended",
        "suspension": "suspension_refused",
        "invitation": "asked_to_join",
        **TOLD_OF_CIRCLES,
        "report": "report_upheld",
        "sanction": "sanctioned",
        "appeal": "appeal_decided",
        "alarm": "raised",
        "family_proxy": "family_begun",
        "trouble": "over",
        "own_plate": "plate_stays",
        "guestbook_entry": "left",
        "conversation": "message",
    }
    for key, obj in about.items():
        notify.emit(events[key], to=[scene.officer.pk], about=obj, by=scene.somebody(number))
    # Of so many kinds not all stand on the first page; a line of several people does, from the first on.
    notify.emit("followed", to=[scene.officer.pk], about=about["person"], by=scene.owner)
    on_page = comments.comment(by=scene.officer, target=live, text="我的评论")
    comments.decide_comment(
        on_page, approved=True, reason="", by=scene.person(f"e{number}", roles=("editor",))
    )
    return about
