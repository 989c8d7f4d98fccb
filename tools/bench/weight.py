"""The suite `weight`: what a first visit costs a phone; photographs are counted apart."""

import gzip
import json
import shutil
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Response, sync_playwright

from tools import services
from tools.bench.figures import middle, note, say
from tools.bench.installation import PROXIED, Installation
from tools.serve import wait_until_ready

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
}
# Lighthouse's slow 4G on a phone of the middle class.
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8,
    "uploadThroughput": 750 * 1024 / 8,
}
SLOWER_CPU = 4
PHOTOGRAPHS = ("/media/", "/files/")
# What nginx compresses on its way out (tools/nginx.conf).
TEXTS = ("text/", "application/javascript", "application/json", "image/svg+xml")
WATCH = """() => {
    window.seen = { lcp: 0, cls: 0 }
    new PerformanceObserver(list => { for (const one of list.getEntries()) seen.lcp = one.startTime })
        .observe({ type: "largest-contentful-paint", buffered: true })
    new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) seen.cls += one.value })
        .observe({ type: "layout-shift", buffered: true })
}"""


@dataclass
class Visit:
    """One first visit: bytes without photographs, requests, requests to others, the two figures of its drawing."""

    kb: float = 0
    requests: int = 0
    others: int = 0
    lcp: float = 0
    cls: float = 0
    photographs_kb: float = 0
    heard: list[Response] = field(default_factory=list)


def weigh(answer: Response) -> float:
    """Kilobytes as they go over the wire behind nginx."""
    body = answer.body()
    if answer.headers.get("content-type", "").startswith(TEXTS):
        return len(gzip.compress(body, 6)) / 1024
    return len(body) / 1024


def slow_down(link: CDPSession) -> None:
    link.send("Network.enable")
    link.send("Network.emulateNetworkConditions", SLOW_4G)
    link.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})


def visit(browser: Browser, base: str, path: str) -> Visit:
    """Open a page in a browser that was never here."""
    proxied = {name: PROXIED[name] for name in ("X-Forwarded-Proto", "X-Forwarded-For")}
    context = browser.new_context(base_url=base, extra_http_headers=proxied, **PHONE)
    page = context.new_page()
    slow_down(context.new_cdp_session(page))
    found = Visit()
    # Playwright marks the function it is given, and a built-in one takes no mark.
    page.on("response", lambda answer: found.heard.append(answer))  # noqa: PLW0108
    page.add_init_script(f"({WATCH})()")
    page.goto(path, wait_until="networkidle")
    found.lcp, found.cls = page.evaluate("[seen.lcp, seen.cls]")
    for answer in found.heard:
        if answer.url.startswith(("data:", "blob:")):
            continue
        if urlsplit(answer.url).netloc != urlsplit(base).netloc:
            found.others += 1
        elif urlsplit(answer.url).path.startswith(PHOTOGRAPHS):
            found.photographs_kb += weigh(answer)
        else:
            found.kb += weigh(answer)
            found.requests += 1
    context.close()
    return found


def run(*, small: bool) -> None:
    """Visit home, an article and a space; say the heaviest of each figure that is not a page's own."""
    runs = 1 if small else 5
    with services.running(durable=True) as running, sync_playwright() as playwright:
        site = Installation(running)
        site.fill(1)
        addresses = json.loads(site.python("-m", "tools.bench.pages"))
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        with site.served("linli.wsgi:application") as (port, server):
            wait_until_ready(port, server)
            visits = {}
            for name in ("home", "article", "space"):
                path = addresses[name][0]
                note(f"{name}: {path}")
                # Once unmeasured: the server's own first drawing is the suite `web`'s matter.
                visit(browser, f"http://127.0.0.1:{port}", path)
                visits[name] = [visit(browser, f"http://127.0.0.1:{port}", path) for _run in range(runs)]
        browser.close()
    for name, of_page in visits.items():
        say(f"weight.{name}_kb", middle(one.kb for one in of_page), "KiB", n=runs, at="median")
        note(f"{name}: photographs {middle(one.photographs_kb for one in of_page):.0f} KiB apart")
    every = [one for of_page in visits.values() for one in of_page]
    say("weight.requests", max(one.requests for one in every), "requests", n=len(every), at="max")
    say("weight.third_party", max(one.others for one in every), "requests", n=len(every), at="max")
    say(
        "weight.lcp_ms",
        max(middle(one.lcp for one in of_page) for of_page in visits.values()),
        "ms",
        n=len(every),
        at="median",
    )
    say("weight.cls", max(one.cls for one in every), "", n=len(every), at="max")


def chromium() -> str:
    """The system's browser."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise SystemExit("bench: no Chromium: an administrator runs `apt-get install chromium`")
