"""Fold a text to tokens that remember where they came from. docs/detection.md, "Fold"."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

MARKS = " ,.-*@$!|+€"
NOTHING = "\x00"  # stands in the folded view for a code point that folds to nothing, so that places stay in step
SOFT = "."


class FoldMap(dict[int, str]):
    """Code point → folded text, for `str.translate`. What it was not told folds to itself or to SOFT."""

    def __init__(self, table: dict[str, object], emoji: str, *, nothing: str = NOTHING) -> None:
        super().__init__()
        self._starts, self._ends = _spread(table["same"])  # type: ignore[arg-type]
        for first, end in zip(*_spread(table["nothing"]), strict=True):  # type: ignore[arg-type]
            self.update(dict.fromkeys(range(first, end), nothing))
        for target, sources in table["to"].items():  # type: ignore[attr-defined]
            self.update(dict.fromkeys(map(ord, sources), target))
        self.update({ord(sign): sign for sign in emoji})

    def __missing__(self, point: int) -> str:
        place = bisect_right(self._starts, point) - 1
        folded = chr(point) if place >= 0 and point < self._ends[place] else SOFT
        self[point] = folded
        return folded


def _spread(flat: list[int]) -> tuple[list[int], list[int]]:
    ends = list(accumulate(flat))[1::2]
    return [end - length for end, length in zip(ends, flat[1::2], strict=True)], ends


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded view: one character for each code point but where `offsets` says which code point each came from."""

    view: str
    offsets: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of original code points behind a non-empty span of the view."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


class Folder:
    """Folds texts with one bundle's table. Cheap to call, immutable in use, safe to share between threads."""

    def __init__(self, table: dict[str, object], emoji: str) -> None:
        self.emoji = emoji
        self._map = FoldMap(table, emoji)
        outside = re.escape(MARKS + emoji)
        alone = f"[{re.escape(emoji)}]|" if emoji else ""
        self._token = re.compile(f"{alone}[^{outside}]+")

    def fold(self, text: str) -> Folded:
        """Fold one text. Linear; never raises because of the text."""
        view = text.translate(self._map)
        if len(view) == len(text):
            return Folded(view, None)
        table = self._map
        return Folded(view, [place for place, sign in enumerate(text) for _ in table[ord(sign)]])

    def tokens(self, view: str) -> list[tuple[str, int, int]]:
        """(word, start, end) of each token of a view without NOTHING, in order."""
        return [(m.group(), m.start(), m.end()) for m in self._token.finditer(view)]

    def words(self, text: str) -> list[str]:
        """Only the words of a text: what patterns are folded with."""
        return [word for word, _, _ in self.tokens(self.fold(text).view.replace(NOTHING, ""))]
