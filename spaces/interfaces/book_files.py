"""The own address book as a file to take along (S7)."""

from typing import Any

from django.http import Http404, HttpResponse

from spaces.domain import exports
from spaces.domain.queries.address_book import filed_by

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"vcf": (exports.as_vcards, "text/vcard; charset=utf-8"), "xlsx": (exports.as_sheet, SHEET)}


def book_file(form: str, user: Any) -> HttpResponse:
    """Return the address book of `user` as `vcf` or `xlsx`. Raises Http404 for another form, Refused, TooOften."""
    if form not in FORMS:
        raise Http404
    make, kind = FORMS[form]
    answer = HttpResponse(make(filed_by(user)[: exports.MOST], by=user), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="neighbours.{form}"'
    return answer
