"""What the report says of themes and chances: which theme is said, and how far a chance can be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluation import plots
from evaluation.challenge_sections import CONCERN, Seen
from evaluation.document import Plot, Section, Table, percent
from evaluation.judges import Judged, Judges, progress
from heedful.detection.labelled import Line
from heedful.detection.measures import Share, average_precision, expected_calibration_error, precision_recall, reliability
from heedful.detection.values import THEMES

CONCERN_OF_THEME = 2
FEWEST = 5  # lines of a theme, below which no curve is drawn
SURE = 0.1  # chances from here on are told apart: most lines have one near 0, which flatters a mean over all
NOT_FOUND = "below 3"
HARMLESS = "harmless"
Pairs = Sequence[tuple[float, bool]]


def right_theme(judged: Iterable[Judged]) -> Share:
    """Of the lines that are graded 3 or more, how many have their label's theme as the gravest."""
    found = [one.theme == one.line.theme for one in judged if one.severity >= CONCERN]
    return Share(sum(found), len(found))


def among_themes(judged: Iterable[Judged]) -> Share:
    """The same where their label's theme is one of those that are said."""
    found = [one.line.theme in one.themes for one in judged if one.severity >= CONCERN]
    return Share(sum(found), len(found))


def recognised(seen: Seen) -> Section:
    """Which theme is said of what is found, and of what is falsely captured."""
    by_theme: dict[str, list[Judged]] = {theme: [one for one in seen.concerns if one.line.theme == theme] for theme in THEMES}
    by_theme = {theme: some for theme, some in by_theme.items() if some}
    rows = [(theme, percent(right_theme(some)), percent(among_themes(some)), percent(_found_as_it_is(some)), _taken_for(some)) for theme, some in by_theme.items()]
    rows.append(("all", percent(right_theme(seen.concerns)), percent(among_themes(seen.concerns)), percent(_found_as_it_is(seen.concerns)), ""))
    falsely = [one for one in seen.harmless if one.severity >= CONCERN]
    columns = [*THEMES, NOT_FOUND]
    down = {**by_theme, **({HARMLESS: falsely} if falsely else {})}
    counts = [[Counter(map(_said, some))[column] for column in columns] for some in down.values()]
    return Section("Which theme is said", [
        "Of lines labelled 3 or more, by all layers. A capture may have several themes; the gravest is shown first, and the label has one alone, so a line that touches two may be right and count as wrong here.",
        Table(("label", "right theme, of what is graded 3 or more", "among its themes, of the same", "graded 3 or more and the right theme, of all", "most often taken for"), rows, "Right theme by theme"),
        f"What {len(falsely):,} harmless lines that are graded 3 or more are taken for: {_taken_for(falsely) or 'nothing'}.",
        Plot(plots.heat(list(down), columns, counts, label="the gravest theme that is said", name="said"), "Confusion by theme: rows are labels, columns what is said; the last row holds only the harmless lines that are graded 3 or more."),
    ])  # fmt: skip


def _found_as_it_is(judged: Sequence[Judged]) -> Share:
    return Share(right_theme(judged).hits, len(judged))


def _said(one: Judged) -> str:
    return one.theme if one.severity >= CONCERN else NOT_FOUND


def _taken_for(judged: Sequence[Judged], most: int = 3) -> str:
    wrong = Counter(one.theme for one in judged if one.severity >= CONCERN and one.theme != one.line.theme)
    return ", ".join(f"{theme or 'no theme'} {count}" for theme, count in sorted(wrong.items(), key=lambda pair: (-pair[1], pair[0]))[:most])


@dataclass(frozen=True)
class Chances:
    """(chance, is it so) of each line: by theme, and by severity level ("1 or more" … "4 or more", "5")."""

    themes: Mapping[str, Pairs]
    levels: Mapping[str, Pairs]

    def everything(self) -> Pairs:
        """Every theme's pairs together."""
        return [pair for pairs in self.themes.values() for pair in pairs]


