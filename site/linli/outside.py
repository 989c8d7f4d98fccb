"""In elder mode a page says first where a link leads that leaves the site (U2; security.md 18)."""

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from foundation.core.access.routes import open_to_all
from foundation.core.pages.display import display_of
from linli.views import came_from

ROUTE = "outside"
LINK = re.compile(r'(<a\b[^>]*?\shref=")(https?://[^"]*)"')
# Only what stood on a page of ours is shown: nobody can make an address here that leads to a trap.
_signer = Signer(salt="linli.outside")


def outside_links(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let every outside link of an elder page lead over the page that asks first; without a script."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
        match = request.resolver_match
        asks = match is not None and match.url_name == ROUTE
        if not is_page or asks or request.path.startswith("/admin/") or not display_of(request).elder:
            return response
        own = {request.get_host(), urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc}

        def lead_over(link: re.Match[str]) -> str:
            address = unescape(link[2])
            if urlsplit(address).netloc in own:
                return link[0]
            return f'{link[1]}{escape(reverse(ROUTE))}?{urlencode({"to": _signer.sign(address)})}"'

        text = response.content.decode(response.charset)
        changed = LINK.sub(lead_over, text)
        if changed != text:
            response.content = changed.encode(response.charset)
            if response.has_header("Content-Length"):
                response.headers["Content-Length"] = str(len(response.content))
        return response

    return middleware


@open_to_all("says where a link of the site's own pages leads")
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Say whose page comes next, and let the reader decide."""
    try:
        address = _signer.unsign(request.GET.get("to", ""))
    except BadSignature:
        raise Http404 from None
    context = {"address": address, "host": urlsplit(address).netloc, "back_url": came_from(request)}
    return render(request, "outside.html", context)
