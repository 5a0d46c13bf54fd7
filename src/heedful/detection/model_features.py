"""What the small model sees of a text: hashed features of its words. docs/detection.md, "The small model".

Words come from the folded view after repair, so that a disguise reads as what it hides. All arithmetic is on 32-bit
integers; the twin is extension/src/engine/model-features.ts, and a change here is a change there and a new model.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from heedful.detection.automaton import FIRST_WORD
from heedful.detection.repair import Reader, Token
from heedful.detection.text import NOTHING, Folder

MOST_CHARACTERS = 32  # of a word; what is behind is not looked at
_KNOWN_WORDS = 20_000  # words whose features are kept, about 200 bytes each

_ALL = 0xFFFFFFFF
_BASIS, _PRIME = 0x811C9DC5, 0x01000193
_WORD, _CHARACTERS, _SERIES, _SKIP, _REPAIRED = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1
_GRAMS = range(3, 6)
_EDGES = "<{}>"  # both fold to a mark, so that no word holds them


def _hash(text: str) -> int:
    """FNV-1a over code points, then mixed, so that hashes of words can be chained."""
    value = _BASIS
    for sign in text:
        value = (value ^ ord(sign)) * _PRIME & _ALL
    return _mixed(value)


def _mixed(value: int) -> int:
    """The last step of every hash: each bit of the value moves every bit of the answer."""
    value ^= value >> 16
    value = value * 0x85EBCA6B & _ALL
    value ^= value >> 13
    value = value * 0xC2B2AE35 & _ALL
    return value ^ (value >> 16)


def _alone(kind: int, number: int) -> int:
    """The feature of one word's hash."""
    return _mixed((kind ^ number) * _PRIME & _ALL)


START, END, BREAK = "\x01", "\x02", "\x03"  # before the first word, after the last, between lines; no word holds them
_START, _END = _hash(START), _hash(END)

Word = tuple[str, bool]  # folded and repaired, and whether it had to be repaired
LINE_BREAK: Word = (BREAK, False)


class Featuriser:
    """Features of texts, as one bundle folds and repairs them. Safe to share between threads."""

    def __init__(self, folder: Folder, reader: Reader) -> None:
        self._folder, self._reader = folder, reader
        self._vocabulary = list(reader.lexicon.vocabulary)
        self._known: dict[str, tuple[int, array[int]]] = {}

    def words(self, text: str) -> list[Word]:
        """The words of a text, in order. Linear; never raises because of the text."""
        view = self._folder.fold(text).view
        return self.words_of(self._reader.read(view), view)

    def words_of(self, tokens: Sequence[Token], view: str) -> list[Word]:
        """The words of tokens that were read from a view."""
        vocabulary = self._vocabulary
        return [
            (vocabulary[number - FIRST_WORD], True) if repaired else (view[start:end].replace(NOTHING, ""), False)
            for number, start, end, repaired in tokens
        ]

    def earlier(self, lines: Sequence[str], most: int) -> tuple[list[Word], bool]:
        """The last `most` words of earlier lines, a break after each, and whether the first of all is among them."""
        words = [word for line in lines for word in (*self.words(line), LINE_BREAK)]
        return words[-most:], len(words) <= most

    def features(self, words: Sequence[Word], *, starts: bool = True, ends: bool = True) -> set[int]:
        """The 32-bit hashes of what one window holds, each once; `starts` and `ends` say whether the text does so with it."""
        found: set[int] = set()
        hashes = [_START] if starts else []
        for text, repaired in words:
            number, units = self._units(text)
            found.update(units)
            hashes.append(number)
            if repaired:
                found.add(_alone(_REPAIRED, number))
        if ends:
            hashes.append(_END)
        for place in range(len(hashes) - 1):
            found.update(_series(hashes, place))
        return found

    def features_by_word(self, words: Sequence[Word], *, starts: bool, ends: bool) -> Iterator[set[int]]:
        """For each word of a window the features that it has a part in."""
        hashes = [*([_START] if starts else []), *(self._units(text)[0] for text, _ in words), *([_END] if ends else [])]
        series = [set(_series(hashes, place)) for place in range(len(hashes))]
        for place, (text, repaired) in enumerate(words, int(starts)):
            number, units = self._units(text)
            own = set(units)
            if repaired:
                own.add(_alone(_REPAIRED, number))
            for before in range(max(0, place - 2), place + 1):
                own |= series[before]
            yield own

    def _units(self, text: str) -> tuple[int, "array[int]"]:
        known = self._known.get(text)
        if known is None:
            known = _units(text)
            if len(self._known) >= _KNOWN_WORDS:
                self._known.clear()
            self._known[text] = known
        return known


