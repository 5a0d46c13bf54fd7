"""The two keys of a backup. The *backup key* lies with the other keys and closes each archive; it goes, with all of them,
into the keys file, which only the *recovery key* opens. That one lies nowhere on this machine: it was shown once, on paper.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from heedful.first_start import ensure_folder, secret_from_file, sync_folder, write_aside
from heedful.vault.archive import Entry, new_identity, recipient_of
from heedful.vault.envelope import VaultError

RECOVERY_FILE = "recovery.pub"
BACKUP_FILE = "backup.key"


class NoRecoveryKey(VaultError):
    """Nobody has made a recovery key: a backup could never be opened."""


def make_recovery_key(*, replace: bool) -> str:
    """Make a recovery key and keep its closing half; returns the secret, which nothing keeps. Raises VaultError where there is one."""
    path = ensure_folder(Path(settings.KEYS_DIR)) / RECOVERY_FILE
    if path.exists() and not replace:
        raise VaultError("there is a recovery key already; with --replace, backups from now on take a new one, and older ones still take the old one")
    secret, recipient = new_identity()
    os.replace(write_aside(path, recipient.encode() + b"\n"), path)
    sync_folder(path.parent)
    return secret


def has_recovery_key() -> bool:
    """Whether one was made, so that backups can be."""
    return (Path(settings.KEYS_DIR) / RECOVERY_FILE).exists()


def recovery_recipient() -> str:
    """What closes a keys file. Raises NoRecoveryKey."""
    path = Path(settings.KEYS_DIR) / RECOVERY_FILE
    if not path.exists():
        raise NoRecoveryKey("there is no recovery key; make one with 'heedful keys recovery', and put it in the school's safe")
    return path.read_text("ascii").strip()


def backup_recipient() -> str:
    """What closes an archive; its key is made when first asked for."""
    return recipient_of(secret_from_file(Path(settings.KEYS_DIR) / BACKUP_FILE, make=new_identity()[0].encode()))


def backup_secret() -> str:
    """What opens an archive that this installation made."""
    backup_recipient()
    return (Path(settings.KEYS_DIR) / BACKUP_FILE).read_text("ascii").strip()


def key_entries() -> list[Entry]:
    """Every key file (and the count of the extension's builds beside them) as an entry of a keys file, and the keys that the environment gives, as the files that would hold them."""
    folder = Path(settings.KEYS_DIR)
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file() and path.suffix in {".key", ".pem", ".pub", ".json"}}
    if settings.INSTALLATION_KEY:
        files["installation.key"] = "\n".join(settings.INSTALLATION_KEY.split()).encode()
    files["session.key"] = settings.SECRET_KEY.encode()
    return [Entry(f"keys/{name}", content) for name, content in sorted(files.items())]
