"""The few words that weather, warnings and rules are told apart by."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sky(models.TextChoices):
    """What the weather is, whoever forecast it; `codes.csv` maps each provider's codes, `icons.csv` draws them."""

    CLEAR = "clear", _("晴")
    FAIR = "fair", _("晴间多云")
    CLOUDY = "cloudy", _("多云")
    OVERCAST = "overcast", _("阴")
    FOG = "fog", _("雾")
    HAZE = "haze", _("霾")
    DUST = "dust", _("沙尘")
    DRIZZLE = "drizzle", _("毛毛雨")
    SHOWERS = "showers", _("阵雨")
    LIGHT_RAIN = "light_rain", _("小雨")
    RAIN = "rain", _("中雨")
    HEAVY_RAIN = "heavy_rain", _("大雨")
    RAINSTORM = "rainstorm", _("暴雨")
    FREEZING_RAIN = "freezing_rain", _("冻雨")
    SLEET = "sleet", _("雨夹雪")
    SNOW_SHOWERS = "snow_showers", _("阵雪")
    LIGHT_SNOW = "light_snow", _("小雪")
    SNOW = "snow", _("中雪")
    HEAVY_SNOW = "heavy_snow", _("大雪")
    BLIZZARD = "blizzard", _("暴雪")
    THUNDER = "thunder", _("雷阵雨")
    HAIL = "hail", _("雷阵雨伴冰雹")
    UNKNOWN = "unknown", _("天气不明")


class Fault(models.TextChoices):
    """Why a report could not be fetched; each names what the office can do about it."""

    NONE = "", _("没有故障")
    UNREACHABLE = "unreachable", _("连接不上天气服务，请检查服务器能否上网。")
    REFUSED = "refused", _("天气服务不接受我们的密钥，请核对密钥和 API Host。")
    QUOTA = "quota", _("天气服务的调用额度用完了，三小时后再试。")
    BROKEN = "broken", _("天气服务出错了，过一会儿自动再试。")
    NONSENSE = "nonsense", _("天气服务的回答读不懂，没有采用。")
    ADDRESS = "address", _("天气服务的地址不能用，请核对 API Host。")
    NOT_SET_UP = "not_set_up", _("还没有填写 API Host 或密钥。")


class Level(models.TextChoices):
    """The four levels of a weather warning, the weakest first."""

    BLUE = "blue", _("蓝色")
    YELLOW = "yellow", _("黄色")
    ORANGE = "orange", _("橙色")
    RED = "red", _("红色")


class Danger(models.TextChoices):
    TYPHOON = "typhoon", _("台风")
    RAINSTORM = "rainstorm", _("暴雨")
    BLIZZARD = "blizzard", _("暴雪")
    COLD = "cold", _("寒潮")
    GALE = "gale", _("大风")
    DUST = "dust", _("沙尘暴")
    HEAT = "heat", _("高温")
    DROUGHT = "drought", _("干旱")
    LIGHTNING = "lightning", _("雷电")
    HAIL = "hail", _("冰雹")
    FROST = "frost", _("霜冻")
    FOG = "fog", _("大雾")
    HAZE = "haze", _("霾")
    ICE = "ice", _("道路结冰")
    OTHER = "other", _("其他")


class RuleKind(models.TextChoices):
    TAILS = "tails", _("按星期和尾号")
    PARITY = "parity", _("单日走单号、双日走双号")


class Swapped(models.TextChoices):
    """What holds on a weekend that people work."""

    REST = "rest", _("不限行")
    AS_ANNOUNCED = "as_announced", _("按公布的星期几限行")
