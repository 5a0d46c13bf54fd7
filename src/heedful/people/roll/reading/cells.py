"""What both formats do with a row's cells: names, addresses, dates, and what is remembered of rows that can't be used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from heedful.people.roll.reading.tables import Row
from heedful.people.roll.reading.values import MOST_SOURCE_ID, AccountLine, Mentioned, Part, Problem, RollPerson, RollPupil, shape
from heedful.people.rules import address_of

_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d %b %Y", "%d %B %Y")
TRUE = {"1", "true", "yes", "y", "shared"}
FALSE = {"", "0", "false", "no", "n"}


class Notes:
    """What is gathered while the rows of a roll are read: problems, and who is named by rows that could not be used."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._ids: dict[Part, set[str]] = {Part.PUPILS: set(), Part.STAFF: set()}
        self._addresses: set[str] = set()
        self._nameless: set[Part] = set()

    def lines(self, parts: Iterable[Part], problems: Sequence[Problem]) -> None:
        """Lines that were no rows at all: whose they are can't be told."""
        self.problems += problems
        if problems:
            self._nameless |= set(parts)

    def say(self, row: Row, column: str, text: str) -> None:
        """Something of a row that is otherwise used."""
        self.problems.append(row.problem(column, text))

    def drop(self, part: Part, row: Row, column: str, text: str, *, source_id: str, addresses: Iterable[str] = ()) -> None:
        """A row that can't be used. Whom it names is not taken for gone."""
        self.say(row, column, text)
        addresses = set(addresses)
        self._addresses |= addresses
        if source_id:
            self._ids[part].add(source_id)
        elif not addresses:
            self._nameless.add(part)

    def mention(self, *addresses: str) -> None:
        """Addresses that stand in the files but are given to nobody."""
        self._addresses |= set(addresses)

    def mentioned(self) -> Mentioned:
        ids = {part: frozenset(found) for part, found in self._ids.items()}
        return Mentioned(ids[Part.PUPILS], ids[Part.STAFF], frozenset(self._addresses), frozenset(self._nameless))


def is_name(text: str, most: int) -> bool:
    """Whether this can be shown as a name. A formula in it is text like any other."""
    return 0 < len(text) <= most and text.isprintable()


def name_fault(text: str, most: int) -> str:
    """What is wrong with a name that is no name, without telling it."""
    if not text:
        return "got nothing; fill it in"
    if len(text) > most:
        return f"got {shape(text)}; at most {most}"
    return "got signs that can't be shown; type it again"


def source_id_of(row: Row, column: str) -> tuple[str, str]:
    """The id, and what is wrong with it (then the id is empty)."""
    text = row.get(column)
    if text and not is_name(text, MOST_SOURCE_ID):
        return "", name_fault(text, MOST_SOURCE_ID)
    return text, ""


def is_email(address: str) -> bool:
    return bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address))


def addresses_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Addresses and user names in these cells, each once, in their order; several in a cell stand apart by `;`, `|`, `,` or a space."""
    found = (address_of(part) for text in texts for part in re.split(r"[;|,\s]+", text))
    return tuple(dict.fromkeys(address for address in found if address))


@lru_cache(maxsize=4096)  # a roll has few days, many times
def date_of(text: str) -> date | None:
    """The day that a cell names; None where it names none. A time after it is left out."""
    if not text:
        return None
    day = re.split(r"[T ]\d{1,2}:", text.strip(), maxsplit=1)[0].strip()
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(day, form).date()
        except ValueError:
            continue
    return None


def given_once(
    pupils: Sequence[RollPupil], staff: Sequence[RollPerson], accounts: Sequence[AccountLine], notes: Notes
) -> tuple[tuple[RollPupil, ...], tuple[RollPerson, ...], tuple[AccountLine, ...]]:
    """The same with each address in one place only. One that several use is shared, where a line says so; else one that two
    people claim is given to neither, for it could name the wrong child, and is a problem of the second."""
    shared = {line.address for line in accounts if line.shared}
    key_of = {key: person.source_id or person.email for person in staff for key in (person.source_id.lower(), person.email) if key}
    claims = [(a, pupil.at, f"pupil {pupil.source_id or pupil.at}") for pupil in pupils for a in pupil.addresses]
    claims += [(a, person.at, f"staff {person.source_id or person.email}") for person in staff for a in person.addresses]
    claims += [
        (line.address, line.at, f"pupil {line.pupil}" if line.pupil else f"staff {key_of.get(line.staff, line.staff)}")
        for line in accounts
        if not line.shared
    ]
    first: dict[str, tuple[tuple[str, int], str]] = {}
    twice: set[str] = set()
    for address, (file, number), owner in claims:
        (first_file, first_line), first_owner = first.setdefault(address, ((file, number), owner))
        if address not in shared and owner != first_owner:
            twice.add(address)
            text = f"the same account as in {first_file}, line {first_line}; it is given to neither. If several use it, mark it as shared"
            notes.problems.append(Problem(file, number, "account", text))
    notes.mention(*twice)
    taken = shared | twice
    return (
        tuple(replace(p, addresses=tuple(a for a in p.addresses if a not in taken)) if taken & set(p.addresses) else p for p in pupils),
        tuple(replace(p, addresses=tuple(a for a in p.addresses if a not in taken)) if taken & set(p.addresses) else p for p in staff),
        tuple(line for line in accounts if line.shared or line.address not in taken),
    )
