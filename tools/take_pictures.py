"""Take the pictures of the README from a running demo.

make demo PORT=8000
.venv/bin/python -m tools.take_pictures http://127.0.0.1:8000
"""

import io
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images"
# Name, path, width and height of the window, whether it is a phone, night or day.
PICTURES = [
    ("home", "/", (1280, 1000), False, "light"),
    ("phone", "/u/resident/", (390, 844), True, "dark"),
]


class NoChromium(Exception):
    """There is no browser on this machine."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own browser. Raises NoChromium."""
    found = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if found is None:
        raise NoChromium("no Chromium: an administrator runs `apt-get install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def window(
    browser: Browser, base: str, size: tuple[int, int], *, phone: bool = False, theme: str = "light"
) -> Page:
    """A page of its own, with nobody signed in."""
    context = browser.new_context(
        base_url=base,
        viewport={"width": size[0], "height": size[1]},
        is_mobile=phone,
        has_touch=phone,
        color_scheme=theme,  # type: ignore[arg-type]
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    return context.new_page()


def save(shot: bytes, target: Path, quality: int = 82) -> int:
    """Write one picture and return its size in bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(shot)).convert("RGB").save(target, "WEBP", quality=quality, method=6)
    return target.stat().st_size


def main() -> int:
    """Take all of them from the address given."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 1
    try:
        with chromium() as browser:
            for name, path, size, phone, theme in PICTURES:
                page = window(browser, sys.argv[1], size, phone=phone, theme=theme)
                page.goto(path, wait_until="networkidle")
                print(f"{name}.webp {save(page.screenshot(), TARGET / f'{name}.webp')} bytes")
                page.context.close()
    except NoChromium as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
