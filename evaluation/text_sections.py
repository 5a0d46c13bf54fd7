"""What the report says of public text, of the simulated day, and of the corpus' calibration part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluation import plots
from evaluation.day import CAPTURES_A_YEAR, MIX, SEVERITY_MIX, WEEKS_A_YEAR, WORRYING_A_WEEK, Class, Simulation, simulate
from evaluation.document import Plot, Section, Table, per, percent
from evaluation.judges import Judged, Judges, progress
from evaluation.sources import licences
from evaluation.targets import Target, at_most
from heedful.detection.labelled import Line
from heedful.detection.measures import Share, average_precision, expected_calibration_error, precision_recall, reliability
from heedful.detection.values import THEMES

CONCERN, CONCERN_OF_THEME = 3, 2
LISTED = 60
FEWEST = 5  # lines of a theme, below which no curve is drawn
SCHOOL_TEXT = {"benign_onestop_news", "benign_wikisplit", "benign_wellformedness_queries", "benign_nq_queries", "benign_openstax_textbooks", "benign_mmlu_school_questions", "benign_gsm8k"}
Judgements = Mapping[str, Sequence[Judged]]


def judge_harmless(ordinary: Mapping[str, Sequence[Line]], judges: Judges) -> Judgements:
    """As a school runs it: all layers see only what leaves the device."""
    return {name: [judges.judge_what_leaves(line) for line in progress(lines, name, len(lines))] for name, lines in ordinary.items()}


def judge_harmful(harmful: Mapping[str, Sequence[Line]], judges: Judges) -> Judgements:
    """By all layers, whether or not it would leave."""
    return {name: [judges.judge(line) for line in progress(lines, name, len(lines))] for name, lines in harmful.items()}


def of_ordinary_text(harmless: Judgements) -> Target:
    """False captures on textbooks, questions and news."""
    return at_most("Ordinary school text (textbooks, questions, news): false captures at ≥ 3", _captured([one for name in SCHOOL_TEXT for one in harmless.get(name, ())], CONCERN), 1, 20_000)


def ordinary_section(harmless: Judgements, harmful: Judgements) -> Section:
    """Public text, source by source."""
    licence = licences()
    rows = [("all of it", per(_captured(every := [one for some in harmless.values() for one in some], CONCERN), 20_000), per(_left(every), 5000), "")]
    rows += [(name.removeprefix("benign_"), per(_captured(some, CONCERN), 20_000), per(_left(some), 5000), licence[name]) for name, some in harmless.items()]
    found = [(name.removeprefix("harm_"), percent(_graded(some, 2)), percent(_graded(some, CONCERN)), licence[name]) for name, some in harmful.items()]
    return Section("Public text", [
        "Harmless text that no layer learnt from. Files whose licence asks that adaptations be shared alike are never trained on and are used whole; of the others, the part of the development split that the fusion was not fitted to.",
        Table(("source", "captures at 3 or more, in 20,000", "lines that leave the device, in 5,000", "licence"), rows, "Harmless: false captures"),
        "Harmful text whose label a person gave. Most was written by adults to chatbots or on forums, and many labels say only that something is hateful or rude, which is severity 2 here.",
        Table(("source", "graded 2 or more", "graded 3 or more", "licence"), found or [("none", "no lines", "no lines", "")], "Harmful: recall by its own label"),
    ])  # fmt: skip


def simulated(harmless: Judgements, hard: Sequence[Judged], worrying: Sequence[Judged], *, worrying_a_week: float = WORRYING_A_WEEK) -> Simulation:
    """The simulated day of these judgements; `hard` are the challenge set's harmless lines."""
    by_source: dict[str, list[Class]] = {name: [_class(one) for one in some] for name, some in harmless.items()}
    by_source["challenge"] = [_class(one) for one in hard]
    by_label: dict[int, list[Class]] = {}
    for one in worrying:
        by_label.setdefault(one.line.severity, []).append(_class(one))
    return simulate(by_source, by_label, worrying_a_week=worrying_a_week)


