"""The server's sieve: says in microseconds that a text holds nothing, so that the exact way is walked for few.

It may be wrong in one direction only. When it is silent no word of the text is repaired and no pattern matches;
a property test holds it to that.
"""

import re
from collections.abc import Iterable
from itertools import repeat
from typing import Any

import ahocorasick_rs

from heedful.detection.automaton import Walker
from heedful.detection.lexicon import Lexicon
from heedful.detection.repair import Reader
from heedful.detection.strewn import kept_places
from heedful.detection.text import MARKS, FoldMap

Keys = dict[str, Any]  # see compiler.compile_sieve

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TRIPLES = tuple(letter * 3 for letter in _LETTERS)
_WORDS_OF_PROSE = frozenset("ai")  # letters that English writes alone
_DULL = b",.-"
_APART = bytes.maketrans(_DULL, b"   ")
_AS_LETTERS = bytes.maketrans(b"i013457892", b"loleastbgz")  # one letter for all that may be read alike
_MASKED = bytes.maketrans(b"i-", b"l*")
_THREE_ALIKE = re.compile(rb"([a-z])\1\1")
_SPACE = ord(" ")
_LOOKED_THROUGH = 400  # characters beside a key; where they are too few for its reach its company counts as met


class Sieve:
    """Made once for a bundle; safe to share between threads."""

    def __init__(self, keys: Keys, fold: dict[str, object], emoji: str, reader: Reader, phrases: Walker) -> None:
        self._reader, self._phrases = reader, phrases
        self._numbers = reader.lexicon.vocabulary
        self._misspelt = reader.lexicon.spelling.keys()  # too many for the automaton, and one look a word is quick
        self._longest = int(keys["longest"])
        self._set_literals(keys)
        self._readings = _readings(reader.lexicon)
        view = FoldMap(fold, emoji, nothing="")
        self._view = view
        self._emoji = frozenset(emoji)
        self._spaced = {ord(mark): " " for mark in MARKS} | {ord(sign): f" {sign} " for sign in emoji}
        self._ascii_view = bytes(ord(view[point] or " ") for point in range(128)) + bytes(range(128, 256))
        self._ascii_nothing = bytes(point for point in range(128) if view[point] == "")
        self._single = bytes(97 if chr(point).isalnum() else point for point in range(256))

    def may_hit(self, text: str) -> bool:
        """False when nothing can be found in the text. Linear."""
        if text.isascii():
            return self._may_hit_ascii(text.encode().translate(self._ascii_view, self._ascii_nothing))
        view = text.translate(self._view)
        return self._may_hit_ascii(view.encode()) if view.isascii() else self._may_hit_any(view)

    def folded(self, text: str) -> str:
        """The text's plain words with one space before, between and after: what the literals are looked for in."""
        return f" {' '.join(text.translate(self._view).translate(self._spaced).split())} "

    def _set_literals(self, keys: Keys) -> None:
        """The literals in four ranges: keys with company, letters alone, keys that ask for a walk, and what is repaired."""
        company = [(bool(is_after), int(reach), frozenset(words)) for is_after, reach, words in keys["company"]]
        apart = [key for key, places in keys["keys"].items() if places]
        alone = [key for key, places in keys["keys"].items() if not places]
        lexicon = self._reader.lexicon
        letters = [sign for sign in f"{_LETTERS}0123456789" if sign not in _WORDS_OF_PROSE]
        letters += [" ".join(word) for word in lexicon.vocabulary if len(word) > 2 and _WORDS_OF_PROSE.issuperset(word)]
        self._company = [tuple(company[place] for place in keys["keys"][key]) for key in apart]
        self._letters_end = len(apart) + len(letters)
        self._keys_end = self._letters_end + len(alone)
        self.patterns = (*(f" {word} " for word in (*apart, *letters, *alone, *lexicon.splits)), *_TRIPLES)
        self._automaton = ahocorasick_rs.AhoCorasick(self.patterns)

    def _may_hit_ascii(self, view: bytes) -> bool:
        kinds = view.translate(_KINDS)
        odd = kinds.translate(None, b"a. ")
        words: bytes | bytearray | None
        if not odd:
            words = self._cut_at_inner_marks(view, kinds)
        elif not odd.isdigit():
            padded = b" %b " % kinds
            words = None if b" @ " in padded or b" ! " in padded or self._has_disguise(view.split()) else view.translate(_WORDS_ONLY)
        else:
            words = None if self._has_mixed(view, kinds) else self._cut_at_inner_marks(view, kinds.translate(_DIGITS_AS_LETTERS))
        if words is None:
            return True
        plain = f" {words.translate(None, _DULL).decode()} "
        return self._has_literal(plain if "  " not in plain else f" {' '.join(plain.split())} ")

    def _may_hit_any(self, view: str) -> bool:
        words = view.translate(self._spaced).split()
        if any(len(a) == len(b) == len(c) == 1 for a, b, c in zip(words, words[1:], words[2:], strict=False)):
            return True
        chunks = (chunk.encode("utf-8", "surrogatepass") for chunk, _ in self._reader.chunks(view))
        if self._has_disguise(chunks) or self._has_literal(f" {' '.join(words)} "):
            return True
        if self._emoji.isdisjoint(words):
            return False
        return self._has_literal(f" {' '.join(words[place] for place in kept_places(words, self._emoji))} ")

    def _cut_at_inner_marks(self, view: bytes, kinds: bytes) -> bytes | bytearray | None:
        """The view with spaces for the dull marks within chunks; None when such a chunk is repaired.

        For a view without other signs. All other marks stand at the edges of chunks: dropping them leaves the words.
        """
        cut: bytearray | None = None
        place = kinds.find(b".a")
        while place >= 0:
            if place and kinds[place - 1] != _SPACE:
                start, end = _chunk_at(view, place)
                core = view[start:end].strip(_DULL)
                bare = core.translate(None, _DULL)
                if len(bare) < len(core):
                    if not bare.isdigit() and self._may_be_read(core, bare) and self._is_repaired(core):
                        return None
                    cut = bytearray(view) if cut is None else cut
                    start = view.find(core, start)
                    cut[start : start + len(core)] = core.translate(_APART)
                place = end
            place = kinds.find(b".a", place + 1)
        return view if cut is None else cut

    def _has_mixed(self, view: bytes, kinds: bytes) -> bool:
        """Whether a chunk in which a digit stands beside a letter is repaired."""
        for sign in (b"a0", b"0a"):
            place = kinds.find(sign)
            while place >= 0:
                start, end = _chunk_at(view, place)
                if self._is_repaired(view[start:end].strip(_DULL)):
                    return True
                place = kinds.find(sign, end)
        return False

    def _has_disguise(self, chunks: Iterable[bytes]) -> bool:
        """Whether a chunk is repaired as it stands; what only its neighbours repair is looked for elsewhere."""
        return any(not chunk.isalpha() and self._is_repaired(chunk.strip(_DULL)) for chunk in chunks)

    def _is_repaired(self, core: bytes) -> bool:
        """Whether one chunk without dull marks at its edges is repaired. Words that the literals tell of are not looked at."""
        bare = core.translate(None, _DULL)
        if not bare or core.isalpha() or bare.isdigit() or (bare.isalnum() and not self._may_be_read(core, bare)):
            return False
        return any(token[3] or token[0] < 0 for token in self._reader.read_chunk(core.decode("utf-8", "surrogatepass"), 0))

    def _may_be_read(self, core: bytes, bare: bytes) -> bool:
        """Whether letters and digits, dull marks between them, may be one word, or one of them with a digit be a word."""
        readings = self._readings
        joined = bare.translate(_AS_LETTERS)
        if joined in readings or _THREE_ALIKE.search(joined) or (b"-" in core and core.translate(_MASKED, b",.") in readings):
            return True
        is_cut = b"," in core or b".." in core  # each piece is read as a chunk then
        if not is_cut and bare.isalpha():
            return False
        words = core.translate(_APART).split()
        mixed = (word for word in words if not word.isalpha() and not word.isdigit())
        return (is_cut and len(words) > 2) or any(word.translate(_AS_LETTERS) in readings for word in mixed)

    def _has_literal(self, padded: str) -> bool:
        """Whether a pattern matches the plain words, or a word or a pair of words is misspelt, or a letter stands three times."""
        if not self._misspelt.isdisjoint(padded.split()):
            return True
        found = self._automaton.find_matches_as_indexes(padded, overlapping=True)
        if not found:
            return False
        company, apart, letters_end, keys_end = self._company, len(self._company), self._letters_end, self._keys_end
        asking: list[int] = []  # where a key begins that asks for a walk
        has_letter = False
        for literal, start, end in found:
            if literal < apart:
                if _is_met(company[literal], padded, start, end):
                    asking.append(start)
            elif literal >= keys_end:
                return True
            elif literal >= letters_end:
                asking.append(start)
            else:
                has_letter = True
        if has_letter and b" a a a " in padded.encode("utf-8", "surrogatepass").translate(self._single):
            return True
        return bool(asking) and self._has_match(padded, asking)

    def _has_match(self, padded: str, asking: list[int]) -> bool:
        """Whether a pattern matches round one of these keys: it begins at most as far before it as the longest is long."""
        starts: set[int] = set()
        token = last = 0
        for place in asking:  # nearly ascending, so that what is counted stays linear in the text
            token += padded.count(" ", last, place) if place >= last else -padded.count(" ", place, last)
            last = place
            starts.update(range(max(0, token - self._longest + 1), token + 1))
        return bool(self._phrases.spans([*map(self._numbers.get, padded.split(), repeat(0))], sorted(starts)))


