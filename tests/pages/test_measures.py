"""The pages of the measures, wide and on a phone, light and dark: no accessibility fault, no breach of their own policy."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from tests.pages.measures_scene import MeasuresScene, set_measures
from tests.pages.test_accessibility import walk
from tests.personas.people import Persona, Place

PAGES = {
    "dsl": ("/programme/{school}/measures/", "/programme/{school}/parallel-run/", "/captures/second-looks/", "/captures/second-looks/{look}/"),
    "governor": ("/programme/{school}/measures/", "/programme/{school}/parallel-run/"),
}


@pytest.fixture
def measured(live_server: Any, larkfield: Place) -> MeasuresScene:
    return set_measures(larkfield, now=timezone.now())


def test_no_page_of_the_measures_has_a_fault(
    chromium: Browser, address: str, measured: MeasuresScene, dsl: Persona, governor: Persona
) -> None:
    for persona in (dsl, governor):
        assert walk(chromium, address, persona, [path.format(**vars(measured)) for path in PAGES[persona.name]]) == {}
