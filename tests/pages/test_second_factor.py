"""Setting up a second factor and signing in with it, as a newcomer does: under the console's own content security policy."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from tests.pages.browser import signed_in
from tests.personas.people import PASSWORD, Place


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def test_an_authenticator_app_is_set_up_and_asked_for(chromium: Browser, address: str, larkfield: Place) -> None:
    with signed_in(chromium, address, None) as context:
        page = context.new_page()
        sign_in(page, address, larkfield.staff["dsl"].email)
        expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
        page.goto(f"{address}/captures/")
        expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
        secret = page.get_by_label("Or type this secret into the app").input_value()
        page.get_by_label("Authenticator code").fill(code_for(secret))
        page.get_by_role("button", name="Turn it on").click()
        expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
        page.goto(f"{address}/captures/")
        expect(page.get_by_role("heading", name="0 to review")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        cache.clear()  # a code is good once
        sign_in(page, address, larkfield.staff["dsl"].email)
        page.get_by_label("Code").fill(code_for(secret))
        page.get_by_role("button", name="Sign In").click()
        expect(page.get_by_role("heading", name="0 to review")).to_be_visible()


def test_a_passkey_is_made_and_signs_in_alone(chromium: Browser, address: str, larkfield: Place) -> None:
    with signed_in(chromium, address, None) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        put_in_a_security_key(page)
        sign_in(page, address, larkfield.staff["dsl"].email)
        page.get_by_role("link", name="add a passkey").click()
        page.get_by_label("Name").fill("Test key")
        page.get_by_label("Passwordless").check()
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{address}/accounts/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("heading", name="0 to review")).to_be_visible()
        assert complaints == []


def put_in_a_security_key(page: Page) -> None:
    """A virtual authenticator that proves its user by itself."""
    session = page.context.new_cdp_session(page)
    options: dict[str, Any] = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
