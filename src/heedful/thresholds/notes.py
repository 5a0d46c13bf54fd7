"""What a draft says of its lines, kept and asked for: how sure the group was, which cards, who decided. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from heedful.thresholds.rules import CellNote, Key, Sureness

AS_IT_WAS = CellNote(Sureness.DEFAULT, "As in the table in force; no card was about it.")


def decided(note: CellNote, *, by: str, release_to_behaviour: bool) -> CellNote:
    """The same line once a person has settled it; its cards and what was said of it stay."""
    return replace(note, sureness=Sureness.DECIDED, decided_by=by, release_to_behaviour=release_to_behaviour)


def notes_to_json(notes: Mapping[Key, CellNote]) -> list[list[object]]:
    """Rows `[theme, level, band, sureness, says, cards, release, decided_by]` in a fixed order."""
    return [
        [*key, str(note.sureness), note.says, list(note.cards), note.release_to_behaviour, note.decided_by]
        for key, note in sorted(notes.items())
    ]


def notes_from_json(rows: Iterable[list[object]]) -> dict[Key, CellNote]:
    """Read stored notes. A line without one has AS_IT_WAS."""
    found: dict[Key, CellNote] = {}
    for theme, level, band, sureness, says, cards, release, by in rows:
        assert isinstance(cards, list)
        note = CellNote(str(sureness), str(says), tuple(map(str, cards)), bool(release), str(by))
        found[str(theme), int(str(level)), str(band)] = note
    return found


def unsure_of(notes: Mapping[Key, CellNote]) -> list[Key]:
    """The lines that a person must decide before anybody signs, in order."""
    return sorted(key for key, note in notes.items() if note.sureness == Sureness.UNSURE)


def releases_of(notes: Mapping[Key, CellNote]) -> frozenset[Key]:
    """The lines that are both."""
    return frozenset(key for key, note in notes.items() if note.release_to_behaviour)
