"""What the table of permissions is made of: a row asks one URL, and says what each persona gets.

Each area of the console lists its own rows in a module `table_<area>.py`: `ROWS`, and `SUBJECTS` for arguments that are made
anew for each question, so that no row depends on another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.personas.people import Place

PERSONAS = ("dsl", "deputy", "dsl_of_another_school", "behaviour_lead", "technician", "head", "governor", "staff_member", "anonymous")
SIGN_IN, CONFIRM = "sign in", "confirm"  # redirects to the sign-in page, and to proving again who one is
Subjects = dict[str, Callable[[Place], str]]


@dataclass(frozen=True)
class Row:
    """One question to one URL, and the answer for each persona in the order of PERSONAS."""

    url_name: str
    answers: tuple[int | str, ...]
    arguments: tuple[str, ...] = ()
    post: dict[str, str] | None = None


def everybody(answer: int | str, *, anonymous: int | str = SIGN_IN) -> tuple[int | str, ...]:
    return (answer,) * 8 + (anonymous,)


def only(answer: int | str, *personas: str) -> tuple[int | str, ...]:
    """This answer for these personas, 404 for everybody else, sign-in for the anonymous."""
    assert set(personas) <= set(PERSONAS)
    return (*(answer if persona in personas else 404 for persona in PERSONAS[:-1]), SIGN_IN)


def with_second_factor(answer: int | str, *, else_: int | str) -> tuple[int | str, ...]:
    """Staff without a role that sees anything are the only ones who need no second factor, and have none here."""
    return (*(else_ if persona == "staff_member" else answer for persona in PERSONAS[:-1]), SIGN_IN)


LEADS = ("dsl", "deputy")
ALL_LEADS = (*LEADS, "dsl_of_another_school")
READERS = (*ALL_LEADS, "behaviour_lead")
MANAGERS = ("dsl", "head")
ROLL_KEEPERS = (*ALL_LEADS, "technician")
