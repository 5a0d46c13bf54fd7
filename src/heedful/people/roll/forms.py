"""What the roll's pages take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from heedful.people.models import SOURCE_ID_LENGTH, School
from heedful.people.roll.queries.pupils import PupilFilter
from heedful.people.roll.reading.archive import MOST_TOTAL_BYTES

MOST_FILES = 12


class _SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files, each held to what one is held to."""

    def clean(self, value: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        return [super(_FilesField, self).clean(each, initial) for each in value or [None]]


class UploadForm(forms.Form):
    """The files of a roll, and for which school they are."""

    school = forms.TypedChoiceField(coerce=int, label="School")
    chosen = _FilesField(
        label="Files", widget=_SeveralFiles(attrs={"accept": ".csv,.txt,.tsv,.zip", "class": "form-control"}),
        help_text="A OneRoster zip, or one or more of pupils.csv, staff.csv, groups.csv and accounts.csv.",
        error_messages={"required": "Choose one or more files of at most 32 MB in all.", "empty": "This file is empty."},
    )  # fmt: skip
    org = forms.CharField(
        required=False, max_length=SOURCE_ID_LENGTH, label="The school's sourcedId",
        help_text="Only where a OneRoster export holds several schools. It is remembered once the import is done.",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, schools: list[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["school"]
        field.choices = [(str(school.pk), school.name) for school in schools]  # type: ignore[attr-defined]
        field.widget.attrs["class"] = "form-select"
        if len(schools) == 1:
            field.widget, field.initial = forms.HiddenInput(), schools[0].pk

    def uploads(self) -> list[tuple[str, bytes]]:
        """The files' names and contents, as the readers take them. Ask it of a valid form."""
        return [(str(each.name), each.read()) for each in self.cleaned_data["chosen"]]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data.get("chosen", [])
        if len(given) > MOST_FILES or sum(each.size for each in given) > MOST_TOTAL_BYTES:
            raise forms.ValidationError(f"At most {MOST_FILES} files and {MOST_TOTAL_BYTES // 1024**2} MB together.")
        return super().clean() or {}


class PupilSearch(forms.Form):
    """What the list of pupils is narrowed to; anything that isn't understood is left out."""

    q = forms.CharField(required=False, max_length=80, label="Name, form or account")
    year = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="Year")
    group = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="Group")
    leavers = forms.BooleanField(required=False, label="Leavers")
    page = forms.IntegerField(required=False, min_value=1)

    def __init__(self, *args: Any, years: list[int], groups: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(year), f"Year {year}" if year else "Reception") for year in years]
        self.fields["year"].choices = [("", "All years"), *named]  # type: ignore[attr-defined]
        self.fields["group"].choices = [("", "All groups"), *((str(pk), name) for pk, name in groups)]  # type: ignore[attr-defined]
        self.fields["q"].widget.attrs |= {"class": "form-control", "type": "search", "autocomplete": "off"}
        for name in ("year", "group"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def wanted(self) -> PupilFilter:
        """The filter, from whatever of the address could be understood."""
        self.is_valid()
        given = self.cleaned_data
        return PupilFilter(given.get("q", ""), given.get("year"), given.get("group"), bool(given.get("leavers")), given.get("page") or 1)


class OwnerForm(forms.Form):
    """Whose an account is: `pupil-7`, `staff-3` or `shared`."""

    whose = forms.RegexField(
        r"^(?:(?:pupil|staff)-\d{1,18}|shared)$", error_messages={"required": "Choose whose it is.", "invalid": "Choose whose it is."}
    )

    def owner(self) -> dict[str, Any]:
        """The owner as `match_account` takes it. Ask it of a valid form."""
        kind, _, number = str(self.cleaned_data["whose"]).partition("-")
        return {"shared": True} if kind == "shared" else {f"{kind}_id": int(number)}
