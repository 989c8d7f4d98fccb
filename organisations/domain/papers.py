"""Licences and record checks: what an institution shows to be admitted, and to stay so (未保法 62)."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import Membership, User
from foundation.core.access.permissions import Refusal, Refused
from foundation.core.files import uploads
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.models import StoredFile
from organisations.domain.workflow import letters
from organisations.models import Institution, Qualification, RecordCheck
from organisations.models.institution import CHECK_HOLDS

State = Institution.State
# Papers are laid before the office in a draft and where it asked for more, and kept up to date later on.
OPEN = (State.DRAFT, State.RETURNED, State.APPROVED, State.SUSPENDED)
MOST = 20


def require_head(user: Any, institution: Institution) -> None:
    """Raise Refused unless `user` is the head."""
    if "H" not in letters(user, institution):
        raise Refused(Refusal.FORBIDDEN)


def _locked(institution: Institution, by: Any) -> Institution:
    locked = (
        Institution.objects.select_for_update(of=("self",))
        .select_related("organisation__place")
        .get(pk=institution.pk)
    )
    require_head(by, locked)
    if locked.state not in OPEN:
        raise StepNotAllowed("papers", locked.state)
    return locked


@transaction.atomic
def add_paper(
    institution: Institution,
    *,
    type: str,  # noqa: A002 - the field's own name
    name: str,
    issuer: str,
    valid_until: date | None,
    picture: UploadedFile,
    by: Any,
) -> Qualification:
    """Add a document with its picture. Raises Refused, StepNotAllowed, GuardFails, ValidationError for the picture."""
    locked = _locked(institution, by)
    if locked.qualifications.count() >= MOST:
        raise GuardFails(_("最多上传 20 份证照，请先删掉不用的。"))
    stored = uploads.store_picture(picture, owner=by, description=name)
    paper = Qualification.objects.create(
        institution=locked,
        type=type,
        name=name,
        issuer=issuer,
        valid_until=valid_until,
        file=stored,
        uploaded_by=by,
    )
    audit.append("institution.add_paper", by=by, obj=locked, place_path=locked.place_path)
    return paper


@transaction.atomic
def remove_paper(paper: Qualification, *, by: Any) -> None:
    """Take a document away with its picture. Raises Refused, StepNotAllowed, GuardFails for the last valid licence."""
    locked = _locked(paper.institution, by)
    left = locked.qualifications.exclude(pk=paper.pk)
    if locked.is_open and not any(one.type == Qualification.Type.LICENCE and one.holds for one in left):
        raise GuardFails(_("这是唯一有效的登记证书，请先上传新的，再删除旧的。"))
    file_id = paper.file_id
    paper.delete()
    if file_id is not None:
        uploads.drop([file_id])
    audit.append("institution.remove_paper", by=by, obj=locked, place_path=locked.place_path)


def look_at(paper: Qualification, *, by: Any) -> StoredFile:
    """Return the picture of a document for a member or the office, whose looks are written down.

    Raises Refused for everybody else, StoredFile.DoesNotExist where there is none (any more).
    """
    institution = paper.institution
    who = letters(by, institution)
    if not who:
        raise Refused(Refusal.FORBIDDEN)
    if paper.file is None or not paper.file.ready or paper.file.dropped_at is not None:
        raise StoredFile.DoesNotExist
    if not who & {"M"}:
        audit.append("institution.look_at_paper", by=by, obj=institution, place_path=institution.place_path)
    return paper.file


@transaction.atomic
def declare_check(institution: Institution, user: User, *, checked_on: date, by: Any) -> RecordCheck:
    """Declare that a member's record was looked up on that day. Raises Refused, StepNotAllowed, GuardFails."""
    locked = _locked(institution, by)
    if not Membership.objects.filter(organisation_id=locked.pk, user=user, until=None).exists():
        raise GuardFails(_("这个人已经不是机构成员。"))
    require_recent(checked_on)
    found, new = RecordCheck.objects.get_or_create(
        institution=locked, user=user, checked_on=checked_on, defaults={"declared_by": by}
    )
    if new:
        audit.append("institution.declare_check", by=by, obj=locked, place_path=locked.place_path)
    return found


def require_recent(checked_on: date) -> None:
    """Raise GuardFails for a day that lies ahead or more than a year back."""
    today = timezone.localdate()
    if not today - CHECK_HOLDS <= checked_on <= today:
        raise GuardFails(_("查询日期要在最近一年以内，不能晚于今天。"))


def checks_of(institution: Institution) -> list[tuple[Membership, date | None]]:
    """Return every member with the day on which her record was last looked up."""
    latest = dict(
        RecordCheck.objects.filter(institution=institution)
        .values_list("user_id")
        .annotate(latest=Max("checked_on"))
    )
    members = Membership.objects.filter(organisation_id=institution.pk, until=None)
    return [
        (member, latest.get(member.user_id))
        for member in members.select_related("user__avatar").order_by("position", "since", "pk")
    ]


def missing(institution: Institution) -> str:
    """Say in words what its papers lack today; empty where nothing is missing."""
    papers = Qualification.objects.filter(institution=institution, type=Qualification.Type.LICENCE)
    if not any(one.holds and one.file_id for one in papers):
        return _("还没有有效的登记证书或营业执照，请上传照片。")
    if not institution.serves_children:
        return ""
    oldest = timezone.localdate() - CHECK_HOLDS
    for member, checked_on in checks_of(institution):
        if checked_on is None or checked_on < oldest:
            return _("%(name)s 没有一年以内的从业查询声明。") % {"name": member.user.display_name}
    return ""


def hand_files_on(user: User, *, to: int, of: int) -> None:
    """Give what somebody uploaded for an institution (by its id) to `to`: it is theirs, and stays when she goes."""
    papers = Qualification.objects.filter(institution_id=of, file__owner_id=user.pk)
    logos = Institution.objects.filter(pk=of, logo__owner_id=user.pk)
    StoredFile.objects.filter(pk__in=list(papers.values_list("file_id", flat=True))).update(
        owner_id=to, scope_ref=str(to)
    )
    StoredFile.objects.filter(pk__in=list(logos.values_list("logo_id", flat=True))).update(owner_id=to)
