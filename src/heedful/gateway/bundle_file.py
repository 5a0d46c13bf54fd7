"""The bundle as devices download it: bytes, hash and this installation's signature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from heedful.captures.assessing import bundle_in_use
from heedful.detection.shipped import shipped_bytes
from heedful.gateway.keys import server_key
from heedful.gateway.signing import bundle_bytes, sign


@dataclass(frozen=True)
class BundleFile:
    content: bytes
    version: str
    sha256: str
    signature: str


@lru_cache(maxsize=1)
def bundle_file() -> BundleFile:
    """The library that this server assesses with, ready to send; read and signed once per process."""
    content = shipped_bytes()
    return BundleFile(content, bundle_in_use().version, hashlib.sha256(content).hexdigest(), sign(server_key(), bundle_bytes(content)))
