"""What a notice says, and when a failed one is tried again: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

SEVERITY_WORDS = {0: "Nothing", 1: "Noted", 2: "Low", 3: "Concern", 4: "Serious", 5: "Urgent"}
MOST_ATTEMPTS = 6
# A claim older than this belongs to a process that died; the notice is sent again under the same Message-ID.
CLAIM_LASTS = timedelta(minutes=2)
# When the school has nobody to tell, look again this often: somebody may be given the role.
NOBODY_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Message:
    subject: str
    body: str


def message_for(*, severity: int, number: int, link: str, due: str, is_drill: bool) -> Message:
    """The whole text of a notice: severity, number and a link (T06). No theme, no text, no name."""
    drill = "Drill: " if is_drill else ""
    word = SEVERITY_WORDS[severity]
    subject = f"{drill}Heedful: severity {severity} ({word.lower()}), capture {number}"
    body = (
        f"A capture of severity {severity} ({word.lower()}) is waiting for you: number {number}.\n\n"
        f"Please open it and acknowledge it by {due}:\n{link}\n\n"
        "For privacy this message says nothing else. Sign in to see what it is about.\n"
    )
    return Message(subject, body)


def retry_after(attempts: int) -> timedelta | None:
    """How long to wait before trying again; None when it is time to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return timedelta(seconds=5 * 4 ** (attempts - 1))
