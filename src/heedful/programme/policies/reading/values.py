"""What comes out of a file, what a file may not be, and the limits: pure, and known on both sides of the confined process."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_FILE_BYTES = 20 * 1024 * 1024
MOST_PAGES = 400
MOST_UNPACKED_BYTES = 120 * 1024 * 1024
MOST_PARTS = 3_000
MOST_CHARACTERS = 1_500_000
MOST_BLOCKS = 30_000
MOST_HEADING_CHARACTERS = 200
LEVELS = range(7)  # 0 is text, 1 the greatest heading

TRACKED, SCANNED, GUESSED, SOME_PAGES_EMPTY = "tracked", "scanned", "guessed", "some_pages_empty"
NOTES = {
    TRACKED: "The file has tracked changes. What stands here is the text with all of them accepted.",
    SCANNED: "No text could be read: the file is a scan. Its pages can be linked, but their words can't be shown or compared.",
    GUESSED: "The file names no headings, so Heedful went by the size and the numbering of its lines. Please look them over.",
    SOME_PAGES_EMPTY: "Some pages have no text that can be read; they may be pictures.",
}

# By code: what is wrong, and the way out. `{where}` is a part, page or object of the file, never its text.
REFUSALS = {
    "empty": "The file is empty. Choose it again, or save it anew.",
    "too_large": "The file is larger than 20 MB. Save it with smaller pictures, or add it as a link.",
    "unknown_kind": "This is no PDF, Word document (.docx) or Markdown file. Save it as one of these, or add it as a link.",
    "old_word": "This is a Word document of the old kind (.doc), which can hide macros. Save it as .docx or PDF.",
    "kind_differs": "The file's name says one kind and its content is another: {where}. Save it anew under a fitting name.",
    "polyglot": "Something that is not part of the document stands {where}. Open it and save it anew as PDF or .docx.",
    "encrypted": "The file is protected by a password or against copying. Save it without protection.",
    "malformed": "The file is broken: {where}. Open it where it was made and save it anew.",
    "too_complex": "The file is broken, or too large inside to be read safely. Save it anew as PDF, or add it as a link.",
    "too_many_pages": "The file has more than 400 pages ({where}). Add only the policy itself, or add it as a link.",
    "too_much_text": "The file holds more text than a policy does ({where}). Add only the policy itself, or add it as a link.",
    "bomb": "The file unpacks to far more than its size ({where}). Save it anew, or add it as a link.",
    "macros": "The file holds macros: {where}. Save it as .docx without macros, or as PDF.",
    "embedded": "The file holds another file or program: {where}. Take it out, or save it as PDF.",
    "outside": "The file fetches something from elsewhere when it is opened: {where}. Take it out, or save it as PDF.",
    "script": "The file holds a script or a form that acts by itself: {where}. Print it to a new PDF.",
    "attachment": "The PDF has another file attached: {where}. Print it to a new PDF.",
    "entities": "The file holds XML that names other files or repeats itself without end: {where}. Save it anew in Word.",
    "not_text": "The file is not plain text in UTF-8: {where}. Save it as UTF-8.",
}
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+")


class PolicyRefused(Exception):
    """A file that is not taken. `code` is one of REFUSALS, `where` a part, page or object; the text says it to a person."""

    def __init__(self, code: str, where: str = "") -> None:
        self.code, self.where = code, where
        super().__init__(REFUSALS[code].format(where=where or "somewhere inside"))


@dataclass(frozen=True)
class Block:
    """One heading (`level` 1 to 6) or paragraph (0) in the order of reading. `page` counts from 1; 0 where there are none."""

    text: str
    level: int = 0
    page: int = 0


@dataclass(frozen=True)
class Reading:
    """All that a file says, in blocks. `pages` is 0 where the format has none; `notes` are keys of NOTES."""

    blocks: tuple[Block, ...]
    pages: int = 0
    notes: tuple[str, ...] = ()

    @property
    def has_headings(self) -> bool:
        return any(block.level for block in self.blocks)


def clean(text: str) -> str:
    """Text as it is kept: no control or direction characters, no lone surrogates, blanks made one, ends trimmed."""
    plain = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\u00ad", ""))
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in plain.split("\n")).strip("\n")


def within_limits(blocks: list[Block], *, pages: int = 0, notes: tuple[str, ...] = ()) -> Reading:
    """Clean the blocks and drop empty ones. Raises PolicyRefused where they are too many or too long."""
    kept = [Block(text, block.level if len(text) <= MOST_HEADING_CHARACTERS else 0, block.page) for block in blocks if (text := clean(block.text))]
    characters = sum(len(block.text) for block in kept)
    if len(kept) > MOST_BLOCKS or characters > MOST_CHARACTERS:
        raise PolicyRefused("too_much_text", f"{characters:,} characters")
    return Reading(tuple(kept), pages, notes)
