"""What the retention page's form takes."""

from __future__ import annotations

from django import forms

from heedful.captures.retention import BOUNDS, Kept


class PeriodForm(forms.Form):
    """For how long one kind is kept, and why."""

    school = forms.TypedChoiceField(coerce=int, label="School")
    kind = forms.ChoiceField(label="What", choices=[(str(kept), f"{kept.label} ({b.least} to {b.most} days)") for kept, b in BOUNDS.items()])
    days = forms.IntegerField(label="Days", min_value=1, max_value=9999, error_messages={"required": "Say for how many days."})
    reason = forms.CharField(max_length=300, label="Why", error_messages={"required": "Say why."}, help_text="Shown on this page. Name no pupil.")

    def __init__(self, *args: object, schools: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["school"].choices = [(str(number), name) for number, name in schools]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name in {"school", "kind"} else "form-control"
        if len(schools) == 1:
            self.fields["school"].widget = forms.HiddenInput()
            self.fields["school"].initial = schools[0][0]

    def kept(self) -> Kept:
        """The kind that was chosen."""
        return Kept(self.cleaned_data["kind"])
