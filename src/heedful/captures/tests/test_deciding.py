"""What people decide: each door writes once, guards against a stale page, stops the clock and leaves one audit entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from heedful.audit.models import Entry
from heedful.audit.queries import first_break
from heedful.captures.actions.decide import (
    StaleEdit,
    acknowledge_capture,
    close_capture,
    dismiss_capture,
    grade_capture,
    note_capture,
    route_capture,
)
from heedful.captures.models import Capture, CaptureNote
from heedful.captures.queries.queue import NotFound
from heedful.captures.rules import Closing, FalsePositive, NotAllowedNow, Outcome, State
from heedful.escalation.models import Clock, Notice
from heedful.people.actions import add_staff, bar_from_pupil, grant_content
from heedful.people.models import User
from heedful.people.rules import RoleName
from heedful.thresholds.rules import Route
from tests.harness.trained import train
from tests.harness.westbrook import NOW, Westbrook, build_school

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=4)
DONE = Closing("Spoke with them and rang home", Outcome.FAMILY_CONTACTED)


def last_entry() -> tuple[str, list[str], dict[str, object]]:
    entry = Entry.objects.order_by("-number").first()
    assert entry is not None
    return entry.action, entry.subject_ids, entry.details


def staff(westbrook: Westbrook, role: RoleName) -> User:
    person = add_staff(school=westbrook.school, email=f"{role}2@westbrook.example", name=role.label, roles=[role], now=NOW)
    train(person, westbrook.school, now=NOW)
    return person


def test_acknowledging_stops_the_clock_once(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)
    seen = acknowledge_capture(number=row.pk, viewer=westbrook.dsl, now=LATER)
    assert (seen.state, seen.acknowledged_by, seen.acknowledged_at, seen.revision) == (State.ACKNOWLEDGED, westbrook.dsl, LATER, 2)
    clock = Clock.objects.get()
    assert (clock.acknowledged_by, clock.acknowledged_at, clock.notify_at) == (westbrook.dsl, LATER, None)
    assert last_entry() == ("capture.acknowledged", [str(row.pk)], {})
    entries = Entry.objects.count()
    again = acknowledge_capture(number=row.pk, viewer=westbrook.deputy, now=LATER + timedelta(hours=1))
    assert (again.acknowledged_by, again.revision, Entry.objects.count()) == (westbrook.dsl, 2, entries)


@pytest.mark.parametrize(
    ("grade", "route"), [(1, "record_only"), (2, "behaviour"), (3, "behaviour"), (4, "safeguarding"), (5, "safeguarding")]
)
def test_a_grade_settles_the_route_and_leaves_the_machines_view(westbrook: Westbrook, grade: int, route: str) -> None:
    row = westbrook.stored(text="nobody likes you")
    graded = grade_capture(number=row.pk, grade=grade, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    assert (graded.state, graded.grade, graded.route, graded.graded_by) == (State.GRADED, grade, route, westbrook.dsl)
    assert (graded.severity, graded.suggested_route, graded.acknowledged_by) == (3, "behaviour", westbrook.dsl)
    assert last_entry() == ("capture.graded", [str(row.pk)], {"grade": grade, "severity": 3, "route": route})


def test_grading_stops_the_clock(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)
    grade_capture(number=row.pk, grade=5, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    assert Clock.objects.get().acknowledged_at == LATER


@pytest.mark.parametrize("grade", [0, 6, -1])
def test_a_grade_out_of_range_is_refused(westbrook: Westbrook, grade: int) -> None:
    row = westbrook.stored(3)
    with pytest.raises(NotAllowedNow, match="1 to 5"):
        grade_capture(number=row.pk, grade=grade, revision=row.revision, viewer=westbrook.dsl, now=LATER)


def test_a_second_theme_keeps_its_own_floor_when_the_first_is_graded(westbrook: Westbrook) -> None:
    """Bullying and low mood in one line: a low grade of the whole does not open it to the behaviour lead."""
    row = westbrook.stored(text="nobody likes you so i hate my life")
    assert sorted(row.themes) == ["bullying", "low_mood"]
    graded = grade_capture(number=row.pk, grade=2, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    assert graded.route == "safeguarding"
    alone = westbrook.stored(text="nobody likes you")
    assert grade_capture(number=alone.pk, grade=2, revision=alone.revision, viewer=westbrook.dsl, now=LATER).route == "behaviour"


def test_what_a_child_told_us_stays_with_safeguarding_when_it_is_graded(westbrook: Westbrook) -> None:
    row = westbrook.stored(text="nobody likes you", source="report")
    assert grade_capture(number=row.pk, grade=2, revision=row.revision, viewer=westbrook.dsl, now=LATER).route == "safeguarding"


def test_a_false_positive_closes_with_its_reason_and_no_grade(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)
    done = dismiss_capture(number=row.pk, reason=FalsePositive.GAME, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    assert (done.state, done.is_open, done.grade, done.false_positive, done.closed_by) == (State.CLOSED, False, None, "game", westbrook.dsl)
    assert Clock.objects.get().acknowledged_at == LATER
    assert last_entry() == ("capture.graded", [str(row.pk)], {"false_positive": "game", "severity": 5})


def test_a_false_positive_may_be_graded_after_all(westbrook: Westbrook) -> None:
    row = westbrook.stored(4)
    done = dismiss_capture(number=row.pk, reason=FalsePositive.GAME, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    again = grade_capture(number=row.pk, grade=4, revision=done.revision, viewer=westbrook.deputy, now=LATER)
    assert (again.state, again.is_open, again.false_positive, again.closed_at, again.closed_by) == (State.GRADED, True, "", None, None)


def test_routing_by_hand_is_told_from_and_to(westbrook: Westbrook) -> None:
    row = westbrook.stored(2)
    moved = route_capture(number=row.pk, route=Route.SAFEGUARDING, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    assert (moved.route, moved.revision) == ("safeguarding", 2)
    assert last_entry() == ("capture.routed", [str(row.pk)], {"from": "record_only", "to": "safeguarding"})


@pytest.mark.parametrize("route", [Route.BEHAVIOUR, Route.RECORD_ONLY])
@pytest.mark.parametrize("text", ["i will bring a knife tomorrow", "i want to kill myself", "nobody likes you, i will bring a knife"])
def test_a_floor_holds_against_routing_by_hand_for_every_theme_of_the_capture(westbrook: Westbrook, text: str, route: Route) -> None:
    row = westbrook.stored(text=text)
    with pytest.raises(NotAllowedNow, match="stays with safeguarding"):
        route_capture(number=row.pk, route=route, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    assert Capture.objects.get().revision == 1


def test_a_floor_follows_the_grade(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)  # suicide, whose floor begins at level 3
    graded = grade_capture(number=row.pk, grade=2, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    assert (
        route_capture(number=row.pk, route=Route.RECORD_ONLY, revision=graded.revision, viewer=westbrook.dsl, now=LATER).route
        == "record_only"
    )


def test_a_weapon_stays_with_safeguarding_whatever_the_grade(westbrook: Westbrook) -> None:
    row = westbrook.stored(4)
    graded = grade_capture(number=row.pk, grade=1, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    with pytest.raises(NotAllowedNow, match="stays with safeguarding"):
        route_capture(number=row.pk, route=Route.RECORD_ONLY, revision=graded.revision, viewer=westbrook.dsl, now=LATER)


def test_a_note_is_authored_and_added(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    note = note_capture(number=row.pk, text="  Spoke with the tutor.  ", viewer=westbrook.dsl, now=LATER)
    assert (note.by, note.at) == (westbrook.dsl, LATER)
    assert last_entry() == ("capture.noted", [str(row.pk)], {"note": note.pk})
    with pytest.raises(NotAllowedNow, match="Write the note first"):
        note_capture(number=row.pk, text=" \n", viewer=westbrook.dsl, now=LATER)
    assert CaptureNote.objects.count() == 1


def test_nothing_is_closed_before_it_is_graded(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    with pytest.raises(NotAllowedNow, match="Grade it first"):
        close_capture(number=row.pk, closing=DONE, revision=row.revision, viewer=westbrook.dsl, now=LATER)


@pytest.mark.parametrize("grade", [4, 5])
@pytest.mark.parametrize(
    "closing", [Closing("", None), Closing("Rang home", None), Closing("  ", Outcome.REFERRED), Closing("", Outcome.REFERRED)]
)
def test_a_grade_of_four_or_five_needs_what_was_done_and_its_outcome(westbrook: Westbrook, grade: int, closing: Closing) -> None:
    row = westbrook.stored(5)
    graded = grade_capture(number=row.pk, grade=grade, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    with pytest.raises(NotAllowedNow, match="what was done and its outcome"):
        close_capture(number=row.pk, closing=closing, revision=graded.revision, viewer=westbrook.dsl, now=LATER)
    assert Capture.objects.get().is_open
    done = close_capture(number=row.pk, closing=DONE, revision=graded.revision, viewer=westbrook.dsl, now=LATER)
    assert (done.state, done.outcome, done.closed_at) == (State.CLOSED, "family_contacted", LATER)
    assert last_entry() == ("capture.closed", [str(row.pk)], {"outcome": "family_contacted", "grade": grade})


def test_a_lower_grade_may_be_closed_with_nothing_to_add(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    graded = grade_capture(number=row.pk, grade=3, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    done = close_capture(number=row.pk, closing=Closing("", None), revision=graded.revision, viewer=westbrook.dsl, now=LATER)
    assert (done.is_open, done.outcome, bytes(done.action_sealed)) == (False, "", b"")


def test_what_was_done_is_not_overwritten_by_closing_again(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)
    graded = grade_capture(number=row.pk, grade=4, revision=row.revision, viewer=westbrook.dsl, now=LATER)
    done = close_capture(number=row.pk, closing=DONE, revision=graded.revision, viewer=westbrook.dsl, now=LATER)
    with pytest.raises(NotAllowedNow, match="closed already"):
        close_capture(number=row.pk, closing=Closing("", None), revision=done.revision, viewer=westbrook.deputy, now=LATER)
    opened = grade_capture(number=row.pk, grade=5, revision=done.revision, viewer=westbrook.dsl, now=LATER)
    assert (opened.is_open, opened.outcome) == (True, "family_contacted")


Decision = Callable[[int, int, User], object]
DECISIONS: dict[str, Decision] = {
    "grade": lambda number, revision, viewer: grade_capture(number=number, grade=3, revision=revision, viewer=viewer, now=LATER),
    "dismiss": lambda number, revision, viewer: dismiss_capture(
        number=number, reason=FalsePositive.NAME, revision=revision, viewer=viewer, now=LATER
    ),
    "route": lambda number, revision, viewer: route_capture(
        number=number, route=Route.SAFEGUARDING, revision=revision, viewer=viewer, now=LATER
    ),
    "close": lambda number, revision, viewer: close_capture(number=number, closing=DONE, revision=revision, viewer=viewer, now=LATER),
}


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
@pytest.mark.parametrize("step", [-1, 1])
def test_a_stale_page_changes_nothing(westbrook: Westbrook, decide: Decision, step: int) -> None:
    row = westbrook.stored(3)
    graded = grade_capture(number=row.pk, grade=3, revision=row.revision, viewer=westbrook.dsl, now=NOW)
    before, entries = Capture.objects.values().get(), Entry.objects.count()
    with pytest.raises(StaleEdit):
        decide(row.pk, graded.revision + step, westbrook.deputy)
    assert (Capture.objects.values().get(), Entry.objects.count()) == (before, entries)


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_what_is_not_yours_to_decide_is_not_found(westbrook: Westbrook, decide: Decision) -> None:
    row = westbrook.stored(4)
    other = build_school("Marsh End School", "marshend.example")
    technician = staff(westbrook, RoleName.TECHNICIAN)
    grant_content(school_id=westbrook.school.pk, user_id=technician.pk, reason="Test", hours=2, viewer=westbrook.dsl, now=timezone.now())
    barred = staff(westbrook, RoleName.DEPUTY)
    bar_from_pupil(user=barred, pupil=westbrook.pupil, now=NOW)
    strangers = [
        other.dsl,
        technician,
        barred,
        *(staff(westbrook, role) for role in (RoleName.BEHAVIOUR, RoleName.HEAD, RoleName.GOVERNOR, RoleName.STAFF)),
    ]
    entries = Entry.objects.count()
    for stranger in strangers:
        with pytest.raises(NotFound):
            decide(row.pk, row.revision, User.objects.get(pk=stranger.pk))
    assert (Capture.objects.get().revision, Entry.objects.count()) == (1, entries)


def test_a_behaviour_lead_decides_on_behaviour_alone_and_may_hand_it_up(westbrook: Westbrook) -> None:
    lead = staff(westbrook, RoleName.BEHAVIOUR)
    row = westbrook.stored(text="nobody likes you")
    graded = grade_capture(number=row.pk, grade=4, revision=row.revision, viewer=lead, now=LATER)
    assert graded.route == "safeguarding"
    with pytest.raises(NotFound):
        note_capture(number=row.pk, text="More", viewer=lead, now=LATER)


@pytest.mark.parametrize("how", ["grade", "route"])
def test_what_is_handed_up_waits_for_the_leads_as_new_and_they_are_told(how: str, westbrook: Westbrook) -> None:
    lead = staff(westbrook, RoleName.BEHAVIOUR)
    row = westbrook.stored(text="nobody likes you")
    if how == "grade":
        up = grade_capture(number=row.pk, grade=4, revision=row.revision, viewer=lead, now=LATER)
    else:
        up = route_capture(number=row.pk, route=Route.SAFEGUARDING, revision=row.revision, viewer=lead, now=LATER)
    assert (up.state, up.tab, up.acknowledged_by, up.acknowledged_at) == ("new", "to_review", None, None)
    told = Notice.objects.filter(recipient=westbrook.dsl, news__number=row.pk)
    assert told.get().news.severity == (4 if how == "grade" else row.severity)
    # A lead's own grade on a capture that is theirs to read changes nothing of this.
    other = westbrook.stored(text="nobody likes you")
    assert grade_capture(number=other.pk, grade=4, revision=other.revision, viewer=westbrook.dsl, now=LATER).state == "graded"


def test_a_whole_life_leaves_a_whole_chain(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)
    acknowledge_capture(number=row.pk, viewer=westbrook.dsl, now=NOW)
    graded = grade_capture(number=row.pk, grade=5, revision=2, viewer=westbrook.dsl, now=LATER)
    note_capture(number=row.pk, text="Rang home", viewer=westbrook.dsl, now=LATER)
    close_capture(number=row.pk, closing=DONE, revision=graded.revision, viewer=westbrook.dsl, now=LATER)
    actions = [entry.action for entry in Entry.objects.filter(subject_kind="capture").order_by("number")]
    assert actions == ["captures.stored", "capture.acknowledged", "capture.graded", "capture.noted", "capture.closed"]
    assert first_break(westbrook.school.pk) is None
