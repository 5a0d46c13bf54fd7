"""Where a policy's file is sealed. Key rotation, backup and restore know the place from `apps.py`."""

from __future__ import annotations

from uuid import uuid4

from heedful.vault.blobs import read_blob, write_blob
from heedful.vault.queries import SchoolVault

TABLE, FIELD = "policy_version", "file"


def keep_file(vault: SchoolVault, content: bytes) -> str:
    """Seal a file and write it, synced to disk. Returns its name in the vault."""
    name = str(uuid4())
    write_blob(school_id=vault.school_id, name=name, sealed=vault.seal(content, table=TABLE, field=FIELD, row=name))
    return name


def open_file(vault: SchoolVault, name: str) -> bytes:
    """The file as it came. Raises VaultError where it is missing or torn."""
    return vault.open(read_blob(school_id=vault.school_id, name=name), table=TABLE, field=FIELD, row=name)
