"""When somebody may open live captures: pure.

A clearance comes from training and counts to its last day. Then, for thirty days, only what can't wait stays open: severity or grade
4 and 5, what must be known at once, and what a pupil told us. After that nothing, but for the last of a school's safeguarding
leads and deputies: they keep the same, so that a lapsed course never leaves a child's cry for help unread.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import TextChoices

from heedful.people.rules import RIGHTS, Right, RoleName

# What is withheld without a clearance. A grant of content gives no more than its holder is trained for.
WITHHELD = frozenset({Right.READ_SAFEGUARDING, Right.READ_BEHAVIOUR, Right.DECIDE})
READING_ROLES = frozenset(role for role, rights in RIGHTS.items() if rights & WITHHELD)
LEADING_ROLES = frozenset(role for role, rights in RIGHTS.items() if Right.READ_SAFEGUARDING in rights)
SEEN_WHILE_PRACTISING = frozenset({Right.SEE_PROGRAMME, Right.SEE_THRESHOLDS})  # in the real school, of what one's roles see there

NARROWED_FOR = timedelta(days=30)
WARN_DAYS_BEFORE = (60, 30, 7)
CARRIED_OVER_FOR = timedelta(days=90)
MOST_GLASS_HOURS = 4


class Path(TextChoices):
    """How somebody came by a clearance."""

    TRAINED = "trained", "Passed the reviewers' module and the practice captures"
    CARRIED_OVER = "carried_over", "Read captures before clearances were introduced"


class Standing(TextChoices):
    """How far somebody's clearance reaches today."""

    CLEARED = "cleared", "Cleared"
    NARROWED = "narrowed", "Run out: severity 4 and 5 only"
    LAST = "last", "Run out: keeps severity 4 and 5 as the last lead"
    NONE = "none", "Not cleared"


class GlassRefused(Exception):
    """The glass can't be broken so; the text says why, for the page."""


def standing(expires_on: date | None, *, today: date) -> Standing:
    """How far a clearance with this last day reaches; None where there never was one."""
    if expires_on is None:
        return Standing.NONE
    if today <= expires_on:
        return Standing.CLEARED
    return Standing.NARROWED if today <= expires_on + NARROWED_FOR else Standing.NONE


def last_leads(ends: Mapping[int, date | None], *, today: date) -> frozenset[int]:
    """Of a school's leads and deputies, by id with the last day of their clearance: who keeps reading because nobody else can.

    Empty while somebody is cleared or narrowed, and where nobody ever was cleared: a new school has nothing to read.
    """
    held = {user: end for user, end in ends.items() if end is not None}
    if not held or any(standing(end, today=today) != Standing.NONE for end in held.values()):
        return frozenset()
    latest = max(held.values())
    return frozenset(user for user, end in held.items() if end == latest)


def practised_rights(roles: frozenset[RoleName]) -> frozenset[Right]:
    """What one practises: what one's roles read. Who reads nothing yet practises all of it, before the lead may let them read."""
    held = frozenset[Right]().union(*(RIGHTS[role] for role in roles)) & WITHHELD
    return held if Right.READ_BEHAVIOUR in held else WITHHELD


def check_glass(*, has_reading_role: bool, is_open: bool, reason: str, hours: int) -> None:
    """Raise GlassRefused where there is nothing to break, or not so."""
    if not has_reading_role:
        raise GlassRefused("Your role does not read captures, so there is no glass to break. Tell the safeguarding lead.")
    if is_open:
        raise GlassRefused("Captures are open to you already.")
    if not 1 <= hours <= MOST_GLASS_HOURS:
        raise GlassRefused(f"Choose 1 to {MOST_GLASS_HOURS} hours.")
    if len(reason.strip()) < 10:
        raise GlassRefused("Say in a few words what the emergency is. Name no pupil.")
