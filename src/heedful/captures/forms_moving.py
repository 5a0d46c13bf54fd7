"""What the form of a move takes."""

from __future__ import annotations

from django import forms

from heedful.captures.rules import MoveReason

NOBODY = "nobody"


class MoveForm(forms.Form):
    """To whom, why, and on which state of the capture it was decided."""

    to = forms.CharField(max_length=20, error_messages={"required": "Choose whose it is."})
    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *MoveReason.choices], error_messages={"required": "Choose the reason."})
    revision = forms.IntegerField(min_value=1)

    def clean_to(self) -> int | None:
        """The pupil's number; None for nobody."""
        given = self.cleaned_data["to"]
        if given == NOBODY:
            return None
        if not given.isdecimal() or len(given) > 18:
            raise forms.ValidationError("Choose whose it is.")
        return int(given)
