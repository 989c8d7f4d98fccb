"""What every portal page, portal picture and installation has."""

from datetime import datetime
from http import HTTPMethod
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import (
    Page,
    PageManager,
    PagePermissionTester,
    PageQuerySet,
    PageViewRestriction,
    Site,
)

from foundation.core import kinds
from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.files.traces import without_traces
from foundation.core.ids import public_id
from foundation.core.pages import languages
from foundation.core.pages.colours import validate_accent
from foundation.core.pages.display import ELDER, MODE_COOKIE, MODES
from foundation.core.pages.keeping import keep
from foundation.core.pages.version import MOMENTS, kept


class PortalImage(AbstractImage):
    """An editor's picture. Residents' pictures never stand here but in `core.files`."""

    description = models.CharField(_("替代文字"), max_length=160, blank=True)
    admin_form_fields = Image.admin_form_fields

    class Meta:
        app_label = "core"
        verbose_name = _("门户图片")
        verbose_name_plural = _("门户图片")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep a new upload without place and camera: its original lies open to everybody, as its sizes do."""
        if self.file and not self.file._committed:
            clean = without_traces(self.file.file)
            if clean is not None:
                self.file.file = clean
                self.file_size = clean.size
        super().save(*args, **kwargs)


class PortalRendition(AbstractRendition):
    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        app_label = "core"
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class PortalPageQuerySet(PageQuerySet):
    def visible_to(self, user: Any) -> "PortalPageQuerySet":
        """Keep what is published for everybody; a page whose time is over is gone at once, not with the next job."""
        lasting = models.Q(expire_at__isnull=True) | models.Q(expire_at__gt=timezone.now())
        live = self.live().filter(lasting)
        if not any_restricted():
            return live
        # A page is as private in every language as in the one it was written in.
        return live.public().exclude(translation_key__in=Page.objects.private().values("translation_key"))

    def in_language(self) -> "PortalPageQuerySet":
        """Keep each page once: in the language of this request where it is translated, else as it was first written."""
        return languages.once_each(self, self.model._default_manager.live())


def next_end() -> datetime | None:
    """Return when the next published page ends."""
    ending = Page.objects.live().filter(expire_at__gt=timezone.now())
    return ending.aggregate(first=models.Min("expire_at"))["first"]


MOMENTS.append(next_end)


def any_restricted() -> bool:
    """Say whether any page is kept from the public by Wagtail's privacy settings; seldom one is."""
    return kept("restricted", PageViewRestriction.objects.exists)


def site_of(request: HttpRequest) -> Site:
    """Return the site that answers for the request's host, with its front page ready to route."""

    def find() -> Site:
        site = Site._find_for_request(request)
        if site is not None:
            site.root_page = site.root_page.specific
        return site

    return kept(f"site:{request.get_host()}", find)


class _OfAList(PagePermissionTester):
    """Nobody could decide on it in the inbox: it would stay locked for good."""

    def can_submit_for_moderation(self) -> bool:
        return False


