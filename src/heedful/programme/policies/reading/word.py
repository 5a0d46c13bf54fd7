"""Word documents: headings by their style, and the text as it stands when every tracked change is accepted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from heedful.programme.policies.reading.archive import checked_archive
from heedful.programme.policies.reading.values import (
    GUESSED,
    MOST_HEADING_CHARACTERS,
    TRACKED,
    Block,
    PolicyRefused,
    Reading,
    within_limits,
)

_STYLE = re.compile(r"(?:heading|titre|berschrift)\s*(\d)", re.IGNORECASE)
# "3 Roles", "3.2. Online safety", "Part B: ..." alone in a short paragraph without a full stop.
_NUMBERED = re.compile(r"(?:(?:part|section|appendix|annex)\s+\w{1,3}\b|\d{1,2}(?:\.\d{1,2}){0,3}[.)]?\s+\S)", re.IGNORECASE)
_W_T, _W_TAB, _W_BR, _W_P, _W_TBL = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:p"), qn("w:tbl")
_LEFT_OUT = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_INSERTED = {qn("w:ins"), qn("w:del"), qn("w:moveFrom"), qn("w:moveTo")}
_MOST_STYLES_DEEP = 12


def read_word(content: bytes) -> Reading:
    """Raises PolicyRefused where it is no harmless Word document."""
    checked_archive(content).close()
    try:
        document = Document(io.BytesIO(content))
        body = document.element.body
        levels = _levels_of_styles(document)
        blocks = [block for element in body.iterchildren() for block in _blocks_of(element, levels)]
    except PolicyRefused:
        raise
    except Exception as fault:
        raise PolicyRefused("malformed", "what Word keeps in it can't be made sense of") from fault
    notes: tuple[str, ...] = (TRACKED,) if any(True for _ in body.iter(*_INSERTED)) else ()
    if not any(block.level for block in blocks):
        blocks = [Block(block.text, guessed_level(block.text)) for block in blocks]
        notes += (GUESSED,) if any(block.level for block in blocks) else ()
    return within_limits(blocks, notes=notes)


def guessed_level(text: str) -> int:
    """1 to 4 where a line looks like a numbered heading, else 0."""
    line = text.strip()
    if len(line) > MOST_HEADING_CHARACTERS // 2 or line.endswith((".", ";", ":", ",")) or "...." in line or not _NUMBERED.match(line):
        return 0
    number = line.split()[0].rstrip(".)")
    return min(4, number.count(".") + 1) if number[0].isdigit() else 1


def _levels_of_styles(document: Any) -> dict[str, int]:
    """The level of each paragraph style that is a heading, by its id; what a style is based on counts."""
    found: dict[str, int] = {}
    for style in document.styles:
        each, deep = style, 0
        while each is not None and deep < _MOST_STYLES_DEEP:
            level = _level_named(each.name or "") or _level_of_outline(each.element)
            if level:
                found[style.style_id] = level
                break
            each, deep = getattr(each, "base_style", None), deep + 1
    return found


def _level_named(name: str) -> int:
    match = _STYLE.search(name)
    return min(6, int(match[1])) if match and match[1] != "0" else 1 if name.lower() == "title" else 0


def _level_of_outline(element: Any) -> int:
    for outline in element.iter(qn("w:outlineLvl")):
        value = outline.get(qn("w:val"), "9")
        return int(value) + 1 if value.isdecimal() and int(value) < 6 else 0
    return 0


def _blocks_of(element: Any, levels: dict[str, int]) -> Iterator[Block]:
    if element.tag == _W_P:
        yield _paragraph(element, levels)
    elif element.tag == _W_TBL:
        for row in element.iter(qn("w:tr")):
            cells = [" ".join(filter(None, (_words(each).strip() for each in cell.iter(_W_P)))) for cell in row.iterchildren(qn("w:tc"))]
            yield Block(" | ".join(filter(None, cells)))
    else:  # a content control, or what was inserted: its paragraphs
        for child in element.iterchildren():
            if child.tag not in _LEFT_OUT:
                yield from _blocks_of(child, levels)


def _paragraph(element: Any, levels: dict[str, int]) -> Block:
    style = next((each.get(qn("w:val"), "") for each in element.iter(qn("w:pStyle"))), "")
    properties = element.find(qn("w:pPr"))
    level = levels.get(style, 0) or (_level_of_outline(properties) if properties is not None else 0)
    is_item = not level and properties is not None and properties.find(qn("w:numPr")) is not None
    words = _words(element)
    return Block(f"- {words}" if (is_item or style.lower().startswith("list")) and words.strip() else words, level)


def _words(element: Any) -> str:
    if element.tag == _W_T:
        return element.text or ""
    if element.tag in {_W_TAB, _W_BR}:
        return " " if element.tag == _W_TAB else "\n"
    if element.tag in _LEFT_OUT or element.tag == qn("w:pPr"):
        return ""
    return "".join(_words(child) for child in element.iterchildren())
