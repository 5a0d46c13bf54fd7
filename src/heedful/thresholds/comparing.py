"""Two tables of one school that somebody compares: versions, or a draft that is being agreed."""

from __future__ import annotations

from dataclasses import dataclass

from heedful.people.models import User
from heedful.thresholds.queries import NotFound, drafts_being_agreed, history_for, open_draft, table_of_draft, tables_for, version_of
from heedful.thresholds.rules import Table

DRAFT = "draft-"


@dataclass(frozen=True)
class Option:
    value: str
    title: str


@dataclass(frozen=True)
class Sides:
    """What stands left and right, and what may."""

    options: tuple[Option, ...]
    left: Option
    right: Option
    left_table: Table
    right_table: Table


def sides_for(viewer: User, school_id: int, *, left: str, right: str) -> Sides:
    """The two tables asked for: by default the version in force, and the draft being agreed or else the version before. Raises NotFound."""
    in_force = tables_for(viewer, school_id)
    if in_force is None:
        raise NotFound
    versions = [origin.number for origin in history_for(viewer, school_id)] + [0]
    drafts = [draft.pk for draft in drafts_being_agreed(school_id)]
    before = str(max(in_force.version - 1, 0))
    chosen = (left or (str(in_force.version) if drafts else before), right or (f"{DRAFT}{drafts[0]}" if drafts else str(in_force.version)))
    options = [Option(f"{DRAFT}{pk}", f"Draft {pk}") for pk in drafts] + [Option(str(n), _title(n, in_force.version)) for n in versions]
    known = {option.value: option for option in options}
    # A draft that is not being agreed any more can still be looked at by its address.
    sides = [known.get(each) or Option(each, each.replace(DRAFT, "Draft ")) for each in chosen]
    return Sides(tuple(options), sides[0], sides[1], *(_table(viewer, school_id, each) for each in chosen))


def _table(viewer: User, school_id: int, asked: str) -> Table:
    number = asked.removeprefix(DRAFT)
    if not number.isdecimal() or len(number) > 9:
        raise NotFound
    if asked.startswith(DRAFT):
        draft = open_draft(viewer, int(number))
        if draft.school_id != school_id:
            raise NotFound
        return table_of_draft(draft)
    table = version_of(viewer, school_id, int(number))
    if table is None:
        raise NotFound
    return table


def _title(number: int, in_force: int) -> str:
    name = f"Version {number}" if number else "Heedful's default"
    return f"{name} (in force)" if number == in_force else name
