"""An institution that helps (帮扶机构): what it says of itself, and how far its admission has come (H2)."""

from datetime import date, timedelta
from typing import Any

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation, User
from foundation.accounts.validators import validate_visible
from foundation.core.access.permissions import held_roles, place_paths
from foundation.core.ids import public_id
from foundation.core.models import Place, StoredFile
from organisations.permissions import InstitutionPermission

# What everybody may read of: that one is suspended or closed is said on its page.
KNOWN = ("approved", "suspended", "closed")
# What holds its code: nobody else can apply with it.
LIVE = ("submitted", "approved", "suspended")
OVER = ("rejected", "withdrawn", "closed")
CHECK_HOLDS = timedelta(days=365)


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def visible_to(self, user: Any) -> "InstitutionQuerySet":
        """Keep those that were admitted, the own ones, and all but drafts of the places that `user` oversees."""
        found = Q(state__in=KNOWN)
        if user is not None and user.is_authenticated:
            mine = [held.organisation for held in held_roles(user) if held.organisation]
            found |= Q(pk__in=mine) | Q(applicant_id=user.pk)
            paths = place_paths(user, InstitutionPermission.OVERSEE)
            if paths is None:
                found |= ~Q(state="draft")
            for path in paths or ():
                found |= Q(organisation__place__path__startswith=path) & ~Q(state="draft")
        return self.filter(found)

    def overseen_by(self, user: Any) -> "InstitutionQuerySet":
        """Keep what lies in the places that `user` oversees, drafts apart; institutions of which she is a member too."""
        paths = place_paths(user, InstitutionPermission.OVERSEE)
        found = Q() if paths is None else Q(pk__in=[])
        for path in paths or ():
            found |= Q(organisation__place__path__startswith=path)
        return self.filter(found).exclude(state="draft")

    def listed(self) -> "InstitutionQuerySet":
        """Keep those that help now."""
        return self.filter(state=Institution.State.APPROVED)


class Group(models.TextChoices):
    """Whom an institution can help: a closed list. Stored: a value never changes once released."""

    ELDERLY = "elderly", _("老年人")
    DISABLED = "disabled", _("残障人士")
    LOW_INCOME = "low_income", _("低收入家庭")
    CHILDREN = "children", _("留守儿童")
    CAREGIVERS = "caregivers", _("照护者")
    OTHERS = "others", _("其他有困难的居民")


class Institution(models.Model):
    """What `accounts.Organisation` does not say. `state` is written by the machine alone."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("审核中")
        RETURNED = "returned", _("待补正")
        APPROVED = "approved", _("已入驻")
        REJECTED = "rejected", _("未通过")
        WITHDRAWN = "withdrawn", _("已撤回")
        SUSPENDED = "suspended", _("已暂停")
        CLOSED = "closed", _("已注销")

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="institution"
    )
    applicant = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=State, default=State.DRAFT, db_index=True, editable=False
    )
    slug = models.SlugField(
        _("网址名"),
        max_length=40,
        unique=True,
        default=public_id,
        validators=[RegexValidator(r"^[A-Za-z0-9_-]{3,40}\Z", _("网址名用 3 到 40 个字母、数字和连字符。"))],
    )
    introduction = models.TextField(_("简介"), max_length=2000, blank=True)
    hours = models.CharField(_("开放时间"), max_length=200, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True, validators=[validate_visible])
    contact_name = models.CharField(_("联系人"), max_length=30, blank=True, validators=[validate_visible])
    contact_phone = models.CharField(
        _("联系电话"),
        max_length=30,
        blank=True,
        validators=[RegexValidator(r"^[0-9+() -]{5,30}\Z", _("请填写电话号码。"))],
    )
    area = models.ManyToManyField(Place, related_name="+", verbose_name=_("服务范围"), blank=True)
    capacity = models.PositiveIntegerField(
        _("同时能帮多少人"), null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )
    logo = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    serves_children = models.BooleanField(_("为未成年人服务"), default=False)
    verified_on = models.DateField(_("资料核验于"), null=True, editable=False)
    # Organisation.code while it counts for this one alone; empty in drafts and when it is over.
    claimed_code = models.CharField(max_length=18, null=True, unique=True, editable=False)  # noqa: DJ001
    # Why it was returned, rejected, suspended or closed, as its head was told.
    reason = models.CharField(max_length=300, blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Pairs of characters of all that is found by words (`domain.page.index`).
    search_text = models.TextField(blank=True, editable=False)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("帮扶机构")
        verbose_name_plural = _("帮扶机构")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "submitted",
                        "returned",
                        "approved",
                        "rejected",
                        "withdrawn",
                        "suspended",
                        "closed",
                    ]
                ),
                name="institution_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE) | Q(claimed_code__isnull=False), name="institution_live_has_code"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=OVER) | Q(claimed_code__isnull=True),
                name="institution_over_frees_code",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "suspended"]) | Q(verified_on__isnull=False),
                name="institution_admitted_was_verified",
            ),
            models.UniqueConstraint(
                fields=["applicant"], condition=Q(state="draft"), name="one_draft_of_applicant"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisations:institution", args=[self.slug])

    @property
    def name(self) -> str:
        return self.organisation.name

    @property
    def place_path(self) -> str:
        return self.organisation.place.path

    @property
    def is_open(self) -> bool:
        """It may publish, sign and help now."""
        return self.state == self.State.APPROVED

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def can_be_filled(self) -> bool:
        """The application is in its head's hands."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)

    @cached_property
    def licence(self) -> "Qualification | None":
        """The licence that holds longest."""
        found = [one for one in self.qualifications.all() if one.type == Qualification.Type.LICENCE]
        return max(found, key=lambda one: one.valid_until or date.max, default=None)


