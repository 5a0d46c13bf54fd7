"""One slip of the finger away from a serious word, and never another real word. Build time only."""

from collections.abc import Callable, Iterator, Mapping, Set
from functools import cache
from itertools import chain

NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "ol",
    "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum", "k": "jlim", "l": "kop",
    "z": "asx", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vgn", "n": "bhm", "m": "njk",
}  # fmt: skip
_VOWELS = "aeiou"
_SERIOUS, _FUZZY = 5, 20  # times as often as they are written
_LEAST_OFTEN = 100
_SELDOM = 50  # the dictionary counts so much of words that it has hardly met
_RIVAL = 10
# Names, and a feast, that are another word backwards and that no spelling dictionary knows.
_NAMES_BACKWARDS = frozenset(("eid", "ikap", "nevaeh", "semaj", "legna", "ecaep", "namuh", "nivek", "airam", "adnama"))


@cache
def real_words() -> frozenset[str]:
    """English as the spelling dictionary knows it, lower case, apostrophes dropped: about 160,000 words."""
    from spellchecker import SpellChecker

    return frozenset(word.replace("'", "") for word in SpellChecker(distance=1).word_frequency.dictionary) | _NAMES_BACKWARDS


@cache
def common_words() -> frozenset[str]:
    """The real words, without those that hardly anybody writes."""
    frequencies = word_frequencies()
    return frozenset(word for word in real_words() if frequencies.get(word, _SELDOM + 1) > _SELDOM)


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
    """The commonest slips, and the word backwards: letters swapped, one doubled or one struck beside its key, from five letters on one dropped inside.

    Devices make these themselves from the bundle's `slips`: extension/src/engine/lexicon.ts is the twin.
    """
    yield word[::-1]
    for i in range(1, len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    for i in range(1, len(word)):
        if word[i - 1] != word[i]:
            yield word[: i + 1] + word[i:]
    for i in range(1, len(word) - 1):
        if len(word) >= 5:
            yield word[:i] + word[i + 1 :]
        for neighbour in NEIGHBOURS.get(word[i], ""):
            yield word[:i] + neighbour + word[i + 1 :]


def word_weight(word: str, *, is_serious: bool, is_fuzzy: bool) -> int:
    """How likely a slip is of this word rather than of another: by how often it is written, serious words counted more."""
    return max(_LEAST_OFTEN, word_frequencies().get(word, 0)) * (_SERIOUS if is_serious else 1) * (_FUZZY if is_fuzzy else 1)


def meant_words(weights: Mapping[str, int], plain: Set[str], fuzzy: Set[str], taken: Callable[[str], bool]) -> dict[str, str]:
    """Slip → the word that it most likely stands for: `plain` words' plain slips, `fuzzy` words' every slip, none that is `taken`.

    Of words that share a slip the heavier has it, a struck neighbour and a word backwards counting less; the first of equals.
    """
    best: dict[str, tuple[int, str]] = {}
    for word, weight in weights.items():
        for slip in chain(plain_slips(word) if word in plain else (), slips(word) if word in fuzzy else ()):
            likely = weight * _likely(word, slip)
            if slip != word and likely > best.get(slip, (0, ""))[0] and not taken(slip):
                best[slip] = likely, word
    return {slip: word for slip, (_, word) in best.items()}


def likely_words(weights: Mapping[str, int], slips: frozenset[str] | set[str]) -> dict[str, list[str]]:
    """Word → those of the slips that may well stand for it: not ten times as likely for another word. In alphabetical order."""
    claims: dict[str, dict[str, int]] = {}
    for word, weight in weights.items():
        for slip in slips.intersection(plain_slips(word)):
            claims.setdefault(slip, {})[word] = weight * _likely(word, slip)
    found: dict[str, list[str]] = {}
    for slip, likely in sorted(claims.items()):
        for word in (word for word, claim in likely.items() if claim * _RIVAL >= max(likely.values())):
            found.setdefault(word, []).append(slip)
    return found


def _likely(word: str, slip: str) -> int:
    """In tenths."""
    if slip == word[::-1]:
        return 5
    return 10 if len(slip) != len(word) or sorted(slip) == sorted(word) else 3
