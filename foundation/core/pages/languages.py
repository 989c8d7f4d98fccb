"""Pages in several languages (P11): each page once, in the reader's language where it was translated, else as it was written.

The trees of other languages hold only what somebody translated. What is not there is read in the site's first language,
at the address of the reader's, with her menus around it (docs/adr/0023).
"""

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Locale, Page

from foundation.core.pages.version import kept


def _locales() -> dict[str, int]:
    """Return the languages that pages can be written in, by their codes."""
    return kept("locales", lambda: dict(Locale.objects.values_list("language_code", "pk")))


def first() -> int | None:
    """Return the locale in which the site is written first; None before the first migration is through."""
    return _locales().get(get_supported_content_language_variant(settings.LANGUAGE_CODE))


def here() -> int | None:
    """Return the locale of this request, the first one where nothing is written in its language."""
    try:
        code = get_supported_content_language_variant(translation.get_language() or settings.LANGUAGE_CODE)
    except LookupError:
        return first()
    return _locales().get(code, first())


def others() -> list[str]:
    """Return the codes of the languages beside the first."""
    return [code for code, locale in _locales().items() if locale != first()]


def once_each[Q_: QuerySet[Any]](pages: Q_, live: QuerySet[Any]) -> Q_:
    """Keep every page once: the translation into this request's language, else the page in the first language.

    `live` are the published pages of the model, by which is seen what is translated.
    """
    now, origin = here(), first()
    if now == origin:
        return pages.filter(locale=origin)
    translated = live.filter(locale=now).values("translation_key")
    return pages.filter(Q(locale=now) | (Q(locale=origin) & ~Q(translation_key__in=translated)))


def translation_of(page: Page, locale: int | None) -> Any:
    """Return the published translation of a page into a language, itself where it is in that one; None without."""
    if page.locale_id == locale:
        return page

    def find() -> tuple[Any]:
        found = Page.objects.live().filter(translation_key=page.translation_key, locale=locale).first()
        # In a tuple: what is not there is remembered too.
        return (found.specific if found else None,)

    return kept(f"translation:{page.translation_key}:{locale}", find)[0]


def in_first(page: Page) -> Any:
    """Return the page in the site's first language, of which this one is a translation; None where there is none."""
    return translation_of(page, first())


def follow(page: Any) -> None:
    """Let translations keep to their original in what is not words (`BasePage.follows`): for whom, and until when."""
    model, fields = type(page), type(page).follows
    same = model._default_manager.filter(translation_key=page.translation_key)
    origin = page if page.locale_id == first() else same.filter(locale=first()).first()
    if origin is not None:
        values = {name: getattr(origin, name) for name in fields}
        same.exclude(locale=first()).update(**values)


def withdraw_translations(page: Page) -> None:
    """What is withdrawn in the first language is withdrawn in every language."""
    if page.locale_id != first():
        return
    for one in Page.objects.live().filter(translation_key=page.translation_key).exclude(pk=page.pk):
        one.unpublish(set_expired=False)


def is_foreign(page: Page) -> bool:
    """Say whether a page is shown in another language than its reader chose."""
    return page.locale_id != here()


def code_of(page: Page) -> str:
    """Return the language of a page as HTML names it."""
    codes = {locale: code for code, locale in _locales().items()}
    return {"zh-hans": "zh-CN"}.get(code := codes.get(page.locale_id, settings.LANGUAGE_CODE), code)


def own_address(path: str, page: Page) -> str:
    """Return a page's address in the language of this request, where it is read in the first language's words."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    if (
        page.locale_id != first()
        or language == settings.LANGUAGE_CODE
        or language not in dict(settings.LANGUAGES)
    ):
        return path
    return f"/{language}{path}"


def addresses(page: Page) -> dict[str, str]:
    """Return where a page is read in each language, by the codes of the settings; of untranslated ones the first's words."""

    def find() -> dict[str, str]:
        found = {}
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                shown = translation_of(page, here()) or in_first(page) or page
                found[code] = shown.get_url() or "/"
        return found

    return kept(f"addresses:{page.pk}", find)


def alternates(page: Page) -> dict[str, str]:
    """Return where a page stands in words of each language, for search engines; nothing where there is only one."""

    def find() -> dict[str, str]:
        locales = _locales()
        shown = {
            code: address
            for code, address in addresses(page).items()
            if translation_of(page, locales.get(code)) is not None
        }
        return shown if len(shown) > 1 else {}

    return kept(f"alternates:{page.pk}", find)


def address_here(page: Page) -> str:
    """Return where a page stands in the language of this request."""
    return kept(f"address:{page.pk}:{translation.get_language()}", page.get_url) or ""
