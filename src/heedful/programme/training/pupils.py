"""The pupils of the practice captures. Nobody here exists; each has one capture, so that none stands folded under another."""

from __future__ import annotations

from heedful.people.actions import NewPupil
from heedful.people.rules import AgeBand, age_band_of_year

_NAMES = (
    ("Orla", "Fairfax", 10), ("Rowan", "Tressell", 9), ("Idris", "Colway", 11), ("Maeve", "Sandlin", 9), ("Petra", "Holloway", 8),
    ("Jonas", "Merriman", 12), ("Talia", "Quenby", 10), ("Kofi", "Larwood", 11), ("Elsie", "Thornby", 7), ("Marcus", "Ebdon", 7),
    ("Devon", "Ashcombe", 10), ("Rafe", "Linfield", 10), ("Callan", "Moxley", 9), ("Zane", "Cutler", 10), ("Beatrix", "Oldroyd", 8),
    ("Tomasz", "Gadomski", 9), ("Lenny", "Harcastle", 11), ("Amos", "Redgate", 10), ("Saskia", "Broome", 9), ("Chloe", "Wainfleet", 8),
    ("Bram", "Dunning", 8), ("Ellis", "Farthing", 10), ("Joss", "Marchbank", 11), ("Yusra", "Hadley", 12), ("Linh", "Pham-Ross", 9),
    ("Corin", "Bledlow", 10), ("Imani", "Selwood", 11), ("Gus", "Tarrant", 10), ("Nico", "Vale", 12), ("Pip", "Orchard", 8),
)  # fmt: skip
PUPILS = tuple(NewPupil(given, family, year, f"{year}P") for given, family, year in _NAMES)


def band_of(pupil: int) -> AgeBand:
    """The age band of the pupil at this place."""
    return age_band_of_year(PUPILS[pupil].year_group)
