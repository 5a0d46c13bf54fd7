"""Markdown: its headings, and its text without the marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from heedful.programme.policies.reading.values import Block, PolicyRefused, Reading, within_limits

_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_markdown(content: bytes) -> Reading:
    """Raises PolicyRefused where it is not text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PolicyRefused("not_text", f"byte {fault.start + 1:,}") from fault
    control = _CONTROL.search(text)
    if control:
        raise PolicyRefused("not_text", f"a control character in line {text.count(chr(10), 0, control.start()) + 1:,}")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(_FRONT_MATTER.sub("", text))
    return within_limits(list(_blocks(tokens)))


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    marks: list[str] = []  # of the lists that are open, innermost last
    mark, level, row, is_cell = "", 0, "", False
    for token in tokens:
        kind = token.type
        if kind in {"bullet_list_open", "ordered_list_open"}:
            marks.append("" if kind.startswith("ordered") else "-")
        elif kind in {"bullet_list_close", "ordered_list_close"}:
            marks.pop()
        elif kind == "list_item_open":
            mark = f"{marks[-1] or token.info + '.'} " if marks else ""
        elif kind == "heading_open":
            level = int(token.tag[1]) if not marks else 0
        elif kind == "tr_open":
            row = ""
        elif kind == "tr_close":
            yield Block(row)
        elif kind in {"th_open", "td_open"}:
            row += " | " if row else ""
            is_cell = True
        elif kind == "inline" and is_cell:
            row, is_cell = row + _words(token), False
        elif kind == "inline":
            yield Block(mark + _words(token), level)
            mark, level = "", 0
        elif kind in {"fence", "code_block", "html_block"}:
            yield Block(token.content)


def _words(token: Token) -> str:
    return "".join(
        " " if child.type == "softbreak" else "\n" if child.type == "hardbreak" else child.content for child in token.children or ()
    )
