from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.core.kinds import Erasing, Event, EventGroup, Kind, OnErase, PrivacyFacet, Without
from office.models import Alarm

KINDS = [
    Kind(
        key="alarm",
        model="office.Alarm",
        name=_("警报"),
        title=lambda alarm: str(alarm.get_rule_display()),
        url=lambda alarm: reverse("office:alarms"),
        visible_to=Alarm.objects.visible_to,
        owner=lambda alarm: None,
        place_path=Without("the log is of the whole house"),
        audit={
            "office.look_into_alarm": _("核实警报"),
            "office.look_at_entry": _("查看日志里的密封内容"),
            "office.export_log": _("导出操作日志"),
            # Of the house itself, which is no kind.
            "core.change_settings": _("修改网站设置"),
            "core.add_place": _("添加地点"),
            "core.rename_place": _("地点改名"),
            "core.remove_place": _("删除地点"),
        },
        privacy=PrivacyFacet(
            subject="actor",
            category="oversight",
            retain="as long as the log",
            on_erase=OnErase.KEEP,
            why_kept="the duty to keep records of access to personal information",
        ),
        search=Without("read in the office"),
        review=Without("looked into in the office, by those who read the log"),
        notify={"raised": Event(_("操作日志里有不该发生的事，请核实"), EventGroup.WORK, urgent=True)},
        comments=Without("the note is the word on it"),
        feed=Without("auditors' own work"),
        report=Without("auditors' own work"),
        export=Without("a record of oversight about somebody's acts, not her data"),
        demo=Without("follows from what happens in the demo"),
    )
]
NOT_KINDS = {"Watch": "a counter without content"}
ERASE = [
    Erasing(
        links=["office.Alarm.seen_by"],
        why="who looked into an alarm belongs to the record of oversight, nameless from then on",
    )
]
