"""When staff count as told, when a text may be saved, and how a hand-out was done: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices

from heedful.programme.communication.texts import MOST_CHARACTERS

# So many of the staff must have confirmed before launch (the gate). Those still missing are named to the safeguarding lead.
TOLD_PERCENT = 95
REMIND_AFTER = timedelta(days=7)
# A message that asks nothing stays on people's pages for so long.
SHOWN_FOR = timedelta(days=30)


class How(TextChoices):
    """By which way of its own the school gave a text to people whose addresses Heedful doesn't hold."""

    MAIL = "mail", "The school's own email or app"
    LETTER = "letter", "Letter on paper"
    LESSON = "lesson", "Read and talked about in class"
    ASSEMBLY = "assembly", "Assembly"
    MEETING = "meeting", "Meeting"
    WEBSITE = "website", "The school's website"


class TextRefused(Exception):
    """A text or a hand-out can't be saved like this; the text says why, for the page."""


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    part: int
    whole: int

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 is all of them; 0 of nobody."""
        return self.part * 100 // self.whole if self.whole else 0

    @property
    def is_enough(self) -> bool:
        return self.whole > 0 and self.part * 100 >= TOLD_PERCENT * self.whole


def check_text(title: str, body: str) -> None:
    """Raise TextRefused where there is nothing in it, or too much."""
    if not title.strip() or not body.strip():
        raise TextRefused("A text needs a title and something to say.")
    if len(body) > MOST_CHARACTERS:
        raise TextRefused(f"The text has {len(body):,} characters; {MOST_CHARACTERS:,} are the most. People read the first page.")


def check_given(given_on: date, *, asked_on: date, today: date) -> None:
    """Raise TextRefused where a hand-out can't have been done on that day."""
    if given_on > today:
        raise TextRefused("That day is still to come. Say it when it is done.")
    if given_on < asked_on:
        raise TextRefused(f"This version is of {asked_on:%-d %B %Y}; it can't have been given out before.")
