"""The report on a tiny set with phrases alone: every section, both formats, and no text of the challenge set."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from evaluation import challenge_sections, targets
from evaluation.document import Report, Section, Table, as_html, as_markdown, per, percent
from evaluation.judges import Judged, Judges
from evaluation.run import main, measure, write_errors
from evaluation.sources import Challenge, challenge, ordinary
from heedful.detection.detector import Detector
from heedful.detection.labelled import Line, read_lines, write_lines
from heedful.detection.measures import Share
from heedful.detection.shipped import load_shipped_bundle
from training.public import HARM, HARMLESS, HELD_OUT, harmless_to_fit, ordinary_lines

HIDDEN = "the badger knows where the lighthouse ends"  # worrying by its label, so that it is missed


@pytest.fixture(scope="module")
def judges() -> Judges:
    return Judges(Detector(load_shipped_bundle()))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of public texts with a few rows in each file."""
    folder = tmp_path_factory.mktemp("data")
    for source in (*HARM, *HARMLESS, *HELD_OUT):
        is_harm = source.name.startswith("harm_")
        rows = [{"id": f"{source.name}:{part}-{n}", "text": f"page {n} of the book", "labels": ["hate" if is_harm else "benign"], "split": part} for n in range(3) for part in ("train", "dev")]
        (folder / f"{source.name}.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return folder


@pytest.fixture(scope="module")
def challenge_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("challenge")
    write_lines(folder / "worrying.jsonl", [
        Line("w1", "i want to kill myself tonight", 5, theme="suicide", keyword=True), Line("w2", HIDDEN, 3, theme="low_mood", group="faith"),
    ])  # fmt: skip
    write_lines(folder / "harmless.jsonl", [Line(f"h{n}", f"what is {n} times seven", 0) for n in range(6)])
    write_lines(folder / "languages.jsonl", [Line("l1", HIDDEN, 4, theme="suicide", language="cy")])
    return folder


@pytest.fixture(scope="module")
def made(judges: Judges, data: Path, challenge_in: Path) -> tuple[Report, dict[str, list[Line]]]:
    return measure(judges, data, challenge_in=challenge_in, quick=True)


def judged(label: int, severity: int, *, leaves: bool = True, group: str = "") -> Judged:
    return Judged(Line("x", "x", label, group=group), severity if leaves else 0, leaves, severity, "", ())


def test_both_formats_hold_every_section_and_the_challenge_figures(made: tuple[Report, dict[str, list[Line]]]) -> None:
    markdown, page = as_markdown(made[0]), as_html(made[0])
    for section in made[0].sections:
        assert f"## {section.title}" in markdown
        assert f'<section id="{section.anchor}">' in page
    assert "| Challenge: recall at severity ≥ 3: at least 93 % | 50.0 % (9.5 to 90.5; 1 of 2) | missed |" in markdown
    assert "| Challenge: recall at ≥ 3 of severity-5 lines: at least 97 % | 100.0 % (20.7 to 100.0; 1 of 1) | met |" in markdown
    assert "| w2 | low_mood | 3 | 0 | no | nothing |" in markdown


def test_no_text_of_the_challenge_set_stands_in_the_report(made: tuple[Report, dict[str, list[Line]]]) -> None:
    assert HIDDEN not in as_markdown(made[0]) + as_html(made[0])


def test_the_page_needs_nothing_else_and_no_id_twice(made: tuple[Report, dict[str, list[Line]]]) -> None:
    page = as_html(made[0])
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!#)', page)
    names = re.findall(r'\bid="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert "#010" not in page


def test_the_same_lines_give_the_same_report(made: tuple[Report, dict[str, list[Line]]], judges: Judges, data: Path, challenge_in: Path) -> None:
    again, _ = measure(judges, data, challenge_in=challenge_in, quick=True)
    assert as_html(again) == as_html(made[0])


def test_errors_are_written_only_on_request(made: tuple[Report, dict[str, list[Line]]], tmp_path: Path) -> None:
    write_errors(tmp_path, made[1])
    assert [line.id for line in read_lines(tmp_path / "missed.jsonl")] == ["w2"]


def test_what_is_fitted_on_sets_no_threshold_and_neither_is_evaluated_on(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.public.DEV_A_SOURCE", 2)
    monkeypatch.setattr("evaluation.sources.DEV_A_SOURCE", 2)
    fitted, held = {row.id for row in harmless_to_fit(data)}, {line.id for line in ordinary_lines(data)}
    asked = {line.id for lines in ordinary(data).values() for line in lines}
    assert min(len(fitted), len(held), len(asked)) > len(HARMLESS)
    assert len(fitted | held | asked) == len(fitted) + len(held) + len(asked)
    assert {source.name for source in HELD_OUT if source.name.startswith("benign_")} < set(ordinary(data))


def test_without_a_challenge_set_the_corpus_stands_in(tmp_path: Path) -> None:
    found = challenge(tmp_path, quick=True)
    assert found.is_standing_in
    assert found.worrying
    assert not challenge_sections.see(Challenge((), (), ()), Judges(Detector(load_shipped_bundle()))).concerns


def test_missing_data_says_the_way_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path / "none")]) == 2
    assert "HEEDFUL_DATA" in capsys.readouterr().err


def test_the_widest_gap_is_named() -> None:
    gap = challenge_sections._gap({"faith": Share(10, 40), "lgbt": Share(1, 100), "race": Share(9, 10)})
    assert gap == "faith 25.0 % against lgbt 1.0 %; the intervals do not meet."
    assert "fewer than two" in challenge_sections._gap({"faith": Share(1, 40)})


def test_a_target_is_met_missed_or_not_measured() -> None:
    told = targets.section([targets.at_least("a", Share(9, 10), 0.9), targets.at_most("b", Share(2, 2000), 1, 2000), targets.at_most("c", Share(0, 0), 1, 2000)])
    table = told.parts[1]
    assert isinstance(table, Table)
    assert [row[2] for row in table.rows] == ["met", "missed", "not measured"]


def test_shares_are_told_with_their_interval() -> None:
    assert percent(Share(36, 40)) == "90.0 % (76.9 to 96.0; 36 of 40)"
    assert per(Share(1, 4000), 2000) == "0.50 (0.09 to 2.83; 1 of 4,000)"


def test_cells_are_escaped() -> None:
    report = Report("t", ["<b>"], [Section("s", [Table(("h",), [("<i>|`",)])])])
    assert "<i>" not in as_html(report)
    assert "| &lt;i>&#124;&#96; |" in as_markdown(report)
