"""The assurance page: counts that point at nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from heedful.assurance.queries import assurance_for
from heedful.assurance.rules import Count, median_time, share_in_percent
from heedful.audit.models import Entry
from heedful.captures.actions.decide import acknowledge_capture, dismiss_capture
from heedful.captures.rules import FalsePositive
from tests.personas.people import Persona, Place

URGENT = "i want to kill myself tonight"
VAPES = "anyone selling vapes at lunch"


@pytest.mark.parametrize(("value", "shown"), [(0, "0"), (1, "fewer than 5"), (4, "fewer than 5"), (5, "5"), (60, "60")])
def test_small_numbers_are_not_shown(value: int, shown: str) -> None:
    assert str(Count(value)) == shown


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(0, 0, None), (2, 4, None), (1, 20, None), (19, 20, None), (5, 20, 25), (0, 20, 0), (20, 20, 100), (5, 10, 50)],
)
def test_a_share_is_told_only_when_it_points_at_nobody(part: int, whole: int, percent: int | None) -> None:
    assert share_in_percent(part, whole) == percent


def test_a_median_of_few_is_not_told() -> None:
    minutes = [timedelta(minutes=n) for n in (1, 2, 3, 40, 50)]
    assert median_time(minutes[:4]) is None
    assert median_time(minutes) == timedelta(minutes=3)


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_the_page_names_no_pupil_and_shows_no_text(governor: Persona, larkfield: Place) -> None:
    for _ in range(6):
        larkfield.stores(URGENT)
    larkfield.stores(VAPES, pupil=1)
    page = text_of(governor.opens("assurance"))
    for secret in ("Nia", "Merrick", "kill", "vapes", "Suicide"):
        assert secret not in page
    assert "fewer than 5" in page
    assert "The record is whole" in page


def test_numbers_are_of_the_viewers_schools_alone(head: Persona, larkfield: Place, marsh_end: Place) -> None:
    marsh_end.stores(URGENT)
    assert head.user is not None
    [page] = assurance_for(head.user, now=timezone.now())
    assert page.school == "Larkfield Academy"
    assert page.rows[0].by_route[0].value == 0
    assert "Marsh End" not in text_of(head.opens("assurance"))


def test_late_clocks_first_looks_and_false_positives_are_counted(larkfield: Place) -> None:
    now, dsl = timezone.now(), larkfield.staff["dsl"]
    numbers = [larkfield.stores(URGENT, now=now - timedelta(minutes=60)) for _ in range(10)]
    for number in numbers[:5]:
        acknowledge_capture(number=number, viewer=dsl, now=now - timedelta(minutes=50))
    for number in numbers[5:]:
        dismiss_capture(number=number, reason=FalsePositive.OTHER, revision=1, viewer=dsl, now=now - timedelta(minutes=20))
    [page] = assurance_for(larkfield.staff["head"], now=now)
    assert page.first_look == timedelta(minutes=25)  # half after 10 minutes, half after 40
    assert page.late.value == 5
    assert page.false_positive_percent == 100
    assert page.waiting.value == 0


def test_a_broken_chain_is_told(governor: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    Entry.objects.filter(school_id=larkfield.school.pk, subject_ids=[str(number)]).update(details={"duplicates": 3})
    assert "The record is broken at entry" in text_of(governor.opens("assurance"))
