"""What a notice says, and when a failed one is tried again: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices

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


class NoticeKind(TextChoices):
    """What people are told of apart from clocks. Its words are below; a kind never names a person, a theme or a text."""

    DEVICES_SILENT = "devices_silent"
    SELF_TEST_FAILED = "self_test_failed"
    ROLL_WAITS = "roll_waits"
    ROLL_FAILED = "roll_failed"
    LEAVERS_WITH_ROLES = "leavers_with_roles"
    RETENTION_SOON = "retention_soon"
    PICTURE_SEALED = "picture_sealed"
    PICTURE_TO_DESTROY = "picture_to_destroy"
    CAPTURE_MOVED = "capture_moved"
    CAPTURE_PASSED = "capture_passed"
    SECOND_LOOK = "second_look"
    READING_LOCKED = "reading_locked"
    MANY_PICTURES = "many_pictures"
    AUDIT_HEAD = "audit_head"
    AUDIT_BROKEN = "audit_broken"
    BACKUP_OLD = "backup_old"
    POLICY_REVIEW = "policy_review"
    MESSAGE_WAITS = "message_waits"
    MESSAGE_UNCONFIRMED = "message_unconfirmed"
    CAPTURE_FIRST_LOOK = "capture_first_look"
    FIRST_LOOK_OVER = "first_look_over"
    GLASS_BROKEN = "glass_broken"
    CLEARANCE_ENDS = "clearance_ends"
    CLEARANCE_ENDED = "clearance_ended"
    REVIEW_ASKED = "review_asked"
    REVIEW_DUE = "review_due"


@dataclass(frozen=True)
class _Words:
    """A subject, what happened and what is asked, with `{number}`, `{severity}`, `{level}`, `{digest}` and no other field."""

    subject: str
    happened: str
    asked: str


_WORDS: dict[NoticeKind, _Words] = {
    NoticeKind.DEVICES_SILENT: _Words(
        "devices silent: {number}",
        "Devices that should report and do not: {number}. What happens on them is not seen.",
        "Please look at which they are:",
    ),
    NoticeKind.SELF_TEST_FAILED: _Words(
        "the weekly self-test failed",
        "The weekly self-test did not come through. Captures may not be arriving.",
        "Please look at what failed:",
    ),
    NoticeKind.ROLL_WAITS: _Words(
        "a new roll waits for you, changes: {number}",
        "A new roll would change an unusual number of entries: {number}. Nothing was changed; it waits for somebody to look.",
        "Please look at it, then apply it or turn it down:",
    ),
    NoticeKind.ROLL_FAILED: _Words(
        "the roll could not be read",
        "The roll that came by night could not be read. Nothing was changed; pupils who are new are not known yet.",
        "Please see why, and bring it again:",
    ),
    NoticeKind.LEAVERS_WITH_ROLES: _Words(
        "staff who left still have roles: {number}",
        "Staff who are not on the roll any more and still have roles in Heedful: {number}. No import takes such roles away.",
        "Please look at who they are, and take their roles away or leave them:",
    ),
    NoticeKind.RETENTION_SOON: _Words(
        "captures to be deleted soon, not reviewed: {number}",
        "Captures that nobody has reviewed will soon reach the end of the time they are kept: {number}.",
        "Please review them before they are deleted:",
    ),
    NoticeKind.PICTURE_SEALED: _Words(
        "the picture of capture {number} is sealed",
        "The picture of capture {number} was sealed. It is closed to everybody.",
        "Please read what to do now. Do not copy, forward or describe the picture:",
    ),
    NoticeKind.PICTURE_TO_DESTROY: _Words(
        "a second person is needed for capture {number}",
        "Somebody asks that the sealed picture of capture {number} be destroyed. It takes a second person.",
        "Please agree or decline:",
    ),
    NoticeKind.CAPTURE_MOVED: _Words(
        "capture {number} was moved",
        "Capture {number}, severity {severity} ({level}), of which you were told, belonged to somebody else. It was put right.",
        "Please look at it again before you act on what you read:",
    ),
    NoticeKind.CAPTURE_PASSED: _Words(
        "severity {severity} ({level}), capture {number} was passed to you",
        "A colleague passed capture {number} to you, severity {severity} ({level}).",
        "Please open it and acknowledge it:",
    ),
    NoticeKind.SECOND_LOOK: _Words(
        "capture {number} needs another look",
        "Somebody looked at capture {number} a second time and judges that it needs more than was decided.",
        "Please open it and decide whether to grade it anew:",
    ),
    NoticeKind.READING_LOCKED: _Words(
        "reading was locked, lock {number}",
        "One person opened far more captures in a few minutes than triage needs. Heedful locked their access: lock {number}.",
        "Please ask them why, then lift the lock or leave it:",
    ),
    NoticeKind.MANY_PICTURES: _Words(
        "many pictures opened in an hour: {number}",
        "One person opened an unusual number of pictures within an hour: {number}.",
        "Please look at who it was, and ask them why:",
    ),
    NoticeKind.AUDIT_HEAD: _Words(
        "the record stands at entry {number}",
        "The record of who saw and decided what stands at entry {number}. Its seal:\n{digest}",
        "Keep this message: it proves later that nothing before was changed. The record can be checked here:",
    ),
    NoticeKind.AUDIT_BROKEN: _Words(
        "the record is broken at entry {number}",
        "The record of who saw and decided does not hold at entry {number}: somebody changed or removed what was written.",
        "Please tell your technician, let nobody tidy up, and look here:",
    ),
    NoticeKind.CAPTURE_FIRST_LOOK: _Words(
        "severity {severity} ({level}), capture {number} waits for your first look",
        "Capture {number}, severity {severity} ({level}), waits for your first look.",
        "Please look at it today. If you can't, it goes to the safeguarding lead by itself after one school day:",
    ),
    NoticeKind.FIRST_LOOK_OVER: _Words(
        "captures that nobody looked at in time: {number}",
        "Captures that waited for somebody else's first look, and at which nobody looked in time: {number}. They are yours now.",
        "Please look at them:",
    ),
    NoticeKind.MESSAGE_WAITS: _Words(
        "a message from the programme waits for you",
        "A message from your school's monitoring programme waits for you.",
        "Please read it on your page:",
    ),
    NoticeKind.MESSAGE_UNCONFIRMED: _Words(
        "a message still waits for you",
        "A message from your school's monitoring programme still waits for you to say that you have read it.",
        "It takes two minutes and one press:",
    ),
    NoticeKind.POLICY_REVIEW: _Words(
        "a policy is due for review",
        "A policy of your school on which its monitoring rests is due for review, or past it. "
        "While one that monitoring must be linked to is past its review, it can't go live.",
        "Please review it, then add the new version or the date of the next review:",
    ),
    NoticeKind.BACKUP_OLD: _Words(
        "no backup for {number} days",
        "The last backup that Heedful knows of is {number} days old.",
        "Please make one, and see why it was not made:",
    ),
    NoticeKind.GLASS_BROKEN: _Words(
        "somebody opened captures in an emergency",
        "A person who is not trained for it opened captures to themselves for an emergency, with a reason. It ends by itself within four hours.",
        "Please read the reason, and speak with them:",
    ),
    NoticeKind.CLEARANCE_ENDS: _Words(
        "days until captures close to you: {number}",
        "Your training to open captures counts for {number} more days. After that only the most serious ones stay open to you, and a month later none.",
        "Please renew it, it takes about an hour:",
    ),
    NoticeKind.CLEARANCE_ENDED: _Words(
        "your training to open captures has run out",
        "Your training to open captures has run out. For thirty days the most serious ones and the urgent ones stay open to you.",
        "Please renew it, it takes about an hour:",
    ),
    NoticeKind.REVIEW_ASKED: _Words(
        "changes that ask for a review: {number}",
        "Something changed in how the school is monitored, or in what happens there, that asks for a review: {number} new.",
        "Please see what it is, and open a review:",
    ),
    NoticeKind.REVIEW_DUE: _Words(
        "the yearly review is due, days left: {number}",
        "The yearly review of filtering and monitoring is due. Days left: {number}. Senior leadership, the safeguarding lead, IT and a governor take part.",
        "Its form is filled from live numbers. Please open it:",
    ),
}  # fmt: skip


# Of these nobody outside a running pilot's audience is told.
ABOUT_CAPTURES = frozenset(
    {
        NoticeKind.RETENTION_SOON, NoticeKind.PICTURE_SEALED, NoticeKind.PICTURE_TO_DESTROY, NoticeKind.CAPTURE_MOVED,
        NoticeKind.CAPTURE_PASSED, NoticeKind.CAPTURE_FIRST_LOOK, NoticeKind.FIRST_LOOK_OVER,
    }
)  # fmt: skip


def news_for(kind: NoticeKind, *, number: int, severity: int, digest: str, link: str) -> Message:
    """The whole text of a notice that no clock runs behind."""
    words = _WORDS[kind]
    fields = {"number": number, "severity": severity, "level": SEVERITY_WORDS[severity].lower(), "digest": digest}
    body = (
        f"{words.happened.format(**fields)}\n\n"
        f"{words.asked}\n{link}\n\n"
        "For privacy this message says nothing else. Sign in to see what it is about.\n"
    )
    return Message(f"Heedful: {words.subject.format(**fields)}", body)


def retry_after(attempts: int) -> timedelta | None:
    """How long to wait before trying again; None when it is time to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return timedelta(seconds=5 * 4 ** (attempts - 1))
