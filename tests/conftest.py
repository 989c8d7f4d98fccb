"""What every test can ask for: a small community, its people, its pages, the outbox, a browser."""

import io
import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import translation
from PIL import Image

pytest_plugins = ["tests.plugins.report"]
SAMPLE = 25
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# Playwright's synchronous API runs an event loop in this thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Long corpora are sampled; `make faults` runs them whole."""
    parser.addoption("--whole", action="store_true", help="every payload in every field, no samples")


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether somebody asked for every payload in every field."""
    return bool(request.config.getoption("--whole"))


@pytest.fixture(scope="session")
def sample(whole: bool) -> Callable[[Sequence[str]], list[str]]:
    """Take 25 of a corpus, always the same and in its order; all of it with --whole."""

    def some(corpus: Sequence[str]) -> list[str]:
        if whole or len(corpus) <= SAMPLE:
            return list(corpus)
        chosen = sorted(random.Random(SAMPLE).sample(range(len(corpus)), SAMPLE))
        return [corpus[number] for number in chosen]

    return some


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever drives a browser is marked so, and needs the database of a running server."""
    for item in items:
        # Not by the name of the page: the API's tests call their device a phone.
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database goes at the end even where the session of a killed process is still ending."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def _clean(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Every test has its own files, an empty cache, and no memory of an earlier test's keys."""
    from foundation.core.crypto import keys
    from foundation.core.flow import outbox
    from foundation.core.pages import version
    from foundation.moderation.domain import words
    from news.domain.reading import READERS

    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SMS_FOLDER = tmp_path / "sms"
    # The heads and erasures of another test's database say nothing true of this one's.
    settings.AUDIT_HEADS = tmp_path / "audit-heads.jsonl"
    settings.ERASURE_LIST = tmp_path / "erasures.csv"
    # Django puts its own backend everywhere for tests; here mail goes its real way up to the gateway.
    settings.MAILERS = {
        "default": {"BACKEND": "foundation.core.flow.mail.OutboxEmailBackend"},
        "gateway": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"},
    }
    for cache in caches.all(initialized_only=True):
        cache.clear()
    version.forget()
    words.forget()
    outbox.channels.forget()
    keys.forget()
    yield
    keys.forget()
    READERS.forget()
    # A request leaves its language behind in the thread.
    translation.deactivate()


@pytest.fixture
def places(db: None) -> dict[str, Any]:
    """One street with two committees, and a building in the first."""
    from foundation.core.models import Place

    street = Place.add_root(name="梧桐街道", slug="wutong", level="street")
    ginkgo = street.add_child(name="银杏里社区", slug="ginkgo", level="committee")
    bridge = Place.objects.get(pk=street.pk).add_child(name="青石桥社区", slug="bridge", level="committee")
    building = Place.objects.get(pk=ginkgo.pk).add_child(name="3 号楼", slug="ginkgo-3", level="building")
    return {place.slug: Place.objects.get(pk=place.pk) for place in (street, ginkgo, bridge, building)}


