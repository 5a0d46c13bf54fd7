"""The bundle that devices and server read: its bytes, and its parts ready for use.

Gzip-compressed JSON, the same bytes for the same library. Its parts are listed in docs/detection.md, "The bundle".
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from heedful.detection import automaton
from heedful.detection.lexicon import read_lexicon
from heedful.detection.model import Model
from heedful.detection.model_features import Featuriser
from heedful.detection.repair import Reader
from heedful.detection.rules import ContextRule, Need, Window
from heedful.detection.sieve import Keys, Sieve
from heedful.detection.text import Folder

FORMAT = 1
MAX_GZIP_BYTES = 2_000_000
_LOADED = {"fold", "vocabulary", "evasion", "spelling", "slips", "splits", "automaton", "model"}


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
class Bundle:
    """A loaded bundle; without a `sieve` every text goes the exact way, without a `model` phrases are all. Targets of the walkers: phrases first, then `class_names`, then exceptions (one a theme, then all)."""

    version: str
    content: dict[str, Any]  # what tells of the library, without the parts that were made ready for use
    folder: Folder
    reader: Reader
    phrase_walker: automaton.Walker
    context_walker: automaton.Walker
    widest: int
    sieve: Sieve | None
    longest: int
    phrases: tuple[PhraseRule, ...]
    class_names: tuple[str, ...]
    themes: tuple[ThemeRule, ...]
    phrasing: dict[str, Any]
    emoji: frozenset[int]
    featuriser: Featuriser
    model: Model | None
    foreign: frozenset[str]  # ids of the phrases in another language than the models read: these neither silence nor temper them


def with_model(content: dict[str, Any], model: Model) -> dict[str, Any]:
    """A bundle's content with a model, and the version of both. Raises BundleError when the library lacks one of its themes."""
    missing = {head.name for head in model.header.themes} - {theme["name"] for theme in content["themes"]}
    if missing:
        raise BundleError(f"the model '{model.header.name}' names themes that the library does not have: {', '.join(sorted(missing))}")
    content = content | {"model": model.to_content()}
    return content | {"version": content_version(content)}


def content_version(content: dict[str, Any]) -> str:
    """First 12 hex digits of the hash of everything but the version itself."""
    return hashlib.sha256(_canonical({k: v for k, v in content.items() if k != "version"})).hexdigest()[:12]


def to_bytes(content: dict[str, Any]) -> bytes:
    """The file as devices download it. Raises BundleError above two megabytes."""
    compressed = gzip.compress(_canonical(content), compresslevel=9, mtime=0)
    if len(compressed) > MAX_GZIP_BYTES:
        raise BundleError(f"the bundle is {len(compressed):,} bytes; at most {MAX_GZIP_BYTES:,}")
    return compressed


def load_bundle(compressed: bytes, *, keys: Keys | None = None) -> Bundle:
    """Read a bundle's bytes, with the keys of its sieve where there are any. Raises BundleError for anything that is not one."""
    try:
        content = json.loads(gzip.decompress(compressed))
        if content["format"] != FORMAT:
            raise BundleError(f"the bundle has format {content['format']!r}; this version reads {FORMAT}")
        return from_content(content, keys=keys)
    except (OSError, EOFError, ValueError, LookupError, TypeError, RuntimeError) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError(f"not a bundle: {type(error).__name__}") from error


def from_content(content: dict[str, Any], *, keys: Keys | None = None) -> Bundle:
    """Make a bundle's parts ready for use: about 0.1 s for the shipped library, 0.3 s with a sieve."""
    folder = Folder(content["fold"], content["emoji"])
    reader = Reader(folder, read_lexicon(content))
    graph = automaton.load(content["automaton"])
    count = len(content["phrases"])
    phrases = automaton.Walker(graph, range(count))
    around = automaton.Walker(graph, range(count, count + len(content["classes"]) + len(content["themes"]) + 1))
    return Bundle(
        version=content["version"],
        content={name: part for name, part in content.items() if name not in _LOADED},
        folder=folder,
        reader=reader,
        phrase_walker=phrases,
        context_walker=around,
        sieve=Sieve(keys, content["fold"], content["emoji"], reader, phrases) if keys else None,
        longest=content["longest"],
        widest=_widest(content),
        phrases=tuple(_phrase(row) for row in content["phrases"]),
        class_names=tuple(content["classes"]),
        themes=tuple(_theme(row) for row in content["themes"]),
        phrasing=content["phrasing"],
        emoji=frozenset(reader.lexicon.vocabulary[sign] for sign in content["emoji"] if sign in reader.lexicon.vocabulary),
        featuriser=Featuriser(folder, reader),
        model=Model.from_content(content["model"]) if "model" in content else None,
        foreign=frozenset(row["id"] for row in content["phrases"] if "language" in row),
    )


def _widest(content: dict[str, Any]) -> int:
    """How far from a hit any rule looks, in tokens."""
    context = [row[1] for part in ("phrases", "themes") for one in content[part] for row in one["context"]]
    return max([*context, *(need[1] for phrase in content["phrases"] for need in phrase["needs"])], default=0)


def _rules(rows: list[list[Any]]) -> tuple[ContextRule, ...]:
    return tuple(ContextRule(tuple(when), Window(within, side), op, n, why, tuple(unless)) for when, within, side, op, n, why, unless in rows)


def _phrase(row: dict[str, Any]) -> PhraseRule:
    needs = tuple(Need(tuple(names), Window(within, side)) for names, within, side in row["needs"])
    return PhraseRule(row["id"], row["theme"], row["severity"], row["meaning"], needs, _rules(row["context"]))


def _theme(row: dict[str, Any]) -> ThemeRule:
    return ThemeRule(row["name"], row["title"], row["sources"], row["ages"], _rules(row["context"]))


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
