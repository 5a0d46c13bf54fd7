"""Get the shipped library's bundle: from the built file when it is of this library, else compiled now."""

import gzip
import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path

from heedful.detection.bundle import Bundle, load_bundle, to_bytes, with_model
from heedful.detection.library import SHIPPED, read_library
from heedful.detection.model import Model
from heedful.detection.sieve import Keys
from heedful.detection.values import Layer

WEIGHTS = Path(__file__).parent / "weights" / "device.bin"
BUILT = Path(__file__).parents[1] / "_built" / "library.bundle.gz"


class ModelMissing(RuntimeError):
    """A setting asks for a model whose weights are not there."""


def check_weights(layers: frozenset[Layer], path: Path = WEIGHTS) -> None:
    """Raises ModelMissing where `layers` that are switched on need weights that are not there."""
    if "model" in layers and not path.exists():
        raise ModelMissing(f"the layer 'model' is on and its weights are missing: no file '{path}'; put it there, or switch the layer off")


def source_hash(folder: Path = SHIPPED) -> str:
    """SHA-256 over what the bundle is made of: the library's files, the model's weights and the compiler's own files."""
    digest = hashlib.sha256()
    code = Path(__file__).parent
    for path in [*sorted(folder.glob("*/*.yaml")), *sorted(code.glob("*.py")), *([WEIGHTS] if WEIGHTS.exists() else [])]:
        digest.update(f"{path.parent.name}/{path.name}\n".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def compile_folder(folder: Path = SHIPPED, *, weights: Path | None = None) -> bytes:
    """Read, check and compile a library folder, with a model where there is one, to a bundle's bytes.

    The shipped library has the shipped model unless told another. Raises LibraryError, BundleError, ModelError or ModelMissing.
    """
    from heedful.detection.compiler import compile_library  # build-time packages load only where they are needed

    content = compile_library(read_library(folder))
    if weights and not weights.exists():
        raise ModelMissing(f"no model's weights at '{weights}'")
    if weights is None and folder == SHIPPED and WEIGHTS.exists():
        weights = WEIGHTS
    return to_bytes(with_model(content, Model.from_bytes(weights.read_bytes())) if weights else content)


def compile_keys(folder: Path = SHIPPED) -> Keys:
    """The keys of the sieve that goes with the folder's bundle, with their company."""
    from heedful.detection.compiler import compile_sieve

    return compile_sieve(read_library(folder))


def write_built(path: Path = BUILT) -> bytes:
    """Compile the shipped library to `path`, with its sieve and its source hash beside it. Each file is replaced whole."""
    source = source_hash()
    compressed = compile_folder()
    keys = gzip.compress(json.dumps(compile_keys()).encode(), compresslevel=6, mtime=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, content in ((path, compressed), (_keys_file(path), keys), (_hash_file(path), source.encode())):
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        part.write_bytes(content)
        part.replace(target)
    return compressed


def is_built(path: Path = BUILT) -> bool:
    """Whether the built files are there and of this library."""
    files = (path, _keys_file(path), _hash_file(path))
    return all(file.exists() for file in files) and _hash_file(path).read_text() == source_hash()


@lru_cache(maxsize=1)
def load_shipped_bundle() -> Bundle:
    """The shipped library, ready for use; kept for the life of the process. It has a sieve where it was built."""
    return load_bundle(shipped_bytes(), keys=built_keys() if is_built() else None)


def built_keys() -> Keys:
    """The keys of the shipped library's sieve, as `write_built` left them."""
    return dict(json.loads(gzip.decompress(_keys_file(BUILT).read_bytes())))


@lru_cache(maxsize=1)
def shipped_bytes() -> bytes:
    """The bundle as devices download it. Takes seconds when it has to be compiled, milliseconds when it was built."""
    return BUILT.read_bytes() if is_built() else compile_folder()


def _keys_file(path: Path) -> Path:
    return path.with_name("library.sieve.gz")


def _hash_file(path: Path) -> Path:
    return path.with_name(path.name + ".source")
