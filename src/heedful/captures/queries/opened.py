"""One capture, opened: everything the capture page shows, in clear, and the audit entry of having been read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.assessing import guidance, meanings
from heedful.captures.identity import identity_of, is_of_staff, who_in_words
from heedful.captures.models import Capture
from heedful.captures.queries.around import Judged, Now, judged_before, now_of
from heedful.captures.queries.passing import Colleague, colleagues_for
from heedful.captures.queries.queue import NotFound, visible_captures
from heedful.captures.rules import Confidence, FirstLook, How, Outcome, Source, State, is_of_the_whole, steps_of
from heedful.captures.sealing import open_column, open_note
from heedful.escalation.queries import Trace, trace_of
from heedful.people.models import User
from heedful.people.queries import has_right
from heedful.people.rules import Right
from heedful.thresholds.approaches.queries import name_of_approach
from heedful.thresholds.rules import THEME_TITLES, Route, Urgency
from heedful.vault.queries import SchoolVault


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; `rule` is set where it was matched."""

    text: str
    rule: str


@dataclass(frozen=True)
class Reason:
    """Why it was flagged, in words."""

    theme: str
    theme_title: str
    severity: int
    rule: str
    meaning: str  # empty for a rule that the library has no more: then `why` says all
    why: str
    steps: tuple[str, ...]  # where it starts, and what moved it
    words: str  # empty where the models read the whole text
    judged: Judged | None  # what people made of the same phrase lately


@dataclass(frozen=True)
class Handover:
    """To whom it was passed, by whom, and whether they have opened it since."""

    to: str
    by: str
    at: datetime
    seen_at: datetime | None
    is_mine: bool


@dataclass(frozen=True)
class Note:
    by: str
    at: datetime
    text: str


@dataclass(frozen=True)
class OpenCapture:
    """A capture in clear, for one viewer who may read it."""

    number: int
    revision: int
    school_id: int  # whose policies apply: of a practice capture the real school
    school: str
    severity: int
    grade: int | None
    theme: str
    theme_title: str
    themes: tuple[tuple[str, int, int], ...]  # (title, thousandths, severity), greatest first
    theme_keys: tuple[str, ...]  # its own theme first
    guidance: str
    who: str
    is_known: bool
    year_group: int | None
    tutor_group: str
    age_band: str
    account: str
    confidence: Confidence
    identity_how: How
    is_shared: bool
    is_of_staff: bool
    identified_by: str
    identified_at: datetime | None
    source: Source
    app: str
    host: str
    url: str
    title: str
    device: str
    device_os: str
    observed_at: datetime
    arrived_at: datetime
    utc_offset_minutes: int
    pieces: tuple[Piece, ...]
    has_before: bool
    reasons: tuple[Reason, ...]
    set_aside: tuple[Reason, ...]  # phrases that were met and that the models took for harmless
    words_severity: int | None  # what phrases alone say, where the models brought it lower
    said: tuple[str, ...]  # what the models thought of the whole text
    is_read_again: bool  # every layer has yet to read it
    bundle_version: str
    weights: tuple[tuple[str, str], ...]  # (encoder or fusion, version)
    threshold_version: int
    suggested_route: Route
    route: Route
    urgency: Urgency
    state: State
    acknowledged_by: str
    acknowledged_at: datetime | None
    graded_by: str
    graded_at: datetime | None
    false_positive: str
    outcome: str
    action: str
    closed_by: str
    closed_at: datetime | None
    notes: tuple[Note, ...]
    trace: Trace | None
    has_picture: bool
    is_picture_sealed: bool
    is_picture_destroyed: bool
    may_decide: bool
    handover: Handover | None
    now: Now | None
    colleagues: tuple[Colleague, ...]
    approach: str
    first_look: FirstLook | None


