"""The wire's truth at run time: validators made from contracts/ itself."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs

import heedful

_PACKAGE = Path(heedful.__file__).parent
# In a wheel the contracts lie inside the package, in a checkout at its root.
_PLACES = (_PACKAGE / "_contracts", _PACKAGE.parent.parent / "contracts")


@lru_cache(maxsize=8)
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema `contracts/<name>.schema.json`."""
    for place in _PLACES:
        path = place / f"{name}.schema.json"
        if path.exists():
            loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
            return loaded
    raise FileNotFoundError(f"contracts/{name}.schema.json is missing from this installation; install Heedful again")


@lru_cache(maxsize=8)
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema(name))


def first_fault(name: str, instance: object) -> tuple[str, str] | None:
    """Where and how this does not fit the schema (JSON pointer, rule), or None. Never holds a value of the instance."""
    validator = _validator(name)
    try:
        if validator.is_valid(instance):
            return None
        error = next(iter(validator.iter_errors(instance)))
    except (ValueError, RecursionError):  # half a surrogate pair, or hundreds of levels: the validator can't read it at all
        return "/", "is nested too deeply, or holds half a surrogate pair"
    path = list(error.instance_path)
    if any(isinstance(part, str) and not part.isidentifier() for part in path):
        path = []  # a name somebody made up is content too
    rule = next((str(part) for part in reversed(list(error.schema_path)) if isinstance(part, str)), "schema")
    return "/" + "/".join(str(part) for part in path), f"does not fit '{rule}'"
