"""allauth's door to our accounts: mobile numbers sealed and found by blind index, codes through the outbox."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.domain import activation, confirmation, tries
from foundation.accounts.domain.telephone import phone_index, phone_indexes
from foundation.accounts.interfaces.fields import MobileField
from foundation.accounts.models import User
from foundation.core.flow import outbox

# Without 0, 1, i, l, o: what is read aloud on the telephone stays unmistakable.
NAME_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def display_name(user: User) -> str:
    """The name that allauth's pages and mails use."""
    return user.display_name


def neutral_username() -> str:
    """Return a free address name that says nothing about the person."""
    while User.objects.filter(
        username=(name := "u" + "".join(secrets.choice(NAME_LETTERS) for _i in range(8)))
    ).exists():
        continue
    return name


class AccountAdapter(DefaultAccountAdapter):
    def populate_username(self, request: Any, user: User) -> None:
        if not user.username:
            user.username = neutral_username()

    def confirm_email(self, request: Any, email_address: EmailAddress) -> bool:
        """Confirm an address and do what follows from it, all or nothing; False where a newer sign-up replaced it."""
        with transaction.atomic():
            if activation.hold(email_address):
                return super().confirm_email(request, email_address)
        messages.warning(request, _("这个链接已经用过，或者过期了。"))
        return False

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        return MobileField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """Return the account's number and whether it was verified; only verified numbers are kept."""
        return (user.phone_sealed, True) if user.phone_index else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Keep a number once it is verified; before that it stands only in the verification's own state."""
        if verified:
            self.set_phone_verified(user, phone)

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Bind a verified number to the account, taking it from no one: a number that is bound stays bound."""
        try:
            with transaction.atomic():
                user.phone_sealed = phone
                user.phone_index = phone_index(phone)
                user.phone_verified_at = timezone.now()
                user.save(update_fields=["phone_sealed", "phone_index", "phone_verified_at"])
        except IntegrityError:
            user.refresh_from_db(fields=["phone_sealed", "phone_index", "phone_verified_at"])

    def set_password(self, user: User, password: str) -> None:
        """Keep a new password and nothing else of the row: what was decided about the account meanwhile stands.

        allauth writes the whole row as the request found it, and with it a suspension that is not there yet.
        """
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_user_by_phone(self, phone: str) -> User | None:
        """Find the account of a number, written the way people write it: the sign-in form passes it on as typed."""
        try:
            phone = self.phone_form_field().clean(phone)
        except ValidationError:
            return None
        return User.objects.filter(phone_index__in=phone_indexes(phone)).first()

    def is_safe_url(self, url: str | None) -> bool:
        """Say whether `next` stays here; what is no address at all does not, where allauth's own answer breaks."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def _get_login_attempts_cache_key(self, request: Any, **credentials: Any) -> str:
        """Count failed attempts by what was typed, however it was written.

        allauth knows mail addresses and user names only: it would count all telephones together, and five
        mistakes of anybody would close that door to everybody.
        """
        typed = credentials.get("phone") or credentials.get("email") or credentials.get("username") or ""
        try:
            typed = self.phone_form_field().clean(typed)
        except ValidationError:
            typed = typed.lower()
        return f"login:{typed}"

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Say of tries that were too many how long to wait; allauth says "later"."""
        return (
            tries.too_many("login_failed")
            if code == tries.TOO_MANY
            else super().validation_error(code, *args)
        )

    def get_reauthentication_methods(self, user: Any) -> list[dict]:
        """Return the ways in which somebody signed in shows that it is she; a code is one that nobody lacks."""
        words = {
            "reauthenticate": _("用密码"),
            "mfa_reauthenticate": _("用验证器或恢复码"),
            "mfa_reauthenticate:webauthn": _("用通行密钥"),
        }
        found = super().get_reauthentication_methods(user)
        ways = [{**way, "description": words.get(way["id"], way["description"])} for way in found]
        if user.is_authenticated:
            code = {
                "id": "code",
                "description": _("用验证码"),
                "url": reverse("accounts:confirm_by_code"),
            }
            ways.append(code)
        return ways

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask of everybody: allauth lets those pass who have neither password nor second factor."""
        request = context.request
        if not request.user.has_usable_password() and not confirmation.is_fresh(request):
            raise ReauthenticationRequired
        return super().is_reauthentication_required(app=app, **kwargs)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        text = _("验证码 %(code)s，10 分钟内有效。请不要告诉任何人，工作人员也不会向您索要。") % {
            "code": code
        }
        self._send_sms(phone, text)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        self._send_sms(
            phone, _("有人用这个手机号登录邻里，但它还没有绑定任何账号。如果不是您本人操作，请忽略。")
        )

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._send_sms(phone, _("这个手机号已经绑定了一个账号，您可以直接登录。如果不是您本人操作，请忽略。"))

    def _send_sms(self, phone: str, text: str) -> None:
        outbox.enqueue("sms", key=f"sms:{secrets.token_hex(16)}", payload={"to": phone, "text": text})