class Audience(models.Model):
    """One group of people that an institution helps."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="audiences")
    group = models.CharField(_("帮扶对象"), max_length=12, choices=Group)

    class Meta:
        verbose_name = _("帮扶对象")
        verbose_name_plural = _("帮扶对象")
        constraints = [models.UniqueConstraint(fields=["institution", "group"], name="audience_once")]

    def __str__(self) -> str:
        return self.get_group_display()


class Service(models.Model):
    """Something that an institution does for people."""

    class Matter(models.TextChoices):
        CARE = "care", _("生活照料")
        VISITS = "visits", _("陪伴探访")
        LEARNING = "learning", _("学习辅导")
        COMFORT = "comfort", _("心理支持")
        HEALTH = "health", _("康复护理")
        GOODS = "goods", _("物资帮助")
        LAW = "law", _("法律咨询")
        WORK = "work", _("就业帮扶")
        OTHER = "other", _("其他")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="services")
    name = models.CharField(_("服务名称"), max_length=40, validators=[validate_visible])
    matter = models.CharField(_("事项"), max_length=10, choices=Matter)
    minimum_age = models.PositiveSmallIntegerField(
        _("最小年龄"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    maximum_age = models.PositiveSmallIntegerField(
        _("最大年龄"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    schedule = models.CharField(_("服务时间"), max_length=100, blank=True)
    capacity = models.PositiveIntegerField(
        _("名额"), null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )

    class Meta:
        verbose_name = _("服务")
        verbose_name_plural = _("服务")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_age__isnull=True)
                | Q(maximum_age__isnull=True)
                | Q(minimum_age__lte=F("maximum_age")),
                name="service_ages_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Qualification(models.Model):
    """A licence or another document: the facts are public, the picture is for members and the office."""

    class Type(models.TextChoices):
        LICENCE = "licence", _("登记证书或营业执照")
        PRACTICE = "practice", _("执业许可")
        OTHER = "other", _("其他资质")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="qualifications")
    type = models.CharField(_("类型"), max_length=10, choices=Type)
    name = models.CharField(_("证照名称"), max_length=40, validators=[validate_visible])
    issuer = models.CharField(_("发证机关"), max_length=60, blank=True, validators=[validate_visible])
    # Empty: it holds for good.
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+", editable=False)
    uploaded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("资质证照")
        verbose_name_plural = _("资质证照")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def holds(self) -> bool:
        return self.valid_until is None or self.valid_until >= timezone.localdate()


class RecordCheck(models.Model):
    """The head declares that a member's record was looked up and is clean (未保法 62); each year anew."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="record_checks")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    checked_on = models.DateField(_("查询日期"))
    declared_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    declared_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("从业查询声明")
        verbose_name_plural = _("从业查询声明")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "user", "checked_on"], name="record_check_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.checked_on}"
