"""What should not happen, as data: the alarms on the audit log (O4; ASVS 16.3, 个保法 51), and faults of the machine."""

from datetime import time, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

# Acts by which somebody sees what is sealed or belongs to others, and acts by which much leaves the house at once.
# Their owner's own data, which people take home themselves, is neither.
REVEALS = frozenset(
    {"moderation.look", "office.look_at_entry", "institution.look_at_paper", "certificate.look_at_letter"}
)
EXPORTS = frozenset({"office.export_log"})
HOUR = timedelta(hours=1)


class Rule(models.TextChoices):
    MASS_REVEAL = "mass_reveal", _("短时间内查看了很多人的资料")
    NIGHT_EXPORT = "night_export", _("夜间导出数据")
    UNREVIEWED = "unreviewed", _("绕过审核直接发布")
    ROLE_AT_SERVER = "role_at_server", _("在服务器上授予了角色")
    CHAIN_BROKEN = "chain_broken", _("操作日志被改动过，校验不通过")


class Fault(models.TextChoices):
    """What those who keep the site running have to know of."""

    DISK_FULL = "disk_full", _("磁盘快满了")
    WORKER_SILENT = "worker_silent", _("后台程序没有反应")
    REDIS_AWAY = "redis_away", _("Redis 连不上或已写满")
    MAIL_AWAY = "mail_away", _("邮件服务器连不上")
    SMS_AWAY = "sms_away", _("短信服务商连不上")
    LATE = "late", _("有消息迟迟没有处理")
    PARKED = "parked", _("有消息没能发出去")
    CLOCK_JUMPED = "clock_jumped", _("服务器的时钟不准")
    BACKUP_OLD = "backup_old", _("很久没有备份了")
    DRILL_OLD = "drill_old", _("很久没有演练恢复了")
    KEYS_LOCKED = "keys_locked", _("密钥打不开")
    KEYS_UNKNOWN = "keys_unknown", _("有资料找不到密钥")


# What to do about each; `figure` is how many, how full, how long.
ADVICE = {
    Fault.DISK_FULL: _(
        "已经用了 %(figure)s%%。满了以后不能发帖，也不能登录。请删掉不用的文件或扩大磁盘，备份先搬走。"
    ),
    Fault.WORKER_SILENT: _(
        "已经 %(figure)s 分钟没有动静，网站自己在代办，会慢一些。请在服务器上查看并重启 worker 和 beat。"
    ),
    Fault.REDIS_AWAY: _(
        "网站改用数据库，登录和发帖不受影响，会慢一些。请查看 Redis 是否在运行、内存是否够用。"
    ),
    Fault.MAIL_AWAY: _(
        "%(figure)s 封信在等，三天之内会一直重试，不会丢。请检查“邮件渠道”里的服务器、账号和密码。"
    ),
    Fault.SMS_AWAY: _("%(figure)s 条短信在等，三天之内会一直重试，不会丢。请联系短信服务商。"),
    Fault.LATE: _("%(figure)s 条超过十分钟没有处理。请查看后台程序是否太忙；人多时可以多开一个 worker。"),
    Fault.PARKED: _(
        "%(figure)s 条试了几次都不成功，已经停下。先看服务器日志里的原因，处理好以后按“再发一次”。"
    ),
    Fault.BACKUP_OLD: _(
        "最近一次完整的备份已经是 %(figure)s 小时以前。请在服务器上查看“备份”页面和 manage.py backup 的输出。"
    ),
    Fault.DRILL_OLD: _(
        "已经 %(figure)s 天没有试过把备份恢复出来。没试过的备份等于没有：请运行 manage.py backup drill。"
    ),
    Fault.KEYS_LOCKED: _(
        "%(figure)s 组密钥打不开，加密的资料现在谁也读不了。请检查 LINLI_KEK 或密钥文件，用备份的密钥换回来。"
    ),
    Fault.KEYS_UNKNOWN: _(
        "%(figure)s 处资料是用这里没有的密钥加密的，读不出来，也不会被覆盖。请在服务器上把备份里的密钥放回来。"
    ),
    Fault.CLOCK_JUMPED: _(
        "差了 %(figure)s 秒。定时发布、登录时限和摘要会跟着错。请在服务器上打开网络对时（NTP）。"
    ),
}
# From here on a disk counts as nearly full.
DISK_PERCENT = 85


def is_night(moment: time, *, begins: int, ends: int) -> bool:
    """Say whether nobody works at that time of the day; night may reach over midnight."""
    hour = moment.hour
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends
