"""The API as a whole: the apps' operations under one address and one document (U5; docs/api.md)."""

import json
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from chat.interfaces import api as chat
from daily.interfaces import api as daily
from feedback.interfaces import api as feedback
from foundation.accounts.interfaces import api as accounts
from foundation.accounts.interfaces import family_api as family
from foundation.core.access.routes import open_to_all
from foundation.core.api import files
from foundation.core.api.document import Api
from foundation.core.api.problems import answer_to
from foundation.core.api.routes import Operation, Routes
from foundation.messaging.interfaces import api as messaging
from foundation.moderation.interfaces import api as moderation
from foundation.social.interfaces import api as social
from foundation.social.interfaces import people_api as relations
from foundation.social.interfaces import saved_api as saved
from groups.interfaces import api as circles
from groups.interfaces import groups_api as groups
from groups.interfaces import keepers_api as circle_keepers
from helpagreements.interfaces import api as helpagreements
from home.interfaces import api as home
from home.interfaces import communities
from identity.interfaces import api as identity
from news.interfaces import api as news
from organisations.interfaces import api as organisations
from spaces.interfaces import albums_api as albums
from spaces.interfaces import api as spaces
from spaces.interfaces import diary_api as diary
from spaces.interfaces import people_api as people
from spaces.interfaces import tiles_api as tiles

ROUTES: tuple[Routes, ...] = (
    home.routes,
    accounts.routes,
    family.routes,
    identity.routes,
    files.routes,
    spaces.routes,
    albums.routes,
    diary.routes,
    people.routes,
    tiles.routes,
    social.routes,
    relations.routes,
    saved.routes,
    news.routes,
    daily.routes,
    communities.routes,
    messaging.routes,
    chat.routes,
    moderation.routes,
    organisations.routes,
    circles.routes,
    circle_keepers.routes,
    groups.routes,
    feedback.routes,
    helpagreements.routes,
)
DESCRIPTION = """What residents do on the pages, for apps and scripts of their own.

A device signs in with `POST /tokens` and sends its token as `Authorization: Bearer …`; a token opens nothing but this
API, and never more than its owner may. Every write names itself by an `Idempotency-Key`: sent again within a day, it is
carried out once. Long lists go on at `next`. Refusals are problems (RFC 9457), in the language of `Accept-Language`
(`zh-hans` or `en`)."""

api = Api(
    title="Linli 邻里",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    servers=[{"url": "/"}],
)
for routes in ROUTES:
    api.add_router("", routes)


def operations() -> list[Operation]:
    """Return every operation as it was declared."""
    return [one for routes in ROUTES for one in routes.declared]


@cache
def _document() -> bytes:
    return json.dumps(api.get_openapi_schema(path_prefix="api/v1/"), ensure_ascii=False).encode()


@open_to_all("says what the API can do, to everybody who writes a client")
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return HttpResponse(_document(), content_type="application/json")


@open_to_all("says that there is nothing, as a problem and in no page's words")
@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """Whatever else somebody asks for below `/api/`."""
    return answer_to(request, Http404())


def urlpatterns() -> list[URLPattern | URLResolver]:
    """Return the addresses of the API; none of the library's own pages is among them."""
    patterns, app_name, namespace = api.urls
    own = [one for one in patterns if getattr(one, "name", "") != "api-root"]
    return [
        path("api/v1/openapi.json", openapi, name="openapi"),
        path("api/v1/", include((own, app_name), namespace=namespace)),
        re_path(r"^api/", nothing, name="api_nothing"),
    ]
