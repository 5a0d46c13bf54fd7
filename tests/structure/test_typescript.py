"""No function of the extension is longer than a page, read by the extension's own compiler."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.structure.python_checks import MOST_FUNCTION_LINES
from tests.structure.tree import ROOT, all_sources

COMPILER = ROOT / "extension" / "node_modules" / "typescript"


def long_functions(paths: Sequence[Path]) -> list[str]:
    """Return each function that is too long. A test file's `describe` is a table of tests, not a function."""
    listed = subprocess.run(
        ["node", Path(__file__).with_name("functions.mjs"), COMPILER, *paths],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [
        f"{each['path']}:{each['line']}: {each['name']} has {each['lines']} lines; at most {MOST_FUNCTION_LINES}"
        for each in json.loads(listed)
        if each["lines"] > MOST_FUNCTION_LINES
    ]


def test_the_extensions_functions_fit_on_a_page() -> None:
    paths = [ROOT / source.path for source in all_sources() if source.path.startswith("extension/src/")]
    assert paths
    assert long_functions([path for path in paths if path.suffix == ".ts"]) == []


def test_a_long_function_is_found(tmp_path: Path) -> None:
    sample = tmp_path / "sample.ts"
    sample.write_text("export const walk = () => {\n" + "  step();\n" * 100 + "};\n")
    assert long_functions([sample]) == [f"{sample}:1: walk has 102 lines; at most 100"]
