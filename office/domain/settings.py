"""Changing what the installation decides for itself (O6): name and look, options, each change in the audit log."""

from typing import Any

from django.db import transaction

from foundation.core.access.permissions import require
from foundation.core.flow import audit
from foundation.core.models import SiteOption, SiteSettings
from foundation.core.pages import options
from foundation.core.permissions import PortalPermission


def _told(value: Any) -> Any:
    """A value as the log keeps it."""
    return value if isinstance(value, str | int | float | bool | list | None) else str(value)


@transaction.atomic
def change_community(settings: SiteSettings, *, values: dict[str, Any], by: Any) -> list[str]:
    """Write name, contacts and look; return which fields changed. Raises Refused, ValidationError."""
    require(by, PortalPermission.CHANGE_SETTINGS)
    # Read anew under a lock: a form shows what stood when it was opened.
    now = SiteSettings.objects.select_for_update(of=("self",)).get(pk=settings.pk)
    changed = {name: getattr(now, name) for name, value in values.items() if getattr(now, name) != value}
    for name in changed:
        setattr(now, name, values[name])
    now.full_clean()
    if changed:
        now.save(update_fields=list(changed))
        told = {name: [_told(before), _told(values[name])] for name, before in changed.items()}
        audit.append("core.change_settings", by=by, data=told)
    return list(changed)


class SecretMissing(Exception):
    """A kept secret would go somewhere else: whoever changes that types it anew. `key` names the secret."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@transaction.atomic
def change_options(group: str, *, values: dict[str, Any], by: Any) -> list[str]:
    """Write the options of a group; return which changed. What equals the default is stored as nothing.

    A secret left empty stays as it is, unless it would be sent elsewhere: then it has to be given too, and where it is
    sent nowhere any more it is forgotten. Raises Refused, ValidationError for values that can't stand together,
    SecretMissing, KeyError for an option of another group.
    """
    require(by, PortalPermission.CHANGE_SETTINGS)
    options.check_together(group, values)
    declared = {option.key: option for option in options.of_group(group)}
    stored = {row.key: row for row in SiteOption.objects.select_for_update().filter(key__in=declared)}
    changed: dict[str, Any] = {}
    secrets = [option for option in declared.values() if option.secret and option.key in stored]
    for key, value in values.items():
        option = declared[key]
        row = stored.get(key)
        if option.secret:
            if value:
                SiteOption.objects.update_or_create(pk=key, defaults={"secret": value})
                changed[key] = "***"
            continue
        before = row.value if row is not None else option.default
        if value == before:
            continue
        changed[key] = [_told(before), _told(value)]
        if value != option.default:
            SiteOption.objects.update_or_create(pk=key, defaults={"value": value})
        elif row is not None:
            row.delete()
    for option in secrets:
        if option.key in changed or changed.keys().isdisjoint(option.sent_to):
            continue
        address = option.sent_to[0]
        if values[address] if address in values else options.value(address):
            raise SecretMissing(option.key)
        stored[option.key].delete()
        changed[option.key] = "***"
    if changed:
        audit.append("core.change_settings", by=by, data=changed)
    return list(changed)
