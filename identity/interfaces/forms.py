"""Sign-up with the six items on one page (A1, A2), and the claim alone."""

from datetime import date
from typing import Any

from allauth.account.forms import SignupForm
from allauth.account.utils import complete_signup
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, transaction
from django.forms import BoundField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.domain import activation
from foundation.accounts.domain.newcomers import check_links
from foundation.accounts.interfaces.fields import MobileField
from foundation.accounts.models import User
from foundation.accounts.validators import validate_visible
from foundation.core import text
from foundation.core.models import Place
from identity.domain import claims
from identity.rules import Document, Verdict, age_on, check_number

NUMBER_ERRORS = {
    Verdict.LENGTH: _("身份证号码应为 18 位，请数一数是不是漏了或多了。"),
    Verdict.OLD_FORMAT: _("这是 15 位的旧号码。现在的身份证号码是 18 位，请按新证填写。"),
    Verdict.CHARACTERS: _("号码里有不该出现的字符，请照证件逐位核对。"),
    Verdict.DATE: _("号码里的出生日期不存在，请照证件逐位核对。"),
    Verdict.CHECKSUM: _("号码的校验位不对，多半是某一位打错了，请照证件逐位核对。"),
    Verdict.BIRTHDAY_MISMATCH: _("号码里的出生日期与上面填写的生日不一致。"),
    Verdict.SEX_MISMATCH: _("号码里的性别与上面选择的性别不一致。"),
}
# How often a sign-up that meets another one of the same address begins anew.
TRIES = 5
MISMATCHES = {Verdict.BIRTHDAY_MISMATCH, Verdict.SEX_MISMATCH}
NAME = RegexValidator(r"^[^\W\d_]+(?:[ ·•.'’-][^\W\d_]+)*\Z", _("请填写证件上的姓名，不要数字和符号。"))


def communities() -> Any:
    """Return the committees that a newcomer can belong to."""
    return Place.objects.filter(level=Place.Level.COMMITTEE, retired_at=None).order_by("path")


