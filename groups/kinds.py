from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.core.access.scopes import Scope
from foundation.core.facets import (
    ONLY_ON_SITE,
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    OnErase,
    OwnPart,
    PrivacyFacet,
    ReportFacet,
    ReviewFacet,
    SearchFacet,
    Without,
    WorkFacet,
)
from foundation.core.kinds import Kind
from groups.domain import own
from groups.domain.circles import decide_circle, hide_circle
from groups.domain.groups import decide_portal, hide_group
from groups.domain.standing import managers_of
from groups.models import Circle, CircleFile, CircleInvitation, CircleMember, Group, GroupMember
from groups.permissions import GroupPermission


def _circle_words(circle: Circle) -> str:
    tags = " ".join(tag.name for tag in circle.tags.all())
    return "\n".join(part for part in (circle.purpose, tags, circle.description) if part)


def _group_scope(group: Group) -> Scope | None:
    return None if group.closed_at is not None or group.hidden_at is not None else group.scope


def _managed(user: Any) -> Any:
    managed = CircleMember.objects.managing().filter(user_id=user.pk).values("circle_id")
    return Circle.objects.filter(pk__in=managed)


def _shown_words(obj: Circle | Group) -> dict[str, str]:
    names = ("name", "purpose", "description", "rules", "contact_name")
    fields = [obj._meta.get_field(name) for name in names if hasattr(obj, name)]
    return {
        str(field.verbose_name): value  # type: ignore[union-attr]
        for field in fields
        if (value := getattr(obj, field.name))
    }


