"""`make bench`: measure the budgets of the design, print them as a table, and write them to bench/results.json.

`python -m bench.run [NAME]...` runs the named modules alone. The exit status is 1 when a measurement could not be
made; a missed budget is shown, and is no failure of the run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.row import Row

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
NOT_MEASUREMENTS = {"__init__", "row", "run"}


@dataclass(frozen=True)
class Measurement:
    """What one module measured, how long it took, and the traceback where it broke."""

    name: str
    rows: tuple[Row, ...]
    seconds: float
    fault: str = ""


def names() -> list[str]:
    """Return the modules that measure something, in order."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_MEASUREMENTS and "def measure(" in path.read_text("utf-8"))


def run_one(name: str) -> Measurement:
    started = time.monotonic()
    try:
        rows = tuple(importlib.import_module(f"bench.{name}").measure())
    except Exception:  # one broken measurement must not hide the others; it is printed and fails the run
        return Measurement(name, (), time.monotonic() - started, traceback.format_exc())
    return Measurement(name, rows, time.monotonic() - started)


def machine() -> dict[str, str | int]:
    """Return what the numbers were measured on; no host name."""
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {"processor": model, "cores": os.cpu_count() or 1, "python": platform.python_version(), "system": platform.system()}


def number(value: float) -> str:
    """Return a number as people read it: four significant figures, thousands apart."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def cells(row: Row) -> tuple[str, ...]:
    budget = ""
    if row.budget is not None:
        sign = "≤" if row.best == "low" else "≥"
        budget = f"{sign} {number(row.budget)}{'×' if row.budget_is_ratio else ' ' + row.unit}"
    ratio = f"{row.ratio:.2f}× {row.against} ({number(row.against_measured)})" if row.ratio and row.against_measured else ""
    verdict = {True: "kept", False: "MISSED", None: ""}[row.is_within_budget]
    return row.what, f"{number(row.measured)} {row.unit}", budget, verdict, ratio, row.note


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out in columns, as a Markdown table."""
    lines = [("what", "measured", "budget", "", "ratio", "note"), *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines]
    shown.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(shown)


def as_json(measurements: Sequence[Measurement]) -> str:
    rows = [
        {"measurement": each.name, **asdict(row), "ratio": row.ratio, "is_within_budget": row.is_within_budget}
        for each in measurements
        for row in each.rows
    ]
    faults = {each.name: each.fault for each in measurements if each.fault}
    return json.dumps(
        {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "rows": rows, "faults": faults},
        indent=2,
        ensure_ascii=False,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="the measurements to make (all)")
    asked = parser.parse_args().names
    unknown = sorted(set(asked) - set(names()))
    if unknown:
        parser.error(f"no such measurement: {', '.join(unknown)}; there are {', '.join(names())}")
    measurements = []
    for name in asked or names():
        measurements.append(run_one(name))
        print(f"{name}: {measurements[-1].seconds:.1f} s", file=sys.stderr, flush=True)
        if measurements[-1].fault:
            print(measurements[-1].fault, file=sys.stderr, flush=True)
    RESULTS.write_text(as_json(measurements) + "\n", "utf-8")
    about = machine()
    print(f"\n{about['processor']}, {about['cores']} cores, Python {about['python']}\n")
    print(table([row for each in measurements for row in each.rows]))
    return 1 if any(each.fault for each in measurements) else 0


if __name__ == "__main__":
    sys.exit(main())
