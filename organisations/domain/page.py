"""What an institution says of itself: filled in for the application, changed by its head later on (个人主页定制)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.core import text
from foundation.core.access.permissions import require
from foundation.core.access.scopes import ONLY, PUBLIC, Scope
from foundation.core.files import uploads
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.models import Place
from foundation.core.zh.text import segment
from organisations.domain.papers import require_head
from organisations.models import Audience, Institution, Service
from organisations.models.institution import Group
from organisations.permissions import InstitutionPermission

State = Institution.State
OWN_WORDS = ("introduction", "hours", "address", "contact_name", "contact_phone", "capacity")
MOST_SERVICES = 30
ADULT = 18


class ForChildren(GuardFails):
    """Whoever helps children is looked at by two people, with record checks of everybody there (未保法 62)."""

    def __init__(self) -> None:
        super().__init__(_("要服务儿童，请先补交从业查询声明并重新提交审核；已经入驻的请联系社区办理。"))


def helps_children(groups: Iterable[str], services: Iterable[Service]) -> bool:
    """Say whether an institution would help children by these groups and services, whatever else it says."""
    ages = [age for one in services for age in (one.minimum_age, one.maximum_age) if age is not None]
    return Group.CHILDREN in groups or any(age < ADULT for age in ages)


def require_checked(institution: Institution) -> None:
    """Raise ForChildren where it would help children and was not applied for (or admitted) as one that does."""
    groups = list(institution.audiences.values_list("group", flat=True))
    if not institution.serves_children and helps_children(groups, list(institution.services.all())):
        raise ForChildren


def _locked(institution: Institution, by: Any) -> Institution:
    """Lock it for a change: what is under review or suspended stays as it is. Raises Refused, StepNotAllowed."""
    found = Institution.objects.select_for_update(of=("self",)).select_related("organisation__place")
    locked = found.get(pk=institution.pk)
    require_head(by, locked)
    if locked.state == State.APPROVED:
        # Once admitted, it is the institution that speaks: with its hat on.
        require(by, InstitutionPermission.EDIT_PROFILE, obj=locked)
    elif not locked.can_be_filled:
        raise StepNotAllowed("edit", locked.state)
    return locked


@transaction.atomic
def name_it(institution: Institution, *, name: str, code: str, place: Place, by: Any) -> None:
    """Change what the application stands on, while it is in its head's hands. Raises Refused, StepNotAllowed."""
    locked = _locked(institution, by)
    if not locked.can_be_filled:
        raise StepNotAllowed("name", locked.state)
    organisation = locked.organisation
    organisation.name, organisation.code, organisation.place = name, code, place
    organisation.save(update_fields=["name", "code", "place"])
    index(locked)


@transaction.atomic
def describe(
    institution: Institution,
    *,
    words: Mapping[str, Any],
    groups: Iterable[str],
    area: Iterable[Place],
    serves_children: bool | None = None,
    slug: str = "",
    logo: UploadedFile | None = None,
    by: Any,
) -> None:
    """Keep what the page says. `serves_children` changes only in an application: it decides how it is reviewed.

    Raises Refused, StepNotAllowed, GuardFails for an address that is taken, ForChildren where one that is admitted
    would help children without having been looked at for it, ValidationError for words that must not stand and
    pictures that can't be read.
    """
    groups = list(groups)
    text.check(*[str(words.get(name) or "") for name in OWN_WORDS])
    locked = _locked(institution, by)
    for name in OWN_WORDS:
        if name in words:
            setattr(locked, name, words[name])
    if locked.is_open and not locked.serves_children and (serves_children or helps_children(groups, [])):
        raise ForChildren
    if serves_children is not None and locked.can_be_filled:
        locked.serves_children = serves_children
    if slug:
        locked.slug = slug
    old_logo = None
    if logo is not None:
        old_logo = locked.logo_id
        scope = Scope(PUBLIC) if locked.is_open else Scope(ONLY, str(by.pk))
        locked.logo = uploads.store_picture(logo, owner=by, description=locked.name, scope=scope)
    try:
        with transaction.atomic():
            locked.save()
    except IntegrityError:
        raise GuardFails(_("这个网址名已经有人用了，请换一个。")) from None
    if old_logo is not None:
        uploads.drop([old_logo])
    locked.audiences.all().delete()
    Audience.objects.bulk_create([Audience(institution=locked, group=group) for group in groups])
    locked.area.set(area)
    index(locked)
    audit.append("institution.describe", by=by, obj=locked, place_path=locked.place_path)


@transaction.atomic
def add_service(institution: Institution, *, values: Mapping[str, Any], by: Any) -> Service:
    """Add something that it does. Raises Refused, StepNotAllowed, GuardFails for too many, ForChildren as `describe`."""
    text.check(values["name"], values.get("schedule", ""))
    locked = _locked(institution, by)
    if locked.services.count() >= MOST_SERVICES:
        raise GuardFails(_("最多填写 30 项服务。"))
    if locked.is_open and not locked.serves_children and helps_children([], [Service(**values)]):
        raise ForChildren
    service = Service.objects.create(institution=locked, **values)
    index(locked)
    audit.append("institution.add_service", by=by, obj=locked, place_path=locked.place_path)
    return service


@transaction.atomic
def remove_service(service: Service, *, by: Any) -> None:
    """Take a service off the list. Raises Refused, StepNotAllowed, GuardFails for the last one of an admitted one."""
    locked = _locked(service.institution, by)
    if locked.is_open and locked.services.count() == 1:
        raise GuardFails(_("至少保留一项服务。"))
    service.delete()
    index(locked)
    audit.append("institution.remove_service", by=by, obj=locked, place_path=locked.place_path)


def words_of(institution: Institution) -> str:
    """Return all that an institution says of itself, its name apart, by which it is found."""
    services = Service.objects.filter(institution=institution)
    said = [institution.introduction, institution.address]
    for one in services:
        said += [one.name, str(one.get_matter_display())]
    said += [str(one.get_group_display()) for one in Audience.objects.filter(institution=institution)]
    return " ".join(said)


def index(institution: Institution) -> None:
    """Write down by which words it is found."""
    said = f"{institution.name} {words_of(institution)}"
    institution.search_text = f" {segment(said)} "
    Institution.objects.filter(pk=institution.pk).update(search_text=institution.search_text)
