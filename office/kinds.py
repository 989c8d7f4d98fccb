from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.core.facets import (
    ONLY_ON_SITE,
    Erasing,
    Event,
    EventGroup,
    OnErase,
    PrivacyFacet,
    Without,
)
from foundation.core.kinds import Kind
from office.models import Alarm, Trouble

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
            "office.let_go": _("办理工作人员离岗"),
            # Of the house itself, which is no kind.
            "office.drill": _("演练恢复备份"),
            "office.restore": _("恢复了一份备份"),
            "core.rotate_keys": _("更换数据密钥"),
            "core.replace_wrapping_key": _("更换总密钥"),
            "core.retire_keys": _("停用旧密钥"),
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
    ),
    Kind(
        key="trouble",
        model="office.Trouble",
        name=_("运行故障"),
        title=lambda trouble: trouble.title,
        url=lambda trouble: reverse("operations:running"),
        visible_to=Trouble.objects.visible_to,
        owner=lambda trouble: None,
        place_path=Without("the machine serves the whole house"),
        audit={"office.retry_messages": _("让没能发出去的消息再发一次")},
        privacy=PrivacyFacet(
            subject="",
            category="technical",
            retain="a year",
            on_erase=OnErase.KEEP,
            why_kept="it speaks of no person",
        ),
        search=Without("read on the page of how the site runs"),
        review=Without("it is over when it is over"),
        notify={
            "began": Event(_("网站运行出了问题"), EventGroup.WORK, urgent=True),
            "over": Event(_("网站运行恢复了正常"), EventGroup.WORK, channels=ONLY_ON_SITE),
        },
        comments=Without("nobody speaks under it"),
        feed=Without("operators' own work"),
        report=Without("operators' own work"),
        export=Without("it speaks of no person"),
        demo=Without("follows from what happens to the machine"),
    ),
]
NOT_KINDS = {
    "BackupRun": "a technical record of the installation that names nobody",
    "Watch": "a counter without content",
}
ERASE = [
    Erasing(
        links=["office.Alarm.seen_by"],
        why="who looked into an alarm belongs to the record of oversight, nameless from then on",
    )
]
