"""The small model: its file, its faults, what it may and may not decide. Its numbers are held by contracts/matching/model."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from heedful.detection import shipped
from heedful.detection.bundle import BundleError, load_bundle, to_bytes, with_model
from heedful.detection.engine import assess
from heedful.detection.model import ALWAYS, GREATEST, NEVER, Header, Model, ModelError, ThemeHead, pack, root_by_count
from heedful.detection.model_features import BREAK, END, MOST_CHARACTERS, START, featurise, windows, windows_of
from heedful.detection.model_judge import meanings
from heedful.detection.shipped import ModelMissing, check_weights
from heedful.detection.tests import small
from heedful.detection.values import Observation

HEADER = Header("tiny", 4, 2, (ThemeHead("suicide"), ThemeHead("bullying")))
SOME = pack(HEADER, [0.5 * place - 2 for place in range(16)], [[1.0, -place] for place in range(4)], bias=0.25, theme_biases=[0.0, 3.0])


def _says(concern: float, *, at: tuple[int, int] = (50, 100), below: int = -50, **values: object) -> Model:
    """A model whose concern is the same for every text: in the small library's terms 'suicide' whatever is said."""
    themes = (ThemeHead("suicide", 0, at, below), ThemeHead("bullying", 0, at, below), ThemeHead("violence", 0, at, below))
    header = replace(HEADER, themes=themes, least_tokens=1, **values)
    model = pack(header, [1.0] + [0.0] * 15, [[1.0, 0.0, 0.0]] * 4)
    return replace(model, header=replace(model.header, bias=int(concern)), concern=SOME.concern.__class__("b", bytes(16)))


def _rules(text: str, model: Model, source: str = "typed", *before: str, **more: object) -> list[tuple[str, int]]:
    bundle = load_bundle(to_bytes(with_model(small.content(), model)))
    found = assess(Observation(text, source, before), bundle=bundle, **more)  # type: ignore[arg-type]
    return [(finding.rule, finding.severity) for finding in found.findings]


def test_a_model_reads_what_it_wrote() -> None:
    assert Model.from_bytes(SOME.to_bytes()) == SOME
    assert Model.from_content(json.loads(json.dumps(SOME.to_content()))) == SOME


def test_weights_are_scaled_by_the_greatest_and_keep_their_sign() -> None:
    assert max(SOME.concern) == GREATEST
    assert [weight < 0 for weight in SOME.concern] == [place < 4 for place in range(16)]
    assert (SOME.header.bias, SOME.header.themes[1].bias, SOME.header.units) == (round(0.25 * 127 / 5.5), 127, (round(127_000 / 5.5), round(127_000 / 3)))


def test_each_weight_travels_as_one_sign() -> None:
    every = replace(SOME, header=replace(HEADER, concern_bits=8), concern=SOME.concern.__class__("b", range(-128, 128)))
    content = every.to_content()
    assert len(content["concern"]) == 256
    assert Model.from_content(content) == every


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "not a model: it does not begin as one"),
        (b"HDFM\x09", "the model has format 9; this version reads 1"),
        (b"HDFM", "the model has format None; this version reads 1"),
        (b"HDFM\x01\x02\x00\x00\x00{}", "not a model: KeyError in its header"),
        (b"HDFM\x01\xff\x00\x00\x00{", "not a model: JSONDecodeError in its header"),
        (SOME.to_bytes()[:-1], "the model 'tiny' has 16 and 7 weights; its header says 16 and 8"),
    ],
)
def test_other_bytes_are_refused(raw: bytes, told: str) -> None:
    with pytest.raises(ModelError, match="^" + told):
        Model.from_bytes(raw)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"theme_bits": 5}, "must have 1 ≤ theme_bits ≤ concern_bits"),
        ({"themes": (ThemeHead("suicide"), ThemeHead("suicide"))}, "must name each of its themes once"),
        ({"themes": (ThemeHead("weather"),)}, "must name each of its themes once"),
        ({"themes": (ThemeHead("suicide", 0, (5, 9), 6),)}, "must have silences_below ≤ both of fires_at"),
        ({"themes": (ThemeHead("suicide", 0, (9, 5), 0),)}, "must have silences_below ≤ both of fires_at"),
        ({"window": 7}, "must have an even window"),
        ({"least_tokens": 0}, "has a count that is too small"),
        ({"bias": 2**31}, "has a number that is not of 32 bits"),
        ({"source_offsets": {"smelt": 1}}, "names an unknown source"),
        ({"by_count": (0, 2**30)}, "has a by_count that overflows"),
    ],
)
def test_a_header_that_contradicts_itself_is_refused(values: dict[str, object], told: str) -> None:
    with pytest.raises(ModelError, match=told):
        replace(HEADER, **values)


def test_a_bundle_refuses_a_model_of_other_themes() -> None:
    with pytest.raises(BundleError, match="the model 'tiny' names themes that the library does not have: gambling"):
        with_model(small.content(), pack(replace(HEADER, themes=(ThemeHead("gambling"),)), [0.0] * 16, [[0.0]] * 4))


def test_a_model_moves_the_bundles_version() -> None:
    assert with_model(small.content(), SOME)["version"] != small.bundle().version


@pytest.mark.parametrize(
    ("concern", "expected"), [(49, []), (50, [("model.suicide", 2)]), (99, [("model.suicide", 2)]), (100, [("model.suicide", 3)]), (2**30, [("model.suicide", 3)])]
)
def test_the_model_alone_says_two_or_three(concern: int, expected: list[tuple[str, int]]) -> None:
    assert _rules("the weather is fine", _says(concern)) == expected


