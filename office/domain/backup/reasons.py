"""Why a run did not come to a good end, in words for whoever reads the office's page; the fault itself is technical."""

import re

from django.utils.translation import gettext_lazy as _

from office.models import BackupRun

# The first that is found says why; the last one is always found.
REASONS = [
    (re.compile(r"there is no set"), _("存放的地方还没有这一份备份。先做一次备份，再来演练。")),
    (
        re.compile(r"NoRecipient|LINLI_BACKUP_RECIPIENTS"),
        _("服务器上没有设置备份封给谁（LINLI_BACKUP_RECIPIENTS），所以没有做。"),
    ),
    (re.compile(r"No space left"), _("存放的地方满了。")),
    (re.compile(r"CannotOpen|does not open|not opened"), _("手上的钥匙打不开这份备份。")),
    (re.compile(r"NoProgram|DatabaseFault|pg_dump|pg_restore|psql"), _("数据库自己的备份工具没有做成。")),
    (re.compile(r"^\w+://", re.MULTILINE), _("有一处存放的地方连不上，或者不让写。")),
    (re.compile(r""), _("没有做成。请把下面的技术说明交给管服务器的人。")),
]
UNENDED = _("它还在做，或者半路被停下了，没有留下原因。")


def reason(run: BackupRun) -> str:
    """Return why a run is not good, in words; empty for a good one."""
    if run.good:
        return ""
    if run.ended_at is None:
        return str(UNENDED)
    return next(str(words) for pattern, words in REASONS if pattern.search(run.fault))
