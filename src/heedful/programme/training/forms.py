"""What the forms of training take."""

from __future__ import annotations

from django import forms

from heedful.people.clearance.rules import MOST_GLASS_HOURS
from heedful.programme.training.reading import MOST_CHARACTERS
from heedful.programme.training.rules import LEAST_PASS_MARK


class GlassForm(forms.Form):
    """Why somebody opens captures without a clearance, and for how long."""

    reason = forms.CharField(
        max_length=300, label="What is the emergency?", help_text="The head reads this. Name no pupil.",
        error_messages={"required": "Say in a few words what the emergency is."}, widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    hours = forms.TypedChoiceField(
        coerce=int, label="For how long", choices=[(str(h), f"{h} hour{'' if h == 1 else 's'}") for h in range(1, MOST_GLASS_HOURS + 1)],
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip


class PassMarkForm(forms.Form):
    """What the working group counts as passed."""

    modules = forms.IntegerField(label="Modules, in per cent", min_value=LEAST_PASS_MARK, max_value=100)
    practice = forms.IntegerField(label="Practice captures, in per cent", min_value=LEAST_PASS_MARK, max_value=100)
    reason = forms.CharField(label="Why", max_length=300, help_text="Such as the meeting that decided it. Name no pupil.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class OwnModuleForm(forms.Form):
    """A module that the school wrote: pasted, or as a file."""

    file = forms.FileField(required=False, label="A Markdown file (.md)", widget=forms.FileInput(attrs={"class": "form-control", "accept": ".md,text/markdown"}))
    text = forms.CharField(
        required=False, label="Or write it here", max_length=MOST_CHARACTERS, strip=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": "16", "spellcheck": "true"}),
    )  # fmt: skip

    def module_text(self) -> tuple[str, str]:
        """The text and what to call it in an error. Raises ValidationError where there is none, or it is no text."""
        upload = self.cleaned_data.get("file")
        if upload is None:
            if not self.cleaned_data["text"].strip():
                raise forms.ValidationError("Choose a file, or write the module below.")
            return self.cleaned_data["text"], "your module"
        if upload.size > 4 * MOST_CHARACTERS:
            raise forms.ValidationError(f"The file has {upload.size:,} bytes; at most {4 * MOST_CHARACTERS:,}.")
        try:
            return upload.read().decode("utf-8-sig"), upload.name
        except UnicodeDecodeError as fault:
            raise forms.ValidationError("The file is no text in UTF-8. Save it as plain text and try again.") from fault
