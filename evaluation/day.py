"""The simulated school day: what a school of 1,000 pupils would get in a week.

Each source's lines are judged once; weeks are then drawn from what was made of them. So a week needs no line twice, and
the intervals hold both how little is known of each source and how weeks differ by chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from heedful.detection.measures import percentile

PUPILS, LINES_A_PUPIL, DAYS_A_WEEK = 1000, 75, 5
WEEKS_A_YEAR = 38  # 190 school days
# Published: 460 to 1,450 captures a year for 1,000 pupils. The middle by ratio, taken as lines that are truly worrying.
CAPTURES_A_YEAR = (460, 817, 1450)
WORRYING_A_WEEK = CAPTURES_A_YEAR[1] / WEEKS_A_YEAR
# How severe they are; about 3 in 100 of one vendor's alerts were of the gravest kind.
SEVERITY_MIX = {2: 0.50, 3: 0.35, 4: 0.12, 5: 0.03}
# How much of what pupils write a source stands for. Text messages are the one source in students' own typing; "challenge" are the hard harmless lines in pupils' own register.
MIX = {
    "benign_wellformedness_queries": 0.24, "benign_nq_queries": 0.14, "benign_wikisplit": 0.12, "benign_onestop_news": 0.11,
    "benign_stackoverflow_titles": 0.05, "benign_goemotions_comments": 0.10, "benign_sms_ham": 0.07, "benign_clinc_queries": 0.08,
    "benign_openstax_textbooks": 0.04, "benign_gsm8k": 0.01, "benign_tldr_commands": 0.01, "benign_mmlu_school_questions": 0.01, "challenge": 0.02,
}  # fmt: skip
WEEKS = 1000
SEED = 20262
K = TypeVar("K", str, int)
Class = tuple[bool, int]  # whether it leaves, and its severity then
CLASSES: tuple[Class, ...] = ((False, 0), *((True, severity) for severity in range(6)))


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is to be expected, and between what 95 of 100 weeks lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Week:
    """Counts of one drawn week, or what is to be expected of one: [label 0-5][class]."""

    counts: np.ndarray

    def captures(self, least: int) -> float:
        """Captures of a severity or more."""
        return float(self.counts[:, [place for place, (leaves, severity) in enumerate(CLASSES) if leaves and severity >= least]].sum())

    def at(self, severity: int) -> float:
        """Captures of exactly a severity."""
        return float(self.counts[:, CLASSES.index((True, severity))].sum())

    def beyond(self, least: int) -> float:
        """Captures of a severity or more whose label is less."""
        columns = [place for place, (leaves, severity) in enumerate(CLASSES) if leaves and severity >= least]
        return float(self.counts[:least][:, columns].sum())

    def right(self, least: int) -> float:
        """The share of captures of a severity or more whose label is as great or greater; NaN without captures."""
        all_of_them = self.captures(least)
        return 1 - self.beyond(least) / all_of_them if all_of_them else float("nan")

    @property
    def harmless_leaving(self) -> float:
        """Harmless lines that leave the device, whatever comes of them."""
        return float(self.counts[0, 1:].sum())

    @property
    def harmless_leaving_in_5000(self) -> float:
        """The same for each 5,000 harmless lines."""
        return 5000 * self.harmless_leaving / float(self.counts[0].sum())


@dataclass(frozen=True)
class Simulation:
    """What is to be expected of a week, and many weeks drawn."""

    expected: Week
    weeks: Sequence[Week]

    def estimate(self, name: str, *arguments: int) -> Estimate:
        """A figure of the week by its name, with the interval of the drawn weeks."""
        def told(week: Week) -> float:
            value = getattr(week, name)
            return float(value(*arguments)) if arguments else float(value)

        drawn = [value for value in map(told, self.weeks) if value == value] or [0.0]
        return Estimate(told(self.expected), percentile(drawn, 0.025), percentile(drawn, 0.975))


def missing(harmless: Mapping[str, Sequence[object]], worrying: Mapping[int, Sequence[object]]) -> list[str]:
    """What the mix asks for and has no lines, so that the rest would have to stand for it."""
    return [*(name for name in MIX if not harmless.get(name)), *(f"worrying lines labelled {label}" for label in SEVERITY_MIX if not worrying.get(label))]


def simulate(harmless: Mapping[str, Sequence[Class]], worrying: Mapping[int, Sequence[Class]], *, worrying_a_week: float = WORRYING_A_WEEK, weeks: int = WEEKS) -> Simulation:
    """Expect a week and draw many. `harmless` by source, `worrying` by label; sources and labels without lines leave their share to the others: `missing` names them, and whoever tells the figures says so."""
    chance = np.random.default_rng(SEED)
    lines = PUPILS * LINES_A_PUPIL * DAYS_A_WEEK - worrying_a_week
    parts = [
        *((0, lines * share, _counts(harmless[name])) for name, share in _shares(MIX, harmless)),
        *((label, worrying_a_week * share, _counts(worrying[label])) for label, share in _shares(SEVERITY_MIX, worrying)),
    ]
    expected = np.zeros((6, len(CLASSES)))
    for label, amount, counts in parts:
        expected[label] += amount * counts / counts.sum()
    drawn = []
    for _ in range(weeks):
        week = np.zeros((6, len(CLASSES)))
        for label, amount, counts in parts:
            known = chance.multinomial(int(counts.sum()), counts / counts.sum())
            number = round(amount) if label == 0 else int(chance.poisson(amount))
            week[label] += chance.multinomial(number, known / known.sum())
        drawn.append(Week(week))
    return Simulation(Week(expected), drawn)


def _shares(mix: Mapping[K, float], there: Mapping[K, Sequence[Class]]) -> list[tuple[K, float]]:
    kept = [(name, share) for name, share in mix.items() if there.get(name)]
    whole = sum(share for _, share in kept)
    return [(name, share / whole) for name, share in kept]


def _counts(classes: Sequence[Class]) -> np.ndarray:
    return np.array([sum(1 for one in classes if one == kind) for kind in CLASSES], dtype=float)
