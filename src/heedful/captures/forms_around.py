"""What the forms round a capture take."""

from __future__ import annotations

from django import forms

from heedful.captures.rules import ContextReason


class ContextForm(forms.Form):
    """Why somebody reads the lines round a capture."""

    because = forms.ChoiceField(choices=ContextReason.choices)


class PassForm(forms.Form):
    to = forms.IntegerField(min_value=1, max_value=2**62)