def _is_met(company: tuple[tuple[bool, int, frozenset[str]], ...], padded: str, start: int, end: int) -> bool:
    """Whether any company stands near the key at [start, end), a space at either end counted in."""
    for is_after, reach, words in company:
        if is_after:
            beside = padded[end : end + _LOOKED_THROUGH].split(" ", reach)
        else:
            beside = padded[start - _LOOKED_THROUGH if start > _LOOKED_THROUGH else 0 : start].rsplit(" ", reach)
        if not words.isdisjoint(beside) or (len(beside) <= reach and (len(padded) - end if is_after else start) > _LOOKED_THROUGH):
            return True
    return False


def _readings(lexicon: Lexicon) -> frozenset[bytes]:
    """The words that a chunk may be read as, alike letters as one, also with `*` for one hyphen's letter."""
    words = (*lexicon.vocabulary, *lexicon.spelling)
    hidden = {word for found in lexicon.by_shape.values() for word in found}
    masked = (f"{word[:place]}*{word[place + 1 :]}" for word in hidden for place in range(1, len(word) - 1))
    return frozenset(word.encode().translate(_AS_LETTERS) for word in (*words, *masked) if word.isascii())


def _chunk_at(view: bytes, place: int) -> tuple[int, int]:
    """Start and end of the chunk round a place."""
    end = view.find(b" ", place)
    return view.rfind(b" ", 0, place) + 1, end if end >= 0 else len(view)


def _kind(sign: str) -> int:
    if sign in MARKS:
        return ord(sign) if sign in " !*" else ord("." if sign in ",.-" else "@")
    return ord("0") if sign.isdigit() else ord("a")


_KINDS = bytes(_kind(chr(point)) for point in range(256))
_DIGITS_AS_LETTERS = bytes.maketrans(b"0", b"a")
_WORDS_ONLY = bytes(_SPACE if chr(point) in MARKS else point for point in range(256))
