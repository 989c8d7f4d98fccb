"""Draw the icons of the installed site from its sign, through the browser that the tests use.

The result is committed (static/icons); run this after changing static/svg/logo.svg.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "static" / "icons"
PAPER = "#faf6ef"
# Name, side, and which part of the side the sign takes: a maskable icon may be cut to a circle.
ICONS = (("linli-192", 192, 0.84), ("linli-512", 512, 0.84), ("linli-maskable-512", 512, 0.6))


def main() -> None:
    """Write every icon."""
    sign = (ROOT / "static" / "svg" / "logo.svg").read_text(encoding="utf-8")
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, side, part in ICONS:
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(
                f"<style>body{{margin:0;background:{PAPER};display:grid;place-items:center;height:100vh}}"
                f"svg{{width:{part * 100}%;height:{part * 100}%}}</style>{sign}"
            )
            page.screenshot(path=TARGET / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
