"""Documents lead somewhere: each relative link names a file of the tree, and each make target named exists."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from tests.structure.tree import ROOT, Source, all_names, all_sources


def broken_links(source: Source, files: set[str]) -> list[str]:
    """Return the relative links of a Markdown file that lead to no file; anchors and addresses aren't looked at."""
    faults = []
    for target in re.findall(r"\]\(([^)\s]+)\)", source.text):
        path = target.partition("#")[0]
        if not path or re.match(r"[a-z]+:", path):
            continue
        reached = (ROOT / PurePosixPath(source.path).parent / path).resolve()
        is_ours = reached.is_relative_to(ROOT) and (reached.relative_to(ROOT).as_posix() in files or reached.is_dir())
        if not is_ours:
            faults.append(f"{source.path}: {target}")
    return faults


def unknown_targets(source: Source, targets: set[str]) -> list[str]:
    named = re.findall(r"^(?:\$ )?make ([a-z-]+)\b|`make ([a-z-]+)", source.text, re.MULTILINE)
    return [f"{source.path}: make {first or second}" for first, second in named if (first or second) not in targets]


def _documents() -> list[Source]:
    return [source for source in all_sources() if source.path.endswith(".md")]


def test_links_between_documents_lead_to_files() -> None:
    assert [fault for source in _documents() for fault in broken_links(source, set(all_names()))] == []


def test_make_targets_in_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert [fault for source in _documents() for fault in unknown_targets(source, targets)] == []


def test_a_broken_link_or_an_unknown_target_is_found() -> None:
    sample = Source("docs/page.md", "[a](../README.md) [b](none.md#x) [c](https://heedful.example) `make tea`\nmake test\n")
    assert broken_links(sample, {"README.md"}) == ["docs/page.md: none.md#x"]
    assert unknown_targets(sample, {"test"}) == ["docs/page.md: make tea"]
