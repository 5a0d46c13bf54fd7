"""One slip of the finger away from a serious word, and never another real word. Build time only."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "ol",
    "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum", "k": "jlim", "l": "kop",
    "z": "asx", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vgn", "n": "bhm", "m": "njk",
}  # fmt: skip
_VOWELS = "aeiou"
# Names, and a feast, that are another word backwards and that no spelling dictionary knows.
_NAMES_BACKWARDS = frozenset(("eid", "ikap", "nevaeh", "semaj", "legna", "ecaep", "namuh", "nivek", "airam", "adnama"))


@cache
def real_words() -> frozenset[str]:
    """English as the spelling dictionary knows it, lower case, apostrophes dropped: about 160,000 words."""
    from spellchecker import SpellChecker

    return frozenset(word.replace("'", "") for word in SpellChecker(distance=1).word_frequency.dictionary) | _NAMES_BACKWARDS


@cache
def word_frequencies() -> dict[str, int]:
    """How often each English word stands in a large corpus; for choosing what is rare."""
    from spellchecker import SpellChecker

    return dict(SpellChecker(distance=1).word_frequency.dictionary)


def slips(word: str) -> Iterator[str]:
    """Each word one edit away: a letter dropped, doubled, swapped, or struck as its neighbour or another vowel.

    Words of four letters or fewer give only swaps and doublings: other edits of a short word say too little.
    """
    for i in range(1, len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    for i, letter in enumerate(word):
        if i == 0 or word[i - 1] != letter:
            yield word[: i + 1] + word[i:]
    if len(word) < 5:
        return
    yield word[1] + word[0] + word[2:]
    for i in range(0 if len(word) > 5 else 1, len(word)):
        yield word[:i] + word[i + 1 :]
        others = NEIGHBOURS.get(word[i], "") + (_VOWELS if word[i] in _VOWELS else "")
        for other in others:
            yield word[:i] + other + word[i + 1 :]


def plain_slips(word: str) -> Iterator[str]:
    """The commonest slips, and the word backwards: letters swapped or one doubled, from four letters on one struck beside its key, from five on one dropped inside.

    Devices make these themselves from the bundle's `slips`: extension/src/engine/lexicon.ts is the twin.
    """
    yield word[::-1]
    for i in range(1, len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    for i in range(1, len(word)):
        if word[i - 1] != word[i]:
            yield word[: i + 1] + word[i:]
    for i in range(1, len(word) - 1) if len(word) >= 4 else ():
        if len(word) >= 5:
            yield word[:i] + word[i + 1 :]
        for neighbour in NEIGHBOURS.get(word[i], ""):
            yield word[:i] + neighbour + word[i + 1 :]


def spelling_table(fuzzy: Iterable[str], written: Mapping[str, Iterable[str]], taken: frozenset[str] | set[str]) -> dict[str, str]:
    """Misspelling → word. `written` ones always count; made ones only where no real or `taken` word is.

    Of two words that share a slip the one listed first has it.
    """
    table: dict[str, str] = {}
    for word, wrong in written.items():
        table |= {slip: word for slip in wrong if slip not in taken}
    for word in fuzzy:
        for slip in slips(word):
            if slip != word and slip not in taken and slip not in real_words():
                table.setdefault(slip, word)
    return table
