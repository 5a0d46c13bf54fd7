"""Agreeing a threshold table: a draft is changed, cited and signed by the three strands, and then comes into force.

Reasons stay in the rows; the audit chain keeps ids, numbers and setting values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import Trust, TrustDefault, User
from heedful.people.queries import has_right, strands_of
from heedful.people.rules import Right, Strand
from heedful.people.trust.queries import my_trust
from heedful.thresholds.guidance import GUIDANCE, default_citations
from heedful.thresholds.models import Citation, SignOff, ThresholdDraft, ThresholdVersion
from heedful.thresholds.notes import AS_IT_WAS, decided, notes_from_json, notes_to_json
from heedful.thresholds.queries import TRUST_DEFAULT, NotFound, hindrances, open_draft, signed_by, table_in_force
from heedful.thresholds.rules import (
    BANDS,
    THEMES,
    CellNote,
    DraftRefused,
    DraftState,
    Key,
    Line,
    breaks_floor,
    from_json,
    from_stored,
    to_json,
)

MOST_REASON = 300


def start_draft(
    *, school_id: int, lines: Mapping[Key, Line], notes: Mapping[Key, CellNote], reason: str, viewer: User, now: datetime
) -> ThresholdDraft:
    """Begin a draft of the school's next table. Lines that are not given stay as in the table in force; no sign-off is given by it.

    Raises NotFound where the viewer may not change the programme, TableError for a line below its floor, DraftRefused without a reason.
    """
    if not has_right(viewer, school_id, Right.RUN_PROGRAMME):
        raise NotFound
    why = _reason(reason)
    whole = table_in_force(school_id).lines | dict(lines)
    rows = to_json(whole)
    from_json(rows)  # no line unknown, no floor broken
    with transaction.atomic():
        draft = ThresholdDraft.objects.create(
            school_id=school_id, reason=why, lines=rows, notes=notes_to_json(dict.fromkeys(whole, AS_IT_WAS) | dict(notes)),
            made_by=viewer, made_at=now, changed_by=viewer, changed_at=now,
        )  # fmt: skip
        Citation.objects.bulk_create(_first_citations(draft))
        _audit(draft, Action.THRESHOLD_DRAFT_STARTED, viewer, now, {"lines_given": len(lines)})
    return draft


def _first_citations(draft: ThresholdDraft) -> list[Citation]:
    """The citations of the version in force, so that a new draft starts from what the group wrote before; else Heedful's guidance."""
    before = Citation.objects.filter(draft__school_id=draft.school_id, draft__state=DraftState.IN_FORCE).order_by("draft__version__number")
    made = {theme: Citation(draft=draft, theme=theme, guidance=key, guidance_version=version) for theme, (key, version) in default_citations().items()}
    for row in before:
        made[row.theme] = Citation(
            draft=draft, theme=row.theme, reference=row.reference, guidance=row.guidance, guidance_version=row.guidance_version
        )
    return list(made.values())


@dataclass(frozen=True)
class Cell:
    """What somebody decided for one theme and level: for one age band, or for `every_band` the same."""

    theme: str
    level: int
    band: str
    line: Line
    every_band: bool = False
    release_to_behaviour: bool = False

    @property
    def keys(self) -> tuple[Key, ...]:
        return tuple((self.theme, self.level, band) for band in (BANDS if self.every_band else (self.band,)))


def decide_cell(*, draft_id: int, revision: int, cell: Cell, viewer: User, now: datetime) -> ThresholdDraft:
    """Settle a line, also where it stays as it is: it is decided by a person then. A change after a sign-off voids it.

    Raises NotFound, StaleDraft when somebody changed it meanwhile, DraftRefused for a line below its floor.
    """
    draft = _to_change(draft_id, viewer)
    if breaks_floor(cell.theme, cell.level, cell.line):
        raise DraftRefused("This theme stays with safeguarding at this level: no vote lowers that.")
    lines, notes = from_stored(draft.lines), notes_from_json(draft.notes)
    unknown = [key for key in cell.keys if key not in lines]
    if unknown:
        raise DraftRefused("There is no such line in the table.")
    lines |= dict.fromkeys(cell.keys, cell.line)
    notes |= {
        key: decided(notes.get(key, AS_IT_WAS), by=viewer.name, release_to_behaviour=cell.release_to_behaviour) for key in cell.keys
    }
    change = {"lines": to_json(lines), "notes": notes_to_json(notes)}
    said = {"theme": cell.theme, "level": cell.level, "bands": [key[2] for key in cell.keys], "route": str(cell.line.route), "urgency": str(cell.line.urgency)}
    return _change(draft, revision, change, viewer, now, said)


