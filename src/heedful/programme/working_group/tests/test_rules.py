"""What a working group is: pure rules."""

from __future__ import annotations

import pytest

from heedful.people.rules import Strand
from heedful.programme.working_group.rules import AGENDAS, FIRST_THREE, Kind, missing_strands, names_in, next_suggestion

ROLL = [("Nia", "Merrick"), ("Mary Ann", "de Souza"), ("", "Lone")]


def test_each_strand_must_have_somebody() -> None:
    assert missing_strands([]) == tuple(Strand)
    assert missing_strands([Strand.BEHAVIOUR, Strand.BEHAVIOUR]) == (Strand.TECHNICAL, Strand.SAFEGUARDING)
    assert missing_strands(Strand) == ()


def test_a_small_school_is_offered_three_meetings_and_no_more() -> None:
    assert [next_suggestion(number) for number in range(4)] == [*FIRST_THREE, None]
    assert [each.kind for each in FIRST_THREE] == [Kind.ORDINARY, Kind.CALIBRATION, Kind.GO_NO_GO]


def test_the_suggested_agendas_fit_into_an_hour() -> None:
    for suggestion in FIRST_THREE:
        minutes = sum(int(point.rsplit("(", 1)[1].split()[0]) for point in suggestion.agenda)
        assert minutes <= 60, suggestion.title


def test_every_kind_of_meeting_has_an_agenda() -> None:
    assert set(AGENDAS) == set(Kind)
    assert all(AGENDAS.values())


@pytest.mark.parametrize(
    ("text", "is_a_pupil"),
    [
        ("Nia Merrick, Year 8", True),
        ("merrick, nia", True),
        ("Mary Ann de Souza", True),
        ("Year 10 council representative", False),
        ("Nia from the council", False),  # one name alone may be anybody's
        ("Lone", False),
        ("Parent of the PTA", False),
    ],
)
def test_a_description_that_names_a_pupil_is_found(text: str, is_a_pupil: bool) -> None:
    assert names_in(text, ROLL) is is_a_pupil
