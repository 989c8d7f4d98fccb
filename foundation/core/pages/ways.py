"""Where a form leads back to: an address that came with it, if it is one of this site (ASVS 3.7.2)."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, wanted: str, fallback: str) -> str:
    """Return `wanted` where it is an address of this site, else `fallback`.

    A word without a slash is none: Django would take it for the name of a view.
    """
    hosts, secure = {request.get_host()}, request.is_secure()
    here = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=secure)
    return wanted if here and wanted.startswith(("/", "http://", "https://")) else fallback
