from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from foundation.core.pages.models import BasePage
from home.blocks import HomeBlock

MAIN = {"news", "neighbours"}
SIDE = {"notices", "phones", "welcome"}


class HomePage(BasePage):
    """The front page, arranged by editors (P8)."""

    body = StreamField(HomeBlock(), verbose_name=_("版面"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["news.NewsIndexPage", "news.NoticeIndexPage"]
    max_count = 1
    template = "home/home.html"

    class Meta:
        verbose_name = _("首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["rows"] = rows(self.body)
        return context


@dataclass
class Row:
    """Either one wide block, or two columns of blocks that stand together."""

    wide: Any = None
    main: list[Any] = field(default_factory=list)
    side: list[Any] = field(default_factory=list)


def rows(body: Any) -> list[Row]:
    """Lay the blocks out: editors order them, each kind of block knows where it belongs."""
    found: list[Row] = []
    for block in body:
        if block.block_type not in MAIN | SIDE:
            found.append(Row(wide=block))
            continue
        if not found or found[-1].wide is not None:
            found.append(Row())
        (found[-1].main if block.block_type in MAIN else found[-1].side).append(block)
    return found
