"""Settings (O6): name, logo, colour, channels, rules, places: set in the admin, each with help and a default."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import send_mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Site

from foundation.accounts.models import Membership, Organisation
from foundation.core.access.permissions import Refused
from foundation.core.flow.models import AuditEntry, AuditPayload
from foundation.core.models import Place, SiteOption, SiteSettings
from foundation.core.pages import colours, options
from office.domain import places as tree
from office.domain import settings as domain
from office.domain.places import add_place, remove_place, rename_place
from tools.services import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.row("O6")]
FORM = {"community_name": "银杏里社区", "short_name": "银杏里", "hotline": "010-6600 0000"}


@pytest.fixture
def chief(person: Callable) -> Any:
    return person("chief", roles=("administrator",))


@pytest.fixture
def client(chief: Any, portal: Any) -> Client:
    """An administrator who has just shown that it is she."""
    made = Client()
    made.post("/account/login/", {"login": chief.email, "password": f"pw-{chief.username}-2026"})
    return made


def test_the_name_is_on_every_page_at_once(client: Client) -> None:
    answer = client.post(reverse("office:settings"), FORM, follow=True)
    assert "已保存" in answer.content.decode()
    page = Client().get("/").content.decode()
    assert "银杏里社区" in page
    assert "010-6600 0000" in page
    entry = AuditEntry.objects.get(action="core.change_settings")
    told = AuditPayload.objects.get(seq=entry.seq).data
    assert told["hotline"] == ["", "010-6600 0000"]
    assert "address" not in told


def test_every_setting_has_words_help_and_a_default(client: Client) -> None:
    for field in domain.SiteSettings._meta.fields:
        if field.name not in ("id", "site"):
            assert field.help_text, field.name
            assert field.has_default() or field.blank or field.null, field.name
    for group in options.GROUPS:
        for option in options.of_group(group):
            assert str(option.label)
            assert str(option.help)
            assert option.default is not None
            page = client.get(reverse("office:options", args=[group])).content.decode()
            assert str(option.label) in page


@pytest.mark.parametrize("colour", ["#ff9900", "#ffffff", "#8a8", "red", "#b23a1e;}", "#B23A1"])
@pytest.mark.deny
def test_a_colour_that_nobody_can_read_is_refused(client: Client, colour: str) -> None:
    answer = client.post(reverse("office:settings"), {**FORM, "accent": colour})
    assert answer.status_code == 422
    assert colour in answer.content.decode()
    assert SiteSettings.objects.get(site=Site.objects.get()).accent == ""
    assert Client().get("/theme.css").content == b""


def test_the_colour_is_on_every_page(client: Client) -> None:
    assert "theme.css" not in Client().get("/").content.decode()
    client.post(reverse("office:settings"), {**FORM, "accent": "#1e6152"})
    assert '<link rel="stylesheet" href="/theme.css?v=1e6152">' in Client().get("/").content.decode()
    sheet = Client().get("/theme.css").content.decode()
    assert "--brick:#1e6152" in sheet


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_that_is_taken_can_be_read_by_day_and_by_night(rgb: tuple[int, int, int]) -> None:
    """WCAG 2.2, 1.4.3, for text in the colour, text on it, and text on its tint."""
    accent = "#{:02x}{:02x}{:02x}".format(*rgb)
    try:
        colours.validate_accent(accent)
    except ValidationError:
        return
    day, night = colours.by_day(accent), colours.by_night(accent)
    assert colours.contrast(day.plain, colours.PAPER) >= 4.5
    assert colours.contrast(day.plain, day.on) >= 4.5
    assert colours.contrast(day.hover, day.on) >= 4.5
    assert colours.contrast(day.plain, day.tint) >= 3.6
    assert colours.contrast(night.plain, colours.NIGHT) >= 4.5
    assert colours.contrast(night.plain, night.on) >= 4.5


def test_the_logo_takes_the_place_of_ours(client: Client, image: Any) -> None:
    client.post(reverse("office:settings"), {**FORM, "logo": image.pk})
    page = Client().get("/").content.decode()
    assert 'class="brand__logo"' in page
    assert "brand__mark" not in page.split("</header>")[0]


@pytest.fixture
def image(picture: Callable) -> Any:
    from django.core.files.images import ImageFile

    from foundation.core.models import PortalImage

    return PortalImage.objects.create(title="标志", file=ImageFile(picture(size=(64, 64)), name="logo.png"))


def test_an_option_is_obeyed_at_once_and_its_default_comes_back(client: Client) -> None:
    address = reverse("office:options", args=["oversight"])
    client.post(address, {"office.reveals_an_hour": "40", "office.night_from": "23", "office.night_to": "6"})
    assert options.value("office.reveals_an_hour") == 40
    assert options.value("office.night_from") == 23
    assert not SiteOption.objects.filter(pk="office.night_to").exists(), (
        "what equals the default is not stored"
    )
    client.post(address, {"office.reveals_an_hour": "", "office.night_from": "", "office.night_to": ""})
    assert options.value("office.reveals_an_hour") == 30
    assert not SiteOption.objects.exists()


@pytest.mark.deny
def test_a_wrong_value_says_so_and_keeps_what_was_typed(client: Client) -> None:
    answer = client.post(reverse("office:options", args=["oversight"]), {"office.night_from": "25"})
    assert answer.status_code == 422
    assert 'value="25"' in answer.content.decode()
    assert not SiteOption.objects.exists()
    answer = client.post(reverse("office:options", args=["channels"]), {"messaging.smtp_host": "http://x/y"})
    assert answer.status_code == 422


@pytest.mark.deny
@pytest.mark.security(51)
def test_a_secret_is_sealed_and_never_shown_again(client: Client) -> None:
    address = reverse("office:options", args=["channels"])
    client.post(address, {"messaging.smtp_host": "smtp.example.cn", "messaging.smtp_password": "canary-9f3"})
    assert options.value("messaging.smtp_password") == "canary-9f3"
    assert "canary-9f3" not in client.get(address).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT value, secret FROM core_siteoption")
        assert "canary-9f3" not in repr([tuple(map(bytes_or, row)) for row in cursor.fetchall()])
    assert "canary-9f3" not in str([row.data for row in AuditPayload.objects.all()])
    client.post(address, {"messaging.smtp_host": "smtp.example.cn", "messaging.smtp_password": ""})
    assert options.value("messaging.smtp_password") == "canary-9f3", "left empty, it stays"


@pytest.mark.deny
def test_a_kept_password_goes_to_no_other_server(client: Client) -> None:
    address = reverse("office:options", args=["channels"])
    first = {
        "messaging.smtp_host": "smtp.example.cn",
        "messaging.smtp_port": 465,
        "messaging.smtp_security": "ssl",
        "messaging.smtp_user": "office",
    }
    client.post(address, {**first, "messaging.smtp_password": "canary-9f3"})
    for key, other in (
        ("messaging.smtp_host", "evil.example.cn"),
        ("messaging.smtp_port", 587),
        ("messaging.smtp_security", "none"),
        ("messaging.smtp_user", "other"),
    ):
        answer = client.post(address, {**first, key: other})
        assert answer.status_code == 422
        assert "请重新填写密码" in answer.content.decode()
        assert str(other) in answer.content.decode(), "what was typed is kept"
        assert options.value(key) == first[key]
    moved = {**first, "messaging.smtp_host": "smtp2.example.cn", "messaging.smtp_password": "new-8e1"}
    assert client.post(address, moved).status_code == 302
    assert options.value("messaging.smtp_password") == "new-8e1"
    client.post(address, {**first, "messaging.smtp_host": ""})
    assert not options.is_set("messaging.smtp_password"), "sent nowhere, it is not kept"


@pytest.mark.deny
def test_where_secrets_are_kept_only_who_has_just_shown_herself_changes_anything(
    chief: Any, portal: Any
) -> None:
    stranger = Client()
    stranger.force_login(chief)
    answer = stranger.post(
        reverse("office:options", args=["channels"]), {"messaging.smtp_host": "evil.example.cn"}
    )
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url
    assert not options.is_set("messaging.smtp_host")


def bytes_or(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.deny
@pytest.mark.parametrize("role", ["editor", "reviewer", "staff", "auditor", "operator", ""])
def test_nobody_else_decides(role: str, person: Callable, portal: Any) -> None:
    somebody = person("somebody", roles=(role,) if role else ())
    settings = SiteSettings.for_site(Site.objects.get())
    with pytest.raises(Refused):
        domain.change_community(settings, values={"community_name": "我的社区"}, by=somebody)
    with pytest.raises(Refused):
        domain.change_options("oversight", values={}, by=somebody)
    with pytest.raises(Refused):
        add_place(parent=None, name="新街道", slug="new", level="street", by=somebody)


@pytest.mark.deny
def test_an_option_of_another_group_is_not_reached(chief: Any) -> None:
    with pytest.raises(KeyError):
        domain.change_options("oversight", values={"messaging.smtp_host": "evil"}, by=chief)


def test_an_option_declared_twice_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured):
        options.declare(
            options.Option(key="office.night_to", group="x", label="", help="", default=1, field=lambda: None)  # type: ignore[arg-type, return-value]
        )


class Inbox:
    """What a mail server of an office sees."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.signed_in: list[bytes] = []
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[Any]:
    """A real mail server on loopback that asks for name and password."""
    inbox = Inbox()

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        inbox.signed_in.append(data.password)
        return AuthResult(success=data.login == b"office" and data.password == b"geheim-2026")

    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    inbox.port = controller.port
    yield inbox
    controller.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_mail_goes_out_by_the_offices_own_server(chief: Any, server: Any, drain: Callable) -> None:
    domain.change_options(
        "channels",
        values={
            "messaging.smtp_host": "127.0.0.1",
            "messaging.smtp_port": server.port,
            "messaging.smtp_security": "none",
            "messaging.smtp_user": "office",
            "messaging.smtp_password": "geheim-2026",
            "messaging.sender_name": "银杏里社区",
            "messaging.sender_address": "office@example.org",
        },
        by=chief,
    )
    send_mail("停水通知", "周六上午检修。", None, ["lin@example.org"])
    drain()
    (letter,) = server.letters
    assert server.signed_in == [b"geheim-2026"]
    assert letter.mail_from == "office@example.org"
    assert letter.rcpt_tos == ["lin@example.org"]


