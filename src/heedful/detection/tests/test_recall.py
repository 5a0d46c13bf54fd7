"""Worrying lines in pupils' own words, with the least severity that each must reach; many hold no telling word."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import yaml

from heedful.detection.engine import assess
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import THEMES, Observation

LINES = Path(__file__).with_name("recall_lines.yaml")
LEAST_LINES = 250
LEAST_HINTED = 3  # one in so many

Groups = dict[str, dict[str, dict[int, list[str]]]]


@lru_cache(maxsize=1)
def groups() -> Groups:
    """Theme → said or hinted → least severity → lines."""
    read: Groups = yaml.safe_load(LINES.read_text("utf-8"))
    return read


def rows() -> Iterator[tuple[str, int, str]]:
    """Said or hinted, least severity, line."""
    for by_kind in groups().values():
        for kind, by_severity in by_kind.items():
            for least, lines in by_severity.items():
                yield from ((kind, least, line) for line in lines)


def test_every_theme_has_lines() -> None:
    assert set(groups()) == set(THEMES)


def test_there_are_enough_lines_and_none_twice() -> None:
    lines = [line for _, _, line in rows()]
    assert len(lines) >= LEAST_LINES
    assert len(set(lines)) == len(lines)


def test_a_third_of_the_lines_hold_no_telling_word() -> None:
    kinds = [kind for kind, _, _ in rows()]
    assert kinds.count("hinted") * LEAST_HINTED >= len(kinds)


def test_every_worrying_line_reaches_the_severity_that_it_must() -> None:
    bundle = load_shipped_bundle()
    judged = ((line, least, assess(Observation(line), bundle=bundle).severity) for _, least, line in rows())
    assert [(line, least, got) for line, least, got in judged if got < least] == []
