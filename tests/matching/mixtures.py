"""Texts mixed at random from the library's own examples, disguises and odd signs; the same seed gives the same texts."""

from collections.abc import Callable
from random import Random

_LEET = str.maketrans("oieastbgl", "013457891")
_SIGNS = str.maketrans("iaste", "!@$+€")
_LOOKALIKES = str.maketrans("aeoipcyxskm", "аеоірсухѕкм")
_WIDE = {point: point + 0xFEE0 for point in range(0x21, 0x7F)}
_SCRIPT = {ord("a") + i: 0x1D4EA + i for i in range(26)}
_ODD = "\x00\t\n\r\u00a0\u00ad\u200b\u200d\u2028\u3000\ufe0f\ufeff\ud800\udfff½ﬁﬃǅßİıſ™²①𝟙🇬🇧👍🏽❤️🔪😂💀🏳️‍🌈한글हिन्दीงู漢字אבגעربيﷺ‘’“”…–—·•¡¿°€£@$!|+*#_~^=/\\.,;:()[]{}<>'\"`´"
_FILLERS = ["the", "and then", "homework", "lol", "😂", "tomorrow", "at school", "minecraft", "n", "b", "1000", "4", "u", "www.example.org/a-b", "it's", "well-known", "…", "!!!", "x"]


def _between(sign: str) -> Callable[[Random, str], str]:
    return lambda random, word: sign.join(word)


def _stretched(random: Random, word: str) -> str:
    place = random.randrange(len(word))
    return word[:place] + word[place] * random.randint(2, 6) + word[place:]


def _masked(random: Random, word: str) -> str:
    return "".join(random.choice("*#-_") if 0 < i < len(word) - 1 and random.random() < 0.4 else c for i, c in enumerate(word))


def _slipped(random: Random, word: str) -> str:
    place = random.randrange(len(word))
    return random.choice([word[:place] + word[place + 1 :], word[:place] + random.choice("aeiouxk") + word[place + 1 :], word[place:] + word[:place]])


def _cut(random: Random, word: str) -> str:
    place = random.randrange(len(word))
    return word[:place] + random.choice(["-", " ", ".", "\u200b", "_", "/", "\u00ad", "'", ",", "..", "😂"]) + word[place:]


def _translated(table: dict[int, int]) -> Callable[[Random, str], str]:
    return lambda random, word: "".join(c.translate(table) if random.random() < 0.7 else c for c in word)


DISGUISES: tuple[Callable[[Random, str], str], ...] = (
    lambda random, word: word,
    lambda random, word: word.upper(),
    *map(_translated, (_LEET, _SIGNS, _LOOKALIKES, _WIDE, _SCRIPT)),
    *map(_between, (" ", ".", "-", "\u200b", "\u0301", " . ", "\n", "'", "🔪", " 🔪 ", "😂")),
    _stretched, _masked, _slipped, _cut,
    lambda random, word: random.choice("$@!*('\"") + word + random.choice("$@!*)'\"?"),
)  # fmt: skip


def mixture(random: Random, examples: list[str]) -> str:
    """One text: some examples with some words disguised, fillers between, odd signs strewn in."""
    words: list[str] = []
    for _ in range(random.randint(1, 3)):
        words += random.choice(examples).split()
        words += random.choices(_FILLERS, k=random.randint(0, 4))
    rate = random.choice((0.0, 0.15, 0.5, 1.0))
    for place, word in enumerate(words):
        for _ in range(2 if random.random() < 0.1 else 1):
            if random.random() < rate and word:
                word = random.choice(DISGUISES)(random, word)
        words[place] = word
    text = "".join(word + random.choice((" ", " ", " ", "  ", "\n", ", ", "-", "")) for word in words)
    for _ in range(random.choice((0, 0, 0, 1, 3))):
        place = random.randrange(len(text) + 1)
        text = text[:place] + random.choice(_ODD) + text[place:]
    if random.random() < 0.02:
        text = "".join(chr(random.randrange(0x110000)) for _ in range(200)) + text
    return text
