"""Read the library's pattern language. Build time only. docs/detection.md, "The library's files".

A pattern becomes a small tree of words, gaps, series and choices; nothing is multiplied out.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from math import prod

GAP, START, END = "~", "<", ">"
MAX_SEQUENCES, MAX_LENGTH, MAX_GAP = 10_000_000, 16, 5

_LEX = re.compile(r"\s+|[()\[\]|<>]|~\d*|\{[^{}]*\}|[^\s()\[\]|<>~{}]+|.")


class PatternError(ValueError):
    """A pattern that can't be read; the text says what is wrong and never names the file."""


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word or emoji, or START or END."""

    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `most` tokens of any kind."""

    most: int


@dataclass(frozen=True, slots=True)
class Series:
    """Parts one after another; an empty series is nothing at all."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the options; an optional part has the empty series among them."""

    options: tuple["Part", ...]


Part = Word | Gap | Series | Choice


@dataclass(frozen=True)
class WordForms:
    """What `{name}` and `word+` stand for. `classes` holds patterns; `inflections` folded words."""

    fold: Callable[[str], list[str]]
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    inflections: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read_pattern(pattern: str, forms: WordForms) -> Series:
    """The tree of a pattern. Raises PatternError."""
    tree = _Reader(pattern, forms).whole()
    _check(tree)
    return tree


def count(part: Part) -> int:
    """How many sequences a tree means, repeats counted."""
    if isinstance(part, Word):
        return 1
    if isinstance(part, Gap):
        return part.most + 1
    if isinstance(part, Series):
        return prod(map(count, part.parts))
    return sum(map(count, part.options))


def lengths(part: Part) -> tuple[int, int]:
    """The fewest and the most tokens of a tree."""
    if isinstance(part, Word):
        return 1, 1
    if isinstance(part, Gap):
        return 0, part.most
    pairs = [lengths(p) for p in (part.parts if isinstance(part, Series) else part.options)]
    if isinstance(part, Series):
        return sum(low for low, _ in pairs), sum(high for _, high in pairs)
    return min(low for low, _ in pairs), max(high for _, high in pairs)


def least_words(part: Part) -> int:
    """The fewest words of a tree that stand in the text: neither gaps nor START and END."""
    if isinstance(part, Word):
        return int(part.text not in (START, END))
    if isinstance(part, Gap):
        return 0
    return sum(map(least_words, part.parts)) if isinstance(part, Series) else min(map(least_words, part.options))


def words_of(part: Part) -> Iterator[str]:
    """Every word of a tree, repeats included."""
    if isinstance(part, Word):
        yield part.text
    elif not isinstance(part, Gap):
        for inner in part.parts if isinstance(part, Series) else part.options:
            yield from words_of(inner)


def sequences(part: Part) -> Iterator[tuple[str, ...]]:
    """The sequences of a tree one by one; there may be very many."""
    if isinstance(part, Word):
        yield (part.text,)
    elif isinstance(part, Gap):
        yield from ((GAP,) * n for n in range(part.most + 1))
    elif isinstance(part, Choice):
        for option in part.options:
            yield from sequences(option)
    elif not part.parts:
        yield ()
    else:
        for head in sequences(part.parts[0]):
            for tail in sequences(Series(part.parts[1:])):
                yield head + tail


def with_others(part: Part, others: Mapping[str, Sequence[str]]) -> Part:
    """A tree in which each word may also be one of its others."""
    if isinstance(part, Word):
        return Choice((part, *map(Word, others[part.text]))) if part.text in others else part
    if isinstance(part, Gap):
        return part
    if isinstance(part, Series):
        return Series(tuple(with_others(inner, others) for inner in part.parts))
    return Choice(tuple(with_others(option, others) for option in part.options))


def few_sequences(part: Part, most: int) -> list[tuple[str, ...]]:
    """The sequences of a tree without repeats; none when there may be more than `most`."""
    return list(dict.fromkeys(islice(sequences(part), most))) if count(part) <= most else []


def inflect(word: str) -> list[str]:
    """The regular English forms of a verb or noun: kill, kills, killed, killing, killin."""
    if re.search(r"[^aeiou]e$", word) or word.endswith(("ue", "ae")):
        return [word, word + "s", word + "d", word[:-1] + "ing", word[:-1] + "in"]
    if word.endswith("e"):
        return [word, word + "s", word + "d", word + "ing", word + "in"]
    if re.search(r"[^aeiou]y$", word):
        return [word, word[:-1] + "ies", word[:-1] + "ied", word + "ing", word + "in"]
    stem = word + word[-1] if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", word) else word
    plural = "es" if re.search(r"(s|x|z|ch|sh)$", word) else "s"
    return [word, word + plural, stem + "ed", stem + "ing", stem + "in"]


