from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.accounts.domain.family import erase_family, family_data
from foundation.accounts.domain.leaving import (
    blockers,
    device_data,
    end_memberships,
    erase_account,
    erase_role_requests,
    erase_third_party,
    membership_data,
    person_data,
    person_files,
)
from foundation.accounts.domain.profile import label_of
from foundation.accounts.domain.queries.finding import FOUND_AS, findable_by, found_parts
from foundation.accounts.domain.roles import decide_role_request
from foundation.accounts.domain.sanctions import evidence_of, files_of, hide_profile, words_of
from foundation.accounts.domain.tokens import token_data
from foundation.accounts.models import Device, DeviceToken, FamilyProxy, RoleRequest, User
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.roles import SENTENCES
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

KINDS = [
    Kind(
        key="person",
        model="accounts.User",
        name=_("邻居"),
        title=lambda user: user.display_name,
        url=lambda user: user.space_url,
        visible_to=User.objects.visible_to,
        owner=lambda user: user.pk,
        place_path=lambda user: user.place_path,
        audit={
            "accounts.ask_for_role": _("申请授予角色"),
            "accounts.give_role": _("授予角色"),
            "accounts.take_role": _("收回角色"),
            "accounts.change_profile": _("修改个人资料"),
            "core.erase_payloads": _("清空操作日志中关于本人的内容"),
            "accounts.sign_out_device": _("让设备退出登录"),
            "accounts.end_tokens": _("收回所有设备授权"),
            "accounts.add_second_factor": _("设置两步验证"),
            "accounts.drop_second_factor": _("取消两步验证"),
            "accounts.remove_second_factor": _("为丢失验证方式的人取消两步验证"),
        },
        privacy=PrivacyFacet(
            subject="",
            category="account",
            retain="until the account is closed; never activated, 30 days",
            on_erase=OnErase.ANONYMISE,
            erase=erase_account,
        ),
        search=SearchFacet(
            text=lambda user: "",
            weight=2,
            is_name=True,
            scope=findable_by,
            parts=found_parts,
            part_label=label_of,
            state=FOUND_AS,
            related=["profile", "place"],
            fields=frozenset(
                {
                    "display_name",
                    "username",
                    "place",
                    "verified_at",
                    "verified_name",
                    "is_active",
                    "leaves_at",
                    "erased_at",
                }
            ),
            watches={"accounts.Profile": lambda profile: [profile.user_id]},
        ),
        review=Without("people are verified by their identity claim"),
        notify={
            "followed": Event(_("%(who)s 关注了您"), EventGroup.PEOPLE, alike=True),
            "new_sign_in": Event(
                _("您的账号在一台新设备上登录了，如果不是您，请马上修改密码"),
                EventGroup.SECURITY,
                urgent=True,
            ),
            "second_factor_removed": Event(
                _("您的两步验证已由运维人员取消，请重新设置"), EventGroup.SECURITY, urgent=True
            ),
            "role_given": Event(_("您获得了一个新角色"), EventGroup.WORK, urgent=True),
            "role_taken": Event(_("您的一个角色被收回了"), EventGroup.WORK, urgent=True),
        },
        comments=Without("people are written to in their guestbook and by message"),
        feed=Without("people act, they don't happen"),
        report=ReportFacet(hide=hide_profile, texts=words_of, evidence=evidence_of, files=files_of),
        export=ExportFacet(
            rows=lambda user: User.objects.get_queryset().filter(pk=user.pk),
            as_data=person_data,
            files=person_files,
        ),
        demo=Without("identity fills the demo's people, together with their claims"),
        # What concerns the account's safety leads to the page on which something can be done about it.
        work=WorkFacet(
            events=frozenset({"new_sign_in", "second_factor_removed"}),
            rows=lambda user: User.objects.get_queryset().filter(pk=user.pk),
            title=lambda user: "",
            url=lambda user: reverse("accounts:devices"),
        ),
    ),
    Kind(
        key="role_request",
        model="accounts.RoleRequest",
        name=_("角色申请"),
        title=lambda request: f"{request.user.display_name} · {request.get_role_display()}",
        url=lambda request: request.get_absolute_url(),
        visible_to=lambda user: RoleRequest.objects.visible_to(user).select_related("user"),
        owner=lambda request: request.asked_by_id,
        place_path=lambda request: request.place.path if request.place else "",
        audit=Without("written down with the person whom the role is for"),
        privacy=PrivacyFacet(
            subject="user",
            category="office",
            retain="as long as the account",
            on_erase=OnErase.DELETE,
            erase=erase_role_requests,
        ),
        search=Without("found in the inbox and on the page of roles"),
        review=ReviewFacet(
            decide=decide_role_request,
            permission=AccountPermission.GIVE_ROLES,
            template="accounts/role_request_review.html",
            context=lambda request, by: {"sentence": SENTENCES[request.role]},
            related=["user"],
            reasons=[_("这个人不再负责这项工作。"), _("请先说明为什么需要这个角色。")],
        ),
        notify={
            "role_granted": Event(_("您申请的角色已经授予"), EventGroup.WORK),
            "role_refused": Event(_("您申请的角色没有得到同意"), EventGroup.WORK),
        },
        comments=Without("the reason is the word on it"),
        feed=Without("administrators' own work"),
        report=Without("nobody else sees it"),
        export=Without("the role itself stands in the person's own data"),
        demo=Without("the demo's roles are given at once"),
    ),
    Kind(
        key="device_token",
        model="accounts.DeviceToken",
        name=_("设备授权"),
        title=lambda token: token.name,
        url=lambda token: reverse("accounts:devices"),
        visible_to=DeviceToken.objects.visible_to,
        owner=lambda token: token.user_id,
        place_path=Without("belongs to one person, wherever she lives"),
        audit={
            "accounts.make_token": _("授权一台设备"),
            "accounts.end_token": _("收回一台设备的授权"),
        },
        privacy=PrivacyFacet(
            subject="user",
            category="account",
            retain="30 days, of staff 12 hours; that it was there, 30 days more",
            on_erase=OnErase.DELETE,
        ),
        search=Without("nobody else sees it"),
        review=Without("everybody may use the devices that she has"),
        notify=Without("a new device is told by the person's own new_sign_in"),
        comments=Without("nobody else sees it"),
        feed=Without("nobody else sees it"),
        report=Without("nobody else sees it"),
        export=ExportFacet(rows=lambda user: DeviceToken.objects.filter(user=user), as_data=token_data),
        demo=Without("made by a sign-in of a device"),
    ),
    Kind(
        key="family_proxy",
        model="accounts.FamilyProxy",
        name=_("亲情代办"),
        title=lambda relation: (
            gettext("%(proxy)s替%(principal)s代办")
            % {"proxy": relation.proxy.display_name, "principal": relation.principal.display_name}
        ),
        url=lambda relation: reverse("accounts:family"),
        visible_to=lambda user: FamilyProxy.objects.visible_to(user).select_related("principal", "proxy"),
        owner=lambda relation: relation.principal_id,
        place_path=lambda relation: relation.principal.place_path,
        audit={
            "accounts.ask_family": _("申请亲情代办"),
            "accounts.agree_family": _("同意亲情代办"),
            "accounts.record_family": _("在窗口登记亲情代办"),
            "accounts.end_family": _("结束亲情代办"),
            "accounts.begin_proxy": _("开始为家人代办"),
        },
        privacy=PrivacyFacet(
            subject="principal",
            category="family",
            retain="as long as it stands and a year more; unanswered, 30 days",
            on_erase=OnErase.DELETE,
            erase=erase_family,
        ),
        search=Without("found by the two, and by staff in their own list"),
        review=Without("the other one agrees, or staff saw both at the counter"),
        notify={
            "family_asked": Event(_("%(who)s 请您确认亲情代办"), EventGroup.OWN, urgent=True),
            "family_agreed": Event(_("%(who)s 同意了亲情代办"), EventGroup.OWN),
            "family_recorded": Event(_("社区窗口为您登记了亲情代办"), EventGroup.SECURITY, urgent=True),
            "family_ended": Event(_("一份亲情代办结束了"), EventGroup.OWN, urgent=True),
            "family_begun": Event(_("%(who)s 开始为您代办"), EventGroup.OWN),
            "family_acting": Event(_("您开始为家人代办"), EventGroup.OWN, ONLY_ON_SITE),
        },
        comments=Without("nobody else's business"),
        feed=Without("nobody else's business"),
        report=Without("either of the two ends it"),
        export=ExportFacet(
            rows=lambda user: FamilyProxy.objects.filter(Q(principal=user) | Q(proxy=user)).select_related(
                "principal", "proxy"
            ),
            as_data=family_data,
        ),
        demo=Without("identity fills it with the demo's people, once they are verified"),
    ),
]
NOT_KINDS = {
    "Organisation": "bare facts; what people see is its institution, office or business (`organisations`)",
    "Membership": "part of an organisation; its people keep the list (`organisations`)",
    "Device": "the owner's own list of where she is signed in; forgotten 90 days after it was last seen",
    "PasswordRecord": "hashes of staff's last five passwords, shown to nobody",
    "RoleAssignment": "part of a person: shown and changed with it",
    "Profile": "part of a person: field by field at its own level",
}
OWN_DATA = [
    OwnPart(
        key="memberships",
        name=_("所在的组织"),
        facet=ExportFacet(
            rows=lambda user: user.memberships.select_related("organisation"), as_data=membership_data
        ),
    ),
    OwnPart(
        key="devices",
        name=_("登录设备"),
        facet=ExportFacet(rows=lambda user: Device.objects.filter(user=user), as_data=device_data),
    ),
]
ERASE = [
    Erasing(
        links=["accounts.Membership.user"],
        why="what was signed for an organisation was signed by a member of it, nameless from then on",
        erase=end_memberships,
    ),
    Erasing(
        links=[
            "accounts.Profile.user",
            "accounts.RoleAssignment.user",
            "accounts.Device.user",
            "accounts.PasswordRecord.user",
            "accounts.User_groups.user",
            "accounts.User_user_permissions.user",
        ],
        why="deleted with the account, by the kind `person`",
        erase=lambda user: 0,
    ),
    Erasing(
        links=["accounts.FamilyProxy.proxy"],
        why="deleted with the account, by the kind `family_proxy`",
        erase=lambda user: 0,
    ),
    Erasing(
        links=[
            "accounts.FamilyProxy.asked_by",
            "accounts.FamilyProxy.recorded_by",
            "accounts.FamilyProxy.ended_by",
        ],
        why="others' tie: that somebody recorded or ended it stays, nameless",
    ),
    Erasing(
        links=[
            "account.EmailAddress.user",
            "mfa.Authenticator.user",
            "wagtailusers.UserProfile.user",
            "wagtailcore.APIToken.user",
            "wagtailcore.PageSubscription.user",
            "django_comments.CommentFlag.user",
        ],
        why="what packages keep for her alone",
        erase=erase_third_party,
    ),
    Erasing(
        links=[
            "accounts.RoleAssignment.given_by",
            "accounts.RoleRequest.asked_by",
            "accounts.RoleRequest.decided_by",
        ],
        why="another's role: that somebody gave it stays, nameless",
    ),
    Erasing(
        links=[
            "core.PortalImage.uploaded_by_user",
            "wagtailimages.Image.uploaded_by_user",
            "wagtaildocs.Document.uploaded_by_user",
            "wagtailcore.UploadedFile.uploaded_by_user",
            "wagtailadmin.EditingSession.user",
            "wagtailadmin.FormState.user",
            "wagtailcore.ModelLogEntry.user",
            "wagtailcore.PageLogEntry.user",
            "wagtailcore.Revision.user",
            "wagtailcore.WorkflowState.requested_by",
            "wagtailcore.TaskState.finished_by",
            "wagtailcore.Page.locked_by",
            "wagtailcore.Page.owner",
            "wagtailcore.Comment.user",
            "wagtailcore.Comment.resolved_by",
            "wagtailcore.CommentReply.user",
        ],
        why="the office's own publications and who worked on them, nameless from then on",
    ),
]
BLOCKERS = [blockers]
