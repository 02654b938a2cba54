"""Screenshots of every view of the console, light, dark and phone-sized, into docs/screenshots.

    python -m bench.screenshots [--url http://127.0.0.1:8000] [--out docs/screenshots]

Starts an assistant of its own with empty stores, unless it is given one in local mode. It talks to it by text and by voice first, so that
there is something to see.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, Playwright, sync_playwright

from bench import recorded
from bench.server import running
from config import ROOT, Settings

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
    ("+12025550177", "Can I book a check-up on Friday morning? My name is Luis Ortega"),
    ("+12025550177", "the first one"),
    ("+12025550177", "yes"),
    ("+12025550143", "Is there parking?"),
]
CALLER = [
    (6.5, "I'd like to book a check-up next Wednesday at two o'clock, please."),
    (9.0, "Yes, please."),
    (9.0, "Is there parking?"),
    (8.0, "No, thank you. Goodbye."),
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
        if name == "system" and look == "light":  # all of it
            page.set_viewport_size({"width": 1280, "height": page.evaluate("document.documentElement.scrollHeight")})
            page.wait_for_timeout(200)
        page.screenshot(path=out / f"{name}-{look}.png")


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
    arguments.add_argument("--url", help="an assistant that runs already")
    arguments.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    chosen = arguments.parse_args()
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_path is None:
        print("No chromium found: apt-get install chromium", file=sys.stderr)
        return 1
    chosen.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory()))
        url = chosen.url
        if url is None:
            portal = open_things.enter_context(start_blocking_portal())
            ours = running(BUSINESS_FILE=str(ROOT / "business.toml"), MAX_CALLS="12")
            url = open_things.enter_context(portal.wrap_async_context_manager(ours)).url
        playwright = open_things.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=browser_path, args=[*FLAGS, f"--crash-dumps-dir={folder}"])
        for number, (look, options) in enumerate(LOOKS.items()):
            page = browser.new_page(**options)
            page.on("console", lambda message: print("console:", message.text) if message.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: print("page error:", error))
            shoot(page, url, look, chosen.out, talk=number == 0)
            page.close()
        browser.close()
        voice = recorded.voice_in(Settings().models_dir)
        if voice is None:
            print("No voice for the recorded caller, so no pictures of a call: python main.py models pull", file=sys.stderr)
            return 1
        recorded.record(CALLER, voice, folder / "caller.wav")
        shoot_call(playwright, browser_path, url, folder / "caller.wav", chosen.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
