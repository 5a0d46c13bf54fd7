"""Who the public page is written for, whether it is there, and how coarse its figures are: pure."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import TextChoices

from heedful.people.rules import Stage

LEAST = 5
# A share of fewer judged lines would say more than is known.
LEAST_JUDGED = 20


class Reader(TextChoices):
    """Whom a version of the page is for, in the words of its link."""

    PARENTS = "parents", "Parents and carers"
    KS3 = "ks3", "Pupils from 11"
    KS2 = "ks2", "Pupils from 7 to 11"
    KS1 = "ks1", "Pupils to 7"


SETTING_WORDS = {
    "capture_from": "from which severity a line is sent",
    "pictures": "whether pictures of a page are taken",
    "monitors_staff": "whether staff are monitored",
    "hours": "when devices read",
    "private_hosts": "the list of sites that are never read",
    "help_lines": "the help lines",
    "next_read": "when lines are read",
    "stage": "whether the monitoring is being set up, in a pilot or live",
}


def is_public(stage: str, *, is_switched_on: bool) -> bool:
    """Whether the page is there for everybody: always once anything is captured, before that where the school wants it."""
    return stage != Stage.SET_UP or is_switched_on


def about(number: int) -> str:
    """A number as the public may see it: none below five, else rounded so that no week can be counted back."""
    if number < LEAST:
        return ""
    return "fewer than 10" if number < 10 else f"about {round(number, -1) if number < 200 else round(number, -2)}"


def tenths(part: int, whole: int) -> str:
    """A share in tenths, in words; empty where too few were judged."""
    if whole < LEAST_JUDGED:
        return ""
    share = round(10 * part / whole)
    return {0: "almost none", 10: "almost all"}.get(share, f"about {share} in 10")


def changes_in_words(settings: Iterable[str]) -> tuple[str, ...]:
    """What was changed, without from what to what or why: that stands above as it is now."""
    return tuple(SETTING_WORDS[name] for name in settings if name in SETTING_WORDS)
