"""The report on a tiny set with phrases alone: every section, both formats, and no text of the challenge set."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from evaluation import challenge_sections, sources, targets, text_sections, theme_sections
from evaluation.day import MIX, SEVERITY_MIX
from evaluation.document import Report, Section, Table, as_html, as_markdown, per, percent
from evaluation.judges import Judged, Judges
from evaluation.run import DATA, main, measure, write_errors
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
        rows = [{"id": f"{source.name}:{part}-{n}", "text": f"page {n} of the book", "labels": ["hate" if is_harm else "benign"], "split": part} for n in range(12) for part in ("train", "dev")]
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


def judged(label: int, severity: int, *, leaves: bool = True, theme: str = "", said: str = "", also: str = "") -> Judged:
    return Judged(Line("x", "x", label, theme=theme), severity if leaves else 0, leaves, severity, said, (), frozenset({said, also} - {""}))


def test_both_formats_hold_every_section_and_the_challenge_figures(made: tuple[Report, dict[str, list[Line]]]) -> None:
    markdown, page = as_markdown(made[0]), as_html(made[0])
    for section in made[0].sections:
        assert f"## {section.title}" in markdown
        assert f'<section id="{section.anchor}">' in page
    assert "| Challenge: recall at severity ≥ 3, all layers judging every line: at least 93 % | 50.0 % (9.5 to 90.5; 1 of 2) | missed |" in markdown
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


def test_recall_counts_a_line_that_never_leaves_only_where_it_says_so() -> None:
    seen = challenge_sections.Seen([judged(3, 3), judged(3, 4, leaves=False), judged(4, 0)], [], [], {})
    told = {one.asked: one.found for one in challenge_sections.targets(seen)}
    assert told["Challenge: recall at severity ≥ 3, all layers judging every line: at least 93 %"].startswith("66.7 %")
    assert told["Challenge: recall at severity ≥ 3 as a school gets it, only what left the device: at least 93 %"].startswith("33.3 %")


def test_errors_are_written_only_on_request(made: tuple[Report, dict[str, list[Line]]], tmp_path: Path) -> None:
    write_errors(tmp_path, made[1])
    assert [line.id for line in read_lines(tmp_path / "missed.jsonl")] == ["w2"]


def test_what_is_fitted_on_sets_no_threshold_and_neither_is_evaluated_on(data: Path) -> None:
    fitted, held = {row.id for row in harmless_to_fit(data)}, {line.id for line in ordinary_lines(data)}
    asked = {line.id for lines in ordinary(data).values() for line in lines}
    assert min(len(fitted), len(held), len(asked)) > len(HARMLESS)
    assert len(fitted | held | asked) == len(fitted) + len(held) + len(asked)
    assert {source.name for source in HELD_OUT if source.name.startswith("benign_")} < set(ordinary(data))


def test_no_source_of_the_report_has_run_out_of_lines() -> None:
    real = {name: len(lines) for name, lines in ordinary(DATA).items()} if DATA.is_dir() else sources.LEAST_LINES
    assert {name: count for name, count in sources.LEAST_LINES.items() if real.get(name, 0) < count} == {}
    assert text_sections.SCHOOL_TEXT | (set(MIX) - {"challenge"}) == set(sources.LEAST_LINES)
    assert min(sources.LEAST_LINES.values()) >= 200


def test_a_source_without_lines_is_named_and_its_target_is_not_measured() -> None:
    there = {name: [judged(0, 0, leaves=False)] for name in text_sections.SCHOOL_TEXT}
    assert text_sections.of_ordinary_text(there).is_met
    told = text_sections.of_ordinary_text({**there, "benign_gsm8k": []})
    assert (told.is_met, told.found) == (None, "no lines of benign_gsm8k")
    assert "benign_gsm8k has 0 lines of at least 450" in sources.short({})


def test_a_week_whose_mix_is_not_whole_meets_no_target_and_says_so() -> None:
    harmless = {name: [judged(0, 0, leaves=False)] for name in MIX if name not in ("challenge", "benign_sms_ham")}
    mixed = text_sections.Mixed.of(harmless, [judged(0, 0)], [judged(3, 3), judged(4, 4)], [judged(2, 2), judged(3, 0)])
    assert mixed.missing == ["benign_sms_ham", "worrying lines labelled 5"]
    assert [len(mixed.worrying[label]) for label in SEVERITY_MIX] == [1, 1, 1, 0]
    day = mixed.simulated()
    assert {one.is_met for one in targets.of_the_day(day, mixed.missing)} == {None}
    told = " ".join(part for part in text_sections.day_section(day, (day, day), mixed).parts if isinstance(part, str))
    assert "no target of the day is measured: benign_sms_ham, worrying lines labelled 5" in told


def test_a_theme_is_right_where_it_is_the_gravest_that_is_said() -> None:
    some = [
        judged(3, 3, theme="suicide", said="suicide"), judged(3, 4, theme="suicide", said="self_harm", also="suicide"),
        judged(3, 3, theme="drugs", said="weapons"), judged(5, 2, theme="drugs", said="drugs"),
    ]  # fmt: skip
    assert (theme_sections.right_theme(some), theme_sections.among_themes(some)) == (Share(1, 3), Share(2, 3))
    seen = challenge_sections.Seen(some, [judged(0, 3, said="weapons")], [], {})
    table = theme_sections.recognised(seen).parts[1]
    assert isinstance(table, Table)
    assert [(row[0], row[4]) for row in table.rows] == [("suicide", "self_harm 1"), ("drugs", "weapons 1"), ("all", "")]


def test_calibration_is_told_of_the_challenge_set_by_theme_and_by_severity() -> None:
    fresh = theme_sections.Chances({"suicide": [(0.9, True), (0.0, False)]}, {"3 or more": [(0.8, True), (0.2, False)], "5": [(0.0, False)]})
    assert theme_sections.error_of_concern(fresh) == pytest.approx(0.2)
    section = theme_sections.calibration_section(fresh, fresh, lines=(2, 2))
    levels, themes = (part for part in section.parts if isinstance(part, Table))
    assert levels.rows[0][:5] == ("3 or more", "1", "1.000", "0.200", "0.200")
    assert levels.rows[1][2:5] == ("-", "0.000", "-")
    assert themes.rows[0][:5] == ("suicide", "1", "1.000", "0.050", "0.100")


def test_the_gravest_lines_are_counted_at_4_and_more() -> None:
    seen = challenge_sections.Seen([judged(5, 5), judged(5, 4, leaves=False), judged(5, 3), judged(4, 2)], [], [], {})
    table = challenge_sections._severities(seen).parts[0]
    assert isinstance(table, Table)
    assert [cell.split(" (")[0] for cell in table.rows[0][1:]] == ["66.7 %", "33.3 %"]
    assert [cell.split(" (")[0] for cell in table.rows[1][1:]] == ["50.0 %", "25.0 %"]


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
    assert told.parts[0] == "1 met, 1 missed, 1 not measured."
    table = told.parts[2]
    assert isinstance(table, Table)
    assert [row[2] for row in table.rows] == ["met", "missed", "not measured"]


def test_shares_are_told_with_their_interval() -> None:
    assert percent(Share(36, 40)) == "90.0 % (76.9 to 96.0; 36 of 40)"
    assert per(Share(1, 4000), 2000) == "0.50 (0.09 to 2.83; 1 of 4,000)"


def test_cells_are_escaped() -> None:
    report = Report("t", ["<b>"], [Section("s", [Table(("h",), [("<i>|`",)])])])
    assert "<i>" not in as_html(report)
    assert "| &lt;i>&#124;&#96; |" in as_markdown(report)
