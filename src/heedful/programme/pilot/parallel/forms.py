"""What the forms of the parallel run take."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from heedful.programme.pilot.parallel.actions import MOST_MINUTES
from heedful.programme.pilot.parallel.reading import Order

_FILE = forms.FileInput(attrs={"class": "form-control", "accept": ".csv,text/csv"})


class HeadersForm(forms.Form):
    """The first export, of which only the first line is read."""

    system = forms.CharField(label="What the present system is called", max_length=60, error_messages={"required": "Give its name."}, widget=forms.TextInput(attrs={"class": "form-control"}))
    file = forms.FileField(label="One of its exports (CSV)", error_messages={"required": "Choose a file."}, widget=_FILE, help_text="Only the names of the columns are read.")


class ColumnsForm(forms.Form):
    """Which column holds what."""

    time = forms.ChoiceField(label="When it happened", error_messages={"required": "Choose the column."})
    account = forms.ChoiceField(label="Whose account (address or user name)", error_messages={"required": "Choose the column."})
    category = forms.ChoiceField(label="What kind of alert", required=False, help_text="Not the text: Heedful never takes what pupils wrote.")
    order = forms.ChoiceField(label="How days are written", choices=Order.choices)

    def __init__(self, *args: object, headers: Sequence[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, empty in (("time", "Choose"), ("account", "Choose"), ("category", "None")):
            self.fields[name].choices = [("", empty), *((header, header) for header in headers if header)]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"


class ImportForm(forms.Form):
    """An export to compare."""

    file = forms.FileField(label="Export (CSV)", error_messages={"required": "Choose a file."}, widget=_FILE, help_text="Time, account and category are read. Any text is dropped and never stored.")


class MinutesForm(forms.Form):
    """How long people spent on the present system in one week."""

    week = forms.DateField()
    minutes = forms.IntegerField(min_value=0, max_value=MOST_MINUTES)
