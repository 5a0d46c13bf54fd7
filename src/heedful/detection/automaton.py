"""The automaton of all patterns: built without multiplying them out, shared where it can be, walked from each token.

Word numbers: 0 is a token that no pattern names, then START, END, then the vocabulary.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from heedful.detection.patterns import Choice, Gap, Part, Word

OTHER, START, END, FIRST_WORD = 0, 1, 2, 3
GAP = -1


@dataclass(frozen=True, slots=True)
class Node:
    """`edges` by word number, `gap` the node after any one token, `ends` the targets whose pattern ends here."""

    edges: dict[int, "Node"]
    gap: "Node | None"
    ends: tuple[int, ...]



_NOWHERE = Node({}, None, ())
_Item = tuple[int, int]  # (word number, state after it), or (_ENDS, target)
_Key = tuple[tuple[int, ...], tuple[_Item, ...]]  # a node: its ends and its (word, child)s
_ENDS = -2


class Builder:
    """Collects patterns, then serialises one deterministic, minimal automaton (gaps stay edges of their own).

    A state is a set of items: words that may come next, with the state that each leads to, and targets that end here.
    """

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers
        self._states: list[frozenset[_Item]] = []
        self._known: dict[frozenset[_Item], int] = {}
        self._first: set[_Item] = set()

    def add(self, tree: Part, target: int) -> None:
        """Let a pattern's every reading lead to a target."""
        self._first |= self._states[self._before(tree, self._state(frozenset({(_ENDS, target)})))]

    def flat(self) -> list[int]:
        """The automaton as numbers; the same patterns in any order give the same numbers.

        [count of nodes, then each node, children first and the root last: count of ends, the ends; count of children, for
        each child: steps back to it, count of words, the words]. Ends and words ascend and are written as differences,
        from 0 and from GAP (which therefore is a first word of 0). Lists that recur then look alike to gzip.
        """
        nodes: dict[_Key, int] = {}
        self._number(frozenset(self._first), nodes, {})
        flat = [len(nodes)]
        for (ends, edges), number in nodes.items():
            children: dict[int, list[int]] = {}
            for word, child in edges:
                children.setdefault(child, []).append(word)
            flat += [len(ends), *_gaps(0, ends), len(children)]
            for child, words in children.items():
                flat += [number - child, len(words), *_gaps(GAP, words)]
        return flat

    def _state(self, items: frozenset[_Item]) -> int:
        if items not in self._known:
            self._known[items] = len(self._states)
            self._states.append(items)
        return self._known[items]

    def _before(self, part: Part, after: int) -> int:
        """The state from which reading `part` leads to the state `after`."""
        if isinstance(part, Word):
            return self._state(frozenset({(self._numbers[part.text], after)}))
        if isinstance(part, Gap):
            state = after
            for _ in range(part.most):
                state = self._state(self._states[after] | {(GAP, state)})
            return state
        if isinstance(part, Choice):
            return self._state(frozenset().union(*(self._states[self._before(option, after)] for option in part.options)))
        for inner in reversed(part.parts):
            after = self._before(inner, after)
        return after

    def _number(self, items: frozenset[_Item], nodes: dict[_Key, int], done: dict[frozenset[_Item], int]) -> int:
        """The number of the node for a set of items; as deep as the longest pattern."""
        if items not in done:
            following: dict[int, set[_Item]] = {}
            ends = sorted(target for word, target in items if word == _ENDS)
            for word, state in sorted(items):
                if word != _ENDS:
                    following.setdefault(word, set()).update(self._states[state])
            edges = tuple((word, self._number(frozenset(after), nodes, done)) for word, after in following.items())
            done[items] = nodes.setdefault((tuple(ends), edges), len(nodes))
        return done[items]


def _gaps(last: int, numbers: Iterable[int]) -> list[int]:
    found = []
    for number in numbers:
        found.append(number - last)
        last = number
    return found


def load(flat: Sequence[int]) -> Node:
    """The root of a serialised automaton. Raises LookupError, ValueError or StopIteration's kin when it is not one."""
    numbers = iter(flat)
    nodes: list[Node] = []
    for number in range(next(numbers)):
        ends, last = [], 0
        for _ in range(next(numbers)):
            last += next(numbers)
            ends.append(last)
        edges, gap = {}, None
        for _ in range(next(numbers)):
            child, word = nodes[number - next(numbers)], GAP
            for _ in range(next(numbers)):
                word += next(numbers)
                if word == GAP:
                    gap = child
                else:
                    edges[word] = child
        nodes.append(Node(edges, gap, tuple(ends)))
    return nodes[-1]


def walk(root: Node, words: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Every match: target → its half-open spans in token places (START and END not counted), by start, then end, each once.

    Linear: from each token at most as far as the longest pattern.
    """
    spans: dict[int, list[tuple[int, int]]] = {}
    padded = [START, *words, END]
    edges = root.edges
    for start, (word, next_word) in enumerate(pairwise(padded)):
        node = edges.get(word)
        if node is not None and (next_word in node.edges or node.ends or node.gap is not None):
            _follow(node, padded, start, spans)
    return spans


def _follow(node: Node, padded: list[int], start: int, spans: dict[int, list[tuple[int, int]]]) -> None:
    """Note all matches whose first token is padded[start], which led to `node`."""
    first, last = max(start - 1, 0), len(padded) - 2
    states, place = [node], start + 1
    while states:
        for state in states:
            for target in state.ends:
                span = (first, place - 1 if place <= last else last)
                found = spans.setdefault(target, [])
                if not found or found[-1] != span:
                    found.append(span)
        if place > last + 1:
            return
        word = padded[place]
        if len(states) == 1 and node.gap is None:  # by far the commonest: one state, no gap
            node = node.edges.get(word, _NOWHERE)
            states = [node] if node is not _NOWHERE else []
        else:
            following = []
            for state in states:
                if word in state.edges:
                    following.append(state.edges[word])
                if state.gap is not None and word != END:
                    following.append(state.gap)
            states = following
            node = states[0] if states else _NOWHERE
        place += 1
