"""Year groups as schools write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.people.roll.reading.years import NotAYear, year_of


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("8", 8), ("08", 8), ("Year 8", 8), ("year  10", 10), ("Y8", 8), ("Yr 11", 11), ("NC13", 13), ("0", 0), ("R", 0), ("Reception", 0), ("KG", 0),
        ("09,08", 8), ("N2", None), ("", None), ("PK", None), ("UG", None), ("14", None), ("Other", None),
    ],
)  # fmt: skip
def test_a_year_is_understood(text: str, year: int | None) -> None:
    assert year_of(text) == year


@pytest.mark.parametrize("text", ["8K", "Merrick", "2026", "-1", "8.5", "٨"])
def test_what_is_no_year_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotAYear):
        year_of(text)


@given(st.text(max_size=20))
def test_no_text_gives_a_year_that_schools_have_not(text: str) -> None:
    try:
        year = year_of(text)
    except NotAYear:
        year = None
    assert year is None or 0 <= year <= 13
