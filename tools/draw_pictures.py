"""Draw the demo's pictures: each scene of tools/art in five moods, each plan once, through the browser of the tests.

The result is committed (site/linli/demo/pictures), so that a demo needs no browser: run this after changing art.
"""

import io
import random
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ART = ROOT / "tools" / "art"
TARGET = ROOT / "site" / "linli" / "demo" / "pictures"
WIDTH, HEIGHT = 1280, 800
PLAN_WIDTH, PLAN_HEIGHT = 1680, 1200
# What a mood changes of the day's colours.
MOODS: dict[str, dict[str, str]] = {
    "day": {},
    "spring": {
        "a-leaf": "#8fbf6a",
        "a-leaf2": "#b7d98f",
        "a-ground": "#d9dfb4",
        "a-path": "#d3c79c",
        "a-sky": "#e3f1f4",
        "a-halo": "#f4faf2",
        "a-cloud": "#ffffff",
        "a-hill": "#cfe0b0",
        "t-brick": "#e9ecd6",
        "t-amber": "#e8f0cf",
        "t-pine": "#d4eadb",
        "t-indigo": "#d9edf5",
        "t-plum": "#ece3f2",
        "t-rose": "#fbe1e6",
        "t-slate": "#e2ecea",
    },
    "dusk": {
        "a-sky": "#f6c9a0",
        "a-halo": "#fbdcb2",
        "a-sun": "#e8663c",
        "a-cloud": "#fbdcc4",
        "a-far": "#d9a78f",
        "a-far2": "#c88f7c",
        "a-hill": "#dfae7f",
        "a-ground": "#cfa98a",
        "a-path": "#b98f74",
        "a-win": "#ffd877",
        "t-brick": "#f0b79c",
        "t-amber": "#f5c98a",
        "t-pine": "#c9bfa4",
        "t-indigo": "#d9b9b8",
        "t-plum": "#d9b0bd",
        "t-rose": "#f0b3a8",
        "t-slate": "#cdbcb0",
    },
    "night": {
        "a-sky": "#1d2a3f",
        "a-halo": "#2a3a55",
        "a-sun": "#f7ecc8",
        "a-cloud": "#2a3a55",
        "a-far": "#243349",
        "a-far2": "#2b3c55",
        "a-hill": "#3a3b30",
        "a-wall": "#5b4a48",
        "a-walls": "#4b3d3d",
        "a-wall2": "#44525a",
        "a-walls2": "#38454d",
        "a-win": "#ffce5c",
        "a-leaf": "#b98a24",
        "a-leaf2": "#d2a33a",
        "a-ground": "#332c26",
        "a-path": "#40372e",
        "a-roof": "#2b353b",
        "a-roofl": "#3a464d",
        "a-soft": "rgb(255 255 255 / .08)",
        "t-brick": "#51301f",
        "t-amber": "#4c3a16",
        "t-pine": "#214036",
        "t-indigo": "#22384f",
        "t-plum": "#422a3c",
        "t-rose": "#4a2730",
        "t-slate": "#333c41",
    },
    "snow": {
        "a-sky": "#dfe8ef",
        "a-halo": "#eef3f7",
        "a-sun": "#f7d9a6",
        "a-cloud": "#f7fafc",
        "a-far": "#cfd9e2",
        "a-far2": "#c1cdd8",
        "a-hill": "#eef2f5",
        "a-leaf": "#e9eef2",
        "a-leaf2": "#ffffff",
        "a-leafg": "#a9bdb2",
        "a-ground": "#f2f5f7",
        "a-path": "#dfe6ea",
        "a-roof": "#d9e1e6",
        "a-roofl": "#c6d0d7",
        "a-ridge": "#aab6be",
        "t-brick": "#e7e9ec",
        "t-amber": "#ece9e1",
        "t-pine": "#dde8e6",
        "t-indigo": "#dbe6f0",
        "t-plum": "#e6e1ea",
        "t-rose": "#efe3e5",
        "t-slate": "#e2e7ea",
    },
}


def weather(mood: str, seed: str) -> str:
    """Return what falls or shines over the whole picture, as SVG."""
    chance = random.Random(seed)
    dots = []
    if mood == "snow":
        for _ in range(150):
            x, y, r = chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT), chance.uniform(1.5, 5.5)
            dots.append(
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}" fill="#fff" opacity="{chance.uniform(0.5, 0.95):.2f}"/>'
            )
    if mood == "night":
        for _ in range(60):
            x, y, r = chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT * 0.4), chance.uniform(0.8, 2.4)
            dots.append(
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}" fill="#fff6d8" opacity="{chance.uniform(0.3, 0.9):.2f}"/>'
            )
    if mood == "spring":
        for _ in range(36):
            x, y = chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT)
            dots.append(
                f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="6" ry="3.5" fill="#f4b6c2" opacity=".8" '
                f'transform="rotate({chance.uniform(0, 180):.0f} {x:.0f} {y:.0f})"/>'
            )
    return f'<svg class="weather" viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(dots)}</svg>'


def draw(page: Page, scene: Path, mood: str) -> bytes:
    """Return one picture as PNG."""
    css = "".join((ROOT / "static/css/src" / name).read_text() for name in ("10-tokens.css", "30-art.css"))
    colours = "".join(f"--{name}: {value};" for name, value in MOODS[mood].items())
    svg = scene.read_text().replace("<svg ", '<svg class="scene" preserveAspectRatio="xMidYMax slice" ', 1)
    page.set_content(
        f"<style>{css} :root {{ {colours} }} body {{ margin: 0; background: var(--a-sky); }}"
        f" svg {{ position: absolute; inset: 0; width: {WIDTH}px; height: {HEIGHT}px; max-width: none; }}</style>"
        f"{svg}{weather(mood, scene.stem + mood)}"
    )
    return page.screenshot()


def draw_plan(page: Page, plan: Path) -> bytes:
    """Return the plan of a community as PNG."""
    page.set_viewport_size({"width": PLAN_WIDTH, "height": PLAN_HEIGHT})
    page.set_content(
        f"<style>body {{ margin: 0; }} svg {{ display: block; width: 100%; }}</style>{plan.read_text()}"
    )
    return page.screenshot()


def save(picture: bytes, name: str) -> None:
    Image.open(io.BytesIO(picture)).convert("RGB").save(TARGET / f"{name}.webp", quality=82, method=6)


def main() -> None:
    """Draw every scene in every mood, and every plan."""
    TARGET.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for scene in sorted(ART.glob("*.svg")):
            for mood in MOODS:
                save(draw(page, scene, mood), f"{scene.stem}-{mood}")
        for plan in sorted(ART.glob("plans/*.svg")):
            save(draw_plan(page, plan), f"plan-{plan.stem}")
        browser.close()


if __name__ == "__main__":
    main()
