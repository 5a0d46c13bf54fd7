"""What counts as covered, held against every device that could be made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.devices.coverage.days import Calendar
from heedful.devices.coverage.rules import (
    Machine,
    PupilFacts,
    RollCounts,
    Seat,
    State,
    Verdict,
    count_machines,
    count_pupils,
    is_alarming,
    judge_machines,
    judge_pupils,
    quiet_rows,
    state_of,
)

ALWAYS = Calendar((), ZoneInfo("Europe/London"))
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)  # a Tuesday
BEST = (Verdict.COVERED, Verdict.NOT_TESTED, Verdict.PARTLY, Verdict.SILENT, Verdict.NOT_COVERED, Verdict.NOTHING_LISTED)


def seat(
    seen_ago: timedelta | None = timedelta(0), read_ago: timedelta | None = timedelta(0), *, fault: str = "", has_library: bool = True
) -> Seat:
    seen = None if seen_ago is None else NOW - seen_ago
    return Seat(NOW - timedelta(days=90), seen, seen, None if read_ago is None else NOW - read_ago, fault, has_library)


def machine(*seats: Seat, kind: str = "chromebook", is_listed: bool = True, is_assigned: bool = False) -> Machine:
    return Machine(1, "LARK-1", kind, "Main", "8K", is_listed, is_assigned, seats)


AGES = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=80))
SEATS = st.builds(
    seat,
    st.one_of(st.none(), AGES),
    st.one_of(st.none(), AGES),
    fault=st.sampled_from(["", "library_missing", "storage_full"]),
    has_library=st.booleans(),
)
MACHINES = st.lists(
    st.builds(
        lambda seats, kind, listed, assigned: machine(*seats, kind=kind, is_listed=listed, is_assigned=assigned),
        st.lists(SEATS, max_size=4), st.sampled_from(["chromebook", "windows", "ipad", "other"]), st.booleans(), st.booleans(),
    ),
    max_size=8,
)  # fmt: skip


@given(MACHINES)
def test_the_states_add_up_to_the_inventory_and_each_device_counts_once(machines: list[Machine]) -> None:
    counts = count_machines(machines, ALWAYS, NOW)
    assert counts.listed == sum(each.is_listed for each in machines)
    assert counts.reading + counts.dark + counts.silent + counts.away + counts.never + counts.no_agent == counts.listed
    assert counts.in_use <= counts.listed
    assert counts.reporting_today <= counts.listed


@given(MACHINES, st.integers(1, 50))
def test_enrolling_again_and_again_changes_no_number(machines: list[Machine], times: int) -> None:
    again = [replace(each, seats=each.seats * times) for each in machines]
    assert count_machines(again, ALWAYS, NOW) == count_machines(machines, ALWAYS, NOW)


@given(MACHINES)
def test_what_is_outside_the_inventory_changes_no_number(machines: list[Machine]) -> None:
    listed = [each for each in machines if each.is_listed]
    assert count_machines(machines, ALWAYS, NOW) == count_machines(listed, ALWAYS, NOW)


@given(MACHINES, st.booleans())
def test_covered_is_said_only_of_nearly_all_of_the_inventory_and_after_a_test(machines: list[Machine], is_tested: bool) -> None:
    counts = count_machines(machines, ALWAYS, NOW)
    verdict = judge_machines(counts, is_tested=is_tested, calendar=ALWAYS, now=NOW).verdict
    if verdict == Verdict.COVERED:
        assert is_tested
        assert counts.listed
        assert 100 * counts.reading >= 95 * counts.listed
    if not counts.listed:
        assert verdict == Verdict.NOTHING_LISTED


@given(MACHINES, st.integers(0, 7))
def test_a_device_that_goes_dark_or_silent_never_makes_the_verdict_better(machines: list[Machine], place: int) -> None:
    if place >= len(machines):
        return
    broken = [*machines]
    broken[place] = replace(machines[place], seats=tuple(replace(each, has_library=False) for each in machines[place].seats))
    before, after = (
        judge_machines(count_machines(some, ALWAYS, NOW), is_tested=True, calendar=ALWAYS, now=NOW).verdict for some in (machines, broken)
    )
    assert BEST.index(after) >= BEST.index(before) or {before, after} <= {Verdict.SILENT, Verdict.NOT_COVERED}


@pytest.mark.parametrize(
    ("device", "state"),
    [
        (machine(seat()), State.READING),
        (machine(), State.NEVER),
        (machine(seat(None)), State.NEVER),
        (machine(kind="ipad"), State.NO_AGENT),
        (machine(seat(), kind="ipad"), State.READING),  # what reports is believed, whatever the list calls it
        (machine(seat(timedelta(days=4))), State.SILENT),  # Friday morning; Monday went by
        (machine(seat(timedelta(hours=12))), State.READING),
        (machine(seat(timedelta(days=31))), State.AWAY),
        (machine(seat(timedelta(days=31)), is_assigned=True), State.SILENT),
        (machine(seat(read_ago=timedelta(days=8))), State.DARK),  # it beats, and reads nothing
        (machine(seat(read_ago=None)), State.DARK),  # it beats for three months and has never read
        (machine(seat(fault="library_missing", has_library=False)), State.DARK),
        (machine(seat(fault="storage_full")), State.DARK),
        (machine(seat(fault="library_too_new")), State.READING),  # it goes on with the older one
        (machine(seat(read_ago=timedelta(days=8)), seat()), State.READING),
        (machine(seat(read_ago=timedelta(days=8)), seat(timedelta(days=9))), State.DARK),  # the one that read is silent itself
    ],
)
def test_where_a_device_stands(device: Machine, state: State) -> None:
    assert state_of(device, ALWAYS, NOW) == state


def test_a_weekend_makes_nobody_silent_and_a_monday_does() -> None:
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    device = replace(machine(), seats=(replace(seat(), last_seen_at=friday, lines_read_at=friday),))
    assert state_of(device, ALWAYS, datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) == State.READING
    assert state_of(device, ALWAYS, datetime(2026, 11, 24, 0, 1, tzinfo=UTC)) == State.SILENT


def test_the_day_is_over_with_the_monitored_hours() -> None:
    school = Calendar(({"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "16:00"},), ZoneInfo("Europe/London"))
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    device = replace(machine(), seats=(replace(seat(), last_seen_at=friday, lines_read_at=friday),))
    assert state_of(device, school, datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == State.READING
    assert state_of(device, school, datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == State.SILENT


def test_the_words_say_since_when_and_what_is_missing() -> None:
    silent = [machine(seat(timedelta(days=5), timedelta(days=5))) for _ in range(2)]
    judged = judge_machines(count_machines([*silent, machine(kind="ipad")], ALWAYS, NOW), is_tested=False, calendar=ALWAYS, now=NOW)
    assert (judged.words, judged.why) == ("Silent since Thursday", "2 silent, 1 on which nothing of Heedful runs")


def test_ipads_alone_are_not_covered_and_a_test_does_not_help() -> None:
    counts = count_machines([machine(kind="ipad")] * 3, ALWAYS, NOW)
    assert judge_machines(counts, is_tested=True, calendar=ALWAYS, now=NOW).words == "Not covered"


TODAY = date(2026, 11, 24)


def pupil(seen_ago: int | None = 0, read_ago: int | None = 0, *, is_monitored: bool = True, has_account: bool = True) -> PupilFacts:
    seen, read = (None if ago is None else TODAY - timedelta(days=ago) for ago in (seen_ago, read_ago))
    return PupilFacts(1, 9, ("9B",), has_account, is_monitored, seen, read)


def judged(pupils: list[PupilFacts], *, is_quiet: bool = False, is_tested: bool = True) -> str:
    return judge_pupils(count_pupils(pupils, today=TODAY), is_quiet=is_quiet, is_tested=is_tested, calendar=ALWAYS, now=NOW).words


@pytest.mark.parametrize(
    ("pupils", "words"),
    [
        ([pupil()] * 10, "Covered"),
        ([pupil()] * 9 + [pupil(None, None)], "Covered"),  # one is ill
        ([pupil()] * 8 + [pupil(None, None)] * 2, "Partly"),
        ([pupil()] * 8 + [pupil(0, None)] * 2, "Partly"),  # seen, and nothing read
        ([pupil(0, None)] * 10, "Not covered"),
        ([pupil(15, 15)] * 10, "Not covered"),
        ([pupil(is_monitored=False)] * 10, "Not covered"),
        ([pupil(-3, -3)] * 10, "Not covered"),  # days that have not been yet, from a clock set wrong
        ([], "Nobody is in it"),
    ],
)
def test_what_is_said_of_a_year_or_group(pupils: list[PupilFacts], words: str) -> None:
    assert judged(pupils) == words


def test_a_group_of_nobody_is_never_covered_whatever_was_tested() -> None:
    assert judged([], is_tested=True) == "Nobody is in it"
    assert quiet_rows([("Ghosts", count_pupils([], today=TODAY)), ("8K", count_pupils([pupil()], today=TODAY))], ALWAYS, NOW) == ()


def counts_read(days_ago: int | None) -> RollCounts:
    return count_pupils([pupil(days_ago, days_ago)], today=TODAY)


def test_quiet_is_who_was_read_before_and_not_for_three_school_days_while_others_are() -> None:
    rows = [("Year 7", counts_read(0)), ("Year 8", counts_read(4)), ("Year 9", counts_read(6)), ("Year 10", counts_read(None))]
    assert quiet_rows(rows, ALWAYS, NOW) == ("Year 9",)


def test_when_nobody_is_read_it_is_no_matter_of_one_group() -> None:
    assert quiet_rows([("Year 7", counts_read(20)), ("Year 9", counts_read(30))], ALWAYS, NOW) == ()


def test_a_year_whose_accounts_are_seen_and_not_read_is_quiet() -> None:
    rows = [("Year 7", counts_read(0)), ("Year 9", count_pupils([pupil(0, 9)], today=TODAY))]
    assert quiet_rows(rows, ALWAYS, NOW) == ("Year 9",)


@pytest.mark.parametrize(
    ("silent", "in_use", "is_alarmed", "alarming"),
    [
        (5, 100, False, False), (6, 100, False, True), (3, 100, True, True), (2, 100, True, False), (1, 3, False, False), (2, 3, False, True),
        (0, 0, False, False), (400, 400, False, True),
    ],
)  # fmt: skip
def test_over_five_percent_alarms_and_half_of_it_ends_the_alarm(silent: int, in_use: int, is_alarmed: bool, alarming: bool) -> None:
    assert is_alarming(silent=silent, in_use=in_use, is_alarmed=is_alarmed) == alarming
