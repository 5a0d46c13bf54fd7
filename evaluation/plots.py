"""Plots as SVG text in the page's own colours. Needs matplotlib (the dev extra)."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from heedful.detection.measures import Bin, Point

# Stand-ins that are replaced by the page's colours, so that one plot is readable light and dark.
TEXT, LINE, MARK, MARK2 = "#010203", "#010204", "#010205", "#010206"
COLOURS = {TEXT: "var(--text)", LINE: "var(--line)", MARK: "var(--mark)", MARK2: "var(--mark2)"}
mpl.rcParams.update({
    "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9, "text.color": TEXT, "axes.labelcolor": TEXT, "axes.edgecolor": LINE,
    "xtick.color": TEXT, "ytick.color": TEXT, "grid.color": LINE, "axes.titlesize": 9,
})  # fmt: skip


def small_curves(curves: Mapping[str, Sequence[Point]], *, name: str) -> str:
    """A small precision-recall curve for each of the names."""
    def draw(axes: Axes, title: str) -> None:
        points = curves[title]
        axes.step([0.0, *(point.recall for point in points)], [points[0].precision, *(point.precision for point in points)], where="post", color=MARK, linewidth=1.6)
        axes.set_xlabel("recall")
        axes.set_ylabel("precision")

    return _grid(list(curves), draw, name)


def small_reliability(bins: Mapping[str, Sequence[Bin]], *, name: str) -> str:
    """A small reliability plot for each of the names: the mean chance of a bin against the share that came true."""
    def draw(axes: Axes, title: str) -> None:
        some = bins[title]
        axes.plot([0, 1], [0, 1], color=MARK2, linewidth=1, linestyle="--")
        axes.plot([one.mean_chance for one in some], [one.true / one.count for one in some], color=MARK, marker="o", markersize=3.5, linewidth=1.2)
        axes.set_xlabel("chance given")
        axes.set_ylabel("share true")

    return _grid(list(bins), draw, name)


def heat(rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]], *, label: str, name: str) -> str:
    """How often each row was taken for each column: the count, on a ground that is the darker the more of its row it is."""
    figure = Figure(figsize=(1.8 + 0.42 * len(columns), 1.6 + 0.3 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for down, row in enumerate(counts):
        for across, count in enumerate(row):
            if count:
                axes.add_patch(Rectangle((across - 0.5, down - 0.5), 1, 1, facecolor=MARK, alpha=round(0.7 * count / sum(row), 3), linewidth=0))
                axes.text(across, down, f"{count}", ha="center", va="center", fontsize=7)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(len(columns)), [column.replace("_", " ") for column in columns], rotation=90 if max(map(len, columns)) > 3 else 0)
    axes.set_yticks(range(len(rows)), [row.replace("_", " ") for row in rows])
    axes.set_xlabel(label)
    _plain(axes)
    return _svg(figure, name)


def bars(values: Mapping[str, tuple[float, float, float]], *, label: str, name: str, target: float | None = None) -> str:
    """A bar with its interval for each (value, low, high), the first on top; a dashed line where the target is."""
    figure = Figure(figsize=(8, 0.9 + 0.34 * max(1, len(values))), layout="constrained")
    axes = figure.subplots()
    places = range(len(values))
    axes.barh(places, [value for value, _, _ in values.values()], color=MARK, height=0.6)
    for place, (_, low, high) in zip(places, values.values(), strict=True):
        axes.plot([low, high], [place, place], color=MARK2, linewidth=2)
    if target is not None:
        axes.axvline(target, color=TEXT, linestyle="--", linewidth=1)
    axes.set_yticks(list(places), list(values))
    axes.invert_yaxis()
    axes.set_xlabel(label)
    _plain(axes)
    return _svg(figure, name)


def _grid(names: Sequence[str], draw: Any, plot: str) -> str:
    columns = 4
    rows = max(1, -(-len(names) // columns))
    figure = Figure(figsize=(10, 2.3 * rows), layout="constrained")
    every = figure.subplots(rows, columns, squeeze=False).flat
    for axes, name in zip(every, [*names, *[""] * (rows * columns - len(names))], strict=True):
        if not name:
            axes.set_axis_off()
            continue
        draw(axes, name)
        axes.set_title(name.replace("_", " "))
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, 1.02)
        axes.grid(linewidth=0.5)
        _plain(axes)
    return _svg(figure, plot)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)


def _svg(figure: Figure, name: str) -> str:
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    with mpl.rc_context({"svg.hashsalt": name}):
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>{name}-", svg)  # ids are the page's, not the plot's
    for stand_in, colour in COLOURS.items():
        svg = svg.replace(stand_in, colour)
    return svg.replace("<svg ", '<svg aria-hidden="true" ', 1)
