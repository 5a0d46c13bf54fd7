"""Bursts: the same captures end up together whatever arrives first, the most serious on top, and nothing is lost by folding."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from heedful.captures.actions.decide import acknowledge_capture, dismiss_capture, grade_capture, route_capture
from heedful.captures.burst_rules import QUIET, Span, Standing, join, key_of, top_of
from heedful.captures.models import Capture
from heedful.captures.queries.filters import QueueFilter
from heedful.captures.queries.queue import folded_under, queue_page, waiting_now
from heedful.captures.rules import FalsePositive, QueueTab
from heedful.escalation.models import Clock
from heedful.people.actions import add_staff
from heedful.people.rules import RoleName
from heedful.thresholds.rules import Route
from tests.harness.trained import train
from tests.harness.westbrook import NOW, Westbrook, build_school, store

MINUTE = timedelta(minutes=1)
MEAN, RUDE = "nobody likes you", "oh shut up please"  # bullying at 3, language at 2


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def partition(moments: list[datetime]) -> set[frozenset[datetime]]:
    """What a burst is, said plainly: neighbours in time with no more than QUIET between them."""
    groups: list[set[datetime]] = []
    for moment in sorted(moments):
        if not groups or moment - max(groups[-1]) > QUIET:
            groups.append(set())
        groups[-1].add(moment)
    return {frozenset(group) for group in groups}


def arrive(moments: list[datetime], sizes: list[int]) -> set[frozenset[datetime]]:
    """Let them arrive in this order, in batches of these sizes, and return who is together at the end."""
    together: dict[UUID, list[datetime]] = {}
    rest = list(moments)
    for size in [*sizes, len(rest)]:
        batch, rest = rest[:size], rest[size:]
        spans = [Span(burst, min(of_it), max(of_it)) for burst, of_it in together.items()]
        for joined in join(batch, spans):
            keep = joined.bursts[0] if joined.bursts else uuid4()
            mine = [batch[place] for place in joined.places]
            for burst in joined.bursts:
                mine += together.pop(burst)
            together[keep] = mine
    return {frozenset(of_it) for of_it in together.values()}


@given(st.permutations([0, 3, 4, 9, 13, 24, 25, 36, 36.5, 47]), st.lists(st.integers(1, 3), max_size=8))
@settings(max_examples=200, deadline=None)
def test_any_order_of_arrival_gives_the_same_bursts(minutes: list[float], sizes: list[int]) -> None:
    moments = [at(each) for each in minutes]
    assert arrive(moments, sizes) == partition(moments)


@given(st.lists(st.integers(0, 3_000), max_size=30, unique=True), st.lists(st.integers(1, 5), max_size=10))
@settings(max_examples=200, deadline=None)
def test_any_moments_in_any_batches_give_the_same_bursts(seconds: list[int], sizes: list[int]) -> None:
    moments = [NOW + timedelta(seconds=each) for each in seconds]
    assert arrive(moments, sizes) == partition(moments)


def test_on_top_stands_the_most_serious_then_what_nobody_has_seen_then_the_oldest() -> None:
    def standing(number: int, severity: int, seen: bool, minute: int) -> Standing:
        return Standing(number, severity, seen, datetime(2026, 11, 24, 9, minute, tzinfo=UTC), UUID(int=number))

    rows = [standing(1, 3, False, 0), standing(2, 4, True, 1), standing(3, 4, False, 3), standing(4, 4, False, 2)]
    assert [top.number for top in (top_of(rows), top_of(rows[:3]), top_of(rows[:2]), top_of(rows[:1])) if top] == [4, 3, 2, 1]
    assert top_of([]) is None


@pytest.mark.parametrize(
    ("changes", "stands_alone"),
    [
        ({}, False),
        ({"is_report": True}, True),
        ({"theme": ""}, True),
        ({"pupil_id": None}, False),
        ({"pupil_id": None, "account_id": None}, True),
    ],
)
def test_who_may_be_in_a_burst(changes: dict[str, object], stands_alone: bool) -> None:
    given = {"school_id": 1, "pupil_id": 2, "account_id": 3, "profile_id": UUID(int=4), "theme": "bullying", "is_report": False}
    assert (key_of(**(given | changes)) is None) is stands_alone  # type: ignore[arg-type]


def groups() -> set[tuple[frozenset[UUID], UUID]]:
    """Each burst and route that waits: who is in it, and who stands on top. Exactly one does."""
    found: dict[tuple[UUID | None, str], list[Capture]] = defaultdict(list)
    for row in Capture.objects.filter(tab__in=("to_review", "folded")):
        found[row.burst, row.route].append(row)
    made = set()
    for rows in found.values():
        [top] = [row.capture_id for row in rows if row.tab == QueueTab.TO_REVIEW]
        made.add((frozenset(row.capture_id for row in rows), top))
    return made


class AnyOrder(TestCase):
    """The same in the database, through the door that devices use."""

    @given(st.permutations(range(7)), st.lists(st.integers(1, 3), max_size=5))
    @settings(max_examples=8, deadline=None)
    def test_any_order_and_batching_gives_the_same_tops_and_folds(self, order: list[int], sizes: list[int]) -> None:
        westbrook = build_school()
        minutes, severities = (0, 8, 17, 28, 30, 39, 60), (3, 3, 3, 3, 3, 3, 3)
        texts = (MEAN, MEAN, "i will bring a knife tomorrow", MEAN, "i hate my life today", MEAN, MEAN)
        items = [
            westbrook.incoming(severity, text=text, observed_at=at(minute), capture_id=UUID(int=number + 1))
            for number, (minute, severity, text) in enumerate(zip(minutes, severities, texts, strict=True))
        ]
        rest = [items[place] for place in order]
        for size in [*sizes, len(rest)]:
            batch, rest = rest[:size], rest[size:]
            if batch:
                store(westbrook.plain_profile(), *batch)

        def ids(*places: int) -> frozenset[UUID]:
            return frozenset(UUID(int=place + 1) for place in places)

        assert groups() == {
            (ids(0, 1), UUID(int=1)),
            (ids(3), UUID(int=4)),
            (ids(5), UUID(int=6)),
            (ids(6), UUID(int=7)),
            (ids(2), UUID(int=3)),
            (ids(4), UUID(int=5)),
        }


pytestmark = pytest.mark.django_db


def test_a_late_one_in_the_middle_makes_one_burst_of_two(westbrook: Westbrook) -> None:
    first = westbrook.stored(text=MEAN, observed_at=at(0))
    last = westbrook.stored(text=MEAN, observed_at=at(18))
    assert {row.tab for row in Capture.objects.all()} == {"to_review"}
    middle = westbrook.stored(text=MEAN, observed_at=at(9))
    assert groups() == {(frozenset({first.capture_id, middle.capture_id, last.capture_id}), first.capture_id)}


def test_a_later_more_serious_one_is_new_on_top_with_its_own_clock(westbrook: Westbrook) -> None:
    """Nothing is lost by folding: not even under a capture that somebody has already taken."""
    knife = westbrook.stored(4, observed_at=at(2))
    second = westbrook.stored(4, observed_at=at(3))
    assert Capture.objects.get(pk=second.pk).tab == "folded"
    acknowledge_capture(number=knife.pk, viewer=westbrook.dsl, now=NOW)
    # The one that nobody has seen stands on top now, unacknowledged, its clock running.
    row = Capture.objects.get(pk=second.pk)
    assert (row.tab, row.state, row.acknowledged_at) == ("to_review", "new", None)
    assert Clock.objects.get(subject_id=second.pk).acknowledged_at is None
    assert Capture.objects.get(pk=knife.pk).tab == "folded"


def test_a_more_serious_one_takes_the_place_of_the_one_on_top(westbrook: Westbrook) -> None:
    low = westbrook.stored(text=MEAN)
    Capture.objects.filter(pk=low.pk).update(severity=2, route=Route.BEHAVIOUR)
    high = westbrook.stored(text=MEAN, observed_at=at(1))
    assert groups() == {(frozenset({low.capture_id, high.capture_id}), high.capture_id)}
    rows = queue_page(westbrook.dsl, QueueFilter(), now=NOW).rows
    assert [(row.number, row.under_it.count, row.under_it.new) for row in rows] == [(high.pk, 1, 1)]


def test_counts_say_rows_and_captures(westbrook: Westbrook) -> None:
    for minute in range(9):
        westbrook.stored(text=MEAN, observed_at=at(minute))
    westbrook.stored(4)
    westbrook.stored(5)
    waiting = waiting_now(westbrook.dsl)
    assert (waiting.rows, waiting.captures) == (3, 11)


def test_a_burst_of_two_routes_is_two_rows_and_each_counts_its_own(westbrook: Westbrook) -> None:
    """A behaviour lead learns nothing of safeguarding from a count."""
    lead = add_staff(school=westbrook.school, email="b@westbrook.example", name="B", roles=[RoleName.BEHAVIOUR], now=NOW)
    train(lead, westbrook.school, now=NOW)
    rows = [westbrook.stored(text=MEAN, observed_at=at(minute)) for minute in range(4)]
    route_capture(number=rows[0].pk, route=Route.SAFEGUARDING, revision=1, viewer=westbrook.dsl, now=NOW)
    route_capture(number=rows[1].pk, route=Route.SAFEGUARDING, revision=1, viewer=westbrook.dsl, now=NOW)
    [seen] = queue_page(lead, QueueFilter(), now=NOW).rows
    assert (seen.number, seen.under_it.count) == (rows[2].pk, 1)
    assert [row.under_it.count for row in queue_page(westbrook.dsl, QueueFilter(), now=NOW).rows] == [1, 1]
    assert folded_under(lead, Capture.objects.get(pk=rows[0].pk)) == []
    assert queue_page(lead, QueueFilter(burst=rows[0].pk), now=NOW).rows == ()
    assert {row.number for row in queue_page(lead, QueueFilter(burst=rows[2].pk), now=NOW).rows} == {rows[2].pk, rows[3].pk}


def test_what_is_decided_makes_room_for_the_next(westbrook: Westbrook) -> None:
    rows = [westbrook.stored(text=MEAN, observed_at=at(minute)) for minute in range(3)]
    dismiss_capture(number=rows[0].pk, reason=FalsePositive.GAME, revision=1, viewer=westbrook.dsl, now=NOW)
    assert [row.tab for row in Capture.objects.order_by("pk")] == ["closed", "to_review", "folded"]
    grade_capture(number=rows[2].pk, grade=2, revision=1, viewer=westbrook.dsl, now=NOW)
    assert [row.tab for row in Capture.objects.order_by("pk")] == ["closed", "to_review", "graded"]


def test_acknowledging_takes_those_along_that_the_page_showed(westbrook: Westbrook) -> None:
    rows = [westbrook.stored(4, observed_at=at(minute)) for minute in range(3)]
    acknowledge_capture(number=rows[0].pk, viewer=westbrook.dsl, now=NOW, up_to=rows[1].pk)
    assert [row.acknowledged_by for row in Capture.objects.order_by("pk")] == [westbrook.dsl, westbrook.dsl, None]
    assert [clock.acknowledged_at for clock in Clock.objects.order_by("pk")] == [NOW, NOW, None]
    # The third came after the page: it stands on top until somebody has seen it.
    assert Capture.objects.get(tab="to_review").pk == rows[2].pk


def test_a_shared_account_on_two_machines_is_two_people(westbrook: Westbrook) -> None:
    account = westbrook.account
    account.pupil = None
    account.shared = True
    account.save()
    first, second = westbrook.device().row(), westbrook.device().row()
    for device, minute in ((first, 0), (second, 1), (first, 2)):
        store(device, westbrook.incoming(text=MEAN, observed_at=at(minute), account=account))
    assert sorted(len(members) for members, _ in groups()) == [1, 2]


def test_nobody_known_is_never_folded(westbrook: Westbrook) -> None:
    for minute in range(3):
        westbrook.stored(text=MEAN, observed_at=at(minute), account=None, identity_confidence="unknown")
    assert {row.tab for row in Capture.objects.all()} == {"to_review"}


def test_what_a_child_tells_us_is_never_folded(westbrook: Westbrook) -> None:
    for minute in range(2):
        westbrook.stored(text=MEAN, observed_at=at(minute), source="report")
    assert {row.tab for row in Capture.objects.all()} == {"to_review"}