def cite(
    *, draft_id: int, revision: int, themes: Iterable[str], reference: str, guidance: str, guidance_version: str, viewer: User, now: datetime
) -> ThresholdDraft:
    """Say on which policy and which version of guidance these rows rest. Raises NotFound, StaleDraft, DraftRefused."""
    draft = _to_change(draft_id, viewer)
    wanted = [theme for theme in THEMES if theme in set(themes)]
    words = " ".join(reference.split())
    if not wanted:
        raise DraftRefused("Choose at least one theme.")
    if not words:
        raise DraftRefused("Name the school's policy and its section.")
    if guidance not in GUIDANCE or (GUIDANCE[guidance].versions and not guidance_version.strip()):
        raise DraftRefused("Choose the guidance and its version.")
    with transaction.atomic():
        changed = _change(draft, revision, {}, viewer, now, {"cited": wanted, "guidance": guidance, "guidance_version": guidance_version.strip()[:20]})
        Citation.objects.filter(draft=draft, theme__in=wanted).update(
            reference=words[:200], guidance=guidance, guidance_version=guidance_version.strip()[:20]
        )
    return changed


def sign_off(*, draft_id: int, revision: int, strand: Strand, viewer: User, now: datetime) -> SignOff:
    """One strand agrees to this revision. Raises NotFound, StaleDraft, DraftRefused where the viewer does not stand for it or the draft is not ready."""
    draft = open_draft(viewer, draft_id)
    if strand not in strands_of(viewer, draft.school_id):
        raise DraftRefused(f"You do not stand for the {strand.label.lower()} strand, so you can't sign for it.")
    try:
        with transaction.atomic():
            wait_in_line(draft.school_id)
            _still(draft, revision)
            _ready(draft)
            if strand not in signed_by(draft, revision):  # somebody may have signed who stands for it no longer
                SignOff.objects.filter(draft=draft, strand=strand, revision=revision).delete()
            signed = SignOff.objects.create(draft=draft, strand=strand, revision=revision, by=viewer, at=now)
            _audit(draft, Action.THRESHOLD_DRAFT_SIGNED, viewer, now, {"strand": str(strand), "revision": revision})
    except IntegrityError:
        raise DraftRefused(f"The {strand.label.lower()} strand has signed already.") from None
    return signed


