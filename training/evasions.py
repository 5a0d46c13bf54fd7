"""How pupils write so as not to be read: each way as a function of a text and a source of chance."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

LEET = {"a": "4@", "e": "3€", "i": "1!|", "o": "0", "s": "5$", "t": "7+", "b": "8", "g": "9", "l": "1|"}
HOMOGLYPHS = {
    "a": "аɑａ", "c": "сｃ", "e": "еｅ", "i": "іｉ", "k": "кｋ", "l": "ⅼｌ", "m": "ｍ", "n": "ｎ", "o": "оοｏ", "p": "рｐ",
    "s": "ѕｓ", "u": "υｕ", "x": "хｘ", "y": "уｙ", "d": "ԁｄ", "h": "һｈ", "j": "јｊ", "w": "ｗ", "r": "ｒ", "t": "ｔ", "v": "ⅴｖ",
}  # fmt: skip
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
EMOJI = "😂🔥💀😭✨🙃👀"
NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k",
    "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z]{3,}")
Way = Callable[[str, random.Random], str]


def leet(text: str, chance: random.Random) -> str:
    """Some letters of each word as digits and signs."""
    return _words(text, lambda word: _some(word, lambda c: chance.choice(LEET[c]) if c in LEET else c, chance, 0.6), chance, 0.7)


def homoglyphs(text: str, chance: random.Random) -> str:
    """Letters of other scripts that look alike."""
    return _words(text, lambda word: _some(word, lambda c: chance.choice(HOMOGLYPHS[c]) if c in HOMOGLYPHS else c, chance, 0.5), chance, 0.8)


def zero_width(text: str, chance: random.Random) -> str:
    """Invisible signs within words."""
    return _words(text, lambda word: _cut(word, chance.choice(ZERO_WIDTH), chance), chance, 0.8)


def stretched(text: str, chance: random.Random) -> str:
    """One letter of a word written many times."""
    def stretch(word: str) -> str:
        place = chance.randrange(len(word))
        return word[:place] + word[place] * chance.randint(3, 6) + word[place + 1 :]

    return _words(text, stretch, chance, 0.4)


def spaced(text: str, chance: random.Random) -> str:
    """Words letter by letter."""
    return _words(text, " ".join, chance, 0.4)


def dotted(text: str, chance: random.Random) -> str:
    """Dots, hyphens or underscores within words."""
    return _words(text, lambda word: chance.choice(".-_").join(word), chance, 0.5)


def emoji(text: str, chance: random.Random) -> str:
    """Emoji between the words."""
    return " ".join(word + (f" {chance.choice(EMOJI)}" if chance.random() < 0.4 else "") for word in text.split(" "))


def reversed_words(text: str, chance: random.Random) -> str:
    """Words written backwards."""
    return _words(text, lambda word: word[::-1], chance, 0.35)


def misspelt(text: str, chance: random.Random) -> str:
    """One slip in a word: a letter swapped, doubled, dropped or its neighbour hit."""
    def slip(word: str) -> str:
        place = chance.randrange(1, len(word) - 1)
        kind = chance.randrange(4)
        if kind == 0:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        if kind == 1:
            return word[:place] + word[place] + word[place:]
        if kind == 2 and len(word) > 4:
            return word[:place] + word[place + 1 :]
        return word[:place] + chance.choice(NEIGHBOURS.get(word[place].lower(), word[place])) + word[place + 1 :]

    return _words(text, slip, chance, 0.45)


WAYS: dict[str, Way] = {
    "leet": leet, "homoglyphs": homoglyphs, "zero-width": zero_width, "stretched": stretched, "spaced": spaced, "dotted": dotted,
    "emoji": emoji, "reversed": reversed_words, "misspelt": misspelt,
}  # fmt: skip


def disguised(text: str, chance: random.Random) -> str:
    """A text in one way, seldom in two."""
    ways = chance.sample(sorted(WAYS), 2 if chance.random() < 0.2 else 1)
    for way in ways:
        text = WAYS[way](text, chance)
    return text


def _words(text: str, change: Callable[[str], str], chance: random.Random, share: float) -> str:
    return _WORD.sub(lambda m: change(m.group()) if chance.random() < share else m.group(), text)


def _some(word: str, change: Callable[[str], str], chance: random.Random, share: float) -> str:
    return "".join(change(letter.lower()) if chance.random() < share and change(letter.lower()) != letter.lower() else letter for letter in word)


def _cut(word: str, sign: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + sign + word[place:]
