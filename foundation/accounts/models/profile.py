"""What a person says of herself, field by field at her own level (S1)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.user import User
from foundation.core.access.scopes import CONTACTS, ONLY, PUBLIC, RESIDENTS, Scope


class Level(models.TextChoices):
    """Who may see one field, in the words of the mission: 公开与保密."""

    PUBLIC = PUBLIC, _("所有人")
    RESIDENTS = RESIDENTS, _("已实名的邻居")
    CONTACTS = CONTACTS, _("互相关注的人")
    ONLY = ONLY, _("仅自己")


DEFAULT_LEVELS = {
    "bio": Level.PUBLIC,
    "location": Level.RESIDENTS,
    "real_name": Level.CONTACTS,
    "gender": Level.RESIDENTS,
    "birthday": Level.CONTACTS,
    "occupation": Level.RESIDENTS,
    "hobbies": Level.PUBLIC,
}
GENDERS = [("female", _("女")), ("male", _("男"))]


def default_levels() -> dict[str, str]:
    return {field: str(level) for field, level in DEFAULT_LEVELS.items()}


def check_levels(levels: Any) -> None:
    """Raise ValidationError unless every field has one known level and nothing else is there."""
    if not isinstance(levels, dict) or set(levels) != set(DEFAULT_LEVELS):
        raise ValidationError(_("每一项资料都要选择谁可以看。"))
    if not set(levels.values()) <= {str(level) for level in Level}:
        raise ValidationError(_("请从四个选项中选择谁可以看。"))


class Profile(models.Model):
    user = models.OneToOneField(User, models.CASCADE, related_name="profile")
    bio = models.CharField(_("个人简介"), max_length=200, blank=True)
    location = models.CharField(_("所在地"), max_length=60, blank=True)
    gender = models.CharField(_("性别"), max_length=6, blank=True, choices=GENDERS)
    birthday = models.CharField(_("生日（月-日）"), max_length=5, blank=True)
    occupation = models.CharField(_("职业"), max_length=40, blank=True)
    hobbies = models.CharField(_("爱好"), max_length=80, blank=True)
    # Hidden after a report (O2): only its owner sees what she wrote of herself.
    hidden_at = models.DateTimeField(null=True, editable=False)
    levels = models.JSONField(default=default_levels, validators=[check_levels])

    class Meta:
        verbose_name = _("个人资料")
        verbose_name_plural = _("个人资料")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def real_name(self) -> str:
        return self.user.verified_name

    def scope_of(self, field: str) -> Scope:
        """Return who may see `field`; a field that was never decided is the owner's alone."""
        level = self.levels.get(field, ONLY)
        return Scope(level, str(self.user_id) if level in (CONTACTS, ONLY) else "")