def ask(lines: Sequence[Line], judges: Judges, what: str) -> Chances:
    """The chances of each line, and whether it is so."""
    told = [(line, judges.verdict(line)) for line in progress(lines, f"chances, {what}", len(lines))]
    themes = {theme: [(verdict.themes.get(theme, 0.0), line.theme == theme and line.severity >= CONCERN_OF_THEME) for line, verdict in told] for theme in THEMES}
    levels = {_level(level): [(verdict.chances[level - 1], line.severity >= level) for line, verdict in told] for level in range(1, 6)}
    return Chances({theme: pairs for theme, pairs in themes.items() if sum(is_so for _, is_so in pairs) >= FEWEST}, levels)


def error_of_concern(chances: Chances) -> float | None:
    """The expected calibration error of the chance that a line is of severity 3 or more."""
    return expected_calibration_error(reliability(chances.levels[_level(CONCERN)]))


def _level(level: int) -> str:
    return f"{level} or more" if level < 5 else "5"


def calibration_section(fitted: Chances, fresh: Chances, *, lines: tuple[int, int], is_standing_in: bool = False) -> Section:
    """Curves and calibration by theme and by severity. `fitted` are the corpus' calibration part, `fresh` the challenge set, or the same part again where `is_standing_in`; `lines` counts both."""
    first = "First on the lines that stand in for the challenge set, to which the fusion was fitted;" if is_standing_in else f"First on the {lines[1]:,} lines of the challenge set, to which nothing was fitted;"
    names = [theme for theme in THEMES if theme in fitted.themes or theme in fresh.themes]
    rows = [(theme, *_figures(fresh.themes.get(theme, ())), *_figures(fitted.themes.get(theme, ()))[:3]) for theme in names]
    rows.append(("all themes", "", "", *_figures(fresh.everything())[2:], "", "", _figures(fitted.everything())[2]))
    levels = [(level, *_figures(pairs), *_figures(fitted.levels[level])[:3]) for level, pairs in fresh.levels.items()]
    heads = ("lines that are so", "average precision", "calibration error", f"the same where the chance is {SURE:g} or more", "calibration part: lines", "its average precision", "its calibration error")
    return Section("Precision, recall and calibration", [
        f"{first} then on the {lines[0]:,} of the corpus' calibration part, to which the fusion was fitted, so that it looks better there than on new lines.",
        f"A line counts for a theme when it is labelled with it at severity {CONCERN_OF_THEME} or more, so a theme that a line also touches counts against it. Themes with fewer than {FEWEST} lines are left out. A chance is fitted to the corpus' mix, in which worries are far more common than in what a school's pupils write: it ranks lines, and is not the chance that a child is at risk. The challenge set has no lines labelled 1 or 2.",
        Table(("severity", *heads), levels, "By severity"),
        Table(("theme", *heads), rows, "By theme"),
        *_plots(fresh),
    ])  # fmt: skip


def _plots(fresh: Chances) -> list[Plot]:
    curves = {name: precision_recall(pairs) for name, pairs in fresh.themes.items()}
    bins = {name: reliability(pairs) for name, pairs in fresh.themes.items()}
    by_level = {name: reliability(pairs) for name, pairs in fresh.levels.items()}
    on_line = "the chance given against the share that came true. On the dashed line they agree."
    told: list[Plot] = [Plot(plots.small_reliability(by_level, name="levels"), f"Reliability by severity on the challenge set: {on_line}")]
    if curves:
        told += [
            Plot(plots.small_curves(curves, name="curves"), "Precision against recall by theme on the challenge set."),
            Plot(plots.small_reliability(bins, name="reliability"), f"Reliability by theme on the challenge set: {on_line}"),
        ]
    return told


def _figures(pairs: Pairs) -> tuple[str, str, str, str]:
    if not pairs:
        return "too few", "-", "-", "-"
    sure = [pair for pair in pairs if pair[0] >= SURE]
    error, where_sure = (_number(expected_calibration_error(reliability(some))) for some in (pairs, sure))
    return f"{sum(is_so for _, is_so in pairs):,}", _number(average_precision(precision_recall(pairs))), error, where_sure


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
