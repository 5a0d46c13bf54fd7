"""A report as values, and the two ways it is written: Markdown, and one HTML page that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from heedful.detection.measures import Share

STYLE = Path(__file__).with_name("page.css")


@dataclass(frozen=True)
class Table:
    """Rows of text under heads. A cell that is `met` or `missed` gets its colour as well as its word."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""


@dataclass(frozen=True)
class Plot:
    """One SVG, with what it shows in words. Markdown has the words alone."""

    svg: str
    says: str


@dataclass(frozen=True)
class Section:
    """A heading, and paragraphs (text), tables and plots below it."""

    title: str
    parts: Sequence[str | Table | Plot]

    @property
    def anchor(self) -> str:
        """Its name in an address."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


@dataclass(frozen=True)
class Report:
    """The whole."""

    title: str
    intro: Sequence[str]
    sections: Sequence[Section]


def percent(share: Share, places: int = 1) -> str:
    """`92.0 % (88.1 to 94.7; 230 of 250)`."""
    if share.value is None:
        return "no lines"
    low, high = share.interval
    return f"{100 * share.value:.{places}f} % ({100 * low:.{places}f} to {100 * high:.{places}f}; {share.hits:,} of {share.of:,})"


def per(share: Share, base: int) -> str:
    """`0.6 (0.2 to 1.9; 2 of 6,200)`: how many in so many."""
    if share.value is None:
        return "no lines"
    low, high = share.interval
    return f"{base * share.value:.2f} ({base * low:.2f} to {base * high:.2f}; {share.hits:,} of {share.of:,})"


def as_markdown(report: Report) -> str:
    """The report without its plots."""
    lines = [f"# {report.title}", ""]
    for paragraph in report.intro:
        lines += [paragraph, ""]
    lines += [f"* [{section.title}](#{section.anchor})" for section in report.sections] + [""]
    for section in report.sections:
        lines += [f"## {section.title}", ""]
        for part in section.parts:
            lines += [*_markdown_part(part), ""]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_part(part: str | Table | Plot) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Plot):
        yield f"*Plot in report.html: {part.says}*"
    else:
        if part.caption:
            yield f"**{part.caption}**"
            yield ""
        yield f"| {' | '.join(part.heads)} |"
        yield f"|{' --- |' * len(part.heads)}"
        for row in part.rows:
            yield f"| {' | '.join(cell.replace('|', '&#124;').replace('`', '&#96;').replace('<', '&lt;') for cell in row)} |"


def as_html(report: Report) -> str:
    """One page: style and plots within, no script, readable light and dark."""
    contents = "".join(f'<li><a href="#{section.anchor}">{escape(section.title)}</a></li>' for section in report.sections)
    body = "".join(f'<section id="{section.anchor}"><h2>{escape(section.title)}</h2>{"".join(map(_html_part, section.parts))}</section>' for section in report.sections)
    intro = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in report.intro)
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(report.title)}</title><style>{STYLE.read_text("utf-8")}</style></head><body>'
        f'<nav aria-label="Contents"><h2>Contents</h2><ol>{contents}</ol></nav><main><h1>{escape(report.title)}</h1>{intro}{body}</main></body></html>\n'
    )


def _html_part(part: str | Table | Plot) -> str:
    if isinstance(part, str):
        return f"<p>{escape(part)}</p>"
    if isinstance(part, Plot):
        return f'<figure>{part.svg}<figcaption>{escape(part.says)}</figcaption></figure>'
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in part.heads)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in part.rows)
    caption = f"<caption>{escape(part.caption)}</caption>" if part.caption else ""
    return f'<div class="table" tabindex="0" role="region" aria-label="{escape(part.caption or part.heads[0])}"><table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cell(cell: str) -> str:
    kind = f' class="{cell}"' if cell in ("met", "missed") else ""
    return f"<td{kind}>{escape(cell)}</td>"
