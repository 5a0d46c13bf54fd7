"""What a register of policies holds, when a policy counts, and how blocks become sections: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices

from heedful.people.rules import RoleName
from heedful.programme.policies.reading.values import Block
from heedful.thresholds.rules import BANDS, LEVELS, THEMES

MOST_SECTIONS = 800
REVIEW_SOON = timedelta(days=30)
# How many days before its review a policy's owner and the leads are told; the last is the day after.
TOLD_DAYS_BEFORE = (30, 7, -1)


class Kind(TextChoices):
    """What a policy is. One document may be several: safeguarding and child protection often are one."""

    SAFEGUARDING = "safeguarding", "Safeguarding"
    CHILD_PROTECTION = "child_protection", "Child protection"
    BEHAVIOUR = "behaviour", "Behaviour"
    ACCEPTABLE_USE = "acceptable_use", "Acceptable use"
    DATA_PROTECTION = "data_protection", "Data protection"
    INDECENT_IMAGES = "indecent_images", "Procedure for indecent images"
    ONLINE_SAFETY = "online_safety", "Online safety"
    ANTI_BULLYING = "anti_bullying", "Anti-bullying"
    STAFF_CONDUCT = "staff_conduct", "Staff code of conduct"
    OTHER = "other", "Another policy"


# Monitoring must be linked to these three (D06).
MUST_BE_LINKED = (Kind.SAFEGUARDING, Kind.CHILD_PROTECTION, Kind.BEHAVIOUR)


class Format(TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    MARKDOWN = "markdown", "Markdown"
    LINK = "link", "Link"


ENDING = {Format.PDF: "pdf", Format.DOCX: "docx", Format.MARKDOWN: "md"}
CONTENT_TYPE = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.MARKDOWN: "text/markdown; charset=utf-8",
}


class Deed(TextChoices):
    """What somebody does with a capture, or after it, for which a policy may have a clause."""

    SEAL_PICTURE = "seal_picture", "Seal a picture"
    REVEAL_PICTURE = "reveal_picture", "Look at a picture"
    DISMISS = "dismiss", "Mark as a false positive"
    CLOSE = "close", "Close with an outcome"
    SPEAK = "speak", "Speak with the pupil"
    TELL_PARENTS = "tell_parents", "Tell parents"
    REFER = "refer", "Refer to children's social care or the police"
    SANCTION = "sanction", "Give a sanction"


class SignAs(TextChoices):
    """Who signs the procedure for indecent images: safeguarding and the head, two different people."""

    SAFEGUARDING = "safeguarding", "for safeguarding"
    HEAD = "head", "as head"


MAY_SIGN = {SignAs.SAFEGUARDING: (RoleName.DSL, RoleName.DEPUTY), SignAs.HEAD: (RoleName.HEAD,)}


class RegisterRefused(Exception):
    """A change of the register that can't be made; the text says why, for the page."""


@dataclass(frozen=True)
class Target:
    """To what a section is linked: a theme, with a level (0: any) and an age band (empty: any), or a deed."""

    theme: str = ""
    level: int = 0
    band: str = ""
    deed: str = ""


def check_target(target: Target) -> None:
    """Raises RegisterRefused where it is neither a theme with what narrows it nor a deed alone."""
    is_theme = target.theme in THEMES and target.level in (0, *LEVELS) and target.band in ("", *BANDS) and not target.deed
    is_deed = target.deed in Deed.values and not (target.theme or target.level or target.band)
    if not (is_theme or is_deed):
        raise RegisterRefused("Choose a theme or an action for the clause.")


def applies(target: Target, *, theme: str, level: int | None, band: str | None) -> bool:
    """Whether a linked clause stands behind this theme at this level for this age; None asks for any."""
    at_level = level is None or target.level in (0, level)
    at_age = not band or band not in BANDS or target.band in ("", band)
    return target.theme == theme and at_level and at_age


def specificity(target: Target) -> int:
    """Greater for a clause that says more exactly when it applies: those come first."""
    return (target.level > 0) + bool(target.band)


@dataclass(frozen=True)
class Section:
    title: str
    level: int
    text: str
    page: int


def sections_of(blocks: Sequence[Block], *, pages: int) -> list[Section]:
    """The sections that the headings make; without headings one for each page, or one for the whole document.

    What stands before the first heading is a section of its own. Where there are too many, the smallest headings make none.
    """
    if not any(block.level for block in blocks):
        return _by_page(blocks, pages) if pages else [Section("Whole document", 1, _text(blocks), 0)]
    deepest = 6
    while deepest > 1 and sum(0 < block.level <= deepest for block in blocks) > MOST_SECTIONS:
        deepest -= 1
    found: list[Section] = []
    title, level, page, held = "Before the first heading", 1, 1 if pages else 0, list[Block]()
    for block in blocks:
        if not 0 < block.level <= deepest:
            held.append(block)
            continue
        if held or found or title != "Before the first heading":
            found.append(Section(title, level, _text(held), page))
        title, level, page, held = block.text, block.level, block.page, []
    found.append(Section(title, level, _text(held), page))
    first_is_empty = found[0].title == "Before the first heading" and not found[0].text
    return found[first_is_empty:][:MOST_SECTIONS]


def _by_page(blocks: Sequence[Block], pages: int) -> list[Section]:
    return [Section(f"Page {page}", 1, _text([block for block in blocks if block.page == page]), page) for page in range(1, pages + 1)]


def _text(blocks: Iterable[Block]) -> str:
    return "\n\n".join(block.text for block in blocks)


def is_past_review(next_review_on: date | None, today: date) -> bool:
    return next_review_on is not None and next_review_on < today


def told_stage(next_review_on: date, today: date) -> int:
    """How many times its people should have been told that its review comes: 0 to 3."""
    return sum(next_review_on - today <= timedelta(days=days) for days in TOLD_DAYS_BEFORE)
