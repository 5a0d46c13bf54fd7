"""The automaton of all patterns: built without multiplying them out, shared where it can be, walked from each token.

Word numbers: 0 is a token that no pattern names, then START, END, then the vocabulary.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice

from heedful.detection.patterns import Choice, Gap, Part, Word

OTHER, START, END, FIRST_WORD = 0, 1, 2, 3
GAP = -1
_GAP = 2**32 - 1  # GAP where numbers are held without a sign
_ALL = range(2**31)


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


class Graph:
    """A serialised automaton as it was written, in arrays of numbers: a third of what an object a node takes. Node by number, the root last."""

    __slots__ = ("_child_ends", "_children", "_end_ends", "_ends", "_list_ends", "_lists", "_words", "root")

    def __init__(self, columns: Mapping[str, Sequence[int]]) -> None:
        self._lists, self._list_ends = _packed(_groups(columns["lists"], GAP))
        self._ends, self._end_ends = _packed(_groups(columns["ends"], 0))
        self._child_ends = array("I", accumulate(columns["children"]))
        self._words = array("I", columns["words"])
        of = (number for number, count in enumerate(columns["children"]) for _ in range(count))
        self._children = array("I", (number - steps for number, steps in zip(of, columns["steps"], strict=True)))
        self.root = len(self._child_ends) - 1
        links = self._child_ends[-1]
        if len(self._end_ends) != len(self._child_ends) or len(self._words) != links or max(self._words, default=-1) >= len(self._list_ends):
            raise ValueError("the columns of the automaton do not go together")
        if any(child >= number for number in range(self.root + 1) for child in self._children[self._first(number) : self._child_ends[number]]):
            raise ValueError("a node stands before its children")

    def ends(self, node: int) -> "array[int]":
        return self._ends[self._end_ends[node - 1] if node else 0 : self._end_ends[node]]

    def links(self, node: int) -> Iterator[tuple[int, "array[int]"]]:
        """Each child, and the words that lead to it, GAP among them as 2³² - 1."""
        for place in range(self._first(node), self._child_ends[node]):
            words = self._words[place]
            yield self._children[place], self._lists[self._list_ends[words - 1] if words else 0 : self._list_ends[words]]

    def leading_to(self, wanted: range) -> bytearray:
        """By node: 1 where it leads to any of the `wanted` targets. Children stand first, so one way through is enough."""
        leads = bytearray(self.root + 1)
        for node in range(self.root + 1):
            children = self._children[self._first(node) : self._child_ends[node]]
            leads[node] = any(target in wanted for target in self.ends(node)) or any(leads[child] for child in children)
        return leads

    def _first(self, node: int) -> int:
        return self._child_ends[node - 1] if node else 0


def load(columns: Mapping[str, Sequence[int]]) -> Graph:
    """A serialised automaton. Raises LookupError, ValueError or RuntimeError when it is not one."""
    try:
        return Graph(columns)
    except OverflowError as error:
        raise ValueError("a number of the automaton is none of its own") from error


def _groups(numbers: Iterable[int], start: int) -> Iterator[list[int]]:
    """Lists that each were written as their count and then as differences from `start`."""
    left = iter(numbers)
    for size in left:
        yield [number + start for number in accumulate(islice(left, size))]


def _packed(groups: Iterable[list[int]]) -> tuple["array[int]", "array[int]"]:
    """Lists one after the other, and where each ends; GAP as _GAP."""
    flat, ends = array("I"), array("I")
    for group in groups:
        flat.extend([number if number != GAP else _GAP for number in group])
        ends.append(len(flat))
    return flat, ends


class _Part:
    """What of a graph leads to the wanted targets. States are made when reading first comes to them, and kept."""

    def __init__(self, graph: Graph, wanted: range) -> None:
        self._graph, self._wanted = graph, wanted
        self._leads = graph.leading_to(wanted)
        self._states: dict[tuple[int, ...], State] = {}

    def state(self, nodes: tuple[int, ...]) -> "State":
        if len(nodes) > 1:
            nodes = tuple(sorted(set(nodes)))
        state = self._states.get(nodes)
        return state if state is not None else self._states.setdefault(nodes, State(self, nodes))

    def words(self) -> frozenset[int]:
        """Every word on the way to a wanted target."""
        links = (link for node, leads in enumerate(self._leads) if leads for link in self._graph.links(node))
        return frozenset(word for child, words in links if self._leads[child] for word in words)

    def ends(self, nodes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(target for node in nodes for target in self._graph.ends(node) if target in self._wanted))

    def edges(self, nodes: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
        """Word → the nodes after it; under _GAP those after any one token."""
        edges: dict[int, tuple[int, ...]] = {}
        for node in nodes:
            for child, words in self._graph.links(node):
                if not self._leads[child]:
                    continue
                after = (child,)
                if len(nodes) == 1:
                    edges |= dict.fromkeys(words, after)
                else:
                    edges |= {word: edges[word] + after if word in edges else after for word in words}
        return edges


class State:
    """The nodes that reading has reached. The states after it by a word are made when first asked for and kept."""

    __slots__ = ("_after_any", "_part", "ends", "gapped", "next", "words")

    def __init__(self, part: _Part, nodes: tuple[int, ...]) -> None:
        self._part = part
        self.ends = part.ends(nodes)
        self.words = part.edges(nodes)
        self._after_any = self.words.pop(_GAP, ())
        self.next: dict[int, State] = {}
        self.gapped = part.state(self._after_any) if self._after_any else None

    def after(self, word: int) -> "State | None":
        """The state after one more token; None where nothing goes on. A gap stands for any token but END."""
        if word not in self.words:
            return self.gapped if word != END else None
        state = self.next.get(word)
        if state is None:
            reached = self.words[word] + self._after_any if word != END else self.words[word]
            state = self.next[word] = self._part.state(reached)
        return state


class Walker:
    """Walks one automaton from each token, to the `wanted` targets or to all. Safe to share between threads: what is kept is the same whoever makes it."""

    def __init__(self, graph: Graph, wanted: range = _ALL) -> None:
        self._part = _Part(graph, wanted)
        self._root = self._part.state((graph.root,))

    def words(self) -> frozenset[int]:
        """Every word that a match may hold."""
        return self._part.words()

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

    def has_match(self, words: Sequence[int], starts: Iterable[int] | None = None) -> bool:
        """Whether anything matches at all, or from these tokens, as in `spans`; stops at the first."""
        padded = [START, *words, END]
        first_words, count = self._root.words, len(padded)
        for start in range(count) if starts is None else _padded_places(starts):
            word = padded[start]
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
