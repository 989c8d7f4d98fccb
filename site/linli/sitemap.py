"""What search engines are told of: the portal's pages in every language they are written in (P11)."""

from typing import Any

from django.db.models import Q
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from foundation.core.pages.models import any_restricted


class PortalSitemap(Sitemap):
    """Wagtail's own, which knows one tree of pages, over the trees of all languages."""

    def items(self) -> Any:
        """Return the public pages; a translation is as private as its original."""
        root = self.get_wagtail_site().root_page
        below = Q(pk__in=[])
        for path in root.get_translations(inclusive=True).values_list("path", flat=True):
            below |= Q(path__startswith=path)
        pages = Page.objects.filter(below).live()
        if any_restricted():
            private = Page.objects.private().values("translation_key")
            pages = pages.public().exclude(translation_key__in=private)
        return pages.order_by("path").defer_streamfields().specific()
