"""Which community something is about, on whose page it then stands (P12)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.core.access.models import Place


def about_place(help_text: Any) -> models.ForeignKey:
    """Return the field for the street or community that a page is about; empty: about none of them."""
    return models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("说的是哪里"),
        limit_choices_to=models.Q(level__in=[*Place.WITH_OFFICE], retired_at__isnull=True),
        help_text=help_text,
    )
