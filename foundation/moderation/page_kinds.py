"""What kinds of editors' pages have in common: written in the admin, decided in the inbox, published for everybody."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import Permission
from foundation.core.facets import (
    Event,
    EventGroup,
    OnErase,
    PrivacyFacet,
    ReviewFacet,
    Without,
    Words,
    WorkFacet,
)
from foundation.core.kinds import Kind
from foundation.moderation.domain.pages import decide_page

AUDIT = {
    "moderation.approve": _("审核通过并发布"),
    "moderation.refuse": _("退回修改"),
    "moderation.publish": _("未经审核直接发布"),
}
EVENTS = {
    "approved": Event(_("您提交的内容已发布"), EventGroup.WORK),
    "returned": Event(_("您提交的内容被退回修改"), EventGroup.WORK),
}


def page_kind(
    key: str,
    model: str,
    name: Words,
    manager: Any,
    *,
    permission: Permission,
    template: str,
    reasons: Sequence[Words],
    audit: dict[str, Words] | None = None,
    events: dict[str, Event] | None = None,
    **facets: Any,
) -> Kind:
    """Declare pages of a model, which `manager` finds, as a kind.

    Whoever has the `permission` decides on them in the inbox, shown by `template`; `reasons` are offered for sending
    one back. `audit` and `events` come beside those of every page; `facets` are the others.
    """
    return Kind(
        key=key,
        model=model,
        name=name,
        title=lambda page: page.title,
        url=lambda page: page.get_absolute_url(),
        visible_to=manager.visible_to,
        owner=lambda page: None,
        audit={**AUDIT, **(audit or {})},
        privacy=PrivacyFacet(
            subject="owner",
            category="publication",
            retain="as long as it is published",
            on_erase=OnErase.ANONYMISE,
        ),
        review=ReviewFacet(
            decide=decide_page,
            permission=permission,
            template=template,
            context=lambda page, by: {"page": page.get_latest_revision_as_object()},
            version=lambda page: str(page.latest_revision_id),
            title=lambda page: page.draft_title or page.title,
            reasons=reasons,
        ),
        notify={**EVENTS, **(events or {})},
        feed=Without("the portal shows it; the feed is for people"),
        report=Without("the office's own word: readers write to its hotline"),
        export=Without("the office's publication, not its editor's data"),
        demo=Without("the demo's pages are composed in linli"),
        work=WorkFacet(
            events=frozenset({"returned"}),
            rows=lambda user: manager.filter(Q(owner=user) | Q(latest_revision__user=user)),
            title=lambda page: page.draft_title or page.title,
            url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
        ),
        **facets,
    )
