"""Each page that somebody may open is walked by axe in one of the files beside this one. No browser is needed to see that none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from django.urls import Resolver404, resolve

from tests.personas.test_permissions import TABLE

# Answers that are no page: files to keep or print, and pieces that a page fetches.
NO_PAGES = frozenset(
    {
        "calibration_deck_pdf", "communication_print", "decision_log", "deletion_certificate", "devices_csv", "dpia_print", "governor_pdf", "meeting_minutes",
        "pilot_review_pdf", "plan_calendar", "plan_print", "policy_file", "review_record", "training_certificate",
    }
)  # fmt: skip


def walked() -> Iterator[str]:
    """The addresses that axe visits, whatever their numbers."""
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        found = getattr(import_module(f"tests.pages.{file.stem}"), "PAGES", ())
        lists: Iterable[Iterable[str]] = found.values() if isinstance(found, dict) else [found]
        for paths in lists:
            yield from paths


def name_of(path: str) -> str:
    """The name of the page at this address; empty where there is none."""
    bare = path.split("?")[0]
    for stands_in in ("1", "00000000-0000-4000-8000-000000000000", "word"):
        try:
            return resolve(re.sub(r"\{[a-z_0-9]+\}", stands_in, bare)).view_name
        except Resolver404:
            continue
    return ""


def test_every_page_that_answers_is_walked() -> None:
    pages = {row.url_name for row in TABLE if row.post is None and 200 in row.answers}
    assert len(pages) > 80
    assert pages >= NO_PAGES
    assert pages - NO_PAGES - {name_of(path) for path in walked()} == set()
