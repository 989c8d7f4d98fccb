"""The own address book as files for a telephone or a spreadsheet, with only what its people show its owner (S7)."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import vobject
import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _

from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.core.flow import audit
from spaces.domain.queries.address_book import labels, shown_of
from spaces.models import AddressEntry
from spaces.permissions import SpacePermission

MOST = 2000


def as_vcards(entries: Iterable[AddressEntry], *, by: Any) -> bytes:
    """Return the entries as vCards (RFC 2426): name, remark, and what each person shows `by`. Written to the log.

    Raises Refused, TooOften.
    """
    _allowed(by)
    cards, filed = [], list(entries)
    for entry, shown in zip(filed, shown_of(filed, by), strict=True):
        card = vobject.vCard()
        card.add("fn").value = entry.remark or shown.get("real_name") or entry.person.display_name
        card.add("n").value = vobject.vcard.Name(family=shown.get("real_name") or entry.person.display_name)
        card.add("nickname").value = entry.person.display_name
        for field, name in (("occupation", "title"), ("bio", "note")):
            if field in shown:
                card.add(name).value = shown[field]
        if "location" in shown:
            card.add("adr").value = vobject.vcard.Address(street=shown["location"])
        if entry.group:
            card.add("categories").value = [entry.group.name]
        cards.append(card.serialize())
    _log(by, len(cards), "vcf")
    return "".join(cards).encode()


def as_sheet(entries: Iterable[AddressEntry], *, by: Any) -> bytes:
    """Return the entries as a sheet of Excel; every cell is text, so that nothing in it is carried out. Written to the log.

    Raises Refused, TooOften.
    """
    _allowed(by)
    out, named = BytesIO(), labels()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(str(_("通信录"))[:31])
    heads = [_("昵称"), _("备注名"), _("分组"), _("备注"), *named.values()]
    for column, head in enumerate(heads):
        sheet.write_string(0, column, str(head))
    filed = list(entries)
    for number, (entry, shown) in enumerate(zip(filed, shown_of(filed, by), strict=True), 1):
        own = [entry.person.display_name, entry.remark, entry.group.name if entry.group else "", entry.note]
        for column, value in enumerate([*own, *(shown.get(name, "") for name in named)]):
            sheet.write_string(number, column, value)
    book.close()
    _log(by, len(filed), "xlsx")
    return out.getvalue()


def _allowed(by: Any) -> None:
    require(by, SpacePermission.KEEP_ADDRESS_BOOK)
    consume("export", by, rate=settings.RATES["export"])


def _log(by: Any, number: int, form: str) -> None:
    audit.append("spaces.export_address_book", by=by, obj=by, data={"people": number, "form": form})
