"""The words of a bundle, ready to be looked up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from heedful.detection.automaton import FIRST_WORD


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
    evasion = {words[place]: place + FIRST_WORD for place in _undelta(content["evasion"])}
    squeezed: dict[str, int] = {}
    by_shape: dict[str, list[str]] = {}
    joined = set(words[len(words) - content["joined"] :])
    for word, number in sorted(evasion.items()):
        squeezed.setdefault(squeeze(word), number)
        for key in shapes(word) if word not in joined else ():
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
