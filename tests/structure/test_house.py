"""The floors of the house: imports go down, never to a neighbour, never into another app's views."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import grimp

from tests.structure.tree import ROOT

FLOORS = Path(sys.executable).with_name("lint-imports")


def imports_of_others_views(edges: Iterable[tuple[str, str]]) -> list[str]:
    """Return each import (importer, imported) that reaches into the views of another app."""
    faults = []
    for importer, imported in edges:
        parts = imported.split(".")
        if "views" in parts[2:] and importer.split(".")[:2] != parts[:2]:
            faults.append(f"{importer} imports {imported}")
    return faults


def test_imports_keep_to_the_floors() -> None:
    done = subprocess.run([FLOORS, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_import_that_goes_up_breaks_the_floors(tmp_path: Path) -> None:
    """The contract is copied from pyproject.toml and set on a house with one stair going up."""
    house = tmp_path / "heedful"
    for room in ("gateway", "programme", "vault", "detection"):
        (house / room).mkdir(parents=True)
        (house / room / "__init__.py").write_text("")
    (house / "__init__.py").write_text("")
    (house / "detection" / "__init__.py").write_text("import django\n")
    (house / "vault" / "__init__.py").write_text("import heedful.gateway\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"))
    done = subprocess.run([FLOORS, "--no-cache"], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert "heedful.vault -> heedful.gateway" in done.stdout
    assert "heedful.detection -> django" in done.stdout


def test_no_app_imports_another_apps_views() -> None:
    graph = grimp.build_graph("heedful", cache_dir=None)
    edges = [(importer, imported) for importer in graph.modules for imported in graph.find_modules_directly_imported_by(importer)]
    assert imports_of_others_views(edges) == []


def test_an_import_of_another_apps_views_is_found() -> None:
    edges = [("heedful.gateway.urls", "heedful.captures.views"), ("heedful.captures.urls", "heedful.captures.views.queue")]
    assert imports_of_others_views(edges) == ["heedful.gateway.urls imports heedful.captures.views"]
