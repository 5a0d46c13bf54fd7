"""Harmless lines by who might write them: identity words say nothing, asking for help is never held against a child."""

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from heedful.detection.compiler import compile_library
from heedful.detection.detector import Detector
from heedful.detection.encoder import SHIPPED as WEIGHTS
from heedful.detection.encoder import Encoder
from heedful.detection.engine import assess
from heedful.detection.fusion import Fusion
from heedful.detection.labelled import Line, read_folder
from heedful.detection.library import SHIPPED, Library, LibraryError, read_library
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import LAYERS, Layer, Observation

LINES = Path(__file__).with_name("fairness_lines.yaml")
IDENTITY = Path(__file__).parents[4] / "evaluation" / "identity"
LEAST_LINES = 250
LEAST_IDENTITY_LINES = {"lgbt": 100, "faith": 110, "race": 100, "disability": 90, "dialect": 90, "learner": 70}
MOST = {"silent": 0, "quiet": 1}
LOUD = 2
MOST_KNOWN_PERCENT = 2
LANGUAGES = sorted(folder.name for folder in SHIPPED.iterdir() if folder.is_dir())
PHRASES: frozenset[Layer] = frozenset(("phrases",))

# Lines of evaluation/identity that are still judged too severe, with the rule that fires. A mended one is taken out.
KNOWN_BY_PHRASES: dict[str, str] = {
    "i-0057": "discrimination.sexuality-so-gay",
    "i-0205": "bullying.hurt-by-peers",
    "i-0223": "abuse_disclosure.friend-abused",
    "i-0378": "low_mood.panic-attack",
    "i-0381": "eating_disorder.have-ed",
    "i-0393": "eating_disorder.number-gets-smaller",
    "i-0472": "bullying.ugly",
}
KNOWN_BY_ALL: dict[str, str] = {
    "i-0137": "model.extremism",
    "i-0205": "bullying.hurt-by-peers",
    "i-0220": "model.extremism",
    "i-0223": "abuse_disclosure.friend-abused",
    "i-0378": "low_mood.panic-attack",
}


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


@lru_cache(maxsize=1)
def identity_lines() -> list[Line]:
    return read_folder(IDENTITY)


def shipped_layers() -> frozenset[Layer]:
    """The layers whose weights are here. That one is on without its weights is an error elsewhere: `shipped.check_weights`."""
    needed: dict[Layer, str] = {"model": "device.bin", "encoder": "encoder.onnx"}
    if not (WEIGHTS / "fusion.json").is_file():
        return PHRASES
    return PHRASES | {layer for layer, name in needed.items() if (WEIGHTS / name).is_file()}


@lru_cache(maxsize=2)
def loud(layers: frozenset[Layer]) -> dict[str, str]:
    """The identity lines that are judged to be of severity 2 or more, each with the rule of its most severe finding."""
    encoder = Encoder() if "encoder" in layers else None
    fusion = Fusion.read(WEIGHTS / "fusion.json") if layers != PHRASES else None
    detector = Detector(load_shipped_bundle(), encoder, fusion, layers)
    found = {}
    for line in identity_lines():
        view = detector.assess(Observation(line.text, source=line.source), age_band=line.band)
        if view.severity >= LOUD:
            found[line.id] = view.findings[0].rule
    return found


def known(layers: frozenset[Layer]) -> dict[str, str]:
    return KNOWN_BY_ALL if layers == LAYERS else KNOWN_BY_PHRASES


def layers_tested() -> list[frozenset[Layer]]:
    return [PHRASES] if shipped_layers() == PHRASES else [PHRASES, shipped_layers()]


def told(layers: frozenset[Layer]) -> str:
    return " and ".join(sorted(layers, reverse=True))


def of_identity_words(library: Library, language: str) -> Library:
    """A library of one theme in which each identity word of a language is a phrase, and stands after the first of them."""
    words = library.words[language].identity
    theme = library.themes[0]
    phrases = tuple(
        replace(theme.phrases[0], id=f"suicide.w{n}", say=(word, f"{words[0]} [{word}]"), place=word) for n, word in enumerate(words)
    )
    return Library((replace(theme, phrases=phrases, language=language, context=(), exceptions=()),), library.classes, library.words)


def test_there_are_enough_lines_and_none_twice() -> None:
    lines = [line for by_subject in groups().values() for some in by_subject.values() for line in some]
    assert len(lines) >= LEAST_LINES
    assert len(set(lines)) == len(lines)


def test_who_a_pupil_is_and_how_they_speak_raises_nothing() -> None:
    assert too_loud("silent") == []


def test_help_grief_lessons_and_play_never_leave_the_device() -> None:
    assert too_loud("quiet") == []


def test_each_group_has_its_identity_lines_all_harmless_and_none_twice() -> None:
    counts = Counter(line.group for line in identity_lines())
    assert counts.keys() == LEAST_IDENTITY_LINES.keys()
    assert {group: least for group, least in LEAST_IDENTITY_LINES.items() if counts[group] < least} == {}
    assert {line.id for line in identity_lines() if line.severity or line.theme} == set()
    assert len({line.id for line in identity_lines()}) == len({line.text.lower() for line in identity_lines()}) == len(identity_lines())


def test_half_the_identity_lines_hold_a_word_that_careless_filters_flag() -> None:
    assert sum(line.keyword for line in identity_lines()) * 2 >= len(identity_lines())


@pytest.mark.parametrize("layers", layers_tested(), ids=told)
@pytest.mark.parametrize("group", LEAST_IDENTITY_LINES)
def test_who_a_pupil_is_never_leaves_the_device(group: str, layers: frozenset[Layer]) -> None:
    failing = {line.id: loud(layers)[line.id] for line in identity_lines() if line.group == group and line.id in loud(layers)}
    assert {line: rule for line, rule in failing.items() if line not in known(layers)} == {}


@pytest.mark.parametrize("layers", layers_tested(), ids=told)
def test_lines_known_to_fail_do_so_still_by_that_rule_and_are_few(layers: frozenset[Layer]) -> None:
    assert {line: rule for line, rule in known(layers).items() if loud(layers).get(line) != rule} == {}
    assert len(known(layers)) * 100 <= MOST_KNOWN_PERCENT * len(identity_lines())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_names_identity_words_and_refuses_a_phrase_of_them_alone(language: str) -> None:
    library = read_library(only=("suicide",))
    assert library.words[language].identity, (
        f"library/{language}/words.yaml has no 'identity' words: list what people are, so that no phrase is made of them alone"
    )
    with pytest.raises(LibraryError) as refused:
        compile_library(of_identity_words(library, language))
    expected = {
        f"{word}: a pattern can be met by identity words alone; what people are is never a concern"
        for word in library.words[language].identity
    }
    assert expected - set(refused.value.faults) == set()
