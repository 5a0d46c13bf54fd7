"""What the console's forms take. Each decision carries the revision of the page that it was made on."""

from __future__ import annotations

from django import forms

from heedful.captures.addresses import MOST_HOST_CHARACTERS, YEARS
from heedful.captures.rules import GRADES, SEVERITY_WORDS, FalsePositive, Outcome, RevealReason, SnoozeUntil, Source
from heedful.people.models import Group, School
from heedful.thresholds.rules import THEME_TITLES, Route

MOST_NOTE_CHARACTERS = 5_000


class QueueFilterForm(forms.Form):
    """The filters of the queue as fields; `addresses.read_address` takes what comes back. The first few stand open."""

    theme = forms.ChoiceField(choices=[("", "All themes"), *THEME_TITLES.items()], required=False, label="Theme")
    severity = forms.ChoiceField(
        choices=[("", "All severities"), *((str(n), f"{n} {SEVERITY_WORDS[n]}") for n in (5, 4, 3, 2, 1))], required=False, label="Severity",
    )  # fmt: skip
    route = forms.ChoiceField(choices=[("", "All routes"), *Route.choices], required=False, label="Route")
    school = forms.ChoiceField(required=False, label="School")
    source = forms.ChoiceField(choices=[("", "All sources"), *Source.choices], required=False, label="How it was met")
    year = forms.ChoiceField(
        choices=[("", "All years"), *((str(n), f"Year {n}" if n else "Reception") for n in YEARS)], required=False, label="Year"
    )
    group = forms.ChoiceField(required=False, label="Group")
    mine = forms.ChoiceField(choices=[("", "Whoever has it"), ("yes", "Those I have")], required=False, label="Who has it")
    host = forms.CharField(required=False, label="Host", max_length=MOST_HOST_CHARACTERS)
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="Until", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, asked: dict[str, str], *, schools: list[School], groups: list[Group], sees_all_routes: bool) -> None:
        super().__init__(initial=asked, auto_id="filter-%s")
        self.fields["school"].choices = [("", "All schools"), *((str(s.pk), s.name) for s in schools)]  # type: ignore[attr-defined]
        self.fields["group"].choices = [("", "All groups"), *((str(g.pk), g.name) for g in groups)]  # type: ignore[attr-defined]
        for name, is_of_use in (("school", len(schools) > 1), ("group", bool(groups)), ("route", sees_all_routes)):
            if not is_of_use:
                del self.fields[name]
        for field in self.fields.values():
            kind = "form-select form-select-sm" if isinstance(field.widget, forms.Select) else "form-control form-control-sm"
            field.widget.attrs["class"] = kind

    def common(self) -> list[forms.BoundField]:
        """The fields that stand open."""
        return [self[name] for name in ("theme", "severity", "school") if name in self.fields]

    def others(self) -> list[forms.BoundField]:
        """The fields under "More filters"."""
        return [self[name] for name in self.fields if name not in ("theme", "severity", "school")]

    def uses_others(self) -> bool:
        """Whether one of these is in use, so that they must be seen."""
        return any(field.value() for field in self.others())


class Decision(forms.Form):
    """Any decision: it was made on this revision of the capture."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class GradeForm(Decision):
    grade = forms.TypedChoiceField(choices=[(str(grade), grade) for grade in GRADES], coerce=int)


class DismissForm(Decision):
    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *FalsePositive.choices], error_messages={"required": "Choose the reason."})


class RouteForm(Decision):
    route = forms.ChoiceField(choices=Route.choices)


class SnoozeForm(Decision):
    until = forms.ChoiceField(choices=SnoozeUntil.choices, error_messages={"required": "Choose until when."})


class ReopenForm(Decision):
    """Nothing but the revision."""


class NoteForm(forms.Form):
    """A note changes nothing that somebody else may have decided, so it needs no revision."""

    note = forms.CharField(max_length=MOST_NOTE_CHARACTERS, error_messages={"required": "Write the note first."})


class RevealForm(forms.Form):
    why = forms.ChoiceField(choices=[("", "Choose a reason"), *RevealReason.choices], error_messages={"required": "Choose the reason."})


class CloseForm(Decision):
    action = forms.CharField(max_length=MOST_NOTE_CHARACTERS, required=False)
    outcome = forms.ChoiceField(choices=[("", "Choose an outcome"), *Outcome.choices], required=False)
