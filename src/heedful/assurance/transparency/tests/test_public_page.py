"""The public page: there once anything is captured, made from the settings, coarse in its figures."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from heedful.assurance.transparency.needs import NEEDS
from heedful.assurance.transparency.rules import Reader, about, is_public, tenths
from heedful.people.actions import change_school, move_stage
from heedful.people.rules import Stage
from heedful.programme.needs import State
from tests.personas.people import Persona, Place

NOW = timezone.now()


def read(persona: Persona, place: Place, reader: str = "") -> str:
    answer = persona.opens("about_monitoring_for", place.school.pk, reader) if reader else persona.opens("about_monitoring", place.school.pk)
    return str(answer.content.decode()) if answer.status_code == 200 else ""


@pytest.mark.parametrize(
    ("number", "words"), [(0, ""), (4, ""), (5, "fewer than 10"), (9, "fewer than 10"), (14, "about 10"), (38, "about 40"), (251, "about 300")]
)
def test_figures_are_coarse_and_none_below_five(number: int, words: str) -> None:
    assert about(number) == words


def test_shares_are_tenths_and_none_of_fewer_than_twenty() -> None:
    assert tenths(5, 19) == ""
    assert tenths(7, 21) == "about 3 in 10"
    assert tenths(0, 40) == "almost none"
    assert tenths(40, 40) == "almost all"


def test_it_is_there_once_anything_is_captured_whatever_was_switched() -> None:
    assert [is_public(stage, is_switched_on=False) for stage in Stage] == [False, True, True, True]
    assert is_public(Stage.SET_UP, is_switched_on=True)


def test_a_school_being_set_up_shows_it_when_it_wants_to(larkfield: Place, dsl: Persona, anonymous: Persona) -> None:
    move_stage(school=larkfield.school, to=Stage.SET_UP, reason="Again", by=larkfield.staff["dsl"], now=NOW)
    assert read(anonymous, larkfield) == ""
    assert NEEDS[0].look(larkfield.school.pk, NOW).state == State.OPEN
    dsl.posts("transparency_switch", larkfield.school.pk, on="yes")
    assert "Nobody yet: the monitoring is being set up" in read(anonymous, larkfield)
    assert NEEDS[0].look(larkfield.school.pk, NOW).state == State.MET
    dsl.posts("transparency_switch", larkfield.school.pk, on="no")
    assert read(anonymous, larkfield) == ""


def test_it_says_what_is_switched_on_and_never_anything_else(larkfield: Place, anonymous: Persona) -> None:
    before = read(anonymous, larkfield)
    assert "No pictures of the screen are taken." in before
    assert "At any hour" in before
    assert "Staff accounts are not monitored." in before
    hours = [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "17:00"}]
    lines: list[dict[str, str | None]] = [{"name": "Childline", "phone": "0800 1111", "text": None, "url": "https://www.childline.org.uk"}]
    change_school(larkfield.school, reason="Secret reason", now=NOW, pictures=True, hours=hours, monitors_staff=True, help_lines=lines)
    after = read(anonymous, larkfield)
    for words in ("A picture of the page may be taken", "Monday to Friday 08:00 to 17:00", "Staff accounts are monitored too.", "0800 1111"):
        assert words in after
    assert "whether pictures of a page are taken" in after
    assert "Secret reason" not in after


@pytest.mark.parametrize(
    ("reader", "without", "with_models"),
    [
        (Reader.PARENTS, "No trained computer model judges what your child writes.", "Trained computer models (some call this AI) judge the whole line as well: a language model on the school"),
        (Reader.KS3, "It does not use AI.", "a computer program that was trained on examples"),
        (Reader.KS2, "", "It learned from examples"),
        (Reader.KS1, "", "It makes guesses."),
    ],
    ids=str,
)
def test_it_says_whether_a_trained_model_judges(reader: Reader, without: str, with_models: str, larkfield: Place, anonymous: Persona, settings: Any) -> None:
    page = read(anonymous, larkfield, reader)
    assert without in page
    assert with_models not in page
    settings.DETECTION_LAYERS = frozenset(("phrases", "encoder"))
    page = read(anonymous, larkfield, reader)
    assert with_models in page
    assert not without or without not in page
    assert "a small one on the device" not in page


@pytest.mark.parametrize("reader", list(Reader), ids=str)
def test_every_version_says_that_asking_for_help_is_no_trouble(reader: Reader, larkfield: Place, anonymous: Persona) -> None:
    page = read(anonymous, larkfield, reader)
    assert "in trouble" in page
    assert "999" in page
    assert 'content="noindex, nofollow"' in page


def test_in_the_pilot_it_names_its_groups_and_shows_no_figure(larkfield: Place, anonymous: Persona) -> None:
    for number in range(6):
        larkfield.stores(f"i want to kill myself tonight {number}")
    assert "Devices sent fewer than 10 lines." in read(anonymous, larkfield)
    move_stage(school=larkfield.school, to=Stage.PILOT, reason="Again", by=larkfield.staff["dsl"], now=NOW)
    page = read(anonymous, larkfield)
    assert "Pupils in the groups of the pilot, and nobody else: Pilot." in page
    assert "Devices sent" not in page


def test_nobody_changes_anything_there(larkfield: Place, anonymous: Persona) -> None:
    assert anonymous.posts("about_monitoring", larkfield.school.pk).status_code == 405