def nearest(name: str, known: Sequence[str] | Mapping[str, object]) -> str:
    """`; did you mean 'x'?` or nothing."""
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def _check(tree: Series) -> None:
    if not tree.parts:
        raise PatternError("is empty")
    if _gap_at(tree, 0) or _gap_at(tree, -1):
        raise PatternError("begins or ends with a gap in one of its readings")
    if START in words_of(Series(tree.parts[1:])) or END in words_of(Series(tree.parts[:-1])):
        raise PatternError("'<' may only stand first and '>' only last")
    if least_words(tree) == 0:
        raise PatternError("can be met by nothing at all")
    if lengths(tree)[1] > MAX_LENGTH:
        raise PatternError(f"is up to {lengths(tree)[1]} words long, gaps counted; at most {MAX_LENGTH}")
    if count(tree) > MAX_SEQUENCES:
        raise PatternError(f"expands to {count(tree):,} sequences; at most {MAX_SEQUENCES:,}: split it into several patterns")


def _gap_at(part: Part, edge: int) -> bool:
    """Whether a reading of the tree has a gap at its first (0) or last (-1) place."""
    if isinstance(part, Gap):
        return True
    if isinstance(part, Word):
        return False
    if isinstance(part, Choice):
        return any(_gap_at(option, edge) for option in part.options)
    for inner in part.parts if edge == 0 else reversed(part.parts):
        if _gap_at(inner, edge):
            return True
        if lengths(inner)[0] > 0:
            return False
    return False


class _Reader:
    """One pass over one pattern, recursive for brackets and classes."""

    def __init__(self, pattern: str, forms: WordForms, inside: tuple[str, ...] = ()) -> None:
        self.parts = _LEX.findall(pattern)
        self.place, self.forms, self.inside = 0, forms, inside

    def whole(self) -> Series:
        options = self._options(closing="")
        return options[0]

    def _options(self, *, closing: str) -> list[Series]:
        options: list[Series] = []
        parts: list[Part] = []
        while True:
            sign = self.parts[self.place] if self.place < len(self.parts) else ""
            self.place += 1
            if sign == closing:
                return [*options, Series(tuple(parts))]
            if not sign:
                raise PatternError(f"lacks a closing '{closing}'")
            if sign == "|" and not closing:
                raise PatternError("has '|' outside brackets; write (a|b)")
            if sign == "|":
                options.append(Series(tuple(parts)))
                parts = []
            elif not sign.isspace():
                self._check_apart(sign)
                parts += self._part(sign)

    def _check_apart(self, sign: str) -> None:
        """Between two parts stands a space, a bracket's edge or '|': `(a)b` is a slip."""
        before = self.parts[self.place - 2] if self.place >= 2 else " "
        if not before.isspace() and before not in ("(", "[", "|"):
            raise PatternError(f"needs a space before '{sign}'")

    def _part(self, sign: str) -> list[Part]:
        if sign in ("(", "["):
            options = self._options(closing=")" if sign == "(" else "]")
            if any(not option.parts for option in options):
                raise PatternError(f"has an empty choice in '{sign}'")
            return [Choice(tuple(options) if sign == "(" else (*options, Series(())))]
        if sign[0] == "~":
            most = int(sign[1:] or 0)
            if not 1 <= most <= MAX_GAP:
                raise PatternError(f"has the gap '{sign}'; write ~1 to ~{MAX_GAP}")
            return [Gap(most)]
        if sign in (START, END):
            return [Word(sign)]
        if sign[0] == "{" and sign[-1] == "}":
            return [self._class(sign[1:-1])]
        if sign in (")", "]", "{", "}"):
            raise PatternError(f"has a stray '{sign}'")
        return self._word(sign)

    def _class(self, name: str) -> Part:
        if name not in self.forms.classes:
            raise PatternError(f"unknown word class '{name}'{nearest(name, self.forms.classes)}")
        if name in self.inside:
            raise PatternError(f"word class '{name}' contains itself")
        entries = self.forms.classes[name]
        return Choice(tuple(_Reader(entry, self.forms, (*self.inside, name)).whole() for entry in entries))

    def _word(self, sign: str) -> list[Part]:
        inflected = sign.endswith("+") and len(sign) > 1
        words = self.forms.fold(sign[:-1] if inflected else sign)
        if not words:
            raise PatternError(f"has '{sign}', which folds to nothing")
        if not inflected:
            return [Word(word) for word in words]
        if len(words) > 1:
            raise PatternError(f"inflects '{sign}', which folds to several words")
        return [Choice(tuple(Word(form) for form in self.forms.inflections.get(words[0]) or inflect(words[0])))]
