"""What the pilot's forms take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from heedful.people.models import Group, User
from heedful.programme.pilot.actions import Scope
from heedful.programme.pilot.queries import Listener
from heedful.programme.pilot.rules import Success, Verdict
from heedful.programme.working_group.forms import NO_PUPIL, choice_field, date_field, text_field
from heedful.thresholds.approaches.actions import Wanted
from heedful.thresholds.approaches.rules import SHOW_FROM, LooksFirst, Notify, Settings, Weeks

SHOWS = [(str(level), "Every severity" if level == 1 else f"From severity {level}; what is below is only recorded") for level in SHOW_FROM]
PICTURES = [("yes", "As the school has set them"), ("no", "None")]


def checks(label: str, *, required: str = "", hint: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=(), required=bool(required), widget=forms.CheckboxSelectMultiple, help_text=hint,
        error_messages={"required": required} if required else None,
    )  # fmt: skip


def _offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]


class ScopeForm(forms.Form):
    """Whom the pilot is for, where and when."""

    groups = checks("Groups in the pilot", required="Choose at least one group: nobody else is captured.")
    starts_on = date_field("First day", required="Give the first day.")
    ends_on = date_field("Last day", required="Give the last day.", hint="Four to six weeks are usual.")
    sites = checks("Sites", hint="None ticked means all.")
    devices = text_field("Which devices", most=200, hint="For people to read, such as “Chromebooks of the library trolley”.")
    one_approach_reason = text_field("Only one approach? Why it is enough", most=500, rows=2, hint=f"Leave empty where you try two or more. {NO_PUPIL}")

    def __init__(self, *args: Any, groups: Sequence[Group], sites: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "groups", [(str(group.pk), group.name) for group in groups])
        _offer(self, "sites", [(site, site) for site in sites])
        if not sites:
            del self.fields["sites"]

    def scope(self) -> Scope:
        given = self.cleaned_data
        return Scope(
            tuple(int(each) for each in given["groups"]), given["starts_on"], given["ends_on"], tuple(given.get("sites", ())), given["devices"],
            given["one_approach_reason"],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day lies before the first. Change one of them.")
        return given


class ApproachForm(forms.Form):
    """One way of handling captures."""

    name = text_field("What you call it", most=60, required="Give the approach a name.", hint=NO_PUPIL)
    first_look = choice_field("Who looks first", LooksFirst.choices, required="Choose who looks first.")
    groups = checks("For which groups of the pilot", hint="None ticked means all of them.")
    weeks = choice_field("In which weeks", Weeks.choices, required="Choose the weeks.")
    show_from = choice_field("Which severities it shows", SHOWS, required="Choose a severity.")
    notify = choice_field("What people are told of as it comes in", Notify.choices, required="Choose one.")
    pictures = choice_field("Pictures", PICTURES, required="Choose one.")

    def __init__(self, *args: Any, groups: Sequence[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "groups", [(str(group.pk), group.name) for group in groups])

    def settings(self) -> Settings:
        return settings_of(self.cleaned_data)

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(given["name"], self.settings(), tuple(int(each) for each in given["groups"]), Weeks(given["weeks"]))


def settings_of(given: Mapping[str, Any]) -> Settings:
    return Settings(LooksFirst(given["first_look"]), int(given["show_from"]), Notify(given["notify"]), given["pictures"] == "yes")


class TargetsForm(forms.Form):
    """What the pilot is judged by: a goal for each measure that counts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for measure in Success:
            self.fields[str(measure)] = text_field(measure.label, most=200)

    def goals(self) -> dict[Success, str]:
        return {measure: self.cleaned_data[str(measure)] for measure in Success}


class AudienceForm(forms.Form):
    """Who is told of captures while the pilot runs."""

    people = checks("Who is told", required="Choose the safeguarding lead and at least one more reader.")

    def __init__(self, *args: Any, staff: Sequence[Listener], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "people", [(str(person.id), f"{person.name}, {person.roles}") for person in staff])

    def ids(self) -> list[int]:
        return [int(each) for each in self.cleaned_data["people"]]


class DecisionForm(forms.Form):
    """What becomes of one approach, and why. The settings count only where it is adopted with a change."""

    verdict = choice_field("Decision", [("", "Choose"), *Verdict.choices], required="Choose what becomes of it.")
    reason = text_field("Why", most=1000, rows=3, required="Write down why.", hint=NO_PUPIL)
    first_look = choice_field("Who looks first", LooksFirst.choices)
    show_from = choice_field("Which severities it shows", SHOWS)
    notify = choice_field("What people are told of as it comes in", Notify.choices)
    pictures = choice_field("Pictures", PICTURES)

    def changed(self) -> Settings | None:
        """The settings with which it is adopted, where it is adopted with a change."""
        given = self.cleaned_data
        names = ("first_look", "show_from", "notify", "pictures")
        return settings_of(given) if given["verdict"] == Verdict.CHANGE and all(given[name] for name in names) else None


class ReviewForm(forms.Form):
    """A weekly review that was held."""

    on = date_field("Held on", required="Give the day on which it was held.")
    attended = checks("Who was there", required="Say who was there: tick at least one person.")
    notes = text_field("What was said", most=4000, rows=4, hint=NO_PUPIL)
    decisions = text_field("What was decided", most=3000, rows=3, hint=f"One decision a line. {NO_PUPIL}")

    def __init__(self, *args: Any, staff: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "attended", [(str(user.pk), user.name) for user in staff])
