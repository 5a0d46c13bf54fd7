"""What the report says of public text, of the simulated day, and of the corpus' calibration part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.day import CAPTURES_A_YEAR, MIX, SEVERITY_MIX, WEEKS_A_YEAR, WORRYING_A_WEEK, Class, Simulation, missing, simulate
from evaluation.document import Section, Table, per, percent
from evaluation.judges import Judged, Judges, progress
from evaluation.sources import HARM_A_SOURCE, licences
from evaluation.targets import Target, at_most, not_measured
from heedful.detection.labelled import Line
from heedful.detection.measures import Share
from training.public import HARMLESS

CONCERN = 3
LISTED = 60
SCHOOL_TEXT = {"benign_onestop_news", "benign_wikisplit", "benign_wellformedness_queries", "benign_nq_queries", "benign_openstax_textbooks", "benign_mmlu_school_questions", "benign_gsm8k"}
Judgements = Mapping[str, Sequence[Judged]]


def judge_harmless(ordinary: Mapping[str, Sequence[Line]], judges: Judges) -> Judgements:
    """As a school runs it: all layers see only what leaves the device."""
    return {name: [judges.judge_what_leaves(line) for line in progress(lines, name, len(lines))] for name, lines in ordinary.items()}


def judge_harmful(harmful: Mapping[str, Sequence[Line]], judges: Judges) -> Judgements:
    """By all layers, whether or not it would leave."""
    return {name: [judges.judge(line) for line in progress(lines, name, len(lines))] for name, lines in harmful.items()}


def of_ordinary_text(harmless: Judgements) -> Target:
    """False captures on textbooks, questions and news; not measured where one of the sources has no lines."""
    told = at_most("Ordinary school text (textbooks, questions, news): false captures at ≥ 3", _captured([one for name in SCHOOL_TEXT for one in harmless.get(name, ())], CONCERN), 1, 20_000)
    return not_measured(told, [name for name in sorted(SCHOOL_TEXT) if not harmless.get(name)])


def ordinary_section(harmless: Judgements, harmful: Judgements) -> Section:
    """Public text, source by source."""
    licence = licences()
    rows = [("all of it", per(_captured(every := [one for some in harmless.values() for one in some], CONCERN), 20_000), per(_left(every), 5000), "")]
    rows += [(name.removeprefix("benign_"), per(_captured(some, CONCERN), 20_000), per(_left(some), 5000), licence[name]) for name, some in harmless.items()]
    found = [(name.removeprefix("harm_"), percent(_graded(some, 2)), percent(_graded(some, CONCERN)), licence[name]) for name, some in harmful.items()]
    return Section("Public text", [
        "Harmless text that no layer learnt from. Files whose licence asks that adaptations be shared alike are never trained on and are used whole; of the others, the half of the development split that set no threshold, while models were fitted on other lines of the same sources.",
        Table(("source", "captures at 3 or more, in 20,000", "lines that leave the device, in 5,000", "licence"), rows, "Harmless: false captures"),
        f"Harmful text whose label a person gave. Most was written by adults to chatbots or on forums, and many labels say only that something is hateful or rude, which is severity 2 here. Of each development split at most {HARM_A_SOURCE} lines are asked about.",
        Table(("source", "graded 2 or more", "graded 3 or more", "licence"), found or [("none", "no lines", "no lines", "")], "Harmful: recall by its own label"),
    ])  # fmt: skip


@dataclass(frozen=True)
class Mixed:
    """What the simulated day is drawn from: harmless by source, worrying by label."""

    harmless: Judgements
    worrying: Mapping[int, Sequence[Judged]]

    @classmethod
    def of(cls, harmless: Judgements, hard: Sequence[Judged], worrying: Sequence[Judged], low: Sequence[Judged]) -> Mixed:
        """`hard` are the challenge set's harmless lines, `worrying` its others; `low` is where a severity comes from that it has no lines of."""
        by_label = {label: [one for one in worrying if one.line.severity == label] or [one for one in low if one.line.severity == label] for label in SEVERITY_MIX}
        return cls({**harmless, "challenge": hard}, by_label)

    @property
    def missing(self) -> list[str]:
        """What the mix asks for and is not there."""
        return missing(self.harmless, self.worrying)

    def simulated(self, worrying_a_week: float = WORRYING_A_WEEK) -> Simulation:
        """The simulated day of these judgements."""
        by_source: dict[str, list[Class]] = {name: [_class(one) for one in some] for name, some in self.harmless.items()}
        return simulate(by_source, {label: [_class(one) for one in some] for label, some in self.worrying.items()}, worrying_a_week=worrying_a_week)


def day_section(expected: Simulation, ends: Sequence[Simulation], mixed: Mixed) -> Section:
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
    severities = ", ".join(f"{100 * share:.0f} % at {severity}" for severity, share in SEVERITY_MIX.items())
    low, middle, high = (f"{rate / WEEKS_A_YEAR:.0f}" for rate in CAPTURES_A_YEAR)
    return Section("A simulated school week", [
        "1,000 pupils write 75 lines a day, five days a week. No harmless line was trained on and none set a threshold; the table of the mix says from which sources other lines were, which makes those look better than new text would.",
        *([f"Without lines, so that the rest stands for them and no target of the day is measured: {', '.join(mixed.missing)}."] if mixed.missing else []),
        (f"Worrying lines are mixed in at a base rate taken from published figures for monitoring products, {CAPTURES_A_YEAR[0]} to {CAPTURES_A_YEAR[2]:,} captures a year for 1,000 pupils, here as truly worrying lines: {middle} a week over {WEEKS_A_YEAR} weeks, with columns for {low} and {high}. "
        f"Of them {severities} by label. They are drawn from the worrying lines of the challenge set and, at 2, which it does not have, from the corpus' calibration part. The rates are of captures, which are not all true, and the split by severity is an assumption."),
        "Each line goes through the device first, and what leaves through all layers. The intervals hold 95 of 100 weeks, drawn with how few lines of a source are known and with chance. Where no line of a source left, none is expected, which flatters a small source.",
        Table(("figure", f"{low} true a week", f"{middle} true a week", f"{high} true a week"), rows),
        "Graded 0 is what leaves the device and the server then takes for harmless: record only, and gone after 7 days.",
        Table(("source", "share of what pupils write", "lines", "other lines of it were trained on"), _mix(mixed), "The mix of harmless text: an assumption"),
    ])  # fmt: skip


def _mix(mixed: Mixed) -> list[tuple[str, ...]]:
    trained = {source.name for source in HARMLESS}
    named = {"challenge": "hard harmless lines of the challenge set, in pupils' own register", "benign_sms_ham": "sms_ham, students' own text messages"}
    return [(named.get(name, name.removeprefix("benign_")), f"{100 * share:.0f} %", f"{len(mixed.harmless.get(name, ())):,}", "yes" if name in trained else "no") for name, share in MIX.items()]


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
