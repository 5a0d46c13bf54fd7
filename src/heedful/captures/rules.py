"""States, verdicts and what may follow what: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from django.db.models import TextChoices

from heedful.escalation.rules import SEVERITY_WORDS as SEVERITY_WORDS  # what notices and pages call the levels
from heedful.thresholds.rules import Route

REPORT_LEAST_SEVERITY = 3
GRADES = (1, 2, 3, 4, 5)


class Source(TextChoices):
    TYPED = "typed", "Typed"
    SEARCHED = "searched", "Searched for"
    DISPLAYED = "displayed", "Shown on the page"
    SUBMITTED = "submitted", "Sent in a form"
    RECEIVED = "received", "Received"
    AI_CHAT = "ai_chat", "Typed to an AI chat"
    FILE = "file", "In a file"
    REPORT = "report", "Told us"


class Confidence(TextChoices):
    CERTAIN = "certain", "Certain"
    LIKELY = "likely", "Likely"
    UNCERTAIN = "uncertain", "Not certain"
    UNKNOWN = "unknown", "Not known"


class How(TextChoices):
    """How it is known who it was, in the words of the page. The first four are what a device says."""

    MANAGED = "managed", "the school's directory names this account on the device"
    PROFILE = "profile", "this account was signed in to the browser"
    NATIVE = "native", "this account was signed in to the computer"
    NOBODY = "none", "no account was seen"
    SHARED = "shared", "several people use this account"
    OFF_THE_ROLL = "off_the_roll", "this account is not on the school's roll"
    STAFF = "staff", "this is the account of a member of staff"
    ROLL_CHANGED = "roll_changed", "the roll gives this account to somebody else now"
    PERSON = "person", "a member of staff said so"


class State(TextChoices):
    NEW = "new", "New"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    GRADED = "graded", "Graded"
    CLOSED = "closed", "Closed"


class FalsePositive(TextChoices):
    """Why a capture was nothing of concern; each verdict feeds the tuning preview."""

    FIGURE_OF_SPEECH = "figure_of_speech", "Joke or figure of speech"
    SCHOOLWORK = "schoolwork", "Schoolwork"
    FICTION = "fiction", "Story, lyrics or film"
    GAME = "game", "Game or sport"
    NAME = "name", "Name, place or other meaning"
    NOT_THE_PUPIL = "not_the_pupil", "Not written by a pupil"
    OTHER = "other", "Something else"


class RevealReason(TextChoices):
    """Why somebody looks at a picture: a choice, so that the record needs no text about a pupil."""

    JUDGE = "judge", "To judge how serious it is"
    MEANING = "meaning", "To see what the words refer to"
    AGENCY = "agency", "An agency or a senior colleague needs to know"
    RECORD = "record", "To write down what happened"


class ContextReason(TextChoices):
    """Why somebody reads the lines round a capture."""

    MEANING = "meaning", "The words can't be judged alone"
    DANGER = "danger", "To see whether somebody is in danger"
    WHO = "who", "To see who was writing"
    AGENCY = "agency", "An agency or a senior colleague needs to know"


class MoveReason(TextChoices):
    """Why a capture goes to another pupil, or to nobody: a choice, so that the record needs no text about a pupil."""

    SOMEBODY_ELSE = "somebody_else", "Somebody else was at the keyboard"
    SHARED_DEVICE = "shared_device", "The device or account is shared"
    WRONG_MATCH = "wrong_match", "The roll gives the account to the wrong person"
    WRONG_MOVE = "wrong_move", "It was moved by mistake"


class Agency(TextChoices):
    """Who advised that a sealed picture be destroyed."""

    POLICE = "police", "Police"
    CHILDRENS_SERVICES = "childrens_services", "Local authority children's services"
    IWF = "iwf", "Internet Watch Foundation"


class Outcome(TextChoices):
    NO_FURTHER_ACTION = "no_further_action", "No further action"
    SPOKE_WITH_PUPIL = "spoke_with_pupil", "Spoke with the pupil"
    SUPPORT_OFFERED = "support_offered", "Support offered"
    PASTORAL = "pastoral", "Passed to pastoral team"
    FAMILY_CONTACTED = "family_contacted", "Family contacted"
    REFERRED = "referred", "Referred to another agency"
    SANCTION = "sanction", "Sanction under the behaviour policy"


class DecisionKind(TextChoices):
    """What a person can decide on a capture."""

    ACKNOWLEDGED = "acknowledged", "acknowledged it"
    GRADED = "graded", "graded it"
    DISMISSED = "dismissed", "closed it as a false positive"
    ROUTED = "routed", "changed its route"
    CLOSED = "closed", "closed it"
    SNOOZED = "snoozed", "put it off"
    REOPENED = "reopened", "opened it again"
    UNDONE = "undone", "took a decision back"


class SnoozeUntil(TextChoices):
    """Until when somebody may put a capture off."""

    HOUR = "hour", "For an hour"
    MORNING = "morning", "Until tomorrow at 8"
    MONDAY = "monday", "Until Monday at 8"


def snooze_end(until: SnoozeUntil, *, now: datetime) -> datetime:
    """The moment that this means; `now` in the school's own time zone, which the answer keeps."""
    if until == SnoozeUntil.HOUR:
        return now + timedelta(hours=1)
    days = 1 if until == SnoozeUntil.MORNING else 7 - now.weekday()
    return (now + timedelta(days=days)).replace(hour=8, minute=0, second=0, microsecond=0)


