"""A town in which every role lives and every kind of object stands: what the generated tests walk through."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.api.device import Device, device_of

# Every column of the role tables, and how the account is made: roles, verified, committee.
ROLES: dict[str, dict[str, Any]] = {
    "newcomer": {"verified": False},
    "owner": {},
    "neighbour": {},
    "editor": {"roles": ("editor",)},
    "reviewer": {"roles": ("reviewer",)},
    "staff": {"roles": ("staff",)},
    "staff_elsewhere": {"roles": ("staff",), "place": "bridge"},
    "auditor": {"roles": ("auditor",)},
    "administrator": {"roles": ("administrator",)},
    "operator": {"roles": ("operator",)},
    # The head of the institution that stands in the town: the role follows from that.
    "institution": {},
    "business": {"roles": ("business_member", "business_owner")},
    "suspended": {},
}
COLUMNS = ("visitor", *ROLES)
IDENTITY_NUMBER = "110102195806071243"


@dataclass
class Town:
    """People by role, their sessions, and the objects by the name that stands in the tables."""

    people: dict[str, Any]
    things: dict[str, Any]
    words: dict[str, str]

    def client(self, role: str, **options: Any) -> Client:
        """Return a browser in which that role is signed in; the suspended one was so before."""
        client = Client(**options)
        if role == "visitor":
            return client
        user = self.people[role]
        user.is_active = True
        user.save(update_fields=["is_active"])
        client.force_login(user)
        if role == "suspended":
            user.is_active = False
            user.save(update_fields=["is_active"])
        return client

    def device(self, role: str) -> Device:
        """Return a device with which that role is signed in; the suspended one was so before."""
        if role == "visitor":
            return Device()
        user = self.people[role]
        active, user.is_active = user.is_active, True
        user.save(update_fields=["is_active"])
        made = device_of(user)
        user.is_active = active
        user.save(update_fields=["is_active"])
        return made


def claim_of(user: Any, place: Any, *, number: str = IDENTITY_NUMBER) -> Any:
    """Let `user` ask for verification, with a correct number."""
    from identity.domain import claims
    from identity.rules import Document, Verdict

    items = claims.SixItems(
        name="林秋雨",
        gender="female",
        birthday=date(1958, 6, 7),
        document=Document.ID_CARD,
        number=number,
        phone="+8613900001234",
        email=user.email,
    )
    claim = claims.start_claim(by=user, items=items, verdict=Verdict.OK, place=place)
    claims.submit_claim(claim, by=user)
    return claim


def institution_of(head: Any, place: Any, guest: Any, picture: Any) -> dict[str, Any]:
    """Let an admitted institution stand in the town, with a service, a paper, and somebody who was asked to join."""
    from django.utils import timezone

    from foundation.accounts.models import Membership, Organisation
    from foundation.core.files import uploads
    from organisations.domain import page
    from organisations.models import Institution, Invitation, Qualification, Service

    organisation = Organisation.objects.create(
        type="institution", name="阳光帮扶中心", code="52110105500012345G", place=place, stands=True
    )
    institution = Institution.objects.create(
        organisation=organisation,
        applicant=head,
        state="approved",
        slug="sunshine",
        introduction="陪伴老人，辅导孩子。",
        claimed_code=organisation.code,
        verified_on=timezone.localdate(),
    )
    Membership.objects.create(organisation=organisation, user=head, position="head")
    paper = Qualification.objects.create(
        institution=institution,
        type="licence",
        name="登记证书",
        file=uploads.store_picture(picture, owner=head),
        uploaded_by=head,
    )
    services = [
        Service.objects.create(institution=institution, name=name, matter="care") for name in ("助餐", "探访")
    ]
    page.index(institution)
    return {
        "institution": institution,
        "paper": paper,
        "service": services[0],
        "invitation": Invitation.objects.create(
            organisation=organisation, user=guest, position="member", asked_by=head
        ),
    }


def agreements_of(institution: Any, place: Any, clerk: Any) -> dict[str, Any]:
    """Let the institution have an agreement in force, and one that is still being drafted."""
    from datetime import timedelta

    from django.utils import timezone

    from foundation.accounts.models import Organisation
    from helpagreements.models import Agreement, Clause, FollowUpNote, Version
    from organisations.domain.offices import office_of

    now, made = timezone.now(), {}
    office: Organisation | None = office_of(place)
    states: dict[str, dict[str, Any]] = {
        "agreement": {"state": "active", "pushed_at": now, "sign_by": now, "signed_at": now},
        "draft_agreement": {"state": "draft"},
    }
    for number, (name, values) in enumerate(states.items()):
        made[name] = Agreement.objects.create(
            number=f"XY2026-0000{number}",
            type="care",
            title="助老上门服务协议",
            place=place,
            community=office,
            institution=institution.organisation,
            starts_on=timezone.localdate() - timedelta(days=1),
            ends_on=timezone.localdate() + timedelta(days=300),
            drafted_by=clerk,
            **values,
        )
        version = Version.objects.create(agreement=made[name], number=1, pushed_at=values.get("pushed_at"))
        Clause.objects.create(version=version, position=1, key="term", title="有效期限", text="一年。")
    FollowUpNote.objects.create(
        agreement=made["agreement"],
        by=clerk,
        side="community",
        text="电话回访",
        happened_on=timezone.localdate(),
        once="11111111-1111-4111-8111-111111111111",
    )
    return made


def circles_of(people: dict[str, Any], place: Any, picture: Any) -> dict[str, Any]:
    """Let a circle live in the town, with a post, a file, a link and requests, a secret one, and a group somebody asked to join."""
    from django.utils import timezone

    from foundation.social.domain import posts
    from groups.domain import circles, filing, group_members, groups, inviting, joining

    owner, neighbour = people["owner"], people["neighbour"]
    said = {"purpose": "一起下棋", "joining": "request"}
    made = []
    for name, secret in (("棋友会", False), ("互助组", True)):
        circle = circles.found_circle(
            by=owner, place=place, values={**said, "name": name, "secret": secret}, questions=["会下吗？"]
        )
        circles.FLOW.apply(circle, "approve", by=None, decided_at=timezone.now())
        made.append(circle)
    circle, secret = made
    from django.db import transaction

    with transaction.atomic():
        joining.enter(circle, neighbour, by=owner)
    joining.ask(circle, by=people["editor"], answers=["会"])
    group = groups.found_group(
        by=owner,
        place=place,
        values={
            "name": "合唱团",
            "purpose": "唱歌",
            "contact_name": "林",
            "visibility": "place",
            "joining": "request",
        },
    )
    group_members.join_group(group, by=neighbour)
    return {
        "circle": circle,
        "secret_circle": secret,
        "circle_post": posts.post_status(by=owner, text="周六开赛", scope=circle.scope),
        "circle_file": filing.add_file(circle, picture, name="棋谱", by=owner),
        "circle_link": inviting.make_link(circle, by=owner),
        "circle_invited": inviting.invite(secret, people["reviewer"], by=owner),
        "group": group,
    }


def ideas_of(people: dict[str, Any], place: Any) -> dict[str, Any]:
    """Let the owner and the neighbour have suggested something each, and the owner something for staff alone."""
    from feedback.domain import writing
    from feedback.models import Category

    category, _new = Category.objects.get_or_create(name="公共设施")
    said = {"place": place, "category": category}
    return {
        "idea": writing.write_idea(by=people["owner"], title="广场装长椅", **said),
        "other_idea": writing.write_idea(by=people["neighbour"], title="河边装路灯", **said),
        "private_idea": writing.write_idea(by=people["owner"], title="楼上太吵", private=True, **said),
        "category": category,
    }


def talk_of(owner: Any, neighbour: Any, stranger: Any) -> dict[str, Any]:
    """Let two talk with each other and keep a group together, and let somebody wait for an answer of the first."""
    from chat.domain import answering, groups, sending

    said = sending.write_to(neighbour, by=owner, text="晚上一起散步吗？")
    answering.accept(said.conversation, by=neighbour)
    group = groups.start_group("三号楼", [neighbour], by=owner)
    answering.accept(group, by=neighbour)
    asked = sending.write_to(owner, by=stranger, text="您好，请问还有空车位吗？")
    return {
        "conversation": said.conversation,
        "said": said,
        "group": group,
        "request": asked.conversation,
    }


def space_of(owner: Any, neighbour: Any, picture: Callable) -> dict[str, Any]:
    """Let a space hold an album, a diary and a guestbook, some for everybody and some for its owner, and an address book."""
    from foundation.core.access.scopes import ONLY, PUBLIC, Scope
    from foundation.core.files import pictures
    from foundation.social.domain import albums
    from spaces.domain import address_book, diary, guestbook

    everybody, herself = Scope(PUBLIC), Scope(ONLY, str(owner.pk))
    made: dict[str, Any] = {}
    for name, scope in (("album", everybody), ("secret_album", herself)):
        made[name] = albums.make_album(by=owner, title="院里的树", scope=scope)
        photo = albums.add_photo(made[name], picture(size=(64, 48)), by=owner, caption="银杏")
        pictures.make("", {"id": photo.file_id})
        made.setdefault("photo", photo)
    for name, scope, publish in (
        ("diary", everybody, True),
        ("secret_diary", herself, True),
        ("draft_diary", everybody, False),
    ):
        made[name] = diary.write_entry(by=owner, title="路上", body="看树去了", scope=scope, publish=publish)
    entry = address_book.file_person(neighbour, by=owner)
    made["drawer"] = address_book.make_group("楼下", by=owner)
    address_book.note_down(entry, remark="小周", note="", group=made["drawer"], by=owner)
    return made | {"left": guestbook.leave_message(owner, by=neighbour, text="路过看看")}


@pytest.fixture
def town(person: Callable, places: dict, article: Callable, portal: Any, picture: Callable) -> Town:
    """The town, with its pictures cut."""
    from django.utils import timezone
    from wagtail.models import Site

    from daily.models import PlateRule
    from foundation.accounts.domain import family
    from foundation.core.access.scopes import ONLY, PUBLIC, Scope
    from foundation.core.files import pictures
    from foundation.core.models import SiteSettings
    from foundation.messaging.models import Mute, Notification, Subscription
    from foundation.moderation.models import ReviewItem
    from foundation.social.domain import comments, polls, posts, reactions
    from helpagreements.models import ClauseTemplate
    from news.models import NoticePage
    from office.models import Alarm

    people = {
        role: person(role.replace("_", "-"), display=f"居民{role}"[:20], **how) for role, how in ROLES.items()
    }
    owner, neighbour, newcomer = people["owner"], people["neighbour"], people["newcomer"]
    small = {"size": (64, 48)}

    def say(text: str, scope: Scope) -> Any:
        return posts.post_status(by=owner, text=text, scope=scope, pictures=[picture(**small)])

    post = say("院里的银杏 #秋天#", Scope(PUBLIC))
    posts.edit_post(post, by=owner, text="院里的银杏黄了 #秋天#", scope=Scope(PUBLIC))
    secret = say("写给自己 #秘密#", Scope(ONLY, str(owner.pk)))
    comment = comments.comment(by=owner, target=post, text="昨天拍的")
    reactions.react(post, by=neighbour, liked=True)
    claim = claim_of(newcomer, places["ginkgo"])
    page = article()
    notice = NoticePage(title="停水通知", slug="water", summary="周六上午检修。")
    portal.notices.add_child(instance=notice)
    notice.save_revision().publish()
    for picture_of in (post, secret):
        pictures.make("", {"id": picture_of.post_pictures.get().file_id})
    # The owner acts for the neighbour, and has not answered what the neighbour asked her.
    tie = family.ask(owner, as_proxy=False, kinship="child", by=neighbour)
    family.agree(tie, by=owner)
    helping = institution_of(people["institution"], places["ginkgo"], owner, picture(**small))
    pictures.make("", {"id": helping["paper"].file_id})
    together = circles_of(people, places["ginkgo"], picture(**small))
    pictures.make("", {"id": together["circle_file"].file_id})
    wished = ideas_of(people, places["ginkgo"])
    deals = agreements_of(helping["institution"], places["ginkgo"], people["staff"])
    things = {
        **helping,
        **deals,
        **together,
        **wished,
        "poll": posts.post_status(
            by=owner, text="周几？", scope=Scope(PUBLIC), poll=polls.new_poll(["周六", "周日"])
        ),
        **talk_of(owner, neighbour, people["business"]),
        **space_of(owner, neighbour, picture),
        "tie": tie,
        "asked_tie": family.ask(owner, as_proxy=True, kinship="child", by=neighbour),
        "post": post,
        "secret": secret,
        "comment": comment,
        "claim": claim,
        "article": page,
        "notice": notice,
        "alarm": Alarm.objects.create(rule="night_export", day=date(2026, 11, 1), first_seq=1, last_seq=1),
        "notification": Notification.objects.get(user=owner, event="liked"),
        "item": ReviewItem.objects.get(kind="claim", object_id=str(claim.pk)),
        "picture": post.post_pictures.get().file,
        "secret_picture": secret.post_pictures.get().file,
    }
    # Migrations bring some; a test that commits takes them away for those behind it.
    clause = ClauseTemplate.objects.first() or ClauseTemplate.objects.create(
        type="care", key="term", title="期限", text="一年。"
    )
    words = {name: thing.public_id for name, thing in things.items() if hasattr(thing, "public_id")}
    rule = PlateRule.objects.create(
        name="工作日限行", area="城区", valid_from=date(2026, 1, 1), monday="16", tuesday="27"
    )
    words |= {
        "rule": str(rule.pk),
        "near_day": f"{timezone.localdate():%Y-%m-%d}",
        "near_month": f"{timezone.localdate():%Y-%m}",
        "owner": owner.username,
        "neighbour": neighbour.username,
        "editor": people["editor"].username,
        "circle": together["circle"].slug,
        "secret_circle": together["secret_circle"].slug,
        "group": together["group"].slug,
        "institution": "sunshine",
        "head": people["institution"].username,
        "clause": str(clause.pk),
        "front": str(portal.home.pk),
        "place": str(places["ginkgo"].pk),
        "topic": "秋天",
        "secret_topic": "秘密",
        "subscription": Subscription.objects.create(
            user=owner, name="Chrome", endpoint_index="town"
        ).public_id,
        "mute": str(Mute.objects.create(user=owner, thread="post:0").pk),
    }
    SiteSettings.for_site(Site.objects.get())
    people["suspended"].is_active = False
    people["suspended"].save(update_fields=["is_active"])
    return Town(people, things, words)
