"""The form of what somebody wants to hear of."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core import kinds
from foundation.core.facets import Channel, Event, EventGroup
from foundation.messaging.domain import choices
from foundation.messaging.domain.choices import Choice
from foundation.messaging.models import Digest, Preset

# What each preset will do, in one sentence.
PREVIEWS = {
    Preset.QUIET: gettext_lazy("只在站内提醒，不寄邮件。实名和安全的事仍然马上寄邮件。"),
    Preset.NORMAL: gettext_lazy("每天早上 8 点一封邮件，点赞和转发只在站内提醒。实名和安全的事马上寄。"),
    Preset.ALL: gettext_lazy("每件事都在站内提醒，也马上寄一封邮件。"),
    Preset.CUSTOM: gettext_lazy("每件事用哪种方式、邮件多久寄一次，都由您选。"),
}


@dataclass(frozen=True)
class Box:
    """One tick of the table."""

    way: Channel
    value: str
    ticked: bool
    # It comes by this way in any case, or can't come by it.
    fixed: bool
    label: str


def _pairs() -> list[tuple[str, str]]:
    pairs = [f"{name}:{way}" for name, _event in choices.all_events() for way in Channel]
    return [(pair, pair) for pair in pairs]


class PreferencesForm(forms.Form):
    preset = forms.ChoiceField(choices=Preset.choices, widget=forms.RadioSelect)
    digest = forms.ChoiceField(label=gettext_lazy("邮件多久寄一次"), choices=Digest.choices, required=False)
    quiet = forms.BooleanField(label=gettext_lazy("夜里不打扰"), required=False)
    quiet_from = forms.TimeField(
        label=gettext_lazy("从几点"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("到几点"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    wanted = forms.MultipleChoiceField(required=False, choices=_pairs)

    def __init__(
        self,
        data: Any = None,
        *,
        choice: Choice,
        has_phone: bool,
        groups: Collection[EventGroup] = tuple(EventGroup),
    ) -> None:
        hours = choice.quiet_hours
        initial = {
            "preset": choice.preset,
            "digest": choice.custom_digest,
            "quiet": hours is not None,
            "quiet_from": hours[0] if hours else "22:00",
            "quiet_until": hours[1] if hours else "07:00",
        }
        super().__init__(data, initial=initial)
        self.choice, self.has_phone, self.groups = choice, has_phone, groups
        self.events = dict(choices.all_events())
        self.ways = [way for way in Channel if way != Channel.PUSH or settings.WEB_PUSH]

    @property
    def presets(self) -> Iterator[tuple[Any, str]]:
        """The choices with what each will do."""
        for option in self["preset"]:
            yield option, str(PREVIEWS[Preset(option.data["value"])])

    @property
    def table(self) -> Iterator[tuple[str, list[tuple[str, list[Box]]]]]:
        """The events of each group with their ticks, as chosen or as just sent."""
        sent = set(self["wanted"].value() or ()) if self.is_bound else None
        for group in self.groups:
            rows = [
                (self._name(name), [self._box(name, event, way, sent) for way in self.ways])
                for name, event in self.events.items()
                if event.group == group
            ]
            if rows:
                yield str(group.label), rows

    def _name(self, name: str) -> str:
        """Name an event; with its kind where two kinds use the same words."""
        said = words(self.events[name])
        if sum(words(event) == said for event in self.events.values()) > 1:
            said += f"（{kinds.get(name.partition('.')[0]).name}）"
        return said

    def _box(self, name: str, event: Event, way: Channel, sent: set[str] | None) -> Box:
        value = f"{name}:{way}"
        own = self.choice.chosen.get((name, way), way in event.channels)
        sure = event.urgent and way in (Channel.SITE, Channel.MAIL)
        impossible = way == Channel.SMS and not self.has_phone
        ticked = sure or ((value in sent if sent is not None else own) and not impossible)
        label = _("%(what)s：%(value)s") % {"what": self._name(name), "value": way.label}
        return Box(way, value, ticked, sure or impossible, label)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("quiet") and not self.errors:
            begin, end = given.get("quiet_from"), given.get("quiet_until")
            if begin is None or end is None:
                self.add_error("quiet_from", _("请写明从几点到几点不打扰。"))
            elif begin == end:
                self.add_error("quiet_until", _("开始和结束不能是同一个时间。"))
        return given

    def chosen(self) -> dict[str, Any]:
        """Return what `choices.choose` takes."""
        given = self.cleaned_data
        hours = (given["quiet_from"], given["quiet_until"]) if given["quiet"] else None
        custom = given["preset"] == Preset.CUSTOM
        wanted = {tuple(pair.rsplit(":", 1)) for pair in given["wanted"]}
        # What the page does not offer is left as it is: no switch, no number, no work.
        offered = {way for way in self.ways if way != Channel.SMS or self.has_phone}
        for name, event in self.events.items():
            for way in Channel:
                if (
                    way not in offered
                    or event.group not in self.groups
                    or (event.urgent and way in (Channel.SITE, Channel.MAIL))
                ):
                    own = self.choice.chosen.get((name, way), way in event.channels)
                    (wanted.add if own else wanted.discard)((name, str(way)))
        return {
            "preset": given["preset"],
            "digest": given["digest"] or Digest.DAILY,
            "quiet_hours": hours,
            "wanted": wanted if custom else None,
        }


BROWSERS = {
    "Edg": "Edge",
    "Firefox": "Firefox",
    "MicroMessenger": "微信",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac": "Mac",
    "Linux": "Linux",
}


def device_name(agent: str) -> str:
    """Name a browser so that its owner knows it again, and nothing more: Chrome · Android."""
    found = [
        next((name for word, name in words.items() if word in agent), "") for words in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(filter(None, found))


def words(event: Event) -> str:
    """Name an event where nobody in particular did it."""
    return str(event.words) % {"who": _("有人")}
