from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Locale, TranslatableMixin
from wagtail.snippets.models import register_snippet

from foundation.core.pages import languages
from foundation.core.pages.version import kept


class ChannelQuerySet(models.QuerySet["Channel"]):
    def columns(self) -> "ChannelQuerySet":
        """Keep each channel once, as it was first written: what articles stand in, in every language."""
        return self.filter(written_first())


def written_first() -> Q:
    """Return the condition on what is no translation."""
    return Q(locale_id=languages.first())


@register_snippet
class Channel(TranslatableMixin, models.Model):
    """A column of the news (频道). A translation brings its name in another language, and nothing else (P11)."""

    name = models.CharField(_("名称"), max_length=20)
    slug = models.SlugField(_("网址名"), max_length=30)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("position")]
    objects = ChannelQuerySet.as_manager()

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("新闻频道")
        verbose_name_plural = _("新闻频道")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "locale"], name="channel_slug_once"),
            models.UniqueConstraint(fields=["name", "locale"], name="channel_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.locale_id:
            self.locale = Locale.get_default()
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """Its name in the language of this request, where somebody translated it."""
        here = languages.here()
        names = kept(
            f"channel-names:{here}",
            lambda: dict(Channel.objects.filter(locale=here).values_list("translation_key", "name")),
        )
        return str(names.get(self.translation_key, self.name))