class BulkOutcome(TextChoices):
    """What became of one capture when many were decided on at once."""

    DONE = "done", "done"
    CHANGED = "changed", "changed by somebody else"
    REFUSED = "refused", "not possible"
    NOT_THERE = "not_there", "not there any more"


class ResultStatus(TextChoices):
    """What the gateway answers for one capture id."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    COUNTED = "counted"
    OUT_OF_SCOPE = "out_of_scope"
    REJECTED = "rejected"


class QueueTab(TextChoices):
    TO_REVIEW = "to_review", "To review"
    FIRST_LOOK = "first_look", "First look"
    GRADED = "graded", "Graded, open"
    CLOSED = "closed", "Closed"
    RECORD_ONLY = "record_only", "Record only"
    SNOOZED = "snoozed", "Put off"


FOLDED = "folded"  # stands under the head of its burst, on the tab to review or the one of first looks
HEADS = (QueueTab.TO_REVIEW, QueueTab.FIRST_LOOK)  # the tabs on which heads of bursts stand


class FirstLook(TextChoices):
    """Where a handling approach lets somebody but the safeguarding lead look first: with whom it is, or how that ended."""

    PASTORAL = "pastoral", "With the pastoral team first"
    TECHNICIAN = "technician", "With the technician first"
    DECIDED = "decided", "Decided"
    PASSED = "passed", "Passed on"
    NOISE = "noise", "Noise from its source"
    OVER = "over", "Nobody looked in time"
    BELOW = "below", "Below what the approach shows"


WAITS_FIRST = (FirstLook.PASTORAL, FirstLook.TECHNICIAN)


def lane_of(route: str, first_look: str | None) -> str:
    """What captures of one burst must share to stand under one another: so whoever may see the one on top may see them all."""
    return f"{route}:{first_look}" if first_look in WAITS_FIRST else route


def behaviour_reads(route: str, first_look: str | None) -> bool:
    """Whether it is on the behaviour lead's side: by its route, or because they look at it first."""
    return first_look == FirstLook.PASTORAL or (route == Route.BEHAVIOUR and first_look != FirstLook.TECHNICIAN)


class Level(IntEnum):
    SERIOUS = 4
    URGENT = 5


# Wherever sexual imagery is possible no pixels are kept: only text, place and time (E01).
NO_PICTURE_THEMES = frozenset({"sexual_content", "nudes", "sexual_exploitation", "abuse_disclosure"})
MOST_PICTURE_BYTES = 300_000


def may_keep_picture(picture: bytes, *, school_keeps_pictures: bool, themes: Iterable[str], source: str) -> bool:
    """Whether this picture may be stored: the school said so, it is a WebP of bounded size, and nothing found is sexual."""
    is_webp = picture[:4] == b"RIFF" and picture[8:12] == b"WEBP" and len(picture) <= MOST_PICTURE_BYTES
    return school_keeps_pictures and is_webp and source != Source.REPORT and not NO_PICTURE_THEMES & set(themes)


class NotAllowedNow(Exception):
    """The capture's state does not allow this; the text says what to do instead."""


_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 /.:_-]{2,59}")


