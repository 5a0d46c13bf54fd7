"""`make evaluate`: measure detection and write evaluation/report.md and evaluation/report.html.

    python -m evaluation.run [--quick] [--errors] [--data FOLDER] [--weights FOLDER] [--challenge FOLDER] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evaluation import challenge_sections, sources, targets, text_sections, theme_sections
from evaluation.day import CAPTURES_A_YEAR, WEEKS_A_YEAR, Simulation
from evaluation.document import Report, as_html, as_markdown, percent
from evaluation.judges import Judged, Judges, progress
from heedful.detection.encoder import SHIPPED
from heedful.detection.labelled import Line, write_lines

HERE = Path(__file__).parent
DATA = Path(os.environ.get("HEEDFUL_DATA", HERE.parents[1] / "shared" / "data"))


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the report was written, whatever it says; 2 where the public data is not there."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.run", description="Measure detection and write the report.")
    parser.add_argument("--quick", action="store_true", help="a few lines of each source: whether it runs, not what it finds")
    parser.add_argument("--errors", action="store_true", help="also write the texts that went wrong to evaluation/_errors, which git passes over")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the public labelled texts")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="the folder of the weights")
    parser.add_argument("--challenge", type=Path, default=sources.CHALLENGE, help="the folder of the challenge set; where it has none, the corpus' calibration part stands in")
    parser.add_argument("--out", type=Path, default=HERE, help="where the report is written")
    args = parser.parse_args(arguments)
    if not args.data.is_dir():
        print(f"no folder of public texts at '{args.data}': name it with --data or HEEDFUL_DATA", file=sys.stderr)
        return 2
    started = time.monotonic()
    judges = Judges.load(args.weights, HERE / "_cache" / "readings.sqlite3")
    report, wrong = measure(judges, args.data, challenge_in=args.challenge, quick=args.quick)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "report.md").write_text(as_markdown(report), "utf-8")
    (args.out / "report.html").write_text(as_html(report), "utf-8")
    if args.errors:
        write_errors(HERE / "_errors", wrong)
    print(f"written to {args.out} in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return 0


def measure(judges: Judges, data: Path, *, challenge_in: Path = sources.CHALLENGE, quick: bool = False) -> tuple[Report, dict[str, list[Line]]]:
    """The report, and the challenge set's and the public texts' lines that went wrong, by kind."""
    challenge = sources.challenge(challenge_in, quick=quick)
    seen = challenge_sections.see(challenge, judges)
    harmless = text_sections.judge_harmless(sources.ordinary(data, quick=quick), judges)
    harmful = text_sections.judge_harmful(sources.harmful(data, quick=quick), judges)
    calibration = sources.calibration(quick=quick)
    held = [judges.judge(line) for line in progress(calibration, "calibration", len(calibration))]
    mixed = text_sections.Mixed.of(harmless, seen.harmless, seen.worrying, [one for one in held if one.line.language == "en"])
    low, day, high = (mixed.simulated(rate / WEEKS_A_YEAR) for rate in CAPTURES_A_YEAR)
    fresh = [*challenge.worrying, *challenge.harmless]
    fitted_chances, fresh_chances = theme_sections.ask(calibration, judges, "calibration"), theme_sections.ask(fresh, judges, "challenge")
    told = [*challenge_sections.targets(seen), text_sections.of_ordinary_text(harmless), *targets.of_the_day(day, mixed.missing)]
    if challenge.is_standing_in:
        told = [replace(one, asked=one.asked.replace("Challenge:", "Stand-in for the challenge set:").replace("of the challenge set", "of its stand-in")) for one in told]
    what = "The challenge set is not here: the corpus' calibration part stands in for it, to which the fusion was fitted." if challenge.is_standing_in else "Written apart from the library and the corpus, labelled twice, never trained on or tuned to."
    sections = [
        targets.section(told, first_figures(seen, day, theme_sections.error_of_concern(fresh_chances))),
        *challenge_sections.sections(seen, judges, what=what, identity=[judges.judge(line) for line in sources.identity_lines()]),
        text_sections.ordinary_section(harmless, harmful),
        text_sections.day_section(day, (low, high), mixed),
        theme_sections.recognised(seen),
        theme_sections.calibration_section(fitted_chances, fresh_chances, lines=(len(calibration), len(fresh)), is_standing_in=challenge.is_standing_in),
        challenge_sections.errors(seen),
        text_sections.corpus_section(held),
    ]
    return Report("What Heedful finds and what it misses", _intro(judges, quick, [] if quick else sources.short(harmless)), sections), _wrong(seen, harmless)


def first_figures(seen: challenge_sections.Seen, day: Simulation, calibration_error: float | None) -> list[tuple[str, str]]:
    """What a safeguarding lead asks first, then what an engineer does."""
    gravest = challenge_sections.gravest(seen)
    captures, right, leaving = (day.estimate(name, *arguments) for name, arguments in (("captures", (3,)), ("right", (3,)), ("harmless_leaving", ())))
    alarms, misses = challenge_sections.widest_gaps(seen)
    return [
        ("Concerns that a school gets to see (labelled 3 or more, left the device, graded 3 or more)", percent(challenge_sections.reached(seen.concerns))),
        ("Urgent lines (labelled 5) that a school gets to see at 3 or more", percent(challenge_sections.reached(gravest))),
        ("Urgent lines (labelled 5) graded 4 or more, all layers judging every line", percent(challenge_sections.found(gravest, 4))),
        ("Captures at 3 or more a week in a school of 1,000, simulated", f"{captures.value:.1f} ({captures.low:.0f} to {captures.high:.0f})"),
        ("Of 100 of them, right", f"{100 * right.value:.0f} ({100 * right.low:.0f} to {100 * right.high:.0f})" if right.value == right.value else "no captures"),
        ("Harmless lines of 375,000 that leave the devices of that school a week, simulated", f"{leaving.value:.0f} ({leaving.low:.0f} to {leaving.high:.0f})"),
        ("Right theme, of the concerns that are graded 3 or more", percent(theme_sections.right_theme(seen.concerns))),
        ("Calibration error of the chance of severity 3 or more, challenge set", "-" if calibration_error is None else f"{calibration_error:.3f}"),
        ("Widest gap by group in false alarms", alarms),
        ("Widest gap by group in misses", misses),
    ]


def write_errors(folder: Path, wrong: dict[str, list[Line]]) -> None:
    """The texts that went wrong, for a person's eyes: content that may distress."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in wrong.items():
        write_lines(folder / f"{name}.jsonl", lines)


