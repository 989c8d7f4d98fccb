from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from foundation.core.pages.models import BasePage
from home.blocks import HomeBlock


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
