"""What the devices pages' forms take."""

from __future__ import annotations

from django import forms

from heedful.devices.rules import MOST_TOKEN_DAYS, MOST_TOKEN_USES, InventorySource, TokenKind
from heedful.people.models import School

MOST_UPLOAD_BYTES = 32 * 1024 * 1024
KINDS = ((TokenKind.CHROMEOS, "Chromebooks (Google Admin)"), (TokenKind.DEVICE, "Windows, Mac and Linux"))


class _OfSchool(forms.Form):
    """A form with the school it is about; hidden where the viewer has but one."""

    school = forms.TypedChoiceField(coerce=int, label="School")

    def __init__(self, *args: object, schools: list[School], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["school"].choices = [(str(school.pk), school.name) for school in schools]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
        if len(schools) == 1:
            self.fields["school"].widget = forms.HiddenInput()
            self.fields["school"].initial = schools[0].pk
            self.fields["school"].required = False
        self.only_school = schools[0].pk if len(schools) == 1 else None

    def clean_school(self) -> object:
        return self.only_school or self.cleaned_data["school"]


class TokenForm(_OfSchool):
    """A new enrolment token."""

    kind = forms.ChoiceField(choices=KINDS, label="For")
    label = forms.CharField(
        max_length=80,
        label="Label",
        help_text="So that you know it again: “Chromebooks 2026”.",
        error_messages={"required": "Write a label."},
    )
    uses = forms.IntegerField(
        min_value=1, max_value=MOST_TOKEN_USES, initial=500, label="How many devices may enrol by it",
        help_text="Physical devices. Another profile, or signing in again, on a device that says who it is costs none.",
    )  # fmt: skip
    days = forms.IntegerField(
        min_value=1, max_value=MOST_TOKEN_DAYS, initial=365, label="For how many days",
        help_text="Where sign-ins leave nothing behind, devices enrol at each: let it last the school year.",
    )  # fmt: skip


class ListForm(_OfSchool):
    """A file with the school's devices."""

    file = forms.FileField(
        label="File (CSV)",
        error_messages={"required": "Choose a file."},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )
    source = forms.ChoiceField(choices=[("", "Tell it by its columns"), *InventorySource.choices], required=False, label="From")

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > MOST_UPLOAD_BYTES:
            raise forms.ValidationError(f"The file has {file.size / 1024**2:.0f} MiB; at most {MOST_UPLOAD_BYTES // 1024**2} MiB are read.")
        return file
