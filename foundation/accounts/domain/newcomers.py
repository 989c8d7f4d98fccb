"""Who is new here, and that what new people write leads nowhere else: spam comes from them (O2)."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.signs import as_read

# Endings that stand in no ordinary sentence, whatever is before them.
PLAIN = "com|cn|net|org|edu|gov|co|cc|io|me|ly|gl|hk|tw|ru|uk|eu|tk|ml|ga|cf|gq|pw|ws|xyz|info|biz"
# Endings that are words too: `1.APP 报名` is a list, `shop-1.top` an address.
WORDS = (
    "app|asia|bid|buzz|center|chat|city|click|cloud|club|company|cool|date|design|dev|digital|email|fans|fit|fun"
    "|games?|group|guru|host|icu|ink|life|link|live|loan|love|ltd|market|media|men|mobi|money|monster|name|news|ninja"
    "|online|party|plus|press|pro|pub|red|rest|review|rocks|run|sale|school|shop|show|site|social|space|store|stream"
    "|studio|tech|today|tools|top|trade|tv|video|vip|wang|website|wiki|win|work|works|world|zone|ai|us|to"
)
CHINESE = (
    "中国|中國|公司|网络|網絡|网址|网站|网店|商城|商店|商标|在线|中文网|集团|手机|移动|企业|娱乐|游戏|购物|餐厅|信息|健康"
    "|招聘|时尚|我爱你|世界|公益|机构|政务|香港|台湾|台灣|新加坡|佛山|广东|八卦|慈善|书籍|食品|大拿|点看"
)
# `Vue.js/React` and `报名表.docx/名单.xlsx` are files and names.
FILES = "js|ts|css|html?|txt|md|docx?|xlsx?|pptx?|pdf|wps|jpe?g|png|gif|mp[34]|zip|rar"
LABEL = r"(?:[a-z][a-z0-9-]{1,62}|[0-9-][a-z])"
END = r"(?![a-z0-9-])"
LINK = re.compile(
    "|".join(
        (
            r"[a-z]{2}\s?:\s?//",
            r"(?<![a-z0-9])www\d?\s?[.。]",
            rf"\w\s?\.(?:{PLAIN}){END}",
            # A full stop of ours is a dot to a browser, and most often only the end of a sentence.
            rf"(?:[a-z0-9]\s?。(?:{PLAIN}|{WORDS})|\w\s?。(?:com|cn|net|org|xyz|info|top|vip)){END}",
            rf"(?:{LABEL}|\d\d\d)\s?\.(?:{WORDS}){END}",
            rf"[a-z0-9]\s?[点點]\s?(?:com|cn|net|org){END}",
            rf"{LABEL}[.。](?!(?:{FILES})/)[a-z]{{2,24}}(?:/|:\d)",
            rf"[^\W\d]\w(?:\.(?:{CHINESE})(?!\w)|[.。](?:{CHINESE})(?:/|:\d))",
            r"(?<![\d.])\d{1,3}(?:[.。]\d{1,3}){3}(?:/|:\d)",
        )
    )
)
# Where somebody can be written to is no link; what goes on behind it makes it one.
MAIL = re.compile(r"[a-z0-9._+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}(?![a-z0-9.-]*[a-z0-9:/-])")


def is_new(user: Any) -> bool:
    """Say whether somebody was verified only some days ago, or not yet; nobody (who is signing up) is new."""
    if not settings.NEW_ACCOUNT_DAYS:
        return False
    since = getattr(user, "verified_at", None)
    return since is None or timezone.now() - since < timedelta(days=settings.NEW_ACCOUNT_DAYS)


def has_link(text: str) -> bool:
    """Say whether a text holds an address of the net, however it is written."""
    return LINK.search(MAIL.sub(" ", as_read(text))) is not None


def check_links(*texts: str, by: Any) -> None:
    """Raise ValidationError where somebody who is new wrote a link into what others can see."""
    if is_new(by) and any(has_link(text) for text in texts):
        raise ValidationError(
            _("实名认证后的前 %(days)d 天还不能发链接，请去掉链接再发。")
            % {"days": settings.NEW_ACCOUNT_DAYS},
            code="link",
        )
