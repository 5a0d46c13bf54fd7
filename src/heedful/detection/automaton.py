"""The automaton of all patterns: built without multiplying them out, shared where it can be, walked from each token.

Word numbers: 0 is a token that no pattern names, then START, END, then the vocabulary.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from heedful.detection.patterns import Choice, Gap, Part, Word

OTHER, START, END, FIRST_WORD = 0, 1, 2, 3
GAP = -1


@dataclass(frozen=True, slots=True)
class Node:
    """`edges` by word number, `gap` the node after any one token, `ends` the targets whose pattern ends here."""

    edges: dict[int, "Node"]
    gap: "Node | None"
    ends: tuple[int, ...]



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

    def columns(self) -> dict[str, list[int]]:
        """The automaton as columns of numbers; the same patterns in any order give the same numbers.

        `lists`: for each word list its count, then its words. Then by node, children first and the root last: `ends`, its
        count of ends, then the ends; `children`, how many it has; and by child `steps`, how far back it stands, and `words`, the
        place of its list. Ends and words ascend and are written as differences, from 0 and from GAP (which therefore is a
        first word of 0). Columns and lists that stand once are for gzip, which sees no further back than 32 kB.
        """
        nodes: dict[_Key, int] = {}
        self._number(frozenset(self._first), nodes, {})
        lists: dict[tuple[int, ...], int] = {}
        columns: dict[str, list[int]] = {"lists": [], "ends": [], "children": [], "steps": [], "words": []}
        for (ends, edges), number in nodes.items():
            children: dict[int, list[int]] = {}
            for word, child in edges:
                children.setdefault(child, []).append(word)
            columns["ends"] += [len(ends), *_gaps(0, ends)]
            columns["children"].append(len(children))
            for child, words in children.items():
                columns["steps"].append(number - child)
                columns["words"].append(lists.setdefault(tuple(words), len(lists)))
        columns["lists"] = [number for words in lists for number in (len(words), *_gaps(GAP, words))]
        return columns

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


def load(columns: Mapping[str, Sequence[int]]) -> Node:
    """The root of a serialised automaton. Raises LookupError, ValueError or RuntimeError when it is not one."""
    lists = list(_groups(columns["lists"], GAP))
    ends = _groups(columns["ends"], 0)
    links = zip(columns["steps"], columns["words"], strict=True)
    nodes: list[Node] = []
    for number, children in enumerate(columns["children"]):
        edges: dict[int, Node] = {}
        for steps, words in islice(links, children):
            edges |= dict.fromkeys(lists[words], nodes[number - steps])
        gap = edges.pop(GAP, None)
        nodes.append(Node(edges, gap, tuple(next(ends))))
    return nodes[-1]


def _groups(numbers: Iterable[int], start: int) -> Iterator[list[int]]:
    """Lists that each were written as their count and then as differences from `start`."""
    left = iter(numbers)
    for size in left:
        yield [number + start for number in accumulate(islice(left, size))]


class State:
    """The nodes that reading has reached. The states after it by a word are made when first asked for and kept."""

    __slots__ = ("ends", "gapped", "next", "nodes", "words")

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self.nodes = nodes
        self.ends = tuple(dict.fromkeys(target for node in nodes for target in node.ends))
        self.words = nodes[0].edges.keys() if len(nodes) == 1 else frozenset().union(*(node.edges for node in nodes))
        self.next: dict[int, State] = {}
        gaps = tuple(node.gap for node in nodes if node.gap)
        self.gapped = State(gaps) if gaps else None

    def after(self, word: int) -> "State | None":
        """The state after one more token; None where nothing goes on. A gap stands for any token but END."""
        if word not in self.words:
            return self.gapped if word != END else None
        state = self.next.get(word)
        if state is None:
            reached = [node.edges[word] for node in self.nodes if word in node.edges]
            if word != END:
                reached += [node.gap for node in self.nodes if node.gap]
            state = self.next[word] = State(tuple(reached))
        return state


class Walker:
    """Walks one automaton from each token. Safe to share between threads: what is kept is the same whoever makes it."""

    def __init__(self, root: Node) -> None:
        self._root = State((root,))

    def spans(self, words: Sequence[int], starts: Iterable[int] | None = None) -> dict[int, list[tuple[int, int]]]:
        """Every match: target → its half-open spans in token places, by start, then end, each once.

        START and END stand before the first and after the last token and are in no span. `starts`: only matches that begin
        at these tokens (START belongs to token 0), ascending. Linear: from each token at most as far as the longest pattern.
        """
        found: dict[int, list[tuple[int, int]]] = {}
        padded = [START, *words, END]
        first_words, after = self._root.words, self._root.after
        for start in range(len(padded)) if starts is None else _padded_places(starts):
            if padded[start] in first_words:
                _follow(after(padded[start]), padded, start, found)
        return found

    def has_match(self, words: Sequence[int]) -> bool:
        """Whether anything matches at all; stops at the first."""
        padded = [START, *words, END]
        first_words, count = self._root.words, len(padded)
        for start, word in enumerate(padded):
            if word not in first_words:
                continue
            state, place = self._root.after(word), start + 1
            while state is not None:
                if state.ends:
                    return True
                if place == count:
                    break
                word = padded[place]
                state = (state.next.get(word) or state.after(word)) if word in state.words else state.gapped if word != END else None
                place += 1
        return False


def _padded_places(starts: Iterable[int]) -> Iterator[int]:
    for start in starts:
        if start == 0:
            yield 0
        yield start + 1


def _follow(state: State | None, padded: list[int], start: int, found: dict[int, list[tuple[int, int]]]) -> None:
    """Note all matches whose first token is padded[start], which led to `state`."""
    first, last, place = max(start - 1, 0), len(padded) - 2, start + 1
    while state is not None:
        for target in state.ends:
            span = (first, place - 1 if place <= last else last)
            spans = found.setdefault(target, [])
            if not spans or spans[-1] != span:
                spans.append(span)
        if place > last + 1:
            return
        word = padded[place]
        state = (state.next.get(word) or state.after(word)) if word in state.words else state.gapped if word != END else None
        place += 1


def part_of(root: Node, wanted: range) -> Node:
    """The automaton without what leads to none of the `wanted` targets."""
    made: dict[int, Node | None] = {}

    def kept(node: Node) -> Node | None:
        if id(node) not in made:
            edges = {word: after for word, child in node.edges.items() if (after := kept(child))}
            gap = kept(node.gap) if node.gap else None
            ends = tuple(target for target in node.ends if target in wanted)
            made[id(node)] = Node(edges, gap, ends) if edges or gap or ends else None
        return made[id(node)]

    return kept(root) or Node({}, None, ())
