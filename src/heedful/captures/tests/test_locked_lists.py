"""Lists of illegal content: hashed, on for good, and never told in the clear."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from heedful.audit.queries import entries_about
from heedful.captures.assessing import judge
from heedful.captures.locked_lists import for_devices, install_list, installed_lists
from heedful.detection.lists import ListError


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def folder(db: None, settings: object, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    installed_lists.cache_clear()
    yield tmp_path
    installed_lists.cache_clear()


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_listed_address_is_urgent_whatever_the_text_says(folder: Path, small_library: None) -> None:
    install_list(write(folder, "example.txt", "# kind: url", "# theme: sexual_content", sha256("forbidden.example/page")))
    judged = judge("nothing to see", source="displayed", age_band="ks3", url="https://www.forbidden.example/page/#top")
    assert judged.severity == 5
    assert judged.theme == "sexual_content"
    assert judge("nothing to see", source="displayed", age_band="ks3", url="https://allowed.example/page").severity == 0


def test_devices_get_the_hashes_of_addresses_and_no_phrases(folder: Path) -> None:
    install_list(write(folder, "addresses.txt", "# kind: url", "# theme: extremism", sha256("forbidden.example")))
    install_list(write(folder, "phrases.txt", "# kind: phrase", "# theme: extremism", sha256("two words")))
    assert for_devices() == [{"kind": "url", "sha256_prefix_bytes": 32, "entries": [sha256("forbidden.example")]}]


def test_a_list_with_a_fault_is_refused_whole_and_its_entries_are_not_told(folder: Path) -> None:
    path = write(folder, "torn.txt", "# kind: url", "# theme: extremism", sha256("forbidden.example"), "secret-entry")
    with pytest.raises(ListError) as refused:
        install_list(path)
    assert "torn.txt, line 4" in str(refused.value)
    assert "secret-entry" not in str(refused.value)
    assert installed_lists().lists == ()


def test_installing_is_audited_by_name_and_count_alone(folder: Path) -> None:
    install_list(write(folder, "example.txt", "# kind: url", "# theme: extremism", sha256("forbidden.example")))
    (entry,) = entries_about(0, subject_kind="locked_list")
    assert entry.subject_ids == ["example"]
    assert entry.details == {"kind": "url", "theme": "extremism", "entries": 1}
