"""Rules about any text file, templates first, each a pure function from one file to its faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tests.structure.tree import Fault, Source

MOST_FILE_LINES = 500
CODE = (".py", ".ts", ".mjs", ".js", ".html", ".css", ".sh", ".toml")
DATA_TYPES = {"application/json", "application/ld+json", "importmap"}

# Written so that no pattern finds itself.
SECRETS = {
    "a private key": r"-{5}BEGIN [A-Z ]*PRIVATE[ ]KEY-{5}\s*\n[A-Za-z0-9+/=]{16}",
    "an access key of a cloud": r"\bAKI[A][0-9A-Z]{16}\b",
    "a token of a code host": r"\bg(?:hp|ho|hs|hu)[_][A-Za-z0-9]{36}\b|\bglpa[t]-[\w-]{20}",
    "a token of a chat": r"\bxox[abprs]-[0-9A-Za-z-]{10,}",
    "a payment key": r"\bsk[_]live[_][0-9A-Za-z]{16,}",
    "a package registry's token": r"\bnpm[_][A-Za-z0-9]{36}\b|\bpyp[i]-[A-Za-z0-9_-]{40,}",
    "a password in an address": r"[a-z]+://[^/\s:@{}<>$]+:[^/\s:@{}<>$]{3,}@(?![\w.-]*\.example\b)[a-z0-9]",
}
MACHINE = {
    "a path of one machine": r"/(?:[h]ome|[U]sers)/[a-z]\w*/|/[r]oot/|(?<![\w./-])/[w]ork/|[C]:\\\\?[U]sers\\",
    "a temporary path of one machine": r"(?<![\w./-])/(?:[t]mp|var/[t]mp)/\w",
    "an address of a package registry": r"[p]ypi\.org|files\.[p]ythonhosted|registry\.[n]pmjs|registry\.[y]arnpkg|deb\.[d]ebian\.org",
}


def long_files(source: Source) -> Iterator[Fault]:
    lines = source.text.count("\n") + 1
    if source.path.endswith(CODE) and lines > MOST_FILE_LINES:
        yield Fault(source.path, MOST_FILE_LINES, f"{lines} lines; at most {MOST_FILE_LINES}")


def secrets(source: Source) -> Iterator[Fault]:
    yield from _found(source, SECRETS)


def traces_of_a_machine(source: Source) -> Iterator[Fault]:
    yield from _found(source, MACHINE)


def _found(source: Source, patterns: dict[str, str]) -> Iterator[Fault]:
    for what, pattern in patterns.items():
        for match in re.finditer(pattern, source.text):
            yield Fault(source.path, source.text.count("\n", 0, match.start()) + 1, f"looks like {what}")


class _Template(HTMLParser):
    """Collects what a strict content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        if tag == "script" and "src" not in given and given.get("type") not in DATA_TYPES:
            self.faults.append((line, "script in the page; put it in a file"))
        if tag == "style":
            self.faults.append((line, "style in the page; put it in a file"))
        for name, value in given.items():
            if name == "style":
                self.faults.append((line, "style attribute; use a class"))
            elif re.match(r"(on[a-z]|hx-on)", name):
                self.faults.append((line, f"{name} handler; listen in a script file"))
            elif re.match(r"\s*(javascript|js):", value, re.IGNORECASE):
                self.faults.append((line, f"script in {name}; listen in a script file"))


def inline_code(source: Source) -> Iterator[Fault]:
    """No script, style or handler stands in a template: the policy of every page forbids them."""
    parser = _Template()
    # A template tag inside a start tag would confuse the parser; blanks keep lines and columns.
    parser.feed(re.sub(r"\{[%#].*?[%#]\}", lambda match: re.sub(r"[^\n]", " ", match[0]), source.text, flags=re.DOTALL))
    yield from (Fault(source.path, line, what) for line, what in parser.faults)


def unescaped_output(source: Source) -> Iterator[Fault]:
    for match in re.finditer(r"\{\{[^}]*\|\s*(safe|safeseq)\b[^}]*\}\}|\{%\s*autoescape\s+off", source.text):
        line = source.text.count("\n", 0, match.start()) + 1
        yield Fault(source.path, line, "text goes out as it came; templates escape")
