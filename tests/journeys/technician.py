"""A technician at the console of a new installation: signs in by the link in the mail, imports, makes a token, copies the policy, looks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.chromium import CHROMIUM
from tests.durability.server import Server
from tests.journeys.actors import until

PASSWORD = "four quiet herons by the canal"


@dataclass
class Technician:
    """Clicks where a person would; nothing here knows an address but the console's menu."""

    browser: Browser
    server: Server
    page: Page

    @classmethod
    def comes_for_the_first_time(cls, playwright: Playwright, server: Server, email: str) -> Technician:
        """Sets a password by the link in the mail, and signs in."""
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=["--no-sandbox"])
        page = browser.new_context().new_page()
        page.goto(f"{server.url.replace('127.0.0.1', 'localhost')}/accounts/login/")
        page.get_by_role("link", name=re.compile("Forgot")).click()
        page.get_by_label("Email").fill(email)
        page.get_by_role("button", name=re.compile("Reset|Send")).click()
        outbox = server.data_dir / "outbox"

        def mails() -> list[str]:
            found = [file.read_text("utf-8").replace("=\n", "") for file in outbox.iterdir()] if outbox.exists() else []
            return [mail for mail in found if f"To: {email}" in mail and "/password/reset/" in mail]

        until(mails, what="the mail with the link", seconds=30)
        mail = mails()[-1]
        link = re.search(r"http://\S+/accounts/password/reset/key/\S+", mail)
        assert link, mail
        page.goto(link[0])
        for field in page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        page.get_by_role("button", name=re.compile("password", re.IGNORECASE)).last.click()
        page.goto(f"{server.url.replace('127.0.0.1', 'localhost')}/accounts/login/")
        page.get_by_label("Email").fill(email)
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        return cls(browser, server, page)

    def goes_to(self, *titles: str) -> None:
        """By the menu, then by the tabs of the page."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=titles[0], exact=True).click()
        for title in titles[1:]:
            self.page.get_by_role("main").get_by_role("link", name=title, exact=True).first.click()

    def imports_the_roll(self, *files: Path) -> None:
        self.goes_to("Roll")
        self.page.locator("input[type=file]").set_input_files([str(file) for file in files])
        self.page.get_by_role("button", name="Show what would change").click()
        self.page.get_by_role("button", name="Change the roll").click()

    def imports_the_inventory(self, file: Path) -> None:
        self.goes_to("Devices", "Inventory")
        self.page.locator("input[type=file]").set_input_files(str(file))
        self.page.get_by_role("button", name="Show what would change").click()
        self.page.get_by_role("button", name="Take it in").click()

    def makes_a_token(self, label: str) -> str:
        self.goes_to("Devices", "Enrolment tokens")
        self.page.get_by_label("For", exact=True).select_option("device")
        self.page.get_by_label("Label").fill(label)
        self.page.get_by_role("button", name="Make it").click()
        return self.page.locator("#made-token").inner_text()

    def copies_the_linux_policy(self, token: str) -> dict[str, Any]:
        """The JSON as it stands on the page, with the token filled in."""
        self.goes_to("Devices", "Policy", "Linux")
        self.page.get_by_label("Token, to fill in below").fill(token)
        copied: dict[str, Any] = json.loads(self.page.locator("[data-fillable]").first.inner_text())
        return copied

    def starts_a_test(self, group: str, kind: str) -> str:
        """Says what is being tested; returns the phrase to type."""
        self.goes_to("Coverage", "Tests")
        self.page.get_by_label("Group", exact=True).select_option(label=group)
        self.page.get_by_label("Kind of device", exact=True).select_option(label=kind)
        self.page.get_by_role("button", name="I am testing this now").click()
        return self.page.locator("code.phrase").first.inner_text()

    def sees_the_group_turn_green(self, group: str) -> None:
        """On the open page, without touching it."""
        row = self.page.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=group, exact=True))
        expect(row.locator(".judged-covered")).to_be_visible(timeout=60_000)

    def reads_the_verdict(self, name: str) -> str:
        """The verdict on the overview of coverage for a year, group, site or kind."""
        self.goes_to("Coverage")
        row = self.page.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=name, exact=True))
        return row.locator(".judged").first.inner_text()

    def reads_the_silent_devices(self) -> list[str]:
        self.goes_to("Devices")
        self.page.get_by_role("main").get_by_role("link", name=re.compile("^Silent")).first.click()
        return self.page.locator("tbody th a").all_inner_texts()

    def leaves(self) -> None:
        self.browser.close()
