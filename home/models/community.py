"""Pages of the street and its communities: who they are, how they are reached, where they are, what goes on there (P12)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, PageManager, TranslatableMixin
from wagtail_localize.fields import SynchronizedField

from foundation.core.models import Place, PortalImage
from foundation.core.pages import languages
from foundation.core.pages.models import BasePage, PortalPageQuerySet
from foundation.core.zh.calendar import day_of
from home.domain.goings import goings_on
from home.rules import opening

# Who runs an office; grids and buildings have none.


class CommunityQuerySet(PortalPageQuerySet):
    def for_list(self) -> "CommunityQuerySet":
        """Add what a list shows of each, the street before its communities."""
        return (
            self.select_related("place", "cover")
            .prefetch_related("cover__renditions")
            .order_by("place__path")
        )


class CommunityIndexPage(BasePage):
    intro = models.CharField(_("引言"), max_length=200, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.CommunityPage"]
    # One for each language.
    max_count = len(settings.LANGUAGES)
    max_count_per_parent = 1
    template = "home/communities.html"

    class Meta:
        verbose_name = _("社区一览")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        pages = CommunityPage.objects.visible_to(None).in_language().for_list()
        # Read only where the template has no drawing of it any more.
        context["communities"] = SimpleLazyObject(lambda: list(pages))
        return context


class CommunityForm(WagtailAdminPageForm):
    def clean(self) -> dict[str, Any]:
        """One page for a place, in each language."""
        cleaned: dict[str, Any] = super().clean()
        place = cleaned.get("place")
        others = CommunityPage.objects.filter(
            place=place, locale_id=self.instance.locale_id or languages.first()
        )
        if place and others.exclude(pk=self.instance.pk).exists():
            self.add_error("place", ValidationError(_("%(place)s已经有一页了。") % {"place": place.name}))
        return cleaned


class CommunityPage(BasePage):
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        related_name="+",
        verbose_name=_("街道或社区"),
        limit_choices_to=Q(level__in=Place.WITH_OFFICE, retired_at__isnull=True),
    )
    summary = models.CharField(
        _("一句话"), max_length=160, help_text=_("显示在一览和搜索里，例如有多少户、在哪儿。")
    )
    cover = models.ForeignKey(
        PortalImage, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("封面")
    )
    introduction = RichTextField(_("我们是谁"), blank=True, features=["h3", "bold", "ol", "ul", "link"])
    address = models.CharField(_("地址"), max_length=120, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    plan = models.ForeignKey(
        PortalImage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("平面图"),
        help_text=_("社区自己画的图就行，照片也可以；宽 1200 像素以上，放大看得清。"),
    )
    # Only where a tile server is set (docs/running/production.md): WGS 84, in degrees.
    latitude = models.DecimalField(
        _("纬度"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("经度"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )

    base_form_class = CommunityForm
    # A translation is about the same place.
    follows = (*BasePage.follows, "place_id", "latitude", "longitude")
    override_translatable_fields = [SynchronizedField("phone")]
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("place"), FieldPanel("summary"), FieldPanel("cover"), FieldPanel("introduction")],
            _("我们是谁"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]), FieldPanel("address")],
            _("怎样联系"),
        ),
        InlinePanel("hours", heading=_("办公时间"), label=_("一段时间")),
        InlinePanel("contacts", heading=_("找谁"), label=_("工作人员")),
        MultiFieldPanel(
            [
                FieldPanel("plan"),
                FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                HelpPanel(template="home/admin/plan.html"),
            ],
            _("在哪里"),
        ),
        InlinePanel("markers", heading=_("图上的地点"), label=_("地点")),
    ]
    parent_page_types = ["home.CommunityIndexPage"]
    subpage_types: list[str] = []
    template = "home/community.html"
    objects = PageManager.from_queryset(CommunityQuerySet)()

    class Meta:
        verbose_name = _("社区主页")
        verbose_name_plural = _("社区主页")
        indexes = [models.Index(fields=["place"], name="community_page_of_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="community_page_lies_on_earth",
            )
        ]

    def clean(self) -> None:
        super().clean()
        if (self.latitude is None) != (self.longitude is None):
            raise ValidationError({"longitude": _("纬度和经度要一起填。")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        now, hours = timezone.localtime(), list(self.hours.all())
        context["hours"], context["contacts"] = hours, list(self.contacts.all())
        context["opening"] = opening(hours, day_of(now.date()), now) if hours else None
        context["markers"] = list(self.markers.all())
        context["goings"] = goings_on(self.place, request.user)
        context["tiles"] = settings.MAP_TILES_URL if self.latitude is not None else ""
        context["tiles_credit"] = settings.MAP_TILES_CREDIT
        return context


class OpeningHours(Orderable):
    """A line of the office's hours, the same in every language."""

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("周一")
        TUESDAY = 2, _("周二")
        WEDNESDAY = 3, _("周三")
        THURSDAY = 4, _("周四")
        FRIDAY = 5, _("周五")
        SATURDAY = 6, _("周六")
        SUNDAY = 7, _("周日")

    page = ParentalKey(CommunityPage, on_delete=models.CASCADE, related_name="hours")
    first_day = models.PositiveSmallIntegerField(_("从"), choices=Weekday, default=Weekday.MONDAY)
    last_day = models.PositiveSmallIntegerField(_("到"), choices=Weekday, default=Weekday.FRIDAY)
    opens = models.TimeField(_("开门"))
    closes = models.TimeField(_("关门"))
    on_holidays = models.BooleanField(_("节假日也开"), default=False)

    panels = [
        FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
        FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
        FieldPanel("on_holidays"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("办公时间")
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__range=(1, 7), last_day__range=(1, 7), first_day__lte=F("last_day")),
                name="hours_from_day_to_day",
            ),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="hours_open_before_they_close"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}-{self.last_day} {self.opens}-{self.closes}"

    def clean(self) -> None:
        super().clean()
        errors = {}
        if self.first_day and self.last_day and self.first_day > self.last_day:
            errors["last_day"] = _("要在前一个日子之后；跨周的请分两段写。")
        if self.opens and self.closes and self.opens >= self.closes:
            errors["closes"] = _("关门要晚于开门。")
        if errors:
            raise ValidationError(errors)


