"""What a page must stand up to in every mode: axe, targets, reflow, text that its reader spaces out (WCAG 2.2 AA)."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
NARROW = (320, 360, 390)
# Of both the ministry says how large: 44 for everybody, 60 for the elderly.
TARGET = {"ordinary": 44, "elder": 60}

SET_THEME = """theme => {
    const root = document.documentElement
    root.dataset.theme = theme
    if (root.className.includes("w-theme-")) {
        root.classList.remove("w-theme-system", "w-theme-light", "w-theme-dark")
        root.classList.add(`w-theme-${theme}`)
    }
    for (const moving of document.getAnimations())
        if (moving.effect.getComputedTiming().endTime !== Infinity) moving.finish()
}"""
# What passes need not be told: that is half of axe's time.
RUN_AXE = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.map(rule =>
    `${rule.id} (${rule.impact}): ${rule.help}` + rule.nodes.slice(0, 4).map(node => `\\n    ${node.html.slice(0, 160)}`).join(""))"""
# Links in a sentence are as tall as their line; everything else is a target of its own.
TOO_SMALL = """least => [...document.querySelectorAll("a, button, input, select, textarea, summary")].filter(one => {
    const box = one.getBoundingClientRect()
    if (!box.width || !one.checkVisibility({ visibilityProperty: true }) || box.right < 0 || box.bottom < 0) return false
    if (one.closest(".vh, .skip, .prose, .sent, .alert:not(.elder-home .alert), .errsum, .talk__who, .post__body, .post__shared, .demo-list")) return false
    if (one.matches("p a, dd a, small a, label a, .board a, .newslist a, .lead a, .post__who small a")
        && getComputedStyle(one).display === "inline") return false
    const label = one.matches("input") && one.closest("label")
    const whole = one.matches(".stretch") ? one.closest(".rel, li") : label || (one.closest(".search") && one.matches("input") ? one.closest(".search") : one)
    const {width, height} = whole.getBoundingClientRect()
    // The line under a name is a sentence of links, apart from each other as WCAG 2.5.8 asks; the elderly get it large.
    const need = least < 60 && one.closest(".post__who small") ? 24 : least - .5
    return height < need || width < need
}).map(one => `too small: ${one.outerHTML.slice(0, 120)} ${JSON.stringify(one.getBoundingClientRect())}`)"""
# WCAG 1.4.12, word for word. A sheet made by the page itself is no inline style: the strict policy stays as it is.
SPACE_OUT = """() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }")
    document.adoptedStyleSheets = [sheet]
}"""
LET_BE = "() => { document.adoptedStyleSheets = []; document.documentElement.style.fontSize = '' }"
# Twice the size that the page has in this mode.
TWICE = "() => { const r = document.documentElement; r.style.fontSize = 2 * parseFloat(getComputedStyle(r).fontSize) + 'px' }"
# Text that is cut off: names may be, they stand whole elsewhere.
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *")].filter(one => {
    const style = getComputedStyle(one)
    if (!["hidden", "clip"].includes(style.overflowX) || one.matches(".vh, details:not([open]) .urgent__title, .brand__place, .ava, .ava *, svg, svg *, img, picture, .cover, .eave, textarea, input")) return false
    const text = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
    return text && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
}).map(one => `cut off: ${one.outerHTML.slice(0, 120)}`)"""
WIDER = """() => [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1
    && !one.closest(".shelf, .tabs, .table-wrap, .vh, svg, dialog")).slice(0, 3).map(one => one.outerHTML.slice(0, 100)).join(" | ")"""


@cache
def axe_script() -> str:
    return next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")


def run_axe(page: Any) -> list[str]:
    """Return what axe-core finds on the page as it is now."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe_script())
    return list(page.evaluate(RUN_AXE))


def sideways(page: Any, what: str) -> Iterator[str]:
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if wide > room:
        yield f"{what}: {wide} px wide where there are {room}: {page.evaluate(WIDER)}"


def faults(page: Any, mode: str) -> Iterator[str]:
    """Look at one page in one mode and say everything that is wrong with it; the page stays as it was."""
    themes = ("light", "dark") if mode == "ordinary" else ("light",)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        for theme in themes:
            page.evaluate(SET_THEME, theme)
            for found in run_axe(page):
                yield f"axe at {size['width']}, {theme}: {found}"
    page.evaluate(SET_THEME, "light")
    yield from page.evaluate(TOO_SMALL, TARGET[mode])
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 844})
        yield from sideways(page, f"at {width}")
    page.set_viewport_size({"width": 320, "height": 844})
    yield from page.evaluate(TOO_SMALL, TARGET[mode])
    page.evaluate(SPACE_OUT)
    yield from sideways(page, "spaced out")
    yield from page.evaluate(CUT_OFF)
    page.evaluate(LET_BE)
    if mode == "elder":
        page.evaluate("document.documentElement.dataset.text = '30'")
        yield from sideways(page, "type of 30 px")
        page.evaluate("delete document.documentElement.dataset.text")
    # 200 % of text at the desk, and what is left of a phone's width at 200 %.
    for width in (640, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate(TWICE)
        yield from sideways(page, f"text at 200 %, {width}")
        yield from page.evaluate(CUT_OFF)
        page.evaluate(LET_BE)
    page.set_viewport_size(PHONE)