def _intro(judges: Judges, quick: bool, short: Sequence[str]) -> list[str]:
    return [
        *([f"The public texts are not whole, so figures on them are of less than they say: {'; '.join(short)}."] if short else []),
        *(["A quick run over a few lines: its figures say nothing."] if quick else []),
        f"Bundle {judges.bundle.version}. Taking part: {'; '.join(judges.parts)}.",
        "docs/evaluation.md says what each figure means and what it can't tell. Made by `make evaluate`; the same lines and weights give the same report.",
    ]


def _wrong(seen: challenge_sections.Seen, harmless: text_sections.Judgements) -> dict[str, list[Line]]:
    def lines(judged: Sequence[Judged]) -> list[Line]:
        return [one.line for one in judged]

    ordinary = [one for some in harmless.values() for one in some]
    return {
        "missed": lines([one for one in seen.concerns if one.severity < challenge_sections.CONCERN]),
        "kept-on-the-device": lines([one for one in seen.concerns if not one.leaves]),
        "falsely-captured": lines([one for one in seen.harmless if one.severity >= challenge_sections.CONCERN]),
        "harmless-that-leave": lines([one for one in seen.harmless if one.leaves]),
        "ordinary-that-leave": lines([one for one in ordinary if one.leaves]),
    }


if __name__ == "__main__":
    raise SystemExit(main())
