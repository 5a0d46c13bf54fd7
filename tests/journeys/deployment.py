"""What each colleague does in a deployment, room by room, as they would on the screen."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Locator, expect

from heedful.programme.training.shipped import practice_cards, shipped_modules
from tests.journeys.colleague import Colleague

SUCCESS = "Time to first look"


class Member(Colleague):
    """Somebody of the working group."""

    def form_with(self, button: str | re.Pattern[str]) -> Locator:
        """The form that this button sends, opened where it is folded away."""
        form = self.main.locator("form").filter(has=self.page.get_by_role("button", name=button, include_hidden=True)).first
        form.evaluate("form => { for (let at = form; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true }")
        return form

    def answers_every_choice(self, form: Locator) -> None:
        """Where nothing is chosen yet, the first that can be."""
        for select in form.locator("select").all():
            if select.input_value() == "":
                select.select_option(index=1)

    # Before anything is installed
    def writes_the_risk_profile(self) -> None:
        self.opens_step("Before you install")
        self.follows(re.compile("the risk profile"))
        form = self.form_with("Keep the profile")
        self.fills(form, {"Age of the youngest pupils": "11", "Age of the oldest pupils": "16"})
        self.answers_every_choice(form)
        self.presses(form, "Keep the profile")

    def plans_the_monitoring(self) -> None:
        self.opens_step("Before you install")
        self.follows("Add a line")
        form = self.form_with("Add the line")
        self.fills(form, {"For whom": "Year 8", "Why": "They share the trolley's devices."})
        self.answers_every_choice(form)
        form.get_by_label("How it is monitored").select_option(label="Heedful")
        self.presses(form, "Add the line")

    # Working group
    def seats(self, name: str, strand: str) -> None:
        self.opens_step("Working group")
        form = self.main.locator("form").filter(has=self.page.get_by_label(strand, exact=True)).filter(has=self.page.get_by_label("Who", exact=True)).first
        form.evaluate("form => { for (let at = form; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true }")
        self.fills(form, {"Who": name, strand: True})
        self.presses(form, "Add them")

    def fills_the_slot(self, slot: str, name: str) -> None:
        self.opens_step("Working group")
        form = self.form_with(re.compile(f"Keep this.*{slot}", re.IGNORECASE))
        form.get_by_label("Somebody with an account").select_option(label=name)
        self.presses(form, re.compile("Keep this"))

    def holds_a_meeting(self, kind: str, *, there: list[str]) -> None:
        """Plans it for today and records that it was held."""
        self.opens_step("Working group")
        form = self.form_with("Plan it")
        form.get_by_label("Kind of meeting").select_option(label=kind)
        form.locator("input[type=date]").first.fill(str(date.today()))
        self.presses(form, "Plan it")
        record = self.form_with("It was held")
        for name in there:
            record.get_by_label(name).check()
        self.presses(record, "It was held")
        expect(self.page.get_by_text("The meeting is recorded.")).to_be_visible()

    # Behaviour or safeguarding?
    def begins_the_cards(self) -> None:
        self.opens_the_cards()
        form = self.form_with("Begin the round")
        form.get_by_role("radio").first.check()
        self.presses(form, "Begin the round")

    def opens_the_cards(self) -> None:
        self.opens_step("Working group")
        self.follows("Behaviour or safeguarding?")

    def sorts_the_cards(self) -> None:
        """All of them alike: what is tried here is the way, and that twenty cards are enough to propose a table."""
        self.opens_the_cards()
        self.follows(re.compile("Sort your cards|Go on sorting"))
        heading = re.fullmatch(r"Card (\d+) of (\d+)", self.page.get_by_role("heading", level=1).inner_text())
        assert heading
        first, last = int(heading[1]), int(heading[2])
        for number in range(first, last + 1):
            expect(self.page.get_by_role("heading", name=f"Card {number} of {last}", level=1)).to_be_visible()
            self.page.locator("label[for=pile-safeguarding]").click()
            self.page.locator("label[for=urgency-today]").click()
            self.page.get_by_role("button", name="Keep, and look over" if number == last else "Next card").click()
        self.clicks(self.main.get_by_role("button", name="I have finished"))

    def runs_the_round_to_its_end(self) -> None:
        self.opens_the_cards()
        self.follows(re.compile("Look at the round|See the results"))
        self.clicks(self.main.get_by_role("button", name="Open the results"))
        self.clicks(self.main.get_by_role("button", name="We have discussed the results"))
        self.follows("Look at the proposed table")
        self.clicks(self.main.get_by_role("button", name="Propose the table"))

    def opens_the_draft(self) -> None:
        self.goes_to("Thresholds")
        self.follows(re.compile(r"^Draft \d+"))

    def decides_what_is_open(self) -> int:
        """Line by line, until none is left; returns how many there were."""
        self.opens_the_draft()
        count = 0
        while self.main.get_by_role("link", name="Go to the next line to decide").count():
            self.follows("Go to the next line to decide")
            form = self.form_with(re.compile("Decide it so|Save the line"))
            form.get_by_label("The same for all ages").check()
            self.presses(form, re.compile("Decide it so|Save the line"))
            count += 1
        return count

    def names_what_rows_rest_on(self, policy: str) -> None:
        self.opens_the_draft()
        form = self.form_with("Name it for these rows")
        form.get_by_label("The school's policy and section").fill(policy)
        self.presses(form, "Name it for these rows")

    def signs(self, strand: str) -> None:
        self.opens_the_draft()
        self.main.get_by_role("button", name=f"Sign for {strand}").click()
        expect(self.main.get_by_text(re.compile("Signed by")).first).to_be_visible()

    def puts_the_table_in_force(self) -> None:
        self.opens_the_draft()
        self.clicks(self.main.get_by_role("button", name="Put it in force"))

    # Policies
    def registers(self, title: str, kinds: list[str], document: Path) -> None:
        self.opens_step("Policies")
        self.follows(re.compile("^Add a policy|^Add the safeguarding policy"))
        form = self.form_with("Put it into the register")
        self.fills(form, {"Name of the policy": title, "What it is": kinds, "File": document, "Version": "September 2026", "Approved by": "Governing body"})
        form.get_by_label("Approved on").fill(str(date.today() - timedelta(days=20)))
        form.get_by_label("Next review").fill(str(date.today() + timedelta(days=340)))
        self.presses(form, "Put it into the register")

    def links_every_theme_to(self, clause: str) -> None:
        self.opens_step("Policies")
        self.follows("Clauses by theme")
        form = self.form_with("Link it")
        option = form.get_by_label("Clause").locator("option").filter(has_text=clause).first.get_attribute("value")
        form.get_by_label("Clause").select_option(value=option)
        for box in form.get_by_role("group", name="Themes").get_by_role("checkbox").all():
            box.check()
        self.presses(form, "Link it")

    def signs_the_procedure(self, title: str) -> None:
        self.opens_step("Policies")
        self.follows(title)
        self.main.get_by_label("I have read this version").check()
        button = self.main.get_by_role("button", name=re.compile("^Sign"))
        button.click()
        expect(button).to_have_count(0)

    # DPIA
    def answers_the_dpia(self) -> None:
        self.opens_the_board()
        self.follows("The data protection impact assessment is approved")
        form = self.form_with("Save the draft")
        for part in form.locator("details").all():
            part.evaluate("part => { part.open = true }")
        self.answers_every_choice(form)
        for field in form.locator("textarea, input[type=text], input:not([type])").all():
            if not field.input_value():
                field.fill("Talked about in the working group.")
        for field in form.locator("input[type=date]").all():
            if not field.input_value():
                field.fill(str(date.today() + timedelta(days=200)))
        self.presses(form, "Save the draft")

    def approves_the_dpia(self) -> None:
        self.opens_the_board()
        self.follows("The data protection impact assessment is approved")
        self.main.get_by_role("button", name=re.compile("^Approve version")).click()
        expect(self.main.get_by_text("Approved and true")).to_be_visible()

    # Communication
    def publishes(self, text: str) -> None:
        self.opens_step("Communication")
        self.follows(text)
        self.clicks(self.main.get_by_role("button", name=re.compile("^Publish")))
        self.page.wait_for_url("**/communication/")

    def hands_out_what_waits(self) -> int:
        """Says of each text that it was given out today; returns how many there were."""
        self.opens_step("Communication")
        count = 0
        while (form := self.main.locator(".hand-out form")).count():
            form.first.evaluate("form => { form.closest('details').open = true }")
            form.first.locator("input[type=date]").fill(str(date.today()))
            self.answers_every_choice(form.first)
            left = form.count()
            self.clicks(form.first.get_by_role("button"))
            expect(self.main.locator(".hand-out form")).to_have_count(left - 1)
            count += 1
        return count

    def confirms_what_is_open(self) -> None:
        """On their own page, each message that asks for it."""
        self.goes_to("Your part")
        while (button := self.main.get_by_role("button", name=re.compile("^I have read it"))).count():
            left = button.count()
            self.clicks(button.first)
            expect(self.main.get_by_role("button", name=re.compile("^I have read it"))).to_have_count(left - 1)

    # Training
    def passes(self, module: str) -> None:
        """Reads a module, and answers as somebody who has."""
        written = next(each for each in shipped_modules() if each.key == module)
        self.opens_step("Training")
        self.follows(written.title)
        self.follows("Go to the questions")
        for number, question in enumerate(written.questions):
            for right in question.right:
                self.page.locator(f"#q{number}").get_by_label(question.options[right], exact=True).check()
        self.clicks(self.main.get_by_role("button", name="See how I did"))
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile("^Passed"))

    def practises(self) -> None:
        """Works through the practice captures in the real pages, and passes."""
        self.opens_step("Training")
        self.follows(re.compile("practice captures", re.IGNORECASE))
        self.clicks(self.main.get_by_role("button", name=re.compile("^Begin")).first)
        bar = self.page.get_by_role("region", name="Practice")
        expect(bar).to_contain_text("nothing here is real")
        self.main.locator("a[href*='/captures/']").filter(has_text=re.compile(r"\w")).first.wait_for()
        self.page.keyboard.press("j")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/captures/*/*")
        while (shown := self.main.locator(".captured")).count():
            here, text = self.page.url, shown.inner_text()
            card = next(each for each in practice_cards() if each.text.strip() == text.strip())
            if card.grade is None:
                self.main.locator("[data-action-open=false_positive] summary").click()
                self.main.locator(f"button[name=reason][value={sorted(card.nothing)[0]}]").click()
            else:
                self.main.locator(f"[data-action=grade_{card.grade}]").click()
            self.page.wait_for_url(lambda url, was=here: url.split("?")[0] != was.split("?")[0])
        bar.get_by_role("button", name="Finish and see how I did").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Passed")

    # Pilot
    def form_asking(self, label: str) -> Locator:
        """The form that has a field or a group of this name, opened where it is folded away."""
        by_label = self.page.get_by_label(label, exact=True).or_(self.page.get_by_role("group", name=label, include_hidden=True))
        form = self.main.locator("form").filter(has=by_label).first
        form.evaluate("form => { for (let at = form; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true }")
        return form

    def designs_a_pilot(self, groups: list[str], reason_for_one: str) -> None:
        self.opens_step("Pilot")
        self.clicks(self.main.get_by_role("button", name="Design a pilot"))
        form = self.form_asking("Groups in the pilot")
        self.fills(
            form,
            {
                "Groups in the pilot": groups, "First day": str(date.today()), "Last day": str(date.today() + timedelta(days=28)),
                "Only one approach? Why it is enough": reason_for_one,
            },
        )  # fmt: skip
        self.presses(form, "Save")
        form = self.form_asking("What you call it")
        self.fills(form, {"What you call it": "The lead sees all"})
        self.answers_every_choice(form)
        self.presses(form, "Add it")
        form = self.form_asking(SUCCESS)
        form.get_by_label(SUCCESS).fill("Under one school day")
        self.presses(form, "Save")

    def names_the_audience(self, people: list[str]) -> None:
        self.opens_step("Pilot")
        form = self.form_asking("Who is told")
        self.fills(form, {"Who is told": people})
        self.presses(form, "Save")

    def says_that_the_design_is_done(self) -> None:
        self.opens_step("Pilot")
        self.clicks(self.main.get_by_role("button", name="The design is done"))
        expect(self.main.get_by_text("It starts by itself")).to_be_visible()

    def sees_no_way_to(self, stage: str) -> None:
        """The page of the next stage names what holds it up and offers no button."""
        self.opens_the_board()
        self.follows(f"Go to {stage}")
        expect(self.main.locator(".gate-open").first).to_be_visible()
        expect(self.main.get_by_role("button", name=re.compile("Change the stage"))).to_have_count(0)

    def sees_no_easy_way_to(self, stage: str) -> None:
        """Every open gate asks for a written reason of its own, and without one nothing changes."""
        self.opens_the_board()
        self.follows(f"Go to {stage}")
        form = self.form_with(re.compile("Change the stage"))
        assert form.get_by_label(re.compile("^Over ")).count() == self.main.locator(".gate-open").count() > 0
        self.is_refused_to_go_live("Close it, or write why you go live all the same")

    def is_refused_to_go_live(self, because: str) -> None:
        self.opens_the_board()
        self.follows("Go to live")
        form = self.form_with(re.compile("Change the stage"))
        form.get_by_label("Why now").fill("We would like to begin.")
        form.get_by_role("button", name=re.compile("Change the stage")).click()
        expect(self.page.get_by_role("alert")).to_contain_text("The stage was not changed.")
        expect(self.page.get_by_role("alert")).to_contain_text(because)

    def goes_to_stage(self, stage: str, reason: str) -> None:
        self.opens_the_board()
        self.follows(f"Go to {stage}")
        form = self.form_with(re.compile("Change the stage"))
        form.get_by_label("Why now").fill(reason)
        self.presses(form, re.compile("Change the stage"))
        expect(self.page.get_by_text(f"The stage is now: {stage}.")).to_be_visible()

    def decides_on_the_approach(self, verdict: str) -> None:
        self.opens_step("Pilot")
        form = self.form_asking("Decision")
        form.get_by_label("Decision", exact=True).select_option(label=verdict)
        form.get_by_label("Why", exact=True).fill("Captures were seen the same day, and few were false.")
        self.presses(form, "Write it down")
        self.clicks(self.main.get_by_role("button", name=re.compile("^End the pilot")))
        expect(self.main.get_by_role("button", name=re.compile("^End the pilot"))).to_have_count(0)

    # Launch
    def sets_the_launch(self, days: int) -> None:
        self.opens_step("Launch")
        form = self.form_asking("Launch on")
        form.get_by_label("Launch on").fill(str(date.today() + timedelta(days=days)))
        self.presses(form, re.compile("tell everybody"))

    def records_go(self) -> None:
        self.opens_step("Launch")
        form = self.form_with("Record it")
        form.get_by_label("The meeting that decided").select_option(index=1)
        form.get_by_label("Go", exact=True).check()
        self.presses(form, "Record it")
