"""The forms of the coverage pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from heedful.devices.coverage.days import Term, TermName
from heedful.devices.rules import COVERED_KINDS, DeviceKind


class StartTestForm(forms.Form):
    """Which group, on which kind of device."""

    group = forms.ChoiceField(
        label="Group", widget=forms.Select(attrs={"class": "form-select"}), error_messages={"required": "Choose a group."}
    )
    kind = forms.ChoiceField(
        label="Kind of device",
        choices=[(kind.value, kind.label) for kind in DeviceKind if kind in COVERED_KINDS],
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, groups: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [("", "Choose a group"), *((name, name) for name in groups)]  # type: ignore[attr-defined]


class TermsForm(forms.Form):
    """First and last day of each term."""

    def __init__(self, *args: Any, terms: Sequence[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for term in terms:
            for when, words, day in (("from", "first day", term.starts_on), ("to", "last day", term.ends_on)):
                self.fields[f"{term.name}_{when}"] = forms.DateField(
                    label=f"{term.name.label}, {words}",
                    initial=day,
                    widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
                    error_messages={"required": "Give a date.", "invalid": "Give a date such as 2026-09-01."},
                )

    def terms(self) -> list[Term]:
        """The three terms as given. Call it on a valid form."""
        given = self.cleaned_data
        return [Term(name, given[f"{name}_from"], given[f"{name}_to"]) for name in TermName]
