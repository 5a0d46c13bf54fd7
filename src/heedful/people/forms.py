"""What the people pages' forms take."""

from __future__ import annotations

from django import forms

from heedful.people.models import School, User
from heedful.people.rules import MOST_GRANT_HOURS

HOURS = (1, 2, 4, 8, MOST_GRANT_HOURS)


class GrantForm(forms.Form):
    """Who may read captures, for how long and why."""

    school = forms.TypedChoiceField(coerce=int, label="School")
    person = forms.TypedChoiceField(coerce=int, label="Who", error_messages={"required": "Choose a person."})
    hours = forms.TypedChoiceField(choices=[(str(h), f"{h} hour{'' if h == 1 else 's'}") for h in HOURS], coerce=int, label="For how long")
    reason = forms.CharField(max_length=300, label="Why they need to read captures", error_messages={"required": "Say why."})

    def __init__(self, *args: object, schools: list[School], people: list[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["school"].choices = [(str(school.pk), school.name) for school in schools]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", "Choose a person"), *((str(p.pk), p.name) for p in people)]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "reason" else "form-select"
        if len(schools) == 1:
            self.fields["school"].widget = forms.HiddenInput()
            self.fields["school"].initial = schools[0].pk
