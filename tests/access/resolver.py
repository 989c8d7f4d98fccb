"""The routes as the resolver knows them, and the table of who may call them."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, get_resolver, reverse
from django.utils.datastructures import MultiValueDict

from linli.api import operations
from tests.access.town import COLUMNS, Town

# Routes of packages, which keep their own rights. The admin's are walked in test_admin.py.
THIRD_PARTY = (
    ("admin/", "wagtail.", "Wagtail's admin asks for `access_admin` and its own permissions"),
    ("admin/", "wagtail_localize.", "translations: asks for `access_admin` and its own permissions"),
    ("admin/localize/jsi18n/", "django.views.i18n", "words of the admin's scripts"),
    ("admin/test404/", "django.views.generic.", "Wagtail's own 404 page"),
    ("documents/", "wagtail.", "editors' documents: Wagtail checks the collection's restriction"),
    (
        "account/",
        "allauth.",
        "sign-up, sign-in and the own account: allauth knows the visitor and the own account only",
    ),
    ("_util/authenticate_with_password/", "wagtail.", "the password of a restricted page"),
    ("_util/login/", "django.contrib.auth.", "hidden behind our own route of the same address"),
    (
        "^((?:[\\w\\-]+/)*)$",
        "wagtail.",
        "pages: published ones are for everybody, see test_visibility_pages.py",
    ),
)


@dataclass(frozen=True)
class Route:
    """One pattern: its key in the table (the name, else the pattern), its pattern, its view."""

    key: str
    pattern: str
    view: Any


def routes() -> Iterator[Route]:
    """Walk every pattern of the site."""
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: Any, before: str, namespace: str) -> Iterator[Route]:
    for one in patterns:
        where = before + str(one.pattern)
        if before.startswith("api/v1/"):
            # The library's view answers for several operations, each of which says who may call it.
            yield from (
                Route(f"api:{done.name}", where, done) for done in operations() if done.name == one.name
            )
        elif isinstance(one, URLPattern):
            yield Route(namespace + one.name if one.name else where, where, one.callback)
        else:
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one.url_patterns, where, inner)


def is_third_party(route: Route) -> bool:
    module = getattr(route.view, "__module__", "")
    return any(
        route.pattern.startswith(prefix) and module.startswith(package)
        for prefix, package, _why in THIRD_PARTY
    )


def own_routes() -> list[Route]:
    """Return the routes that the site itself answers for."""
    return [route for route in routes() if not is_third_party(route)]


@dataclass(frozen=True)
class Case:
    """One line of the table: a call, and what each role gets."""

    route: str
    method: str
    args: str
    body: str
    expected: dict[str, str]

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.method, self.route, self.args)))

    def path(self, town: Town) -> str:
        if "/" in self.route and ":" not in self.route.split("/")[0]:
            return "/" + self.route.replace("<path:path>", self.args)
        if self.route == "favicon.ico":
            return "/favicon.ico"
        return reverse(self.route, args=[part.format(**town.words) for part in self.args.split("/") if part])

    def data(self) -> MultiValueDict:
        data: MultiValueDict = MultiValueDict()
        for pair in filter(None, self.body.split("&")):
            name, value = pair.split("=", 1)
            data.appendlist(name, value)
        return data

    def call(self, town: Town, role: str, **options: Any) -> Any:
        """Call the route as `role` and return the response."""
        return self.send(town.client(role, **options), town)

    def send(self, client: Any, town: Town) -> Any:
        path = self.path(town)
        response = client.get(path) if self.method == "GET" else client.post(path, self.data())
        if response.streaming:
            # Read to its end, it closes inside the client's own guard; closed here, it would take the connection along.
            b"".join(response.streaming_content)
        return response


@dataclass(frozen=True)
class ApiCase(Case):
    """One line of the table for an operation of the API: roles come with a token, bodies are JSON."""

    def send(self, client: Any, town: Town) -> Any:
        body = json.loads(self.body) if self.body else None
        response = client.call(self.method, self.path(town).removeprefix("/api/v1"), body)
        if response.streaming:
            b"".join(response.streaming_content)
        return response

    def call(self, town: Town, role: str, **options: Any) -> Any:
        return self.send(town.device(role), town)


def cases() -> list[Case]:
    """Return the lines of the pages."""
    return [case for case in _lines() if not isinstance(case, ApiCase)]


def api_cases() -> list[ApiCase]:
    """Return the lines of the API."""
    return [case for case in _lines() if isinstance(case, ApiCase)]


def _lines() -> list[Case]:
    with (Path(__file__).parent / "routes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        (ApiCase if row["route"].startswith("api:") else Case)(
            row["route"], row["method"], row["args"], row["body"], {role: row[role] for role in COLUMNS}
        )
        for row in rows
    ]
