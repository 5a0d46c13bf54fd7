"""Markdown as a module may hold it: read, refused with the line where it may not, and shown.

What is shown is put together by `format_html` from a short list of elements; raw HTML, pictures and links that are not https are
refused when the text is read, so that a school's own module brings nothing of its own into the page.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.html import format_html, format_html_join
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

# Each element with the frame that its content goes into. A module's own headings begin at the second level.
_FRAMES = {
    "paragraph": "<p>{}</p>", "bullet_list": "<ul>{}</ul>", "ordered_list": "<ol>{}</ol>", "list_item": "<li>{}</li>",
    "blockquote": "<blockquote>{}</blockquote>", "strong": "<strong>{}</strong>", "em": "<em>{}</em>", "thead": "<thead>{}</thead>",
    "tbody": "<tbody>{}</tbody>", "tr": "<tr>{}</tr>", "th": '<th scope="col">{}</th>', "td": "<td>{}</td>",
    "table": '<div class="scroller" tabindex="0" role="region" aria-label="Table"><table class="grid-table">{}</table></div>',
}  # fmt: skip
_PLAIN = {"code_block", "fence", "code_inline"}


def _reader(*, html: bool) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": html}).enable("table")


def faults_of(text: str, *, first_line: int) -> list[tuple[int, str]]:
    """What a module's text may not hold, with the line of the file; `first_line` is the line on which the text begins."""
    found = []
    for token, line in _walk(_reader(html=True).parse(text), 0):
        at = first_line + line
        if token.type in {"html_block", "html_inline"}:
            found.append((at, "raw HTML is not shown; write it in Markdown"))
        elif token.type == "image":
            found.append((at, "pictures are not taken; describe it, or link to it with an https address"))
        elif token.type == "link_open" and not str(token.attrGet("href") or "").startswith("https://"):
            found.append((at, "a link needs an address that begins with https://"))
        elif token.type == "heading_open" and token.tag == "h1":
            found.append((at, "begin headings with ##: the title stands above the text already"))
    return found


def shown(text: str) -> str:
    """The text as HTML in which everything is escaped; what `faults_of` refuses comes out as plain words."""
    return _all(SyntaxTreeNode(_reader(html=False).parse(text)))


def _walk(tokens: list[Token], line: int) -> Iterator[tuple[Token, int]]:
    for token in tokens:
        line = token.map[0] if token.map else line
        yield token, line
        at = line
        for child in token.children or ():
            yield child, at
            at += child.type in {"softbreak", "hardbreak"}


def _all(node: SyntaxTreeNode) -> str:
    return format_html_join("", "{}", ((_one(child),) for child in node.children))


def _one(node: SyntaxTreeNode) -> str:
    if node.type in _FRAMES:
        # In a tight list the paragraphs are not shown as such.
        return _all(node) if node.type == "paragraph" and node.hidden else format_html(_FRAMES[node.type], _all(node))
    if node.type == "inline":
        return _all(node)
    if node.type == "heading":
        return format_html("<h3>{}</h3>" if node.tag in {"h3", "h4", "h5", "h6"} else "<h2>{}</h2>", _all(node))
    if node.type == "link" and str(node.attrs.get("href", "")).startswith("https://"):
        return format_html('<a href="{}" rel="noreferrer">{}</a>', node.attrs["href"], _all(node))
    if node.type in _PLAIN:
        return format_html("<code>{}</code>", node.content)
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    if node.type == "hr":
        return format_html("<hr>{}", "")
    return _all(node) if node.children else format_html("{}", node.content)
