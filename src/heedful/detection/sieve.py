"""The server's sieve: says in microseconds that a text holds nothing, so that the exact way is walked for few.

It may be wrong in one direction only. When it is silent no word of the text is repaired and no pattern matches;
a property test holds it to that.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import repeat

import ahocorasick_rs

from heedful.detection.automaton import Walker
from heedful.detection.repair import Reader
from heedful.detection.text import MARKS, FoldMap

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TRIPLES = tuple(letter * 3 for letter in _LETTERS)
_DULL = ",.-"
_NO_DULL = str.maketrans("", "", _DULL)
_INNER_RUN = re.compile(rb"[a0][.@!*]{2,}[a0]")

class Sieve:
    """Made once for a bundle; safe to share between threads."""

    def __init__(self, keys: Sequence[str], fold: dict[str, object], emoji: str, reader: Reader, phrases: Walker) -> None:
        self._reader, self._phrases = reader, phrases
        self._numbers = reader.lexicon.vocabulary
        self._keys = len(keys)
        literals = (f" {key} " for key in (*keys, *reader.lexicon.spelling, *reader.lexicon.splits))
        self.patterns = (*literals, *_TRIPLES)
        self._automaton = ahocorasick_rs.AhoCorasick(self.patterns)
        view = FoldMap(fold, emoji, nothing="")
        self._view = view
        self._ascii_view = bytes(ord(view[point]) if view[point] else 0 for point in range(128)) + bytes(range(128, 256))
        self._ascii_nothing = bytes(point for point in range(128) if view[point] == "")
        self._kinds = bytes(_kind(chr(point)) for point in range(256))
        self._words_only = bytes(32 if chr(point) in MARKS else point for point in range(256))
        self._single = bytes(97 if chr(point).isalnum() else point for point in range(256))
        self._spaced = {ord(mark): " " for mark in MARKS} | {ord(sign): f" {sign} " for sign in emoji}

    def may_hit(self, text: str) -> bool:
        """False when nothing can be found in the text. Linear."""
        return self._may_hit_ascii(text.encode()) if text.isascii() else self._may_hit_any(text)

    def folded(self, text: str) -> str:
        """The text's plain words with one space before, between and after: what the literals are looked for in."""
        return f" {' '.join(text.translate(self._view).translate(self._spaced).split())} "

    def _may_hit_ascii(self, raw: bytes) -> bool:
        view = raw.translate(self._ascii_view, self._ascii_nothing)
        joined = b" %b " % b" ".join(view.translate(self._words_only).split())
        kinds = b" %b " % view.translate(self._kinds)
        if b" a a a " in joined.translate(self._single) or b" @ " in kinds or b" ! " in kinds:
            return True
        return (_is_suspect(kinds) and self._has_disguise(view.decode().split())) or self._has_literal(joined.decode())

    def _may_hit_any(self, text: str) -> bool:
        view = text.translate(self._view)
        words = view.translate(self._spaced).split()
        if any(len(a) == len(b) == len(c) == 1 for a, b, c in zip(words, words[1:], words[2:], strict=False)):
            return True
        chunks = [chunk for chunk, _ in self._reader.chunks(view)]
        return self._has_disguise(chunks) or self._has_literal(f" {' '.join(words)} ")

    def _has_disguise(self, chunks: Iterable[str]) -> bool:
        """Whether a chunk is repaired as it stands; what only its neighbours repair is looked for elsewhere."""
        for chunk in chunks:
            core = chunk.strip(_DULL)
            if (core.isalpha() and core.isascii()) or core.translate(_NO_DULL).isdecimal():
                continue
            if any(token[3] or token[0] < 0 for token in self._reader.read_chunk(core, 0)):
                return True
        return False

    def _has_literal(self, padded: str) -> bool:
        """Whether a pattern matches the plain words, or a word or a pair of words is misspelt, or a letter stands three times.

        Keys come first among the literals: one of them alone asks for a walk.
        """
        found = self._automaton.find_matches_as_indexes(padded, overlapping=True)
        if not found:
            return False
        words = padded.split()
        return max(found)[0] >= self._keys or self._phrases.has_match([*map(self._numbers.get, words, repeat(0))])


def _is_suspect(kinds: bytes) -> bool:
    """Whether a chunk may hold leet, glued, masked or edged words. Spelt out: this is asked of every text."""
    if b"a.a" in kinds or (b".." in kinds and _INNER_RUN.search(kinds)):
        return True
    if not kinds.translate(None, b"a. "):
        return False
    if b"0a" in kinds or b"a0" in kinds or b"a!" in kinds or b"*" in kinds or b"0.a" in kinds or b"a.0" in kinds:
        return True
    return b"@a" in kinds or b"a@" in kinds or b"!a" in kinds or ((b"@" in kinds or b"!" in kinds) and bool(_INNER_RUN.search(kinds)))


def _kind(sign: str) -> int:
    if sign in MARKS:
        return ord(sign) if sign in " !*" else ord("." if sign in _DULL else "@")
    return ord("0") if sign.isdigit() else ord("a")
