"""Words of Wagtail's admin that no catalogue reaches (P11).

Labels made of the names of fields, words that are translated once, when the process starts, and names that Wagtail's
migrations wrote in English: here they follow the language of whoever looks.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

# Wagtail's own sentences, which its catalogue translates: another name keeps them out of ours.
from django.utils.translation import gettext_lazy as wagtails
from wagtail import hooks
from wagtail.utils.version import get_main_version

# What Wagtail's migrations wrote into the tables, in English.
WRITTEN = {
    "Root": _("根目录"),
    "Editors": _("Wagtail 自带的编辑组"),
    "Moderators": _("Wagtail 自带的审核组"),
    "Moderators approval": _("Wagtail 自带的审核"),
}


def label_fields() -> None:
    """Give the fields of the editor's dialogs labels; a reader of the screen hears nothing else."""
    from wagtail.admin.forms import choosers  # noqa: PLC0415 - models exist from here on
    from wagtail.images.forms import ImageInsertionForm  # noqa: PLC0415

    labels = {
        choosers.ExternalLinkChooserForm: {"link_text": _("链接文字")},
        choosers.AnchorLinkChooserForm: {"link_text": _("链接文字")},
        choosers.PhoneLinkChooserForm: {"phone_number": _("电话号码"), "link_text": _("链接文字")},
        choosers.EmailLinkChooserForm: {
            "email_address": _("邮箱"),
            "link_text": _("链接文字"),
            "subject": _("主题"),
            "body": _("正文"),
        },
        ImageInsertionForm: {
            "format": wagtails("Format"),
            "image_is_decorative": wagtails("Image is decorative"),
            "alt_text": wagtails("Alt text"),
        },
    }
    for form, fields in labels.items():
        for name, label in fields.items():
            form.base_fields[name].label = label
    made = choosers.LocaleFilterMixin.__init__

    def with_label(form: Any, *args: Any, **kwargs: Any) -> None:
        made(form, *args, **kwargs)
        if "locale" in form.fields:
            form.fields["locale"].label = wagtails("Locale")

    choosers.LocaleFilterMixin.__init__ = with_label


def let_words_follow() -> None:
    """Translate when a page is made what Wagtail translates when the process starts."""
    from wagtail.admin.views.pages.search import SearchView  # noqa: PLC0415
    from wagtail.admin.viewsets import viewsets  # noqa: PLC0415
    from wagtail.admin.viewsets.chooser import ChooserViewSet  # noqa: PLC0415
    from wagtail.models import Page  # noqa: PLC0415
    from wagtail.snippets.views.chooser import SnippetChooserViewSet  # noqa: PLC0415
    from wagtail.snippets.views.snippets import SnippetViewSet  # noqa: PLC0415

    for name, words in {
        "choose_one_text": "Choose",
        "choose_another_text": "Choose another",
        "edit_item_text": "Edit",
        "search_tab_label": "Search",
        "create_action_label": "Create",
    }.items():
        setattr(ChooserViewSet, name, wagtails(words))
    for viewset in viewsets.viewsets:
        if isinstance(viewset, SnippetChooserViewSet):
            viewset.page_title = wagtails("Choose")
    trail = SnippetViewSet.breadcrumbs_items.fget

    def crumbs(snippets: SnippetViewSet) -> list[dict[str, Any]]:
        return [
            step | {"label": wagtails(word)}
            for step, word in zip(trail(snippets), ("Home", "Snippets"), strict=False)
        ]

    SnippetViewSet.breadcrumbs_items = property(crumbs)
    # Without it the search counts things called None.
    SearchView.verbose_name_plural = Page._meta.verbose_name_plural


@hooks.register("construct_help_menu")
def help_in_words(request: HttpRequest, items: list[Any]) -> None:
    """Let the news of Wagtail's version be named in the language of whoever looks; the menu is made once."""
    for item in items:
        if item.name.startswith("whats-new-in-wagtail"):
            item.label = NEWS


@hooks.register("construct_reports_menu")
def translations_in_words(request: HttpRequest, items: list[Any]) -> None:
    """Name the report of translations in the language of whoever looks; its own label is made once."""
    for item in items:
        # By its address: its name is made of the label.
        if "/localize/" in (item.url or ""):
            item.label = wagtails("Translations")


def _news() -> str:
    version = {"version": get_main_version(include_patch=False)}
    return translation.gettext("What's new in Wagtail %(version)s") % version


NEWS = lazy(_news, str)()


def name_again() -> None:
    """Show what is written in English, or is a key of ours, by a name in the language of whoever looks."""
    from wagtail.models import Page, Task, Workflow  # noqa: PLC0415

    from foundation.accounts.domain.roles import GROUP_OF_ROLE  # noqa: PLC0415

    roles: dict[str, Any] = {group: role.label for role, group in GROUP_OF_ROLE.items()}
    titled = Page.get_admin_display_title

    def title(page: Page) -> str:
        shown = titled(page)
        return str(WRITTEN.get(shown, shown)) if page.is_root() else shown

    Page.get_admin_display_title = title

    def called(group: Group) -> str:
        return str((WRITTEN | roles).get(group.name, group.name))

    Group.__str__ = called  # type: ignore[method-assign,assignment]
    for model in (Task, Workflow):
        model.__str__ = lambda one: str(WRITTEN.get(one.name, one.name))


def put_right() -> None:
    """Do all of it, once, when the apps are ready."""
    label_fields()
    let_words_follow()
    name_again()


def admin_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse editors, and tell them of wrong addresses, in the language they chose: Wagtail only shows pages in it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return get_response(request)
        profile = getattr(request.user, "wagtail_userprofile", None)
        if profile is None:
            return get_response(request)
        with translation.override(profile.get_preferred_language()):
            return get_response(request)

    return middleware