def test_where_the_office_named_no_server_the_settings_count(drain: Callable) -> None:
    from django.core import mail

    send_mail("停水通知", "周六上午检修。", None, ["lin@example.org"])
    drain()
    assert mail.outbox[0].from_email == configured.DEFAULT_FROM_EMAIL


def test_places_are_added_and_renamed(client: Client, places: dict) -> None:
    client.post(
        reverse("office:add_place") + "?in=wutong",
        {"name": "槐树里社区", "slug": "huaishu", "level": "committee"},
    )
    added = Place.objects.get(slug="huaishu")
    assert added.get_parent().slug == "wutong"
    client.post(reverse("office:rename_place", args=["huaishu"]), {"name": "槐树里"})
    added.refresh_from_db()
    assert added.name == "槐树里"
    assert "槐树里" in client.get(reverse("office:places")).content.decode()
    assert {"core.add_place", "core.rename_place"} <= set(AuditEntry.objects.values_list("action", flat=True))


@pytest.mark.deny
def test_a_street_lies_in_nothing_and_a_place_only_in_a_larger_one(chief: Any, places: dict) -> None:
    for parent, level in (
        (None, "committee"),
        (places["ginkgo"], "street"),
        (places["ginkgo-3"], "building"),
    ):
        with pytest.raises(tree.WrongLevel):
            add_place(parent=parent, name="错", slug="wrong", level=level, by=chief)
    assert not Place.objects.filter(slug="wrong").exists()


