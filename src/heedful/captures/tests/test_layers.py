"""Layers of detection on the server: each can be switched off, and one that is on and can't judge is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from heedful import settings_table
from heedful.captures import assessing
from heedful.captures.assessing import LayersNotReady, check_layers, judge, meanings, reads_slowly
from heedful.checks import product
from heedful.commands import _installation
from heedful.detection import encoder as encoder_module
from heedful.detection.phrasing import SAID_CHANCE
from heedful.detection.values import LAYERS, THEMES
from heedful.settings_table import SettingsError, read_settings
from tests.harness.layers import ToldEncoder

LINE = "nobody would notice"


def judged(text: str, **how: bool) -> tuple[int, str, list[str]]:
    found = judge(text, source="typed", age_band="ks3", **how)  # type: ignore[arg-type]
    return found.severity, found.theme, [finding[3] for finding in found.findings]


def test_what_no_phrase_names_is_found_by_the_encoder_and_says_so(told_encoder: ToldEncoder) -> None:
    told_encoder.reads[LINE] = (4, "suicide")
    found = judge(LINE, source="typed", age_band="ks3")
    assert (found.severity, found.theme, [finding[3] for finding in found.findings]) == (4, "suicide", ["model.suicide"])
    assert found.said[1] == "Heedful's language model takes it for somebody telling of themselves, about the writer."
    assert meanings()["model.suicide"]
    assert found.weights["encoder"] == "told"
    assert judge(LINE, source="typed", age_band="ks3", is_quick=True).weights.get("encoder") is None


@pytest.mark.parametrize(
    ("n", "told"),
    [
        (0, "The models take the wording for harmless."),
        (9, "The models take the wording for harmless."),
        (10, "The models doubt that the wording is a worry."),
        (49, "The models doubt that the wording is a worry."),
        (50, "The models take the wording for a worry."),
        (89, "The models take the wording for a worry."),
        (90, "The models are nearly sure that the wording is a worry."),
        (100, "The models are nearly sure that the wording is a worry."),
    ],
)
def test_what_the_models_think_is_said_in_words_without_a_figure(n: int, told: str) -> None:
    assert SAID_CHANCE.format(n=n) == told


def test_the_quick_way_does_not_ask_the_encoder(told_encoder: ToldEncoder) -> None:
    told_encoder.reads["i hate my life today"] = (0, "low_mood")
    assert judged("i hate my life today", is_quick=True) == (3, "low_mood", ["low_mood.hate-my-life"])
    assert told_encoder.asked == []
    assert judged("i hate my life today")[0] == 0


def test_phrases_alone_ask_no_model(small_library: None) -> None:
    assert judged("i hate my life today")[0] == 3
    assert not reads_slowly()
    found = judge("i hate my life today", source="typed", age_band="ks3")
    assert (found.said, found.silenced, found.words_severity) == ([], [], None)


def test_every_rule_of_the_models_has_its_meaning(small_library: None) -> None:
    assert {f"model.{theme.replace('_', '-')}" for theme in THEMES} >= {rule for rule in meanings() if rule.startswith("model.")}
    assert "model.low-mood" in meanings()


@pytest.fixture
def no_weights(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of the one with the weights."""
    monkeypatch.setattr(encoder_module, "SHIPPED", tmp_path)
    assessing.forget_detection()
    return tmp_path


def test_a_layer_without_its_weights_stops_the_start_and_says_the_way_out(no_weights: Path, settings: LazySettings) -> None:
    settings.DETECTION_LAYERS = frozenset(("phrases", "encoder"))
    with pytest.raises(SystemExit) as stop:
        _installation.check_layers()
    told = str(stop.value)
    assert "HEEDFUL_DETECTION_LAYERS: the sentence encoder lacks encoder.onnx" in told
    assert "switch the layer off" in told
    assert (product.layers().verdict, "encoder.onnx" in product.layers().text) == ("wrong", True)


def test_weights_that_are_no_weights_are_said_too(no_weights: Path, settings: LazySettings) -> None:
    settings.DETECTION_LAYERS = frozenset(("phrases", "encoder"))
    for name in ("encoder.onnx", "encoder.tokens.json", "encoder.json", "fusion.json"):
        (no_weights / name).write_text("{")
    with pytest.raises(LayersNotReady, match="can't be loaded"):
        check_layers()


def test_a_missing_file_of_the_fusion_is_said(no_weights: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DETECTION_LAYERS = frozenset(("phrases", "model"))
    monkeypatch.setattr(assessing, "check_weights", lambda layers: None)
    with pytest.raises(LayersNotReady, match=r"fusion\.json"):
        check_layers()


def test_phrases_alone_need_no_weights(no_weights: Path) -> None:
    assert check_layers() == "here phrases; on devices phrases"
    assert product.layers().verdict == "well"


def test_a_library_without_the_model_that_the_setting_names_is_said(
    small_library: None, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DETECTION_LAYERS = frozenset(("phrases", "model"))
    monkeypatch.setattr(assessing, "_models", lambda: (None, None))
    with pytest.raises(LayersNotReady, match="names 'model' and the library that devices load has none: run 'heedful bundle build'"):
        check_layers()
    assert product.layers().verdict == "wrong"


def test_doctor_says_what_judges_here_and_on_devices(told_encoder: ToldEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessing, "_models", lambda: (told_encoder, None))
    assert product.layers().text == "here encoder, phrases (encoder told); on devices phrases"


@pytest.mark.parametrize("value", ["", "phrases,brain", "phrases encoder", ","])
def test_an_unknown_layer_stops_the_start(value: str) -> None:
    with pytest.raises(SettingsError, match=r"HEEDFUL_DETECTION_LAYERS: got .* it takes one or more of phrases, model, encoder"):
        read_settings({"HEEDFUL_DETECTION_LAYERS": value})


def test_the_settings_know_every_layer() -> None:
    assert set(settings_table.LAYERS) == LAYERS


@pytest.mark.parametrize("value", ["phrases", "phrases, model", "encoder", "model,encoder,phrases"])
def test_any_layers_may_stand_alone(value: str) -> None:
    assert read_settings({"HEEDFUL_DETECTION_LAYERS": value}).text("HEEDFUL_DETECTION_LAYERS") == value
