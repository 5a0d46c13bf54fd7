"""The lines of the demo day: enough of them, well formed, and judged by the shipped library as they are marked."""

import json
from collections import Counter
from functools import lru_cache
from typing import Any, cast

import pytest

from heedful.demo.replay import DAY_FOLDER, Line, read_lines
from heedful.detection.engine import assess
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import SOURCES, THEMES, Assessment, Observation, Source

LEAST_HARMLESS, LEAST_WORRYING, MOST_SERIOUS = 1500, 200, 60
CAPTURED_FROM, SERIOUS_FROM = 2, 4
LEAST_CAPTURED_PER_THEME = 2
MOST_HARMLESS_CAPTURED_PER_THOUSAND = 10


@lru_cache(maxsize=1)
def judged() -> tuple[tuple[Line, Assessment], ...]:
    """Every line with what the shipped library makes of it; about a tenth of a second once the bundle is compiled."""
    bundle = load_shipped_bundle()
    return tuple((line, assess(Observation(line.text, source=cast(Source, line.source)), bundle=bundle)) for line in read_lines())


def rows() -> list[dict[str, Any]]:
    return [json.loads(text) for path in sorted(DAY_FOLDER.glob("*.jsonl")) for text in path.read_text("utf-8").splitlines()]


def test_the_day_has_enough_harmless_and_worrying_lines() -> None:
    marks = Counter(line.is_worrying for line in read_lines())
    assert marks[False] >= LEAST_HARMLESS
    assert marks[True] >= LEAST_WORRYING


def test_no_line_stands_twice() -> None:
    repeated = [text for text, times in Counter(line.text for line in read_lines()).items() if times > 1]
    assert repeated == []


def test_every_row_has_the_keys_of_a_line_and_no_other() -> None:
    assert {tuple(sorted(row)) for row in rows()} == {("host", "source", "text", "title", "worrying", "year")}


def test_every_line_has_text_of_at_most_a_few_sentences() -> None:
    assert [line.text for line in read_lines() if not 1 <= len(line.text.strip()) <= 300] == []


def test_every_line_has_a_known_source_and_a_school_year_or_none() -> None:
    assert {line.source for line in read_lines()} <= set(SOURCES)
    assert {line.year for line in read_lines()} <= {None, *range(4, 14)}


def test_every_host_is_invented() -> None:
    assert [line.host for line in read_lines() if not line.host.endswith(".example")] == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_is_met_by_at_least_two_worrying_lines(theme: str) -> None:
    met = [line for line, view in judged() if line.is_worrying and theme in view.themes]
    assert len(met) >= LEAST_CAPTURED_PER_THEME


def test_few_harmless_lines_would_leave_a_device() -> None:
    harmless = [(line, view) for line, view in judged() if not line.is_worrying]
    captured = [line.text for line, view in harmless if view.severity >= CAPTURED_FROM]
    assert len(captured) * 1000 <= len(harmless) * MOST_HARMLESS_CAPTURED_PER_THOUSAND, captured


def test_most_worrying_lines_would_leave_a_device() -> None:
    worrying = [view for line, view in judged() if line.is_worrying]
    assert sum(view.severity >= CAPTURED_FROM for view in worrying) * 4 >= len(worrying) * 3


def test_few_worrying_lines_are_serious() -> None:
    assert 0 < sum(view.severity >= SERIOUS_FROM for line, view in judged() if line.is_worrying) <= MOST_SERIOUS
