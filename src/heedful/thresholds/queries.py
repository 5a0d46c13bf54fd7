"""The table in force, the versions before it, and what a draft still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Q

from heedful.people.models import StrandMember, TrustDefault, User
from heedful.people.queries import has_right
from heedful.people.rules import Right, Strand
from heedful.people.trust.queries import my_trust
from heedful.thresholds.guidance import is_stale
from heedful.thresholds.models import Citation, SignOff, ThresholdDraft, ThresholdVersion
from heedful.thresholds.notes import notes_from_json, releases_of, unsure_of
from heedful.thresholds.rules import (
    THEME_TITLES,
    THEMES,
    DraftState,
    Key,
    Line,
    Table,
    default_lines,
    from_stored,
    least_lines,
    looser_than,
)

TRUST_DEFAULT = "thresholds"


class NotFound(Exception):
    """There is no such draft or version, or it is not the viewer's: the two can't be told apart."""


def table_in_force(school_id: int) -> Table:
    """The school's newest table; version 0 is Heedful's default where the school has none yet. For the system.

    Who practises works by the table of the real school.
    """
    rows = ThresholdVersion.objects.filter(Q(school_id=school_id) | Q(school__practice_schools=school_id))
    newest = rows.order_by("-number").values_list("school_id", "number").first()
    return _load(*newest) if newest else Table(0, default_lines())


def is_in_force_by_school(school_id: int) -> bool:
    """Whether a table that the school agreed is in force, and not Heedful's default. For the system."""
    return ThresholdVersion.objects.filter(school_id=school_id).exists()


def signed_strands(school_id: int) -> frozenset[Strand]:
    """The strands that signed the version in force; none where it is Heedful's default. For the system."""
    rows = SignOff.objects.filter(draft__version__in=_newest(school_id))
    return frozenset(Strand(row.strand) for row in rows.select_related("draft") if row.revision == row.draft.revision)


def stale_rows(school_id: int) -> tuple[str, ...]:
    """The titles of the rows of the version in force that cite guidance of which there is a newer version. For the system."""
    rows = Citation.objects.filter(draft__version__in=_newest(school_id)).values_list("theme", "guidance", "guidance_version")
    stale = {theme for theme, guidance, version in rows if is_stale(guidance, version)}
    return tuple(THEME_TITLES[theme] for theme in THEMES if theme in stale)


def tables_for(viewer: User, school_id: int) -> Table | None:
    """The table in force, for a page; None where the viewer may not see it."""
    return table_in_force(school_id) if has_right(viewer, school_id, Right.SEE_THRESHOLDS) else None


def version_of(viewer: User, school_id: int, number: int) -> Table | None:
    """The version that routed a capture; None where it is not the viewer's."""
    if not has_right(viewer, school_id, Right.SEE_THRESHOLDS):
        return None
    if number == 0:
        return Table(0, default_lines())
    exists = ThresholdVersion.objects.filter(school_id=school_id, number=number).exists()
    return _load(school_id, number) if exists else None


@lru_cache(maxsize=64)
def _load(school_id: int, number: int) -> Table:
    # A version never changes, so it can be kept.
    row = ThresholdVersion.objects.get(school_id=school_id, number=number)
    draft = ThresholdDraft.objects.filter(version=row).first()
    releases = releases_of(notes_from_json(draft.notes)) if draft else frozenset()
    return Table(row.number, from_stored(row.lines), releases)


def _newest(school_id: int) -> list[int]:
    return list(ThresholdVersion.objects.filter(school_id=school_id).order_by("-number").values_list("pk", flat=True)[:1])


@dataclass(frozen=True)
class Signed:
    """Who signed for a strand, and when."""

    strand: Strand
    by: str
    at: datetime


@dataclass(frozen=True)
class Origin:
    """Where a version comes from: why, by whom, since when, signed by whom; the number of the draft that it was."""

    number: int
    reason: str
    approved_by: str
    made_at: datetime
    signed: tuple[Signed, ...] = ()
    draft: int | None = None


def origin_of(viewer: User, school_id: int, number: int) -> Origin | None:
    """Why this version is as it is; None for Heedful's own default and where the viewer may not see it."""
    if not has_right(viewer, school_id, Right.SEE_THRESHOLDS):
        return None
    return next((each for each in table_history(school_id) if each.number == number), None)


