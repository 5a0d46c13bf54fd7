"""The declared abilities, held against the agents themselves: the limits page can't promise what they don't do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import heedful
from heedful.devices.coverage.abilities import EXTENSION, Ability, Answer
from heedful.devices.coverage.queries.limits import is_too_old

ROOT = Path(heedful.__file__).parents[2]
MANIFEST = (ROOT / "extension" / "manifest.mjs").read_text("utf-8")


def test_it_asks_for_the_permissions_that_are_declared() -> None:
    block = re.search(r"const PERMISSIONS = \{(.*?)\n\};", MANIFEST, re.DOTALL)
    assert block is not None
    assert set(re.findall(r'^  "?([\w.]+)"?: "', block[1], re.MULTILINE)) == EXTENSION.permissions


@pytest.mark.parametrize(
    "never", ["geolocation", "tabCapture", "desktopCapture", "audioCapture", "videoCapture", "webRequest", "history", "debugger"]
)
def test_what_is_declared_never_has_no_permission(never: str) -> None:
    assert never not in EXTENSION.permissions


def test_the_least_browser_version_is_the_manifests() -> None:
    assert f'minimum_chrome_version: "{EXTENSION.least_browser_version}"' in MANIFEST


def test_the_sources_are_what_the_extension_really_sends() -> None:
    contract = json.loads((ROOT / "contracts" / "capture.schema.json").read_text("utf-8"))
    known = set(contract["properties"]["source"]["enum"])
    assert known > EXTENSION.sources
    observe = (ROOT / "extension" / "src" / "observe.ts").read_text("utf-8")
    assert {source for source in known if f'"{source}"' in observe} == EXTENSION.sources


@pytest.mark.parametrize("ability", [each for each in EXTENSION.abilities if each.proof], ids=lambda each: each.what)
def test_each_ability_that_is_called_tested_names_a_test(ability: Ability) -> None:
    assert (ROOT / ability.proof).is_file()


def test_what_works_is_tested_and_what_does_not_is_said() -> None:
    assert [each.what for each in EXTENSION.abilities if each.answer == Answer.YES and not each.proof] == []
    said = " ".join(each.what for each in EXTENSION.abilities if each.answer in {Answer.NO, Answer.NEVER})
    for gap in ("Google Docs", "PDF viewer", "outside the browser", "iPads", "own devices", "pictures and videos", "Voice"):
        assert gap in said


@pytest.mark.parametrize(
    ("browser", "too_old"), [("Chrome 136", True), ("Chrome 137", False), ("Edge 156.0.1", False), ("Chrome", False), ("", False)]
)
def test_a_browser_older_than_the_extension_takes_is_known(browser: str, too_old: bool) -> None:
    assert is_too_old(browser) == too_old
