"""Who a capture is of, and how sure that is (M07). The one place that says so; pages and lists only show it."""

from __future__ import annotations

from dataclasses import dataclass

from heedful.captures.models import Capture
from heedful.captures.rules import Confidence, How, shown_confidence


@dataclass(frozen=True)
class Identity:
    """How sure, how it was known, and whether several people use the account. Certain only where nothing speaks against it."""

    confidence: Confidence
    how: How
    is_shared: bool


def identity_of(capture: Capture) -> Identity:
    """What may be said of who it was. Reads the row and its account, both of which the caller has."""
    account, is_named = capture.account, bool(capture.account_id or capture.account_sealed)
    is_shared = account is not None and account.shared
    if capture.identified_by_id is not None:
        return Identity(Confidence.LIKELY if capture.pupil_id else Confidence.UNKNOWN, How.PERSON, is_shared)
    if account is not None and account.staff_id is not None:
        return Identity(Confidence.UNCERTAIN if capture.pupil_id else Confidence.UNKNOWN, How.STAFF, is_shared)
    if capture.pupil_id is None:
        off_the_roll = How.SHARED if is_shared else How.OFF_THE_ROLL
        return Identity(Confidence.UNKNOWN, off_the_roll if is_named else How.NOBODY, is_shared)
    if account is not None and account.pupil_id is not None and account.pupil_id != capture.pupil_id:
        return Identity(Confidence.UNCERTAIN, How.ROLL_CHANGED, is_shared)
    how = How.SHARED if is_shared else How(capture.identity_how) if capture.identity_how in set(How) else How.NOBODY
    return Identity(shown_confidence(capture.identity_confidence, is_shared=is_shared), how, is_shared)


def is_of_staff(capture: Capture) -> bool:
    """Whether it was written on the account of a member of staff, and nobody has said that it was a pupil."""
    return capture.pupil_id is None and capture.account is not None and capture.account.staff_id is not None


def who_in_words(capture: Capture) -> str:
    """The pupil's name; what else may be said where it is nobody's; empty where nothing is known."""
    if capture.pupil is not None:
        return str(capture.pupil)
    return "A member of staff's account" if is_of_staff(capture) else ""
