"""A real OpenID Connect provider beside the served console, and a Chromium that signs in at it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page

from heedful.people.sign_in.providers import PROVIDER_CLASS, app
from tests.pages.browser import signed_in
from tests.pages.conftest import address as address
from tests.pages.conftest import chromium as chromium
from tests.pages.conftest import django_db_modify_db_settings as django_db_modify_db_settings
from tests.sign_in.accounts import ACCOUNTS, DOMAIN, TENANT

PROVIDER = Path(__file__).parent / "provider" / "provider.mjs"
KINDS = ("google", "microsoft", "oidc")


@pytest.fixture(scope="session")
def issuer(live_server: Any) -> Iterator[str]:
    """Puts the token's claims where Google and Microsoft do."""
    with _served(str(live_server.url)) as address:
        yield address


@pytest.fixture(scope="session")
def lean_issuer(live_server: Any) -> Iterator[str]:
    """Answers addresses at the userinfo endpoint alone, as the standard has it."""
    with _served(str(live_server.url), "--lean") as address:
        yield address


class _served:
    def __init__(self, console: str, *arguments: str) -> None:
        redirects = [f"{console}/accounts/with/{kind}/callback/" for kind in KINDS]
        self.asked = json.dumps({"redirects": redirects, "accounts": ACCOUNTS}) + "\n"
        self.arguments = arguments

    def __enter__(self) -> str:
        self.process = subprocess.Popen(
            ["node", str(PROVIDER), *self.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(self.asked)
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def __exit__(self, *_: object) -> None:
        self.process.communicate(timeout=10)  # its input ends, and so does it


@dataclass
class Newcomer:
    """Somebody at the sign-in page, with a browser of their own."""

    page: Page
    address: str

    def goes_to(self, name: str) -> None:
        """Press the provider's button on the sign-in page."""
        self.page.goto(f"{self.address}/accounts/login/")
        self.page.get_by_role("button", name=f"Sign in with {name}").click()

    def says(self, login: str) -> None:
        """Sign in at the provider with this account."""
        self.page.get_by_label("Account").fill(login)
        self.page.get_by_role("button", name="Go on").click()

    def signs_in(self, login: str, *, name: str) -> None:
        self.goes_to(name)
        self.says(login)

    def answer_for(self, login: str, *, name: str) -> str:
        """Sign in at the provider, and stop before the browser takes its answer back to the console."""
        self.goes_to(name)
        http = self.page.context.request
        answer = http.post(self.page.url, form={"login": login}, max_redirects=0)
        while "/callback/?" not in answer.headers["location"]:
            answer = http.get(urljoin(answer.url, answer.headers["location"]), max_redirects=0)
        return answer.headers["location"]

    @property
    def is_refused(self) -> bool:
        return self.page.get_by_role("heading", name="You are not signed in").is_visible()

    @property
    def told(self) -> str:
        return self.page.locator("main").inner_text()

    def is_in(self) -> bool:
        self.page.goto(f"{self.address}/your-part/")
        return self.page.url == f"{self.address}/your-part/"


@pytest.fixture
def newcomer(chromium: Browser, address: str) -> Iterator[Newcomer]:
    with signed_in(chromium, address, None) as context:
        yield Newcomer(context.new_page(), address)


@pytest.fixture(autouse=True)
def providers(settings: Any, live_server: Any, issuer: str) -> None:
    """The console knows the provider three times: by the rules for Google, for Microsoft, and for any other."""
    cache.clear()
    settings.PUBLIC_URL = str(live_server.url)
    rows = (("google", "Google", ""), ("microsoft", "Microsoft", TENANT), ("oidc", "your school account", ""))
    settings.SOCIALACCOUNT_PROVIDERS = {PROVIDER_CLASS: {"APPS": [app_at(issuer, kind, name, tenant) for kind, name, tenant in rows]}}


def app_at(issuer: str, kind: str, name: str, tenant: str = "") -> dict[str, Any]:
    return app(kind, name, issuer, client_id="heedful", secret="a secret that is long enough", domains=[DOMAIN], tenant=tenant)
