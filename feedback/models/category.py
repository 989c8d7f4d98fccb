"""What ideas are about: a short list that staff keep."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.accounts.validators import validate_visible
from foundation.core.ids import public_id


class Category(models.Model):
    """A category; one that is `retired` stands under old ideas and is offered for no new one."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    name = models.CharField(
        _("名称"),
        max_length=12,
        unique=True,
        validators=[validate_visible],
        error_messages={"unique": _("已经有这个分类了。")},
    )
    name_en = models.CharField(_("英文名称"), max_length=30, blank=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    retired = models.BooleanField(_("停用"), default=False)

    class Meta:
        verbose_name = _("建议的分类")
        verbose_name_plural = _("建议的分类")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name in the reader's language, where somebody wrote it in that one."""
        return self.name_en if self.name_en and get_language() == "en" else self.name