class BasePage(Page):
    """Base of every portal page."""

    # What comments, shares and links name; a copy of a page is another page.
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    show_in_menus_default = True
    # What a translation has of its original; all else is words.
    follows: tuple[str, ...] = ("expire_at",)
    exclude_fields_in_copy = ["public_id"]
    objects = PageManager.from_queryset(PortalPageQuerySet)()
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """An alias, as Wagtail makes them of the parents of a translation, is another page: its name is its own."""
        if self._state.adding and self.alias_of_id:
            self.public_id = public_id()
        super().save(*args, **kwargs)

    def with_content_json(self, content: Any) -> Any:
        """Take an earlier or another page's content, and stay the page that is linked to."""
        page = super().with_content_json(content)
        page.public_id = self.public_id
        return page

    def get_absolute_url(self) -> str:
        """Wagtail's pages have none; comments, notifications and the sitemap need one."""
        return self.get_url() or "/"

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Only what the inbox can show waits there; everything else is brought out by whoever may publish."""
        return PagePermissionTester(user, self) if kinds.is_reviewed(self) else _OfAList(user, self)

    @property
    def has_ended(self) -> bool:
        """Its time is over, whether or not the job that withdraws it has run yet."""
        return self.expire_at is not None and self.expire_at <= timezone.now()

    def hidden_from(self, user: Any) -> bool:
        """Say whether the published page is kept from a reader; previews show it all the same."""
        return self.has_ended

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Find the page below by its slug, one step at a time, each from memory while the portal is unchanged."""
        if not path_components:
            if self.hidden_from(request.user):
                raise Http404
            return super().route(request, path_components)
        slug, *rest = path_components
        child = kept(f"child:{self.pk}:{slug}", lambda: self._child(slug))
        if child.locale_id == self.locale_id:
            child._cached_parent_obj = self
        child = languages.translation_of(child, languages.here()) or child
        return child.route(request, rest)

    def _child(self, slug: str) -> Any:
        """Return the page below of that slug; what is not translated, or not published yet, in the first language."""
        found = self.get_children().filter(slug=slug).first()
        origin = languages.in_first(self)
        if origin is not None and origin.pk != self.pk and (found is None or not found.live):
            found = origin.get_children().filter(slug=slug).first()
        if found is None:
            raise Http404
        return found.specific

    @property
    def localized(self) -> Any:
        """Return the page in the language of this request, from memory; itself where it is not translated."""
        return languages.translation_of(self, languages.here()) or self

    def get_url_parts(self, request: Any = None) -> Any:
        parts = super().get_url_parts(request)
        if not parts or not parts[2]:
            return parts
        site, root, path = parts
        return site, root, languages.own_address(path, self)

    @property
    def is_foreign(self) -> bool:
        """Whether it is shown in another language than its reader chose."""
        return languages.is_foreign(self)

    @property
    def language(self) -> str:
        """Its language, as HTML names it."""
        return languages.code_of(self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page; what every visitor may read is kept for the next one."""
        response = super().serve(request, *args, **kwargs)
        return response if self.get_view_restrictions() else keep(request, response, seen=self.seen)

    @property
    def seen(self) -> str:
        """What is counted when the page is shown (`core.pages.keeping`); nothing of most."""
        return ""

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return list(MODES.items())

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show editors the page as it will be in the mode they chose, whichever they use themselves."""
        request.COOKIES = {**request.COOKIES, MODE_COOKIE: "1" if mode_name == ELDER else "0"}
        response: HttpResponse = super().serve_preview(request, mode_name)
        return response

    def get_view_restrictions(self) -> QuerySet:
        """Return what keeps the page from the public; a translation has its original's restrictions too."""
        if not any_restricted():
            return PageViewRestriction.objects.none()
        found = super().get_view_restrictions()
        origin = Page.objects.filter(translation_key=self.translation_key, locale=languages.first()).first()
        if origin is not None and origin.pk != self.pk:
            found = found | Page.get_view_restrictions(origin)
        return found

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        return [] if self.has_ended else super().get_sitemap_urls(request)


class SiteSettings(BaseSiteSetting):
    """Who runs this installation, how it is reached and how it looks; every page shows it (O6)."""

    community_name = models.CharField(
        _("社区名称"),
        max_length=40,
        default="邻里",
        help_text=_("写全称，例如“银杏里社区”；每一页的页眉和浏览器标题都会显示。"),
    )
    short_name = models.CharField(
        _("简称"), max_length=12, default="邻里", help_text=_("地方小的时候用，最好不超过四个字。")
    )
    organisation = models.CharField(
        _("主办单位"), max_length=60, blank=True, help_text=_("街道办事处或居委会的全称，显示在页脚。")
    )
    hotline = models.CharField(
        _("值班电话"), max_length=30, blank=True, help_text=_("办不成事的时候，页面会请居民打这个电话。")
    )
    office_hours = models.CharField(
        _("接听时间"), max_length=80, blank=True, help_text=_("例如“周一至周五 9:00—17:30”。")
    )
    address = models.CharField(_("地址"), max_length=120, blank=True, help_text=_("居民找得到的写法。"))
    logo = models.ForeignKey(
        PortalImage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("标志"),
        help_text=_("显示在每一页的左上角；方形、底色透明的最好。不选就用“邻里”的标志。"),
    )
    accent = models.CharField(
        _("主色"),
        max_length=7,
        blank=True,
        validators=[validate_accent],
        help_text=_("按钮和链接的颜色，写成 #b23a1e 这样；太浅看不清的颜色不能用。不填就用柿红色。"),
    )

    class Meta:
        app_label = "core"
        verbose_name = _("社区信息")

    @classmethod
    def current(cls) -> "SiteSettings":
        """Return the one installation's settings."""
        found = kept("settings", lambda: cls.objects.select_related("logo").order_by("pk").first() or cls())
        _Remembered.settings = found
        return found

    @classmethod
    def last_known(cls) -> "SiteSettings | None":
        """Return the settings as this process last read them: for pages that may not ask the database."""
        return _Remembered.settings


class _Remembered:
    settings: SiteSettings | None = None


class SiteOption(models.Model):
    """What was decided otherwise than by default (`core.pages.options`); a secret is sealed."""

    key = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField(null=True)
    secret = EncryptedTextField()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return self.key