@pytest.mark.deny
def test_a_place_on_which_something_hangs_stays(
    chief: Any, client: Client, person: Callable, places: dict
) -> None:
    person("lin", place="ginkgo-3")
    answer = client.post(reverse("office:remove_place", args=["ginkgo-3"]), follow=True)
    assert "不能删除" in answer.content.decode()
    with pytest.raises(tree.InUse):
        remove_place(places["wutong"], by=chief)
    empty = add_place(parent=places["bridge"], name="空楼", slug="empty", level="building", by=chief)
    remove_place(empty, by=chief)
    assert set(Place.objects.filter(retired_at=None).values_list("slug", flat=True)) == set(places)


@pytest.mark.row("H5")
def test_a_committee_can_sign_from_its_first_day_and_be_removed_before_it_did(
    chief: Any, places: dict, person: Callable
) -> None:
    facts = {"parent": places["wutong"], "level": "committee", "by": chief}
    new = add_place(name="新桥社区", slug="new", **facts)
    office = Organisation.objects.get(type="office", place=new)
    assert (office.name, office.stands) == ("新桥社区", True)
    rename_place(new, name="新石桥社区", by=chief)
    office.refresh_from_db()
    assert office.name == "新石桥社区"
    remove_place(new, by=chief)
    assert not Organisation.objects.filter(pk=office.pk).exists()
    busy = add_place(name="老桥社区", slug="old", **facts)
    Membership.objects.create(organisation=Organisation.objects.get(place=busy), user=person("clerk"))
    with pytest.raises(tree.InUse):
        remove_place(busy, by=chief)
    assert Organisation.objects.filter(place=busy).exists()
    building = add_place(parent=busy, name="1 号楼", slug="one", level="building", by=chief)
    assert not Organisation.objects.filter(place=building).exists()


@pytest.mark.deny
def test_the_path_of_a_removed_place_never_means_another_one(
    chief: Any, client: Client, places: dict
) -> None:
    """It stands as text in the scopes of what was written for the people there."""
    facts = {"parent": places["bridge"], "name": "空楼", "slug": "empty", "level": "building", "by": chief}
    gone = add_place(**facts)
    remove_place(gone, by=chief)
    assert add_place(**facts).path != gone.path
    remove_place(Place.objects.get(slug="empty"), by=chief)
    remove_place(places["bridge"], by=chief)
    bridge = Place.objects.get(pk=places["bridge"].pk)
    assert "青石桥" not in client.get(reverse("office:places")).content.decode()
    assert client.get(reverse("office:add_place") + f"?in={bridge.slug}").status_code == 404
    with pytest.raises(tree.WrongLevel):
        add_place(**facts)
    with pytest.raises(tree.InUse):
        remove_place(bridge, by=chief)


@pytest.mark.deny
def test_an_address_name_that_is_taken_is_refused(client: Client, places: dict) -> None:
    answer = client.post(
        reverse("office:add_place") + "?in=wutong", {"name": "另一个", "slug": "ginkgo", "level": "committee"}
    )
    assert answer.status_code == 422
    assert "已经用在另一个地点上" in answer.content.decode()
    assert "另一个" in answer.content.decode()


def test_a_new_name_is_what_readers_see(chief: Any, places: dict) -> None:
    rename_place(places["ginkgo"], name="银杏里（新）", by=chief)
    assert Place.objects.get(slug="ginkgo").path == places["ginkgo"].path
