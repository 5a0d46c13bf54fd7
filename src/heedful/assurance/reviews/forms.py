"""What the forms of reviews take."""

from __future__ import annotations

from typing import Any

from django import forms

from heedful.assurance.reviews.queries.reviews import ReviewPage
from heedful.assurance.reviews.rules import Heading, Kind, Part
from heedful.programme.working_group.forms import NO_PUPIL, ActionForm, choice_field, date_field, text_field
from heedful.thresholds.rules import THEME_TITLES


class OpenForm(forms.Form):
    kind = choice_field("Kind of review", Kind.choices, required="Choose the kind of review.")


class ReviewForm(forms.Form):
    """Findings under each heading, who was there, and the conclusion. All of it may be written bit by bit."""

    held_on = date_field("Held on")
    conclusion = text_field("In a few sentences, for governors", most=3000, rows=4, hint=f"What the group thinks of the provision as it is. {NO_PUPIL}")

    def __init__(self, *args: Any, review: ReviewPage, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"held_on": review.held_on, "conclusion": review.conclusion}
        initial |= {f"found_{part.heading}": part.found for part in review.headings}
        initial |= {f"part_{part}": names for part, names in review.parts}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for heading in Heading:
            self.fields[f"found_{heading}"] = text_field(f"What we found: {heading.label}", most=3000, rows=3)
        for part in Part:
            self.fields[f"part_{part}"] = text_field(part.label, most=120)

    def found(self) -> dict[str, str]:
        return {str(heading): self.cleaned_data[f"found_{heading}"] for heading in Heading}

    def parts(self) -> dict[Part, str]:
        return {part: self.cleaned_data[f"part_{part}"] for part in Part}

    def part_fields(self) -> list[forms.BoundField]:
        return [self[f"part_{part}"] for part in Part]


class ReviewActionForm(ActionForm):
    """What somebody is to do; where a theme's rise asks for it, which one (U19)."""

    theme = choice_field("Because of a theme", [("", "No one theme"), *THEME_TITLES.items()], hint="Where a rise asks for teaching, an assembly, training or a policy.")

    def about(self, review_id: int) -> str:
        theme = self.cleaned_data["theme"]
        return f"review:{review_id}:{theme}" if theme else f"review:{review_id}"


class SignForm(forms.Form):
    """A person's word: their name and post."""

    signed_as = text_field("Your name and post", most=120, required="Write your name and post.", hint="“Ruth Calder, Head”")


class StandUpForm(forms.Form):
    text = text_field(
        "Today's note", most=1000, required="Write a line. “Nothing new” is a note too.", rows=3, hint=f"What came in, what was slow, what to change tomorrow. {NO_PUPIL}"
    )