def table_history(school_id: int) -> tuple[Origin, ...]:
    """Every version of the school's, newest first. For the system; a page asks `history_for`."""
    rows = ThresholdVersion.objects.filter(school_id=school_id).select_related("approved_by", "draft").order_by("-number")
    signed: dict[int, list[Signed]] = {}
    for row in SignOff.objects.filter(draft__version__school_id=school_id).select_related("by", "draft").order_by("strand"):
        if row.revision == row.draft.revision:
            signed.setdefault(row.draft_id, []).append(Signed(Strand(row.strand), row.by.name, row.at))
    origins = []
    for version in rows:
        draft: ThresholdDraft | None = getattr(version, "draft", None)
        by = version.approved_by.name if version.approved_by else ""
        signs = tuple(signed.get(draft.pk, ())) if draft else ()
        origins.append(Origin(version.number, version.reason, by, version.made_at, signs, draft.pk if draft else None))
    return tuple(origins)


def history_for(viewer: User, school_id: int) -> tuple[Origin, ...]:
    """Every version, newest first; none where the viewer may not see them."""
    return table_history(school_id) if has_right(viewer, school_id, Right.SEE_THRESHOLDS) else ()


def open_draft(viewer: User, draft_id: int) -> ThresholdDraft:
    """A draft in any state, when the viewer may see the thresholds of its school. Raises NotFound."""
    draft = ThresholdDraft.objects.select_related("school", "made_by", "changed_by", "version").filter(pk=draft_id).first()
    if draft is None or not has_right(viewer, draft.school_id, Right.SEE_THRESHOLDS):
        raise NotFound
    return draft


def drafts_being_agreed(school_id: int) -> list[ThresholdDraft]:
    """Open drafts of the school, newest first. For the system."""
    return list(ThresholdDraft.objects.filter(school_id=school_id, state=DraftState.OPEN).select_related("made_by").order_by("-pk"))


def table_of_draft(draft: ThresholdDraft) -> Table:
    """The draft as a table. Its version is the one that it became, 0 while it is being agreed."""
    number = draft.version.number if draft.version else 0
    return Table(number, from_stored(draft.lines), releases_of(notes_from_json(draft.notes)))


def signed_by(draft: ThresholdDraft, revision: int) -> dict[Strand, Signed]:
    """The sign-offs that count for this revision: of people who still are here and stand for the strand."""
    standing = set(StrandMember.objects.filter(school_id=draft.school_id, user__is_active=True).values_list("user_id", "strand"))
    rows = SignOff.objects.filter(draft=draft, revision=revision).select_related("by")
    return {Strand(row.strand): Signed(Strand(row.strand), row.by.name, row.at) for row in rows if (row.by_id, row.strand) in standing}


def least_of_trust(school_id: int) -> dict[Key, Line]:
    """What the school's trust has locked: no line may be looser."""
    row = TrustDefault.objects.filter(trust__schools=school_id, name=TRUST_DEFAULT, is_locked=True).first()
    return least_lines(row.value) if row else {}


@dataclass(frozen=True)
class TrustLock:
    """What the trust's people can do with a version: `is_least` where it is what they have locked."""

    trust: str
    is_least: bool


def trust_lock_of(viewer: User, school_id: int, number: int) -> TrustLock | None:
    """Whether this version is the least of the trust; None for who may not set that."""
    mine = my_trust(viewer)
    version = ThresholdVersion.objects.select_related("school").filter(school_id=school_id, number=number).first()
    if mine is None or version is None or version.school.trust_id != mine.pk:
        return None
    row = TrustDefault.objects.filter(trust=mine, name=TRUST_DEFAULT, is_locked=True).first()
    return TrustLock(mine.name, row is not None and row.value == version.lines)


@dataclass(frozen=True)
class Hindrance:
    """Why nobody can sign a draft yet; `keys` are the lines it is about."""

    says: str
    keys: tuple[Key, ...] = ()


def hindrances(draft: ThresholdDraft) -> tuple[Hindrance, ...]:
    """What must be done before the strands sign."""
    found = []
    unsure = unsure_of(notes_from_json(draft.notes))
    if unsure:
        lines = sorted({(THEMES.index(theme), level) for theme, level, _ in unsure})
        words = _listed([f"{THEME_TITLES[THEMES[theme]]}, level {level}" for theme, level in lines], "; ")
        found.append(Hindrance(f"{_count(len(lines), 'line')} of which the group was not sure; a person decides each: {words}.", tuple(unsure)))
    cited = set(Citation.objects.filter(draft=draft).exclude(reference="").values_list("theme", flat=True))
    uncited = [THEME_TITLES[theme] for theme in THEMES if theme not in cited]
    if uncited:
        found.append(Hindrance(f"{_count(len(uncited), 'row')} without a policy of the school: {_listed(uncited, ', ')}."))
    looser = looser_than(from_stored(draft.lines), least_of_trust(draft.school_id))
    if looser:
        found.append(Hindrance(f"{_count(len(looser), 'line')} looser than your trust allows: make them stricter.", tuple(looser)))
    return tuple(found)


def _listed(words: list[str], between: str) -> str:
    """The first three, and how many more."""
    return between.join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
