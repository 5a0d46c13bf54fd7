"""Get the shipped library's bundle: from the built file when it is of this library, else compiled now."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from heedful.detection.bundle import Bundle, load_bundle, to_bytes
from heedful.detection.library import SHIPPED, read_library

BUILT = Path(__file__).parents[1] / "_built" / "library.bundle.gz"


def source_hash(folder: Path = SHIPPED) -> str:
    """SHA-256 over what the bundle is made of: the library's files and the compiler's own."""
    digest = hashlib.sha256()
    code = Path(__file__).parent
    for path in [*sorted(folder.glob("*/*.yaml")), *sorted(code.glob("*.py"))]:
        digest.update(f"{path.parent.name}/{path.name}\n".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def compile_folder(folder: Path = SHIPPED) -> bytes:
    """Read, check and compile a library folder to a bundle's bytes. Raises LibraryError or BundleError."""
    from heedful.detection.compiler import compile_library  # build-time packages load only where they are needed

    return to_bytes(compile_library(read_library(folder)))


def write_built(path: Path = BUILT) -> bytes:
    """Compile the shipped library to `path`, with its source hash beside it. Each file is replaced whole."""
    source = source_hash()
    compressed = compile_folder()
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, content in ((path, compressed), (_hash_file(path), source.encode())):
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        part.write_bytes(content)
        part.replace(target)
    return compressed


def is_built(path: Path = BUILT) -> bool:
    """Whether the built file is there and of this library."""
    return path.exists() and _hash_file(path).exists() and _hash_file(path).read_text() == source_hash()


@lru_cache(maxsize=1)
def load_shipped_bundle() -> Bundle:
    """The shipped library, ready for use; kept for the life of the process."""
    return load_bundle(shipped_bytes())


def shipped_bytes() -> bytes:
    """The bundle as devices download it. Takes seconds when it has to be compiled, milliseconds when it was built."""
    return BUILT.read_bytes() if is_built() else compile_folder()


def _hash_file(path: Path) -> Path:
    return path.with_name(path.name + ".source")
