"""Take the pictures of the guide in the admin from a demo of its own: static/guide/<language>/<name>.webp.

.venv/bin/python -m tools.take_guide_pictures            all of them, in both languages
.venv/bin/python -m tools.take_guide_pictures notice-form dashboard    these only
.venv/bin/python -m tools.take_guide_pictures http://127.0.0.1:8000    from a demo that runs already and is as it was

What stands on them is said in guide_pictures.json: who looks at which page, what she does there (`click`, `fill`,
`select`, `check`, `see`, `wait`), and which part of the window is kept (`crop`: left, top, width, height). What can be
done once only is taken in one of the `languages`; the other one shows that picture too.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as TookTooLong

from tools.demo import PASSWORD
from tools.take_pictures import NoChromium, chromium, save, window

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "static" / "guide"
SHOTS = Path(__file__).with_name("guide_pictures.json")
LANGUAGES = ("zh-hans", "en")
SIZE = (1100, 900)
# Right of the menu.
CROP = [200, 0, 900, 700]
QUALITY = 62
PATIENCE = 600
# What is slow once, such as a library whose small pictures are being made, is there the next time.
TRIES = 3


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo() -> Iterator[str]:
    """A demo with fresh data, as long as it is needed. Raises TimeoutError where it does not come up."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="linli-guide-") as var:
        environment = {**os.environ, "LINLI_VAR": var, "PORT": str(port), "HOST": "127.0.0.1"}
        for name in ("DATABASE_URL", "REDIS_URL"):
            environment.pop(name, None)
        server = subprocess.Popen(
            [sys.executable, "tools/demo.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        try:
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    urllib.request.urlopen(f"{base}/healthz", timeout=5)
                    break
                except (OSError, urllib.error.URLError) as silent:
                    if server.poll() is not None or time.monotonic() > until:
                        raise TimeoutError("the demo did not come up") from silent
                    time.sleep(1)
            yield base
        finally:
            server.terminate()
            server.wait()


def sign_in(browser: Browser, base: str, user: str, language: str) -> Page:
    """A window in which somebody is signed in and reads the admin in that language."""
    page = window(browser, base, SIZE)
    page.set_default_timeout(20_000)
    page.goto("/account/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "/account/login" not in address)
    if user != "resident":
        page.goto("/admin/account/")
        page.select_option("#id_locale-preferred_language", language)
        page.locator("main form button[type=submit], main form input[type=submit]").last.click()
        page.wait_for_load_state("networkidle")
    return page


def act(page: Page, steps: list[list[str]]) -> None:
    """Do what a person does before the picture is taken."""
    for verb, *given in steps:
        where = page.locator(given[0]).first
        match verb:
            case "click":
                where.click()
                page.wait_for_load_state("networkidle")
            case "fill":
                where.fill(given[1])
            case "select":
                where.select_option(label=given[1]) if given[1:] else where.select_option(index=1)
            case "check":
                where.check()
            case "see":
                where.evaluate("one => one.scrollIntoView({ block: 'start', behavior: 'instant' })")
            case "wait":
                where.wait_for()
            case _:
                raise ValueError(verb)
    # What slides or fades in has come to rest.
    page.wait_for_timeout(900)


def shoot(page: Page, shot: dict[str, Any], language: str) -> int:
    """Take one picture and return its size in bytes."""
    page.set_viewport_size({"width": shot.get("width", SIZE[0]), "height": shot.get("height", SIZE[1])})
    page.goto(shot["path"], wait_until="networkidle")
    act(page, shot.get("steps", []))
    left, top, width, height = shot.get("crop", CROP)
    taken = page.screenshot(clip={"x": left, "y": top, "width": width, "height": height})
    return save(taken, TARGET / language / f"{shot['name']}.webp", QUALITY)


def take(page: Page, shot: dict[str, Any], language: str) -> int:
    """The same, with patience. Raises TookTooLong where patience does not help."""
    for _try in range(TRIES - 1):
        try:
            return shoot(page, shot, language)
        except TookTooLong:
            continue
    return shoot(page, shot, language)


def main() -> int:
    """Take those that are named, or all."""
    shots = json.loads(SHOTS.read_text(encoding="utf-8"))
    running = [one for one in sys.argv[1:] if one.startswith("http")]
    names = set(sys.argv[1:]) - set(running)
    if unknown := names - {shot["name"] for shot in shots}:
        print(f"not in {SHOTS.name}: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    wanted = [shot for shot in shots if not names or shot["name"] in names]
    try:
        with nullcontext(running[0]) if running else demo() as base, chromium() as browser:
            for language in LANGUAGES:
                here = [shot for shot in wanted if language in shot.get("languages", LANGUAGES)]
                for user in dict.fromkeys(shot["user"] for shot in here):
                    page = sign_in(browser, base, user, language)
                    for shot in (one for one in here if one["user"] == user):
                        print(
                            f"{language}/{shot['name']}.webp {take(page, shot, language)} bytes", flush=True
                        )
                    page.context.close()
    except (NoChromium, TimeoutError, TookTooLong) as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
