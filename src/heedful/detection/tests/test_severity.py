"""Scores are whole thousandths, never a rounding of a float."""

import pytest

from heedful.detection.severity import fuse, fuse_weights
from heedful.detection.values import Finding, as_score


@pytest.mark.parametrize(
    ("severities", "score"),
    [([], 0), ([1], 200), ([2], 400), ([3], 600), ([4], 800), ([5], 950), ([1, 1], 360), ([4, 4], 960), ([5, 4], 990), ([5, 5, 5], 1000)],
)
def test_weights_fuse(severities: list[int], score: int) -> None:
    assert fuse_weights(severities) == score
    assert fuse_weights(reversed(severities)) == score


def test_one_rule_counts_once_at_its_greatest() -> None:
    findings = [Finding("suicide", i, i + 1, "suicide.kms", severity, "", "") for i, severity in enumerate((2, 4, 3))]
    assert fuse(findings) == ({"suicide": 800}, {"suicide": 4})


def test_a_whole_score_is_an_integer_so_that_json_reads_alike() -> None:
    assert [repr(as_score(thousandths)) for thousandths in (0, 360, 950, 1000)] == ["0", "0.36", "0.95", "1"]
