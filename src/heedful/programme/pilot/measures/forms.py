"""What the measures' forms take."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from heedful.programme.pilot.measures.rules import STARS


class PeriodForm(forms.Form):
    """Of which days the figures are. Empty: the whole pilot, or the last four weeks."""

    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}))

    def clean(self) -> dict[str, object]:
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", "This day is before the first one. Choose a later day.")
        return found


class RatingForm(forms.Form):
    """A reviewer's own rating."""

    approach = forms.ChoiceField(label="Approach", error_messages={"required": "Choose the approach."}, widget=forms.Select(attrs={"class": "form-select"}))
    stars = forms.ChoiceField(
        label="How well does it work for you?", error_messages={"required": "Choose from 1 to 5."}, widget=forms.Select(attrs={"class": "form-select"}),
        choices=[("", "Choose"), *((str(n), text) for n, text in zip(STARS, ("1, badly", "2", "3, neither well nor badly", "4", "5, very well"), strict=True))],
    )  # fmt: skip
    sentence = forms.CharField(
        label="Why, in a sentence", required=False, max_length=300, help_text="Shown without your name. Name no pupil.",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: object, approaches: Sequence[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if approaches:
            self.fields["approach"].choices = [(str(number), name) for number, name in approaches]  # type: ignore[attr-defined]
        else:
            del self.fields["approach"]

    def approach_id(self) -> int | None:
        """The chosen approach; None where the school has none and rates how it handles captures now."""
        chosen = self.cleaned_data.get("approach")
        return int(chosen) if chosen else None
