"""What a server ships grows in version with each change, and only then: or no browser would fetch it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from heedful.gateway.extension_package import ExtensionPackage
from heedful.gateway.shipped_extension import numbered

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "built"
    folder.mkdir()
    write(folder, version="0.1.0")
    return folder


def write(folder: Path, *, version: str, worker: str = "void 0;") -> None:
    (folder / "manifest.json").write_text(json.dumps({"manifest_version": 3, "name": "Heedful", "version": version}))
    (folder / "worker.js").write_text(worker)


def shipped(folder: Path, update_url: str = "https://heedful.school.example/extension/updates.xml") -> ExtensionPackage:
    return numbered(KEY, update_url=update_url, remembered=folder.parent / "keys" / "extension-build.json", folder=folder)


def test_a_start_with_the_same_files_ships_the_same_bytes(folder: Path) -> None:
    first = shipped(folder)
    assert first.version == "0.1.0"
    assert shipped(folder) == first


def test_each_change_gets_the_next_number_also_one_back_to_what_was_before(folder: Path) -> None:
    assert shipped(folder).version == "0.1.0"
    write(folder, version="0.1.0", worker="void 1;")
    changed = shipped(folder)
    assert changed.version == "0.1.0.1"
    assert shipped(folder) == changed
    write(folder, version="0.1.0")
    assert shipped(folder).version == "0.1.0.2"
    write(folder, version="0.2.0")
    assert shipped(folder).version == "0.2.0.3"


def test_a_new_address_of_the_server_is_a_change(folder: Path) -> None:
    shipped(folder)
    assert shipped(folder, "https://devices.school.example/extension/updates.xml").version == "0.1.0.1"


def test_the_last_build_is_closed_to_everybody_else(folder: Path) -> None:
    shipped(folder)
    kept = folder.parent / "keys" / "extension-build.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert json.loads(kept.read_text())["build"] == 0


def test_a_version_of_four_numbers_has_no_room_for_another(folder: Path) -> None:
    shipped(folder)
    write(folder, version="0.1.0.7")
    assert shipped(folder).version == "0.1.0.7"
