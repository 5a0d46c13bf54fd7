"""Write docs/settings.md from the typed table: `.venv/bin/python scripts/settings_page.py`."""

from __future__ import annotations

from pathlib import Path

from heedful.settings_table import TABLE, Setting

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
HEAD = """# Settings

Heedful takes its settings from environment variables, all of which stand here. A wrong value or an unknown
`HEEDFUL_` name stops the start and says what it takes. A secret can be given in a file: `NAME_FILE` names it.

| setting | unit | default | what it does |
| --- | --- | --- | --- |
"""


def row(setting: Setting) -> str:
    default = f"`{setting.default}`" if setting.default else "empty"
    unit = setting.unit
    if setting.kind == "integer":
        unit += f", {setting.least} to {setting.most}"
    return f"| `{setting.name}` | {unit} | {default} | {setting.help} |\n"


def page() -> str:
    return HEAD + "".join(row(setting) for setting in TABLE)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
