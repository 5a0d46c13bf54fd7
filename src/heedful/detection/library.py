"""Read the phrase library from its YAML files into checked values, with every fault of every file told at once."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from heedful.detection.patterns import nearest
from heedful.detection.rules import AFTER, BEFORE, CANCEL, CAP, EITHER, LOWER, RAISE, ContextRule, Need, Window
from heedful.detection.values import AGE_BANDS, SOURCES, THEMES

SHIPPED = Path(__file__).parent / "library"
PERSONS = ("first", "second", "third", "none")
INTENTS = ("disclosure", "threat", "seeking", "worry", "abuse", "talk")
FOUR_CS = ("content", "contact", "conduct", "commerce")
MAX_WITHIN = 200
_OPERATIONS = {"cancel": CANCEL, "lower": LOWER, "cap": CAP, "raise": RAISE}
_SIDES = {"within": EITHER, "before": BEFORE, "after": AFTER}


class LibraryError(ValueError):
    """The library has faults; `faults` holds one line each, every file and entry named."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Phrase:
    """One written phrase: what is said, how serious it is, and what moves that."""

    id: str
    say: tuple[str, ...]
    severity: int
    person: str
    intent: str
    meaning: str
    benign: str
    context: tuple[ContextRule, ...]
    needs: tuple[Need, ...]
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    place: str
    language: str


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme's file. `sources` and `ages` move severity; `context` follows each phrase's own."""

    name: str
    title: str
    four_cs: tuple[str, ...]
    definition: str
    guidance: str
    sources: dict[str, int]
    ages: dict[str, int]
    context: tuple[ContextRule, ...]
    exceptions: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    language: str
    place: str


@dataclass(frozen=True, slots=True)
class ContextClass:
    """Words that are never a concern, only what stands near one."""

    id: str
    meaning: str
    say: tuple[str, ...]
    language: str
    place: str


@dataclass(frozen=True, slots=True)
class Words:
    """One language's word classes, inflections and spelling."""

    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inflections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    plain: tuple[str, ...] = ()
    fuzzy: tuple[str, ...] = ()
    misspellings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    identity: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that was read. `exceptions` are the patterns that cancel hits of every theme, by language."""

    themes: tuple[Theme, ...]
    classes: tuple[ContextClass, ...]
    words: dict[str, Words]
    exceptions: tuple[tuple[str, str, str], ...] = ()  # (language, pattern, place)


class _StrictLoader(yaml.CSafeLoader):
    """Refuses a key that stands twice: YAML would silently keep the last."""


def _construct_mapping(loader: yaml.CSafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.MarkedYAMLError(problem=f"the key '{key}' stands twice", problem_mark=key_node.start_mark)
        seen.add(key)
    return {loader.construct_object(k, deep=True): loader.construct_object(v, deep=True) for k, v in node.value}


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


class _Reader:
    """Reads entries of one file and notes each fault with its place."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[str] = []

    def fault(self, text: str, entry: str = "") -> None:
        self.faults.append(f"{self.name}{', ' + entry if entry else ''}: {text}")

    def fields(self, value: Any, entry: str, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
        """A mapping with the known keys only; {} and a fault when it isn't one."""
        if not isinstance(value, dict):
            self.fault("is not a mapping of keys to values", entry)
            return {}
        known = required + optional
        for key in value:
            if key not in known:
                self.fault(f"unknown key '{key}'{nearest(str(key), known)}", entry)
        for key in required:
            if value.get(key) in (None, "", [], {}):
                self.fault(f"lacks '{key}'", entry)
        return value

    def strings(self, value: Any, entry: str, key: str) -> tuple[str, ...]:
        """A list of strings; a single string counts as a list of one, numbers as their digits."""
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, bool) or not isinstance(item, str | int):
                self.fault(f"'{key}' holds {item!r}; quote it", entry)
        return tuple(str(item) for item in items if isinstance(item, str | int))

    def text(self, value: Any, entry: str, key: str) -> str:
        if value is not None and not isinstance(value, str):
            self.fault(f"'{key}' is {value!r}; write text, in quotes", entry)
        return " ".join(str(value or "").split()) if key != "guidance" else str(value or "").strip()

    def one_of(self, value: Any, entry: str, key: str, known: tuple[str, ...]) -> str:
        if value not in known:
            self.fault(f"unknown {key} '{value}'{nearest(str(value), known) or '; one of ' + ', '.join(known)}", entry)
        return str(value)

    def number(self, value: Any, entry: str, key: str, least: int, most: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(f"'{key}' is {value!r}; a whole number from {least} to {most}", entry)
            return least
        return value

    def window(self, value: dict[str, Any], entry: str) -> Window:
        given = [key for key in _SIDES if key in value]
        if len(given) != 1:
            self.fault("needs exactly one of 'within', 'before' and 'after' (a number of tokens)", entry)
            return Window(0)
        return Window(self.number(value[given[0]], entry, given[0], 0, MAX_WITHIN), _SIDES[given[0]])

    def context(self, value: Any, entry: str) -> tuple[ContextRule, ...]:
        rules = []
        for item in _flat(value):
            where = f"{entry}, context" if entry else "context"
            fields = self.fields(item, where, required=("when", "why"), optional=("unless", *_SIDES, *_OPERATIONS))
            given = [key for key in _OPERATIONS if key in fields]
            if len(given) != 1:
                self.fault("needs exactly one of 'cancel', 'lower', 'cap' and 'raise'", where)
                continue
            if given[0] == "cancel" and fields["cancel"] is not True:
                self.fault("'cancel' takes only true", where)
            amount = 0 if given[0] == "cancel" else self.number(fields[given[0]], where, given[0], 1, 4)
            when, unless = (self.strings(fields.get(key), where, key) for key in ("when", "unless"))
            why = self.text(fields.get("why"), where, "why")
            rules.append(ContextRule(when, self.window(fields, where), _OPERATIONS[given[0]], amount, why, unless))
        return tuple(rules)

    def needs(self, value: Any, entry: str) -> tuple[Need, ...]:
        found = []
        for item in _flat(value):
            where = f"{entry}, needs"
            fields = self.fields(item, where, required=("any",), optional=tuple(_SIDES))
            found.append(Need(self.strings(fields.get("any"), where, "any"), self.window(fields, where)))
        return tuple(found)

    def moves(self, value: Any, key: str, known: tuple[str, ...], least: int) -> dict[str, int]:
        if value is not None and not isinstance(value, dict):
            self.fault(f"'{key}' is not a mapping")
        moves = value if isinstance(value, dict) else {}
        return {self.one_of(k, key, key[:-1], known): self.number(v, key, str(k), least, 4) for k, v in moves.items()}


def _flat(value: Any) -> list[Any]:
    """A list whose entries may themselves be lists, as YAML anchors leave them when several phrases share some."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [inner for item in items for inner in (item if isinstance(item, list) else [item])]


_PHRASE_REQUIRED = ("id", "say", "severity", "person", "intent", "meaning", "hits")
_PHRASE_OPTIONAL = ("benign", "context", "needs", "misses")
_THEME_DESCRIBED = ("title", "four_cs", "definition", "guidance")  # in English alone: other languages add phrases to what it describes
_THEME_OPTIONAL = ("sources", "ages", "context", "exceptions")
DESCRIBING = "en"


def _read_phrase(reader: _Reader, value: Any, theme: str, language: str) -> Phrase:
    name = value.get("id", "without an id") if isinstance(value, dict) else "?"
    entry = f"phrase '{name}'"
    fields = reader.fields(value, entry, required=_PHRASE_REQUIRED, optional=_PHRASE_OPTIONAL)
    if not re.fullmatch(rf"{re.escape(theme)}\.[a-z0-9]+(-[a-z0-9]+)*", str(name)) or len(str(name)) > 100:
        reader.fault(f"the id is not '{theme}.words-with-hyphens'", entry)
    return Phrase(
        id=str(name),
        say=reader.strings(fields.get("say"), entry, "say"),
        severity=reader.number(fields.get("severity"), entry, "severity", 1, 5),
        person=reader.one_of(fields.get("person"), entry, "person", PERSONS),
        intent=reader.one_of(fields.get("intent"), entry, "intent", INTENTS),
        meaning=reader.text(fields.get("meaning"), entry, "meaning"),
        benign=reader.text(fields.get("benign"), entry, "benign"),
        context=reader.context(fields.get("context"), entry),
        needs=reader.needs(fields.get("needs"), entry),
        hits=reader.strings(fields.get("hits"), entry, "hits"),
        misses=reader.strings(fields.get("misses"), entry, "misses"),
        place=f"{reader.name}, {entry}",
        language=language,
    )


def _read_theme(reader: _Reader, value: Any, language: str, stem: str) -> Theme:
    described = _THEME_DESCRIBED if language == DESCRIBING else ()
    moved = _THEME_OPTIONAL if language == DESCRIBING else ("exceptions",)
    fields = reader.fields(value, "", required=("theme", *described, "phrases"), optional=moved)
    name = reader.one_of(fields.get("theme"), "", "theme", THEMES)
    if name != stem:
        reader.fault(f"the theme '{name}' stands in a file of another name")
    phrases = fields.get("phrases")
    if phrases is not None and not isinstance(phrases, list):
        reader.fault("'phrases' is not a list")
        phrases = []
    return Theme(
        name=name,
        title=reader.text(fields.get("title"), "", "title"),
        four_cs=tuple(reader.one_of(c, "", "four_cs", FOUR_CS) for c in fields.get("four_cs") or ()),
        definition=reader.text(fields.get("definition"), "", "definition"),
        guidance=reader.text(fields.get("guidance"), "", "guidance"),
        sources=reader.moves(fields.get("sources"), "sources", SOURCES, -5),
        ages=reader.moves(fields.get("ages"), "ages", AGE_BANDS[:-1], -2),
        context=reader.context(fields.get("context"), ""),
        exceptions=reader.strings(fields.get("exceptions"), "", "exceptions"),
        phrases=tuple(_read_phrase(reader, phrase, name, language) for phrase in phrases or ()),
        language=language,
        place=reader.name,
    )


def _read_classes(reader: _Reader, value: Any, language: str) -> tuple[list[ContextClass], list[str]]:
    """The context classes, and patterns that cancel hits of every theme (an entry `exceptions: [...]`)."""
    found: list[ContextClass] = []
    exceptions: list[str] = []
    for item in value or ():
        if isinstance(item, dict) and list(item) == ["exceptions"]:
            exceptions += reader.strings(item["exceptions"], "exceptions", "exceptions")
            continue
        name = str(item.get("id")) if isinstance(item, dict) else "?"
        entry = f"context class '{name}'"
        fields = reader.fields(item, entry, required=("id", "meaning", "say"))
        say = reader.strings(fields.get("say"), entry, "say")
        found.append(ContextClass(name, reader.text(fields.get("meaning"), entry, "meaning"), say, language, f"{reader.name}, {entry}"))
    return found, exceptions


def _read_words(reader: _Reader, value: Any) -> Words:
    keys = ("classes", "inflections", "plain", "fuzzy", "misspellings", "identity")
    fields = reader.fields(value or {}, "", required=(), optional=keys)
    grouped = {
        key: {str(name): reader.strings(entries, key, str(name)) for name, entries in (fields.get(key) or {}).items()}
        for key in ("classes", "inflections", "misspellings")
    }
    lists = {key: reader.strings(fields.get(key), key, key) for key in ("plain", "fuzzy", "identity")}
    return Words(**grouped, **lists, place=reader.name)  # type: ignore[arg-type]


def _parse(reader: _Reader, path: Path) -> Any:
    try:
        return yaml.load(path.read_bytes(), Loader=_StrictLoader)  # noqa: S506 (a CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reader.fault(f"is not YAML: {' '.join(str(error).split())}")
        return None


def _check_references(library: Library, faults: list[str]) -> None:
    known = {c.id for c in library.classes}
    seen: dict[str, str] = {}
    for theme in library.themes:
        entries = [(theme.place, theme.context, ())] + [(p.place, p.context, p.needs) for p in theme.phrases]
        for place, context, needs in entries:
            names = [n for rule in context for n in (*rule.when, *rule.unless)] + [n for need in needs for n in need.any]
            faults += [f"{place}: unknown context class '{n}'{nearest(n, sorted(known))}" for n in dict.fromkeys(names) if n not in known]
        for phrase in theme.phrases:
            if phrase.id in seen:
                faults.append(f"{phrase.place}: the id stands a second time, first in {seen[phrase.id]}")
            seen.setdefault(phrase.id, theme.place)


def read_library(folder: Path = SHIPPED, *, only: Collection[str] = ()) -> Library:
    """Read `<folder>/<language>/*.yaml`, English first, or of the themes `only` those. Raises LibraryError with all faults of all files."""
    themes: list[Theme] = []
    classes: list[ContextClass] = []
    words: dict[str, Words] = {}
    exceptions: list[tuple[str, str, str]] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*/*.yaml"), key=lambda path: (path.parent.name != DESCRIBING, path)):
        language = path.parent.name
        if only and path.stem not in (*only, "contexts", "words"):
            continue
        reader = _Reader(f"{folder.name}/{language}/{path.name}")
        value = _parse(reader, path)
        if reader.faults:
            pass
        elif path.name == "contexts.yaml":
            found, general = _read_classes(reader, value, language)
            classes += found
            exceptions += [(language, pattern, reader.name) for pattern in general]
        elif path.name == "words.yaml":
            words[language] = _read_words(reader, value)
        else:
            themes.append(_read_theme(reader, value, language, path.stem))
        faults += reader.faults
    library = Library(tuple(themes), tuple(classes), words, tuple(exceptions))
    _check_references(library, faults)
    if not themes and not faults:
        faults.append(f"{folder.name}: holds no theme")
    if faults:
        raise LibraryError(faults)
    return library
