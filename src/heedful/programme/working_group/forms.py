"""What the working group's forms take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from heedful.people.models import User
from heedful.people.rules import Strand
from heedful.programme.working_group.actions import Owner
from heedful.programme.working_group.queries import GroupMember
from heedful.programme.working_group.rules import Kind, Seat

NO_PUPIL = "Name no pupil."
SEATS = [("", "Nothing else"), *Seat.choices]


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "form-control"})


def text_field(label: str, *, most: int, required: str = "", hint: str = "", rows: int = 0) -> forms.CharField:
    """A line or, with rows, several. Empty is allowed unless `required` says what is missing."""
    widget = area(rows) if rows else forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    return forms.CharField(
        label=label, max_length=most, required=bool(required), widget=widget, help_text=hint, error_messages={"required": required} if required else None
    )


def date_field(label: str, *, required: str = "", hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=bool(required), help_text=hint, widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"required": required or "Give a date.", "invalid": "Give a date such as 2026-09-01."},
    )  # fmt: skip


def choice_field(label: str, choices: Iterable[tuple[str, str]], *, required: str = "", hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices), required=bool(required), help_text=hint, widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": required, "invalid_choice": required} if required else None,
    )  # fmt: skip


class MemberForm(forms.Form):
    """Somebody with an account: for which strands they stand, and what else they bring."""

    person = choice_field("Who", (), required="Choose a person.")
    strands = forms.MultipleChoiceField(label="Stands for", choices=Strand.choices, required=False, widget=forms.CheckboxSelectMultiple)
    seat = choice_field("Also brings", SEATS)

    def __init__(self, *args: Any, staff: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Choose a person"), *((str(user.pk), user.name) for user in staff)]  # type: ignore[attr-defined]

    def strand_set(self) -> set[Strand]:
        return {Strand(name) for name in self.cleaned_data["strands"]}


class DescribedForm(forms.Form):
    """Somebody without an account, by a description."""

    described_as = text_field(
        "Who, in words", most=120, required="Describe who it is.", hint="“Year 10 council representative”, “Parent of the PTA”. Never a pupil's name."
    )
    seat = choice_field("Brings", SEATS)


class SlotForm(forms.Form):
    """Who fills one of the two required slots: an account, or an adult's name; both empty leaves it open."""

    person = choice_field("Somebody with an account", ())
    named = text_field("or a name, without an account", most=120)

    def __init__(self, *args: Any, staff: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Nobody chosen"), *((str(user.pk), user.name) for user in staff)]  # type: ignore[attr-defined]

    def who(self) -> Owner | None:
        given = self.cleaned_data
        if given["person"]:
            return Owner(user_id=int(given["person"]))
        return Owner(described_as=given["named"]) if given["named"].strip() else None


class PlanMeetingForm(forms.Form):
    """A meeting to come. An empty agenda takes the ready-made one of its kind."""

    kind = choice_field("Kind of meeting", Kind.choices, required="Choose the kind of meeting.")
    on = date_field("On", required="Give the day.")
    agenda = text_field("Agenda, a line for each point", most=4000, rows=6, hint="Leave it empty for the ready-made one of this kind.")

    def points(self) -> list[str] | None:
        lines = [line for line in self.cleaned_data["agenda"].splitlines() if line.strip()]
        return lines or None


class ChangeMeetingForm(forms.Form):
    """Another day, or another agenda, of a meeting to come."""

    on = date_field("On", required="Give the day.")
    agenda = text_field("Agenda, a line for each point", most=4000, rows=6, required="Write at least one point.")

    def points(self) -> list[str]:
        return str(self.cleaned_data["agenda"]).splitlines()


class RecordForm(forms.Form):
    """That it took place: when, who was there, what was said."""

    on = date_field("Held on", required="Give the day on which it took place.")
    attended = forms.MultipleChoiceField(label="Who was there", choices=(), required=False, widget=forms.CheckboxSelectMultiple)
    others = text_field("Others, a line for each", most=1000, rows=2, hint="By what they stand for; adults by name if you like. Never a pupil's name.")
    notes = text_field("Notes", most=10_000, rows=5, hint=f"What was said, for the minutes. {NO_PUPIL}")

    def __init__(self, *args: Any, members: Sequence[GroupMember], staff: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_group = {member.user_id for member in members if member.user_id}
        people = [(str(member.user_id), member.name) for member in members if member.user_id]
        described = [(member.key, member.name) for member in members if member.user_id is None]
        rest = [(str(user.pk), user.name) for user in staff if user.pk not in in_group]
        self.fields["attended"].choices = [*people, *described, *rest]  # type: ignore[attr-defined]
        self.in_group_size = len(people) + len(described)
        self._described = dict(described)

    def people(self) -> list[int]:
        return [int(value) for value in self.cleaned_data["attended"] if value.isdecimal()]

    def described(self) -> list[str]:
        ticked = [self._described[value] for value in self.cleaned_data["attended"] if value in self._described]
        return [*ticked, *self.cleaned_data["others"].splitlines()]


class DecisionForm(forms.Form):
    text = text_field("What was decided", most=1000, required="Write down what was decided.", rows=2, hint=NO_PUPIL)


class ActionForm(forms.Form):
    """What somebody is to do, and by when."""

    text = text_field("What is to be done", most=500, required="Write down what is to be done.", hint=NO_PUPIL)
    owner = choice_field("Who does it", (), required="Choose who does it.")
    due_on = date_field("By", required="Give the day by which it is done.")

    def __init__(self, *args: Any, members: Sequence[GroupMember], staff: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_group = {member.user_id for member in members}
        described = [(member.key, member.name) for member in members if member.user_id is None]
        people = [(str(member.user_id), member.name) for member in members if member.user_id]
        people += [(str(user.pk), user.name) for user in staff if user.pk not in in_group]
        self.fields["owner"].choices = [("", "Choose who"), *people, *described]  # type: ignore[attr-defined]
        self._described = dict(described)

    def who(self) -> Owner:
        given = self.cleaned_data["owner"]
        return Owner(user_id=int(given)) if given.isdecimal() else Owner(described_as=self._described[given])

    def day(self) -> date:
        day: date = self.cleaned_data["due_on"]
        return day
