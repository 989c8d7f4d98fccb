"""The frame of the portal: front page, news, notices, communities."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sites.models import Site as PlainSite
from django.db import transaction
from wagtail.models import Locale, Page, Site

from home.elder import default_tiles, phones_of
from home.models import CommunityIndexPage, HomePage
from news.models import NewsIndexPage, NoticeIndexPage


@dataclass(frozen=True)
class Frame:
    home: HomePage
    news: NewsIndexPage
    notices: NoticeIndexPage
    communities: CommunityIndexPage


@transaction.atomic
def make_frame(*, name: str) -> Frame:
    """Create the pages that every portal has, and take Wagtail's own welcome page away; again changes nothing."""
    for code, _name in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    root = Page.get_first_root_node()
    # The first language's: it was there first, and so were its lists.
    home = HomePage.objects.filter(locale=Locale.get_default()).first()
    if home is None:
        Page.objects.filter(depth=2, slug="home").exclude(content_type__model="homepage").delete()
        root = Page.objects.get(pk=root.pk)
        home = root.add_child(instance=HomePage(title=name, slug="home", locale=Locale.get_default()))
    _give_address(home, name)
    news = NewsIndexPage.objects.child_of(home).first() or home.add_child(
        instance=NewsIndexPage(title="社区新闻", slug="news")
    )
    notices = NoticeIndexPage.objects.child_of(home).first() or home.add_child(
        instance=NoticeIndexPage(title="通知公告", slug="notices")
    )
    communities = CommunityIndexPage.objects.child_of(home).first() or home.add_child(
        instance=CommunityIndexPage(title="社区一览", slug="communities")
    )
    if not home.elder_tiles:
        home.elder_tiles = default_tiles(notices, news)
        if home.latest_revision_id:
            # Else the next one who publishes would take them away again.
            home.save_revision().publish()
        else:
            home.save()
    return Frame(home, news, notices, communities)


def phones_here() -> list[Any]:
    """Return the useful numbers that editors put on the front page, in the language of this request."""
    home = HomePage.objects.visible_to(None).in_language().first()
    return phones_of(home) if home else []


def _give_address(home: HomePage, name: str) -> None:
    """Write the installation's one address where Wagtail and Django's sites framework each look for it."""
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname or "localhost",
            "port": port,
            "root_page": home,
            "site_name": name,
        },
    )
    PlainSite.objects.update_or_create(
        pk=settings.SITE_ID, defaults={"domain": address.netloc, "name": name[:50]}
    )
    PlainSite.objects.clear_cache()
