"""Screenshots of every view of the console, light, dark and phone-sized, into docs/screenshots.

    python bench/screenshots.py [--url http://127.0.0.1:8000] [--out docs/screenshots]

Wants a running assistant in local mode. It talks to it by text first, so that there is something to see.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, sync_playwright

VIEWS = {"talk": "#/", "text": "#/text", "live": "#/live", "history": "#/history", "calendar": "#/calendar", "system": "#/system"}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light", "device_scale_factor": 2},
}
#: The flags of a browser that may reach nothing but this machine.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
TALK = [
    ("+12025550143", "Hi, could I get a cleaning next Tuesday at half past ten? It's Joan Keller."),
    ("+12025550143", "Yes please"),
    ("+12025550177", "Can I book a check-up on Thursday afternoon? My name is Luis Ortega"),
    ("+12025550177", "the first one"),
    ("+12025550177", "yes"),
    ("+12025550143", "Is there parking?"),
]


def say(url: str, phone: str, text: str) -> None:
    """One text turn."""
    body = json.dumps({"session": f"screens-{phone}", "text": text, "from": phone}).encode()
    request = urllib.request.Request(f"{url}/api/v1/chat", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(f"  {text}\n    -> {json.load(answer)['reply']}")


def shoot(page: Page, url: str, look: str, out: Path, *, talk: bool) -> None:
    """All views in one look; the live view is open while things happen."""
    page.goto(f"{url}/#/live")
    page.get_by_role("status").get_by_text("Listening").wait_for(timeout=10_000)
    page.wait_for_timeout(500)
    if talk:
        for phone, text in TALK:
            say(url, phone, text)
    else:
        say(url, "+12025550143", "When is my appointment?")
    for name, hash_ in VIEWS.items():
        page.evaluate("hash => { location.hash = hash }", hash_)
        page.wait_for_timeout(700)
        if name in ("live", "history") and look != "phone":
            first = page.locator(".list button").first
            if first.count():
                first.click()
                page.wait_for_timeout(500)
        if name == "text":
            page.get_by_role("button", name="When is my appointment?").click()
            page.locator(".turn.assistant").last.wait_for(timeout=20_000)
            page.wait_for_timeout(300)
        page.screenshot(path=out / f"{name}-{look}.png", full_page=name == "system" and look == "light")


def shoot_call(playwright: Playwright, path: str, url: str, caller: Path, out: Path) -> None:
    """A call with a recorded caller: under way, and its turns with their times."""
    sound = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={caller}%noloop"]
    browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *sound])
    page = browser.new_page(**LOOKS["light"])
    page.goto(f"{url}/#/")
    page.locator(".call-button").click()
    page.locator(".turn.assistant").nth(2).wait_for(timeout=60_000)
    page.wait_for_timeout(600)
    page.screenshot(path=out / "call-light.png")
    page.get_by_text("hung up").wait_for(timeout=60_000)
    page.evaluate("location.hash = '#/live'")
    page.locator(".fall").first.wait_for(timeout=10_000)
    page.wait_for_timeout(500)
    page.screenshot(path=out / "live-call-light.png")
    browser.close()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--url", default="http://127.0.0.1:8000")
    arguments.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "docs" / "screenshots")
    arguments.add_argument("--caller", type=Path, help="a recorded caller (WAV): also shoots a call under way and what it took")
    chosen = arguments.parse_args()
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_path is None:
        print("No chromium found: apt-get install chromium", file=sys.stderr)
        return 1
    chosen.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        browser = playwright.chromium.launch(executable_path=browser_path, args=[*FLAGS, f"--crash-dumps-dir={profile}"])
        for number, (look, options) in enumerate(LOOKS.items()):
            page = browser.new_page(**options)
            page.on("console", lambda message: print("console:", message.text) if message.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: print("page error:", error))
            shoot(page, chosen.url, look, chosen.out, talk=number == 0)
            page.close()
        browser.close()
        if chosen.caller is not None:
            shoot_call(playwright, browser_path, chosen.url, chosen.caller, chosen.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
