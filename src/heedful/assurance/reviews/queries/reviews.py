"""Reviews as pages and PDFs show them. Whoever asks has been let in by `programme.access`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from heedful.assurance.queries import Assurance, assurance_of
from heedful.assurance.reviews.models import Review, StandUp, Trigger
from heedful.assurance.reviews.queries.history import live_on, since_of
from heedful.assurance.reviews.queries.live import Tested, share_tested, theme_trends
from heedful.assurance.reviews.rules import ASKS, Cause, Heading, Kind, Part, due_on, missing_to_close, stand_up_days
from heedful.devices.coverage.health import health_of, health_sentence
from heedful.devices.coverage.queries.facts import calendar_of
from heedful.devices.coverage.queries.health import count_school
from heedful.people.models import School
from heedful.people.queries import people_with_role
from heedful.people.rules import NotFound, RoleName, Stage
from heedful.programme.plan.queries import PlanFacts, plan_facts, plan_gaps
from heedful.programme.working_group.queries import ActionLine, DecisionLine, FilledSlot, meeting_page, open_actions_of, slots_of
from heedful.programme.working_group.rules import Slot

MOST_SHOWN = 60


@dataclass(frozen=True)
class TriggerLine:
    """One change that asks for a review. `review` is the one that took it in; `is_done` once that is closed."""

    id: int
    cause: Cause
    says: str
    happened_at: datetime
    review: int | None
    is_done: bool


@dataclass(frozen=True)
class ReviewLine:
    id: int
    kind: Kind
    opened_at: datetime
    closed_at: datetime | None
    signed_as: str
    triggers: int


@dataclass(frozen=True)
class DayNote:
    """One school day of the two weeks after the launch. `is_missed`: it is over, or today, and nobody has written."""

    on: date
    notes: tuple[tuple[str, str], ...]  # text, by whom
    is_missed: bool


@dataclass(frozen=True)
class ReviewsPage:
    """Where reviews of one school stand. `due_on` is empty while nobody is monitored outside a pilot."""

    due_on: date | None
    is_overdue: bool
    last_closed_on: date | None
    open_review: int | None
    waiting: tuple[TriggerLine, ...]
    settled: tuple[TriggerLine, ...]
    reviews: tuple[ReviewLine, ...]
    days: tuple[DayNote, ...]
    is_monitored: bool


@dataclass(frozen=True)
class HeadingPart:
    """One heading of the form: what it asks, what Heedful knows, what was found."""

    heading: Heading
    asks: str
    live: tuple[str, ...]
    found: str


@dataclass(frozen=True)
class ReviewPage:
    """One review whole."""

    id: int
    kind: Kind
    opened_at: datetime
    opened_by: str
    held_on: date | None
    closed_at: datetime | None
    signed_as: str
    headings: tuple[HeadingPart, ...]
    trends: tuple[tuple[str, str, str], ...]
    parts: tuple[tuple[Part, str], ...]
    conclusion: str
    triggers: tuple[TriggerLine, ...]
    waiting: int  # changes that were raised since, and could be taken in
    missing: tuple[str, ...]
    meeting_id: int
    decisions: tuple[DecisionLine, ...]
    actions: tuple[ActionLine, ...]

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


@dataclass(frozen=True)
class GovernorReport:
    """What governors get (G08): counts, times, coverage, the state of reviews, actions. No name of a pupil, no small number."""

    school: str
    stage: str
    assurance: Assurance
    coverage: str
    tested: Tested
    plan: PlanFacts
    plan_gaps: tuple[str, ...]
    slots: tuple[FilledSlot, ...]
    reviews: ReviewsPage
    trends: tuple[tuple[str, str, str], ...]
    actions: tuple[ActionLine, ...]


def reviews_page(school: School, *, now: datetime) -> ReviewsPage:
    """The state of reviews of one school."""
    today = timezone.localdate(now)
    closed = last_yearly_on(school.pk)
    due = due_on(last_review=closed, live_on=live_on(school))
    open_review = Review.objects.filter(school=school, closed_at=None).values_list("pk", flat=True).first()
    lines = _trigger_lines(school.pk)
    reviews = Review.objects.filter(school=school).prefetch_related("triggers").order_by("-opened_at", "-pk")[:MOST_SHOWN]
    return ReviewsPage(
        due_on=due, is_overdue=due is not None and due < today, last_closed_on=closed, open_review=open_review,
        waiting=tuple(line for line in lines if not line.is_done), settled=tuple(line for line in lines if line.is_done)[:MOST_SHOWN],
        reviews=tuple(ReviewLine(row.pk, Kind(row.kind), row.opened_at, row.closed_at, row.signed_as, len(row.triggers.all())) for row in reviews),
        days=stand_ups_of(school, now=now), is_monitored=since_of(school) is not None,
    )  # fmt: skip


def last_yearly_on(school_id: int) -> date | None:
    """The day on which the last yearly review was closed."""
    row = Review.objects.filter(school_id=school_id, kind=Kind.YEARLY, closed_at__isnull=False).order_by("-closed_at").first()
    return timezone.localdate(row.closed_at) if row and row.closed_at else None


def last_closed_at(school_id: int) -> datetime | None:
    """When any review was last closed: from then on the next one counts."""
    return Review.objects.filter(school_id=school_id, closed_at__isnull=False).order_by("-closed_at").values_list("closed_at", flat=True).first()


def review_page(school: School, review_id: int, *, today: date) -> ReviewPage:
    """One review of the school. Raises NotFound."""
    row = Review.objects.filter(pk=review_id, school=school).select_related("opened_by").first()
    if row is None:
        raise NotFound
    meeting = meeting_page(school.pk, row.meeting_id, today=today)
    kind = Kind(row.kind)
    return ReviewPage(
        id=row.pk, kind=kind, opened_at=row.opened_at, opened_by=row.opened_by.name, held_on=row.held_on, closed_at=row.closed_at,
        signed_as=row.signed_as,
        headings=tuple(HeadingPart(each, ASKS[each], tuple(row.live.get(each, ())), row.found.get(each, "")) for each in Heading),
        trends=tuple((theme, last, this) for theme, last, this in row.trends),
        parts=tuple((part, row.parts.get(part, "")) for part in Part),
        conclusion=row.conclusion,
        triggers=_trigger_lines(school.pk, review_id=row.pk),
        waiting=Trigger.objects.filter(school=school, review=None).count(),
        missing=() if row.closed_at else missing_to_close(kind, found=row.found, parts=row.parts, conclusion=row.conclusion),
        meeting_id=row.meeting_id, decisions=meeting.decisions, actions=meeting.actions,
    )  # fmt: skip


def parts_to_begin_with(school_id: int) -> dict[str, str]:
    """Who would usually be there, from roles and slots: names of staff to be put right by whoever writes."""
    slots = {filled.slot: filled.name for filled in slots_of(school_id)}
    governors = [user.name for user in people_with_role(school_id, RoleName.GOVERNOR)]
    return {
        Part.LEADER: slots[Slot.SENIOR_LEADER] or ", ".join(user.name for user in people_with_role(school_id, RoleName.HEAD)),
        Part.DSL: ", ".join(user.name for user in people_with_role(school_id, RoleName.DSL)),
        Part.IT: ", ".join(user.name for user in people_with_role(school_id, RoleName.TECHNICIAN)),
        Part.GOVERNOR: slots[Slot.LINK_GOVERNOR] or ", ".join(governors),
    }


def stand_ups_of(school: School, *, now: datetime) -> tuple[DayNote, ...]:
    """The school days of the two weeks after the launch up to today, the latest first; empty before a launch."""
    began = live_on(school)
    if began is None:
        return ()
    calendar = calendar_of(school)
    today = calendar.today(now)
    rows = StandUp.objects.filter(school=school, on__gte=began).select_related("by").order_by("pk")
    notes: dict[date, list[tuple[str, str]]] = {}
    for row in rows:
        notes.setdefault(row.on, []).append((row.text, row.by.name))
    days = [day for day in stand_up_days(began, calendar) if day <= today]
    return tuple(DayNote(day, tuple(notes.get(day, ())), day not in notes) for day in reversed(days))


def is_stand_up_day(school: School, *, now: datetime) -> bool:
    """Whether today is one of the days on which the note is written."""
    began, calendar = live_on(school), calendar_of(school)
    return began is not None and calendar.today(now) in stand_up_days(began, calendar)


def governor_report(school: School, *, now: datetime) -> GovernorReport:
    """The report as it stands now. For pages that have checked the right to see assurance."""
    sentence = health_sentence(health_of([count_school(school, now)], now))
    return GovernorReport(
        school=school.name, stage=Stage(school.stage).label, assurance=assurance_of(school, now=now), coverage=sentence[:1].upper() + sentence[1:] + ".",
        tested=share_tested(school, now=now), plan=plan_facts(school.pk), plan_gaps=plan_gaps(school, now=now), slots=slots_of(school.pk),
        reviews=reviews_page(school, now=now), trends=theme_trends(school, now=now),
        actions=open_actions_of(school.pk, today=timezone.localdate(now)),
    )  # fmt: skip


def _trigger_lines(school_id: int, *, review_id: int | None = None) -> tuple[TriggerLine, ...]:
    rows = Trigger.objects.filter(school_id=school_id).select_related("review").order_by("-happened_at", "-pk")
    if review_id is not None:
        rows = rows.filter(review_id=review_id)
    return tuple(
        TriggerLine(row.pk, Cause(row.cause), row.says, row.happened_at, row.review_id, row.review is not None and row.review.closed_at is not None)
        for row in rows
    )
