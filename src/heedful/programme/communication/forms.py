"""What the forms of this room take."""

from __future__ import annotations

from typing import Any

from django import forms

from heedful.programme.communication.rules import How
from heedful.programme.communication.texts import MOST_CHARACTERS


class TextForm(forms.Form):
    """The words of a text, with placeholders."""

    title = forms.CharField(max_length=200, label="Title", error_messages={"required": "Give it a title."})
    body = forms.CharField(
        label="Text", max_length=MOST_CHARACTERS, widget=forms.Textarea(attrs={"rows": 24}), strip=False,
        help_text="“## ” begins a heading, “- ” a line of a list. Words in braces, such as {hours}, are filled from the settings. Name no pupil.",
        error_messages={"required": "Write something to say."},
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "body"):
            self.fields[name].widget.attrs["class"] = "form-control"


class PublishForm(forms.Form):
    """To publish a text, and whether staff are asked to confirm it."""

    asks = forms.BooleanField(required=False, initial=True, label="Ask each of them to confirm that they have read it")
    seen = forms.CharField(widget=forms.HiddenInput())


class HandedOutForm(forms.Form):
    """When and how the school gave a text out."""

    given_on = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages={"required": "Say on which day."})
    how = forms.ChoiceField(label="How", choices=[("", "Choose"), *How.choices], error_messages={"required": "Say how."})
    note = forms.CharField(label="Note", max_length=200, required=False, help_text="To how many, by whom. Name no pupil.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "how" else "form-control"
