"""Pages of the portal that are no object of a kind and are looked for by what they tell (P9)."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.core.search.pages import register_page

register_page(
    key=2,
    title=_("车辆限行"),
    url=lambda: reverse("daily:plates"),
    text=lambda: gettext("车牌尾号限行查询：今天限什么号、明天限什么号，哪些车不限。"),
)
register_page(
    key=3,
    title=_("今天"),
    url=lambda: reverse("home:today"),
    text=lambda: gettext("天气预报、升降旗时间、农历、节气、放假和调休、限行，今天社区里的事。"),
)
register_page(
    key=4,
    title=_("生活日历"),
    url=lambda: reverse("home:calendar"),
    text=lambda: gettext("日历、农历、节气、节假日、调休上班、社区活动，可以订阅到手机日历。"),
)
