"""What the days of the Chinese calendar are called, in the reader's language."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TERMS = {
    "立春": _("立春"),
    "雨水": _("雨水"),
    "惊蛰": _("惊蛰"),
    "春分": _("春分"),
    "清明": _("清明"),
    "谷雨": _("谷雨"),
    "立夏": _("立夏"),
    "小满": _("小满"),
    "芒种": _("芒种"),
    "夏至": _("夏至"),
    "小暑": _("小暑"),
    "大暑": _("大暑"),
    "立秋": _("立秋"),
    "处暑": _("处暑"),
    "白露": _("白露"),
    "秋分": _("秋分"),
    "寒露": _("寒露"),
    "霜降": _("霜降"),
    "立冬": _("立冬"),
    "小雪": pgettext_lazy("solar term", "小雪"),
    "大雪": pgettext_lazy("solar term", "大雪"),
    "冬至": _("冬至"),
    "小寒": _("小寒"),
    "大寒": _("大寒"),
}
MONTHS = [
    _("正月"),
    _("二月"),
    _("三月"),
    _("四月"),
    _("五月"),
    _("六月"),
    _("七月"),
    _("八月"),
    _("九月"),
    _("十月"),
    _("冬月"),
    _("腊月"),
]
DAYS = [
    _("初一"),
    _("初二"),
    _("初三"),
    _("初四"),
    _("初五"),
    _("初六"),
    _("初七"),
    _("初八"),
    _("初九"),
    _("初十"),
    _("十一"),
    _("十二"),
    _("十三"),
    _("十四"),
    _("十五"),
    _("十六"),
    _("十七"),
    _("十八"),
    _("十九"),
    _("二十"),
    _("廿一"),
    _("廿二"),
    _("廿三"),
    _("廿四"),
    _("廿五"),
    _("廿六"),
    _("廿七"),
    _("廿八"),
    _("廿九"),
    _("三十"),
]
ZODIAC = {
    "鼠": _("鼠年"),
    "牛": _("牛年"),
    "虎": _("虎年"),
    "兔": _("兔年"),
    "龙": _("龙年"),
    "蛇": _("蛇年"),
    "马": _("马年"),
    "羊": _("羊年"),
    "猴": _("猴年"),
    "鸡": _("鸡年"),
    "狗": _("狗年"),
    "猪": _("猪年"),
}
# By the names of the package's table of days off.
HOLIDAYS = {
    "New Year's Day": _("元旦"),
    "Spring Festival": _("春节"),
    "Tomb-sweeping Day": _("清明节"),
    "Labour Day": _("劳动节"),
    "Dragon Boat Festival": _("端午节"),
    "National Day": _("国庆节"),
    "Mid-autumn Festival": _("中秋节"),
    "Anti-Fascist 70th Day": _("抗战胜利 70 周年纪念日"),
}


class Festival(models.TextChoices):
    """The festivals of `festivals.csv`."""

    NEW_YEAR = "new_year", _("元旦")
    WOMEN = "women", _("妇女节")
    TREES = "trees", _("植树节")
    CONSUMERS = "consumers", _("消费者权益日")
    LABOUR = "labour", _("劳动节")
    YOUTH = "youth", _("青年节")
    CHILDREN = "children", _("儿童节")
    PARTY = "party", _("建党节")
    ARMY = "army", _("建军节")
    VICTORY = "victory", _("抗战胜利纪念日")
    TEACHERS = "teachers", _("教师节")
    MARTYRS = "martyrs", _("烈士纪念日")
    NATIONAL = "national", _("国庆节")
    FIRE_SAFETY = "fire_safety", _("消防宣传日")
    CONSTITUTION = "constitution", _("国家宪法日")
    VOLUNTEERS = "volunteers", _("志愿者日")
    MEMORIAL = "memorial", _("国家公祭日")
    SPRING = "spring", _("春节")
    LANTERNS = "lanterns", _("元宵节")
    DRAGON_HEAD = "dragon_head", _("龙抬头")
    DRAGON_BOAT = "dragon_boat", _("端午节")
    SEVENTH_NIGHT = "seventh_night", _("七夕节")
    GHOSTS = "ghosts", _("中元节")
    MID_AUTUMN = "mid_autumn", _("中秋节")
    DOUBLE_NINTH = "double_ninth", _("重阳节")
    LABA = "laba", _("腊八节")
    LITTLE_NEW_YEAR = "little_new_year", _("小年")
    EVE = "eve", _("除夕")
