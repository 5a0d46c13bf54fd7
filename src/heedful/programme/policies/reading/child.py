"""Run as a program of its own: reads a policy's file and answers in JSON. Its limits are those of `web/confined.py`.

Given: the format and a line break, then the file. Answered: `{"refused": [code, where]}`, or the blocks, pages and notes.
"""

from __future__ import annotations

import json
import pkgutil
import sys
from importlib import import_module

from heedful.programme.policies.reading.values import MOST_FILE_BYTES, PolicyRefused, Reading
from heedful.web.confined import close_doors, hold_limits

MOST_MEMORY_BYTES = 768 * 1024 * 1024
MOST_CPU_S = 20
MOST_WRITTEN_BYTES = 24 * 1024 * 1024
READERS = {"pdf": ("pdf", "read_pdf"), "docx": ("word", "read_word"), "markdown": ("plain", "read_markdown")}
# What libraries would load by themselves at the first use of it, when no file can be opened any more.
_LIBRARY = {"pdf": "pypdf", "docx": "docx", "markdown": "markdown_it"}
_NEEDED_LATER = ("fontTools.cffLib", "heapq", "stringprep", "unicodedata")


def main() -> int:
    hold_limits(memory_bytes=MOST_MEMORY_BYTES, cpu_s=MOST_CPU_S, written_bytes=MOST_WRITTEN_BYTES)
    kind = sys.stdin.buffer.readline(40).decode("ascii", "replace").strip()
    module, function = READERS[kind]
    read = getattr(import_module(f"heedful.programme.policies.reading.{module}"), function)
    _load_all(_LIBRARY[kind])
    sent = sys.stdin.buffer.read(MOST_FILE_BYTES + 1)
    close_doors()
    try:
        answer = _answer(read(sent))
    except PolicyRefused as refused:
        answer = {"refused": [refused.code, refused.where]}
    except (MemoryError, RecursionError):
        answer = {"refused": ["too_complex", ""]}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    return 0


def _load_all(library: str) -> None:
    parts = [each.name for name in (library, "encodings") for each in pkgutil.walk_packages(import_module(name).__path__, f"{name}.")]
    for name in (*_NEEDED_LATER, *parts):
        try:
            import_module(name)
        except ImportError:  # a part of the library for which another one would be needed
            continue


def _answer(reading: Reading) -> dict[str, object]:
    blocks = [[block.text, block.level, block.page] for block in reading.blocks]
    return {"blocks": blocks, "pages": reading.pages, "notes": list(reading.notes)}


if __name__ == "__main__":
    sys.exit(main())
