"""The bundle's bytes: the same for the same library, refused when they are something else."""

import gzip
import json

import pytest

from heedful.detection.bundle import MAX_GZIP_BYTES, BundleError, load_bundle
from heedful.detection.shipped import compile_folder, shipped_bytes
from heedful.detection.tests import small


def test_the_same_library_gives_the_same_bytes() -> None:
    assert compile_folder(small.FOLDER) == small.compiled()


def test_the_version_is_of_the_content() -> None:
    content = json.loads(gzip.decompress(small.compiled()))
    assert content["version"] == small.bundle().version
    assert len(content["version"]) == 12


def test_the_shipped_bundle_is_small_enough_to_download() -> None:
    assert len(shipped_bytes()) <= MAX_GZIP_BYTES


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "not a bundle: "),
        (b"no gzip", "not a bundle: BadGzipFile"),
        (gzip.compress(b"{}"), "not a bundle: KeyError"),
        (gzip.compress(b"[]"), "not a bundle: TypeError"),
        (gzip.compress(b'{"format": 99}'), "the bundle has format 99; this version reads 1"),
        (gzip.compress(b'{"format": 1}'), "not a bundle: KeyError"),
    ],
)
def test_other_bytes_are_refused(raw: bytes, told: str) -> None:
    with pytest.raises(BundleError) as caught:
        load_bundle(raw)
    assert str(caught.value).startswith(told)
