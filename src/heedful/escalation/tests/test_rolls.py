"""People are told of rolls by night once, in numbers, with a link to the page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from heedful.escalation.models import News, Notice
from heedful.escalation.rolls import tell_of_rolls
from heedful.people.roll.actions.imports import apply_import, read_import
from heedful.people.roll.rules import Door
from tests.personas.people import Place

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _folder(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def bring(place: Place, name: str, text: str, *, door: Door = Door.FOLDER, now: object = NOW) -> int:
    found = read_import(school_id=place.school.pk, uploads=[(name, text.encode())], door=door, now=now)  # type: ignore[arg-type]
    return found.pk


def told() -> list[tuple[str, int, str]]:
    rows = Notice.objects.select_related("news", "recipient").order_by("id")
    return [(row.news.kind, row.news.number, row.recipient.email.split("@")[0]) for row in rows if row.news]


def test_the_lead_and_the_technician_are_told_of_a_roll_that_waits(larkfield: Place) -> None:
    number = bring(larkfield, "pupils.csv", "source_id,given_name,family_name\n1,Owen,Pryce\n2,Saskia,Holloway\n")
    assert tell_of_rolls(now=NOW) == 2
    assert told() == [("roll_waits", 2, "dsl"), ("roll_waits", 2, "technician")]
    assert News.objects.get().url_args == [number]
    assert tell_of_rolls(now=NOW) == 0


def test_a_roll_that_could_not_be_read_is_told(larkfield: Place) -> None:
    bring(larkfield, "roll.zip", "PK")
    tell_of_rolls(now=NOW)
    assert {kind for kind, _, _ in told()} == {"roll_failed"}


@pytest.mark.parametrize(("door", "days"), [(Door.PAGE, 0), (Door.FOLDER, 4)])
def test_nobody_is_told_of_what_somebody_brought_or_of_old_news(larkfield: Place, door: Door, days: int) -> None:
    bring(larkfield, "roll.zip", "PK", door=door, now=NOW - timedelta(days=days))
    assert tell_of_rolls(now=NOW) == 0


def test_who_gives_out_roles_is_told_of_leavers_who_still_have_some(larkfield: Place) -> None:
    for rows in ("7,Sam Whitlock,technician@larkfield.example", "8,New Person,new@larkfield.example"):
        found = read_import(
            school_id=larkfield.school.pk, uploads=[("staff.csv", f"source_id,name,email\n{rows}\n".encode())], door=Door.PAGE, now=NOW
        )
        apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW, is_brake_confirmed=True)
    tell_of_rolls(now=NOW)
    assert told() == [("leavers_with_roles", 1, "dsl"), ("leavers_with_roles", 1, "head")]
