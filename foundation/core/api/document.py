"""The OpenAPI document, and how bodies are read: complete, the same at every start, with every answer there can be."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from foundation.core.api.problems import MEDIA_TYPE, TITLES, TYPE, answer_to, translations
from foundation.core.api.scope import TokenScope

if TYPE_CHECKING:
    from foundation.core.api.routes import Operation

# Every refusal that some operation can answer with, by its name in the document.
ERRORS = {
    400: ("BadRequest", "The request can't be read, or its Idempotency-Key is missing."),
    401: ("SignInNeeded", "No token, or one that is none (any more)."),
    403: ("Refused", "The person or the device may not; `type` says why."),
    404: ("NotFound", "Not there, or not for this reader: nobody learns which."),
    409: ("Conflict", "The state has changed, or the same request is being carried out."),
    413: ("TooLarge", "The body is too large."),
    415: ("UnknownMediaType", "The body is of another type than the operation reads."),
    422: ("Invalid", "Something in the request has to be corrected; `errors` names the fields."),
    429: ("TooOften", "Too much in a short time."),
    500: ("Fault", "A fault of the site; nothing was done."),
    503: (
        "Unavailable",
        "Something is away, or the site is closed for work; nothing was done, ask again later.",
    ),
}
ALWAYS = (400, 401, 403, 422, 500, 503)
OF_WRITES = (409, 413, 429)
# What they say in their heads.
HEADERS = {
    503: {"Retry-After": {"description": "In so many seconds.", "schema": {"type": "integer", "minimum": 0}}}
}
KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Names this request: sent again within 24 hours it is carried out once, and answered alike.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[!-~]{8,64}$"},
}


def extra_of(one: "Operation", status: int, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the document says of an operation beside its own parameters and answer."""
    statuses = [*ALWAYS, *(OF_WRITES if one.writes else ())]
    if "{" in one.path:
        statuses.append(404)
    said: dict[str, Any] = {
        "responses": {
            code: {"$ref": f"#/components/responses/{ERRORS[code][0]}"}
            for code in sorted({*statuses, *more.get("errors", ())})
        },
        "security": [{"device": [str(one.scope)] if one.scope else []}],
    }
    if one.access.permission is None:
        said["security"].append({})
    said["parameters"] = [KEY_PARAMETER] if one.writes and not one.repeatable else []
    said["parameters"] += more.get("parameters", ())
    if "answer" in more:
        said["responses"][status] = more["answer"]
    return said | {name: more[name] for name in ("requestBody",) if name in more}


PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457; `type` names the problem, `title` and `detail` are in the language that was asked for.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "enum": sorted(TYPE.format(name) for name in TITLES)},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
    },
}
FIELD_ERROR = {
    "type": "object",
    "title": "FieldError",
    "required": ["field", "code", "message"],
    "properties": {
        "field": {"type": "string", "description": "Empty where it concerns the whole."},
        "code": {"type": "string"},
        "message": {"type": "string"},
    },
}


def is_plain(text: str) -> bool:
    """Say whether a text can be kept: neither null signs nor halves of characters."""
    return not any(sign == "\0" or unicodedata.category(sign) == "Cs" for sign in text)


class PlainParser(Parser):
    """Reads JSON, and refuses what is JSON and no text: null signs, halves of characters, numbers without end."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Raise ValueError, which becomes a problem, for what can't be read or kept."""
        read = json.loads(request.body, parse_constant=_no_number)
        if not all(map(is_plain, _texts(read))):
            raise ValueError("signs that no text can hold")
        return read


def _texts(read: Any) -> Iterator[str]:
    """Yield every text in what was read, names included."""
    waiting = [read]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


class Renderer(JSONRenderer):
    """Writes Chinese as it is: half the bytes."""

    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """The API of the site; what the library leaves out of the document is added here."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(docs_url=None, openapi_url=None, parser=PlainParser(), renderer=Renderer(), **facts)
        said: Any = answer_to
        for fault in (*translations, Exception):
            self.add_exception_handler(fault, said)

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """Return the document with the shared answers, the problem's shape and the scopes of devices."""
        document = super().get_openapi_schema(**given)
        components = document["components"]
        components["schemas"] |= {"Problem": PROBLEM, "FieldError": FIELD_ERROR}
        components["schemas"] = dict(sorted(components["schemas"].items()))
        # What was taken apart into parameters is named by nothing any more.
        used = json.dumps(document["paths"]) + json.dumps(components["schemas"])
        for name in list(components["schemas"]):
            if f'schemas/{name}"' not in used and name not in ("Problem", "FieldError"):
                del components["schemas"][name]
        components["responses"] = {
            name: {
                "description": said,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            | ({"headers": HEADERS[code]} if code in HEADERS else {})
            for code, (name, said) in ERRORS.items()
        }
        components["securitySchemes"] = {
            "device": {
                "type": "http",
                "scheme": "bearer",
                "description": "The token of one device (`POST /tokens`). Scopes: "
                + ", ".join(scope.value for scope in TokenScope),
            }
        }
        return document
