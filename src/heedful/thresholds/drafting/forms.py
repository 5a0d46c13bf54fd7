"""What the forms of a draft take."""

from __future__ import annotations

from django import forms

from heedful.people.rules import Strand
from heedful.thresholds.guidance import GUIDANCE, OTHER
from heedful.thresholds.rules import BANDS, LEVELS, THEME_TITLES, THEMES, Route, Urgency


class StartForm(forms.Form):
    """A draft by hand, from the table in force."""

    reason = forms.CharField(
        max_length=300,
        label="Why should the table change?",
        help_text="Everybody who opens the table reads it. Name no pupil.",
        error_messages={"required": "Say why the table is to change."},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reason"].widget.attrs["class"] = "form-control"


class CellForm(forms.Form):
    """One line: where it goes, how fast, for which ages."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    theme = forms.ChoiceField(choices=[(theme, THEME_TITLES[theme]) for theme in THEMES], widget=forms.HiddenInput)
    level = forms.TypedChoiceField(coerce=int, choices=[(str(level), str(level)) for level in LEVELS], widget=forms.HiddenInput)
    band = forms.ChoiceField(choices=[(band, band) for band in BANDS], widget=forms.HiddenInput)
    route = forms.ChoiceField(choices=Route.choices, label="Goes to")
    urgency = forms.ChoiceField(choices=Urgency.choices, label="How fast")
    every_band = forms.BooleanField(required=False, label="The same for all ages")
    release = forms.BooleanField(
        required=False, label="Both: safeguarding owns it, and may release a line to behaviour"
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("route", "urgency"):
            self.fields[name].widget.attrs["class"] = "form-select"


class CiteForm(forms.Form):
    """On what rows rest."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    themes = forms.MultipleChoiceField(
        choices=[(theme, THEME_TITLES[theme]) for theme in THEMES],
        widget=forms.CheckboxSelectMultiple,
        label="Which rows",
        error_messages={"required": "Choose at least one theme."},
    )
    reference = forms.CharField(
        max_length=200,
        label="The school's policy and section",
        help_text="For example: Child protection policy 2026, section 4.",
        error_messages={"required": "Name the school's policy and its section."},
    )
    guidance = forms.ChoiceField(choices=[(each.key, each.title) for each in GUIDANCE.values()], label="Guidance")
    guidance_version = forms.CharField(
        max_length=20, required=False, label="Its version", help_text="The year that stands on it, such as 2026."
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("reference", "guidance_version"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["guidance"].widget.attrs["class"] = "form-select"

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        if given.get("guidance") != OTHER and not given.get("guidance_version"):
            self.add_error("guidance_version", "Say which version of it, such as the year.")
        return given


class RevisionForm(forms.Form):
    """A press on a draft as it was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class SignForm(RevisionForm):
    strand = forms.ChoiceField(choices=Strand.choices)
