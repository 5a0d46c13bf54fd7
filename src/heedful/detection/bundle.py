"""The bundle that devices and server read: its bytes, and its parts ready for use.

Gzip-compressed JSON, the same bytes for the same library. Its parts are listed in docs/detection.md, "The bundle".
"""

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from heedful.detection import automaton
from heedful.detection.automaton import FIRST_WORD
from heedful.detection.rules import ContextRule, Need, Window
from heedful.detection.text import Folder

FORMAT = 1
MAX_GZIP_BYTES = 1_000_000


class BundleError(ValueError):
    """The bytes are not a bundle that this version reads."""


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """What the engine needs to know of one phrase. `theme` is a place in the bundle's themes."""

    id: str
    theme: int
    severity: int
    meaning: str
    needs: tuple[Need, ...]
    context: tuple[ContextRule, ...]


@dataclass(frozen=True, slots=True)
class ThemeRule:
    """What the engine needs to know of one theme; moves are severity steps."""

    name: str
    title: str
    sources: dict[str, int]
    ages: dict[str, int]
    context: tuple[ContextRule, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by number. `vocabulary` are read as they stand; the rest repairs what is not in it."""

    vocabulary: dict[str, int]
    evasion: dict[str, int]
    spelling: dict[str, int]
    splits: dict[str, int]
    squeezed: dict[str, int]
    by_shape: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A loaded bundle. Targets of `root`: phrases first, then `class_names`, then exceptions (one a theme, then all)."""

    version: str
    content: dict[str, Any]
    folder: Folder
    lexicon: Lexicon
    root: automaton.Node
    longest: int
    phrases: tuple[PhraseRule, ...]
    class_names: tuple[str, ...]
    themes: tuple[ThemeRule, ...]
    phrasing: dict[str, Any]


def content_version(content: dict[str, Any]) -> str:
    """First 12 hex digits of the hash of everything but the version itself."""
    return hashlib.sha256(_canonical({k: v for k, v in content.items() if k != "version"})).hexdigest()[:12]


def to_bytes(content: dict[str, Any]) -> bytes:
    """The file as devices download it. Raises BundleError above a megabyte."""
    compressed = gzip.compress(_canonical(content), compresslevel=9, mtime=0)
    if len(compressed) > MAX_GZIP_BYTES:
        raise BundleError(f"the bundle is {len(compressed):,} bytes; at most {MAX_GZIP_BYTES:,}")
    return compressed


def load_bundle(compressed: bytes) -> Bundle:
    """Read a bundle's bytes. Raises BundleError for anything that is not one."""
    try:
        content = json.loads(gzip.decompress(compressed))
        if content["format"] != FORMAT:
            raise BundleError(f"the bundle has format {content['format']!r}; this version reads {FORMAT}")
        return from_content(content)
    except (OSError, EOFError, ValueError, LookupError, TypeError) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError(f"not a bundle: {type(error).__name__}") from error


def from_content(content: dict[str, Any]) -> Bundle:
    """Make a bundle's parts ready for use: about 0.1 s for the shipped library."""
    return Bundle(
        version=content["version"],
        content=content,
        folder=Folder(content["fold"], content["emoji"]),
        lexicon=_lexicon(content),
        root=automaton.load(content["automaton"]),
        longest=content["longest"],
        phrases=tuple(_phrase(row) for row in content["phrases"]),
        class_names=tuple(content["classes"]),
        themes=tuple(_theme(row) for row in content["themes"]),
        phrasing=content["phrasing"],
    )


def squeeze(word: str) -> str:
    """A word with every run of one letter made single: kill → kil."""
    return "".join(letter for i, letter in enumerate(word) if i == 0 or word[i - 1] != letter)


def shapes(word: str) -> tuple[str, ...]:
    """The keys under which a masked reading looks for a word: its length with its first letter, and with its last."""
    return f"{len(word)}{word[0]}_", f"{len(word)}_{word[-1]}"


def _lexicon(content: dict[str, Any]) -> Lexicon:
    words = content["vocabulary"].split(" ")
    vocabulary = {word: number for number, word in enumerate(words, FIRST_WORD)}
    evasion = {words[place]: place + FIRST_WORD for place in _undelta(content["evasion"])}
    squeezed: dict[str, int] = {}
    by_shape: dict[str, list[str]] = {}
    for word, number in sorted(evasion.items()):
        squeezed.setdefault(squeeze(word), number)
        for key in shapes(word):
            by_shape.setdefault(key, []).append(word)
    return Lexicon(
        vocabulary=vocabulary,
        evasion=evasion,
        spelling=_named(content["spelling"], vocabulary),
        splits=_named(content["splits"], vocabulary),
        squeezed=squeezed,
        by_shape={key: tuple(found) for key, found in by_shape.items()},
    )


def _named(table: dict[str, str], vocabulary: dict[str, int]) -> dict[str, int]:
    """{word: "misspelt,misspelled"} turned round."""
    return {slip: vocabulary[word] for word, slips in table.items() for slip in slips.split(",")}


def _undelta(steps: Sequence[int]) -> list[int]:
    total, found = 0, []
    for step in steps:
        total += step
        found.append(total)
    return found


def _rules(rows: list[list[Any]]) -> tuple[ContextRule, ...]:
    return tuple(ContextRule(tuple(when), Window(within, side), op, n, why, tuple(unless)) for when, within, side, op, n, why, unless in rows)


def _phrase(row: dict[str, Any]) -> PhraseRule:
    needs = tuple(Need(tuple(names), Window(within, side)) for names, within, side in row["needs"])
    return PhraseRule(row["id"], row["theme"], row["severity"], row["meaning"], needs, _rules(row["context"]))


def _theme(row: dict[str, Any]) -> ThemeRule:
    return ThemeRule(row["name"], row["title"], row["sources"], row["ages"], _rules(row["context"]))


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
