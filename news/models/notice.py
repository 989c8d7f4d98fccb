"""Notices (公告): for whom they are, how weighty, how long they hold, and what was added to them (P3)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from foundation.core.access import scopes
from foundation.core.access.models import Place, Scoped
from foundation.core.pages import languages
from foundation.core.pages.models import BasePage, PortalPageQuerySet
from foundation.core.pages.version import MOMENTS, kept
from news.blocks import BodyBlock, with_sizes
from news.interfaces.editing import AudienceForm, AudiencePanel
from news.models.about import about_place
from news.models.audience import reader_of, words_of

PER_PAGE = 20
# What the site writes about a notice, apart from what editors write: no revision brings an older one back.
OF_THE_SITE = ("public_id", "told_at", "ended_at")


def _touching(path: str, place: Place) -> Q:
    """Return the condition that a path is that of a place, of what it lies in or of what lies in it."""
    return Q(**{f"{path}__in": place.chain}) | Q(**{f"{path}__startswith": place.path})


class NoticeQuerySet(PortalPageQuerySet):
    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """Keep what is published for `user` and whose time has come."""
        return self.published().filter(reader_of(user).condition())

    def published(self) -> "NoticeQuerySet":
        """Keep what is published and whose time has come, for whomever: what is shown asks `may_read` of each."""
        return super().visible_to(None).filter(published_on__lte=timezone.now())

    def in_force(self) -> "NoticeQuerySet":
        """Keep what is valid now; a notice that is over can still be read."""
        now = timezone.now()
        holds = Q(valid_until__isnull=True) | Q(valid_until__gt=now)
        return self.filter(holds, published_on__lte=now, ended_at__isnull=True)

    def concerning(self, place: Place) -> "NoticeQuerySet":
        """Keep those for, or about, a place, what it lies in or what lies in it, and those about no place for everybody."""
        sent = _touching("scope_ref", place) & Q(scope_level=scopes.PLACE)
        about = Q(place__isnull=True) | _touching("place__path", place)
        return self.filter(sent | about & Q(scope_level=scopes.PUBLIC))

    def for_list(self) -> "NoticeQuerySet":
        return self.defer("body", "search_description").order_by("-published_on", "-pk")


class NoticeIndexPage(BasePage):
    intro = models.CharField(_("引言"), max_length=200, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    subpage_types = ["news.NoticePage"]
    # One for each language.
    max_count = len(settings.LANGUAGES)
    max_count_per_parent = 1
    template = "news/notice_index.html"

    class Meta:
        verbose_name = _("公告首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the list: one drawing for all, and one of her own for whom there is more than everybody sees."""
        context = super().get_context(request, *args, **kwargs)
        user = request.user if any_for_some() else None
        context["own"] = user is not None and user.is_authenticated

        def listed() -> Any:
            visible = NoticePage.objects.visible_to(user).in_language().for_list()
            return Paginator(visible, PER_PAGE).get_page(request.GET.get("page"))

        # Read only where the template has no drawing of this page any more.
        context["page_obj"] = SimpleLazyObject(listed)
        return context


