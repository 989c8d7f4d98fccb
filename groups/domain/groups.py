"""An interest group: what its owner says of it, to whom, and whether everybody sees it on the portal (G1, G2)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.domain.newcomers import check_links
from foundation.core import notify, reviews
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.files import uploads
from foundation.core.flow import audit
from foundation.core.flow.workflow import StepNotAllowed
from foundation.core.models import Place
from foundation.core.pages.version import portal_changed, taken_back
from foundation.core.text import check, follow_up, stand_in_line
from groups.domain.circles import free_slug
from groups.models import Group, GroupMember
from groups.permissions import GroupPermission

Visibility, Portal = Group.Visibility, Group.Portal
WORDS = ("name", "purpose", "description", "contact_name", "contact_phone", "visibility", "joining")
# What staff looked at before they let it on the portal.
LOOKED_AT = ("name", "purpose", "description", "contact_name", "contact_phone")


def _said(values: Mapping[str, Any]) -> list[str]:
    return [str(values.get(name) or "") for name in ("name", "purpose", "description", "contact_name")]


def _locked(group: Group, by: Any) -> Group:
    """Lock a group for its owner. Raises Refused, StepNotAllowed for one that is closed."""
    found = Group.objects.select_for_update(of=("self",)).select_related("place").get(pk=group.pk)
    if found.owner_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    if found.closed_at is not None:
        raise StepNotAllowed("change", "closed")
    return found


def _rescope(group: Group) -> None:
    """Give the group and its picture the token that follows from what it is now, with immediate effect."""
    group.scope = group.token
    group.save()
    if group.cover_id:
        uploads.rescope([group.cover_id], group.cover_scope)
    taken_back()


def found_group(
    *,
    by: Any,
    place: Place,
    values: Mapping[str, Any],
    cover: UploadedFile | None = None,
    once: uuid.UUID | None = None,
) -> Group:
    """Begin a group; whoever begins it is its owner and first member. The same `once` again gives the one that is there.

    `values` are those of WORDS. Raises Refused, TooOften, ValidationError.
    """
    require(by, GroupPermission.FOUND)
    once = once or uuid.uuid4()
    if (known := Group.objects.filter(once=once, owner=by).first()) is not None:
        return known
    check_links(*_said(values), by=by)
    checked = check(*_said(values))
    consume("found", by, rate=settings.RATES["found"])
    try:
        with transaction.atomic():
            made = _found(by, place, values, cover, once)
            follow_up(made, checked)
            return made
    except IntegrityError:
        sent = Group.objects.filter(once=once, owner=by).first()
        if sent is not None:
            return sent
        with transaction.atomic():
            return _found(by, place, values, cover, uuid.uuid4())


def _found(
    by: Any, place: Place, values: Mapping[str, Any], cover: UploadedFile | None, once: uuid.UUID
) -> Group:
    group = Group(owner=by, place=place, once=once, member_count=1)
    for name in WORDS:
        if name in values:
            setattr(group, name, values[name])
    group.slug = free_slug(Group, group.name, hidden=group.visibility != Visibility.PLACE)
    group.scope = group.token
    if cover:
        group.cover = uploads.store_picture(cover, owner=by, description=group.name, scope=group.scope)
    group.save(force_insert=True)
    GroupMember.objects.create(group=group, user=by)
    audit.append("group.found", by=by, obj=group, place_path=place.path)
    return group


def edit_group(
    group: Group, *, by: Any, values: Mapping[str, Any], cover: UploadedFile | None = None
) -> Group:
    """Change what a group says, and to whom.

    Another visibility takes it off the portal at once; other words or another picture do too, and ask staff anew.
    Raises Refused, StepNotAllowed for one that is closed, ValidationError.
    """
    require(by, GroupPermission.FOUND)
    check_links(*_said(values), by=by)
    checked = check(*_said(values))
    with transaction.atomic():
        if group.owner_id == by.pk:
            # Out of the inbox first: whoever decides locks the inbox's row before the group.
            reviews.withdraw(group, by=by)
        stand_in_line(group, checked)
        found = _locked(group, by)
        before = {name: getattr(found, name) for name in LOOKED_AT}
        for name in WORDS:
            if name in values:
                setattr(found, name, values[name])
        changed = bool(cover) or any(getattr(found, name) != before[name] for name in LOOKED_AT)
        was = found.portal
        if found.visibility != Visibility.PLACE:
            found.portal = Portal.OFF
        elif was == Portal.SHOWN and changed:
            found.portal = Portal.ASKED
        found.edited_at = timezone.now()
        if cover:
            old, found.cover = (
                found.cover_id,
                uploads.store_picture(cover, owner=by, description=found.name),
            )
            if old:
                uploads.drop([old])
        _rescope(found)
        if was == Portal.SHOWN and found.portal != Portal.SHOWN:
            portal_changed()
        if found.portal == Portal.ASKED:
            reviews.submit(found, by=by, place_path=found.place.path)
        follow_up(found, checked)
        audit.append("group.edit", by=by, obj=found, place_path=found.place.path)
    group.refresh_from_db()
    return group


def ask_for_portal(group: Group, *, by: Any) -> None:
    """Ask staff of the place to let everybody see the group on the portal; again changes nothing.

    Raises Refused, StepNotAllowed, ValidationError for one that not everybody of the place may see.
    """
    require(by, GroupPermission.FOUND)
    with transaction.atomic():
        found = _locked(group, by)
        if found.visibility != Visibility.PLACE:
            raise ValidationError(_("只有“对辖区人员公开”的群组可以上首页。"), code="visibility")
        if found.portal != Portal.OFF:
            return
        found.portal, found.reason = Portal.ASKED, ""
        found.save(update_fields=["portal", "reason"])
        reviews.submit(found, by=by, place_path=found.place.path)
        audit.append("group.ask_for_portal", by=by, obj=found, place_path=found.place.path)


def take_off_portal(group: Group, *, by: Any) -> None:
    """Let the portal show the group no more, or ask no more; again changes nothing. Raises Refused, StepNotAllowed."""
    require(by, GroupPermission.JOIN)
    with transaction.atomic():
        if group.owner_id == by.pk:
            reviews.withdraw(group, by=by)
        found = _locked(group, by)
        if found.portal == Portal.OFF:
            return
        found.portal = Portal.OFF
        _rescope(found)
        portal_changed()
        audit.append("group.take_off_portal", by=by, obj=found, place_path=found.place.path)


@transaction.atomic
def decide_portal(group: Group, *, approved: bool, reason: str, by: Any) -> None:
    """Carry out what the inbox decided: everybody sees it, or it stays where it was; its owner is told.

    Raises Refused, StepNotAllowed where it is not asked for any more.
    """
    found = Group.objects.select_for_update(of=("self",)).select_related("place").get(pk=group.pk)
    require(by, GroupPermission.REVIEW, place_path=found.place.path)
    if found.portal != Portal.ASKED or found.closed_at is not None:
        raise StepNotAllowed("decide", found.portal)
    found.portal, found.reason = (Portal.SHOWN, "") if approved else (Portal.OFF, reason)
    _rescope(found)
    portal_changed()
    if approved:
        notify.emit("group_shown", to=[found.owner_id], about=found, by=by)
        audit.append("group.show", by=by, obj=found, place_path=found.place.path)
    else:
        notify.emit("group_not_shown", to=[found.owner_id], about=found, by=by, text=reason)
        audit.append("group.do_not_show", by=by, obj=found, place_path=found.place.path)


def close_group(group: Group, *, by: Any) -> None:
    """End a group: from now on only its owner sees it. Again changes nothing. Raises Refused."""
    require(by, GroupPermission.JOIN)
    with transaction.atomic():
        if group.owner_id == by.pk:
            reviews.withdraw(group, by=by)
        found = Group.objects.select_for_update(of=("self",)).select_related("place").get(pk=group.pk)
        if found.owner_id != by.pk:
            raise Refused(Refusal.FORBIDDEN)
        if found.closed_at is not None:
            return
        was = found.portal
        found.closed_at, found.portal = timezone.now(), Portal.OFF
        _rescope(found)
        if was == Portal.SHOWN:
            portal_changed()
        audit.append("group.close", by=by, obj=found, place_path=found.place.path)


@transaction.atomic
def hide_group(group: Group, *, hidden: bool, by: Any) -> None:
    """Take a group from everybody's eyes but its owner's, or give it back (O2)."""
    found = Group.objects.select_for_update(of=("self",)).select_related("place").get(pk=group.pk)
    if (found.hidden_at is not None) == hidden:
        return
    found.hidden_at = timezone.now() if hidden else None
    _rescope(found)
    if found.portal == Portal.SHOWN:
        portal_changed()
