"""The front page: blocks that editors arrange, laid out in rows (P8)."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from foundation.core.pages.agenda import waiting_for
from foundation.core.pages.display import display_of
from foundation.core.pages.models import BasePage
from home.blocks import HomeBlock, newest_public
from home.elder import MOST_TILES, TilesBlock, elder_context, of_kind
from spaces.domain.queries.first_steps import first_steps_of

MAIN = {"news", "neighbours", "help", "circles"}
SIDE = {"notices", "phones", "welcome"}
TALK = {"neighbours"}
OF_THE_MOMENT = TALK | {"welcome", "circles", "ad_slot"}


class HomePage(BasePage):
    """The front page, arranged by editors (P8)."""

    body = StreamField(HomeBlock(), verbose_name=_("版面"), blank=True)

    elder_tiles = StreamField(
        TilesBlock(max_num=MOST_TILES), verbose_name=_("大按钮"), blank=True, max_num=MOST_TILES
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("elder_tiles")],
            heading=_("长辈版"),
            help_text=_("长辈版首页最上面的大按钮，最多六个。下面的通知、新闻和常用电话会自动放好。"),
        ),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["news.NewsIndexPage", "news.NoticeIndexPage", "home.CommunityIndexPage"]
    # One for each language.
    max_count = len(settings.LANGUAGES)
    template = "home/home.html"

    class Meta:
        verbose_name = _("首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        if display_of(request).elder:
            # Read only where the template has no drawing of it any more.
            context["today"] = timezone.localdate()
            context["elder"] = SimpleLazyObject(lambda: elder_context(self))
            context["posts"] = newest_public(sum(block["count"] for block in of_kind(self, "neighbours")))
        else:
            context["rows"] = rows(self.body)
        if request.user.is_authenticated:
            # Who is not verified yet finds the way to that among the blocks.
            known = request.user.is_verified
            context["mine"] = {
                "waiting": waiting_for(request.user),
                "steps": first_steps_of(request.user, only_new=True) if known else None,
            }
        return context

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return "home/elder.html" if display_of(request).elder else self.template


@dataclass(frozen=True)
class Slot:
    """One block of the page; its content is read only when it is asked for, so that a cached one costs nothing."""

    body: StreamValue
    index: int

    @property
    def block_type(self) -> str:
        return str(self.body.raw_data[self.index]["type"])

    @property
    def id(self) -> str:
        return str(self.body.raw_data[self.index]["id"])

    @property
    def block(self) -> StreamValue.StreamChild:
        return self.body[self.index]

    @property
    def lasts(self) -> bool:
        """Whether it changes only with the portal's version and the date; what people say changes at any moment, and whom it is for."""
        return self.block_type not in OF_THE_MOMENT

    @property
    def is_talk(self) -> bool:
        """Whether it holds what people say to everybody."""
        return self.block_type in TALK


@dataclass
class Row:
    """Either one wide block, or two columns of blocks that stand together."""

    wide: Slot | None = None
    main: list[Slot] = field(default_factory=list)
    side: list[Slot] = field(default_factory=list)


def rows(body: StreamValue) -> list[Row]:
    """Lay the blocks out: editors order them, each kind of block knows where it belongs."""
    found: list[Row] = []
    for slot in (Slot(body, index) for index in range(len(body))):
        if slot.block_type not in MAIN | SIDE:
            found.append(Row(wide=slot))
            continue
        if not found or found[-1].wide is not None:
            found.append(Row())
        (found[-1].main if slot.block_type in MAIN else found[-1].side).append(slot)
    return found
