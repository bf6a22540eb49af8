"""Headless Chromium for the tests, and what happened in a page: dialogs, console messages, requests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",  # Chromium refuses its sandbox to root, which is who runs tests in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def executable() -> str | None:
    """Where Chromium is on this machine."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def executable_or_skip() -> str:
    """Where Chromium is; without one the test is skipped, or fails where a browser is required."""
    found = executable()
    if found is None:
        reason = f"no Chromium on PATH (looked for {', '.join(_NAMES)})"
        if os.environ.get("GRAPHPROV_TEST_REQUIRE_BROWSER"):
            pytest.fail(f"{reason}, and GRAPHPROV_TEST_REQUIRE_BROWSER is set")
        pytest.skip(reason)
    return found


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A browser that ends with the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Witness:
    """What a page did that it should not."""

    said: list[str] = field(default_factory=list)

    def watch(self, page: Page, own: str) -> None:
        """Note every dialog, console message, error, and request beyond the page itself."""
        page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: self.said.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("request", lambda request: None if request.url == own else self.said.append(f"request: {request.url}"))
