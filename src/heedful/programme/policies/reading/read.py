"""The one door for a policy's file: what kind it is, the confined process, and its answer, which is not believed before it is looked at."""

from __future__ import annotations

import json

from heedful.programme.policies.reading.child import MOST_WRITTEN_BYTES
from heedful.programme.policies.reading.values import (
    LEVELS,
    MOST_FILE_BYTES,
    MOST_PAGES,
    NOTES,
    REFUSALS,
    Block,
    PolicyRefused,
    Reading,
    within_limits,
)  # fmt: skip
from heedful.web.confined import ReaderFailed, run_confined

READ_WITHIN_S = 40
ENDINGS = {".pdf": "pdf", ".docx": "docx", ".md": "markdown", ".markdown": "markdown"}
_WORD_OF = {"pdf": "PDF", "docx": "a Word document", "markdown": "Markdown"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(name: str, content: bytes) -> str:
    """`pdf`, `docx` or `markdown`, where the name and the first bytes say the same. Raises PolicyRefused."""
    if not content:
        raise PolicyRefused("empty")
    if len(content) > MOST_FILE_BYTES:
        raise PolicyRefused("too_large")
    lower = name.lower()
    if lower.endswith((".docm", ".dotm")):
        raise PolicyRefused("macros", "its name ends in .docm")
    kind = next((kind for ending, kind in ENDINGS.items() if lower.endswith(ending)), "")
    if content.startswith(_OLE):
        # An old Word document, or a new one under a password: Office puts both into the same kind of container.
        raise PolicyRefused("encrypted" if kind == "docx" else "old_word")
    if not kind:
        raise PolicyRefused("old_word" if lower.endswith((".doc", ".dot")) else "unknown_kind")
    looks = "pdf" if b"%PDF-" in content[:1024] else "docx" if content.startswith(b"PK") else "markdown"
    if looks != kind:
        raise PolicyRefused("kind_differs", f"it looks like {_WORD_OF[looks] if looks != 'markdown' else 'neither a PDF nor a Word document'}")
    return kind


def read_document(name: str, content: bytes) -> tuple[str, Reading]:
    """The kind of the file and what it says. Raises PolicyRefused, and nothing else, whatever the bytes are."""
    kind = kind_of(name, content)
    try:
        said = run_confined(
            "heedful.programme.policies.reading.child", kind.encode() + b"\n" + content, within_s=READ_WITHIN_S, most_written_bytes=MOST_WRITTEN_BYTES
        )
        answer = json.loads(said)
    except (ReaderFailed, ValueError) as fault:
        raise PolicyRefused("too_complex") from fault
    return kind, _looked_at(answer)


def _looked_at(answer: object) -> Reading:
    """The answer as values. A process that was taken over by its file may say anything."""
    try:
        if not isinstance(answer, dict):
            raise PolicyRefused("too_complex")
        if "refused" in answer:
            code, where = answer["refused"]
            raise PolicyRefused(code if code in REFUSALS else "too_complex", str(where)[:120])
        blocks = [Block(str(text), int(level), int(page)) for text, level, page in answer["blocks"]]
        pages, notes = int(answer["pages"]), tuple(note for note in answer["notes"] if note in NOTES)
    except (KeyError, TypeError, ValueError) as fault:
        raise PolicyRefused("too_complex") from fault
    if not 0 <= pages <= MOST_PAGES or any(block.level not in LEVELS or not 0 <= block.page <= pages for block in blocks):
        raise PolicyRefused("too_complex")
    return within_limits(blocks, pages=pages, notes=notes)
