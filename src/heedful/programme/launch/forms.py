"""What the launch page's forms take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from heedful.programme.launch.rules import Verdict
from heedful.programme.working_group.models import Meeting


class DateForm(forms.Form):
    """The launch date, and why it moves."""

    on = forms.DateField(
        label="Launch on", widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "Write a day such as 14/01/2027."},
    )  # fmt: skip
    reason = forms.CharField(
        max_length=500, required=False, label="Why it moves", widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text="Kept with the date; everybody is told of the new day. Name no pupil.",
    )  # fmt: skip

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["reason"]


class DecideForm(forms.Form):
    """What a meeting decided."""

    meeting = forms.TypedChoiceField(
        coerce=int, label="The meeting that decided", widget=forms.Select(attrs={"class": "form-select"}), error_messages={"required": "Choose the meeting."}
    )
    verdict = forms.ChoiceField(choices=Verdict.choices, label="It decided", widget=forms.RadioSelect, error_messages={"required": "Choose go or no go."})
    note = forms.CharField(
        max_length=500, required=False, label="In a sentence", widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text="For no go: what has to be done before the group decides again. Name no pupil.",
    )  # fmt: skip

    def __init__(self, *args: Any, meetings: Sequence[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].choices = [("", "Choose"), *((str(each.pk), f"{each.get_kind_display()}, {each.on:%-d %B %Y}") for each in meetings)]  # type: ignore[attr-defined]
