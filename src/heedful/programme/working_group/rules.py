"""What a working group is and when it meets: pure. The ready-made agendas, and the three meetings that are enough for a small school."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from heedful.people.rules import Strand


class Seat(TextChoices):
    """What somebody brings beyond the three strands."""

    GOVERNOR = "governor", "Governor"
    SENDCO = "sendco", "SENDCo"
    DPO = "dpo", "Data protection officer"
    PUPIL_VOICE = "pupil_voice", "Pupil voice"
    OTHER = "other", "Other"


class Slot(TextChoices):
    """The two people who answer for filtering and monitoring (G01; DfE filtering and monitoring standards)."""

    SENIOR_LEADER = "senior_leader", "Senior leader"
    LINK_GOVERNOR = "link_governor", "Link governor"


class Kind(TextChoices):
    ORDINARY = "ordinary", "Working group"
    CALIBRATION = "calibration", "Calibration"
    PILOT_REVIEW = "pilot_review", "Pilot review"
    GO_NO_GO = "go_no_go", "Go or no-go"
    REVIEW = "review", "Review of the provision"


AGENDAS: dict[Kind, tuple[str, ...]] = {
    Kind.ORDINARY: (
        "What was done since the last meeting",
        "What is missing on the board, and who does it by when",
        "Decisions",
        "Next meeting",
    ),
    Kind.CALIBRATION: (
        "How the exercise works: each sorts the cards alone (15 minutes)",
        "Where we agree",
        "The cards on which we differ most, one by one",
        "Sort those again",
        "The proposed lines: behaviour, safeguarding or record only",
        "Who signs for each strand",
    ),
    Kind.PILOT_REVIEW: (
        "Captures, time to first look and false positives, by way of handling",
        "What reviewers and pupils say",
        "What was missed, from the weekly sample",
        "Anything that must change before next week",
        "Decisions: adopt, change or stop",
    ),
    Kind.GO_NO_GO: (
        "Each gate of the launch page: green or red, and its evidence",
        "What is still open, who answers for it, and until when",
        "Who is on the rota in the first week",
        "Go or no-go",
        "What staff, pupils, parents and governors are told",
    ),
    Kind.REVIEW: (
        "Who our pupils are: ages, SEND, EAL, and what has changed",
        "What is covered and what is not",
        "Incidents since the last review, in numbers",
        "Known limits, pupils' own devices, AI tools",
        "Whether our policies still say what we do",
        "Findings, actions, who signs",
    ),
}


@dataclass(frozen=True)
class Suggestion:
    """One meeting that a small school needs. An hour each."""

    title: str
    kind: Kind
    agenda: tuple[str, ...]


# Three meetings of an hour carry a small school from nothing to the decision to launch.
FIRST_THREE: tuple[Suggestion, ...] = (
    Suggestion(
        "First meeting: who, why and where",
        Kind.ORDINARY,
        (
            "Who stands for safeguarding, behaviour and the technical side (10 minutes)",
            "The risk profile: who our pupils are and what has happened (15 minutes)",
            "The monitoring plan: each group, place and kind of device (20 minutes)",
            "Who reads the three policies and brings them to the next meeting (5 minutes)",
            "Dates of the next two meetings, and a first guess at the launch (10 minutes)",
        ),
    ),
    Suggestion(
        "Second meeting: behaviour or safeguarding?",
        Kind.CALIBRATION,
        (
            "Sort the short deck of 20 cards alone (15 minutes)",
            "Where we agree, and the cards on which we differ (25 minutes)",
            "The proposed lines, and who signs them (10 minutes)",
            "Which groups pilot, from when, and who is told before (10 minutes)",
        ),
    ),
    Suggestion(
        "Third meeting: what the pilot showed, and go or no-go",
        Kind.GO_NO_GO,
        (
            "The pilot's numbers, and a decision for each way of handling (20 minutes)",
            "The launch page, gate by gate (20 minutes)",
            "Go or no-go, the date, and who is told (10 minutes)",
            "The first two weeks: who is on the rota, who writes the daily note (10 minutes)",
        ),
    ),
)
MEETING_HOURS = 1.0


class GroupRefused(Exception):
    """This change of the working group can't be made; the text says why, for the page."""


def missing_strands(named: Iterable[Strand]) -> tuple[Strand, ...]:
    """The strands for which nobody stands yet, in their order."""
    held = set(named)
    return tuple(strand for strand in Strand if strand not in held)


def next_suggestion(held_or_planned: int) -> Suggestion | None:
    """The next of the three meetings; None once there were three of any kind."""
    return FIRST_THREE[held_or_planned] if held_or_planned < len(FIRST_THREE) else None


def names_in(text: str, names: Iterable[tuple[str, str]]) -> bool:
    """Whether the text has both names of one of these people in it, as words."""
    words = {word.strip(".,;:()'\"’").casefold() for word in text.split()}
    return any(set(given.casefold().split()) <= words and set(family.casefold().split()) <= words for given, family in names if given and family)
