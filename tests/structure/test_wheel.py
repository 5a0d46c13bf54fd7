"""The wheel carries what a school's machine serves, and nothing that is only for us; no key is in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from heedful.detection.encoder import SHIPPED
from tests.structure.text_checks import secrets, traces_of_a_machine
from tests.structure.tree import ROOT, Source
from training.public import HARM, HARMLESS

# Other people's packages name addresses that ours may not.
NOT_OURS = "heedful/web/static/heedful/vendor/"
WEIGHTS = {"device.bin", "encoder.json", "encoder.onnx", "encoder.tokens.json", "fusion.json"}
MOST_BYTES_OF_WEIGHTS = 25_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Build the wheel as `make build` does; return its members by name."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = Path(folder).glob("*.whl")
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_has_what_browsers_and_devices_download(wheel: dict[str, bytes]) -> None:
    names = set(wheel)
    assert {"heedful/web/static/heedful/vendor/tabler.css", "heedful/_built/library.bundle.gz", "heedful/_built/extension/unpacked/manifest.json"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_says_what_its_weights_were_made_from(wheel: dict[str, bytes]) -> None:
    notice = wheel["heedful/detection/weights/NOTICE.md"].decode()
    named = {part for source in (*HARM, *HARMLESS) for part in re.findall(r"CC BY \d\.\d|CC0-1\.0|Apache-2\.0|MIT", source.licence)}
    assert named - set(re.findall(r"CC BY \d\.\d|CC0-1\.0|Apache-2\.0|MIT", notice)) == set()
    assert "all-MiniLM-L6-v2" in notice
    assert b"Apache License" in wheel["heedful/detection/weights/LICENSE-Apache-2.0.txt"]


def test_the_wheel_has_all_weights_or_none_and_few_bytes_of_them(wheel: dict[str, bytes]) -> None:
    """A layer whose file were left out would be missing at every school; all together are at most 25 MB."""
    lying = {path.name: path.stat().st_size for path in SHIPPED.iterdir()}
    assert set(lying) & WEIGHTS in (WEIGHTS, set())
    assert {name: len(wheel.get(f"heedful/detection/weights/{name}", b"")) for name in lying} == lying
    assert sum(lying.values()) <= MOST_BYTES_OF_WEIGHTS


def test_the_wheel_leaves_out_what_is_only_for_us(wheel: dict[str, bytes]) -> None:
    ours = {name for name in wheel if "/tests/" in name or "/node_modules/" in name or "/frontend/" in name or name.endswith(".map")}
    assert ours == set()


def test_the_wheel_and_the_extension_hold_no_secret_and_no_trace_of_a_machine(wheel: dict[str, bytes]) -> None:
    sources = [Source(name, content.decode("utf-8")) for name, content in wheel.items() if _is_text(content)]
    found = [str(fault) for source in sources for fault in secrets(source)]
    found += [str(fault) for source in sources if not source.path.startswith(NOT_OURS) for fault in traces_of_a_machine(source)]
    assert found == []


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in content
