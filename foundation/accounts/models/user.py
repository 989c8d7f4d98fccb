"""The account: how somebody signs in, and the result of the real-name check, never the number itself."""

import re
from typing import Any

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from foundation.accounts.validators import validate_visible
from foundation.core.access import scopes
from foundation.core.access.permissions import HeldRole
from foundation.core.access.roles import Role
from foundation.core.access.scopes import PUBLIC
from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.models import Place, StoredFile
from foundation.core.pages.display import MODES, SIZES

# Which role follows from a membership: type of the organisation and position in it.
FOLLOWING = {
    "institution:head": Role.INSTITUTION_HEAD,
    "institution:member": Role.INSTITUTION_MEMBER,
    "business:head": Role.BUSINESS_OWNER,
    "business:member": Role.BUSINESS_MEMBER,
}
INSTITUTIONS = frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_MEMBER})
# The hat of somebody who belongs to organisations, while she acts for herself (`domain.hats`).
AS_RESIDENT = 0
RESERVED_NAMES = frozenset({"admin", "root", "system", "linli", "api", "me", "new", "settings", "help"})


def not_suspended(prefix: str = "") -> Q:
    """Return the condition that an account is not suspended now; `prefix` leads to it (`"author__"`)."""
    return Q(**{f"{prefix}suspended_until__isnull": True}) | Q(
        **{f"{prefix}suspended_until__lte": timezone.now()}
    )


