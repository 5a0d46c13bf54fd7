"""The main job with PostgreSQL behind it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright

from tests.harness.postgres import create_database, postgres_server
from tests.journeys.actors import Lead, Pupil, running_school, tapped_policy
from tests.journeys.typing_to_seeing import typed_to_seen
from tests.journeys.wire import Tap


def test_dsl_sees_typed_lines_with_postgresql(playwright: Playwright, tmp_path: Path) -> None:
    with postgres_server() as place, running_school(tmp_path / "data", database_url=create_database(place, "journey")) as school:
        tap = Tap(school.port)
        pupil = Pupil(playwright, tmp_path / "pupil", tapped_policy(school, tap), tap)
        (tmp_path / "pupil").mkdir()
        dsl = Lead.signs_in(playwright, school)
        try:
            pupil.starts_the_browser()
            pupil.waits_until_watched()
            assert max(typed_to_seen(pupil, dsl, tries=3)) < 4.0
        finally:
            pupil.closes_the_browser()
            dsl.leaves()
