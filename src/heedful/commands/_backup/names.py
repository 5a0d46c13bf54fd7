"""How the files of a backup are called, and what is said of one."""

from __future__ import annotations

from typing import Any

ARCHIVE, KEYS = ".archive.age", ".keys.age"


def facts_as_text(facts: dict[str, Any]) -> str:
    """When and of what a backup is, for people."""
    return f"backup of {facts['made_at'][:16].replace('T', ' ')} UTC, Heedful {facts['heedful']}, {facts['engine']}"
