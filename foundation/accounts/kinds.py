from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.domain.roles import decide_role_request
from foundation.accounts.models import RoleRequest, User
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.roles import SENTENCES
from foundation.core.kinds import Kind, OnErase, PrivacyFacet, ReviewFacet, SearchFacet, Without
from foundation.core.zh.text import name_search_text


def _place_path(user: User) -> str:
    return user.place.path if user.place else ""


KINDS = [
    Kind(
        key="person",
        model="accounts.User",
        name=_("邻居"),
        title=lambda user: user.display_name,
        url=lambda user: user.space_url,
        visible_to=User.objects.visible_to,
        owner=lambda user: user.pk,
        place_path=_place_path,
        audit={
            "accounts.ask_for_role": _("申请授予角色"),
            "accounts.give_role": _("授予角色"),
            "accounts.take_role": _("收回角色"),
            "accounts.change_profile": _("修改个人资料"),
        },
        privacy=PrivacyFacet(
            subject="",
            category="account",
            retain="until the account is closed; never activated, 30 days",
            on_erase=OnErase.ANONYMISE,
        ),
        search=SearchFacet(text=lambda user: name_search_text(user.display_name), weight=2),
        review=Without("people are verified by their identity claim"),
        notify={
            "followed": _("%(who)s 关注了您"),
            "role_given": _("您获得了一个新角色"),
            "role_taken": _("您的一个角色被收回了"),
        },
        comments=Without("people are written to in their guestbook and by message"),
        feed=Without("people act, they don't happen"),
        report=Without("comes with reports"),
        export=Without("comes with the own data"),
        demo=Without("identity fills the demo's people, together with their claims"),
    ),
    Kind(
        key="role_request",
        model="accounts.RoleRequest",
        name=_("角色申请"),
        title=lambda request: f"{request.user.display_name} · {request.get_role_display()}",
        url=lambda request: reverse("office:roles_of", args=[request.user.username]),
        visible_to=lambda user: RoleRequest.objects.visible_to(user).select_related("user"),
        owner=lambda request: request.asked_by_id,
        place_path=lambda request: request.place.path if request.place else "",
        audit=Without("written down with the person whom the role is for"),
        privacy=PrivacyFacet(
            subject="user", category="office", retain="as long as the account", on_erase=OnErase.DELETE
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
            "role_granted": _("您申请的角色已经授予"),
            "role_refused": _("您申请的角色没有得到同意"),
        },
        comments=Without("the reason is the word on it"),
        feed=Without("administrators' own work"),
        report=Without("nobody else sees it"),
        export=Without("the role itself stands in the person's own data"),
        demo=Without("the demo's roles are given at once"),
    ),
]
NOT_KINDS = {
    "RoleAssignment": "part of a person: shown and changed with it",
    "Profile": "part of a person: field by field at its own level",
}
