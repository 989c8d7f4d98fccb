import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# A host name or an IPv4 address; what has a scheme, a path or blanks is none.
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,118}[A-Za-z0-9])?\Z")


def validate_host(value: str) -> None:
    """Raise ValidationError for what is no name of a server."""
    if not HOST.match(value):
        raise ValidationError(_("请只写服务器的名字，例如 smtp.example.cn。"))
