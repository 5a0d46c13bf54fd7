"""What the forms round a sealed picture take."""

from __future__ import annotations

from datetime import datetime

from django import forms

from heedful.captures.rules import Agency


class DestructionForm(forms.Form):
    """Who advised it, and under which reference."""

    agency = forms.ChoiceField(
        choices=[("", "Choose who advised it"), *Agency.choices], error_messages={"required": "Choose which agency advised it."}
    )
    reference = forms.CharField(max_length=60, error_messages={"required": "Give the agency's reference."})


class RequestForm(forms.Form):
    """Which request somebody answers: the moment it was made, to the microsecond."""

    asked_at = forms.CharField(max_length=40)

    def clean_asked_at(self) -> datetime:
        """The moment; anything else is no request."""
        try:
            found = datetime.fromisoformat(self.cleaned_data["asked_at"])
        except ValueError:
            raise forms.ValidationError("no moment") from None
        if found.tzinfo is None:
            raise forms.ValidationError("no moment")
        return found
