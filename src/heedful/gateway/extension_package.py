"""The browser extension as one signed file (CRX3), packed by the installation itself with its own key.

Pure but for reading the built extension from its folder. The same files, key and version always give the same bytes,
so a restart serves no "new" file. Layout of CRX3: `Cr24`, version 3, length of the header, header, zip.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import heedful

_SRC = Path(heedful.__file__).parent
# In a wheel the built extension lies inside the package, in a checkout where its build puts it.
_PLACES = (
    _SRC / "_built" / "extension" / "unpacked",
    _SRC / "_built" / "extension",
    _SRC.parent.parent / "extension" / "dist" / "unpacked",
)
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)
_VERSION = re.compile(r"(0|[1-9]\d{0,4})(\.(0|[1-9]\d{0,4})){0,3}")


class ExtensionNotBuilt(Exception):
    """There is no built extension to pack."""


@dataclass(frozen=True)
class ExtensionPackage:
    """A packed extension. `extension_id` follows from the key alone; `version` is what its manifest says."""

    extension_id: str
    version: str
    crx: bytes

    def update_manifest(self, crx_url: str) -> bytes:
        """The Omaha answer that browsers ask for at the policy's update address."""
        text = (
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            "<gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>\n"
            f"  <app appid={quoteattr(self.extension_id)}>\n"
            f"    <updatecheck codebase={quoteattr(crx_url)} version={quoteattr(self.version)} hash_sha256={quoteattr(hashlib.sha256(self.crx).hexdigest())}/>\n"
            "  </app>\n"
            "</gupdate>\n"
        )
        return text.encode()


def built_extension() -> Path:
    """The folder of the built extension. Raises ExtensionNotBuilt with the way out."""
    for place in _PLACES:
        if (place / "manifest.json").is_file():
            return place
    raise ExtensionNotBuilt("the browser extension has not been built; run 'make extension' in the checkout, or install the wheel again")


def public_key_der(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def extension_id(key: rsa.RSAPrivateKey) -> str:
    """The id that browsers give an extension signed by this key: 32 letters a-p."""
    digest = hashlib.sha256(public_key_der(key)).hexdigest()[:32]
    return digest.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


def build_package(
    key: rsa.RSAPrivateKey, *, folder: Path | None = None, version: str | None = None, update_url: str | None = None
) -> ExtensionPackage:
    """Pack and sign the extension in `folder` (the built one where none is given), stamped with `version` where one is given.

    `update_url` goes into the manifest: a browser whose policy can't override the update address asks there. A version is one to four numbers of at most 65535. Raises ExtensionNotBuilt or ValueError.
    """
    source = folder or built_extension()
    manifest = json.loads((source / "manifest.json").read_text("utf-8"))
    stamped = version or str(manifest["version"])
    if not _VERSION.fullmatch(stamped) or any(int(part) > 65_535 for part in stamped.split(".")):
        raise ValueError(f"version {stamped!r} is not one to four numbers of at most 65535, with dots between")
    # The `key` of an unpacked trial copy must not contradict the key that signs.
    manifest.pop("key", None)
    manifest |= {"version": stamped} | ({"update_url": update_url} if update_url else {})
    zipped = _zip(source, {"manifest.json": (json.dumps(manifest, indent=2) + "\n").encode()})
    return ExtensionPackage(extension_id(key), stamped, _crx3(key, zipped))


def _zip(folder: Path, replaced: dict[str, bytes]) -> bytes:
    """All files of a folder in sorted order with one fixed time, so that equal content gives equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, replaced.get(name) or path.read_bytes())
    return buffer.getvalue()


def _crx3(key: rsa.RSAPrivateKey, zipped: bytes) -> bytes:
    public = public_key_der(key)
    signed_data = _field(1, hashlib.sha256(public).digest()[:16])
    message = b"CRX3 SignedData\0" + len(signed_data).to_bytes(4, "little") + signed_data + zipped
    signature = key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    header = _field(2, _field(1, public) + _field(2, signature)) + _field(10_000, signed_data)
    return b"Cr24" + (3).to_bytes(4, "little") + len(header).to_bytes(4, "little") + header + zipped


def _field(number: int, value: bytes) -> bytes:
    """One length-delimited field of a protocol buffer."""
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
