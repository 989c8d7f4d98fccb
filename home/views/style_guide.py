from django.http import HttpRequest, HttpResponse

from foundation.core.access.routes import open_to_all


@open_to_all("shows components with invented content")
def style_guide(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
