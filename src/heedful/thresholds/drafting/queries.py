"""What the pages of a draft and of a version place: lines with how sure the group was, citations, and who has signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from heedful.people.models import User
from heedful.people.queries import has_right, people_of_strand, strands_of
from heedful.people.rules import AgeBand, Right, Strand
from heedful.thresholds.grids import ages_of
from heedful.thresholds.guidance import GUIDANCE, is_stale
from heedful.thresholds.models import Citation, ThresholdDraft
from heedful.thresholds.notes import AS_IT_WAS, notes_from_json
from heedful.thresholds.queries import Hindrance, NotFound, Signed, hindrances, open_draft, signed_by, table_in_force
from heedful.thresholds.rules import (
    BANDS,
    LEVELS,
    THEME_TITLES,
    THEMES,
    CellNote,
    DraftState,
    Key,
    Line,
    Sureness,
    differences,
    from_stored,
    is_floored,
)


@dataclass(frozen=True)
class Cited:
    """What one row rests on. `is_stale` where Heedful knows a newer version of the guidance."""

    theme: str
    title: str
    reference: str
    guidance: str
    guidance_version: str
    newest: str
    is_stale: bool


@dataclass(frozen=True)
class Place:
    """A policy and guidance, and the titles of all rows that rest on it."""

    cited: Cited
    titles: tuple[str, ...]


@dataclass(frozen=True)
class DraftCell:
    """One line of the grid. `was` is the line in force, where that is another one."""

    key: Key
    line: Line
    note: CellNote
    sureness: Sureness
    was: Line | None

    @property
    def id(self) -> str:
        return f"{self.key[0]}-{self.key[1]}"

    @property
    def level(self) -> int:
        return self.key[1]


@dataclass(frozen=True)
class OpenCell:
    """The line that somebody looks at: all that is known of it."""

    cell: DraftCell
    title: str
    age: str
    same_for: str  # the ages that have the same line and note
    is_floored: bool
    cited: Cited | None


@dataclass(frozen=True)
class DraftRow:
    theme: str
    title: str
    cells: tuple[DraftCell, ...]
    is_open: bool


@dataclass(frozen=True)
class StrandState:
    """One strand: whether it has signed, who could, and whether the viewer may now."""

    strand: Strand
    signed: Signed | None
    people: tuple[str, ...]
    may_sign: bool


@dataclass(frozen=True)
class DraftPage:
    """A draft for one viewer and one age band."""

    draft: ThresholdDraft
    is_open: bool
    may_change: bool
    rows: tuple[DraftRow, ...]
    opened: OpenCell | None
    hindrances: tuple[Hindrance, ...]
    next_unsure: Key | None
    strands: tuple[StrandState, ...]
    is_signed: bool
    changes: int
    in_force: int
    cited: tuple[Cited, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return places_of(self.cited)

    @property
    def stale(self) -> tuple[Cited, ...]:
        return tuple(each for each in self.cited if each.is_stale)

    @property
    def uncited(self) -> tuple[Cited, ...]:
        return tuple(each for each in self.cited if not each.reference)


@dataclass(frozen=True)
class DraftLine:
    """A draft in a list."""

    number: int
    reason: str
    state: str
    made_by: str
    made_at: datetime
    version: int | None
    signed: int


def draft_page(viewer: User, draft_id: int, *, band: str, cell: str) -> DraftPage:
    """One draft; `cell` is the theme and level that is looked at, such as `drugs-2`. Raises NotFound."""
    draft = open_draft(viewer, draft_id)
    in_force = table_in_force(draft.school_id)
    lines, notes = from_stored(draft.lines), notes_from_json(draft.notes)
    is_open = draft.state == DraftState.OPEN
    found = hindrances(draft) if is_open else ()
    signed = signed_by(draft, draft.revision)
    cited = citations_of(draft)

    def cell_of(theme: str, level: int) -> DraftCell:
        key = (theme, level, band)
        note = notes.get(key, AS_IT_WAS)
        was = in_force.lines[key]
        return DraftCell(key, lines[key], note, _sureness(note, theme, level), was if is_open and was != lines[key] else None)

    rows = []
    opened = None
    for theme in THEMES:
        cells = tuple(cell_of(theme, level) for level in LEVELS)
        wanted = next((each for each in cells if each.id == cell), None)
        if wanted is not None:
            opened = _opened(wanted, lines, notes, {each.theme: each for each in cited})
        rows.append(DraftRow(theme, THEME_TITLES[theme], cells, wanted is not None))
    unsure = [key for each in found for key in each.keys]
    return DraftPage(
        draft=draft, is_open=is_open, may_change=is_open and has_right(viewer, draft.school_id, Right.RUN_PROGRAMME), rows=tuple(rows),
        opened=opened, hindrances=found, next_unsure=unsure[0] if unsure else None,
        strands=_strands(viewer, draft, signed, may_sign=is_open and not found), is_signed=not found and set(signed) == set(Strand),
        changes=len(differences(in_force.lines, lines)), in_force=in_force.version, cited=cited,
    )  # fmt: skip


def citations_of(draft: ThresholdDraft) -> tuple[Cited, ...]:
    """What each row rests on, in the order of the themes."""
    rows = {row.theme: row for row in Citation.objects.filter(draft=draft)}
    return tuple(_cited(rows[theme]) for theme in THEMES if theme in rows)


def places_of(cited: tuple[Cited, ...]) -> tuple[Place, ...]:
    """The citations by what they name, in the order of their first row."""
    found: dict[tuple[str, str, str], list[Cited]] = {}
    for each in cited:
        found.setdefault((each.reference, each.guidance, each.guidance_version), []).append(each)
    return tuple(Place(rows[0], tuple(row.title for row in rows)) for rows in found.values())


def citations_of_version(viewer: User, school_id: int, draft_id: int | None) -> tuple[Cited, ...]:
    """What each row of a version rests on; nothing for Heedful's default."""
    if draft_id is None:
        return ()
    draft = open_draft(viewer, draft_id)
    if draft.school_id != school_id:
        raise NotFound
    return citations_of(draft)


