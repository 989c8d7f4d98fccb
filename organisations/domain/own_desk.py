"""An institution's own pages on its desk, and what waits there for it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import Organisation
from foundation.core.pages import agenda
from organisations.domain.desk import Tab, Waiting, register_tab, register_waiting, waiting
from organisations.domain.members import is_head
from organisations.domain.papers import checks_of
from organisations.models import Institution
from organisations.models.institution import CHECK_HOLDS

AHEAD = timedelta(days=30)


def _is_institution(user: Any, organisation: Organisation) -> bool:
    return organisation.type == Organisation.Type.INSTITUTION


def _headed(user: Any, organisation: Organisation) -> bool:
    """The page is its head's to write."""
    return _is_institution(user, organisation) and is_head(user, organisation)


for order, (key, words) in enumerate(
    [
        ("desk", gettext_lazy("待办")),
        ("page", gettext_lazy("我们的主页")),
        ("members", gettext_lazy("成员")),
        ("papers", gettext_lazy("证照")),
        ("history", gettext_lazy("经过")),
    ]
):
    register_tab(
        Tab(
            key=key,
            words=words,
            url=lambda organisation, view=key: reverse(f"desk:{view}"),  # type: ignore[misc]
            order=order * 10 if key != "history" else 90,
            shown=_headed if key == "page" else _is_institution,
        )
    )


@agenda.source
def of_her_organisations(user: Any) -> Iterator[agenda.Entry]:
    """What waits at the desks of the organisations that somebody belongs to stands in her own agenda too."""
    if not user.organisation_ids:
        return
    for organisation in Organisation.objects.filter(pk__in=user.organisation_ids):
        for one in waiting(user, organisation):
            yield agenda.Entry(
                words=one.words,
                url=one.url,
                when=one.due,
                waits=True,
                icon="hand-heart",
                note=organisation.name,
            )


@register_waiting
def own_waiting(user: Any, organisation: Organisation) -> Iterator[Waiting]:
    """What the institution itself has to do: go on with its application, renew its papers."""
    institution = Institution.objects.filter(pk=organisation.pk).prefetch_related("qualifications").first()
    if institution is None or institution.is_over:
        return
    if institution.can_be_filled:
        url = reverse("organisations:application", args=[institution.slug])
        yield Waiting(
            _("补充后重新提交申请") if institution.state == "returned" else _("填完并提交入驻申请"), url
        )
        return
    soon = timezone.localdate() + AHEAD
    licence = institution.licence
    if licence is not None and licence.valid_until is not None and licence.valid_until <= soon:
        yield Waiting(
            _("%(name)s快到期了，请上传新的") % {"name": licence.name},
            reverse("desk:papers"),
            licence.valid_until,
        )
    if institution.serves_children:
        for member, checked_on in checks_of(institution):
            due = checked_on + CHECK_HOLDS if checked_on else timezone.localdate()
            if due <= soon:
                words = _("重新查询并声明：%(name)s") % {"name": member.user.display_name}
                yield Waiting(words, reverse("desk:members"), due)
