"""What the pages of the register take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from heedful.people.models import User
from heedful.people.rules import AgeBand
from heedful.programme.policies.actions.register import Address, Approval, Facts, Upload
from heedful.programme.policies.queries.register import Choices
from heedful.programme.policies.rules import Deed, Kind, Target
from heedful.thresholds.rules import BANDS, LEVELS, THEME_TITLES

_DAY = {"invalid": "Give a date such as 2026-09-01."}


def _line(label: str, *, most: int, missing: str, hint: str = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **attrs})
    return forms.CharField(label=label, max_length=most, widget=widget, help_text=hint, error_messages={"required": missing})


def _day(label: str, *, missing: str, hint: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, widget=widget, error_messages={"required": missing} | _DAY)


class VersionForm(forms.Form):
    """A version: its file or its address, who approved it when, and when it is reviewed next."""

    document = forms.FileField(
        label="File", required=False, help_text="PDF, Word (.docx) or Markdown, at most 20 MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.md,.markdown", "class": "form-control"}), error_messages={"empty": "This file is empty."},
    )  # fmt: skip
    address = forms.URLField(
        label="or an address, where it lies elsewhere", required=False, max_length=500, assume_scheme="https",
        help_text="Heedful does not fetch it: its clauses can be linked, but their words are not shown.",
        widget=forms.URLInput(attrs={"class": "form-control", "autocomplete": "off", "placeholder": "https://"}),
        error_messages={"invalid": "Give an address that begins with https://."},
    )  # fmt: skip
    label = _line("Version", most=40, missing="Say which version it is.", hint="As your school calls it: “September 2026”, “v3.1”.")
    approved_by = _line("Approved by", most=120, missing="Say who approved it.", hint="“Governing body”, “Ruth Calder, head”.")
    approved_on = _day("Approved on", missing="Give the day on which it was approved.")
    next_review_on = _day("Next review", missing="Give the day of the next review.", hint="Heedful tells its owner, the safeguarding lead and the head 30 days and 7 days before.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "address" not in self.errors and "document" not in self.errors and bool(given.get("document")) == bool(given.get("address")):
            self.add_error("document", "Choose one: a file of at most 20 MB, or an address.")
        address = str(given.get("address") or "")
        if address and not address.startswith(("https://", "http://")):
            self.add_error("address", "Give an address that begins with https://.")
        return given

    def source(self) -> Upload | Address:
        """Ask it of a valid form."""
        sent: UploadedFile[Any] | None = self.cleaned_data["document"]
        return Upload(str(sent.name), sent.read()) if sent else Address(self.cleaned_data["address"])

    def approval(self) -> Approval:
        given = self.cleaned_data
        return Approval(given["label"], given["approved_by"], given["approved_on"])


class _FactsFields(forms.Form):
    title = _line("Name of the policy", most=200, missing="Give the policy's name.")
    kinds = forms.MultipleChoiceField(
        label="What it is", choices=Kind.choices, widget=forms.CheckboxSelectMultiple, help_text="One document may be several.",
        error_messages={"required": "Say what kind of policy it is."},
    )  # fmt: skip
    owner = forms.ChoiceField(label="Owner", required=False, widget=forms.Select(attrs={"class": "form-select"}), help_text="Who sees to its review.")

    def __init__(self, *args: Any, staff: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "Nobody yet"), *((str(user.pk), user.name) for user in staff)]  # type: ignore[attr-defined]

    def facts(self) -> Facts:
        """Ask it of a valid form."""
        given = self.cleaned_data
        owner = int(given["owner"]) if given["owner"] else None
        return Facts(given["title"], tuple(Kind(kind) for kind in given["kinds"]), owner, given["next_review_on"])


class AddForm(_FactsFields, VersionForm):
    """A policy that is new to the register."""

    field_order = ("title", "kinds", "owner", "document", "address", "label", "approved_by", "approved_on", "next_review_on")


class FactsForm(_FactsFields):
    """What the register says of a policy beside its text."""

    next_review_on = _day("Next review", missing="Give the day of the next review.")


class LinkForm(forms.Form):
    """A section, and all the themes and deeds behind which it stands."""

    section = forms.TypedChoiceField(
        label="Clause", coerce=int, widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": "Choose a clause.", "invalid_choice": "Choose a clause."},
    )  # fmt: skip
    themes = forms.MultipleChoiceField(label="Themes", required=False, choices=list(THEME_TITLES.items()), widget=forms.CheckboxSelectMultiple)
    level = forms.TypedChoiceField(
        label="At level", required=False, coerce=int, empty_value=None, choices=[("", "Any level"), *((str(level), f"Level {level}") for level in LEVELS)],
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    band = forms.ChoiceField(
        label="For age", required=False, choices=[("", "Any age"), *((band, AgeBand(band).label) for band in BANDS)],
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    deeds = forms.MultipleChoiceField(label="What somebody does", required=False, choices=Deed.choices, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, sections: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grouped = [(title, [(str(pk), name) for pk, name in rows]) for title, rows in sections.policies if rows]
        self.fields["section"].choices = [("", "Choose a clause"), *grouped]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("themes") and not given.get("deeds"):
            self.add_error(None, "Tick at least one theme, or something that somebody does.")
        return given

    def targets(self) -> list[Target]:
        """Ask it of a valid form."""
        given = self.cleaned_data
        themes = [Target(theme=theme, level=given["level"] or 0, band=given["band"]) for theme in given["themes"]]
        return themes + [Target(deed=deed) for deed in given["deeds"]]


class ReasonForm(forms.Form):
    reason = _line("Why", most=300, missing="Say why the policy is taken out of the register.", hint="Name no pupil.")