def drafts_for(viewer: User, school_id: int) -> list[DraftLine]:
    """Every draft of the school, newest first. Raises NotFound."""
    if not has_right(viewer, school_id, Right.SEE_THRESHOLDS):
        raise NotFound
    rows = ThresholdDraft.objects.filter(school_id=school_id).select_related("made_by", "version").order_by("-pk")
    return [
        DraftLine(
            row.pk, row.reason, row.state, row.made_by.name, row.made_at, row.version.number if row.version else None,
            len(signed_by(row, row.revision)) if row.state == DraftState.OPEN else 0,
        )
        for row in rows
    ]  # fmt: skip


def _sureness(note: CellNote, theme: str, level: int) -> Sureness:
    known = note.sureness in Sureness.values
    found = Sureness(note.sureness) if known else Sureness.DEFAULT
    return Sureness.FLOOR if found == Sureness.DEFAULT and is_floored(theme, level) else found


def _opened(cell: DraftCell, lines: dict[Key, Line], notes: dict[Key, CellNote], cited: dict[str, Cited]) -> OpenCell:
    theme, level, band = cell.key
    same = [each for each in BANDS if lines[theme, level, each] == cell.line]
    return OpenCell(cell, THEME_TITLES[theme], AgeBand(band).label, ages_of(same), is_floored(theme, level), cited.get(theme))


def _cited(row: Citation) -> Cited:
    known = GUIDANCE[row.guidance] if row.guidance in GUIDANCE else GUIDANCE["other"]
    return Cited(
        row.theme, THEME_TITLES[row.theme], row.reference, known.title, row.guidance_version, known.newest, is_stale(row.guidance, row.guidance_version)
    )


def _strands(viewer: User, draft: ThresholdDraft, signed: dict[Strand, Signed], *, may_sign: bool) -> tuple[StrandState, ...]:
    mine = strands_of(viewer, draft.school_id)
    return tuple(
        StrandState(
            strand, signed.get(strand), tuple(person.name for person in people_of_strand(draft.school_id, strand)),
            may_sign and strand in mine and strand not in signed,
        )
        for strand in Strand
    )  # fmt: skip
