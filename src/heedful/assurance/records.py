"""What is kept beside captures, for how long and why: one table, for the night and for the page. Pure.

These periods are the same for every school and can't be changed: each is as short as its purpose lets it be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from heedful.devices.rules import ACCOUNT_DAYS_KEPT

YEAR_AND_A_TERM = 400
SEVEN_YEARS = 2557


@dataclass(frozen=True)
class Record:
    """Rows of one table, and the days after the moment in one of its columns."""

    model: str
    since: str
    days: int
    title: str
    why: str
    only: Mapping[str, object] = field(default_factory=dict)


RECORDS: tuple[Record, ...] = (
    Record("captures.viewing", "seen_at", 1, "Who has a capture open", "it counts for a minute"),
    Record("sessions.session", "expire_date", 0, "Sign-ins that have ended", "a session lasts at most eight hours"),
    Record("devices.accountday", "day", ACCOUNT_DAYS_KEPT // timedelta(days=1), "Which account was on which device, by day", "coverage looks back so far"),
    Record("devices.profilehour", "hour", 90, "Captures of a device, counted by hour", "to see a device that sends too much"),
    Record("devices.testsighting", "arrived_at", YEAR_AND_A_TERM, "Answers to the test phrase", "the same term of last year can be compared"),
    Record("devices.phrasetest", "started_at", YEAR_AND_A_TERM, "Tests of the phrase, by group", "the same term of last year can be compared"),
    Record("devices.selftest", "started_at", YEAR_AND_A_TERM, "Weekly self-tests", "the same term of last year can be compared"),
    Record("devices.silenceepisode", "ended_at", YEAR_AND_A_TERM, "When a device was silent", "the same term of last year can be compared"),
    Record("devices.inventoryimport", "made_at", YEAR_AND_A_TERM, "Imports of the inventory, without names", "to see what changed when"),
    Record("people.rollimport", "made_at", YEAR_AND_A_TERM, "Imports of the roll, without names", "to see what changed when"),
    Record(
        "people.account", "last_seen_at", YEAR_AND_A_TERM, "Accounts that devices saw and nobody has matched", "somebody may still say whose it was",
        {"pupil": None, "staff": None, "shared": False},
    ),
    Record("escalation.news", "made_at", YEAR_AND_A_TERM, "Notices, without content", "to see whether somebody was told"),
    Record("assurance.backuprun", "at", YEAR_AND_A_TERM, "When a backup was made", "to see that they are made"),
    Record("assurance.retentionrun", "started_at", YEAR_AND_A_TERM, "When the night's deletions ran", "to see that they run"),
    Record("second_look.capturefigures", "arrived_at", YEAR_AND_A_TERM, "What stays of a deleted capture: when it came, severity, route and verdict", "a review counts what was there"),
    Record("second_look.secondlook", "drawn_at", YEAR_AND_A_TERM, "Second looks: two grades and a number", "a review says how far grades can be trusted"),
    Record("second_look.leftsample", "drawn_at", YEAR_AND_A_TERM, "Weekly samples of what was left alone, as counts", "a review says what is missed"),
    Record("measures.rating", "at", YEAR_AND_A_TERM, "What reviewers said of a way of handling captures", "a review compares with the last one"),
    Record("parallel.parallelalert", "at", 90, "Alerts of the system before: when, whose account, category", "two systems are compared over weeks, not longer"),
    Record("captures.deletion", "at", SEVEN_YEARS, "The deletion log: numbers, counts and dates", "to show that it was deleted"),
)  # fmt: skip
# Not deleted by date: why, for the page.
KEPT_ON: tuple[tuple[str, str], ...] = (
    ("The audit chain", "it proves what was done; it holds numbers and settings, never a text or a pupil's name"),
    ("Pupils and accounts who left the roll", "closed, not deleted: a capture may still be theirs"),
    ("The programme: meetings, decisions, the plan, reviews", "they show for years how the school decided; they name staff, never a pupil"),
    ("Sealed pictures", "closed to everybody, kept as ciphertext until two people destroy them"),
    ("Clocks and notices of a capture, notes and decisions on it", "they go with the capture"),
)
