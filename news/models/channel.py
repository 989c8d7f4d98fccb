from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet


@register_snippet
class Channel(models.Model):
    """A column of the news (频道)."""

    name = models.CharField(_("名称"), max_length=20, unique=True)
    slug = models.SlugField(_("网址名"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("position")]

    class Meta:
        verbose_name = _("新闻频道")
        verbose_name_plural = _("新闻频道")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
