"""What the report says of the challenge set: found, missed, disguised, by theme, language and group, by layer."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from evaluation import plots
from evaluation.document import Plot, Section, Table, per, percent
from evaluation.judges import Judged, Judges, progress
from evaluation.sources import Challenge
from evaluation.targets import Target, at_least, at_most
from heedful.detection.labelled import Line
from heedful.detection.measures import Share, confusion
from heedful.detection.values import Layer
from training.evasions import WAYS

SEED = 20263
CONCERN, URGENT = 3, 5
NAMED = 100
BY_ALL, AS_GOT = "by all layers", "as a school gets it"
FEWEST = 20  # lines of a group, below which its rate is not compared
LARGEST_LANGUAGES = ("pl", "ro", "pa", "ur")
ABLATION: tuple[tuple[str, tuple[Layer, ...]], ...] = (
    ("phrases alone", ("model", "encoder")), ("phrases and the device's model", ("encoder",)), ("phrases and the encoder", ("model",)),
    ("both models, no phrases", ("phrases",)), ("all layers", ()),
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """The challenge set as it was judged. `disguised` by way of disguise, each worrying line of severity 3 or more once."""

    worrying: Sequence[Judged]
    harmless: Sequence[Judged]
    languages: Sequence[Judged]
    disguised: dict[str, Sequence[Judged]]

    @property
    def concerns(self) -> list[Judged]:
        """What is labelled 3 or more."""
        return [one for one in self.worrying if one.line.severity >= CONCERN]


def see(challenge: Challenge, judges: Judges) -> Seen:
    """Judge it all."""
    def judged(lines: Sequence[Line], what: str) -> list[Judged]:
        return [judges.judge(line) for line in progress(lines, what, len(lines))]

    concerns = [line for line in challenge.worrying if line.severity >= CONCERN]
    hidden = {way: [replace(line, text=change(line.text, random.Random(f"{SEED} {way} {line.id}"))) for line in concerns] for way, change in WAYS.items()}
    return Seen(
        judged(challenge.worrying, "worrying"), judged(challenge.harmless, "harmless"), judged(challenge.languages, "languages"),
        {way: judged(lines, way) for way, lines in hidden.items()},
    )  # fmt: skip


def found(judged: Iterable[Judged], least: int = CONCERN) -> Share:
    """How many of them are graded so high by all layers."""
    graded = [one.severity >= least for one in judged]
    return Share(sum(graded), len(graded))


def reached(judged: Iterable[Judged], least: int = CONCERN) -> Share:
    """How many of them reach a school so high: they left the device, and then all layers graded them."""
    captured = [one.captured >= least for one in judged]
    return Share(sum(captured), len(captured))


def leaving(judged: Iterable[Judged]) -> Share:
    """How many of them leave the device."""
    left = [one.leaves for one in judged]
    return Share(sum(left), len(left))


def targets(seen: Seen) -> list[Target]:
    """What the challenge set is held to."""
    disguised = [one for some in seen.disguised.values() for one in some]
    graded = [one for one in [*seen.worrying, *seen.harmless] if one.severity >= CONCERN]
    told = [
        at_least("Challenge: recall at severity ≥ 3, all layers judging every line", found(seen.concerns), 0.93),
        at_least("Challenge: recall at severity ≥ 3 as a school gets it, only what left the device", reached(seen.concerns), 0.93),
        at_least("Challenge: recall at ≥ 3 without a keyword", found(one for one in seen.concerns if not one.line.keyword), 0.80),
        at_least("Challenge: recall at ≥ 3 under evasion", found(disguised), 0.90),
        at_least("Challenge: recall at ≥ 3 of severity-5 lines", found(one for one in seen.concerns if one.line.severity == URGENT), 0.97),
        at_most("Challenge: false captures at ≥ 3", found(seen.harmless), 1, 2000),
        at_least("Device: what all layers grade ≥ 3 leaves it", leaving(graded), 0.97),
        at_most("Device: harmless lines of the challenge set that leave it", leaving(seen.harmless), 1, 200),
    ]
    for language in sorted({one.line.language for one in seen.languages if one.line.severity >= CONCERN}):
        some = [one for one in seen.languages if one.line.language == language and one.line.severity >= CONCERN]
        told.append(at_least(f"Language {language}: recall at ≥ 3", found(some), 0.8 if language.partition("-")[0] in LARGEST_LANGUAGES else 0.6))
    return told


def sections(seen: Seen, judges: Judges, *, what: str, identity: Sequence[Judged] = ()) -> list[Section]:
    """All that is said of the set; `what` names it."""
    return [_overall(seen, what), _device(seen), _ablation(seen, judges), _groups(seen, identity), _severities(seen)]


def _overall(seen: Seen, what: str) -> Section:
    concerns = seen.concerns
    kinds: list[tuple[str, list[Judged]]] = [
        ("all", concerns),
        ("with a keyword", [one for one in concerns if one.line.keyword]),
        ("without a keyword", [one for one in concerns if not one.line.keyword]),
        *((f"labelled {label}", [one for one in concerns if one.line.severity == label]) for label in range(CONCERN, URGENT + 1)),
    ]
    rows = [(name, *_both(some)) for name, some in kinds]
    ways = [(way, *_both(some), percent(leaving(some))) for way, some in seen.disguised.items()]
    themes = _by(concerns, lambda line: line.theme)
    harmless = [(name, per(found(some), 2000), per(found(some, 2), 2000)) for name, some in (("all", list(seen.harmless)), *_by(seen.harmless, lambda line: line.theme or "no theme").items())]
    languages = [(name, *_both([one for one in some if one.line.severity >= CONCERN]), per(found(one for one in some if not one.line.severity), 2000)) for name, some in _by(seen.languages, lambda line: line.language).items()]
    bars = {name: (found(some).value or 0.0, *found(some).interval) for name, some in themes.items()}
    return Section("Challenge set", [
        f"{what} {len(concerns):,} lines are labelled 3 or more, {len(seen.harmless):,} are harmless. Under \"{BY_ALL}\" all layers judge each line, whether or not it would leave the device; under \"{AS_GOT}\" a line counts only if it left.",
        Table(("lines labelled 3 or more", BY_ALL, AS_GOT), rows, "Recall: graded 3 or more"),
        Table(("way of disguise", BY_ALL, AS_GOT, "leaves the device"), ways, "Recall when every line is disguised, once by each way"),
        Table(("theme", BY_ALL, AS_GOT), [(name, *_both(some)) for name, some in themes.items()], "Recall by theme"),
        Plot(plots.bars(bars, label="recall at severity 3 or more", name="themes", target=0.93), "Recall by theme, by all layers, with 95 % intervals; the dashed line is the target over all themes."),
        Table(("harmless lines", "graded 3 or more, in 2,000", "graded 2 or more, in 2,000"), harmless, "False captures"),
        Table(("language", f"recall {BY_ALL}", f"recall {AS_GOT}", "false captures at 3 or more, in 2,000"), languages or [("none", "no lines", "no lines", "no lines")], "By language"),
    ])  # fmt: skip


def _both(judged: Sequence[Judged], least: int = CONCERN) -> tuple[str, str]:
    return percent(found(judged, least)), percent(reached(judged, least))


def _device(seen: Seen) -> Section:
    graded = [one for one in seen.concerns if one.severity >= CONCERN]
    anything = [one for one in [*seen.worrying, *seen.harmless] if one.severity >= CONCERN]
    return Section("The device alone", [
        "A line that stays on the device is never seen by the server's layers. What it sends at severity 2 or more, all layers judge again.",
        Table(("lines", "leave the device"), [
            ("labelled 3 or more", percent(leaving(seen.concerns))),
            ("labelled 3 or more, and graded so by all layers", percent(leaving(graded))),
            ("graded 3 or more by all layers, whatever the label", percent(leaving(anything))),
            ("labelled 5", percent(leaving(one for one in seen.concerns if one.line.severity == URGENT))),
            ("harmless", percent(leaving(seen.harmless), 2)),
            ("harmless, in 200", per(leaving(seen.harmless), 200)),
        ]),
    ])  # fmt: skip


def _ablation(seen: Seen, judges: Judges) -> Section:
    rows, shown = [], {}
    for name, off in ABLATION:
        some = judges.without(*off)
        concerns = [some.judge(one.line) for one in seen.concerns] if off else seen.concerns
        harmless = [some.judge(one.line) for one in seen.harmless] if off else seen.harmless
        recall = found(concerns)
        rows.append((name, percent(recall), percent(found(one for one in concerns if not one.line.keyword)), per(found(harmless), 2000), percent(leaving(concerns)), per(leaving(harmless), 200)))
        shown[name] = (recall.value or 0.0, *recall.interval)
    return Section("Layer by layer", [
        "The same lines with layers switched off. A layer whose weights are missing changes nothing here.",
        Table(("layers", "recall at 3 or more", "without a keyword", "false captures at 3 or more, in 2,000", "concerns that leave the device", "harmless that leave, in 200"), rows),
        Plot(plots.bars(shown, label="recall at severity 3 or more", name="layers"), "Recall by layers, with 95 % intervals."),
    ])  # fmt: skip


def _groups(seen: Seen, identity: Sequence[Judged]) -> Section:
    concerns, harmless = _by(seen.concerns, _group), _by(seen.harmless, _group)
    rows, alarms, misses = [], {}, {}
    for name in sorted({*concerns, *harmless}):
        alarm, miss = found(harmless.get(name, ()), 2), _missed(concerns.get(name, ()))
        rows.append((name, percent(alarm), percent(miss)))
        alarms[name], misses[name] = alarm, miss
    return Section("By group", [
        "Lines that name a group, or are written as it writes. A false alarm is a harmless line graded 2 or more; a miss is a line labelled 3 or more that is graded less.",
        Table(("group", "false alarms", "misses"), rows),
        f"Widest gap in false alarms: {_gap(alarms)} Widest gap in misses: {_gap(misses)}",
        Plot(plots.bars(_heights(alarms), label="share of harmless lines graded 2 or more", name="alarms"), "False alarms by group, with 95 % intervals."),
        Plot(plots.bars(_heights(misses), label="share of lines labelled 3 or more that are graded less", name="missed-by-group"), "Misses by group, with 95 % intervals."),
        Table(("lines about", "false alarms"), [(name, percent(found(some, 2))) for name, some in _by(identity, _group).items()] or [("none", "no lines")], "The harmless lines of the fairness tests and the identity lines, without the few that the corpus has too; the tests name those that phrases are known to get wrong"),
    ])  # fmt: skip


def widest_gaps(seen: Seen) -> tuple[str, str]:
    """Between which groups false alarms, and misses, lie furthest apart."""
    alarms = {name: found(some, 2) for name, some in _by(seen.harmless, _group).items()}
    return _gap(alarms), _gap({name: _missed(some) for name, some in _by(seen.concerns, _group).items()})


def _heights(shares: dict[str, Share]) -> dict[str, tuple[float, float, float]]:
    return {name: (share.value, *share.interval) for name, share in shares.items() if share.value is not None}


def _group(line: Line) -> str:
    return line.group or "everyone else"


def _missed(judged: Sequence[Judged]) -> Share:
    share = found(judged)
    return Share(share.of - share.hits, share.of)


def _gap(by_group: dict[str, Share]) -> str:
    values = {name: share.value for name, share in by_group.items() if share.of >= FEWEST and share.value is not None}
    if len(values) < 2:
        return f"fewer than two groups have {FEWEST} lines."
    worst, best = max(values, key=lambda name: values[name]), min(values, key=lambda name: values[name])
    if values[worst] == values[best]:
        return "none."
    (low, _), (_, high) = by_group[worst].interval, by_group[best].interval
    sure = "the intervals do not meet" if low > high else "the intervals overlap, so chance may explain it"
    return f"{worst} {100 * values[worst]:.1f} % against {best} {100 * values[best]:.1f} %; {sure}."


def _severities(seen: Seen) -> Section:
    table = confusion((one.line.severity, one.severity) for one in [*seen.worrying, *seen.harmless])
    heads = ("label", *(f"graded {severity}" for severity in range(6)))
    rows = [
        ("labelled 5: graded 4 or more", *_both(gravest(seen), 4)),
        ("labelled 4 or 5: graded 4 or more", *_both([one for one in seen.concerns if one.line.severity >= 4], 4)),
        ("labelled 5: graded 5", *_both(gravest(seen), URGENT)),
    ]
    names = [str(severity) for severity in range(6)]
    return Section("Severity: label against grade", [
        Table(("lines", BY_ALL, AS_GOT), rows, "The gravest lines"),
        Table(heads, [(str(label), *(f"{count:,}" for count in row)) for label, row in enumerate(table)], "Every line, by all layers"),
        Plot(plots.heat(names, names, table, label="graded", name="severities"), "Confusion by severity, by all layers: rows are labels, columns grades."),
    ])  # fmt: skip


def gravest(seen: Seen) -> list[Judged]:
    """What is labelled 5."""
    return [one for one in seen.concerns if one.line.severity == URGENT]


def errors(seen: Seen) -> Section:
    """What goes wrong, by number alone."""
    missed = [one for one in seen.concerns if one.severity < CONCERN]
    raised = [one for one in seen.harmless if one.severity >= CONCERN]
    heads = ("line", "theme", "label", "graded", "leaves", "what fired")
    return Section("Challenge set: misses and false captures", [
        f"By number alone, at most {NAMED} of each, so that nobody tunes to the set by reading this. {len(missed):,} missed, {len(raised):,} falsely captured.",
        Table(heads, [_error(one) for one in _worst(missed)] or [("none", "", "", "", "", "")], "Missed"),
        Table(heads, [_error(one) for one in _worst(raised)] or [("none", "", "", "", "", "")], "Falsely captured"),
    ])  # fmt: skip


def _worst(judged: Sequence[Judged]) -> list[Judged]:
    return sorted(judged, key=lambda one: (-abs(one.line.severity - one.severity), one.line.id))[:NAMED]


def _error(one: Judged) -> tuple[str, ...]:
    return one.line.id, one.line.theme or "-", str(one.line.severity), str(one.severity), "yes" if one.leaves else "no", ", ".join(one.fired) or "nothing"


def _by(judged: Iterable[Judged], key: Callable[[Line], str]) -> dict[str, list[Judged]]:
    kept: dict[str, list[Judged]] = {}
    for one in judged:
        kept.setdefault(key(one.line), []).append(one)
    return dict(sorted(kept.items()))
