"""Old and new wording side by side, word for word; and which new section an old one has become. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from heedful.programme.policies.rules import Section

# Comparing costs up to the square of the words: longer texts are compared line by line.
MOST_WORDS = 1_500
ALIKE_ENOUGH = 0.5
_WORD = re.compile(r"\s*\S+|\s+$")
_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?|[a-z][.)])\s+")


@dataclass(frozen=True)
class Span:
    """A stretch of text that stands on both sides, or (`is_changed`) on its own side alone."""

    text: str
    is_changed: bool = False


def compare(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """What was taken out of the old text, and what was put into the new one. Each list joined is its text again."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    left: list[Span] = []
    right: list[Span] = []
    # A blank before a word is no change of the word.
    matcher = SequenceMatcher(None, [word.strip() for word in before], [word.strip() for word in after], autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        is_changed = kind != "equal"
        if old_to > old_from:
            left.append(Span("".join(before[old_from:old_to]), is_changed))
        if new_to > new_from:
            right.append(Span("".join(after[new_from:new_to]), is_changed))
    return left, right


def became(old: Section, sections: Sequence[Section]) -> int | None:
    """The place of the section that this one has most likely become: by its title without number, else by its words; None where it is gone."""
    title = _plain_title(old.title)
    named = [place for place, each in enumerate(sections) if _plain_title(each.title) == title]
    if named:
        return max(named, key=lambda place: (_alike(old, sections[place]), -place))
    likeliest = max(range(len(sections)), key=lambda place: _alike(old, sections[place]), default=None)
    return likeliest if likeliest is not None and _alike(old, sections[likeliest]) >= ALIKE_ENOUGH else None


def is_same(old: Section, new: Section) -> bool:
    """Whether nothing of it was changed. Empty text (a scan, a link) says nothing, so it is never the same."""
    return bool(old.text) and (old.title, old.text.split()) == (new.title, new.text.split())


def _plain_title(title: str) -> str:
    return _NUMBER.sub("", " ".join(title.lower().split()))


def _alike(old: Section, new: Section) -> float:
    """How much of their words two sections share, 0 to 1 (Jaccard)."""
    one, other = set(old.text.lower().split()), set(new.text.lower().split())
    return len(one & other) / len(one | other) if one | other else 0.0
