"""Encrypted archives: a tar stream in age's format (age-encryption.org/v1), with a manifest at its end. No Django, no database.

age encrypts and authenticates in chunks: what is torn, reordered, changed or longer than written does not open. The
manifest says again what must be there, with hashes, so that a fault of ours is found too.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from heedful.first_start import sync_folder

FORMAT = 1
MANIFEST = "manifest.json"
_NAME = re.compile(r"[a-z]+(/[^/.\x00-\x1f][^/\x00-\x1f]*)+")


class ArchiveRefused(Exception):
    """The archive can't be used: wrong key, torn, changed or not one of ours. Nothing was changed."""


@dataclass(frozen=True)
class Entry:
    """One file of an archive: its name with forward slashes, and what is in it."""

    name: str
    content: bytes


@dataclass
class Manifest:
    """What an archive says of itself. `facts` are the maker's own; `files` is size and SHA-256 by name, in order."""

    facts: dict[str, Any] = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        return json.dumps({"format": FORMAT, "facts": self.facts, "files": self.files}).encode()


def new_identity() -> tuple[str, str]:
    """A fresh key pair: the secret, which opens, and the recipient, which closes."""
    secret = pyrage.x25519.Identity.generate()
    return str(secret), str(secret.to_public())


def recipient_of(secret: str) -> str:
    """The recipient of a secret. Raises ArchiveRefused where it is none."""
    return str(_identity(secret).to_public())


def write_archive(path: Path, entries: Iterable[Entry], *, recipient: str, facts: Callable[[], dict[str, Any]]) -> Manifest:
    """Write an archive whole, synced, in place of any file of this name. `facts` is asked when all entries have been taken."""
    aside, manifest = path.with_name(f"{path.name}.part"), Manifest()
    source = _Pulled(_tar_stream(entries, manifest, facts))
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            try:
                pyrage.encrypt_io(source, file, [pyrage.x25519.Recipient.from_str(recipient)])
            except pyrage.EncryptError as fault:
                raise source.fault or OSError(f"'{path.name}' can't be written: {fault}") from fault
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)
    return manifest


def read_archive(path: Path, *, secret: str, into: Path | None) -> Manifest:
    """Open the archive and hold it to its manifest; write its files below `into`, which must be empty (None: only check).

    Raises ArchiveRefused, and then leaves nothing but what it wrote below `into`. What it wrote counts only once it returned.
    """
    identity = _identity(secret)
    opener = _Opener(path, identity)
    try:
        try:
            manifest = _take(opener.plain, into)
        except (tarfile.TarError, ValueError, KeyError, TypeError) as fault:
            opener.finish()  # a fault of the encryption says more than the broken tar behind it
            raise ArchiveRefused(f"'{path.name}' opens but is not whole") from fault
        opener.finish()
    finally:
        opener.stop()
    return manifest


def _identity(secret: str) -> Any:
    try:
        return pyrage.x25519.Identity.from_str(secret.strip())
    except pyrage.IdentityError:
        raise ArchiveRefused("this is no recovery key; it begins with AGE-SECRET-KEY-1") from None


def _tar_stream(entries: Iterable[Entry], manifest: Manifest, facts: Callable[[], dict[str, Any]]) -> Iterator[bytes]:
    sink = _Sink()
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]  # only write() is asked of it
        for entry in entries:
            _add(tar, entry)
            manifest.files[entry.name] = (len(entry.content), hashlib.sha256(entry.content).hexdigest())
            yield from sink.drain()
        manifest.facts = facts()
        _add(tar, Entry(MANIFEST, manifest.as_bytes()))
    yield from sink.drain()


def _add(tar: tarfile.TarFile, entry: Entry) -> None:
    info = tarfile.TarInfo(entry.name)
    info.size, info.mode = len(entry.content), 0o600
    tar.addfile(info, io.BytesIO(entry.content))


def _take(plain: BinaryIO, into: Path | None) -> Manifest:
    """Read the whole tar. Raises ValueError where something is missing, differs, or comes after the manifest."""
    seen: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    with tarfile.open(fileobj=plain, mode="r|") as tar:
        for member in tar:
            if manifest is not None or not member.isreg():
                raise ValueError("something follows the manifest, or is no file")
            file = tar.extractfile(member)
            assert file is not None
            content = file.read()
            if member.name == MANIFEST:
                manifest = _manifest(content)
                continue
            if not _NAME.fullmatch(member.name) or member.name in seen:
                raise ValueError("a name that no archive of ours has")
            seen[member.name] = (len(content), hashlib.sha256(content).hexdigest())
            if into is not None:
                _write(into / member.name, content)
    if manifest is None or manifest.files != seen or list(manifest.files) != list(seen):
        raise ValueError("the manifest and the files differ")
    return manifest


def _manifest(content: bytes) -> Manifest:
    document = json.loads(content)
    if document["format"] != FORMAT:
        raise ArchiveRefused(f"the archive has format {document['format']}; this Heedful reads {FORMAT}: use the Heedful that made it, or a newer one")
    return Manifest(document["facts"], {name: (int(size), str(digest)) for name, (size, digest) in document["files"].items()})


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


class _Sink:
    """What the tar writer writes to: kept until the encryption asks for it."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes) -> int:
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def drain(self) -> Iterator[bytes]:
        chunks, self._chunks = self._chunks, []
        yield from chunks


class _Pulled(io.RawIOBase):
    """A stream to read from, filled by an iterator as it is read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, memoryview(b"")
        self.fault: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                self._rest = memoryview(next(self._chunks))
            except StopIteration:
                return 0
            except Exception as fault:  # age would tell its text alone
                self.fault = fault
                raise
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken


class _Opener:
    """Decrypts in a thread, so that the plain text can be read as a stream from `plain`."""

    def __init__(self, path: Path, identity: Any) -> None:
        self._path, self._identity = path, identity
        self._fault: Exception | None = None
        reading, self._writing = os.pipe()
        self.plain: BinaryIO = os.fdopen(reading, "rb")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with os.fdopen(self._writing, "wb") as pipe, self._path.open("rb") as file:
                pyrage.decrypt_io(file, pipe, [self._identity])
        except (OSError, pyrage.DecryptError) as fault:
            self._fault = fault

    def finish(self) -> None:
        """Read to the end, which is where age proves that nothing is missing. Raises ArchiveRefused."""
        while self.plain.read(1 << 20):
            continue
        self._thread.join()
        if self._fault is None:
            return
        if "matching keys" in str(self._fault):
            raise ArchiveRefused(f"'{self._path.name}' was not made for this key, or its first bytes were changed")
        raise ArchiveRefused(f"'{self._path.name}' is torn or was changed after it was made, or is no backup of Heedful") from self._fault

    def stop(self) -> None:
        self.plain.close()  # the thread's next write fails, and it ends
        self._thread.join()
