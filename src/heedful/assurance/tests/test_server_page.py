"""The technician's page of what `heedful doctor` found last."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from heedful.assurance.checkup import Finding, keep_checkup, last_checkup
from heedful.assurance.tests.test_assurance import text_of
from tests.harness.westbrook import NOW
from tests.personas.people import Persona

FINDINGS = (Finding("disk", "well", "40 GiB free"), Finding("mail", "wrong", "does not take mail; check the HEEDFUL_EMAIL_ settings"))


@pytest.fixture(autouse=True)
def _data_dir(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_what_was_found_is_shown_with_what_to_do(technician: Persona) -> None:
    assert "No check has run yet" in text_of(technician.opens("server_check"))
    keep_checkup(FINDINGS, now=NOW)
    page = text_of(technician.opens("server_check"))
    assert "1 to put right" in page
    assert "does not take mail; check the HEEDFUL_EMAIL_ settings" in page


def test_a_file_that_is_none_of_ours_is_as_good_as_none(tmp_path: Path) -> None:
    for content in ("", "[]", '{"at": "yesterday", "findings": []}', '{"at": "2026-01-05T09:00:00+00:00", "findings": [{"what": 1}]}'):
        (tmp_path / "checkup.json").write_text(content)
        assert last_checkup() is None