@pytest.fixture
def person(places: dict[str, Any]) -> Callable[..., Any]:
    """Make an account: `person("lin", verified=True, roles=["editor"])`; the password is `pw-<name>-2026`."""
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    from foundation.accounts.domain.roles import give_role
    from foundation.accounts.models import User

    def make(
        name: str,
        *,
        display: str = "",
        verified: bool = True,
        roles: tuple[str, ...] = (),
        place: str = "ginkgo",
    ) -> User:
        facts: dict[str, Any] = {}
        if verified:
            facts = {
                "verified_at": timezone.now(),
                "verified_method": "staff",
                "verified_name": f"实名{name}",
                "identity_index": f"index-{name}",
                "place": places[place],
            }
        user = User.objects.create_user(
            name, f"{name}@example.org", f"pw-{name}-2026", display_name=display or name, **facts
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        for role in roles:
            give_role(
                user, role, place=places[place] if role in ("staff", "childrens_officer") else None, by=None
            )
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def clauses(db: None) -> None:
    """The office's clauses, where a test has emptied the tables that migrations filled."""
    import json

    from helpagreements.models import ClauseTemplate

    if ClauseTemplate.objects.exists():
        return
    from django.conf import settings

    known = json.loads(
        (settings.BASE_DIR / "helpagreements" / "data" / "clauses.json").read_text(encoding="utf-8")
    )
    every = known.pop("every")
    for type_, own in known.items():
        for clause in [*own, *every]:
            ClauseTemplate.objects.create(type=type_, **clause)


@pytest.fixture
def ground(db: None) -> None:
    """What Wagtail's migrations wrote; a test that commits empties every table when it ends."""
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Collection, Locale, Page

    # wagtail-localize's own, which hangs on no model: only its migration makes it.
    about, _new = ContentType.objects.get_or_create(app_label="wagtail_localize", model="translation")
    Permission.objects.get_or_create(
        content_type=about, codename="submit_translation", defaults={"name": "Can submit translations"}
    )
    Locale.objects.get_or_create(language_code="zh-hans")
    if not Page.objects.exists():
        Page.add_root(title="Root", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")


@pytest.fixture
def portal(ground: None) -> Any:
    """The frame of pages with roles, workflow and one channel."""
    from foundation.accounts.domain.groups import make_groups
    from foundation.moderation.domain.workflow import make_workflow
    from home.domain.frame import make_frame
    from news.models import Channel

    frame = make_frame(name="银杏里社区")
    make_groups()
    make_workflow()
    Channel.objects.get_or_create(slug="street", defaults={"name": "社区要闻"})
    return frame


@pytest.fixture
def article(portal: Any) -> Callable[..., Any]:
    """Make an article; published unless said otherwise."""
    from news.models import ArticlePage, Channel

    def make(title: str = "银杏黄了", *, live: bool = True, **values: Any) -> ArticlePage:
        page = ArticlePage(
            title=title,
            slug=values.pop("slug", f"a{ArticlePage.objects.count() + 1}"),
            channel=Channel.objects.get(slug="street"),
            summary=values.pop("summary", "今年的银杏叶比往年早黄了一周。"),
            live=live,
            **values,
        )
        portal.news.add_child(instance=page)
        if live:
            page.save_revision().publish()
            page.refresh_from_db()
        return page

    return make


@pytest.fixture
def notice(portal: Any) -> Callable[..., Any]:
    """Publish a notice for somebody, the way the workflow does it; without a scope for everybody."""
    from foundation.core.access.scopes import PUBLIC, Scope
    from news.models import NoticePage

    def make(title: str = "停水", *, scope: Any = None, live: bool = True, **values: Any) -> NoticePage:
        values = {"summary": "一句话", "slug": f"n{NoticePage.objects.count() + 1}", **values}
        page = NoticePage(title=title, live=False, **values)
        page.scope = scope or Scope(PUBLIC)
        portal.notices.add_child(instance=page)
        if live:
            page.save_revision().publish(skip_permission_checks=True)
        return NoticePage.objects.get(pk=page.pk)

    return make


@pytest.fixture
def drain() -> Callable[[], int]:
    """Carry out everything that waits in the outbox, and what that causes."""
    from foundation.core.flow import outbox

    def run() -> int:
        done = 0
        while step := outbox.drain():
            done += step
        return done

    return run


@pytest.fixture
def morning(drain: Callable[[], int]) -> Callable[[], int]:
    """Let it be eight o'clock: what waits for somebody's digest goes out, and everything else that waits."""
    from django.utils import timezone

    from foundation.messaging.domain import delivery
    from foundation.messaging.models import Delivery

    def run() -> int:
        done = drain()
        Delivery.objects.filter(state="waiting").update(due_at=timezone.now())
        delivery.start_due()
        return done + drain()

    return run


@pytest.fixture
def picture() -> Callable[..., Any]:
    """Make an uploaded picture in memory."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    def make(
        name: str = "a.jpg", size: tuple[int, int] = (640, 480), kind: str = "JPEG", **options: Any
    ) -> Any:
        file = io.BytesIO()
        Image.new("RGB", size, (180, 90, 40)).save(file, kind, **options)
        return SimpleUploadedFile(name, file.getvalue(), f"image/{kind.lower()}")

    return make


def _chromium() -> str:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: tools/setup dev installs it as root")
        pytest.skip("no Chromium: an administrator runs `apt-get install chromium`")
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, once per session."""
    from playwright.sync_api import sync_playwright

    path = _chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _page(chromium: Any, live_server: Any, size: dict[str, int], **options: Any) -> Iterator[Any]:
    # Without motion: a colour that is still on its way is no colour to judge.
    context = chromium.new_context(
        viewport=size,
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None
    )
    yield page
    context.close()
    assert not problems, problems


@pytest.fixture
def phone(chromium: Any, live_server: Any, transactional_db: None) -> Iterator[Any]:
    """A page of 390 px, touched."""
    yield from _page(chromium, live_server, PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def desktop(chromium: Any, live_server: Any, transactional_db: None) -> Iterator[Any]:
    """A page of 1280 px."""
    yield from _page(chromium, live_server, DESKTOP)


@pytest.fixture
def axe() -> Callable[[Any], None]:
    """Assert that axe-core finds nothing on a page, by day and by night."""
    from tests.browser.looks import SET_THEME, run_axe

    def check(page: Any) -> None:
        page.wait_for_load_state()  # a click returns before the page it leads to has a root element
        for theme in ("light", "dark"):
            page.evaluate(SET_THEME, theme)
            found = run_axe(page)
            assert not found, f"{page.url} ({theme})\n" + "\n".join(found)

    return check


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Any, str], None]:
    """Sign an account of `person` in, by the form."""

    def go(page: Any, name: str, *, after: str = "/") -> None:
        page.goto(f"/account/login/?next={after}")
        page.fill("[name=login]", name)
        page.fill("[name=password]", f"pw-{name}-2026")
        page.click("main form button")
        page.wait_for_url(f"**{after}")

    return go
