"""How pages are shown: elder mode and size of type, in the browser and on the account; asked once from 60 on (U2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from foundation.accounts.domain.display import choose_display
from foundation.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.row("U2")]
QUESTION = "要换成大字的长辈版吗？"


def is_elder(client: Client, path: str = "/news/") -> bool:
    return 'data-mode="elder"' in client.get(path).content.decode()


def sign_in(person: User) -> Client:
    client = Client()
    client.post("/account/login/", {"login": person.email, "password": f"pw-{person.username}-2026"})
    return client


@pytest.fixture
def elder(person: Callable, portal: Any) -> User:
    User.objects.filter(pk=person("lin").pk).update(age_band="elder")
    return User.objects.get(username="lin")


def test_a_visitor_switches_by_a_plain_link_and_back(client: Client, portal: Any) -> None:
    assert client.get("/mode/elder/?next=/news/").url == "/news/"
    assert is_elder(client)
    client.get("/mode/ordinary/")
    assert not is_elder(client)


@pytest.mark.deny
def test_the_switch_leads_to_no_other_site(client: Client, portal: Any) -> None:
    assert client.get("/mode/elder/?next=https://evil.example/").url == "/"
    assert client.post("/mode/elder/", {"next": "//evil.example/"}).url == "/"


@pytest.mark.parametrize("size", [17, 20, 24, 30])
def test_four_sizes_of_type_are_kept_by_the_browser(client: Client, portal: Any, size: int) -> None:
    client.get(f"/mode/{size}/")
    assert f'data-text="{size}"' in client.get("/news/").content.decode()


@pytest.mark.deny
def test_a_size_that_is_not_offered_counts_for_nothing(client: Client, portal: Any) -> None:
    assert client.get("/mode/31/").status_code == 404
    client.cookies["text"] = "31"
    client.cookies["elder"] = "yes"
    html = client.get("/news/").content.decode()
    assert "data-text" not in html
    assert "data-mode" not in html


class TestThePoster:
    """`?mode=elder` at the end of any address, for a QR code on a wall."""

    def test_it_switches_and_keeps_the_page(self, client: Client, portal: Any) -> None:
        answer = client.get("/news/?channel=street&mode=elder")
        assert answer.url == "/news/?channel=street"
        assert is_elder(client)
        assert client.get("/news/?mode=ordinary").url == "/news/"
        assert not is_elder(client)

    @pytest.mark.deny
    def test_it_leads_to_no_other_site(self, client: Client, portal: Any) -> None:
        for path in ("//evil.example/", "///evil.example/"):
            answer = client.generic("GET", path, QUERY_STRING="mode=elder")
            assert not answer.headers.get("Location", "").startswith("//")

    def test_other_words_and_other_pages_are_left_alone(self, client: Client, portal: Any) -> None:
        assert client.get("/news/?mode=loud").status_code == 200
        assert client.get("/admin/login/?mode=elder")["Location"].startswith("/account/login/")


class TestTheAccount:
    def test_what_a_member_chooses_follows_her_to_another_browser(self, elder: User) -> None:
        first = sign_in(elder)
        first.post("/mode/elder/", {"next": "/news/"})
        first.post("/mode/30/", {"next": "/news/"})
        second = sign_in(elder)
        assert is_elder(second)
        assert 'data-text="30"' in second.get("/news/").content.decode()

    def test_her_choice_counts_where_somebody_else_chose_before(self, elder: User) -> None:
        choose_display(by=elder, mode="elder")
        client = Client()
        client.get("/mode/ordinary/")
        client.post("/account/login/", {"login": elder.email, "password": "pw-lin-2026"})
        assert is_elder(client)

    def test_what_she_pressed_just_before_signing_in_stays(self, elder: User) -> None:
        choose_display(by=elder, mode="ordinary")
        client = Client()
        client.get("/mode/elder/")
        client.post("/account/login/", {"login": elder.email, "password": "pw-lin-2026"})
        assert is_elder(client)

    def test_a_poster_changes_the_browser_and_not_the_account(self, elder: User) -> None:
        client = sign_in(elder)
        client.get("/news/?mode=elder")
        assert is_elder(client)
        elder.refresh_from_db()
        assert elder.display_mode == ""

    def test_the_page_of_settings_keeps_both(self, elder: User) -> None:
        client = sign_in(elder)
        answer = client.post("/account/display/", {"mode": "elder", "size": "20"}, follow=True)
        assert "已保存" in answer.content.decode()
        elder.refresh_from_db()
        assert (elder.display_mode, elder.text_size) == ("elder", 20)

    @pytest.mark.deny
    def test_nonsense_is_refused_with_words(self, elder: User) -> None:
        answer = sign_in(elder).post("/account/display/", {"mode": "loud", "size": "99"})
        assert answer.status_code == 422
        assert "还有地方需要改一下" in answer.content.decode()

    @pytest.mark.deny
    def test_nor_does_the_database_take_it(self, elder: User) -> None:
        for wrong in ({"display_mode": "loud"}, {"text_size": 99}):
            with pytest.raises(IntegrityError), transaction.atomic():
                User.objects.filter(pk=elder.pk).update(**wrong)
        for wrong in ({"mode": "loud"}, {"size": 99}):
            with pytest.raises((ValueError, ValidationError)):
                choose_display(by=elder, **wrong)

    def test_a_visitor_has_the_page_of_settings_too(self, client: Client, portal: Any) -> None:
        client.post("/account/display/", {"mode": "elder", "size": "30"})
        html = client.get("/news/").content.decode()
        assert 'data-mode="elder"' in html
        assert 'data-text="30"' in html


class TestAskedOnce:
    def test_from_sixty_on_people_are_asked_after_signing_in(self, elder: User) -> None:
        client = sign_in(elder)
        assert QUESTION in client.get("/").content.decode()
        assert QUESTION in client.get("/news/").content.decode(), "until there is an answer"

    @pytest.mark.parametrize("answer", ["elder", "ordinary"])
    def test_and_never_again_whatever_they_said(self, elder: User, answer: str) -> None:
        client = sign_in(elder)
        client.post(f"/mode/{answer}/", {"next": "/"})
        assert QUESTION not in client.get("/").content.decode()
        assert is_elder(client) == (answer == "elder")
        assert QUESTION not in sign_in(elder).get("/").content.decode()

    def test_nor_if_they_said_nothing(self, elder: User) -> None:
        sign_in(elder)
        assert QUESTION not in sign_in(elder).get("/").content.decode()

    def test_younger_people_and_who_has_chosen_are_not_asked(self, elder: User, person: Callable) -> None:
        assert QUESTION not in sign_in(person("zhou")).get("/").content.decode()
        choose_display(by=elder, mode="ordinary")
        assert QUESTION not in sign_in(elder).get("/").content.decode()


def test_the_choice_stands_in_the_own_data_and_goes_with_the_account(elder: User) -> None:
    from foundation.accounts.domain.leaving import erase_account, person_data

    choose_display(by=elder, mode="elder", size=30)
    elder.refresh_from_db()
    assert person_data(elder)["pages_shown"] == {"mode": "elder", "text_size": 30, "asked": None}
    erase_account(elder)
    elder.refresh_from_db()
    assert (elder.display_mode, elder.text_size, elder.elder_asked_at) == ("", None, None)