def day_section(expected: Simulation, ends: Sequence[Simulation], harmless: Judgements) -> Section:
    """What a school of 1,000 gets. `ends` are the same at the ends of the published rates."""
    def told(simulation: Simulation, name: str, *arguments: int, times: float = 1, places: int = 1) -> str:
        estimate = simulation.estimate(name, *arguments)
        if estimate.value != estimate.value:
            return "no captures"
        return f"{times * estimate.value:.{places}f} ({times * estimate.low:.{places}f} to {times * estimate.high:.{places}f})"

    figures: list[tuple[str, str, tuple[int, ...], float]] = [
        *((f"captures a week that are graded {severity}", "at", (severity,), 1.0) for severity in range(5, -1, -1)),
        ("captures a week at 3 or more", "captures", (3,), 1), ("of them right: labelled 3 or more, in 100", "right", (3,), 100),
        ("captures at 3 or more beyond the true ones, a week", "beyond", (3,), 1), ("captures at 2 or more beyond the true ones, a week", "beyond", (2,), 1),
        ("captures at 2 or more that are right: labelled 2 or more, in 100", "right", (2,), 100),
    ]  # fmt: skip
    rows = [(what, *(told(one, name, *arguments, times=times) for one in (ends[0], expected, ends[1]))) for what, name, arguments, times in figures]
    rows += [(what, *(told(one, name, places=2) for one in (ends[0], expected, ends[1]))) for what, name in (("harmless lines that leave the device, a week", "harmless_leaving"), ("the same, in 5,000", "harmless_leaving_in_5000"))]
    there = {name: share for name, share in MIX.items() if name == "challenge" or harmless.get(name)}
    mix = ", ".join(f"{name.removeprefix('benign_')} {100 * share / sum(there.values()):.0f} %" for name, share in there.items())
    severities = ", ".join(f"{100 * share:.0f} % at {severity}" for severity, share in SEVERITY_MIX.items())
    low, middle, high = (f"{rate / WEEKS_A_YEAR:.0f}" for rate in CAPTURES_A_YEAR)
    return Section("A simulated school week", [
        f"1,000 pupils write 75 lines a day, five days a week. Every harmless line is from a source held out of training: {mix}; the last are the hard harmless lines of the challenge set, in pupils' own register.",
        (f"Worrying lines are mixed in at a base rate taken from published figures for monitoring products, {CAPTURES_A_YEAR[0]} to {CAPTURES_A_YEAR[2]:,} captures a year for 1,000 pupils, here as truly worrying lines: {middle} a week over {WEEKS_A_YEAR} weeks, with columns for {low} and {high}. "
        f"Of them {severities} by label. They are drawn from the worrying lines of the challenge set. The rates are of captures, which are not all true, and the split by severity is an assumption."),
        "Each line goes through the device first, and what leaves through all layers. The intervals hold 95 of 100 weeks, drawn with how few lines of a source are known and with chance. Where no line of a source left, none is expected, which flatters a small source.",
        Table(("figure", f"{low} true a week", f"{middle} true a week", f"{high} true a week"), rows),
        "Graded 0 is what leaves the device and the server then takes for harmless: record only, and gone after 7 days.",
    ])  # fmt: skip


def theme_section(lines: Sequence[Line], judges: Judges) -> Section:
    """Curves and calibration by theme, on the corpus' calibration part."""
    chances = [(line, judges.chances(line)) for line in progress(lines, "chances", len(lines))]
    scored = {theme: [(chance[theme], line.theme == theme and line.severity >= CONCERN_OF_THEME) for line, chance in chances] for theme in THEMES}
    scored = {theme: pairs for theme, pairs in scored.items() if sum(is_so for _, is_so in pairs) >= FEWEST}
    curves = {theme: precision_recall(pairs) for theme, pairs in scored.items()}
    bins = {theme: reliability(pairs) for theme, pairs in scored.items()}
    rows = [(theme, f"{sum(is_so for _, is_so in pairs):,}", _number(average_precision(curves[theme])), _number(expected_calibration_error(bins[theme]))) for theme, pairs in scored.items()]
    everything = reliability(pair for pairs in scored.values() for pair in pairs)
    rows.append(("all themes", "", "", _number(expected_calibration_error(everything))))
    plotted = [
        Plot(plots.curves_by_theme(curves), "Precision against recall by theme."),
        Plot(plots.reliability_by_theme(bins), "Reliability by theme: the chance given against the share that came true. On the dashed line they agree."),
    ] if curves else []  # fmt: skip
    return Section("Themes: precision, recall and calibration", [
        f"On the {len(lines):,} lines of the corpus' calibration part. Encoder and device model never saw them; the fusion was fitted to them, so its calibration looks better here than on new lines. A line counts for a theme when it is labelled with it at severity 2 or more, so a theme that a line also touches counts against it. Themes with fewer than {FEWEST} lines are left out.",
        Table(("theme", "lines", "average precision", "expected calibration error"), rows),
        *plotted,
    ])  # fmt: skip


def corpus_section(judged: Sequence[Judged]) -> Section:
    """What goes wrong on the calibration part, with the texts, which are our own."""
    missed = sorted((one for one in judged if one.line.severity >= CONCERN > one.severity), key=lambda one: (one.severity - one.line.severity, one.line.id))
    raised = sorted((one for one in judged if one.line.severity == 0 and one.severity >= CONCERN), key=lambda one: (-one.severity, one.line.id))
    heads = ("line", "theme", "label", "graded", "what fired", "text")
    concerns = [one for one in judged if one.line.severity >= CONCERN]
    harmless = [one for one in judged if one.line.severity == 0]
    return Section("Corpus, calibration part: misses and false captures", [
        f"Graded 3 or more: {percent(_graded(concerns, CONCERN))} of what is labelled so, {percent(_graded(harmless, CONCERN))} of what is harmless. The harmless lines here are twins of worrying ones and far harder than what pupils write. All lines were written by the project. At most {LISTED} of each are listed.",
        Table(heads, [_told(one) for one in missed[:LISTED]] or [("none", "", "", "", "", "")], f"Missed ({len(missed):,})"),
        Table(heads, [_told(one) for one in raised[:LISTED]] or [("none", "", "", "", "", "")], f"Falsely captured ({len(raised):,})"),
    ])  # fmt: skip


def _told(one: Judged) -> tuple[str, ...]:
    return one.line.id, one.line.theme or "-", str(one.line.severity), str(one.severity), ", ".join(one.fired) or "nothing", " / ".join([*one.line.before, one.line.text])


def _class(one: Judged) -> Class:
    return one.leaves, one.captured


def _captured(judged: Sequence[Judged], least: int) -> Share:
    return Share(sum(one.captured >= least for one in judged), len(judged))


def _graded(judged: Sequence[Judged], least: int) -> Share:
    return Share(sum(one.severity >= least for one in judged), len(judged))


def _left(judged: Sequence[Judged]) -> Share:
    return Share(sum(one.leaves for one in judged), len(judged))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
