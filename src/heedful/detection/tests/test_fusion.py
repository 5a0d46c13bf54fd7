"""What the fusion may and may not do, whatever numbers were fitted."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.detection.fusion import FORMAT, PHRASE_FLOOR, Evidence, Fitted, Fusion, FusionError, Weights
from heedful.detection.values import THEMES

LOGITS = st.floats(-30, 30)
ROWS = st.builds(Weights, st.floats(-9, 3), st.floats(0, 3), st.floats(0, 3), st.floats(0, 2).map(lambda step: tuple(step * level for level in range(6))))
FITTED = st.builds(
    lambda row, later, least: Fitted((row, row, row, later, later), (least,) * 4 + (0.95,), dict.fromkeys(THEMES, row)), ROWS, ROWS, st.floats(0.1, 0.95)
)
EVIDENCE = st.builds(
    lambda theme, phrase, model, encoder: Evidence({theme: phrase} if phrase else {}, model, {theme: model}, (encoder,) * 5, {theme: encoder}),
    st.sampled_from(THEMES), st.integers(0, 5), LOGITS, LOGITS,
)  # fmt: skip


@given(FITTED, EVIDENCE)
def test_a_phrase_of_four_or_five_is_never_tempered_away(fitted: Fitted, evidence: Evidence) -> None:
    phrase = max(evidence.phrases.values(), default=0)
    assert Fusion({"model+encoder": fitted}).judge(evidence).severity >= PHRASE_FLOOR[phrase]


@given(FITTED, EVIDENCE)
def test_no_model_by_itself_says_five(fitted: Fitted, evidence: Evidence) -> None:
    verdict = Fusion({"model+encoder": fitted}).judge(evidence)
    assert verdict.severity <= 4 or max(evidence.phrases.values(), default=0) == 5


@given(FITTED, EVIDENCE)
def test_chances_fall_with_severity_and_lie_between_nothing_and_one(fitted: Fitted, evidence: Evidence) -> None:
    verdict = Fusion({"model+encoder": fitted}).judge(evidence)
    assert list(verdict.chances) == sorted(verdict.chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in (*verdict.chances, *verdict.themes.values()))


@given(FITTED, EVIDENCE, st.floats(0, 10))
def test_more_concern_never_makes_it_less_serious(fitted: Fitted, evidence: Evidence, more: float) -> None:
    fusion = Fusion({"model+encoder": fitted})
    raised = Evidence(evidence.phrases, (evidence.model or 0) + more, evidence.model_themes, evidence.encoder, evidence.encoder_themes)
    assert fusion.judge(raised).severity >= fusion.judge(evidence).severity


def test_without_a_model_the_phrases_severity_stands() -> None:
    verdict = Fusion({}).judge(Evidence({"suicide": 4, "bullying": 2}))
    assert (verdict.severity, verdict.themes) == (4, {"suicide": 1.0, "bullying": 1.0})


def test_each_set_of_models_has_numbers_of_its_own() -> None:
    assert Evidence().layers == "none"
    assert Evidence(model=0.0).layers == "model"
    assert Evidence(encoder=(0.0,) * 5).layers == "encoder"
    assert Evidence(model=0.0, encoder=(0.0,) * 5).layers == "model+encoder"


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "fusion.json"
    file.write_text(json.dumps({"format": FORMAT + 1, "fitted": {}}))
    with pytest.raises(FusionError, match=f"format {FORMAT + 1}; this version reads {FORMAT}"):
        Fusion.read(file)


def test_a_missing_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(FusionError, match=r"'fusion\.json' can't be read: install Heedful again"):
        Fusion.read(tmp_path / "fusion.json")
