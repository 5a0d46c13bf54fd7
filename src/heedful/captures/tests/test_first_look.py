"""Handling approaches on captures as they come: who sees them first, who may read them, and when that is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest

from heedful.audit.models import Entry
from heedful.audit.queries import first_break
from heedful.captures.actions.decide import acknowledge_capture, dismiss_capture, grade_capture, route_capture, snooze_capture
from heedful.captures.actions.first_look import bring_back_noise, end_first_looks, mark_noise, pass_on
from heedful.captures.actions.undo import undo_decision
from heedful.captures.models import Capture, Decision
from heedful.captures.queries.filters import QueueFilter
from heedful.captures.queries.first_look import noise_of, waiting_by_source
from heedful.captures.queries.queue import NotFound, capture_to_decide, count_to_review, is_visible, queue_page, waiting_now
from heedful.captures.rules import FalsePositive, QueueTab
from heedful.escalation.models import Clock, News
from heedful.people.actions import add_staff
from heedful.people.models import User
from heedful.people.rules import RoleName
from heedful.thresholds.approaches.actions import Wanted, end_approaches, set_approach, start_approaches
from heedful.thresholds.approaches.rules import SHOW_FROM, LooksFirst, Notify, Settings
from heedful.thresholds.rules import Route
from tests.harness.trained import train
from tests.harness.westbrook import NOW, Westbrook, store

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)  # the same hour of the next school day


@dataclass(frozen=True)
class School:
    """Westbrook with a behaviour lead and a technician."""

    place: Westbrook
    lead: User
    technician: User

    def tries(self, first: LooksFirst = LooksFirst.PASTORAL_FIRST, **settings: object) -> None:
        school_id = self.place.school.pk
        end_approaches(school_id=school_id, pilot=1, by=None, now=NOW)
        name = f"Approach {Entry.objects.count()}"
        set_approach(school_id=school_id, pilot=1, wanted=Wanted(name, Settings(first, **settings)), by=None, now=NOW)  # type: ignore[arg-type]
        start_approaches(school_id=school_id, pilot=1, starts_at=NOW - timedelta(days=1), ends_at=None, by=None, now=NOW)

    def asked(self, person: User) -> User:
        """The person as a new request finds them."""
        return User.objects.get(pk=person.pk)


@pytest.fixture
def place(westbrook: Westbrook) -> School:
    def staff(role: RoleName) -> User:
        person = add_staff(school=westbrook.school, email=f"{role}@westbrook.example", name=role.label, roles=[role], now=NOW)
        train(person, westbrook.school, now=NOW)
        return person

    return School(westbrook, staff(RoleName.BEHAVIOUR), staff(RoleName.TECHNICIAN))


@pytest.mark.parametrize(("first", "show_from"), list(product(LooksFirst, SHOW_FROM)))
def test_what_is_serious_or_told_by_a_child_stands_before_the_lead_at_once(place: School, first: LooksFirst, show_from: int) -> None:
    place.tries(first, show_from=show_from)
    rows = [place.place.stored(4), place.place.stored(5), place.place.stored(text="please talk to me", source="report")]
    assert [(row.tab, row.first_look, row.route) for row in rows] == [("to_review", None, "safeguarding")] * 3
    assert Clock.objects.count() == 2  # severity 4 and 5, as without any approach


def test_pastoral_first_shows_a_safeguarding_capture_to_the_behaviour_lead(place: School) -> None:
    before = place.place.stored(3)
    place.tries()
    row = place.place.stored(text="i hate my life so much")
    assert (row.severity, row.route, row.first_look, row.tab) == (3, "safeguarding", "pastoral", "first_look")
    assert (is_visible(place.lead, row.pk), is_visible(place.place.dsl, row.pk)) == (True, True)
    assert not is_visible(place.lead, before.pk)
    assert (count_to_review(place.lead), count_to_review(place.asked(place.place.dsl))) == (1, 1)


def test_it_stands_on_a_tab_of_its_own_and_not_on_the_leads_to_review(place: School) -> None:
    place.tries()
    row = place.place.stored(3)
    for tab, expected in ((QueueTab.TO_REVIEW, []), (QueueTab.FIRST_LOOK, [row.pk])):
        assert [each.number for each in queue_page(place.place.dsl, QueueFilter(tab), now=NOW).rows] == expected


def test_grading_it_to_safeguarding_hands_it_up_and_takes_it_out_of_sight(place: School) -> None:
    place.tries()
    row = place.place.stored(3)
    grade_capture(number=row.pk, grade=3, revision=1, viewer=place.lead, now=NOW)
    row.refresh_from_db()
    assert (row.tab, row.state, row.first_look, row.acknowledged_by) == ("to_review", "new", "passed", None)
    assert not is_visible(place.asked(place.lead), row.pk)
    assert News.objects.get().kind == "capture_passed"


def test_passing_it_to_safeguarding_is_routing_it_there(place: School) -> None:
    place.tries()
    row = place.place.stored(3)
    route_capture(number=row.pk, route=Route.SAFEGUARDING, revision=1, viewer=place.lead, now=NOW)
    row.refresh_from_db()
    assert (row.tab, row.first_look, row.state) == ("to_review", "passed", "new")


def test_a_false_positive_of_a_first_look_is_closed_and_may_be_taken_back(place: School) -> None:
    place.tries()
    row = place.place.stored(3)
    dismiss_capture(number=row.pk, reason=FalsePositive.FICTION, revision=1, viewer=place.lead, now=NOW)
    row.refresh_from_db()
    assert (row.tab, row.first_look) == ("closed", "decided")
    with pytest.raises(NotFound):
        capture_to_decide(place.asked(place.lead), row.pk)
    undo_decision(decision_id=Decision.objects.get().pk, viewer=place.asked(place.lead), now=NOW + timedelta(minutes=1))
    row.refresh_from_db()
    assert (row.tab, row.first_look) == ("first_look", "pastoral")


def test_nobody_else_takes_back_what_a_first_look_dismissed(place: School) -> None:
    place.tries()
    row = place.place.stored(3)
    dismiss_capture(number=row.pk, reason=FalsePositive.FICTION, revision=1, viewer=place.lead, now=NOW)
    with pytest.raises(NotFound):
        undo_decision(decision_id=Decision.objects.get().pk, viewer=place.technician, now=NOW)


def test_what_nobody_opened_for_a_school_day_is_the_leads_and_they_are_told(place: School) -> None:
    place.tries()
    row = place.place.stored(3)
    assert end_first_looks(now=LATER - timedelta(seconds=1)) == 0
    assert (end_first_looks(now=LATER), end_first_looks(now=LATER)) == (1, 0)
    row.refresh_from_db()
    assert (row.tab, row.first_look) == ("to_review", "over")
    assert not is_visible(place.asked(place.lead), row.pk)
    news = News.objects.get()
    assert (news.kind, news.number) == ("first_look_over", 1)
    assert sorted(notice.recipient.email for notice in news.notices.all()) == ["deputy@westbrook.example", "dsl@westbrook.example"]
    assert first_break(place.place.school.pk) is None


def test_what_somebody_opened_and_left_goes_to_the_lead_a_school_day_later(place: School) -> None:
    place.tries()
    row = place.place.stored(3)
    acknowledge_capture(number=row.pk, viewer=place.lead, now=NOW)
    snooze_capture(number=row.pk, until=NOW + timedelta(days=10), revision=2, viewer=place.lead, now=NOW)
    assert end_first_looks(now=LATER) == 0
    assert end_first_looks(now=LATER + timedelta(days=1)) == 1
    row.refresh_from_db()
    assert (row.tab, row.state, row.acknowledged_by, row.snoozed_until) == ("to_review", "new", None, None)


def test_the_technician_sees_where_it_comes_from_and_nothing_else(place: School) -> None:
    place.tries(LooksFirst.TECHNICIAN_SOURCE)
    row = place.place.stored(3)
    assert (row.first_look, row.tab) == ("technician", "first_look")
    [source] = waiting_by_source(place.technician, now=NOW)
    assert (source.source, [each.number for each in source.waiting]) == ("chat.example", [row.pk])
    assert not is_visible(place.technician, row.pk)
    shown = str(source)
    for secret in ("Amara", "Okonedo", "hate my life", "low_mood", "room/7"):
        assert secret not in shown


def test_passed_on_by_the_technician_it_is_before_its_reader(place: School) -> None:
    place.tries(LooksFirst.TECHNICIAN_SOURCE)
    safeguarding, behaviour = place.place.stored(3), place.place.stored(text="nobody likes you")
    assert pass_on(numbers=[safeguarding.pk, behaviour.pk], viewer=place.technician, now=NOW) == 2
    assert set(Capture.objects.values_list("tab", "first_look")) == {("to_review", "passed")}
    assert pass_on(numbers=[safeguarding.pk], viewer=place.technician, now=NOW) == 0


def test_noise_is_recorded_alone_and_comes_back(place: School) -> None:
    place.tries(LooksFirst.TECHNICIAN_SOURCE)
    row = place.place.stored(3)
    kept_until = row.keep_until
    assert mark_noise(numbers=[row.pk], viewer=place.technician, now=NOW) == 1
    row.refresh_from_db()
    assert (row.tab, row.route, row.suggested_route, row.first_look) == ("record_only", "record_only", "safeguarding", "noise")
    assert [each.number for each in noise_of(place.technician)] == [row.pk]
    assert bring_back_noise(numbers=[row.pk], viewer=place.technician, now=NOW) == 1
    row.refresh_from_db()
    assert (row.tab, row.route, row.first_look, row.keep_until) == ("first_look", "safeguarding", "technician", kept_until)


def test_nobody_but_a_technician_of_the_school_sorts(place: School) -> None:
    place.tries(LooksFirst.TECHNICIAN_SOURCE)
    row = place.place.stored(3)
    for person in (place.lead, place.place.dsl):
        assert mark_noise(numbers=[row.pk], viewer=person, now=NOW) == 0
    row.refresh_from_db()
    assert row.first_look == "technician"


def test_where_nobody_is_there_to_look_first_the_lead_does(westbrook: Westbrook) -> None:
    alone = School(westbrook, westbrook.dsl, westbrook.dsl)
    alone.tries(LooksFirst.PASTORAL_FIRST)
    assert westbrook.stored(3).tab == "to_review"


def test_below_what_an_approach_shows_it_is_recorded_and_the_tables_view_is_kept(place: School) -> None:
    place.tries(LooksFirst.DSL_ALL, show_from=3)
    place.place.pupil.age_band = "ks2"  # at this age the table sends it to behaviour
    row = place.place.stored(2)
    assert (row.severity, row.tab, row.route, row.suggested_route, row.first_look) == (2, "record_only", "record_only", "behaviour", "below")


def test_first_looks_of_one_burst_stand_under_one_another_and_under_nothing_else(place: School) -> None:
    place.tries()
    device = place.place.plain_profile()
    store(device, *(place.place.incoming(3, observed_at=NOW + timedelta(minutes=minute)) for minute in range(3)))
    assert sorted(Capture.objects.values_list("tab", flat=True)) == ["first_look", "folded", "folded"]
    assert (waiting_now(place.lead).rows, waiting_now(place.lead).captures) == (1, 3)
    assert (waiting_now(place.place.dsl).rows, waiting_now(place.place.dsl).captures) == (0, 0)
    assert end_first_looks(now=LATER) == 3
    assert sorted(Capture.objects.values_list("tab", flat=True)) == ["folded", "folded", "to_review"]


def test_a_capture_remembers_its_approach_and_one_without_pictures_keeps_none(place: School) -> None:
    place.tries(LooksFirst.DSL_ALL, pictures=False)
    place.place.school.pictures = True
    place.place.school.save()
    picture = b"RIFF\x10\x00\x00\x00WEBP" + b"x" * 8
    without = place.place.stored(3, picture=picture)
    place.tries(LooksFirst.DSL_ALL)
    with_one = place.place.stored(3, picture=picture)
    assert (without.picture_blob, bool(with_one.picture_blob)) == ("", True)
    assert without.approach_id
    assert with_one.approach_id
    assert with_one.approach_id > without.approach_id


@pytest.mark.parametrize(
    ("first", "kinds", "clocks"),
    [(LooksFirst.DSL_ALL, [], 1), (LooksFirst.PASTORAL_FIRST, ["capture_first_look"], 0), (LooksFirst.TECHNICIAN_SOURCE, ["capture_first_look"], 0)],
)
def test_an_approach_that_tells_of_today_tells_whoever_looks_first(place: School, first: LooksFirst, kinds: list[str], clocks: int) -> None:
    place.tries(first, notify=Notify.TODAY_TOO)
    row = place.place.stored(3)
    assert row.urgency == "today"
    assert (list(News.objects.values_list("kind", flat=True)), Clock.objects.count()) == (kinds, clocks)
    if first == LooksFirst.TECHNICIAN_SOURCE:
        pass_on(numbers=[row.pk], viewer=place.technician, now=NOW)
        assert Clock.objects.get().subject_id == row.pk
