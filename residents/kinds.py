from django.utils.translation import gettext_lazy as _

from foundation.core.kinds import Kind, OnErase, PrivacyFacet, Without
from residents.models import Resident

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
        ),
        search=Without("staff look people up in the resident database itself"),
        review=Without("written by decisions on identity claims"),
        notify=Without("the claim tells the person"),
        comments=Without("a record, not a publication"),
        feed=Without("a record, not a publication"),
        report=Without("a record, not a publication"),
        export=Without("comes with the own data"),
        demo=Without("identity fills the demo's people, together with their claims"),
    )
]
NOT_KINDS = {"SidNumber": "a counter without content"}