@pytest.mark.parametrize(
    ("text", "left"),
    [("you loser", []), ("fight him", []), ("nobody likes you", []), ("kys", [("violence.kys", 4)]), ("kms", [("suicide.kill-myself", 5)]), ("bloody hell", [("language.bloody-hell", 1)])],
)
def test_a_harmless_line_silences_one_to_three_of_its_themes_only(text: str, left: list[tuple[str, int]]) -> None:
    assert _rules(text, _says(-51)) == left
    assert _rules(text, _says(-50)) != []


def test_what_is_silenced_is_kept_with_its_reason_and_leaves_nothing() -> None:
    bundle = load_bundle(to_bytes(with_model(small.content(), _says(-51))))
    found = assess(Observation("nobody likes you"), bundle=bundle)
    assert (found.severity, found.findings, dict(found.themes), found.leaves_device(1)) == (0, (), {}, False)
    assert [finding.rule for finding in found.silenced] == ["bullying.worthless"]
    assert found.silenced[0].why.endswith("; left out: the words around it look harmless.")


def test_a_report_is_never_silenced() -> None:
    assert _rules("nobody likes you", _says(-10_000), "report") == [("bullying.worthless", 3)]


def test_a_finding_of_the_same_severity_is_enough() -> None:
    assert _rules("nobody likes you", _says(100)) == [("bullying.worthless", 3)]
    assert _rules("you loser", _says(100)) == [("model.suicide", 3), ("bullying.loser", 1)]


def test_either_layer_can_be_left_out() -> None:
    assert _rules("you loser", _says(100), layers=frozenset(("phrases",))) == [("bullying.loser", 1)]
    assert _rules("you loser", _says(100), layers=frozenset(("model",))) == [("model.suicide", 3)]
    assert _rules("you loser", _says(100), layers=frozenset()) == []


def test_the_model_is_asked_where_the_sieve_is_silent() -> None:
    bundle = small.sieved()
    assert bundle.sieve
    assert not bundle.sieve.may_hit("the weather is fine")
    assert assess(Observation("the weather is fine"), bundle=replace(bundle, model=_says(60))).severity == 2


def test_sources_and_age_bands_move_the_concern() -> None:
    model = _says(0, source_offsets={"searched": 60, "received": -60}, age_offsets={"ks1": 50})
    assert _rules("the weather", model) == []
    assert _rules("the weather", model, "searched") == [("model.suicide", 2)]
    assert _rules("the weather", model, "searched", age_band="ks1") == [("model.suicide", 3)]
    assert (_rules("you loser", model), _rules("you loser", model, "received")) == ([("bullying.loser", 1)], [])


def test_long_pages_are_not_asked_about() -> None:
    model = _says(60, most_tokens={"displayed": 4, "file": 0})
    assert _rules("one two three four", model, "displayed") == [("model.suicide", 2)]
    assert _rules("one two three four five", model, "displayed") == []
    assert _rules("one", model, "file") == []
    assert _rules("one two three four five", model) == [("model.suicide", 2)]


def test_windows_cover_every_word_and_end_with_the_text() -> None:
    for count in range(130):
        spans = windows(count, 12)
        assert {place for start, end in spans for place in range(start, end)} == set(range(count))
        assert all(end - start <= 12 for start, end in spans)
        assert spans[-1][1] == count
        for place in range(count):
            holding = [number for number, (start, end) in enumerate(spans) if start <= place < end]
            assert list(windows_of(place, place + 1, count, 12)) == holding


def test_a_batch_has_every_texts_buckets() -> None:
    featuriser = small.bundle().featuriser
    batch = featurise([("one two", ()), ("", ()), ("two", ("one",))], featuriser, concern_bits=10, theme_bits=5, window=12)
    assert len(batch.concern_starts) == len(batch.theme_starts) == 4
    one = {feature & 1023 for feature in featuriser.features([("one", False), ("two", False)])}
    assert list(batch.concern[: batch.concern_starts[1]]) == sorted(one)
    assert list(batch.themes[: batch.theme_starts[1]]) == sorted({bucket & 31 for bucket in one})
    assert batch.concern_starts[2] - batch.concern_starts[1] == 1  # the start with the end


def test_edges_are_no_words_and_long_words_are_cut() -> None:
    featuriser = small.bundle().featuriser
    assert featuriser.words(f"{START} a{END}b {BREAK}") == [("a", False), ("b", False)]
    assert featuriser.features([("x" * MOST_CHARACTERS, False)]) == featuriser.features([("x" * 1000, False)])


def test_shrinking_by_count_is_that_of_the_root() -> None:
    table = root_by_count(64, 256)
    assert (table[16], table[64], table[256], len(table)) == (2048, 1024, 512, 257)


def test_a_layer_that_is_on_without_its_weights_is_told(tmp_path: Path) -> None:
    check_weights(frozenset(("phrases",)), tmp_path / "device.bin")
    with pytest.raises(ModelMissing, match=r"the layer 'model' is on and its weights are missing: no file .*device\.bin"):
        check_weights(frozenset(("phrases", "model")), tmp_path / "device.bin")
    (tmp_path / "device.bin").write_bytes(b"")
    check_weights(frozenset(("model",)), tmp_path / "device.bin")


def test_the_shipped_weights_are_part_of_what_the_bundle_is_made_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "device.bin"
    monkeypatch.setattr(shipped, "WEIGHTS", weights)
    without = shipped.source_hash()
    weights.write_bytes(SOME.to_bytes())
    assert shipped.source_hash() != without


def test_every_rule_of_the_model_can_be_sent_and_means_something() -> None:
    said = meanings(small.bundle())
    assert "reads like Grooming" in said["model.sexual-exploitation"]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z0-9-]+", rule) for rule in said)


def test_thresholds_without_a_value_never_fire_and_never_silence() -> None:
    assert (HEADER.themes[0].fires_at, HEADER.themes[0].silences_below) == ((NEVER, NEVER), ALWAYS)
