"""Every figure of an evaluation, by hand."""

import pytest

from heedful.detection import measures as m


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(36, 40, 0.7695, 0.9604), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0), (5, 10, 0.2366, 0.7634), (0, 0, 0.0, 1.0)],
)
def test_wilsons_interval_is_as_in_tables(hits: int, of: int, low: float, high: float) -> None:
    assert m.wilson(hits, of) == pytest.approx((low, high), abs=0.0001)


def test_a_share_of_nothing_has_no_value() -> None:
    assert m.Share(0, 0).value is None
    assert m.Share(1, 4).value == 0.25


def test_rates_count_what_is_and_what_was_said() -> None:
    counted = m.rates([(True, True)] * 3 + [(True, False)] + [(False, True)] * 2 + [(False, False)] * 8)
    assert (counted.recall, counted.precision, counted.false_alarm_rate) == (m.Share(3, 4), m.Share(3, 5), m.Share(2, 10))


def test_the_curve_takes_equal_scores_together() -> None:
    points = m.precision_recall([(0.9, True), (0.5, True), (0.5, False), (0.1, False)])
    assert points == [m.Point(0.9, 1.0, 0.5), m.Point(0.5, pytest.approx(2 / 3), 1.0), m.Point(0.1, 0.5, 1.0)]
    assert m.average_precision(points) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_a_curve_of_nothing_true_is_empty() -> None:
    assert m.precision_recall([(0.9, False)]) == []
    assert m.average_precision([]) is None


def test_reliability_puts_each_chance_in_its_bin() -> None:
    bins = m.reliability([(0.05, False), (0.15, True), (0.15, False), (1.0, True)])
    assert [(one.low, one.count, one.true) for one in bins] == [(0.0, 1, 0), (0.1, 2, 1), (0.9, 1, 1)]
    assert m.expected_calibration_error(bins) == pytest.approx((0.05 + abs(0.3 - 1) + 0) / 4)
    assert m.expected_calibration_error([]) is None


def test_confusion_has_labels_as_rows() -> None:
    table = m.confusion([(5, 4), (5, 5), (0, 0), (0, 2)])
    assert table[5] == (0, 0, 0, 0, 1, 1)
    assert table[0] == (1, 0, 1, 0, 0, 0)


def test_a_percentile_lies_between_neighbours() -> None:
    assert m.percentile([3, 1, 2, 4, 5], 0.5) == 3
    assert m.percentile([0, 10], 0.25) == 2.5
    with pytest.raises(ValueError, match="no values"):
        m.percentile([], 0.5)