def open_capture(viewer: User, number: int, *, now: datetime) -> OpenCapture:
    """Open one capture for reading: decrypts it and records that it was read. Raises NotFound."""
    related = ("pupil", "school", "account", "profile", "acknowledged_by", "graded_by", "closed_by", "picture_seal", "identified_by", "assigned_to", "assigned_by")
    with transaction.atomic():
        capture = visible_captures(viewer).select_related(*related).filter(pk=number).first()
        if capture is None:
            raise NotFound
        opened = _opened(capture, viewer)
        # One entry: the capture that was read, and those whose theme and level stood beside it.
        details = {"beside": opened.now.numbers} if opened.now and opened.now.numbers else {}
        fact = Fact(Action.CAPTURE_READ, "capture", (str(capture.pk),), details)
        append(school_id=capture.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return opened


def _opened(capture: Capture, viewer: User) -> OpenCapture:
    vault = SchoolVault(capture.school_id)

    def clear(field: str, sealed: bytes | memoryview) -> str:
        return open_column(vault, capture.capture_id, field, sealed)

    text, identity = clear("text", capture.text_sealed), identity_of(capture)
    may_decide = has_right(viewer, capture.school_id, Right.DECIDE)
    pupil, profile, seal = capture.pupil, capture.profile, getattr(capture, "picture_seal", None)
    return OpenCapture(
        number=capture.pk, revision=capture.revision, school_id=capture.school.practice_of_id or capture.school_id, school=capture.school.name, severity=capture.severity, grade=capture.grade,
        theme=capture.theme, theme_title=THEME_TITLES.get(capture.theme, ""), themes=_themes(capture), theme_keys=_theme_keys(capture), guidance=_guidance(capture),
        who=who_in_words(capture), is_known=pupil is not None, year_group=pupil.year_group if pupil else None, tutor_group=pupil.tutor_group if pupil else "",
        age_band=capture.age_band, account=clear("account", capture.account_sealed),
        confidence=identity.confidence, identity_how=identity.how, is_shared=identity.is_shared, is_of_staff=is_of_staff(capture),
        identified_by=_name(capture.identified_by), identified_at=capture.identified_at, source=Source(capture.source), app=capture.app, host=capture.host,
        url=clear("url", capture.url_sealed), title=clear("title", capture.title_sealed),
        device=str(profile.pk)[:8] if profile else "", device_os=profile.os if profile else "",
        observed_at=capture.observed_at, arrived_at=capture.arrived_at, utc_offset_minutes=capture.utc_offset_minutes,
        pieces=pieces_of(text, capture.findings), has_before=bool(capture.before_sealed),
        reasons=_reasons(capture.findings, text, judged_before(viewer, capture)), set_aside=_reasons(capture.silenced, text, {}),
        words_severity=capture.words_severity if (capture.words_severity or 0) > capture.severity else None, said=tuple(capture.said),
        is_read_again=capture.second_reading_due_at is not None and capture.state in {State.NEW, State.ACKNOWLEDGED}, bundle_version=capture.bundle_version, weights=tuple(sorted(capture.weights.items())), threshold_version=capture.threshold_version,
        suggested_route=Route(capture.suggested_route), route=Route(capture.route), urgency=Urgency(capture.urgency), state=State(capture.state),
        acknowledged_by=_name(capture.acknowledged_by), acknowledged_at=capture.acknowledged_at,
        graded_by=_name(capture.graded_by), graded_at=capture.graded_at, false_positive=capture.get_false_positive_display() if capture.false_positive else "",
        outcome=Outcome(capture.outcome).label if capture.outcome else "", action=clear("action", capture.action_sealed),
        closed_by=_name(capture.closed_by), closed_at=capture.closed_at,
        notes=tuple(Note(n.by.name, n.at, open_note(vault, n.pk, n.text_sealed)) for n in capture.notes.select_related("by").order_by("id")),
        trace=trace_of("capture", capture.pk), has_picture=bool(capture.picture_blob),
        is_picture_sealed=seal is not None, is_picture_destroyed=seal is not None and seal.destroyed_at is not None,
        may_decide=may_decide, handover=_handover(capture, viewer), now=now_of(viewer, capture),
        colleagues=colleagues_for(viewer, capture) if may_decide else (),
        approach=name_of_approach(viewer, capture.school_id, capture.approach_id), first_look=FirstLook(capture.first_look) if capture.first_look else None,
    )  # fmt: skip


def _theme_keys(capture: Capture) -> tuple[str, ...]:
    return tuple(dict.fromkeys(theme for theme in (capture.theme, *capture.themes) if theme in THEME_TITLES))


def pieces_of(text: str, findings: list[list[object]]) -> tuple[Piece, ...]:
    """Cut the text at its findings for highlighting; of overlapping ones the union is marked, with the first one's rule."""
    spans: list[tuple[int, int, str]] = []
    marked = [finding for finding in findings if not is_of_the_whole(finding, len(text))]
    for _, start, end, rule, _, _ in sorted(marked, key=lambda finding: (int(str(finding[1])), -int(str(finding[2])))):
        first, last = int(str(start)), int(str(end))
        if spans and first < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last), spans[-1][2])
        else:
            spans.append((first, last, str(rule)))
    pieces, at = [], 0
    for first, last, rule in spans:
        if first > at:
            pieces.append(Piece(text[at:first], ""))
        pieces.append(Piece(text[first:last], rule))
        at = last
    if at < len(text):
        pieces.append(Piece(text[at:], ""))
    return tuple(pieces)


def _themes(capture: Capture) -> tuple[tuple[str, int, int], ...]:
    rows = [(THEME_TITLES.get(theme, theme), int(score), int(severity)) for theme, (score, severity) in capture.themes.items()]
    return tuple(sorted(rows, key=lambda row: (-row[2], -row[1], row[0])))


def _guidance(capture: Capture) -> str:
    return guidance().get(capture.theme, "")


def _handover(capture: Capture, viewer: User) -> Handover | None:
    if capture.assigned_to is None or capture.assigned_at is None:
        return None
    return Handover(
        capture.assigned_to.name, _name(capture.assigned_by), capture.assigned_at, capture.assigned_seen_at, capture.assigned_to_id == viewer.pk
    )


def _reasons(findings: list[list[Any]], text: str, judged: dict[str, Judged]) -> tuple[Reason, ...]:
    known = meanings()

    def reason(finding: list[Any]) -> Reason:
        theme, start, end, rule, severity, why = finding
        meaning = known.get(rule, "") if why.startswith(known.get(rule, "")) else ""
        words = "" if is_of_the_whole(finding, len(text)) else text[start:end]
        title = THEME_TITLES.get(theme, theme)
        return Reason(theme, title, int(severity), rule, meaning, why, steps_of(why, meaning), words, judged.get(rule))

    return tuple(map(reason, sorted(findings, key=lambda finding: -int(finding[4]))))


def _name(person: User | None) -> str:
    return person.name if person else ""
