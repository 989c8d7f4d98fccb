"""What an act wrote into its sealed part, in words: names of fields, options, roles, kinds, choices (O4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.forms import ChoiceField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import Profile, User
from foundation.accounts.models.profile import Level
from foundation.core import kinds
from foundation.core.access.roles import Role
from foundation.core.models import AuditEntry, AuditPayload, SiteSettings
from foundation.core.pages import options
from foundation.moderation.models import Report, ReviewSetting, Sanction, Word

SETTINGS, REVIEWS = "core.change_settings", "moderation.change_settings"
# Whose sealed part is of the house and of nobody: the list may say what it was about.
OF_THE_HOUSE = (
    SETTINGS,
    REVIEWS,
    "moderation.change_reasons",
    "core.add_place",
    "core.rename_place",
    "core.remove_place",
)
# What a secret's new value is written down as.
HIDDEN = "***"

# What acts write into their sealed part, in words; a name that is not here stays as it is.
NAMES: dict[str, str | Promise] = {
    "after": gettext_lazy("改后"),
    "before": gettext_lazy("改前"),
    "days": gettext_lazy("天数"),
    "devices": gettext_lazy("设备数"),
    "entries": gettext_lazy("条数"),
    "filters": gettext_lazy("筛选条件"),
    "keep_words": gettext_lazy("保留发言"),
    "kind": gettext_lazy("种类"),
    "level": gettext_lazy("级别"),
    "levels": gettext_lazy("谁可以看"),
    "name": gettext_lazy("名称"),
    "note": gettext_lazy("说明"),
    "number": gettext_lazy("数量"),
    "reason": gettext_lazy("理由"),
    "removed": gettext_lazy("取消的验证方式"),
    "role": gettext_lazy("角色"),
    "to": gettext_lazy("转交给"),
    "total": gettext_lazy("合计"),
    "type": gettext_lazy("类型"),
    "user": gettext_lazy("账号"),
    "what": gettext_lazy("措施"),
    "why": gettext_lazy("理由"),
    "words": gettext_lazy("词"),
}
FILTERS: dict[str, str | Promise] = {
    "who": gettext_lazy("谁"),
    "action": gettext_lazy("做了什么"),
    "kind": gettext_lazy("对象"),
    "object_id": gettext_lazy("对象编号"),
    "place": gettext_lazy("地点"),
    "since": gettext_lazy("从"),
    "until": gettext_lazy("到"),
}


@dataclass(frozen=True)
class Part:
    """One thing that was sealed. `words` is None where its `name` has none; `before` only where something changed."""

    words: str | Promise | None
    name: str
    value: str
    before: str | None = None


def in_words(action: str, data: dict[str, Any]) -> list[Part]:
    """Return each part of what an act sealed, as people say it."""
    if action == SETTINGS:
        return [_changed(name, value) for name, value in data.items()]
    if action == REVIEWS:
        return list(_review_setting(data))
    return [Part(NAMES.get(name), name, _value(action, name, value)) for name, value in data.items()]


def subjects(rows: Iterable[AuditEntry]) -> dict[int, str]:
    """Return by number what those entries that are of the house itself were about, in one statement for all."""
    of_house = {row.seq: row.action for row in rows if row.action in OF_THE_HOUSE and row.payload_digest}
    if not of_house:
        return {}
    payloads = AuditPayload.objects.filter(seq__in=of_house, erased_at=None)
    return {payload.seq: _subject(of_house[payload.seq], payload.data or {}) for payload in payloads}


def _subject(action: str, data: dict[str, Any]) -> str:
    if action == SETTINGS:
        names = [name for name in data if name != "salt"]
        return "、".join(str(_label_of_setting(name) or name) for name in names)
    if "kind" in data:
        return _kind(data["kind"])
    return str(data.get("after") or data.get("name") or "")


def _changed(name: str, value: Any) -> Part:
    """A setting: its label, what it was, what it is."""
    words = _label_of_setting(name)
    if value == HIDDEN or not isinstance(value, list) or len(value) != 2:
        return Part(words, name, _("已更换，不显示") if value == HIDDEN else _plain(value))
    before, after = (_chosen(_choices_of_setting(name), one) for one in value)
    return Part(words, name, after, before)


def _label_of_setting(name: str) -> str | Promise | None:
    try:
        if "." in name:
            return options.get(name).label
        return getattr(SiteSettings._meta.get_field(name), "verbose_name", None)
    except (KeyError, FieldDoesNotExist):
        return None


def _choices_of_setting(name: str) -> Iterable[tuple[Any, Any]]:
    try:
        field: Any = options.get(name).field()
    except KeyError:
        return ()
    choices: Any = field.choices if isinstance(field, ChoiceField) else ()
    return list(choices)


def _review_setting(data: dict[str, Any]) -> Iterator[Part]:
    yield Part(NAMES["kind"], "kind", _kind(data.get("kind", "")))
    before, after = data.get("before") or {}, data.get("after") or {}
    for name, value in after.items():
        if before.get(name) == value:
            continue
        field: Any = _field(ReviewSetting, name)
        choices = field.flatchoices if field else ()
        words = field.verbose_name if field else None
        yield Part(words, name, _chosen(choices, value), _chosen(choices, before.get(name)))


def _field(model: type[models.Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _value(action: str, name: str, value: Any) -> str:
    match name:
        case "role":
            return _chosen(Role.choices, value)
        case "kind":
            return _kind(value)
        case "what":
            return _chosen(Sanction.What.choices, value)
        case "reason" if action == "moderation.report":
            return _chosen(Report.Reason.choices, value)
        case "type":
            return _chosen(Authenticator.Type.choices, value)
        case "level" if action == "moderation.add_words":
            field: Any = Word._meta.get_field("level")
            return _chosen(field.flatchoices, value)
        case "user" | "to":
            person = User.objects.get_queryset().filter(pk=value).first()
            return person.display_name if person else _("已不在的账号")
        case "levels" if isinstance(value, dict):
            return _listed((_profile(one), _chosen(Level.choices, level)) for one, level in value.items())
        case "filters" if isinstance(value, dict):
            return _listed((FILTERS.get(one, one), _filter(one, wanted)) for one, wanted in value.items())
    return _plain(value)


def _profile(name: str) -> Any:
    if name == "real_name":
        return _("实名")
    field = _field(Profile, name)
    return field.verbose_name if field else name


def _filter(name: str, value: Any) -> str:
    if name == "kind":
        return _kind(value)
    if name == "action":
        return str(sentences().get(value, value))
    return _plain(value)


def sentences() -> dict[str, str | Promise]:
    """Return the words of every act that is logged; where several kinds tell it, those of the lowest floor."""
    found: dict[str, str | Promise] = {}
    for kind in kinds.all_kinds().values():
        for action, words in kind.audit.items() if isinstance(kind.audit, dict) else ():
            found.setdefault(action, words)
    return found


def _kind(key: Any) -> str:
    kind = kinds.all_kinds().get(str(key))
    return str(kind.name) if kind else str(key)


def _chosen(choices: Iterable[tuple[Any, Any]], value: Any) -> str:
    """The label of a choice; what is none of them as it is."""
    return next((str(label) for one, label in choices if str(one) == str(value)), _plain(value))


def _listed(pairs: Iterable[tuple[Any, Any]]) -> str:
    return "；".join(_("%(what)s：%(value)s") % {"what": what, "value": value} for what, value in pairs)


def _plain(value: Any) -> str:
    if value is True:
        return _("是")
    if value is False:
        return _("否")
    if value in (None, "", [], {}):
        return _("（空）")
    if isinstance(value, dict):
        return _listed((NAMES.get(name, name), _plain(one)) for name, one in value.items())
    if isinstance(value, list):
        return "、".join(_plain(one) for one in value)
    return str(value)
