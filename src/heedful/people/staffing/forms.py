"""What the staff pages' forms take."""

from __future__ import annotations

from django import forms

from heedful.people.models import School
from heedful.people.rules import RoleName

ROLES = [(role.value, role.label) for role in RoleName]


class InviteForm(forms.Form):
    """Somebody to add by hand."""

    school = forms.TypedChoiceField(coerce=int, label="School")
    name = forms.CharField(max_length=120, label="Name", error_messages={"required": "Write their name."})
    email = forms.EmailField(label="School email address", error_messages={"required": "Write their address."})
    roles = forms.MultipleChoiceField(
        choices=ROLES, label="Roles", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one role."}
    )

    def __init__(self, *args: object, schools: list[School], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["school"].choices = [(str(school.pk), school.name) for school in schools]  # type: ignore[attr-defined]
        for name in ("school", "name", "email"):
            self.fields[name].widget.attrs["class"] = "form-select" if name == "school" else "form-control"
        self.fields["email"].widget.attrs["autocomplete"] = self.fields["name"].widget.attrs["autocomplete"] = "off"
        if len(schools) == 1:
            self.fields["school"].widget = forms.HiddenInput()
            self.fields["school"].initial = schools[0].pk


class RoleForm(forms.Form):
    """One role in one school, to give or to take."""

    school = forms.IntegerField()
    role = forms.ChoiceField(choices=ROLES, error_messages={"required": "Choose a role.", "invalid_choice": "Choose a role."})
