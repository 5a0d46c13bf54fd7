"""Devices and people at the same moment: a burst has one capture on top, whoever stores, decides, undoes and wakes meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from pytest_django import Settings

from heedful.captures.actions.decide import StaleEdit, acknowledge_capture, dismiss_capture, grade_capture
from heedful.captures.actions.undo import undo_decision
from heedful.captures.models import Capture, Decision
from heedful.captures.rules import FalsePositive, NotAllowedNow
from heedful.vault.queries import forget_keys
from tests.harness.contention import Contention
from tests.harness.westbrook import NOW, Westbrook, build_school, store

pytestmark = pytest.mark.django_db(transaction=True)
MEAN = "nobody likes you"


@pytest.fixture
def contended(tmp_path: Path, settings: Settings, small_library: None) -> Contention:
    settings.DATA_DIR = tmp_path
    settings.KEYS_DIR = tmp_path / "keys"
    forget_keys()
    return Contention(tmp_path, apps.get_models())


def tops() -> dict[UUID | None, list[str]]:
    """What waits, by burst: how each one stands."""
    found: dict[UUID | None, list[str]] = defaultdict(list)
    for burst, tab in Capture.objects.filter(tab__in=("to_review", "folded")).values_list("burst", "tab"):
        found[burst].append(tab)
    return found


def test_devices_that_send_at_once_make_one_burst(contended: Contention) -> None:
    westbrook = contended.run(build_school)
    profile = contended.run(westbrook.plain_profile)

    def send(number: int) -> None:
        for minute in range(4):
            store(profile, westbrook.incoming(text=MEAN, observed_at=NOW + timedelta(minutes=8 * minute, seconds=number)))

    contended.together(send, threads=4)
    found = contended.run(tops)
    assert [sorted(tabs) for tabs in found.values()] == [["folded"] * 15 + ["to_review"]]


def test_people_and_devices_at_once_leave_one_on_top_and_nobody_waits_for_ever(contended: Contention) -> None:
    westbrook = contended.run(build_school)
    profile = contended.run(westbrook.plain_profile)
    rows = contended.run(lambda: [westbrook.stored(text=MEAN, observed_at=NOW + timedelta(minutes=minute)) for minute in range(6)])
    work: tuple[Callable[[], object], ...] = (
        lambda: [grade(westbrook, row) for row in rows[:2]],
        lambda: [dismiss_and_undo(westbrook, row) for row in rows[2:4]],
        lambda: [acknowledge_capture(number=row.pk, viewer=westbrook.deputy, now=NOW, up_to=rows[-1].pk) for row in rows],
        lambda: [
            store(profile, westbrook.incoming(text=MEAN, observed_at=NOW + timedelta(minutes=minute, seconds=30))) for minute in range(3)
        ],
    )
    contended.together(lambda number: work[number](), threads=4)
    graded = contended.run(lambda: Capture.objects.filter(state="graded").count())
    waiting = contended.run(lambda: Capture.objects.filter(state__in=("new", "acknowledged")).count())
    assert graded + waiting + contended.run(lambda: Capture.objects.filter(state="closed").count()) == 9
    found = contended.run(tops)
    assert [sorted(tabs) for tabs in found.values()] == [["folded"] * (waiting - 1) + ["to_review"]]


def grade(westbrook: Westbrook, row: Capture) -> None:
    """As a person does: again, with what the page shows now, where somebody else was quicker."""
    for _ in range(5):
        try:
            grade_capture(number=row.pk, grade=2, revision=Capture.objects.get(pk=row.pk).revision, viewer=westbrook.dsl, now=NOW)
            return
        except StaleEdit:
            continue


def dismiss_and_undo(westbrook: Westbrook, row: Capture) -> None:
    try:
        revision = Capture.objects.get(pk=row.pk).revision
        dismiss_capture(number=row.pk, reason=FalsePositive.GAME, revision=revision, viewer=westbrook.dsl, now=NOW)
        made = Decision.objects.filter(capture=row, kind="dismissed").latest("pk")
        undo_decision(decision_id=made.pk, viewer=westbrook.dsl, now=NOW)
    except (StaleEdit, NotAllowedNow):
        return
