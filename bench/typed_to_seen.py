"""From the last key of a line in a monitored Chromium to its row in a queue page that was open already, on one machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.row import Row
from tests.journeys.actors import Lead, Pupil, running_school, tapped_policy
from tests.journeys.typing_to_seeing import typed_to_seen
from tests.journeys.wire import Tap

TRIES = 20


def measure() -> list[Row]:
    """A demo school, a pupil's browser with the extension by policy, and a lead's browser. Needs root for the policy."""
    with (
        tempfile.TemporaryDirectory(prefix="heedful-bench-") as name,
        running_school(Path(name) / "data") as school,
        sync_playwright() as playwright,
    ):
        tap = Tap(school.port)
        pupil = Pupil(playwright, Path(name) / "pupil", tapped_policy(school, tap), tap)
        pupil.folder.mkdir()
        dsl = Lead.signs_in(playwright, school)
        try:
            pupil.starts_the_browser()
            pupil.waits_until_watched()
            seconds = sorted(typed_to_seen(pupil, dsl, tries=TRIES))
        finally:
            pupil.closes_the_browser()
            dsl.leaves()
    p95 = seconds[int(TRIES * 0.95) - 1]
    return [Row("last key to row in an open queue page, p95", p95, "s", 2.0, note=f"median {seconds[TRIES // 2]:.2f} s of {TRIES}")]
