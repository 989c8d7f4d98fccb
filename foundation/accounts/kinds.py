from django.utils.translation import gettext_lazy as _

from foundation.accounts.domain.sanctions import evidence_of, files_of, hide_profile, words_of
from foundation.accounts.models import User
from foundation.core.kinds import Kind, OnErase, PrivacyFacet, ReportFacet, SearchFacet, Without
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
        },
        privacy=PrivacyFacet(
            subject="",
            category="account",
            retain="until the account is closed; never activated, 30 days",
            on_erase=OnErase.ANONYMISE,
        ),
        search=SearchFacet(text=lambda user: name_search_text(user.display_name), weight=2),
        review=Without("people are verified by their identity claim"),
        notify={"followed": _("%(who)s 关注了您")},
        comments=Without("people are written to in their guestbook and by message"),
        feed=Without("people act, they don't happen"),
        report=ReportFacet(hide=hide_profile, text=words_of, evidence=evidence_of, files=files_of),
        export=Without("comes with the own data"),
        demo=Without("identity fills the demo's people, together with their claims"),
    )
]
NOT_KINDS = {
    "RoleAssignment": "part of a person: shown and changed with it",
    "Profile": "part of a person: field by field at its own level",
}
