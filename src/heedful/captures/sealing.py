"""Where each sealed value of a capture belongs. Both writing and reading go through here."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from heedful.vault.envelope import KEY_BYTES, Place, seal
from heedful.vault.queries import SchoolVault

TABLE = "capture"
NOTE_TABLE = "capture_note"
SEAL_TABLE = "picture_seal"


@dataclass(frozen=True)
class Content:
    """What was captured, in clear. Never logged, never in an error."""

    text: str
    title: str
    url: str
    account: str
    before: tuple[tuple[int, str], ...]  # (seconds before, line), oldest first


def seal_content(vault: SchoolVault, capture_id: UUID, content: Content) -> dict[str, bytes]:
    """The sealed columns of one capture, by column name."""
    row = str(capture_id)
    before = json.dumps(content.before, ensure_ascii=False) if content.before else ""
    columns = {"text": content.text, "title": content.title, "url": content.url, "account": content.account, "before": before}
    return {f"{name}_sealed": vault.seal_text(plain, table=TABLE, field=name, row=row) if plain else b"" for name, plain in columns.items()}


def seal_picture(vault: SchoolVault, capture_id: UUID, picture: bytes) -> bytes:
    return vault.seal(picture, table=TABLE, field="picture", row=str(capture_id))


def open_picture(vault: SchoolVault, capture_id: UUID, sealed: bytes) -> bytes:
    return vault.open(sealed, table=TABLE, field="picture", row=str(capture_id))


def lock_picture(vault: SchoolVault, number: int, picture: bytes) -> tuple[bytes, bytes]:
    """The picture under a new key of its own, and that key under the school's. Nothing here, or anywhere, opens it again."""
    own = secrets.token_bytes(KEY_BYTES)
    place = Place(vault.school_id, SEAL_TABLE, "picture", str(number))
    return seal(AESGCM(own), 0, picture, place), vault.seal(own, table=SEAL_TABLE, field="key", row=str(number))


def seal_reference(vault: SchoolVault, number: int, plain: str) -> bytes:
    return vault.seal_text(plain, table=SEAL_TABLE, field="reference", row=str(number))


def open_reference(vault: SchoolVault, number: int, sealed: bytes | memoryview) -> str:
    return vault.open_text(sealed, table=SEAL_TABLE, field="reference", row=str(number))


def open_column(vault: SchoolVault, capture_id: UUID, field: str, sealed: bytes | memoryview) -> str:
    return vault.open_text(sealed, table=TABLE, field=field, row=str(capture_id))


def open_before(vault: SchoolVault, capture_id: UUID, sealed: bytes | memoryview) -> tuple[tuple[int, str], ...]:
    plain = open_column(vault, capture_id, "before", sealed)
    return tuple((int(seconds), str(line)) for seconds, line in json.loads(plain)) if plain else ()


def seal_action(vault: SchoolVault, capture_id: UUID, plain: str) -> bytes:
    return vault.seal_text(plain, table=TABLE, field="action", row=str(capture_id)) if plain else b""


def seal_note(vault: SchoolVault, note_id: int, plain: str) -> bytes:
    return vault.seal_text(plain, table=NOTE_TABLE, field="text", row=str(note_id))


def open_note(vault: SchoolVault, note_id: int, sealed: bytes | memoryview) -> str:
    return vault.open_text(sealed, table=NOTE_TABLE, field="text", row=str(note_id))
