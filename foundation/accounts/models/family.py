"""Who may do what for a relative (亲情代办; U2, DESIGN §3)."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.user import User, good_standing
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.permissions import place_paths
from foundation.core.ids import public_id

# So many relatives may one person have do things for her.
MOST = 2


class FamilyProxyQuerySet(models.QuerySet["FamilyProxy"]):
    def visible_to(self, user: Any) -> "FamilyProxyQuerySet":
        """Keep those in which `user` has a part, and those that she may record at the counter."""
        if user is None or not user.is_authenticated:
            return self.none()
        found = Q(principal=user) | Q(proxy=user)
        paths = place_paths(user, AccountPermission.RECORD_FAMILY)
        if paths is None:
            return self.all()
        for path in paths:
            found |= Q(principal__place__path__startswith=path)
        return self.filter(found)

    def standing(self) -> "FamilyProxyQuerySet":
        """Keep what was asked or agreed and has not ended."""
        return self.filter(ended_at__isnull=True)

    def in_force(self) -> "FamilyProxyQuerySet":
        """Keep what both agreed to, while both are verified and in good standing and neither is leaving."""
        both = [
            good_standing(f"{side}__")
            & Q(**{f"{side}__verified_at__isnull": False, f"{side}__leaves_at__isnull": True})
            for side in ("principal", "proxy")
        ]
        return self.standing().filter(*both, slot__isnull=False)


class FamilyProxy(models.Model):
    """One relative who may do things for a resident; both agreed signed in, or staff recorded it at the counter."""

    class Kinship(models.TextChoices):
        """What the proxy is to the resident."""

        CHILD = "child", _("子女")
        SPOUSE = "spouse", _("配偶")
        PARENT = "parent", _("父母")
        GRANDCHILD = "grandchild", _("孙辈")
        SIBLING = "sibling", _("兄弟姐妹")
        OTHER = "other", _("其他亲属")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    principal = models.ForeignKey(User, models.CASCADE, related_name="proxies", verbose_name=_("被代办人"))
    proxy = models.ForeignKey(User, models.CASCADE, related_name="principals", verbose_name=_("代办人"))
    kinship = models.CharField(_("代办人是对方的什么人"), max_length=12, choices=Kinship)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    # Which of the places for relatives it takes; none before both agreed and after it ended.
    slot = models.PositiveSmallIntegerField(null=True)
    agreed_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = FamilyProxyQuerySet.as_manager()

    class Meta:
        verbose_name = _("亲情代办")
        verbose_name_plural = _("亲情代办")
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("proxy")), name="family_two_people"),
            models.UniqueConstraint(
                fields=["principal", "proxy"], condition=Q(ended_at__isnull=True), name="family_pair_once"
            ),
            # Two agreeing at the same moment can't both take the last place.
            models.UniqueConstraint(fields=["principal", "slot"], name="family_place_once"),
            models.CheckConstraint(
                condition=Q(slot__isnull=True) | Q(slot__gte=1, slot__lte=MOST), name="family_places"
            ),
            models.CheckConstraint(
                condition=Q(slot__isnull=False, agreed_at__isnull=False, ended_at__isnull=True)
                | Q(slot__isnull=True, agreed_at__isnull=True)
                | Q(slot__isnull=True, ended_at__isnull=False),
                name="family_place_while_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proxy} → {self.principal}"

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None
