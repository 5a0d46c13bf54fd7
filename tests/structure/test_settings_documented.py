"""Every setting of the table stands in docs/settings.md with its unit, default and help, and no other does."""

from __future__ import annotations

import re
from collections.abc import Iterable

from heedful.settings_table import TABLE, Setting
from tests.structure.tree import ROOT


def undocumented(table: Iterable[Setting], page: str) -> list[str]:
    """Return what the page lacks or has too much: one row `| NAME | unit | default | … |` for each setting."""
    rows = {match[1]: match[0] for match in re.finditer(r"^\|\s*`(HEEDFUL_[A-Z_]+)`.*$", page, re.MULTILINE)}
    faults = []
    for setting in table:
        row = rows.pop(setting.name, None)
        if row is None:
            faults.append(f"{setting.name} has no row")
            continue
        faults += [f"{setting.name}: the row lacks '{part}'" for part in (setting.unit, setting.default, setting.help) if part not in row]
    return faults + [f"{name} is no setting" for name in sorted(rows)]


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert undocumented(TABLE, page) == [], "run: .venv/bin/python scripts/settings_page.py"


def test_a_missing_or_wrong_row_is_found() -> None:
    table = [
        Setting("HEEDFUL_ONE", "integer", "5", "seconds", "First."),
        Setting("HEEDFUL_TWO", "integer", "7", "bytes", "Second."),
    ]
    page = "| `HEEDFUL_ONE` | minutes | 5 | First. |\n| `HEEDFUL_THREE` | x | y |\n"
    assert undocumented(table, page) == [
        "HEEDFUL_ONE: the row lacks 'seconds'",
        "HEEDFUL_TWO has no row",
        "HEEDFUL_THREE is no setting",
    ]
