"""Year groups as schools write them."""

from __future__ import annotations

import re

LAST_YEAR = 13
_NUMBERED = re.compile(r"(?:year|yr|y|nc|nc ?year|grade|form)?[ .]*(\d{1,2})")
_RECEPTION = {"r", "rec", "reception", "year r", "yr r", "yr", "kg", "kindergarten"}
# Younger than Reception, in no year, or past the last one: on the roll, with the age band that is not known.
_NO_YEAR = {"", "n", "n1", "n2", "nursery", "it", "pr", "pk", "tk", "ps", "ug", "other", "x", "none", "n/a"}


class NotAYear(ValueError):
    """The text is no year group."""


def year_of(text: str) -> int | None:
    """The year group, 0 (Reception) to 13; None where the text says that there is none. Of several the youngest.

    `8`, `08`, `Year 8`, `Y8`, `NC8`, `R`, `Reception` and the codes of OneRoster are understood. Raises NotAYear for the rest.
    """
    years = [_one(part) for part in re.split(r"[,;|]", text)]
    known = [year for year in years if year is not None]
    return min(known, default=None)


def _one(text: str) -> int | None:
    word = " ".join(text.lower().split())
    if word in _RECEPTION:
        return 0
    if word in _NO_YEAR:
        return None
    numbered = _NUMBERED.fullmatch(word)
    if numbered is None or not word.isascii():
        raise NotAYear(text)
    year = int(numbered[1])
    return year if year <= LAST_YEAR else None