def put_in_force(*, draft_id: int, revision: int, viewer: User, now: datetime) -> ThresholdVersion:
    """The draft becomes the school's table, once each of the three strands has signed this very revision.

    Raises NotFound, StaleDraft, DraftRefused. A sign-off counts while its giver still stands for the strand. What else was
    being agreed starts a new revision: it was signed against another table.
    """
    draft = _to_change(draft_id, viewer)
    with transaction.atomic():
        wait_in_line(draft.school_id)
        _still(draft, revision)
        _ready(draft)
        missing = [strand.label.lower() for strand in Strand if strand not in signed_by(draft, revision)]
        if missing:
            raise DraftRefused(f"Not signed yet: {', '.join(missing)}.")
        newest = ThresholdVersion.objects.filter(school_id=draft.school_id).aggregate(newest=Max("number"))["newest"] or 0
        version = ThresholdVersion.objects.create(
            school_id=draft.school_id, number=newest + 1, lines=to_json(from_stored(draft.lines)), reason=draft.reason, approved_by=viewer, made_at=now
        )
        if not _open(draft).filter(revision=revision).update(state=DraftState.IN_FORCE, version=version):
            raise StaleDraft
        ThresholdDraft.objects.filter(school_id=draft.school_id, state=DraftState.OPEN).update(revision=F("revision") + 1)
        fact = Fact(
            Action.THRESHOLDS_PUT_IN_FORCE, "thresholds", (str(version.pk),),
            {"version": version.number, "draft": draft.pk, "revision": revision, "signed_by": _signers(draft, revision)},
        )  # fmt: skip
        append(school_id=draft.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return version


def set_aside(*, draft_id: int, revision: int, viewer: User, now: datetime) -> None:
    """The group does not go on with this draft. It stays, to be read. Raises NotFound, StaleDraft."""
    draft = _to_change(draft_id, viewer)
    with transaction.atomic():
        wait_in_line(draft.school_id)
        if not _open(draft).filter(revision=revision).update(state=DraftState.SET_ASIDE, changed_by=viewer, changed_at=now):
            raise StaleDraft
        _audit(draft, Action.THRESHOLD_DRAFT_SET_ASIDE, viewer, now, {})


def lock_for_trust(*, school_id: int, number: int, is_locked: bool, viewer: User, now: datetime) -> Trust:
    """Make a version of one school the least that every school of its trust holds, or lift that. Tables in force stay as they are.

    Raises NotFound where the viewer does not run the programme in each school of that trust, or there is no such version.
    """
    version = ThresholdVersion.objects.select_related("school__trust").filter(school_id=school_id, number=number).first()
    mine = my_trust(viewer)
    if version is None or mine is None or version.school.trust_id != mine.pk:
        raise NotFound
    with transaction.atomic():
        if is_locked:
            said = {"value": version.lines, "is_locked": True, "set_at": now, "set_by": viewer}
            TrustDefault.objects.update_or_create(trust=mine, name=TRUST_DEFAULT, defaults=said)
        else:
            TrustDefault.objects.filter(trust=mine, name=TRUST_DEFAULT).delete()
        details = {"name": TRUST_DEFAULT, "value": {"school": school_id, "version": number}, "is_locked": is_locked}
        for each in mine.schools.filter(practice_of=None).order_by("pk").values_list("pk", flat=True):
            fact = Fact(Action.TRUST_DEFAULT_SET, "trust", (str(mine.pk),), details)
            append(school_id=each, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return mine


class StaleDraft(Exception):
    """Somebody changed the draft, or put it in force, since it was read."""


def _reason(text: str) -> str:
    words = " ".join(text.split())[:MOST_REASON]
    if not words:
        raise DraftRefused("Say why the table is to change.")
    return words


def _to_change(draft_id: int, viewer: User) -> ThresholdDraft:
    draft = open_draft(viewer, draft_id)
    if not has_right(viewer, draft.school_id, Right.RUN_PROGRAMME):
        raise NotFound
    return draft


def _open(draft: ThresholdDraft) -> Any:
    return ThresholdDraft.objects.filter(pk=draft.pk, state=DraftState.OPEN)


def _still(draft: ThresholdDraft, revision: int) -> None:
    if not _open(draft).filter(revision=revision).exists():
        raise StaleDraft
    draft.refresh_from_db()


def _ready(draft: ThresholdDraft) -> None:
    found = hindrances(draft)
    if found:
        raise DraftRefused(" ".join(each.says for each in found))


def _change(draft: ThresholdDraft, revision: int, change: dict[str, Any], viewer: User, now: datetime, said: dict[str, Any]) -> ThresholdDraft:
    """One conditional update on the revision that the person saw."""
    with transaction.atomic():
        wait_in_line(draft.school_id)
        change = change | {"revision": F("revision") + 1, "changed_by": viewer, "changed_at": now}
        if not _open(draft).filter(revision=revision).update(**change):
            raise StaleDraft
        _audit(draft, Action.THRESHOLD_DRAFT_CHANGED, viewer, now, said | {"revision": revision + 1})
    draft.refresh_from_db()
    return draft


def _signers(draft: ThresholdDraft, revision: int) -> dict[str, int]:
    return dict(SignOff.objects.filter(draft=draft, revision=revision).order_by("strand").values_list("strand", "by_id"))


def _audit(draft: ThresholdDraft, action: Action, viewer: User, now: datetime, details: dict[str, Any]) -> None:
    append(school_id=draft.school_id, actor=Actor.person(viewer.pk), fact=Fact(action, "threshold_draft", (str(draft.pk),), details), now=now)
