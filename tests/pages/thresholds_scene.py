"""A working group between two tables: one in force, a draft with lines to decide, another that is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from heedful.captures.actions.decide import grade_capture
from heedful.people.actions import set_strands
from heedful.people.rules import Strand
from heedful.thresholds.actions import cite, put_in_force, sign_off, start_draft
from heedful.thresholds.models import ThresholdDraft
from heedful.thresholds.rules import BANDS, CellNote, Key, Line, Route, Sureness, Urgency
from tests.personas.people import Place

SAFE_TODAY, SAFE_WEEK = Line(Route.SAFEGUARDING, Urgency.TODAY), Line(Route.SAFEGUARDING, Urgency.WEEK)
TODAY, WEEK = Line(Route.BEHAVIOUR, Urgency.TODAY), Line(Route.BEHAVIOUR, Urgency.WEEK)
NOTHING = Line(Route.RECORD_ONLY, Urgency.NONE)
POLICY = "Child protection policy 2026, section 4"
STRANDS = {"technician": Strand.TECHNICAL, "behaviour_lead": Strand.BEHAVIOUR, "deputy": Strand.SAFEGUARDING}


@dataclass(frozen=True)
class ThresholdsScene:
    """What the pages are opened on."""

    larkfield: int
    open_draft: int
    signed_draft: int


def set_thresholds(place: Place, *, now: datetime) -> ThresholdsScene:
    """One version in force, a draft from the sorting exercise, and a second one that all strands have signed."""
    for who, strand in STRANDS.items():
        set_strands(user=place.staff[who], school=place.school, strands=[strand], by=place.staff["dsl"], now=now)
    _history(place, now - timedelta(days=6))
    first = {("drugs", 3, band): SAFE_TODAY for band in BANDS} | {("gambling", 2, band): TODAY for band in ("ks4", "ks5")}
    _in_force(place, _signed(place, first, "What the working group agreed in September.", now - timedelta(days=40)), now - timedelta(days=39))
    signed = _signed(place, {("language", 3, "ks5"): NOTHING}, "Sixth formers swear; staff hear it.", now - timedelta(days=2))
    return ThresholdsScene(place.school.pk, _proposed(place, now - timedelta(days=1)), signed.pk)


def _history(place: Place, now: datetime) -> None:
    """Captures of last week: some that the draft sends another way, one of them graded as true, and some that it leaves."""
    for minutes in range(5):
        for pupil, text in ((0, "anyone selling vapes at lunch"), (2, "i havent eaten for three days and i still feel fat")):
            place.stores(text, pupil=pupil, now=now + timedelta(minutes=40 * minutes))
    number = place.stores("kill yourself you ugly loser nobody likes you", pupil=1, now=now)
    grade_capture(number=number, grade=4, revision=1, viewer=place.staff["dsl"], now=now + timedelta(hours=1))


def _proposed(place: Place, now: datetime) -> int:
    """As the sorting exercise leaves it: some lines agreed, some leaning, some for a person to decide."""
    lines: dict[Key, Line] = {}
    notes: dict[Key, CellNote] = {}

    def propose(theme: str, level: int, line: Line, sureness: Sureness, says: str, *cards: str, both: bool = False) -> None:
        for band in BANDS:
            lines[theme, level, band] = line
            notes[theme, level, band] = CellNote(sureness, says, cards, release_to_behaviour=both)

    propose("bullying", 3, NOTHING, Sureness.LEANING, "Four of six said record only.", "Group chat, year 8", "Nickname")
    propose("bullying", 4, WEEK, Sureness.LEANING, "Four of six said behaviour.", "Told to hurt herself")
    propose("sexual_content", 4, SAFE_TODAY, Sureness.AGREED, "Six of six said both.", "Shown on a bus", both=True)
    propose("drugs", 3, TODAY, Sureness.AGREED, "Five of six said behaviour.", "Vapes at lunch")
    propose("drugs", 2, TODAY, Sureness.UNSURE, "Three of six said behaviour, three record only.", "A song text")
    propose("violence", 2, SAFE_WEEK, Sureness.AGREED, "Five of six said safeguarding.", "A fight after school")
    propose("discrimination", 2, WEEK, Sureness.UNSURE, "Every route had two voices.", "A joke about hijabs")
    draft = start_draft(
        school_id=place.school.pk, lines=lines, notes=notes, reason="The sorting exercise of 12 November.", viewer=place.staff["dsl"], now=now
    )
    old = {"themes": ["nudes"], "reference": "Online safety policy, section 9", "guidance": "nudes", "guidance_version": "2020"}
    cite(draft_id=draft.pk, revision=draft.revision, viewer=place.staff["dsl"], now=now, **old)  # type: ignore[arg-type]
    return draft.pk


def _signed(place: Place, lines: dict[Key, Line], reason: str, now: datetime) -> ThresholdDraft:
    dsl = place.staff["dsl"]
    draft = start_draft(school_id=place.school.pk, lines=lines, notes={}, reason=reason, viewer=dsl, now=now)
    themes = {line[0] for line in draft.lines}
    draft = cite(
        draft_id=draft.pk, revision=draft.revision, themes=themes, reference=POLICY, guidance="kcsie", guidance_version="2026", viewer=dsl, now=now
    )
    for who, strand in STRANDS.items():
        sign_off(draft_id=draft.pk, revision=draft.revision, strand=strand, viewer=place.staff[who], now=now + timedelta(minutes=20))
    return draft


def _in_force(place: Place, draft: ThresholdDraft, now: datetime) -> None:
    put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=place.staff["dsl"], now=now)
