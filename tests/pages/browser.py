"""A real Chromium on the served console, signed in as a persona."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.personas.people import Persona

CHROMIUM = "/usr/bin/chromium"


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@contextmanager
def signed_in(browser: Browser, address: str, persona: Persona | None, *, has_script: bool = True) -> Iterator[BrowserContext]:
    """A browser window with the persona's session, or without one."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="en-GB", java_script_enabled=has_script)
    context.set_default_timeout(10_000)
    if persona is not None:
        session = persona.browser.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    try:
        yield context
    finally:
        context.close()
