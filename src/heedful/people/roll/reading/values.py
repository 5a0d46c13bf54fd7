"""What a reading of the roll gives. Frozen, and the same whichever format it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MOST_NAME = 80
MOST_TUTOR_GROUP = 20
MOST_GROUP_NAME = 80
MOST_SOURCE_ID = 120
MOST_PROBLEMS_KEPT = 200


@dataclass(frozen=True)
class Problem:
    """Something in a file that could not be used. `line` is 0 for the file as a whole, `column` empty for the row.

    `text` says what was got, where that tells nothing of a pupil, and the way out.
    """

    file: str
    line: int
    column: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}, column {self.column}: {self.text}" if self.column else f"{place}: {self.text}"


class RollRefused(Exception):
    """Nothing of these files can be used; `problems` says why, all together."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Kind(StrEnum):
    """The formats that are read."""

    PLAIN = "plain"
    ONEROSTER_1_1 = "oneroster_1_1"
    ONEROSTER_1_2 = "oneroster_1_2"


class Part(StrEnum):
    """What files can speak for in full: of these, what is not listed has gone."""

    PUPILS = "pupils"
    STAFF = "staff"
    GROUPS = "groups"
    PUPIL_ACCOUNTS = "pupil_accounts"
    STAFF_ACCOUNTS = "staff_accounts"
    SHARED_ACCOUNTS = "shared_accounts"


@dataclass(frozen=True)
class RollPupil:
    """One pupil as the files have them. `groups` are keys of `Roll.groups`; `unreadable` names fields to be left as they are.

    `at` is the file and line where they stand.
    """

    source_id: str
    given_name: str
    family_name: str
    year_group: int | None
    tutor_group: str
    groups: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()
    unreadable: frozenset[str] = frozenset()
    at: tuple[str, int] = field(default=("", 0), compare=False)


@dataclass(frozen=True)
class RollPerson:
    """One member of staff. `email` is where they sign in; `addresses` are what devices report, the email among them."""

    source_id: str
    name: str
    email: str
    addresses: tuple[str, ...] = ()
    at: tuple[str, int] = field(default=("", 0), compare=False)


@dataclass(frozen=True)
class RollGroup:
    """A group by its key: the source's id, or its name where the format has no ids."""

    key: str
    name: str
    source_id: str = ""


@dataclass(frozen=True)
class AccountLine:
    """An account listed by itself, and whose it is: a pupil's or a member of staff's by source id, or shared."""

    address: str
    pupil: str = ""
    staff: str = ""
    shared: bool = False
    at: tuple[str, int] = field(default=("", 0), compare=False)


@dataclass(frozen=True)
class Mentioned:
    """Ids and addresses of rows that could not be used. Whoever is mentioned is not taken for gone."""

    pupils: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    nameless: frozenset[Part] = frozenset()  # parts with rows that could not be told whose they are: nobody of these is closed


@dataclass(frozen=True)
class Roll:
    """A school's roll, or what has changed in it, as its files say.

    `covers`: the parts of which it lists everybody. `gone_pupils` and `gone_staff`: ids, or
    addresses of those without one, that it says have left. `joins` and `leaves`: pairs of a pupil's id and a group's key, where only changes of membership are listed.
    """

    kind: Kind
    covers: frozenset[Part] = frozenset()
    pupils: tuple[RollPupil, ...] = ()
    staff: tuple[RollPerson, ...] = ()
    groups: Mapping[str, RollGroup] = field(default_factory=dict)
    accounts: tuple[AccountLine, ...] = ()
    gone_pupils: frozenset[str] = frozenset()
    gone_staff: frozenset[str] = frozenset()
    joins: frozenset[tuple[str, str]] = frozenset()
    leaves: frozenset[tuple[str, str]] = frozenset()
    mentioned: Mentioned = Mentioned()
    problems: tuple[Problem, ...] = ()


def shape(value: str) -> str:
    """What was got, without telling it: a number as it stands, of anything else its length. A shifted column may hold a name."""
    if not value:
        return "nothing"
    if value.isascii() and value.isdigit() and len(value) <= 4:
        return f"'{value}'"
    return f"{len(value)} character{'' if len(value) == 1 else 's'}"
