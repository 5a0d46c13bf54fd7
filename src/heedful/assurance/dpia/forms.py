"""The form of the assessment: a field for each question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from heedful.assurance.dpia.live import Section
from heedful.assurance.dpia.questions import Question
from heedful.assurance.dpia.rules import MOST_CHARACTERS


class DpiaForm(forms.Form):
    """Nothing is required to save a draft; what is missing is said when it is to be approved."""

    seen = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, questions: Iterable[Question], answers: Mapping[str, str], seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = tuple(questions)
        self.fields["seen"].initial = seen
        for question in self.questions:
            self.fields[question.key] = _field(question, answers)

    def of(self, section: Section) -> list[tuple[Question, forms.BoundField]]:
        """The fields of one section, with their questions."""
        return [(question, self[question.key]) for question in self.questions if question.section == section]

    def given(self) -> dict[str, str]:
        return {question.key: str(self.cleaned_data[question.key] or "") for question in self.questions}


def _field(question: Question, answers: Mapping[str, str]) -> forms.Field:
    initial = answers.get(question.key, question.offered)  # what Heedful offers stands there until another answer is saved
    common: dict[str, Any] = {"label": question.label, "help_text": question.hint, "required": False, "initial": initial}
    if question.choices:
        return forms.ChoiceField(choices=question.choices, widget=forms.Select(attrs={"class": "form-select"}), **common)
    if question.is_date:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"), **common)
    widget = forms.Textarea(attrs={"rows": 3, "class": "form-control"}) if question.is_long else forms.TextInput(attrs={"class": "form-control"})
    return forms.CharField(max_length=MOST_CHARACTERS, widget=widget, **common)
