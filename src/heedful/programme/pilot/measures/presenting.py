"""The measures in words and in the places of small charts: pure. The chart says nothing that the row's numbers don't."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from heedful.programme.pilot.measures.conclusions import minutes_in_words, percent
from heedful.programme.pilot.measures.rules import LEAST_SHOWN, STARS, Measures, Rate, Share, Times
from heedful.programme.pilot.measures.statistics import Interval

WIDTH = 100.0
FEWER = f"fewer than {LEAST_SHOWN}"


@dataclass(frozen=True)
class Bar:
    """Where the interval and the value lie, from 0 to 100 of the chart's width. `is_open`: it goes on beyond the right edge."""

    low: float
    width: float
    at: float
    is_open: bool


@dataclass(frozen=True)
class Row:
    """One approach in one figure. `bar` is None where nothing was measured or nothing may be shown."""

    name: str
    value: str
    interval: str
    of: str
    bar: Bar | None = None


@dataclass(frozen=True)
class Figure:
    """One thing that is measured, with a row for each approach and what the right edge of its chart stands for."""

    title: str
    hint: str
    rows: tuple[Row, ...]
    edge: str = ""


@dataclass(frozen=True)
class Column:
    """One week of one approach in the chart by week: its height in hundredths."""

    week: str
    count: str
    height: float
    x: int


@dataclass(frozen=True)
class Weeks:
    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class _Part:
    """A figure of one approach before it has its place in the chart."""

    value: float | None
    interval: Interval
    of: str
    is_small: bool
    waits: str = ""


@dataclass(frozen=True)
class Chapter:
    """Figures that belong together."""

    title: str
    figures: tuple[Figure, ...]


def chapters(measures: Sequence[Measures], *, is_exact: bool) -> tuple[Chapter, ...]:
    """Every figure, in the order of what people ask: how much is it, how fast are we, how well do we judge."""
    rate, false, look, look_90, decision, decision_90, reading, regrades, missed = figures(measures, is_exact=is_exact)
    agreement = Figure(
        "Agreement beyond chance", "Cohen's kappa of first and second grades: 1 is full agreement, 0 is no more than chance.",
        kappa_rows(measures, is_exact=is_exact),
    )  # fmt: skip
    in_all = Figure(
        "Reviewers' time in all", "From opening a capture to the same person's next step, at most ten minutes each. Talks and phone calls are in no record.",
        minutes_rows(measures),
    )  # fmt: skip
    return (
        Chapter("How much it is", (rate, reading, in_all)),
        Chapter("How fast we are", (look, look_90, decision, decision_90)),
        Chapter("How well we judge", (false, missed, regrades, agreement)),
    )


def figures(measures: Sequence[Measures], *, is_exact: bool) -> tuple[Figure, ...]:
    """Every figure that has an interval, side by side."""
    return (
        _figure("Captures per 100 pupils a week", "How much there is to look at.", measures, lambda m: _rate(m.rate), _count_in_words, is_exact),
        _figure(
            "False positives", "Of what was decided, the share that was nothing of concern.", measures,
            lambda m: _share(m.false_positives, "decided"), percent, is_exact, most=1.0,
        ),
        _figure("Time to first look, median", "Half were looked at sooner.", measures, lambda m: _median(m.first_look), minutes_in_words, is_exact),
        _figure("Time to first look, 90th percentile", "Nine of ten were looked at sooner.", measures, lambda m: _p90(m.first_look), minutes_in_words, is_exact),
        _figure("Time to decision, median", "From arriving to a grade, or to a false positive.", measures, lambda m: _median(m.decision), minutes_in_words, is_exact),
        _figure("Time to decision, 90th percentile", "Nine of ten were decided sooner.", measures, lambda m: _p90(m.decision), minutes_in_words, is_exact),
        _figure("Reading one capture, median", "Reviewers' time, from the audit chain.", measures, lambda m: _median(m.reading), minutes_in_words, is_exact),
        _figure(
            "Second grades that differ", "One in ten is graded twice, the second time blind.", measures,
            lambda m: _share(m.regrades.disagreed, "graded twice"), percent, is_exact, most=1.0,
        ),
        _figure(
            "Missed", "Of a sample of what was left alone, the share that should have been seen.", measures,
            lambda m: _share(m.missed, "looked over"), percent, is_exact, most=1.0,
        ),
    )  # fmt: skip


def minutes_rows(measures: Sequence[Measures]) -> tuple[Row, ...]:
    """Reviewers' time in all, and by week."""
    return tuple(
        Row(m.name, minutes_in_words(m.reviewer_minutes), "", f"{minutes_in_words(m.minutes_a_week)} a week" if m.minutes_a_week is not None else "")
        for m in measures
    )


def kappa_rows(measures: Sequence[Measures], *, is_exact: bool) -> tuple[Row, ...]:
    """Agreement beyond chance of first and second grades."""
    rows = []
    for m in measures:
        pairs, kappa = m.regrades.pairs, m.regrades.kappa
        is_hidden = not is_exact and m.regrades.disagreed.is_small
        value = FEWER if is_hidden else "too few yet" if kappa is None or len(pairs) < LEAST_SHOWN else f"{kappa:.2f}, {kappa_in_words(kappa)}"
        rows.append(Row(m.name, value, "", "" if is_hidden else f"{len(pairs)} graded twice"))
    return tuple(rows)


