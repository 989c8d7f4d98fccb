"""The frame of the portal: front page, news, notices."""

from dataclasses import dataclass

from django.db import transaction
from wagtail.models import Locale, Page, Site

from home.models import HomePage
from news.models import NewsIndexPage, NoticeIndexPage


@dataclass(frozen=True)
class Frame:
    home: HomePage
    news: NewsIndexPage
    notices: NoticeIndexPage


@transaction.atomic
def make_frame(*, name: str) -> Frame:
    """Create the pages that every portal has, and take Wagtail's own welcome page away; again changes nothing."""
    root = Page.get_first_root_node()
    home = HomePage.objects.first()
    if home is None:
        Page.objects.filter(depth=2, slug="home").exclude(content_type__model="homepage").delete()
        root = Page.objects.get(pk=root.pk)
        home = root.add_child(instance=HomePage(title=name, slug="home", locale=Locale.get_default()))
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "root_page": home, "site_name": name}
        )
    news = NewsIndexPage.objects.first() or home.add_child(
        instance=NewsIndexPage(title="社区新闻", slug="news")
    )
    notices = NoticeIndexPage.objects.first() or home.add_child(
        instance=NoticeIndexPage(title="通知公告", slug="notices")
    )
    return Frame(home, news, notices)
