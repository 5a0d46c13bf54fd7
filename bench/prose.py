"""Ordinary English prose that every machine here has, for the measurements: the documentation of Python's own modules."""

from __future__ import annotations

import ast
import re
import sysconfig
from pathlib import Path


def english_prose(characters: int) -> str:
    """At least so many characters of docstrings and comments from Python's standard library, repeated where it is too little."""
    parts: list[str] = []
    length = 0
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py")):
        if "site-packages" in path.parts or "test" in path.parts:
            continue
        for text in _docstrings(path):
            parts.append(text)
            length += len(text) + 1
        if length >= characters:
            break
    joined = "\n".join(parts)
    while len(joined) < characters:
        joined += "\n" + joined
    return joined[:characters]


def _docstrings(path: Path) -> list[str]:
    try:
        tree = ast.parse(path.read_text("utf-8", "replace"))
    except (SyntaxError, ValueError):
        return []
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds)]
    return [re.sub(r"\s+", " ", text) for text in found if len(text) > 80]
