import re

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User

KEY = re.compile(r"[a-z]+(?::[A-Za-z0-9_-]{1,40}){0,2}\Z")
MAX_TEXT = 20_000


class Draft(models.Model):
    """A text that is being written, kept by the server: a flat battery loses nothing."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=90, validators=[RegexValidator(KEY)])
    text = models.TextField(max_length=MAX_TEXT)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("草稿")
        verbose_name_plural = _("草稿")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
