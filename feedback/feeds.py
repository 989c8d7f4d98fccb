"""The road map as RSS: what the community plans, does and has done."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.domain.queries.ideas import public_on_roadmap
from feedback.models import Idea
from foundation.core.access.routes import open_to_all

LENGTH = 30


class RoadMapFeed(Feed):
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request

    def title(self, obj: None) -> str:
        return _("社区路线图")

    def link(self, obj: None) -> str:
        return self.request.build_absolute_uri(reverse("feedback:roadmap"))

    def feed_url(self, obj: None) -> str:
        return self.request.build_absolute_uri(self.request.path)

    def description(self, obj: None) -> str:
        return _("居民的建议：计划要做的，正在做的，做完了的。")

    def items(self, obj: None) -> Any:
        # Readers of feeds have no session: everybody gets what visitors may read.
        return public_on_roadmap(None).select_related("category").order_by("-moved_at", "-pk")[:LENGTH]

    def item_link(self, item: Idea) -> str:
        return self.request.build_absolute_uri(item.url)

    def item_guid(self, item: Idea) -> str:
        # Each step is news of its own.
        return f"{item.public_id}-{item.state}"

    item_guid_is_permalink = False

    def item_title(self, item: Idea) -> str:
        return f"{item.get_state_display()}：{item.title}"

    def item_description(self, item: Idea) -> str:
        return item.text[:300]

    def item_pubdate(self, item: Idea) -> datetime:
        return item.moved_at

    def item_categories(self, item: Idea) -> list[str]:
        return [item.category.label]


@require_safe
@open_to_all("lists what everybody may read")
def road_map(request: HttpRequest) -> HttpResponse:
    """The newest steps of the road map."""
    return RoadMapFeed()(request)