class Contact(TranslatableMixin, Orderable):
    """Somebody of the office, as it names her itself."""

    page = ParentalKey(CommunityPage, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("称呼"), max_length=40)
    duty = models.CharField(
        _("管什么"), max_length=80, help_text=_("写居民会说的话，例如“低保、残疾人补贴”。")
    )
    phone = models.CharField(_("电话"), max_length=30, blank=True)

    override_translatable_fields = [SynchronizedField("phone")]
    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("phone")]), FieldPanel("duty")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("工作人员")

    def __str__(self) -> str:
        return self.name


class PlanMarker(TranslatableMixin, Orderable):
    """Something on the plan; `x` and `y` in percent of its width and height, from the upper left corner."""

    class Type(models.TextChoices):
        OFFICE = "landmark", _("办事")
        GATE = "map-pin", _("出入口")
        HEALTH = "stethoscope", _("看病")
        FOOD = "soup", _("吃饭")
        GREEN = "flower-2", _("休息、运动")
        CHILDREN = "baby", _("孩子")
        REPAIR = "wrench", _("维修")
        SAFE = "shield-check", _("消防、急救、避险")
        PARKING = "car", _("停车、充电")
        OTHER = "info", _("其他")

    page = ParentalKey(CommunityPage, on_delete=models.CASCADE, related_name="markers")
    # The name of its icon.
    type = models.CharField(_("种类"), max_length=16, choices=Type, default=Type.OTHER)
    name = models.CharField(_("名称"), max_length=40)
    text = models.CharField(_("说明"), max_length=120, blank=True)
    x = models.DecimalField(
        _("横向 %"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    y = models.DecimalField(
        _("纵向 %"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("type")]),
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("x"), FieldPanel("y")]),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("图上的地点")
        constraints = [
            models.CheckConstraint(
                condition=Q(x__range=(0, 100), y__range=(0, 100)), name="marker_lies_on_the_plan"
            )
        ]

    def __str__(self) -> str:
        return self.name