def reference_of(text: str) -> str:
    """An agency's reference, trimmed. Raises NotAllowedNow where it can't be one: it is no place for a description or a name."""
    found = " ".join(text.split())
    if not _REFERENCE.fullmatch(found) or not any(mark.isdigit() for mark in found):
        raise NotAllowedNow(
            "Give the reference that the agency gave you, such as a police log number: letters, digits and / . : - _ only, at least one digit."
        )
    return found


@dataclass(frozen=True)
class Closing:
    """What was done, and what changed."""

    action: str
    outcome: Outcome | None


VIEWING_LASTS = timedelta(seconds=60)
UNDO_FOR = timedelta(minutes=10)
UNDOABLE = (
    DecisionKind.GRADED, DecisionKind.DISMISSED, DecisionKind.ROUTED, DecisionKind.CLOSED, DecisionKind.SNOOZED, DecisionKind.REOPENED,
)  # fmt: skip
MOST_AT_ONCE = 200
MOST_SNOOZE = timedelta(days=14)


def check_bulk(*, severity: int, grade: int | None, is_report: bool = False, new_grade: int | None = None) -> None:
    """Raise NotAllowedNow where a decision on many at once must not touch this one: it is serious, would become so, or a child told us."""
    if is_report:
        raise NotAllowedNow("A pupil told us this: open it and decide on it alone.")
    if severity >= Level.SERIOUS:
        raise NotAllowedNow(f"It has severity {severity}: open it and decide on it alone.")
    if grade is not None and grade >= Level.SERIOUS:
        raise NotAllowedNow(f"It is graded {grade}: open it and decide on it alone.")
    if new_grade is not None and new_grade >= Level.SERIOUS:
        raise NotAllowedNow("A grade of 4 or 5 is given one by one.")


def check_snooze(*, severity: int, is_waiting: bool, until: datetime, now: datetime) -> None:
    """Raise NotAllowedNow where a capture can't be put off, or not to that moment."""
    if severity >= Level.SERIOUS:
        raise NotAllowedNow("A capture of severity 4 or 5 can't be put off.")
    if not is_waiting:
        raise NotAllowedNow("It has been decided on already, so there is nothing to put off.")
    if not now < until <= now + MOST_SNOOZE:
        raise NotAllowedNow("It can be put off by up to fourteen days.")


def check_undo(*, at: datetime, is_undone: bool, now: datetime) -> None:
    """Raise NotAllowedNow when it is too late to take a decision back."""
    if is_undone:
        raise NotAllowedNow("It has been taken back already.")
    if now - at > UNDO_FOR:
        raise NotAllowedNow("A decision can be taken back for ten minutes. After that open the capture again, or decide anew.")


def check_close(*, grade: int | None, is_false_positive: bool, closing: Closing) -> None:
    """Raise NotAllowedNow when this capture can't be closed like this (M05)."""
    if grade is None and not is_false_positive:
        raise NotAllowedNow("Grade it first, or mark it as a false positive.")
    if grade is not None and grade >= Level.SERIOUS and not (closing.action.strip() and closing.outcome):
        raise NotAllowedNow("A capture graded 4 or 5 is closed with what was done and its outcome.")


def shown_confidence(confidence: str, *, is_shared: bool) -> Confidence:
    """How sure the page may sound about who it was: a shared account is never certain (M07)."""
    found = Confidence(confidence)
    return Confidence.UNCERTAIN if is_shared and found in {Confidence.CERTAIN, Confidence.LIKELY} else found


def levels_of(themes: Mapping[str, Sequence[int]], *, theme: str, grade: int | None) -> dict[str, int]:
    """Each theme's level: the machine's until a person grades; then the grade for the first theme, and for the others at most the grade.

    `themes` is {theme: [thousandths, severity]}, `theme` the first one.
    """
    levels = {name: severity for name, (_, severity) in themes.items()}
    if grade is None:
        return levels
    return {name: grade if name == theme else min(grade, level) for name, level in levels.items()}


def is_of_the_whole(finding: Sequence[object], length: int) -> bool:
    """Whether a finding is the models' on a whole text of this length: there is no word of it to mark."""
    _, start, end, rule, _, _ = finding
    return str(rule).startswith("model.") and start == 0 and end == length


def steps_of(why: str, meaning: str) -> tuple[str, ...]:
    """What moved a finding's severity, step by step, without the meaning that a reason begins with."""
    told = why.removeprefix(meaning).strip().removesuffix(".") if meaning and why.startswith(meaning) else ""
    return tuple(filter(None, told.split("; ")))
