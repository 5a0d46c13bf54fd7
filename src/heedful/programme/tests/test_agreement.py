"""The figures of agreement equal published worked examples to three decimals."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.programme.agreement import Scale, cohen_kappa, krippendorff_alpha

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011. One row an observer, one column a unit, "." no value.
BINARY = ("0100000010", "1110010000")  # part A: two observers, alpha 0.095
NOMINAL = ("aabbdcccedda", "babbbccceddd")  # part B: two observers, five categories, alpha 0.692
# Part C and D: four observers, twelve units, missing data; nominal 0.743, ordinal 0.815, interval 0.849.
MISSING = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
# J. L. Fleiss, B. Levin, M. C. Paik, "Statistical Methods for Rates and Proportions", 3rd ed. 2003, table 18.1:
# the diagnoses of 100 subjects by two raters (psychotic, neurotic, organic); agreement .89, by chance .66, kappa .676.
DIAGNOSES = ((75, 1, 4), (5, 4, 1), (0, 0, 10))
# A. J. Viera, J. M. Garrett, "Understanding interobserver agreement: the kappa statistic", Family Medicine 37 (2005) 360-363:
# whether two residents found lectures helpful; agreement .85, by chance .65, kappa .57 (.2/.35).
LECTURES = ((15, 5), (10, 70))

units_of_ranks = st.lists(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=3, max_size=3), min_size=1, max_size=8)


def units(rows: tuple[str, ...]) -> list[list[str | None]]:
    return [[None if value == "." else value for value in column] for column in zip(*rows, strict=True)]


def ranks(rows: tuple[str, ...]) -> list[list[int | None]]:
    return [[None if value is None else int(value) for value in unit] for unit in units(rows)]


def pairs(table: tuple[tuple[int, ...], ...]) -> list[tuple[int, int]]:
    return [(a, b) for a, row in enumerate(table) for b, count in enumerate(row) for _ in range(count)]


@pytest.mark.parametrize(("rows", "published"), [(BINARY, 0.095), (NOMINAL, 0.692), (MISSING, 0.743)])
def test_nominal_alpha_equals_krippendorffs_examples(rows: tuple[str, ...], published: float) -> None:
    alpha = krippendorff_alpha(units(rows))
    assert alpha is not None
    assert round(alpha, 3) == published


@pytest.mark.parametrize(("scale", "published"), [(Scale.NOMINAL, 0.743), (Scale.ORDINAL, 0.815), (Scale.INTERVAL, 0.849)])
def test_alpha_on_each_scale_equals_krippendorffs_example_with_missing_data(scale: Scale, published: float) -> None:
    alpha = krippendorff_alpha(ranks(MISSING), scale=scale)
    assert alpha is not None
    assert round(alpha, 3) == published


@pytest.mark.parametrize(("table", "published"), [(DIAGNOSES, 0.676), (LECTURES, 0.571)])
def test_kappa_equals_the_text_books_examples(table: tuple[tuple[int, ...], ...], published: float) -> None:
    kappa = cohen_kappa(pairs(table))
    assert kappa is not None
    assert round(kappa, 3) == published


def test_nothing_is_said_where_nobody_could_have_disagreed() -> None:
    assert krippendorff_alpha([]) is None
    assert krippendorff_alpha([["a", None], [None, "b"]]) is None
    assert krippendorff_alpha([["a", "a"], ["a", "a"]]) is None
    assert cohen_kappa([]) is None
    assert cohen_kappa([("a", "a"), ("a", "a")]) is None


@given(units_of_ranks, st.permutations(range(3)), st.randoms(use_true_random=False), st.sampled_from(Scale))
def test_the_order_of_raters_and_units_changes_nothing(rows: list[list[int | None]], order: list[int], random: object, scale: Scale) -> None:
    shuffled = [[row[place] for place in order] for row in rows]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    before, after = krippendorff_alpha(rows, scale=scale), krippendorff_alpha(shuffled, scale=scale)
    assert (before is None) == (after is None)
    assert before is None or after is None or math.isclose(before, after, abs_tol=1e-9)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=8).filter(lambda values: len(set(values)) > 1), st.integers(2, 5), st.sampled_from(Scale))
def test_perfect_agreement_is_one(values: list[int], raters: int, scale: Scale) -> None:
    assert krippendorff_alpha([[value] * raters for value in values], scale=scale) == 1
    assert cohen_kappa([(value, value) for value in values]) == 1


@given(units_of_ranks, st.sampled_from(Scale))
def test_alpha_is_never_above_one(rows: list[list[int | None]], scale: Scale) -> None:
    alpha = krippendorff_alpha(rows, scale=scale)
    assert alpha is None or alpha <= 1 + 1e-9


@given(units_of_ranks, st.integers(0, 3), st.sampled_from(Scale))
def test_a_unit_that_only_one_rater_valued_changes_nothing(rows: list[list[int | None]], value: int, scale: Scale) -> None:
    assert krippendorff_alpha([*rows, [value, None, None]], scale=scale) == krippendorff_alpha(rows, scale=scale)
