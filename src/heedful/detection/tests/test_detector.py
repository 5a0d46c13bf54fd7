"""All layers together, with an encoder that reads each text as a test says."""

from dataclasses import replace
from pathlib import Path

import pytest

from heedful.detection.detector import Detector
from heedful.detection.lists import LockedLists, phrase_digest, read_lists
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.tests import small
from heedful.detection.values import Observation
from tests.harness.layers import ToldEncoder, fusion_that_believes_the_encoder

POLISH, ENGLISH = "chce sie zabic", "i want to kill myself"


def _detector(**reads: tuple[int, str]) -> Detector:
    return Detector(replace(load_shipped_bundle(), model=None), ToldEncoder(reads), fusion_that_believes_the_encoder())  # type: ignore[arg-type]


@pytest.fixture
def listed(tmp_path: Path) -> LockedLists:
    path = tmp_path / "listed.txt"
    path.write_text(f"# kind: phrase\n# theme: extremism\n# name: council list\n\n{phrase_digest(['purple', 'lantern', 'manual']).hex()}\n")
    return read_lists([path])


def test_models_temper_an_english_phrase_and_leave_one_of_another_language_alone() -> None:
    detector = _detector()
    assert detector.bundle.foreign
    assert (detector.assess(Observation(POLISH)).severity, detector.assess(Observation(ENGLISH)).severity) == (5, 3)


def test_a_disguised_text_is_also_read_as_repaired_and_the_worse_reading_counts() -> None:
    detector = _detector(**{"i feel suicidal": (4, "suicide")})
    encoder = detector.encoder
    assert isinstance(encoder, ToldEncoder)
    plain, hidden = detector.assess(Observation("i feel suicidal")), detector.assess(Observation("i feel su1c1dal"))
    assert [text for text, _ in encoder.asked] == ["i feel suicidal", "i feel su1c1dal", "i feel suicidal"]
    assert plain.severity == hidden.severity >= 4


def test_nothing_is_said_of_the_models_beside_a_call_for_help_or_a_locked_list(listed: LockedLists) -> None:
    detector = _detector()
    assert detector.assess(Observation(ENGLISH)).said
    assert not detector.assess(Observation(ENGLISH, source="report")).said
    assert not detector.assess(Observation("the purple lantern manual"), locked=listed).said


def test_what_only_the_models_find_has_the_likeliest_theme_and_says_so() -> None:
    text = "the ninth chair stays empty from monday"
    (finding,) = _detector(**{text: (3, "suicide")}).assess(Observation(text)).findings
    assert (finding.theme, finding.rule, finding.severity) == ("suicide", "model.suicide", 3)
    assert text[finding.start : finding.end] == text


def test_without_encoder_and_fusion_it_is_the_engine() -> None:
    assert Detector(small.bundle()).assess(Observation("k1ll yourself")).said == ()
