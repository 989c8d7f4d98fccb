"""The machines and the matrix in words, as the help pages print them (H1, H8)."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.core import kinds
from foundation.core.access.matrix import ROLES, Cell, matrix
from foundation.core.access.roles import Role
from foundation.core.facets import Without, Words
from foundation.core.flow.machines import SYSTEM, machines
from foundation.core.search.pages import register_page
from foundation.signing.models import Certificate
from helpagreements.models import Agreement
from organisations.models import Institution

# The machines whose apps stand: name in the file, what it is called, the model whose states it moves.
LIVE: dict[str, tuple[Words, Any]] = {
    "institution": (_("帮扶机构的入驻"), Institution),
    "certificate": (_("签名证书"), Certificate),
    "agreement": (_("帮扶协议"), Agreement),
}
ITSELF = _("系统自动")
CELLS: dict[str, Words] = {
    "-": _("不可以"),
    "+": _("可以"),
    "x": _("看公开部分"),
    "o": _("自己的"),
    "g": _("被监护人的"),
    "m": _("本机构的"),
    "a": _("经指派和同意的"),
    "p": _("自己是一方的"),
    "c": _("本社区的"),
}
# The actions whose apps stand, in words.
ACTIONS: dict[str, Words] = {
    "account.edit_self": _("修改自己的资料"),
    "institution.search": _("查找帮扶机构"),
    "institution.view_own": _("看机构的全部资料"),
    "institution.apply": _("申请入驻"),
    "institution.review": _("审核机构"),
    "institution.edit_profile": _("修改机构主页"),
    "institution.suspend": _("暂停机构"),
    "agreement.view_public": _("看协议的公开信息"),
    "agreement.view_full": _("看协议全文"),
    "agreement.draft": _("起草协议"),
    "agreement.push": _("推送协议"),
    "agreement.sign_institution": _("代表机构签署"),
    "agreement.request_revision": _("退回修改"),
    "agreement.request_termination": _("申请解约"),
    "agreement.decide_termination": _("答复解约申请"),
    "agreement.force_end": _("强制解约"),
    "agreement.verify_file": _("验证协议文件"),
    "notice.view": _("看公告"),
    "notice.publish": _("发布公告"),
    "audit.verify_chain": _("核对存证链"),
    "key.enrol_or_revoke_own": _("申请和吊销自己的签名证书"),
}


@dataclass(frozen=True)
class Line:
    """One event in words."""

    what: Words
    sources: list[Words]
    target: Words
    who: list[Words]


def in_words() -> list[tuple[Words, list[Line]]]:
    """Return the live machines, event by event."""
    return [(title, _lines(name, model)) for name, (title, model) in LIVE.items()]


def _lines(name: str, model: Any) -> list[Line]:
    states, audit = dict(model.State.choices), kinds.of(model).audit
    said = {} if isinstance(audit, Without) else audit
    return [
        Line(
            said.get(f"{name}.{one.event}", one.event),
            [states[state] for state in sorted(one.sources)],
            states[one.target],
            [
                *(Role(ROLES[letter]).label for letter in ROLES if letter in one.actors),
                *([ITSELF] if SYSTEM in one.actors else []),
            ],
        )
        for one in machines()[name].transitions.values()
    ]


def table() -> tuple[list[Words], list[tuple[Words, list[str]]]]:
    """Return the roles, and what each may do, cell by cell."""
    heads: list[Words] = [Role(role).label for role in ROLES.values()]
    return heads, [
        (words, [_cell(matrix()[action][letter]) for letter in ROLES]) for action, words in ACTIONS.items()
    ]


def _cell(cell: Cell) -> str:
    said = [str(CELLS[cell.kind])]
    if cell.step_up:
        said.append(str(_("须再次确认身份")))
    if cell.second:
        said.append(str(_("须第二人同意")))
    return "，".join(said)


def _said() -> str:
    """Return what the page says, for the search."""
    lines = [line for _title, some in in_words() for line in some]
    return "。".join(
        map(
            str, [*(title for title, _lines in in_words()), *(line.what for line in lines), *ACTIONS.values()]
        )
    )


register_page(key=1, title=_("怎么办、谁能办"), url=lambda: reverse("help_steps"), text=_said)
