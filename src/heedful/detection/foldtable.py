"""Build the fold table that the bundle carries, so that no Unicode version matters at run time.

Every code point folds to word text, to nothing, or to one mark of a small alphabet. The table is closed: folding
what it gives changes nothing more. Build time only.
"""

import unicodedata
from functools import cache

from confusable_homoglyphs.confusables import confusables_data

SPACE, HARD, SOFT, HYPHEN, MASK = " ", ",", ".", "-", "*"
LEET_MARKS = "@$!|+€"
MARKS = SPACE + HARD + SOFT + HYPHEN + MASK + LEET_MARKS
NOTHING = "\x00"

_MASKING = "*#∗✱⁎●■█▪◼⬛▇▓▒░"
_HARD = ",;:\"()[]{}<>/\\?“”„«»‹›—–"
_HYPHENS = "-_‐‑‒−﹣⁃"
_APOSTROPHES = "'’‘‛ʼʻʽʹʺ`´′ˈꞌꞋ՚׳"
_NOT_WORDS = "™℠℡№"
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2800"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FILLERS = (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_LETTER_RUNS = (0x1F150, 0x1F170, 0x1F1E6)  # negative circled, negative squared, regional indicators: A-Z each
_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xAC00, 0xD7A4), (0x20000, 0x2A6E0), (0x2A700, 0x2EBE1), (0x30000, 0x323B0))


def _extras() -> dict[str, str]:
    table = dict.fromkeys(_MASKING, MASK) | dict.fromkeys(_HARD, HARD) | dict.fromkeys(_HYPHENS, HYPHEN)
    table |= dict.fromkeys(_APOSTROPHES, "") | dict.fromkeys(_NOT_WORDS, SOFT) | dict.fromkeys(_SPACES, SPACE)
    table |= {chr(c): "" for c in (*_SKIN_TONES, *_FILLERS)} | _SMALL_CAPITALS
    for first in _LETTER_RUNS:
        table |= {chr(first + i): chr(97 + i) for i in range(26)}
    return table | {mark: mark for mark in LEET_MARKS}


@cache
def _confusables() -> dict[str, str]:
    """Letters and letter-like signs that UTS #39 confuses with ASCII letters or digits; never from ASCII."""
    table: dict[str, str] = {}
    for sign, likes in confusables_data.items():
        if len(sign) != 1 or sign.isascii() or unicodedata.category(sign) not in ("Lu", "Ll", "Lo", "Lm", "Lt", "So", "Sm"):
            continue
        for like in likes:
            bare = "".join(c for c in unicodedata.normalize("NFKD", like["c"]) if not unicodedata.combining(c)).casefold()
            if bare.isascii() and bare.isalnum():
                table[sign] = bare
                break
    return table


def _lookalike(sign: str) -> str | None:
    """The ASCII that a letter is taken for. A letter without its own borrows its other case's (к is taken for K's k)."""
    own, lowered, raised = (_confusables().get(c) for c in (sign, sign.lower(), sign.upper()))
    if own == "l" and lowered and sign != sign.lower():
        return lowered  # a capital I of another script
    return own or lowered or raised


def _category_fold(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in ("Cf", "Me") or unicodedata.combining(sign):
        return ""
    if kind in ("Zs", "Zl", "Zp"):
        return SPACE
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    return sign if kind[0] in "LNM" else SOFT


def _fold_once(sign: str, extras: dict[str, str]) -> str:
    if sign in extras:
        return extras[sign]
    if unicodedata.category(sign) == "No" and unicodedata.decomposition(sign)[:5] in ("<supe", "<sub>"):
        return SOFT  # a footnote's number is no part of the word before it
    decomposed = unicodedata.normalize("NFKD", sign)
    if decomposed != sign and not "가" <= sign <= "힣":  # a Korean syllable stays whole
        return decomposed
    return _lookalike(sign) or (sign.casefold() if sign.casefold() != sign else _category_fold(sign))


def fold_sign(sign: str, extras: dict[str, str] | None = None) -> str:
    """What one code point folds to, followed until nothing changes; a run of marks alone becomes its first mark."""
    extras = _extras() if extras is None else extras
    seen, text = set(), sign
    while text not in seen:
        seen.add(text)
        text = "".join(c if c in MARKS else _fold_once(c, extras) for c in text)
    if text and all(c in MARKS for c in text):
        return text[0]
    return text


def _ranges(points: list[int]) -> list[int]:
    """Sorted code points as flat [gap, length, gap, length, …], each gap counted from the end of the last range."""
    flat: list[int] = []
    end = start = 0
    for point in points:
        if not flat or point != end:
            if flat:
                flat.append(end - start)
            flat.append(point - end)
            start = point
        end = point + 1
    return [*flat, end - start] if flat else flat


@cache
def _table() -> tuple[list[int], list[int], dict[str, str]]:
    extras = _extras()
    same, nothing, to = [], [], dict[str, list[str]]()
    ideographs = [False] * 0x110000
    for first, last in _IDEOGRAPHS:
        ideographs[first:last] = [True] * (last - first)
    for point in range(0x110000):
        sign = chr(point)
        kind = unicodedata.category(sign)
        if kind in ("Cn", "Co", "Cs"):
            continue
        if ideographs[point] and sign not in extras:
            same.append(point)
            continue
        folded = fold_sign(sign, extras)
        if folded == sign and folded not in MARKS:
            same.append(point)
        elif folded == "":
            nothing.append(point)
        elif folded != SOFT:
            to.setdefault(folded, []).append(sign)
    return _ranges(same), _ranges(nothing), {target: "".join(signs) for target, signs in sorted(to.items())}


def build_fold_table() -> dict[str, object]:
    """The table as the bundle carries it: `same` and `nothing` as flat ranges, `to` from target to its sources.

    What stands in none of them folds to SOFT. Takes about half a second, once a process.
    """
    same, nothing, to = _table()
    return {"same": same, "nothing": nothing, "to": to}


def is_emoji(sign: str) -> bool:
    """Whether a code point in a pattern stands for a token of its own: a symbol that would otherwise be only a mark."""
    return not sign.isascii() and unicodedata.category(sign) == "So" and fold_sign(sign) == SOFT
