"""The server's sieve: says in microseconds that a text holds nothing, so that the exact way is walked for few.

It may be wrong in one direction only. When it is silent no phrase matches, however the text is repaired: a property test
holds it to that. Words that are only misspelt are read as what they mean; any other repair makes it say "maybe".
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any

import ahocorasick_rs

from heedful.detection.automaton import FIRST_WORD, Walker
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
_OTHERS = re.compile(r"[^\x00-\x7f]+")
_SPACE = ord(" ")
_LONG_WORD, _USUAL_WORD = 24, 12  # bytes beside a key for one word, and for each more; where they are too few its company counts as met
_BITS = 24

Company = tuple[bool, int, int, frozenset[bytes]]  # after the key or before, within so many words, looked for in so many bytes, which


class Sieve:
    """Made once for a bundle; safe to share between threads."""

    def __init__(self, keys: Keys, fold: dict[str, object], emoji: str, reader: Reader, phrases: Walker) -> None:
        self._reader, self._phrases = reader, phrases
        self._numbers, self._spelling = reader.lexicon.vocabulary, reader.lexicon.spelling
        self._words = list(self._numbers)
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
        if not text.isascii():
            text = _OTHERS.sub(self._folded_other, text)
            if not text.isascii():
                return self._may_hit_any(text.translate(self._view))
        return self._may_hit_ascii(text.encode().translate(self._ascii_view, self._ascii_nothing))

    def folded(self, text: str) -> str:
        """The text's plain words with one space before, between and after: what the literals are looked for in."""
        return f" {' '.join(text.translate(self._view).translate(self._spaced).split())} "

    def _folded_other(self, found: "re.Match[str]") -> str:
        """Signs beyond ASCII folded: most become ASCII, and what is folded folds to itself."""
        signs = found.group()
        return self._view[ord(signs)] if len(signs) == 1 else signs.translate(self._view)

    def _set_literals(self, keys: Keys) -> None:
        company = [(bool(is_after), reach, frozenset(words.encode().split(b" "))) for is_after, reach, words in keys["company"]]
        groups = [(_joined([company[place] for place in places]), text.count("\n") + 1) for places, text in keys["apart"]]
        self._company = [beside for beside, count in groups for _ in range(count)]
        ends: list[int] = []

        def every() -> Iterator[bytes]:
            count = 0
            for group in _literals(keys, self._reader.lexicon, self._phrases):
                for literal in group:
                    yield literal.encode()
                    count += 1
                ends.append(count)

        self._automaton = ahocorasick_rs.BytesAhoCorasick(every())
        self._letters_end, self._alone_end, self._slips_end = ends[1:4]

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
        plain = b" " + words.translate(None, _DULL) + b" "
        while b"  " in plain:
            plain = plain.replace(b"  ", b" ")
        return self._has_literal(plain)

    def _may_hit_any(self, view: str) -> bool:
        words = view.translate(self._spaced).split()
        if any(len(a) == len(b) == len(c) == 1 for a, b, c in zip(words, words[1:], words[2:], strict=False)):
            return True
        chunks = (chunk.encode("utf-8", "surrogatepass") for chunk, _ in self._reader.chunks(view))
        if self._has_disguise(chunks) or self._has_literal(_padded(words)):
            return True
        if self._emoji.isdisjoint(words):
            return False
        return self._has_literal(_padded(words[place] for place in kept_places(words, self._emoji)))

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
        cores = (chunk.strip(_DULL) for chunk in chunks if not chunk.isalpha())
        return any(self._is_repaired(core) for core in cores if not core.isalpha())

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

    def _has_literal(self, padded: bytes, *, is_spelled: bool = False) -> bool:
        """Whether a pattern matches the plain words, or a pair of words is misspelt, or a letter stands three times."""
        found = self._automaton.find_matches_as_indexes(padded, overlapping=True)
        if not found:
            return False
        company, apart, letters_end = self._company, len(self._company), self._letters_end
        asking: list[int] = []  # where a key begins that asks for a walk
        has_slip = has_letters = False
        for literal, start, end in found:
            if literal < apart:
                for is_after, reach, looked, words in company[literal]:
                    if is_after:
                        beside = padded[end : end + looked].split(b" ", reach)
                        is_cut = len(beside) <= reach and len(padded) - end > looked
                    else:
                        beside = padded[start - looked if start > looked else 0 : start].rsplit(b" ", reach)
                        is_cut = len(beside) <= reach and start > looked
                    if is_cut or not words.isdisjoint(beside):
                        asking.append(start)
                        break
            elif literal < letters_end:
                has_letters = has_letters or end - start > 3 or padded[end + 1 : end + 2] == b" " or padded[start - 2 : start - 1] == b" "
            elif literal < self._alone_end:
                asking.append(start)
            elif literal < self._slips_end:
                has_slip = True
            else:
                return True
        if has_letters and b" a a a " in padded.translate(self._single):
            return True
        if has_slip and not is_spelled:
            return self._has_literal(self._spelled(padded), is_spelled=True)
        return bool(asking) and self._has_match(padded, asking)

    def _spelled(self, padded: bytes) -> bytes:
        """The plain words with misspelt ones as what they mean."""
        numbers, spelling, words = self._numbers, self._spelling, self._words
        meant = ((word, None if word in numbers else spelling.get(word)) for word in padded.decode("utf-8", "surrogatepass").split())
        return _padded(word if number is None else words[number - FIRST_WORD] for word, number in meant)

    def _has_match(self, padded: bytes, asking: list[int]) -> bool:
        """Whether a pattern matches round one of these keys: it begins at most as far before it as the longest is long."""
        starts: set[int] = set()
        token = last = 0
        for place in asking:  # nearly ascending, so that what is counted stays linear in the text
            token += padded.count(b" ", last, place) if place >= last else -padded.count(b" ", place, last)
            last = place
            starts.update(range(max(0, token - self._longest + 1), token + 1))
        words = padded.decode("utf-8", "surrogatepass").split()
        return self._phrases.has_match([*map(self._numbers.get, words, repeat(0))], sorted(starts))