class SixItemsForm(forms.Form):
    """The items as typed; `items()` gives them checked."""

    real_name = forms.CharField(label=_("真实姓名"), max_length=50, validators=[NAME])
    gender = forms.ChoiceField(
        label=_("性别"), choices=[("female", _("女")), ("male", _("男"))], widget=forms.RadioSelect
    )
    birthday = forms.DateField(
        label=_("生日"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        error_messages={"invalid": _("请按 1958-06-07 的样子填写。")},
    )
    document = forms.ChoiceField(label=_("证件类型"), choices=Document, initial=Document.ID_CARD)
    number = forms.CharField(
        label=_("证件号码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("加密保存，只用于核对身份，不会公开显示。"),
    )
    phone = MobileField(help_text=_("工作人员核对时可能会打这个电话。"))
    place = forms.ModelChoiceField(
        label=_("所在社区"), queryset=Place.objects.none(), empty_label=_("请选择")
    )
    consent = forms.BooleanField(
        label=_("我同意社区为核对身份使用以上信息"),
        error_messages={"required": _("核对身份需要您的同意。")},
        help_text=_("未通过的申请 30 天后删除；您随时可以撤回。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        place.queryset = communities()  # type: ignore[attr-defined]
        places = list(place.queryset[:2])  # type: ignore[attr-defined]
        if len(places) == 1:
            place.initial, place.empty_label = places[0], None  # type: ignore[attr-defined]
        self.verdict = Verdict.OK

    def clean_birthday(self) -> date:
        birthday = self.cleaned_data["birthday"]
        today = timezone.localdate()
        if not date(1890, 1, 1) <= birthday <= today:
            raise ValidationError(_("请核对生日的年份。"))
        if age_on(birthday, today) < claims.MINIMUM_AGE:
            raise ValidationError(
                _("未满 14 岁不能自己注册，请由已实名的监护人为孩子添加。可致电社区了解办法。"),
                code="under_14",
            )
        return birthday

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if {"number", "document"} <= given.keys():
            checked = check_number(
                given["document"],
                given["number"],
                birthday=given.get("birthday"),
                gender=given.get("gender", ""),
                today=timezone.localdate(),
            )
            self.verdict = checked.verdict
            given["number"] = checked.number
            # What is missing beside it has an error of its own; the number is wrong only where it is so by itself.
            compared = {"gender", "birthday"} <= given.keys() or checked.verdict not in MISMATCHES
            if not checked.ok and compared:
                self.add_error(
                    "number", ValidationError(NUMBER_ERRORS[checked.verdict], code=checked.verdict.value)
                )
        return given

    def items(self, email: str) -> claims.SixItems:
        """Return the items of a valid form."""
        given = self.cleaned_data
        return claims.SixItems(
            name=given["real_name"],
            gender=given["gender"],
            birthday=given["birthday"],
            document=given["document"],
            number=given["number"],
            phone=given["phone"],
            email=email,
        )

    def bound(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names]

    @property
    def fieldsets(self) -> list[tuple[Any, Any, list[BoundField]]]:
        """Return (title, sentence, fields) in the order of the page."""
        return [
            (
                _("您是谁"),
                _("邻里是实名社区。工作人员核对后，您的名字旁边会有“已实名”标记；证件号码不会显示给任何人。"),
                self.bound("real_name", "gender", "birthday", "document", "number", "phone", "place"),
            ),
            ("", "", self.bound("consent")),
        ]


class SignUpForm(SixItemsForm, SignupForm):
    """allauth's sign-up with the six items; the claim waits as a draft until the mail is answered."""

    account_already_exists: bool

    display_name = forms.CharField(
        label=_("昵称"),
        required=False,
        max_length=20,
        validators=[validate_visible],
        help_text=_("邻居们看到的名字，可以不填，以后也能改。"),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("电子邮件")
        self.fields["email"].help_text = _("我们会寄一封激活邮件，请填写能收信的地址。")
        self.fields["email"].widget.attrs.pop("placeholder", None)
        self.fields["consent"].help_text = _(
            "未通过的申请 30 天后删除；30 天内没有激活的账号，连同填写的信息一起删除。您随时可以撤回。"
        )
        self.fields["password1"].label = _("密码")
        self.fields["password1"].help_text = _("至少 8 个字符，不要用生日、姓名或常见的密码。")
        self.fields["password1"].widget.attrs.pop("placeholder", None)

    def clean_display_name(self) -> str:
        name = self.cleaned_data["display_name"]
        check_links(name, by=None)
        self.name_checked = text.check_name(name)
        return name

    @property
    def fieldsets(self) -> list[tuple[Any, Any, list[BoundField]]]:
        account = (_("怎样登录"), "", self.bound("email", "password1", "display_name"))
        return [account, *super().fieldsets]

    def try_save(self, request: HttpRequest) -> Any:
        """Save account and claim and send the mail; the answer is the same, and as slow, where the address is taken.

        Taken is an address that somebody confirmed. Who only typed it has shown nothing: such an account goes, with
        its password, its items and its link, and this sign-up stands in its place.
        """
        email, fault = self.cleaned_data["email"], None
        for _try in range(TRIES):
            try:
                with transaction.atomic():
                    activation.make_room(email)
                    self.validate_unique_email(email)
                    if not self.account_already_exists:
                        return self._sign_up(request)
            except IntegrityError as clash:
                # The same form was sent twice at once, and the other one was quicker: it gives way like any other.
                fault = clash
            else:
                if not activation.unanswered(email).exists():
                    break
        if fault is not None and not User.objects.filter(email__iexact=email).exists():
            raise fault
        self.account_already_exists = True
        make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def _sign_up(self, request: HttpRequest) -> Any:
        """Make the account and send its mail in one transaction: a moment later another sign-up may replace it."""
        user, answer = super().try_save(request)
        return user, answer or complete_signup(request, user, None, None)

    def custom_signup(self, request: HttpRequest, user: Any) -> None:
        user.display_name = self.cleaned_data["display_name"] or str(_("新邻居")) + user.username[-4:]
        user.save(update_fields=["display_name"])
        text.follow_up(user, self.name_checked)
        claims.start_claim(
            by=user,
            items=self.items(self.cleaned_data["email"]),
            verdict=self.verdict,
            place=self.cleaned_data["place"],
        )