class NoticePage(Scoped, BasePage):
    class Level(models.TextChoices):
        NORMAL = "normal", _("一般")
        IMPORTANT = "important", _("重要")
        URGENT = "urgent", _("紧急")

    level = models.CharField(
        _("级别"),
        max_length=10,
        choices=Level,
        default=Level.NORMAL,
        help_text=_("紧急公告会出现在每一页的最上面，直到有效期结束或被解除。"),
    )
    summary = models.CharField(
        _("摘要"), max_length=160, help_text=_("一两句话说清楚：什么事、什么时间、在哪里。")
    )
    published_on = models.DateTimeField(_("发布时间"), default=timezone.now)
    valid_until = models.DateTimeField(_("有效期至"), null=True, blank=True)
    place = about_place(_("选了社区，这条公告就不出现在别的社区的主页上；给谁看由“发给谁”决定。"))
    # Where there is more to say than the scope does.
    audience = models.CharField(
        _("适用对象的说明"), max_length=60, blank=True, help_text=_("例如“3 号楼一单元”。不填就写发送范围。")
    )
    must_read = models.BooleanField(
        _("必读"), default=False, help_text=_("请居民点“我已阅读”；您看得到谁还没读，可以提醒一次。")
    )
    body = StreamField(BodyBlock(), verbose_name=_("正文"), blank=True)
    # When its audience was told that it is there; null: not yet, or not at all.
    told_at = models.DateTimeField(null=True, editable=False)
    # When it was lifted (解除); its end by plan is `valid_until`.
    ended_at = models.DateTimeField(null=True, editable=False)

    # A translation is the same notice in other words.
    follows = (
        *BasePage.follows,
        "scope_level",
        "scope_ref",
        "level",
        "place_id",
        "published_on",
        "valid_until",
        "must_read",
        "told_at",
        "ended_at",
    )
    override_translatable_fields = [SynchronizedField("place", overridable=False)]
    base_form_class = AudienceForm
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("level"), AudiencePanel("goes_to")]),
                FieldPanel("summary"),
                FieldRowPanel([FieldPanel("published_on"), FieldPanel("valid_until")]),
                FieldRowPanel([FieldPanel("must_read"), FieldPanel("audience")]),
                FieldPanel("place"),
            ],
            _("概要"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("body"),
        index.FilterField("published_on"),
    ]
    parent_page_types = ["news.NoticeIndexPage"]
    subpage_types: list[str] = []
    template = "news/notice.html"
    objects = PageManager.from_queryset(NoticeQuerySet)()
    exclude_fields_in_copy = [*BasePage.exclude_fields_in_copy, "told_at", "ended_at"]

    class Meta:
        verbose_name = _("公告")
        verbose_name_plural = _("公告")
        indexes = [models.Index(fields=["scope_level", "scope_ref"], name="notice_by_scope")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("published_on")),
                name="notice_ends_after_it_began",
                violation_error_message=_("有效期要晚于发布时间。"),
            ),
            models.CheckConstraint(
                condition=Q(scope_level__in=[scopes.PUBLIC, scopes.RESIDENTS], scope_ref="")
                | (Q(scope_level__in=[scopes.PLACE, scopes.ROLE]) & ~Q(scope_ref="")),
                name="notice_is_for_somebody",
            ),
        ]

    def with_content_json(self, content: Any) -> "NoticePage":
        page = super().with_content_json(content)
        for name in OF_THE_SITE:
            setattr(page, name, getattr(self, name))
        origin = self.original
        if origin.pk != self.pk:
            # However old a translation is, it is for nobody whom its original is not for.
            for name in self.follows:
                setattr(page, name, getattr(origin, name))
        return page

    @property
    def original(self) -> "NoticePage":
        """The notice of which this one is a translation: what was added to it and who has read it belongs to that."""
        if self.locale_id == languages.first():
            return self
        same = NoticePage.objects.filter(translation_key=self.translation_key, locale=languages.first())
        return same.first() or self

    def hidden_from(self, user: Any) -> bool:
        """It is for others, or not yet for anybody."""
        coming = self.published_on > timezone.now()
        return super().hidden_from(user) or coming or not reader_of(user).may_read(self.scope)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the text, what was added to it, and whether this reader has confirmed it."""
        from news.domain import receipts  # noqa: PLC0415 - it names this model

        context = super().get_context(request, *args, **kwargs)
        context["body"] = SimpleLazyObject(lambda: with_sizes(self.body))
        context["updates"] = SimpleLazyObject(lambda: list(self.original.updates.order_by("-at", "-pk")))
        context["receipt"] = receipts.asked_of(self, request.user)
        return context

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or (
            self.valid_until is not None and self.valid_until <= timezone.now()
        )

    @property
    def is_in_force(self) -> bool:
        return self.live and not self.has_ended and not self.is_over and self.published_on <= timezone.now()

    @property
    def is_for_all(self) -> bool:
        return self.scope_level == scopes.PUBLIC

    @property
    def audience_words(self) -> str:
        """For whom it is, in words; empty for everybody."""
        return self.audience or words_of(self.scope)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        return [] if self.hidden_from(None) else super().get_sitemap_urls(request)


def any_for_some() -> bool:
    """Say whether any notice is for some people only."""
    return kept("notices:for-some", NoticePage.objects.live().exclude(scope_level=scopes.PUBLIC).exists)


def next_change() -> datetime | None:
    """Return when the next notice comes into force or ends."""
    now, live = timezone.now(), NoticePage.objects.live()
    first = live.filter(published_on__gt=now).aggregate(first=models.Min("published_on"))["first"]
    last = live.filter(valid_until__gt=now).aggregate(first=models.Min("valid_until"))["first"]
    return min((moment for moment in (first, last) if moment), default=None)


MOMENTS.append(next_change)
