"""The words of a bundle, ready to be looked up."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from heedful.detection.automaton import FIRST_WORD
from heedful.detection.spelling import plain_slips

_RANK_BITS = 20
_HASH = (1 << 64) - 1 >> _RANK_BITS << _RANK_BITS


class Spelling:
    """Misspelling → number of its word: those written out, then the plain slips of `words`, never one of `real` or of the vocabulary.

    Slips are some 200,000; each is held as eight bytes, the top of its hash and the rank of its word, and what is found so is
    held against the word's own slips: the answer is that of a table in which the word listed first has a shared slip.
    """

    def __init__(self, written: Mapping[str, int], words: Sequence[str], real: frozenset[str], vocabulary: Mapping[str, int]) -> None:
        if len(words) >= 1 << _RANK_BITS:
            raise ValueError(f"{len(words):,} words with slips; fewer than {1 << _RANK_BITS:,} can be told apart")
        self._written, self._words, self._real, self._vocabulary = written, words, real, vocabulary
        marks = array("Q", (hash(slip) & _HASH | rank for rank, word in enumerate(words) for slip in plain_slips(word)))
        self._marks = array("Q", sorted(marks))

    def get(self, word: str) -> int | None:
        """The number of the word that is meant; None where none is."""
        number = self._written.get(word)
        return number if number is not None else self._slip(word)

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def slips(self, wanted: frozenset[int] | None = None) -> Iterator[str]:
        """Every misspelling of the wanted words by number, or of all; a shared one more than once, for another word too."""
        yield from (slip for slip, number in self._written.items() if wanted is None or number in wanted)
        real, vocabulary = self._real, self._vocabulary
        for word in self._words:
            if wanted is None or vocabulary[word] in wanted:
                yield from (slip for slip in plain_slips(word) if slip not in vocabulary and slip not in real)

    def _slip(self, word: str) -> int | None:
        marks, wanted = self._marks, hash(word) & _HASH
        place = bisect_left(marks, wanted)
        while place < len(marks) and marks[place] & _HASH == wanted:
            meant = self._words[marks[place] & ~_HASH]
            if word in plain_slips(meant) and word not in self._real and word not in self._vocabulary:
                return self._vocabulary[meant]
            place += 1
        return None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by number. `vocabulary` are read as they stand; the rest repairs what is not in it."""

    vocabulary: dict[str, int]
    evasion: dict[str, int]
    spelling: Spelling
    splits: dict[str, int]
    squeezed: dict[str, int]
    by_shape: dict[str, tuple[str, ...]]


def squeeze(word: str) -> str:
    """A word with every run of one letter made single: kill → kil."""
    return "".join(letter for i, letter in enumerate(word) if i == 0 or word[i - 1] != letter)


def shapes(word: str) -> tuple[str, ...]:
    """The keys under which a masked reading looks for a word: its length with its first letter, and with its last."""
    return f"{len(word)}{word[0]}_", f"{len(word)}_{word[-1]}"


def read_lexicon(content: dict[str, Any]) -> Lexicon:
    """The lexicon of a bundle's content."""
    words = content["vocabulary"].split(" ")
    vocabulary = {word: number for number, word in enumerate(words, FIRST_WORD)}
    serious = [words[place] for place in content["evasion"]]
    evasion = {word: vocabulary[word] for word in (*serious, *words[len(words) - content["joined"] :])}
    squeezed: dict[str, int] = {}
    by_shape: dict[str, list[str]] = {}
    for word, number in sorted(evasion.items()):
        squeezed.setdefault(squeeze(word), number)
    for word in serious:
        for key in shapes(word):
            by_shape.setdefault(key, []).append(word)
    slips = content["slips"]
    written = _named(content["spelling"], vocabulary)
    return Lexicon(
        vocabulary=vocabulary,
        evasion=evasion,
        spelling=Spelling(written, [words[place] for place in slips["of"]], frozenset(slips["but"].split(" ")), vocabulary),
        splits=_named(content["splits"], vocabulary),
        squeezed=squeezed,
        by_shape={key: tuple(found) for key, found in by_shape.items()},
    )


def _named(table: dict[str, str], vocabulary: dict[str, int]) -> dict[str, int]:
    """{word: "misspelt,misspelled"} turned round."""
    return {slip: vocabulary[word] for word, slips in table.items() for slip in slips.split(",")}