class _Known:
    """Words of which one that was added is always found and of others a few in a hundred: two megabytes, whatever they are."""

    def __init__(self, words: Iterable[bytes]) -> None:
        self._bits = bits = bytearray(1 << _BITS - 3)
        for word in words:
            place = hash(word) & (1 << _BITS) - 1
            bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, word: bytes) -> bool:
        place = hash(word) & (1 << _BITS) - 1
        return bool(self._bits[place >> 3] >> (place & 7) & 1)


def literals(keys: Keys, lexicon: Lexicon, phrases: Walker) -> list[str]:
    """What the sieve's automaton looks for in the plain words, in its order."""
    return list(chain.from_iterable(_literals(keys, lexicon, phrases)))


def _literals(keys: Keys, lexicon: Lexicon, phrases: Walker) -> Iterator[Iterable[str]]:
    """Keys with company, letters alone, keys that ask for a walk, slips of the phrases' words, and what is enough by itself."""
    letters = [sign for sign in f"{_LETTERS}0123456789" if sign not in _WORDS_OF_PROSE]
    letters += [" ".join(word) for word in lexicon.vocabulary if len(word) > 2 and _WORDS_OF_PROSE.issuperset(word)]
    yield (f" {key} " for _, text in keys["apart"] for key in text.split("\n"))
    yield (f" {letter} " for letter in letters)
    yield (f" {key} " for key in keys["alone"].split("\n") if key)
    yield (f" {slip} " for slip in lexicon.spelling.slips(phrases.words()))
    yield (*(f" {key} " for key in (*keys["whole"].split("\n"), *lexicon.splits) if key), *_TRIPLES)


def _joined(companies: Sequence[tuple[bool, int, frozenset[bytes]]]) -> tuple[Company, ...]:
    """At most one company on each side, which is met where any of these is; a walk tells the rest."""
    joined = []
    for side in (False, True):
        there = [(reach, words) for is_after, reach, words in companies if is_after == side]
        if there:
            reach = max(reach for reach, _ in there)
            joined.append((side, reach, _LONG_WORD + _USUAL_WORD * reach, frozenset().union(*(words for _, words in there))))
    return tuple(joined)


def _padded(words: Iterable[str]) -> bytes:
    return f" {' '.join(words)} ".encode("utf-8", "surrogatepass")


def _readings(lexicon: Lexicon) -> _Known:
    """The words that a chunk may be read as, alike letters as one, also with `*` for one hyphen's letter."""
    hidden = {word for found in lexicon.by_shape.values() for word in found}
    masked = (f"{word[:place]}*{word[place + 1 :]}" for word in hidden for place in range(1, len(word) - 1))
    words = chain(lexicon.vocabulary, lexicon.spelling.slips(), masked)
    return _Known(word.encode().translate(_AS_LETTERS) for word in words if word.isascii())


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
