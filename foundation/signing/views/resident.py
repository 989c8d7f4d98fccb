"""One's own certificates: asking, enrolling a key, revoking (row `key.enrol_or_revoke_own`)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import open_to_all
from foundation.core.files.views import send
from foundation.signing.models import Certificate


@never_cache
@open_to_all("the certificate's own visibility decides: its holder, and staff who review it")
@require_safe
def letter(request: HttpRequest, public_id: str, file: str) -> HttpResponseBase:
    """A page of a letter of authority; 404 for whoever may not see the certificate."""
    certificate = Certificate.objects.visible_to(request.user).filter(public_id=public_id).first()
    stored = certificate.letters.filter(public_id=file, state="ready").first() if certificate else None
    if stored is None:
        raise Http404
    return send(stored, 2048, "webp")


@never_cache
@open_to_all("stands in for the page until it is built")
@require_safe
def keys(request: MemberRequest) -> HttpResponse:
    return HttpResponse("")
