"""What the plan's forms take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from heedful.people.models import User
from heedful.programme.plan.actions import ProfileValues
from heedful.programme.plan.queries import LineFacts
from heedful.programme.plan.rules import (
    ALL_PUPILS,
    ALL_STAFF,
    Incident,
    Kind,
    LineValues,
    Method,
    Often,
    OwnDevices,
    Place,
    Share,
    Size,
    UsedBy,
)
from heedful.programme.working_group.forms import NO_PUPIL, choice_field, date_field, text_field

OTHER_WHO = "other"


def age_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=2, max_value=25, widget=forms.NumberInput(attrs={"class": "form-control"}),
        error_messages={"required": "Give an age in years.", "invalid": "Give an age in years."},
    )  # fmt: skip


class ProfileForm(forms.Form):
    """The risk profile, in bands."""

    youngest = age_field("Age of the youngest pupils")
    oldest = age_field("Age of the oldest pupils")
    size = choice_field("Pupils on the roll", Size.choices, required="Choose the band that fits.")
    send = choice_field("Share with SEND", Share.choices, required="Choose the band that fits.", hint="Pupils with special educational needs or disabilities.")
    eal = choice_field("Share with EAL", Share.choices, required="Choose the band that fits.", hint="Pupils whose first language is another than English.")
    own_devices = choice_field("Pupils' own devices", OwnDevices.choices, required="Choose what fits.")
    boards = forms.BooleanField(label="Some pupils board", required=False)
    learns_remotely = forms.BooleanField(label="Some learn from home on school devices or accounts", required=False)
    notes = text_field("Anything else that matters here", most=2000, rows=4, hint=f"Local risks, a change of intake, what families say. {NO_PUPIL}")

    def __init__(self, *args: Any, held: dict[str, Any] | None = None, **kwargs: Any) -> None:
        held = held or {}
        kwargs["initial"] = held
        super().__init__(*args, **kwargs)
        for incident in Incident:
            field = choice_field(incident.label, Often.choices, required="Choose how often.")
            field.initial = (held.get("incidents") or {}).get(incident, Often.NONE)
            self.fields[f"incident_{incident}"] = field

    def values(self) -> ProfileValues:
        given = self.cleaned_data
        return ProfileValues(
            given["youngest"], given["oldest"], given["size"], given["send"], given["eal"], given["boards"], given["learns_remotely"],
            given["own_devices"], {str(incident): given[f"incident_{incident}"] for incident in Incident}, given["notes"].strip(),
        )  # fmt: skip

    def about_pupils(self) -> list[forms.BoundField]:
        return [self[name] for name in ("youngest", "oldest", "size", "send", "eal", "own_devices")]

    def incidents(self) -> list[forms.BoundField]:
        return [self[f"incident_{incident}"] for incident in Incident]


class LineForm(forms.Form):
    """One line of the plan."""

    who = choice_field("For whom", (), required="Choose for whom.")
    who_words = text_field("Who, in words", most=120, hint="Where no group of the roll fits: “Sixth form on study leave”. Never a pupil's name.")
    place = choice_field("Where", Place.choices, required="Choose the place.")
    kind = choice_field("On what", Kind.choices, required="Choose the kind of device.")
    method = choice_field("How it is monitored", Method.choices, required="Choose how.")
    reason = text_field("Why", most=500, required="Say why. A governor will ask, and so will the DPIA.", rows=2)
    owner = choice_field("Who closes the gap", (), hint="Only for “Nothing yet”.")
    due_on = date_field("By when", hint="Only for “Nothing yet”.")

    def __init__(self, *args: Any, groups: Sequence[str], staff: Sequence[User], line: LineFacts | None = None, **kwargs: Any) -> None:
        known = [ALL_PUPILS, *groups, ALL_STAFF]
        if line is not None:
            in_words = line.who not in known
            kwargs["initial"] = {
                "who": OTHER_WHO if in_words else line.who, "who_words": line.who if in_words else "", "place": line.place, "kind": line.kind,
                "method": line.method, "reason": line.reason, "owner": str(line.owner_id or ""), "due_on": line.due_on,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [("", "Choose"), *((name, name) for name in known), (OTHER_WHO, "Others, in words")]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "Nobody"), *((str(user.pk), user.name) for user in staff)]  # type: ignore[attr-defined]

    def values(self) -> LineValues:
        given = self.cleaned_data
        who = given["who_words"] if given["who"] == OTHER_WHO else given["who"]
        is_gap = given["method"] == Method.NOTHING_YET
        owner = int(given["owner"]) if is_gap and given["owner"] else None
        return LineValues(
            who, Place(given["place"]), Kind(given["kind"]), Method(given["method"]), given["reason"], owner, given["due_on"] if is_gap else None
        )


class ToolForm(forms.Form):
    """A tool for the register of AI tools."""

    name = text_field("Name of the tool", most=80, required="Give the name of the tool.")
    used_by = choice_field("Who uses it", UsedBy.choices, required="Choose who uses it.")
    what_for = text_field("What for", most=300)
    since = date_field("Since", required="Give the day since when it is used.")
