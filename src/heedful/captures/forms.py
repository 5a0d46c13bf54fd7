"""What the console's forms take. Each decision carries the revision of the page that it was made on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from heedful.captures.queries.filters import QueueFilter
from heedful.captures.rules import GRADES, SEVERITY_WORDS, FalsePositive, Outcome, QueueTab, RevealReason
from heedful.people.models import School
from heedful.thresholds.rules import THEME_TITLES, Route

MOST_NOTE_CHARACTERS = 5_000


class QueueFilterForm(forms.Form):
    """The filters of the queue; a value that makes no sense counts as not given."""

    theme = forms.ChoiceField(choices=[("", "All themes"), *THEME_TITLES.items()], required=False, label="Theme")
    severity = forms.TypedChoiceField(
        choices=[("", "All severities"), *((str(n), f"{n} {SEVERITY_WORDS[n]}") for n in (5, 4, 3, 2, 1))],
        required=False, coerce=int, empty_value=None, label="Severity",
    )  # fmt: skip
    route = forms.ChoiceField(choices=[("", "All routes"), *Route.choices], required=False, label="Route")
    school = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="School")

    def __init__(self, data: QueryDict, *, schools: list[School], sees_all_routes: bool) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.fields["school"].choices = [("", "All schools"), *((str(s.pk), s.name) for s in schools)]  # type: ignore[attr-defined]
        if len(schools) < 2:
            del self.fields["school"]
        if not sees_all_routes:
            del self.fields["route"]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select form-select-sm"

    def wanted(self, tab: QueueTab) -> QueueFilter:
        """The filter to ask the queue with."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return QueueFilter(tab, given.get("theme", ""), given.get("severity"), given.get("route", ""), given.get("school"))


class Decision(forms.Form):
    """Any decision: it was made on this revision of the capture."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class GradeForm(Decision):
    grade = forms.TypedChoiceField(choices=[(str(grade), grade) for grade in GRADES], coerce=int)


class DismissForm(Decision):
    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *FalsePositive.choices], error_messages={"required": "Choose the reason."})


class RouteForm(Decision):
    route = forms.ChoiceField(choices=Route.choices)


class NoteForm(forms.Form):
    """A note changes nothing that somebody else may have decided, so it needs no revision."""

    note = forms.CharField(max_length=MOST_NOTE_CHARACTERS, error_messages={"required": "Write the note first."})


class RevealForm(forms.Form):
    why = forms.ChoiceField(choices=[("", "Choose a reason"), *RevealReason.choices], error_messages={"required": "Choose the reason."})


class CloseForm(Decision):
    action = forms.CharField(max_length=MOST_NOTE_CHARACTERS, required=False)
    outcome = forms.ChoiceField(choices=[("", "Choose an outcome"), *Outcome.choices], required=False)