KINDS = [
    Kind(
        key="circle",
        model="groups.Circle",
        name=_("圈子"),
        title=lambda circle: circle.name,
        url=lambda circle: circle.get_absolute_url(),
        visible_to=lambda user: Circle.objects.visible_to(user).select_related("place"),
        owner=lambda circle: circle.owner_id,
        place_path=lambda circle: circle.place.path,
        audit={
            "circle.found": _("创建圈子"),
            "circle.edit": _("修改圈子的资料"),
            "circle.approve": _("通过圈子"),
            "circle.refuse": _("没有通过圈子"),
            "circle.resubmit": _("重新提交圈子"),
            "circle.withdraw": _("撤回圈子的申请"),
            "circle.archive": _("解散圈子"),
            "circle.ask": _("申请加入圈子"),
            "circle.refuse_request": _("没有同意加入圈子"),
            "circle.join": _("加入圈子"),
            "circle.leave": _("退出圈子"),
            "circle.set_moderator": _("设置圈子的管理员"),
            "circle.hand_over": _("转让圈子"),
            "circle.remove": _("把成员移出圈子"),
            "circle.ban": _("禁止某人加入圈子"),
            "circle.lift_ban": _("允许某人再加入圈子"),
            "circle.invite": _("邀请邻居加入圈子"),
            "circle.make_link": _("生成圈子的邀请链接"),
            "circle.withdraw_invitation": _("撤回圈子的邀请"),
            "circle.decline": _("谢绝圈子的邀请"),
            "circle.pin": _("置顶圈子里的内容"),
            "circle.unpin": _("取消置顶"),
            "circle.add_file": _("上传圈子文件"),
            "circle.remove_file": _("删除圈子文件"),
        },
        privacy=PrivacyFacet(
            subject="owner",
            category="content",
            retain="as long as the circle has people",
            on_erase=OnErase.KEEP,
            why_kept="a circle is its people's: it goes to the next of them, and one without is dissolved",
            erase=own.erase_circles,
        ),
        search=SearchFacet(
            text=_circle_words,
            related=["place"],
            weight=3,
            scope=lambda circle: circle.shown_to if circle.is_live else None,
            date=lambda circle: circle.created_at,
            state=("name", "purpose", "description", "state", "secret", "hidden_at"),
            watches={"groups.CircleTag": lambda tag: [tag.circle_id]},
            fields=frozenset({"name", "purpose", "description", "state", "secret", "hidden_at"}),
        ),
        review=ReviewFacet(
            decide=decide_circle,
            permission=GroupPermission.REVIEW,
            template="groups/circle_review.html",
            context=lambda circle, by: {"circle": circle, "tags": circle.tags.all()},
            version=lambda circle: f"{circle.edited_at}",
            partial=managers_of,
            related=["place"],
            reasons=[
                _("已经有一个同样的圈子，请加入它。"),
                _("请写清楚圈子是做什么的。"),
                _("名称容易让人误会是社区办的，请换一个。"),
            ],
        ),
        notify={
            "circle_approved": Event(_("您的圈子已经通过，可以请邻居加入了"), EventGroup.OWN, urgent=True),
            "circle_refused": Event(_("您的圈子没有通过"), EventGroup.OWN, urgent=True),
            "circle_asked": Event(_("%(who)s 申请加入圈子"), EventGroup.OWN),
            "circle_let_in": Event(_("您已经加入圈子"), EventGroup.OWN),
            "circle_not_let_in": Event(_("您加入圈子的申请没有通过"), EventGroup.OWN),
            "circle_removed": Event(_("您已不在这个圈子里"), EventGroup.OWN),
            "circle_moderator": Event(_("您成了圈子的管理员"), EventGroup.OWN),
            "circle_handed_over": Event(_("%(who)s 把圈子交给了您"), EventGroup.OWN, urgent=True),
            "circle_announced": Event(_("圈子里有新公告"), EventGroup.PEOPLE),
            "circle_closed": Event(_("圈子解散了，内容还可以看"), EventGroup.PEOPLE),
            "circle_week": Event(
                _("圈子一周新内容"),
                EventGroup.PEOPLE,
                alike=True,
                many=_("%(number)s 个圈子一周来有新内容"),
                overview="circles:circles",
            ),
        },
        comments=Without("its posts are talked about, not the circle itself"),
        feed=Without("its posts appear there, each by its own scope"),
        report=ReportFacet(
            hide=hide_circle,
            texts=lambda circle: [circle.name, circle.purpose, circle.description, circle.rules],
            evidence=_shown_words,
            files=lambda circle: [circle.cover] if circle.cover else [],
            stands=lambda circle: circle.is_known and circle.hidden_at is None,
        ),
        export=ExportFacet(
            rows=lambda user: Circle.objects.filter(owner=user),
            as_data=own.circle_data,
            files=lambda circle: [circle.cover] if circle.cover else [],
        ),
        demo=Without("filled with the demo's people, once they are verified"),
        work=WorkFacet(
            events=frozenset({"circle_asked"}),
            rows=_managed,
            title=lambda circle: circle.name,
            url=lambda circle: reverse("circles:waiting", args=[circle.slug]),
        ),
    ),
    Kind(
        key="circle_invitation",
        model="groups.CircleInvitation",
        name=_("圈子邀请"),
        title=lambda invitation: invitation.circle.name,
        url=lambda invitation: invitation.get_absolute_url(),
        visible_to=lambda user: CircleInvitation.objects.visible_to(user).select_related("circle__place"),
        owner=lambda invitation: invitation.user_id,
        place_path=lambda invitation: invitation.circle.place.path,
        audit=Without("written down with the circle"),
        privacy=PrivacyFacet(
            subject="user",
            category="account",
            retain="as long as the circle",
            on_erase=OnErase.DELETE,
        ),
        search=Without("found by the two whom it concerns"),
        review=Without("the person herself answers"),
        notify={
            "circle_invited": Event(_("%(who)s 邀请您加入圈子"), EventGroup.PEOPLE),
            "circle_invitation_accepted": Event(
                _("%(who)s 接受了您的圈子邀请"), EventGroup.PEOPLE, ONLY_ON_SITE
            ),
        },
        comments=Without("nobody else's business"),
        feed=Without("nobody else's business"),
        report=Without("the circle itself can be reported; declining ends it"),
        export=ExportFacet(
            rows=lambda user: CircleInvitation.objects.filter(user=user).select_related("circle"),
            as_data=own.invitation_data,
        ),
        demo=Without("comes with the demo's circles"),
    ),
    Kind(
        key="group",
        model="groups.Group",
        name=_("兴趣群组"),
        title=lambda group: group.name,
        url=lambda group: group.get_absolute_url(),
        visible_to=lambda user: Group.objects.visible_to(user).select_related("place"),
        owner=lambda group: group.owner_id,
        place_path=lambda group: group.place.path,
        audit={
            "group.found": _("创建兴趣群组"),
            "group.edit": _("修改兴趣群组"),
            "group.ask_for_portal": _("申请让群组上首页"),
            "group.take_off_portal": _("让群组不再上首页"),
            "group.show": _("同意群组上首页"),
            "group.do_not_show": _("没有同意群组上首页"),
            "group.close": _("关闭兴趣群组"),
            "group.ask": _("申请加入兴趣群组"),
            "group.join": _("加入兴趣群组"),
            "group.leave": _("退出兴趣群组"),
            "group.let_in": _("同意加入兴趣群组"),
            "group.do_not_let_in": _("没有同意加入兴趣群组"),
            "group.remove": _("把成员移出兴趣群组"),
        },
        privacy=PrivacyFacet(
            subject="owner",
            category="content",
            retain="until its owner closes it",
            on_erase=OnErase.DELETE,
            erase=own.erase_groups,
        ),
        search=SearchFacet(
            text=lambda group: "\n".join(part for part in (group.purpose, group.description) if part),
            related=["place"],
            weight=3,
            scope=_group_scope,
            date=lambda group: group.created_at,
            state=("name", "purpose", "description", "scope_level", "scope_ref", "closed_at", "hidden_at"),
            fields=frozenset(
                {"name", "purpose", "description", "scope_level", "scope_ref", "closed_at", "hidden_at"}
            ),
        ),
        review=ReviewFacet(
            decide=decide_portal,
            permission=GroupPermission.REVIEW,
            template="groups/group_review.html",
            context=lambda group, by: {"group": group},
            version=lambda group: f"{group.edited_at}",
            partial=lambda group: [group.owner_id],
            related=["place"],
            labels=(_("同意上首页"), _("不上首页")),
            reasons=[
                _("请补充活动的时间和地点，方便邻居参加。"),
                _("含有广告，请去掉后再申请。"),
                _("联系人信息不完整。"),
            ],
        ),
        notify={
            "group_shown": Event(_("您的群组已经上首页"), EventGroup.OWN, urgent=True),
            "group_not_shown": Event(_("您的群组没有上首页"), EventGroup.OWN, urgent=True),
            "group_asked": Event(_("%(who)s 申请加入群组"), EventGroup.OWN),
            "group_let_in": Event(_("您已经加入群组"), EventGroup.OWN),
            "group_not_let_in": Event(_("您加入群组的申请没有通过"), EventGroup.OWN),
            "group_removed": Event(_("您已不在这个群组里"), EventGroup.OWN),
        },
        comments=Without("a card of what people do; they meet, or talk in a circle"),
        feed=Without("what everybody may see of it stands on the portal"),
        report=ReportFacet(
            hide=hide_group,
            texts=lambda group: [group.name, group.purpose, group.description, group.contact_name],
            evidence=_shown_words,
            files=lambda group: [group.cover] if group.cover else [],
            stands=lambda group: group.closed_at is None and group.hidden_at is None,
        ),
        export=ExportFacet(
            rows=lambda user: Group.objects.filter(owner=user),
            as_data=own.group_data,
            files=lambda group: [group.cover] if group.cover else [],
        ),
        demo=Without("filled with the demo's people, once they are verified"),
    ),
]
NOT_KINDS = {
    "CircleTag": "part of a circle",
    "CircleMember": "part of a circle: shown as the person, to its people",
    "CirclePin": "part of a circle: the post decides who sees it",
    "CircleFile": "part of a circle: its file carries the circle's scope",
    "GroupMember": "part of a group: shown as the person, to who sees the group",
}
OWN_DATA = [
    OwnPart(
        key="circle_memberships",
        name=_("加入的圈子"),
        facet=ExportFacet(
            rows=lambda user: CircleMember.objects.filter(user=user).select_related("circle"),
            as_data=own.member_data,
        ),
    ),
    OwnPart(
        key="group_memberships",
        name=_("加入的兴趣群组"),
        facet=ExportFacet(
            rows=lambda user: GroupMember.objects.filter(user=user).select_related("group"),
            as_data=own.group_member_data,
        ),
    ),
    OwnPart(
        key="circle_files",
        name=_("圈子文件"),
        facet=ExportFacet(
            rows=lambda user: CircleFile.objects.filter(by=user).select_related("circle", "file"),
            as_data=own.file_data,
            files=lambda row: [row.file],
        ),
    ),
]
ERASE = [
    Erasing(
        links=[
            "groups.CircleMember.user",
            "groups.CircleFile.by",
            "groups.CircleInvitation.asked_by",
            "groups.GroupMember.user",
        ],
        why="her own part in circles and groups",
        erase=own.erase_parts,
    )
]
BLOCKERS = [own.leaving_blockers]
