"""Lines of a page that names no headings: which are headings by their look, which stand on every page, what makes a paragraph. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from heedful.programme.policies.reading.values import Block

_MOST_HEADING = 110
_NUMBERED = re.compile(r"(?:(?:part|section|appendix|annex)\s+\w{1,3}\b.{0,80}|(\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+[A-Z].{0,90})$")
_ITEM = re.compile(r"(?:[-•●○▪–*]|\(?[a-z0-9]{1,3}[.)])\s")
_ENDS = (".", ";", ":", "!", "?")


@dataclass(frozen=True)
class Line:
    """One line of a page: how high its letters are, and where it stands (points from the bottom)."""

    text: str
    size: float
    is_bold: bool
    page: int
    place: float


def without_edges(lines: Sequence[Line], pages: int) -> list[Line]:
    """Without what stands at the head or foot of most pages, page numbers included."""
    if pages < 2:
        return list(lines)
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    edges = {page: {id(each) for each in _outermost(found)} for page, found in by_page.items()}
    said = Counter(_plain(line.text) for line in lines if id(line) in edges[line.page])
    often = {text for text, count in said.items() if count > max(1, len(by_page) // 2)}
    return [line for line in lines if not (id(line) in edges[line.page] and _plain(line.text) in often)]


def _outermost(lines: list[Line]) -> list[Line]:
    by_place = sorted(lines, key=lambda line: line.place)
    return by_place[:2] + by_place[-2:]


def _plain(text: str) -> str:
    return re.sub(r"\d+", "#", text.strip().lower())


def headings_by_look(lines: Sequence[Line]) -> list[int]:
    """The level of each line: 0 text, 1 the greatest heading."""
    weight: Counter[float] = Counter()
    for line in lines:
        weight[line.size] += len(line.text)
    body = max(weight, key=weight.__getitem__, default=0.0)
    sizes = sorted({line.size for line in lines if line.size >= body * 1.12 and _may_be_heading(line)}, reverse=True)[:6]
    levels = [_level(line, body, sizes) for line in lines]
    if sum(1 for level in levels if level) > len(lines) // 2:  # nothing stands out
        return [0] * len(lines)
    return levels


def _level(line: Line, body: float, sizes: list[float]) -> int:
    if not _may_be_heading(line):
        return 0
    if line.size in sizes:
        return sizes.index(line.size) + 1
    match = _NUMBERED.match(line.text)
    if match and (line.is_bold or not sizes) and line.size >= body:
        return min(6, (match[1].count(".") if match[1] else 0) + 1 + len(sizes))
    return 0


def _may_be_heading(line: Line) -> bool:
    text = line.text
    return 3 <= len(text) <= _MOST_HEADING and not text.endswith((".", ";", ",")) and "...." not in text and any(c.isalpha() for c in text)


def paragraphs(lines: Sequence[Line], levels: Sequence[int]) -> Iterator[Block]:
    """Headings as they are, and the lines between them joined where one goes on from the other."""
    widest = max((len(line.text) for line, level in zip(lines, levels, strict=True) if not level), default=0)
    said: list[str] = []
    last: Line | None = None
    for line, level in zip(lines, levels, strict=True):
        if not line.text:
            continue
        goes_on = last is not None and not level and not _ITEM.match(line.text) and not _is_end(last, widest)
        if said and not goes_on and last is not None:
            yield Block(" ".join(said), 0, last.page)
            said = []
        if level:
            yield Block(line.text, level, line.page)
            last = None
        else:
            said.append(line.text)
            last = line if len(said) == 1 or last is None else Line(line.text, line.size, line.is_bold, last.page, line.place)
    if said and last is not None:
        yield Block(" ".join(said), 0, last.page)


def _is_end(line: Line, widest: int) -> bool:
    return line.text.endswith(_ENDS) and len(line.text) < widest * 0.8
