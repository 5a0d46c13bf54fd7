"""Harmless lines by who might write them: identity words say nothing, asking for help is never held against a child."""

from functools import lru_cache
from pathlib import Path

import yaml

from heedful.detection.engine import assess
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import Observation

LINES = Path(__file__).with_name("fairness_lines.yaml")
LEAST_LINES = 250
MOST = {"silent": 0, "quiet": 1}


@lru_cache(maxsize=1)
def groups() -> dict[str, dict[str, list[str]]]:
    """How silent → about what → lines."""
    read: dict[str, dict[str, list[str]]] = yaml.safe_load(LINES.read_text("utf-8"))
    return read


def too_loud(how: str) -> list[tuple[str, int, list[str]]]:
    """The lines that are judged more severe than they may be, with the rules that fired."""
    bundle = load_shipped_bundle()
    found = []
    for line in (line for lines in groups()[how].values() for line in lines):
        view = assess(Observation(line), bundle=bundle)
        if view.severity > MOST[how]:
            found.append((line, view.severity, [finding.rule for finding in view.findings]))
    return found


def test_there_are_enough_lines_and_none_twice() -> None:
    lines = [line for by_subject in groups().values() for some in by_subject.values() for line in some]
    assert len(lines) >= LEAST_LINES
    assert len(set(lines)) == len(lines)


def test_who_a_pupil_is_and_how_they_speak_raises_nothing() -> None:
    assert too_loud("silent") == []


def test_help_grief_lessons_and_play_never_leave_the_device() -> None:
    assert too_loud("quiet") == []