def kappa_in_words(kappa: float) -> str:
    """J. R. Landis and G. G. Koch, Biometrics 33 (1977) 159-174: their words for how strong it is."""
    bounds = ((0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))
    return next((word for most, word in bounds if kappa <= most), "almost perfect")


@dataclass(frozen=True)
class Opinion:
    """What reviewers said of one approach: how many gave which number, in hundredths of the most."""

    name: str
    median: str
    counts: tuple[tuple[int, int, float, int], ...]  # (stars, people, height, x)
    sentences: tuple[str, ...]


def opinions(measures: Sequence[Measures]) -> tuple[Opinion, ...]:
    """Ratings side by side, without names."""
    found = []
    for m in measures:
        counted = [sum(given == star for given in m.stars.given) for star in STARS]
        most = max(counted, default=0) or 1
        counts = tuple((star, n, 100 * n / most, 20 * (star - 1)) for star, n in zip(STARS, counted, strict=True))
        found.append(Opinion(m.name, f"{m.stars.median:.0f} of 5" if m.stars.median is not None else "", counts, m.stars.sentences))
    return tuple(found)


def weeks(measures: Sequence[Measures], *, is_exact: bool) -> tuple[Weeks, ...]:
    """Captures by week; a week of fewer than five stands without its column for who may not read captures."""
    most = max((count for m in measures for _, count in m.by_week), default=0) or 1

    def column(place: int, week: str, count: int) -> Column:
        is_hidden = not is_exact and 0 < count < LEAST_SHOWN
        day = date.fromisoformat(week)
        return Column(f"{day.day} {day:%b}", FEWER if is_hidden else str(count), 0.0 if is_hidden else 100 * count / most, 12 * place)

    return tuple(Weeks(m.name, tuple(column(place, week, count) for place, (week, count) in enumerate(m.by_week))) for m in measures)


def _figure(
    title: str, hint: str, measures: Sequence[Measures], part: Callable[[Measures], _Part], words: Callable[[float], str], is_exact: bool,
    *, most: float | None = None,
) -> Figure:  # fmt: skip
    parts = [(m.name, part(m)) for m in measures]
    shown = [each for _, each in parts if each.value is not None and (is_exact or not each.is_small)]
    ends = [end for each in shown for end in (each.value, each.interval.high) if end is not None and end != float("inf")]
    edge = min(most or float("inf"), round_edge(max(ends, default=0.0), is_time=words is minutes_in_words))
    return Figure(title, hint, tuple(_row(name, each, words, edge, is_exact) for name, each in parts), _edge_in_words(edge, words) if shown else "")


def round_edge(greatest: float, *, is_time: bool) -> float:
    """A round number at or beyond the greatest: where a chart ends. Times end at minutes, hours or days that people say."""
    steps = (1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 720, 1440, 2880, 7200, 14_400) if is_time else (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
    return float(next((step for step in steps if step >= greatest), greatest * 1.1))


def _edge_in_words(edge: float, words: Callable[[float], str]) -> str:
    return f"{edge:g}" if words is _count_in_words else words(edge)


def _count_in_words(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _row(name: str, part: _Part, words: Callable[[float], str], edge: float, is_exact: bool) -> Row:
    if part.value is None:
        return Row(name, "nothing yet", "", part.waits)
    if part.is_small and not is_exact:
        return Row(name, FEWER, "", "")
    low, high = part.interval.low, part.interval.high
    said = f"{words(low)} or more" if part.interval.is_open else f"{words(low)} to {words(high)}"
    start, end = WIDTH * min(low, edge) / edge, WIDTH * min(high, edge) / edge
    bar = Bar(round(start, 1), round(max(0.5, end - start), 1), round(min(WIDTH - 1.5, WIDTH * part.value / edge), 1), part.interval.is_open)
    return Row(name, words(part.value), said, ", ".join(filter(None, (part.of, part.waits))), bar)


def _rate(rate: Rate) -> _Part:
    weeks_counted = f"{rate.weeks:.1f}".removesuffix(".0")
    return _Part(rate.value, rate.interval, f"{rate.count} in {weeks_counted} weeks, {rate.pupils} pupils", rate.is_small)


def _share(share: Share, what: str) -> _Part:
    return _Part(share.value, share.interval, f"{share.hits} of {share.of} {what}", share.is_small)


def _median(times: Times) -> _Part:
    return _Part(times.median, times.median_interval, f"{len(times.minutes)} captures", times.is_small, _waiting(times))


def _p90(times: Times) -> _Part:
    return _Part(times.p90, times.p90_interval, f"{len(times.minutes)} captures", times.is_small, _waiting(times))


def _waiting(times: Times) -> str:
    return f"{times.waiting} wait still" if times.waiting >= LEAST_SHOWN else "a few wait still" if times.waiting else ""
