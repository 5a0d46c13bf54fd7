"""PDFs: pages, lines with their size and place, and headings by the outline, else by the size or the numbering of lines."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from heedful.programme.policies.reading.lines import Line, headings_by_look, paragraphs, without_edges
from heedful.programme.policies.reading.values import (
    GUESSED,
    MOST_CHARACTERS,
    MOST_PAGES,
    SCANNED,
    SOME_PAGES_EMPTY,
    Block,
    PolicyRefused,
    Reading,
    clean,
    within_limits,
)  # fmt: skip

MOST_OBJECTS = 200_000
MOST_TITLES = 2_000
_TAIL_BYTES = 1024
_DEEP = 8
_ACTS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/GoToE", "/RichMediaExecute"}
_PLAYS = {"/RichMedia", "/3D", "/Movie", "/Screen", "/FileAttachment"}


@dataclass(frozen=True)
class Title:
    """One line of the outline, and where it leads."""

    text: str
    level: int
    page: int
    top: float


def read_pdf(content: bytes) -> Reading:
    """Raises PolicyRefused where it is no harmless PDF."""
    _is_nothing_but_a_pdf(content)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise PolicyRefused("encrypted")
        _does_nothing(reader)
        pages = len(reader.pages)
        if not 0 < pages <= MOST_PAGES:
            raise PolicyRefused("too_many_pages" if pages else "malformed", f"{pages:,} pages" if pages else "it has no pages")
        lines = _lines(reader)
        titles = _titles(reader)
    except PolicyRefused:
        raise
    except LimitReachedError as fault:
        raise PolicyRefused("bomb", "a page") from fault
    except MemoryError:
        raise
    except Exception as fault:
        raise PolicyRefused("malformed", "its pages can't be made sense of") from fault
    return _reading(lines, titles, pages)


def _is_nothing_but_a_pdf(content: bytes) -> None:
    tail = content[-_TAIL_BYTES:].rstrip(b"\x00\r\n\t ")
    if not content.startswith(b"%PDF-"):
        raise PolicyRefused("polyglot", "before the document")
    if b"%%EOF" not in tail:
        raise PolicyRefused("malformed", "it ends too early")
    if not tail.endswith(b"%%EOF") or zipfile.is_zipfile(io.BytesIO(content)):
        raise PolicyRefused("polyglot", "behind the document")


def _does_nothing(reader: PdfReader) -> None:
    """Raises PolicyRefused for scripts, programs, forms that act, and files attached."""
    numbers = sorted({(number, generation) for generation, found in reader.xref.items() for number in found} | {(number, 0) for number in reader.xref_objStm})
    if len(numbers) > MOST_OBJECTS:
        raise PolicyRefused("too_complex")
    for number, generation in numbers:
        if number:
            _look_at(reader.get_object(IndirectObject(number, generation, reader)), f"object {number}")
    _look_at(reader.trailer, "the trailer")


def _look_at(value: Any, where: str, deep: int = 0) -> None:
    if deep > _DEEP:
        return
    if isinstance(value, DictionaryObject):
        if value.raw_get("/S") in _ACTS if "/S" in value else False:
            raise PolicyRefused("script", where)
        if "/JS" in value or "/XFA" in value:
            raise PolicyRefused("script", where)
        if "/EF" in value or ("/Type" in value and value.raw_get("/Type") == "/EmbeddedFile"):
            raise PolicyRefused("attachment", where)
        if "/Subtype" in value and value.raw_get("/Subtype") in _PLAYS:
            raise PolicyRefused("attachment", where)
        for key in value:
            _look_at(value.raw_get(key), where, deep + 1)
    elif isinstance(value, ArrayObject):
        for each in list.__iter__(value):
            _look_at(each, where, deep + 1)


def _lines(reader: PdfReader) -> list[Line]:
    found: list[Line] = []
    characters = 0
    for number, page in enumerate(reader.pages, start=1):
        lines = _lines_of(page, number)
        characters += sum(len(line.text) for line in lines)
        if characters > MOST_CHARACTERS:
            raise PolicyRefused("too_much_text", f"page {number}")
        found += lines
    return found


def _lines_of(page: Any, number: int) -> list[Line]:
    """The lines in the order in which the page draws them. A mark that is drawn apart, a bullet, goes to the line beside it."""
    lines: list[Line] = []
    open_line = False

    def take(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        nonlocal open_line
        scale = sqrt(abs(tm[0] * tm[3] - tm[1] * tm[2])) * sqrt(abs(cm[0] * cm[3] - cm[1] * cm[2]))
        place = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
        is_bold = "bold" in str((font or {}).get("/BaseFont", "")).lower()
        for part in text.splitlines(keepends=True):
            words = part.strip("\r\n")
            if words.strip():
                if open_line and lines:
                    lines[-1] = replace(lines[-1], text=lines[-1].text + words)
                else:
                    lines.append(Line(words, round(size * scale, 1), is_bold, number, place))
            elif words and open_line and lines:
                lines[-1] = replace(lines[-1], text=lines[-1].text + " ")
            open_line = part == words and bool(lines) and (open_line or bool(words.strip()))

    page.extract_text(visitor_text=take)
    return _with_marks([replace(line, text=text) for line in lines if (text := clean(line.text).replace("\n", " ").strip())])


def _with_marks(lines: list[Line]) -> list[Line]:
    marks = {index for index, line in enumerate(lines) if len(line.text) <= 2 and not line.text.isalnum()}
    kept = [line for index, line in enumerate(lines) if index not in marks]
    for index in sorted(marks):
        beside = next((at for at, line in enumerate(kept) if abs(line.place - lines[index].place) < 3), None)
        if beside is not None:
            kept[beside] = replace(kept[beside], text=f"{lines[index].text} {kept[beside].text}")
    return kept


def _titles(reader: PdfReader) -> list[Title]:
    found: list[Title] = []

    def walk(nodes: Any, level: int) -> None:
        for node in nodes:
            if len(found) >= MOST_TITLES:
                return
            if isinstance(node, list):
                walk(node, level + 1)
                continue
            page = reader.get_destination_page_number(node)
            title = clean(str(node.title or "")).replace("\n", " ")
            if page is not None and page >= 0 and title:
                found.append(Title(title, min(level, 6), page + 1, float(node.top or 1e6)))

    walk(reader.outline, 1)
    return found


def _reading(lines: list[Line], titles: list[Title], pages: int) -> Reading:
    with_text = {line.page for line in lines}
    if not lines:
        return within_limits([], pages=pages, notes=(SCANNED,))
    notes: tuple[str, ...] = (SOME_PAGES_EMPTY,) if len(with_text) < pages else ()
    kept = without_edges(lines, pages)
    if titles:
        blocks = list(_by_outline(kept, titles))
    else:
        levels = headings_by_look(kept)
        notes += (GUESSED,) if any(levels) else ()
        blocks = list(paragraphs(kept, levels))
    return within_limits(blocks, pages=pages, notes=notes)


def _by_outline(lines: list[Line], titles: list[Title]) -> Iterator[Block]:
    """Each title of the outline on its line, or before the line to which it leads where none has its words."""
    levels = [0] * len(lines)
    before: dict[int, list[Title]] = {}
    merged = list(lines)
    for title in titles:
        place = next((index for index, line in enumerate(lines) if not levels[index] and line.page == title.page and _is_title(lines, index, title)), None)
        if place is not None:
            levels[place] = title.level
            merged[place] = replace(merged[place], text=title.text)
            for spent in range(place + 1, place + _lines_taken(lines, place, title)):
                merged[spent] = replace(merged[spent], text="")
        else:
            at = next((index for index, line in enumerate(lines) if (line.page, -line.place) >= (title.page, -title.top)), len(lines))
            before.setdefault(at, []).append(title)
    for index in sorted({0, len(lines)} | set(before)):
        for title in before.get(index, []):
            yield Block(title.text, title.level, title.page)
        until = min((each for each in before if each > index), default=len(lines))
        yield from paragraphs(merged[index:until], levels[index:until])


def _words(text: str) -> str:
    return " ".join(text.lower().split())


def _is_title(lines: list[Line], index: int, title: Title) -> bool:
    return _lines_taken(lines, index, title) > 0


def _lines_taken(lines: list[Line], index: int, title: Title) -> int:
    """How many lines from here on make the title's words; 0 where they don't."""
    said = ""
    for count, line in enumerate(lines[index : index + 3], start=1):
        said = _words(f"{said} {line.text}")
        if said == _words(title.text):
            return count
    return 0
