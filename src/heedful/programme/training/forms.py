"""What the forms of training take."""

from __future__ import annotations

from django import forms

from heedful.people.clearance.rules import MOST_GLASS_HOURS


class GlassForm(forms.Form):
    """Why somebody opens captures without a clearance, and for how long."""

    reason = forms.CharField(
        max_length=300, label="What is the emergency?", help_text="The head reads this. Name no pupil.",
        error_messages={"required": "Say in a few words what the emergency is."}, widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    hours = forms.TypedChoiceField(
        coerce=int, label="For how long", choices=[(str(h), f"{h} hour{'' if h == 1 else 's'}") for h in range(1, MOST_GLASS_HOURS + 1)],
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
