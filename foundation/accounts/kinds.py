from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.kinds import Kind, OnErase, PrivacyFacet, SearchFacet, Without, WorkFacet
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
            "accounts.give_role": _("授予角色"),
            "accounts.take_role": _("收回角色"),
            "accounts.change_profile": _("修改个人资料"),
            "accounts.sign_out_device": _("让设备退出登录"),
            "accounts.add_second_factor": _("设置两步验证"),
            "accounts.drop_second_factor": _("取消两步验证"),
            "accounts.remove_second_factor": _("为丢失验证方式的人取消两步验证"),
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
            "new_sign_in": _("您的账号在一台新设备上登录了，如果不是您，请马上修改密码"),
            "second_factor_removed": _("您的两步验证已由运维人员取消，请重新设置"),
        },
        comments=Without("people are written to in their guestbook and by message"),
        feed=Without("people act, they don't happen"),
        report=Without("comes with reports"),
        export=Without("comes with the own data"),
        demo=Without("identity fills the demo's people, together with their claims"),
        # What concerns the account's safety leads to the page on which something can be done about it.
        work=WorkFacet(
            events=frozenset({"new_sign_in", "second_factor_removed"}),
            rows=lambda user: User.objects.get_queryset().filter(pk=user.pk),
            title=lambda user: "",
            url=lambda user: reverse("accounts:devices"),
        ),
    )
]
NOT_KINDS = {
    "Device": "the owner's own list of where she is signed in; forgotten 90 days after it was last seen",
    "PasswordRecord": "hashes of staff's last five passwords, shown to nobody",
    "RoleAssignment": "part of a person: shown and changed with it",
    "Profile": "part of a person: field by field at its own level",
}
