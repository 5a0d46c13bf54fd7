"""How hard a text is to read, as a figure: pure.

Reading ease after Flesch (1948), "A new readability yardstick", Journal of Applied Psychology 32(3), 221-233; grade after Kincaid,
Fishburne, Rogers and Chissom (1975), "Derivation of new readability formulas for Navy enlisted personnel", Research Branch Report 8-75.
A United States grade is read at about that number plus five years.

Both count syllables, and so does Heedful, by a rule of thumb: each run of vowels is one, a final silent e is none. On the words of the ready
texts it is within three in a hundred of a count by hand (the test holds it to that); on a short text the age may be off by a year. It says
nothing of whether a text is clear: it sees long words and long sentences, and no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
# A final -e that no other vowel goes before is silent, but not in -le after a consonant; -es and -ed mostly are too.
_SILENT = re.compile(r"(?:[^laeiouy]e|[aeiouy]le|[^aeiouydtl]ed|[aeioul]led|[^lsxzaeiouycgh]es|[aeiouy]les)$")
# Two vowels that are two syllables.
_APART = re.compile(r"ia(?!l\b|n\b)|io(?!n|us|ur)|eo(?!us)|iu|ua(?!r|g)|uou|(?<=[^r])ier$|ying$|being|doing|seeing|going|quiet|science")
_MARKUP = re.compile(r"^\s*(?:#+|-|\d+\.)\s*", re.MULTILINE)
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
# Nobody reads a number letter by letter; it counts as a word of its digits' length at most.
_NUMBER = re.compile(r"\d[\d ]*")
LEAST_WORDS = 30


@dataclass(frozen=True)
class Reading:
    """The figures of one text. `age` is in years, rounded; None where the text is too short for any figure."""

    words: int
    sentences: int
    syllables: int
    ease: float | None
    grade: float | None
    age: int | None


def reading_of(text: str) -> Reading:
    """Count and judge. Headings, lines of a list and paragraphs end a sentence; web addresses and numbers are left out."""
    plain = _NUMBER.sub(" ", _ADDRESS.sub(" ", _MARKUP.sub("", text)))
    sentences = [part for line in plain.splitlines() for part in re.split(r"[.!?:;]+(?:\s|$)", line) if _WORD.search(part)]
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    syllables = sum(map(syllables_of, words))
    if len(words) < LEAST_WORDS:
        return Reading(len(words), len(sentences), syllables, None, None, None)
    ease, grade = ease_of(len(words), len(sentences), syllables), grade_of(len(words), len(sentences), syllables)
    return Reading(len(words), len(sentences), syllables, round(ease, 1), round(grade, 1), max(5, round(grade + 5)))


def ease_of(words: int, sentences: int, syllables: int) -> float:
    """Flesch's reading ease: 100 is very easy, 30 and less is for specialists."""
    return 206.835 - 1.015 * words / sentences - 84.6 * syllables / words


def grade_of(words: int, sentences: int, syllables: int) -> float:
    """Kincaid's grade of a school in the United States."""
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def syllables_of(word: str) -> int:
    """About how many syllables a word of English has; at least one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:
        return 2 if letters in {"any", "ago", "via"} else 1
    count = len(_VOWELS.findall(letters)) + len(_APART.findall(letters))
    return max(1, count - bool(_SILENT.search(letters)))
