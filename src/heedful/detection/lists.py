"""Lists of known illegal content that a school obtains itself (IWF, CTIRU): hashed, locked on, never in the clear.

A list is a text file: `# key: value` lines first (`kind: phrase` or `url`, `theme`, `name`), then one lower-case SHA-256
in hex a line; other lines that begin with `#` are remarks. A phrase is hashed folded, its words with one space between;
an address is hashed as `canonical_address` gives it. What a list finds has severity 5, always leaves the device, and no
setting switches it off: there is no argument for that.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from heedful.detection.bundle import Bundle
from heedful.detection.values import THEMES, Finding, Observation

KINDS = ("phrase", "url")
LOCKED_SEVERITY = 5
MOST_WORDS = 8
_HASH = re.compile(r"[0-9a-f]{64}")
_HEADER = re.compile(r"#\s*(kind|theme|name)\s*:\s*(.*\S)\s*")
# Begins only where a name begins, so that a long run of letters is looked at once.
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"']+|(?<![a-z0-9.-])[a-z0-9-]+(?:\.[a-z0-9-]+)+/[^\s<>\"']*", re.IGNORECASE)

# scheme, user, (host), port, (path), (query), fragment
_PARTS = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/?#@\s]*@)?([^/?#:\s]*)(?::\d*)?([^?#\s]*)(?:\?([^#\s]*))?", re.IGNORECASE)


class ListError(ValueError):
    """A list file has faults; `faults` holds one line each, with file and line number."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class LockedList:
    """One list. `entries` are SHA-256 digests."""

    name: str
    kind: str
    theme: str
    entries: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class LockedLists:
    """All lists of one installation."""

    lists: tuple[LockedList, ...] = ()

    def findings(self, observation: Observation, bundle: Bundle) -> Iterator[Finding]:
        """What the lists find in a text and its address. Linear in the text; never raises because of it."""
        for one in self.lists:
            found = _phrases(observation.text, one, bundle) if one.kind == "phrase" else _addresses(observation, one)
            for start, end in found:
                why = f"Matches the locked list '{one.name}'. Starts at severity {LOCKED_SEVERITY}; nobody can switch it off."
                meaning = "Known illegal content. Do not open, copy or send it on; follow the guidance on illegal material."
                yield Finding(one.theme, start, end, f"locked.{one.name}", LOCKED_SEVERITY, why, meaning, locked=True)


def read_lists(paths: Iterable[Path]) -> LockedLists:
    """Read list files. Raises ListError with the faults of all; no entry is ever part of a fault."""
    lists, faults = [], list[str]()
    for path in paths:
        one, wrong = _read_list(path)
        lists.append(one)
        faults += wrong
    if faults:
        raise ListError(faults)
    return LockedLists(tuple(lists))


def phrase_digest(words: Sequence[str]) -> bytes:
    """The digest of a phrase of folded words."""
    return hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).digest()


def canonical_address(address: str) -> str | None:
    """Host, path and query, lower-case host without `www.`, user, port and fragment; None when it is no address."""
    parts = _PARTS.match(address)
    host = parts[1].lower().rstrip(".").removeprefix("www.") if parts else ""
    if parts is None or not host:
        return None
    return f"{host}{parts[2].rstrip('/')}{'?' + parts[3] if parts[3] else ''}"


def _phrases(text: str, one: LockedList, bundle: Bundle) -> Iterator[tuple[int, int]]:
    folded = bundle.folder.fold(text)
    tokens = bundle.reader.read(folded.view)
    words = [folded.view[start:end].replace("\0", "") for _, start, end, _ in tokens]
    for first in range(len(tokens)):
        for last in range(first + 1, min(first + MOST_WORDS, len(tokens)) + 1):
            if phrase_digest(words[first:last]) in one.entries:
                yield folded.span(tokens[first][1], tokens[last - 1][2])


def _addresses(observation: Observation, one: LockedList) -> Iterator[tuple[int, int]]:
    if observation.url and _is_listed(observation.url, one):
        yield 0, len(observation.text)
    for match in _ADDRESS.finditer(observation.text):
        if _is_listed(match.group().rstrip(".,;:!?)"), one):
            yield match.span()


def _is_listed(address: str, one: LockedList) -> bool:
    """Whether the page, the page without its query, or its whole host is on the list."""
    canonical = canonical_address(address)
    if canonical is None:
        return False
    forms = {canonical, canonical.split("?")[0], canonical.split("?")[0].split("/")[0]}
    return any(hashlib.sha256(form.encode("utf-8", "surrogatepass")).digest() in one.entries for form in forms)


def _read_list(path: Path) -> tuple[LockedList, list[str]]:
    header = {"name": path.stem}
    entries: set[bytes] = set()
    faults = []
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        row = line.strip()
        said = _HEADER.fullmatch(row)
        if said:
            header[said[1]] = said[2]
        elif _HASH.fullmatch(row):
            entries.add(bytes.fromhex(row))
        elif row and not row.startswith("#"):
            faults.append(f"{path.name}, line {number}: not a SHA-256 in lower-case hex")
    for key, known in (("kind", KINDS), ("theme", THEMES)):
        if header.get(key) not in known:
            faults.append(f"{path.name}: the header '# {key}: …' is {header.get(key)!r}; one of {', '.join(known)}")
    return LockedList(header["name"], header.get("kind", ""), header.get("theme", ""), frozenset(entries)), faults