def good_standing(prefix: str = "") -> Q:
    """Return the condition that an account is open and not suspended now."""
    return Q(**{f"{prefix}is_active": True}) & not_suspended(prefix)


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any) -> "UserQuerySet":
        """Keep the people whose space `user` may open: verified, active ones who are not apart from her, and the own."""
        found = Q(verified_at__isnull=False, leaves_at__isnull=True) & good_standing()
        found &= scopes.not_apart(user, "pk")
        if user is not None and user.is_authenticated:
            found |= Q(pk=user.pk)
        return self.filter(found)

    def in_good_standing(self) -> "UserQuerySet":
        """Keep the open accounts that are not suspended now: what others wrote is hidden meanwhile (O2)."""
        return self.filter(good_standing())


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: Any) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def in_good_standing(self) -> UserQuerySet:
        return self.get_queryset().in_good_standing()

    def create_user(
        self, username: str, email: str = "", password: str | None = None, **fields: Any
    ) -> "User":
        """Make an account; without a password it can't sign in until one is set."""
        user = self.model(username=username, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class AgeBand(models.TextChoices):
    UNDER_14 = "under_14", _("14 岁以下")
    TEEN = "teen", _("14 至 17 岁")
    ADULT = "adult", _("18 至 59 岁")
    ELDER = "elder", _("60 岁以上")


class User(AbstractBaseUser, PermissionsMixin):
    """A person's account (DESIGN §3). `is_superuser` passes no check of ours."""

    username = models.CharField(
        _("网址名"),
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9-]{1,29}\Z", _("网址名用小写字母、数字和连字符，以字母开头。"))
        ],
    )
    display_name = models.CharField(_("昵称"), max_length=20, validators=[validate_visible])
    email = models.EmailField(_("电子邮件"), blank=True)
    phone_sealed = EncryptedTextField()
    # Null, not empty: several accounts have no number, and the constraint counts empty ones as equal.
    phone_index = models.CharField(max_length=32, null=True, unique=True, editable=False)  # noqa: DJ001
    phone_verified_at = models.DateTimeField(null=True, editable=False)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在社区")
    )
    avatar = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    verified_at = models.DateTimeField(null=True, editable=False)
    verified_method = models.CharField(max_length=20, blank=True, editable=False)
    verified_name = models.CharField(max_length=50, blank=True, editable=False)
    identity_index = models.CharField(max_length=32, null=True, unique=True, editable=False)  # noqa: DJ001
    age_band = models.CharField(max_length=10, choices=AgeBand, blank=True, editable=False)

    # How she wants pages shown (U2), in whichever browser; empty: she never chose.
    display_mode = models.CharField(max_length=10, blank=True, choices=list(MODES.items()), editable=False)
    text_size = models.PositiveSmallIntegerField(null=True, choices=list(SIZES.items()), editable=False)
    # From 60 on everybody is asked once whether she wants the elder pages.
    elder_asked_at = models.DateTimeField(null=True, editable=False)

    # Sanctions (O2): `moderation` decides, everybody else only asks the properties below.
    muted_until = models.DateTimeField(null=True, editable=False)
    suspended_until = models.DateTimeField(null=True, editable=False)
    # Staff's passwords age (等保); null: never set by a person.
    password_changed_at = models.DateTimeField(null=True, editable=False)
    # Closing the account was asked for; until this time it can be taken back (A7).
    leaves_at = models.DateTimeField(null=True, editable=False)
    # The time is over and erasing has begun: from here there is no way back.
    leaving_began_at = models.DateTimeField(null=True, editable=False)
    # What she wrote for others stays then, without her name; else it goes with her.
    leaves_words = models.BooleanField(default=False, editable=False)
    # Nobody any more: the row stays because others' rows point to it.
    erased_at = models.DateTimeField(null=True, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    objects = UserManager()

    # Which organisation she chose to act for, by id; AS_RESIDENT for none, None where she chose nothing.
    hat: int | None = None

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        indexes = [models.Index(fields=["place", "id"], name="user_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    verified_at__isnull=True,
                    verified_method="",
                    verified_name="",
                    identity_index__isnull=True,
                )
                | (Q(verified_at__isnull=False) & ~Q(verified_method="") & ~Q(verified_name="")),
                name="user_verification_whole",
            ),
            # allauth counts only confirmed addresses: a form sent twice at once would make two accounts.
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="one_account_per_address"),
            models.CheckConstraint(
                condition=Q(phone_verified_at__isnull=True) | Q(phone_index__isnull=False),
                name="user_phone_known",
            ),
            models.CheckConstraint(
                condition=Q(display_mode__in=["", *MODES]), name="user_display_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(text_size__isnull=True) | Q(text_size__in=list(SIZES)),
                name="user_text_size_known",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Ask the backends; Django's own short cut for superusers would pass every check."""
        return any(backend.has_perm(self, perm, obj) for backend in get_backends())

    def get_absolute_url(self) -> str:
        return self.space_url

    @property
    def space_url(self) -> str:
        return reverse("spaces:space", args=[self.username])

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > timezone.now()

    @property
    def place_path(self) -> str:
        """Where she belongs in the tree of places; empty where nowhere."""
        return self.place.path if self.place else ""

    @property
    def is_suspended(self) -> bool:
        return self.suspended_until is not None and self.suspended_until > timezone.now()

    @property
    def initial(self) -> str:
        """The character that stands for a missing picture."""
        letters = re.findall(r"\w", self.display_name)
        return letters[0].upper() if letters else "邻"

    @property
    def tint(self) -> int:
        """One of eight stable colours for the initial's ground."""
        return self.pk % 8 if self.pk else 0

    @property
    def avatar_url(self) -> str | None:
        # A hidden one is nobody's to see but its owner's: the initial stands there for all.
        shown = self.avatar is not None and self.avatar.ready and self.avatar.scope_level == PUBLIC
        return self.avatar.url_320 if shown and self.avatar is not None else None

    @cached_property
    def _held_roles(self) -> tuple[HeldRole, ...]:
        given = self.role_assignments.values_list(
            "role", "place__path", Value(None, models.BigIntegerField())
        )
        following = self.memberships.filter(until=None, organisation__type__in=["institution", "business"])
        position = Concat("organisation__type", Value(":"), "position", output_field=models.CharField())
        # One statement for both: every request of somebody signed in asks.
        rows = given.union(
            following.values_list(position, Value("", models.CharField()), "organisation_id"), all=True
        )
        return (
            HeldRole(Role.RESIDENT),
            *(
                HeldRole(FOLLOWING.get(role, role), path or "", organisation)
                for role, path, organisation in rows
            ),
        )

    def held_roles(self) -> tuple[HeldRole, ...]:
        """Return the roles that the person holds, read once per request."""
        return self._held_roles

    @property
    def organisation_ids(self) -> list[int]:
        """The institutions and businesses that she belongs to, in a fixed order."""
        return sorted({held.organisation for held in self.held_roles() if held.organisation})

    @property
    def acting_organisation(self) -> int | None:
        """The organisation for which she acts: the chosen one, else the first, None while she acts for herself."""
        mine = self.organisation_ids
        if not mine or self.hat == AS_RESIDENT:
            return None
        return self.hat if self.hat in mine else mine[0]

    @property
    def acts_for_institution(self) -> bool:
        hat = self.acting_organisation
        return any(
            held.organisation == hat and held.role in INSTITUTIONS for held in self.held_roles() if hat
        )

    def has_role(self, role: Role) -> bool:
        return any(held.role == role for held in self.held_roles())

    @property
    def can_enter_admin(self) -> bool:
        return self.has_perm("wagtailadmin.access_admin")
