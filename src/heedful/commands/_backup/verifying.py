"""Is what was restored all there? Every sealed value opens, every sealed file is what it was, every chain is whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from heedful.audit.queries import chains, first_break
from heedful.captures.queries.ciphertexts import blobs_named, files_named, names_of_blobs, sealed_values
from heedful.vault.archive import ArchiveRefused
from heedful.vault.blobs import has_blob, read_blob
from heedful.vault.envelope import VaultError
from heedful.vault.queries import SchoolVault


@dataclass
class Verified:
    """What was opened and found whole."""

    values: int = 0
    files: int = 0
    chains: int = 0
    without: list[int] = field(default_factory=list)  # captures whose picture the backup did not have
    without_files: list[str] = field(default_factory=list)  # what else the backup did not have, in words: "policy version 3"


def verify(*, without: frozenset[str]) -> Verified:
    """Open everything once. `without` names the files that the backup says it does not have. Raises ArchiveRefused at the first fault."""
    found = Verified()
    vaults: dict[int, SchoolVault] = {}
    for value in sealed_values():
        vault = vaults.setdefault(value.school_id, SchoolVault(value.school_id))
        try:
            vault.open(value.sealed, table=value.table, field=value.field, row=value.row)
        except VaultError as fault:
            raise ArchiveRefused(f"{value.table} {value.row}: {fault}. Is the keys file the one of this backup?") from fault
        found.values += 1
    for blob in blobs_named():
        if f"blobs/{blob.school_id}/{blob.name}.sealed" in without:
            found.without.append(blob.capture_number)
            continue
        vault = vaults.setdefault(blob.school_id, SchoolVault(blob.school_id))
        try:
            vault.open(read_blob(school_id=blob.school_id, name=blob.name), table=blob.table, field="picture", row=blob.row)
        except VaultError as fault:
            raise ArchiveRefused(f"the picture of capture {blob.capture_number}: {fault}") from fault
        found.files += 1
    for file in files_named():
        if f"blobs/{file.school_id}/{file.name}.sealed" in without:
            found.without_files.append(f"{file.files.what} {file.row}")
            continue
        vault = vaults.setdefault(file.school_id, SchoolVault(file.school_id))
        try:
            vault.open(read_blob(school_id=file.school_id, name=file.name), table=file.files.table, field=file.files.field, row=file.name)
        except VaultError as fault:
            raise ArchiveRefused(f"the file of {file.files.what} {file.row}: {fault}") from fault
        found.files += 1
    for school_id, name in names_of_blobs(only_lasting=True):  # sealed pictures open for nobody: they must be there
        if f"blobs/{school_id}/{name}.sealed" not in without and not has_blob(school_id=school_id, name=name):
            raise ArchiveRefused("a sealed picture is not in the archive")
    for school_id in chains():
        broken = first_break(school_id)
        if broken:
            raise ArchiveRefused(f"the audit chain of school {school_id} is broken at entry {broken.number}: {broken.reason}")
        found.chains += 1
    return found
