"""A colleague at the console: signs in by the link in the mail, finds their way by menu and steps, fills in forms by their labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.journeys.technician import Technician

Answer = str | bool | list[str] | Path
STEPS = "Steps of the programme"


@dataclass
class Colleague(Technician):
    """Somebody with a part in the deployment. Nothing here knows an address but the menu, the steps and what pages link to."""

    def clicks(self, what: Locator) -> None:
        """Press what leads to another page, and be there: what is read next must not be the old page."""
        with self.page.expect_navigation():
            what.click()

    def goes_to(self, *titles: str) -> None:
        self.clicks(self.page.get_by_role("navigation", name="Main").get_by_role("link", name=titles[0], exact=True))
        for title in titles[1:]:
            self.follows(title)

    def opens_the_board(self) -> None:
        self.goes_to("Programme")

    def opens_step(self, title: str) -> None:
        """From wherever they are, by the board and the strip of steps."""
        self.opens_the_board()
        self.clicks(self.main.get_by_role("link", name=title, exact=True).first)

    def follows(self, name: str | re.Pattern[str]) -> None:
        self.clicks(self.main.get_by_role("link", name=name, exact=isinstance(name, str)).first)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def unfolds(self, summary: str | re.Pattern[str]) -> Locator:
        """Open a fold by its words, and give what is in it."""
        fold = self.main.locator("details").filter(has=self.page.locator("summary").filter(has_text=summary)).first
        if fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
        return fold

    def fills(self, within: Locator, answers: Mapping[str, Answer]) -> None:
        """Answer each field by its label, as its kind asks: choose, tick, attach or write."""
        for label, answer in answers.items():
            if isinstance(answer, list):
                group = within.get_by_role("group", name=label)
                for each in answer:
                    group.get_by_label(re.compile(rf"^\s*{re.escape(each)}\s*(,|$)")).check()
                continue
            field = within.get_by_label(label, exact=True).first
            kind = field.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
            if isinstance(answer, Path):
                field.set_input_files(str(answer))
            elif kind == "select":
                field.select_option(label=str(answer))
            elif kind in {"checkbox", "radio"}:
                field.set_checked(bool(answer))
            else:
                field.fill(str(answer))

    def presses(self, within: Locator, button: str | re.Pattern[str]) -> None:
        """Press a button, and see that the page took it: no page of ours answers a good form with a fault."""
        self.clicks(within.get_by_role("button", name=button).first)
        expect(self.page.locator(".field-trouble[role=alert]")).to_have_count(0)

    def reads_open_gates(self) -> set[str]:
        """The titles of the gates that hold the next stage up, as the board lists them."""
        self.opens_the_board()
        return set(self.main.locator(".gate-open .need").all_inner_texts())
