from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.core.facets import (
    ExportFacet,
    OnErase,
    PrivacyFacet,
    Without,
)
from foundation.core.kinds import Kind
from residents.models import Resident


def _as_data(record: Resident) -> dict[str, Any]:
    """What the register of residents holds of her: she may have a copy of all of it (个保法 45)."""
    return {
        "record": record.sid,
        "name": record.name,
        "gender": record.gender,
        "birthday": record.birthday,
        "document": record.document,
        "number": record.number_sealed,
        "mobile": record.phone_sealed,
        "mail": record.email,
        "place": record.place.name,
        "status": record.status,
        "written_at": record.created_at,
        "changed_at": record.updated_at,
    }


KINDS = [
    Kind(
        key="resident_record",
        model="residents.Resident",
        name=_("居民档案"),
        title=lambda record: record.name,
        url=lambda record: "",
        visible_to=Resident.objects.visible_to,
        owner=lambda record: record.account_id,
        place_path=lambda record: record.place.path,
        audit={"residents.record": _("写入居民档案")},
        privacy=PrivacyFacet(
            subject="account",
            category="identity",
            retain="while the person lives in the community, then as the archive law asks",
            on_erase=OnErase.KEEP,
            why_kept="the community's legal duty to keep the register of residents",
            # The record stays; that it belonged to an account here is nobody's business any more.
            erase=lambda user: Resident.objects.filter(account=user).update(account=None),
        ),
        search=Without("staff look people up in the resident database itself"),
        review=Without("written by decisions on identity claims"),
        notify=Without("the claim tells the person"),
        comments=Without("a record, not a publication"),
        feed=Without("a record, not a publication"),
        report=Without("a record, not a publication"),
        export=ExportFacet(rows=lambda user: Resident.objects.filter(account=user), as_data=_as_data),
        demo=Without("identity fills the demo's people, together with their claims"),
    )
]
NOT_KINDS = {"SidNumber": "a counter without content"}
