"""Take the pictures of the README from a running demo.

make demo PORT=8000
.venv/bin/python -m tools.take_pictures http://127.0.0.1:8000
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images"
# Name, path, width and height of the window, whether it is a phone, night or day.
PICTURES = [
    ("home", "/", (1280, 1000), False, "light"),
    ("phone", "/", (390, 844), True, "dark"),
]


def take(
    browser: Browser, base: str, name: str, path: str, size: tuple[int, int], phone: bool, theme: str
) -> int:
    """Write one picture and return its size in bytes."""
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
    page = context.new_page()
    page.goto(path, wait_until="networkidle")
    shot = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    target = TARGET / f"{name}.webp"
    shot.convert("RGB").save(target, "WEBP", quality=82, method=6)
    return target.stat().st_size


def main() -> int:
    """Take all of them from the address given."""
    chromium = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if len(sys.argv) != 2 or chromium is None:
        print(
            __doc__ if chromium else "no Chromium: an administrator runs `apt-get install chromium`",
            file=sys.stderr,
        )
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path, size, phone, theme in PICTURES:
            print(f"{name}.webp {take(browser, sys.argv[1], name, path, size, phone, theme)} bytes")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
