"""By which ways the installation reaches people (O6): mail first; nothing set means what the server's settings say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.pages import options
from foundation.messaging.validators import validate_host

CHANNELS = options.group("channels", _("邮件渠道"))

options.declare(
    options.Option(
        key="messaging.sender_name",
        group=CHANNELS,
        label=_("发件人名称"),
        help=_("居民在收件箱里看到的名字，例如“银杏里社区”。"),
        default="",
        field=lambda **given: forms.CharField(max_length=40, **given),
    ),
    options.Option(
        key="messaging.sender_address",
        group=CHANNELS,
        label=_("发件邮箱"),
        help=_("要和下面邮件服务器的账号一致，否则信会被当成垃圾邮件。"),
        default="",
        field=forms.EmailField,
    ),
    options.Option(
        key="messaging.smtp_host",
        group=CHANNELS,
        label=_("邮件服务器"),
        help=_("例如 smtp.example.cn。不填就用服务器配置文件里的。"),
        default="",
        field=lambda **given: forms.CharField(max_length=120, validators=[validate_host], **given),
    ),
    options.Option(
        key="messaging.smtp_port",
        group=CHANNELS,
        label=_("端口"),
        help=_("465 是全程加密，587 是先连后加密。"),
        default=465,
        field=lambda **given: forms.IntegerField(min_value=1, max_value=65535, **given),
    ),
    options.Option(
        key="messaging.smtp_security",
        group=CHANNELS,
        label=_("加密方式"),
        help=_("服务商的说明里会写；不加密只适合同一台机器上的邮件服务。"),
        default="ssl",
        field=lambda **given: forms.ChoiceField(
            choices=[
                ("ssl", _("全程加密（SSL）")),
                ("tls", _("先连后加密（STARTTLS）")),
                ("none", _("不加密")),
            ],
            **given,
        ),
    ),
    options.Option(
        key="messaging.smtp_user",
        group=CHANNELS,
        label=_("账号"),
        help=_("通常就是发件邮箱。"),
        default="",
        field=lambda **given: forms.CharField(max_length=120, **given),
    ),
    options.Option(
        key="messaging.smtp_password",
        group=CHANNELS,
        label=_("密码或授权码"),
        help=_("加密保存，保存后谁也看不到。"),
        default="",
        secret=True,
        sent_to=(
            "messaging.smtp_host",
            "messaging.smtp_port",
            "messaging.smtp_security",
            "messaging.smtp_user",
        ),
        field=lambda **given: forms.CharField(
            max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), **given
        ),
    ),
)
