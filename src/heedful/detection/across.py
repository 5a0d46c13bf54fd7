"""What begins in the lines before a text and ends in it: "i want to kill", Enter, "myself". docs/detection.md, "Across inputs".

The lines and the text's beginning are read as one, so that what is repaired may lie across too. Its twin is extension/src/engine/across.ts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from heedful.detection.automaton import OTHER
from heedful.detection.bundle import Bundle
from heedful.detection.repair import Token
from heedful.detection.rules import Span
from heedful.detection.strewn import spans_over
from heedful.detection.text import Folded

MOST_LINES = 5
MOST_TOKENS = 12  # a phrase begins at most so far before the text
MOST_AFTER = 128  # tokens of the text that are read: more than any pattern with its window takes
LEAST_SEVERITY = 4  # of a phrase, before anything moves it
LEAST_LEFT = 3  # after every rule: earlier lines are sent and kept from here on, and without them nobody could read it

_NOTHING_BEFORE: Token = (OTHER, 0, 0, False)  # stands first, so that no line's beginning is taken for the text's


def lines_that_run_on(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines that a phrase may begin in, oldest first."""
    return tuple(lines[-MOST_LINES:])


@dataclass(frozen=True, slots=True)
class Joined:
    """Lines before and a text's beginning as one. Token places count from a first token that is no word; `tokens` have places in the text's view, negative before it."""

    tokens: list[Token]
    inside: int  # the first token that begins in the text
    own: list[Token]  # the text's own tokens

    @classmethod
    def of(cls, lines: Sequence[str], folded: Folded, own: list[Token], bundle: Bundle) -> "Joined | None":
        """None where there is nothing to join. Linear."""
        before = bundle.folder.fold("\n".join(lines_that_run_on(lines))).view
        if not own or not before.strip(" "):
            return None
        begun = len(before) + 1
        read = bundle.reader.read(f"{before} {_beginning(folded.view, own)}")
        tokens = [_NOTHING_BEFORE, *((number, start - begun, end - begun, repaired) for number, start, end, repaired in read)]
        return cls(tokens, sum(start < 0 for _, start, _, _ in tokens[1:]) + 1, own)

    def hits(self, bundle: Bundle, longest: int) -> dict[int, list[Span]]:
        """Matches of serious phrases that lie across, without those of which as serious a one of their theme was met before."""
        numbers = [token[0] for token in self.tokens]
        first = max(1, self.inside - MOST_TOKENS)
        found = spans_over(bundle.phrase_walker, numbers, bundle.emoji, range(max(1, first - longest), self.inside))
        serious = {target: spans for target, spans in found.items() if bundle.phrases[target].severity >= LEAST_SEVERITY}
        known: dict[int, list[tuple[int, Span]]] = {}  # by theme, what lay wholly in the lines before: it was found there
        for target, spans in serious.items():
            phrase = bundle.phrases[target]
            if not phrase.needs:
                known.setdefault(phrase.theme, []).extend((phrase.severity, span) for span in spans if self._ends_before(span))
        hits: dict[int, list[Span]] = {}
        for target, spans in serious.items():
            phrase = bundle.phrases[target]
            ends = [end for severity, (_, end) in known.get(phrase.theme, ()) if severity >= phrase.severity]
            last = max(ends, default=0)
            across = [span for span in spans if span[0] >= max(first, last) and not self._ends_before(span)]
            if across:
                hits[target] = across
        return hits

    def _ends_before(self, span: Span) -> bool:
        return self.tokens[span[1] - 1][2] <= 0

    def part_in_text(self, span: Span) -> tuple[int, int, int]:
        """Of a hit across: its half-open span in the text's view, and how many of the text's own tokens it holds."""
        end = self.tokens[span[1] - 1][2]
        count = sum(start < end for _, start, _, _ in self.own[:MOST_AFTER])
        return min(self.own[0][1], end - 1), end, max(1, count)


def _beginning(view: str, own: Sequence[Token]) -> str:
    """The view as far as a phrase that began before it, and what stands round it, can reach; no word is cut."""
    if len(own) <= MOST_AFTER:
        return view
    cut = view.find(" ", own[MOST_AFTER - 1][2])
    return view if cut < 0 else view[:cut]
