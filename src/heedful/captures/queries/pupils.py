"""Pupils to whom a capture may go: found by name, form or year, without those the viewer is barred from."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from heedful.captures.queries.queue import NotFound
from heedful.people.models import Pupil, User
from heedful.people.queries import barred_pupils

MOST_FOUND = 20


@dataclass(frozen=True)
class FoundPupil:
    """Enough to tell two pupils of one name apart."""

    id: int
    name: str
    year_group: int | None
    tutor_group: str
    has_left: bool


def find_pupils(viewer: User, school_id: int, words: str, *, but: int | None = None) -> tuple[tuple[FoundPupil, ...], bool]:
    """Pupils of whom every word begins a name, the form or the year; and whether there are more. Not `but`. Accents and case don't matter.

    Folded here and not by the database: SQLite knows no case beyond ASCII. The caller has checked the right in this school.
    """
    wanted = _folded(words).replace("-", " ").split()
    if not wanted:
        return (), False
    barred = {*barred_pupils(viewer), but}
    found = []
    for pupil in Pupil.objects.filter(school_id=school_id).order_by("left_on", "family_name", "given_name", "pk"):
        if pupil.pk not in barred and _matches(pupil, wanted):
            found.append(found_pupil(pupil))
    found.sort(key=lambda each: each.has_left)
    return tuple(found[:MOST_FOUND]), len(found) > MOST_FOUND


def found_pupil(pupil: Pupil) -> FoundPupil:
    return FoundPupil(pupil.pk, str(pupil), pupil.year_group, pupil.tutor_group, pupil.left_on is not None)


def pupil_to_move_to(viewer: User, school_id: int, pupil_id: int | None) -> Pupil:
    """The pupil, where they are of this school and the viewer isn't barred from them. Raises NotFound."""
    pupil = Pupil.objects.filter(pk=pupil_id, school_id=school_id).first() if pupil_id is not None else None
    if pupil is None or pupil.pk in barred_pupils(viewer):
        raise NotFound
    return pupil


def _matches(pupil: Pupil, wanted: list[str]) -> bool:
    year = "" if pupil.year_group is None else f" {pupil.year_group} y{pupil.year_group}"
    parts = _folded(f"{pupil.given_name} {pupil.family_name} {pupil.tutor_group}{year}").replace("-", " ").split()
    return all(any(part.startswith(word) for part in parts) for word in wanted)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in plain if not unicodedata.combining(mark))
