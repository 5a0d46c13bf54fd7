"""What is written of the corpus' size is so."""

from heedful.detection.labelled import Line, read_folder
from training.corpora import CORPUS
from training.counts import COUNTS, counts


def test_the_counts_are_those_of_the_lines() -> None:
    assert COUNTS.read_text("utf-8") == counts(read_folder(CORPUS)), "run `python -m training.counts`"


def test_lines_are_counted_by_theme_and_by_language() -> None:
    page = counts([Line("a", "x", 3, "suicide"), Line("b", "y", 0), Line("c", "z", 5, "suicide", language="cy", group="learner")])
    assert "3 lines in all, 2 of them of severity 3 or more" in page
    assert "| suicide | 2 | 0 | 0 | 0 | 1 | 0 | 1 |" in page
    assert "| none (harmless) | 1 | 1 | 0 | 0 | 0 | 0 | 0 |" in page
    assert "| cy | 1 | 0 | 0 | 0 | 0 | 0 | 1 |" in page
    assert "learner 1." in page