def _units(text: str) -> tuple[int, "array[int]"]:
    """A word's hash, and its features without its neighbours: itself, and its character 3-, 4- and 5-grams."""
    text = text[:MOST_CHARACTERS]
    number = _hash(text)
    if text == BREAK:
        return number, array("I")
    units = [_alone(_WORD, number)]
    padded = [ord(sign) for sign in _EDGES.format(text)]
    for first in range(len(padded) - _GRAMS[0] + 1):
        value = _CHARACTERS
        for length, code in enumerate(padded[first : first + _GRAMS[-1]], 1):
            value = (value ^ code) * _PRIME & _ALL
            if length >= _GRAMS[0]:
                units.append(_mixed(value))
    return number, array("I", units)


def _series(hashes: Sequence[int], place: int) -> Iterator[int]:
    """The features that begin at a place: two words, three, and the first and third of three. START and END count as words."""
    if place + 1 >= len(hashes):
        return
    pair = ((_SERIES ^ hashes[place]) * _PRIME & _ALL ^ hashes[place + 1]) * _PRIME & _ALL
    yield _mixed(pair)
    if place + 2 < len(hashes):
        yield _mixed((pair ^ hashes[place + 2]) * _PRIME & _ALL)
        yield _mixed(((_SKIP ^ hashes[place]) * _PRIME & _ALL ^ hashes[place + 2]) * _PRIME & _ALL)


def windows(count: int, size: int) -> list[tuple[int, int]]:
    """The windows over so many words: half-open, each half over the one before; the last ends with the text."""
    half = size // 2
    last = max(0, -(-(count - size) // half))
    return [(place * half, min(count, place * half + size)) for place in range(last + 1)]


def windows_of(start: int, end: int, count: int, size: int) -> range:
    """Places of the windows that hold any of the words from `start` to `end`."""
    half = size // 2
    last = max(0, -(-(count - size) // half))
    return range(min(last, max(0, -(-(start - size + 1) // half))), min(last, (end - 1) // half) + 1)


@dataclass(frozen=True, slots=True)
class Batch:
    """Bucket numbers of many texts, as training wants them: of text i those from starts[i] to starts[i + 1], ascending.

    `array("I")` and `array("q")` have the buffer protocol: `numpy.frombuffer(batch.concern, "uint32")` copies nothing.
    """

    concern_starts: "array[int]"
    concern: "array[int]"
    theme_starts: "array[int]"
    themes: "array[int]"


def featurise(texts: Iterable[tuple[str, Sequence[str]]], featuriser: Featuriser, *, concern_bits: int, theme_bits: int, window: int) -> Batch:
    """The buckets of (text, earlier lines) pairs, of each its first window, earlier lines joined to it. About 0.1 ms a line."""
    batch = Batch(array("q", [0]), array("I"), array("q", [0]), array("I"))
    concern_mask, theme_mask = (1 << concern_bits) - 1, (1 << theme_bits) - 1
    for text, before in texts:
        earlier, starts = featuriser.earlier(before, window // 2)
        words = featuriser.words(text)
        shown = words[: window - len(earlier)]
        buckets = {value & concern_mask for value in featuriser.features([*earlier, *shown], starts=starts, ends=len(shown) == len(words))}
        batch.concern.extend(sorted(buckets))
        batch.themes.extend(sorted({bucket & theme_mask for bucket in buckets}))
        batch.concern_starts.append(len(batch.concern))
        batch.theme_starts.append(len(batch.themes))
    return batch
