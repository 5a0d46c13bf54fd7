"""What the board's forms take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from heedful.people.models import Group, User
from heedful.people.rules import Stage
from heedful.programme.needs import Standing
from heedful.programme.steps import Step


class StepForm(forms.Form):
    """Who looks after a step, and until when."""

    step = forms.ChoiceField(choices=Step.choices, widget=forms.HiddenInput)
    owner = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Looked after by", widget=forms.Select(attrs={"class": "form-select"}))
    due_on = forms.DateField(required=False, label="Due on", widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, staff: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "Nobody yet"), *((str(person.pk), person.name) for person in staff)]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """A move of the stage: where to, why, for whom, and a reason for each gate that is gone over."""

    reason = forms.CharField(
        max_length=500, label="Why now", widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": "Say why, in a sentence."}, help_text="Kept with the school's record. Name no pupil.",
    )  # fmt: skip
    live_groups = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label="Only these groups for now", widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: everybody goes live. Groups that are left out follow from this page.",
    )  # fmt: skip

    def __init__(self, *args: Any, to: Stage, is_by_group: bool, gates: Sequence[Standing], groups: Sequence[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_by_group or not groups:
            del self.fields["live_groups"]
        else:
            self.fields["live_groups"].choices = [(str(group.pk), group.name) for group in groups]  # type: ignore[attr-defined]
        self.over_names = {}
        for each in gates:
            if to == Stage.LIVE and each.is_open:
                name = f"over-{each.need.key}"
                self.over_names[each.need.key] = name
                self.fields[name] = forms.CharField(
                    required=False, max_length=500, label=f"Over “{each.need.title}”: your reason", widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"})
                )

    @property
    def over(self) -> dict[str, str]:
        """The reasons given, by the need's key."""
        return {key: self.cleaned_data.get(name, "") for key, name in self.over_names.items()}
