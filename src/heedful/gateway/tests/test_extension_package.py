"""The packed extension: the layout that browsers accept, signed by the given key, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from heedful.gateway.extension_package import build_package, extension_id, public_key_der


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "icons").mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps({"manifest_version": 3, "name": "Heedful", "version": "0.1.0", "key": "for trials"}))
    (tmp_path / "worker.js").write_text("void 0;")
    (tmp_path / "icons" / "16.png").write_bytes(b"\x89PNG")
    return tmp_path


def fields(message: bytes) -> dict[int, list[bytes]]:
    """Read the length-delimited fields of a protocol buffer; written apart from the packer."""
    found: dict[int, list[bytes]] = {}
    stream = io.BytesIO(message)

    def number() -> int | None:
        value = shift = 0
        while byte := stream.read(1):
            value |= (byte[0] & 0x7F) << shift
            if byte[0] < 0x80:
                return value
            shift += 7
        return None

    while (tag := number()) is not None:
        assert tag & 7 == 2
        found.setdefault(tag >> 3, []).append(stream.read(number() or 0))
    return found


def split(crx: bytes) -> tuple[dict[int, list[bytes]], bytes]:
    assert crx[:8] == b"Cr24\x03\x00\x00\x00"
    size = int.from_bytes(crx[8:12], "little")
    return fields(crx[12 : 12 + size]), crx[12 + size :]


def test_the_signature_is_the_keys_over_id_and_content(key: rsa.RSAPrivateKey, folder: Path) -> None:
    header, zipped = split(build_package(key, folder=folder).crx)
    proof = fields(header[2][0])
    signed_data = header[10_000][0]
    message = b"CRX3 SignedData\0" + len(signed_data).to_bytes(4, "little") + signed_data + zipped
    public = load_der_public_key(proof[1][0])
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(proof[2][0], message, padding.PKCS1v15(), hashes.SHA256())
    assert fields(signed_data)[1] == [hashlib.sha256(public_key_der(key)).digest()[:16]]


def test_the_id_is_the_keys_own_and_another_key_gives_another(key: rsa.RSAPrivateKey, folder: Path) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    package = build_package(key, folder=folder)
    assert package.extension_id == extension_id(key) != extension_id(other)
    assert len(package.extension_id) == 32
    assert set(package.extension_id) <= set("abcdefghijklmnop")


def test_the_same_files_give_the_same_bytes_and_another_version_others(key: rsa.RSAPrivateKey, folder: Path) -> None:
    first = build_package(key, folder=folder)
    (folder / "worker.js").touch()
    assert build_package(key, folder=folder).crx == first.crx
    assert build_package(key, folder=folder, version="0.1.1").crx != first.crx


def test_the_content_is_whole_and_the_version_stamped_without_a_trial_key(key: rsa.RSAPrivateKey, folder: Path) -> None:
    package = build_package(key, folder=folder, version="2.3.4", update_url="https://heedful.example/extension/updates.xml")
    with zipfile.ZipFile(io.BytesIO(split(package.crx)[1])) as archive:
        assert archive.namelist() == ["icons/16.png", "manifest.json", "worker.js"]
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["version"] == package.version == "2.3.4"
    assert "key" not in manifest
    assert manifest["update_url"] == "https://heedful.example/extension/updates.xml"


@pytest.mark.parametrize("version", ["1.2.3.4.5", "1.a", "01.2", "70000", "1..2", "v1"])
def test_a_version_that_browsers_refuse_is_refused_here(key: rsa.RSAPrivateKey, folder: Path, version: str) -> None:
    with pytest.raises(ValueError, match="version"):
        build_package(key, folder=folder, version=version)


def test_the_update_manifest_names_id_address_and_version(key: rsa.RSAPrivateKey, folder: Path) -> None:
    package = build_package(key, folder=folder)
    root = ElementTree.fromstring(package.update_manifest("https://heedful.example/extension/heedful.crx?a=1&b='2'"))  # noqa: S314 - our own
    name = "{http://www.google.com/update2/response}"
    check = root.find(f"{name}app/{name}updatecheck")
    assert check is not None
    assert root.find(f"{name}app").get("appid") == package.extension_id  # type: ignore[union-attr]
    assert check.get("codebase") == "https://heedful.example/extension/heedful.crx?a=1&b='2'"
    assert check.get("version") == "0.1.0"
    assert check.get("hash_sha256") == hashlib.sha256(package.crx).hexdigest()
