"""Looking at an entry's sealed part and taking the log out of the house, both written down (O4)."""

import io
from typing import Any

import xlsxwriter
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.core.flow import audit
from foundation.core.models import AuditEntry, AuditPayload
from office.domain.queries.log import Filters, entries, in_chunks
from office.permissions import OfficePermission

MOST = 20_000


class TooMany(Exception):
    """More entries than one export may hold: narrow it down."""


class Nothing(Exception):
    """No entry fits: an empty table would say that nothing was done."""


@transaction.atomic
def look_at(entry: AuditEntry, *, by: Any) -> dict[str, Any]:
    """Return what is sealed beside an entry; that somebody looked is an entry itself. Raises Refused."""
    require(by, OfficePermission.READ_LOG)
    payload = AuditPayload.objects.filter(seq=entry.seq).first()
    if payload is None:
        return {}
    audit.append("office.look_at_entry", by=by, obj=entry)
    return {name: value for name, value in (payload.data or {}).items() if name != "salt"}


def export(filters: Filters, *, purpose: str, by: Any) -> bytes:
    """Return the entries that fit as an Excel workbook that says who took it, when and what for.

    Sealed parts are not in it. Raises Refused, TooMany (`MOST`), Nothing, TooOften.
    """
    require(by, OfficePermission.EXPORT_LOG)
    found = entries(filters, by=by)
    count = found.count()
    if count > MOST:
        raise TooMany
    if not count:
        raise Nothing
    consume("export", by, rate=settings.RATES["export"])
    audit.append(
        "office.export_log", by=by, purpose=purpose, data={"entries": count, "filters": _named(filters)}
    )
    return _workbook(found, purpose, by)


def _named(filters: Filters) -> dict[str, str]:
    return {name: str(value) for name, value in vars(filters).items() if value}


def _workbook(found: Any, purpose: str, by: Any) -> bytes:
    target = io.BytesIO()
    # Text stays text: neither what begins with "=" nor an address becomes anything that acts (ASVS 1.2.10).
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(settings.VAR_DIR),
    }
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(_("操作日志"))
        bold = book.add_format({"bold": True})
        mark = _("%(who)s 于 %(when)s 导出，用途：%(purpose)s") % {
            "who": by.display_name,
            "when": timezone.localtime().strftime("%Y-%m-%d %H:%M"),
            "purpose": purpose,
        }
        sheet.set_footer(f"&L{mark.replace('&', '&&')[:200]}&R&P / &N")
        sheet.write_string(0, 0, mark, bold)
        heads = [
            _("编号"),
            _("时间"),
            _("谁"),
            _("角色"),
            _("做了什么"),
            _("对象"),
            _("对象编号"),
            _("地点"),
            _("用途"),
        ]
        for column, head in enumerate(heads):
            sheet.write_string(2, column, head, bold)
        sheet.set_column(1, 8, 18)
        sheet.freeze_panes(3, 0)
        for number, line in enumerate(in_chunks(found, by), start=3):
            entry = line.entry
            values = [
                str(entry.seq),
                timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
                line.who or (_("系统") if entry.actor_id is None else _("已不在的账号")),
                "、".join(line.roles),
                line.sentence,
                line.kind,
                entry.object_id,
                line.place,
                entry.purpose,
            ]
            for column, value in enumerate(values):
                sheet.write_string(number, column, value)
    return target.getvalue()
