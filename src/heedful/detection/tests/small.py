"""The vectors' small library, compiled once for all tests here."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from heedful.detection.bundle import Bundle, load_bundle
from heedful.detection.shipped import compile_folder, compile_keys

FOLDER = Path(__file__).parents[4] / "contracts" / "matching" / "library"


@cache
def compiled() -> bytes:
    return compile_folder(FOLDER)


def content() -> dict[str, Any]:
    return dict(json.loads(gzip.decompress(compiled())))


@cache
def bundle() -> Bundle:
    """Without a sieve: every text goes the exact way."""
    return load_bundle(compiled())


@cache
def sieved() -> Bundle:
    return load_bundle(compiled(), keys=compile_keys(FOLDER))
