"""The words of a bundle, ready to be looked up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from heedful.detection.automaton import FIRST_WORD
from heedful.detection.spelling import plain_slips


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by number. `vocabulary` are read as they stand; the rest repairs what is not in it."""

    vocabulary: dict[str, int]
    evasion: dict[str, int]
    spelling: dict[str, int]
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
    spelling = _named(content["spelling"], vocabulary)
    _add_slips(spelling, [words[place] for place in content["slips"]["of"]], content["slips"]["but"], vocabulary)
    return Lexicon(
        vocabulary=vocabulary,
        evasion=evasion,
        spelling=spelling,
        splits=_named(content["splits"], vocabulary),
        squeezed=squeezed,
        by_shape={key: tuple(found) for key, found in by_shape.items()},
    )


def _named(table: dict[str, str], vocabulary: dict[str, int]) -> dict[str, int]:
    """{word: "misspelt,misspelled"} turned round."""
    return {slip: vocabulary[word] for word, slips in table.items() for slip in slips.split(",")}


def _add_slips(spelling: dict[str, int], words: Sequence[str], but: str, vocabulary: dict[str, int]) -> None:
    """Read the plain slips of words as the words, unless they are words themselves; the word listed first has a shared one."""
    real = set(but.split(" "))
    for word in words:
        for slip in plain_slips(word):
            if slip not in vocabulary and slip not in real:
                spelling.setdefault(slip, vocabulary[word])
