"""The page of one capture: everything needed to judge it, and the forms to do so."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import timezone as fixed_zone

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from heedful.captures.actions.passing import receive_capture
from heedful.captures.queries.around import Context, Other
from heedful.captures.queries.holds import keeping_of
from heedful.captures.queries.opened import OpenCapture, open_capture
from heedful.captures.queries.queue import NotFound
from heedful.captures.queries.reading import Exposure, exposure_of, likes_greyscale
from heedful.captures.queries.routed import routed_by
from heedful.captures.rules import GRADES, SEVERITY_WORDS, ContextReason, FalsePositive, Outcome, RevealReason, Source, State
from heedful.captures.views.presenting import CERTAINTY_ADVICE, CERTAINTY_WORD, REPORT_GUIDANCE, Due, before_in_words, due_of, paragraphs
from heedful.captures.views.verdict import verdict_of
from heedful.people.access import SignedIn
from heedful.people.rules import AgeBand
from heedful.thresholds.rules import Route
from heedful.web.decorators import not_found_on, page


@dataclass(frozen=True)
class Trouble:
    """A decision that could not be made: which form, why, and what was typed, so that nothing is lost."""

    form: str = ""
    text: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class ReaderContext:
    """How this person likes to read, and how much of the worst they have read."""

    is_grey: bool
    exposure: Exposure


@dataclass(frozen=True)
class CaptureContext:
    """All that the capture's template places."""

    capture: OpenCapture
    level_word: str
    grade_word: str
    certainty: str
    certainty_how: str
    certainty_advice: str
    age_band: str
    device_time: datetime
    arrived_after: timedelta
    is_shown_text: bool
    is_report: bool
    before: tuple[tuple[str, str], ...]
    near: tuple[Other, ...]
    is_around_open: bool
    context_reasons: tuple[Choice, ...]
    guidance: tuple[str, ...]
    due: Due | None
    is_closed: bool
    needs_outcome: bool
    grades: tuple[tuple[int, str], ...]
    reasons: tuple[Choice, ...]
    routes: tuple[Choice, ...]
    outcomes: tuple[Choice, ...]
    reveal_reasons: tuple[Choice, ...]
    is_grey: bool
    exposure: Exposure
    picture_address: str  # a data: address; empty until somebody said why
    trouble: Trouble


@page
@not_found_on(NotFound)
def capture(request: SignedIn, number: int) -> HttpResponse:
    """Open one capture; reading it is one audit entry."""
    return show_capture(request, number, Trouble())


def show_capture(
    request: SignedIn, number: int, trouble: Trouble, *, picture: bytes = b"", around: Context | None = None
) -> HttpResponse:
    """The page as it stands now: with the trouble of a decision beside its field, or with its picture (WebP) or what stands round it open."""
    now = timezone.now()
    opened = open_capture(request.user, number, now=now)
    if opened.handover and opened.handover.is_mine and opened.handover.seen_at is None:
        receive_capture(number=number, viewer=request.user, now=now)
    reader = ReaderContext(likes_greyscale(request.user), exposure_of(request.user, now=now))
    context = context_of(opened, trouble, now, reader=reader, picture=picture, around=around)
    verdict = verdict_of(request, number, now=now)
    beside = {"keeping": keeping_of(request.user, number, now=now), "routed": routed_by(request.user, number)}
    return render(request, "captures/capture.html", {"page": context, "verdict": verdict} | beside, status=trouble.status)


def context_of(
    opened: OpenCapture, trouble: Trouble, now: datetime, *, reader: ReaderContext, picture: bytes = b"", around: Context | None = None
) -> CaptureContext:
    """Words and choices for one opened capture."""
    typed = trouble.typed
    zone = fixed_zone(timedelta(minutes=opened.utc_offset_minutes))
    return CaptureContext(
        capture=opened,
        level_word=SEVERITY_WORDS[opened.severity],
        grade_word=SEVERITY_WORDS[opened.grade] if opened.grade else "",
        certainty=CERTAINTY_WORD[opened.confidence],
        certainty_advice=CERTAINTY_ADVICE[opened.confidence],
        certainty_how=opened.identity_how.label,
        age_band=AgeBand(opened.age_band).label,
        device_time=opened.observed_at.astimezone(zone),
        arrived_after=opened.arrived_at - opened.observed_at,
        is_shown_text=opened.source in {Source.DISPLAYED, Source.RECEIVED},
        is_report=opened.source == Source.REPORT,
        before=tuple((before_in_words(seconds), line) for seconds, line in around.before) if around else (),
        near=around.near if around else (),
        is_around_open=around is not None,
        context_reasons=_choices(ContextReason.choices, ""),
        guidance=paragraphs(opened.guidance or (REPORT_GUIDANCE if opened.source == Source.REPORT else "")),
        due=due_of(opened.urgency, opened.arrived_at, now) if opened.acknowledged_at is None and not opened.false_positive else None,
        is_closed=opened.state == State.CLOSED,
        needs_outcome=(opened.grade or 0) >= 4,
        grades=tuple((grade, SEVERITY_WORDS[grade]) for grade in GRADES),
        reasons=_choices(FalsePositive.choices, typed.get("reason", "")),
        routes=_choices(Route.choices, typed.get("route", str(opened.route))),
        outcomes=_choices(Outcome.choices, typed.get("outcome", "")),
        reveal_reasons=_choices(RevealReason.choices, typed.get("why", "")),
        is_grey=reader.is_grey,
        exposure=reader.exposure,
        picture_address=f"data:image/webp;base64,{b64encode(picture).decode()}" if picture else "",
        trouble=trouble,
    )


def _choices(choices: list[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == chosen) for value, label in choices)
