"""A school's own lines: read, told in plain words, and never quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from heedful.cli import main
from heedful.commands import _layers, _own_lines, evaluate
from heedful.commands._own_lines import Judged
from heedful.detection.detector import Detector
from heedful.detection.labelled import Line, LineFault
from heedful.detection.shipped import ModelMissing

CSV = 'severity,text\n5,"i want to kill myself, tonight"\n0,what is photosynthesis\n'


def written(folder: Path, content: str, name: str = "lines.csv") -> Path:
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def judged(label: int, severity: int, number: int = 1, *, leaves: bool = True) -> Judged:
    return Judged(Line(f"line {number}", "some text", label), severity, leaves)


@pytest.mark.parametrize(
    "content",
    [CSV, CSV.removeprefix("severity,text\n"), "\ufeff" + CSV, 'text,severity\n"i want to kill myself, tonight",5\nwhat is photosynthesis,0\n', CSV.replace(",", ";", 1).replace("5,", "5;").replace("0,", "0;")],
    ids=["heads", "none", "mark", "turned round", "semicolons"],
)
def test_csv_is_read_as_spreadsheets_write_it(tmp_path: Path, content: str) -> None:
    assert [(line.severity, line.text) for line in _own_lines.read(written(tmp_path, content))] == [(5, "i want to kill myself, tonight"), (0, "what is photosynthesis")]


def test_json_lines_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, '{"text": "a b", "severity": 3, "theme": "low_mood"}\n', "lines.jsonl")
    assert [(line.severity, line.theme) for line in _own_lines.read(path)] == [(3, "low_mood")]


def test_every_fault_is_told_with_its_line_and_without_its_text(tmp_path: Path) -> None:
    path = written(tmp_path, '7,secret one\n3,\n"two\nlines",x\nonly\n0,a,b\n2,fine\n')
    with pytest.raises(LineFault) as caught:
        _own_lines.read(path)
    assert str(caught.value).splitlines() == [
        "lines.csv, line 1: the severity is a whole number from 0 to 5",
        "lines.csv, line 2: the text is empty",
        "lines.csv, line 3: the severity is a whole number from 0 to 5",
        "lines.csv, line 5: needs two columns, severity and text",
        "lines.csv, line 6: has more than two columns; put a text with commas in quotation marks",
    ]


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "latin.csv").write_bytes(b"3,caf\xe9\n")
    assert main(["evaluate", str(tmp_path / "latin.csv")]) == 2
    assert "not UTF-8" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path / "none.csv")]) == 2
    assert "No such file" in capsys.readouterr().err
    assert main(["evaluate", str(written(tmp_path, "severity,text\n"))]) == 2
    assert "has no lines" in capsys.readouterr().err


def test_figures_are_told_in_plain_words() -> None:
    lines = [*(judged(3, 4) for _ in range(36)), *(judged(3, 2) for _ in range(3)), judged(5, 5, 9, leaves=False), judged(0, 3, 7), *(judged(0, 0, leaves=False) for _ in range(59))]
    told = "\n".join(_own_lines.told(lines))
    assert "Of 40 lines that you marked as a concern, Heedful found 36 (77 to 96 of 100)." in told
    assert "1 line of them would never have left the pupil's device." in told
    assert "Of 60 lines that you marked as harmless, it would have shown you 1 as a concern (0 to 9 of 100)." in told
    assert _own_lines.to_look_at(lines) == ["Missed: line 1, line 1, line 1, line 9.", "Harmless, but shown as a concern: line 7."]


def test_few_lines_come_with_a_warning() -> None:
    assert "fewer than 30 concerns" in "\n".join(_own_lines.told([judged(3, 3)] + [judged(0, 0, leaves=False)] * 30))


def test_the_command_tells_and_writes_a_page_without_any_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert main(["evaluate", str(written(tmp_path, CSV)), "--html", str(page)]) == 0
    told, err = capsys.readouterr()
    assert err == "judged by phrases\n"
    assert "Of 1 line that you marked as a concern, Heedful found 1" in told
    for shown in (told, page.read_text("utf-8")):
        assert "kill" not in shown
        assert "photosynthesis" not in shown


def test_the_layers_are_those_of_the_setting_unless_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(written(tmp_path, CSV))
    asked: list[frozenset[str]] = []

    def refuse(layers: frozenset[str]) -> Detector:
        asked.append(layers)
        raise ModelMissing("the layer 'encoder': its weights are damaged")

    monkeypatch.setattr(evaluate, "detector_of", refuse)
    monkeypatch.setenv("HEEDFUL_DETECTION_LAYERS", "phrases,encoder")
    assert main(["evaluate", path]) == 2
    assert capsys.readouterr().err == "the layer 'encoder': its weights are damaged\n"
    assert main(["evaluate", path, "--layers", "phrases"]) == 2
    assert asked == [frozenset(("phrases", "encoder")), frozenset(("phrases",))]
    assert main(["evaluate", path, "--layers", "brain"]) == 2
    assert "no layer 'brain'" in capsys.readouterr().err


def test_damaged_weights_are_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("encoder.onnx", "encoder.tokens.json", "encoder.json", "fusion.json"):
        (tmp_path / name).write_text("{")
    monkeypatch.setattr("heedful.detection.encoder.SHIPPED", tmp_path)
    with pytest.raises(ModelMissing, match="the layer 'encoder'"):
        _layers._encoder(required=False)
