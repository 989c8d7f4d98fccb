"""The site as granian calls it, with kept pages before Django (`test_kept_pages`, `test_crowd`)."""

import gzip
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

from linli.kept_pages import KeptPages


class Answer:
    """What one request brought."""

    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = int(status.split()[0]), dict(headers), body

    @property
    def text(self) -> str:
        packed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


class Server:
    """The site as granian calls it; counts how often Django is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        django = get_wsgi_application()

        def counted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            self.asked.append(environ["PATH_INFO"])
            return django(environ, start_response)

        self.django = counted
        self.application = KeptPages(counted)

    def get(self, path: str = "/", *, method: str = "GET", cookies: Any = None, **headers: str) -> Answer:
        environ = RequestFactory(headers=headers).generic(method, path).environ
        if cookies:
            environ["HTTP_COOKIE"] = SimpleCookie(cookies).output(header="", sep=";").strip()
        said: list[Any] = []
        answered = self.application(environ, lambda *told: said.append(told))
        body = b"".join(answered)
        getattr(answered, "close", lambda: None)()
        return Answer(said[0][0], said[0][1], body)
