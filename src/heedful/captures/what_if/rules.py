"""Re-routing what is stored by another table, and how much of the numbers each person may see: pure.

Who may not open captures sees counts, none under five, and none from which one under five could be worked out. Not a cell is
hidden here and there: what is published at all is cut so that its smallest pieces are each none or at least five. Published
groups overlap (a class and its year), so the pieces are the sets of captures that no published group cuts further. A group
whose numbers would cut a smaller piece out of what stands already is not shown apart. Whatever is added or subtracted then
counts whole pieces, and so gives no small number away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from heedful.captures.assessing import line_of
from heedful.thresholds.rules import ACKNOWLEDGE_WITHIN_MINUTES, Difference, Line, Route, Table, Urgency

LEAST_SHOWN = 5
TRUE_FROM = 3  # a grade of 3 or more: a person said that it was a concern
Flow = tuple[Line, Line]  # by the table in force, by the draft


@dataclass(frozen=True)
class Stored:
    """Of one stored capture what its route depends on, and the pupil's groups."""

    levels: tuple[tuple[str, int], ...]
    source: str
    age_band: str
    groups: frozenset[int] = frozenset()

    @property
    def alike(self) -> Alike:
        return self.levels, self.source, self.age_band


Alike = tuple[tuple[tuple[str, int], ...], str, str]  # levels, source, age band: captures that any table routes the same way
# How many captures go which way, by the groups that they are in. A capture counts once, however many groups its pupil is in.
Counted = Mapping[frozenset[int], Mapping[Flow, int]]


class Rerouting:
    """Routes by two tables. The same levels come again and again, so each is worked out once."""

    def __init__(self, before: Table, after: Table) -> None:
        self._tables = before, after
        self._known: dict[Alike, Flow] = {}

    def flow_of(self, stored: Stored) -> Flow:
        """Where this capture goes by the table in force, and where by the draft."""
        flow = self._known.get(stored.alike)
        if flow is None:
            before, after = (line_of(table, dict(stored.levels), source=stored.source, age_band=stored.age_band) for table in self._tables)
            flow = self._known[stored.alike] = (before, after)
        return flow


def count_flows(captures: Iterable[Stored], rerouting: Rerouting) -> dict[frozenset[int], Counter[Flow]]:
    counted: dict[frozenset[int], Counter[Flow]] = {}
    for stored in captures:
        counted.setdefault(stored.groups, Counter())[rerouting.flow_of(stored)] += 1
    return counted


def effects_of(alike: Mapping[Alike, int], before: Table, changes: Sequence[Difference]) -> list[tuple[Difference, int]]:
    """How many captures each change alone would have sent another way, or given another time; the most first. `alike` counts captures."""
    found = []
    for change in changes:
        lines = before.lines | {(change.theme, change.level, band): change.after for band in change.bands}
        rerouting, touched = Rerouting(before, Table(before.version, lines)), (change.theme, change.level)
        moved = 0
        for (levels, source, band), count in alike.items():
            if touched in levels:
                old, new = rerouting.flow_of(Stored(levels, source, band))
                moved += count if old != new else 0
        found.append((change, moved))
    return sorted(found, key=lambda each: -each[1])


def is_lost(flow: Flow) -> bool:
    """Whether the draft would have let nobody look at what somebody looks at now."""
    return flow[1].route == Route.RECORD_ONLY and flow[0].route != Route.RECORD_ONLY


def is_slower(flow: Flow) -> bool:
    """Whether the draft would have given more time to acknowledge it, or no deadline at all."""
    before, after = (ACKNOWLEDGE_WITHIN_MINUTES[line.urgency] for line in flow)
    return before is not None and (after is None or after > before)


@dataclass(frozen=True)
class Pair:
    """A number by the table in force, and by the draft."""

    before: int
    after: int

    @property
    def more(self) -> int:
        return self.after - self.before

    @property
    def change(self) -> str:
        """`+3`, `−2` or `0`."""
        return f"{self.more:+d}".replace("-", "−") if self.more else "0"


@dataclass(frozen=True)
class Numbers:
    """The exact numbers of one set of captures, for who may open them."""

    captures: int
    changed: int
    routes: tuple[tuple[Route, Pair], ...]
    times: tuple[tuple[Urgency, Pair], ...]


def numbers_of(flows: Mapping[Flow, int]) -> Numbers:
    """How many go to each route, and within what time, by either table."""
    sides = [Counter[object](), Counter[object]()]
    for flow, count in flows.items():
        for side, line in zip(sides, flow, strict=True):
            side[line.route] += count
            side[line.urgency] += count
    before, after = sides
    return Numbers(
        captures=sum(flows.values()),
        changed=sum(count for flow, count in flows.items() if flow[0] != flow[1]),
        routes=tuple((route, Pair(before[route], after[route])) for route in Route),
        times=tuple((urgency, Pair(before[urgency], after[urgency])) for urgency in Urgency),
    )


def of_all(counted: Counted) -> Counter[Flow]:
    """The flows of the whole school."""
    whole: Counter[Flow] = Counter()
    for flows in counted.values():
        whole.update(flows)
    return whole


def of_group(counted: Counted, group: int) -> Counter[Flow]:
    """The flows of one group, each capture once."""
    return of_all({groups: flows for groups, flows in counted.items() if group in groups})


@dataclass(frozen=True)
class Column:
    """Captures that are shown as one number: those that go one way, or several ways too rare to be told apart."""

    flows: frozenset[Flow]

    @property
    def way(self) -> Flow | None:
        """The one change that it counts; None where it counts several, or what stays as it is."""
        return next(iter(self.flows)) if len(self.flows) == 1 and not self.has_unchanged else None

    @property
    def has_unchanged(self) -> bool:
        return any(before == after for before, after in self.flows)

    @property
    def has_changed(self) -> bool:
        return any(before != after for before, after in self.flows)


@dataclass(frozen=True)
class Published:
    """What everybody may see: columns with their number for the whole school, and for each group that is shown apart.

    Groups may have to make do with fewer columns than the school. `columns` is empty where there are fewer than five captures in all.
    """

    columns: tuple[tuple[Column, int], ...]
    group_columns: tuple[Column, ...]
    groups: tuple[tuple[int, tuple[int, ...]], ...]
    withheld: tuple[int, ...]


def publish(counted: Counted, groups: Sequence[int]) -> Published:
    """Choose what may be shown. `groups` is the order in which they are tried where they are of one size."""
    flows = of_all(counted)
    columns = columns_of(flows)
    whole = tuple((column, sum(flows[flow] for flow in column.flows)) for column in columns)
    sizes = {group: sum(sum(found.values()) for signature, found in counted.items() if group in signature) for group in groups}
    present = sorted((each for each in groups if sizes[each]), key=lambda each: -sizes[each])
    # Told only whether captures go another way, more groups may be shown than when each way has its number.
    choices = [(choice, _kept(_cells(counted, choice), present)) for choice in (columns, coarse(columns))]
    chosen, kept = max(choices, key=lambda choice: len(choice[1]))
    cells = _cells(counted, chosen)
    rows = tuple((group, _added([row for signature, row in cells.items() if group in signature], len(chosen))) for group in groups if group in kept)
    return Published(whole, chosen, rows, tuple(each for each in groups if sizes[each] and each not in kept))


def coarse(columns: Sequence[Column]) -> tuple[Column, ...]:
    """At most two: what goes another way, and what stays or is too rare to tell."""
    parts = [[column.flows for column in columns if column.has_unchanged == stays] for stays in (False, True)]
    return tuple(Column(frozenset().union(*part)) for part in parts if part)


def _cells(counted: Counted, columns: Sequence[Column]) -> dict[frozenset[int], tuple[int, ...]]:
    return {signature: tuple(sum(found.get(flow, 0) for flow in column.flows) for column in columns) for signature, found in counted.items()}


def _kept(cells: Mapping[frozenset[int], tuple[int, ...]], groups: Sequence[int]) -> list[int]:
    """The groups that may be shown together, taken one after the other."""
    kept: list[int] = []
    for group in groups:
        if all(row and _is_showable(row) for row in pieces_of(cells, frozenset([*kept, group])).values()):
            kept.append(group)
    return kept


def columns_of(flows: Mapping[Flow, int]) -> tuple[Column, ...]:
    """Cut all captures into columns of at least five each: one a change, and what is rarer together; first the greatest change.

    What stays as it is makes one column, and takes the rare changes in where they are too few even together.
    """
    stays = frozenset(flow for flow in flows if flow[0] == flow[1])
    each = [frozenset([flow]) for flow in flows if flow[0] != flow[1]]

    def size(part: frozenset[Flow]) -> int:
        return sum(flows[flow] for flow in part)

    rare = frozenset().union(*(part for part in each if size(part) < LEAST_SHOWN))
    parts = [part for part in each if size(part) >= LEAST_SHOWN]
    if (stays and size(stays) < LEAST_SHOWN) or (rare and size(rare) < LEAST_SHOWN):
        parts.append(stays | rare)
    else:
        parts += [part for part in (rare, stays) if part]
    parts = sorted((part for part in parts if part), key=size)
    while len(parts) > 1 and size(parts[0]) < LEAST_SHOWN:
        parts = sorted([parts[0] | parts[1], *parts[2:]], key=size)
    if not parts or size(parts[0]) < LEAST_SHOWN:
        return ()
    columns = [Column(part) for part in parts]
    return tuple(sorted(columns, key=lambda column: (column.has_unchanged, column.way is None, -size(column.flows), sorted(map(str, column.flows)))))


def pieces_of(cells: Mapping[frozenset[int], tuple[int, ...]], shown: frozenset[int]) -> dict[frozenset[int], list[int]]:
    """The sets of captures that the shown groups cut the school into, with their number in each column."""
    pieces: dict[frozenset[int], list[int]] = {}
    for signature, row in cells.items():
        piece = pieces.setdefault(signature & shown, [0] * len(row))
        for n, count in enumerate(row):
            piece[n] += count
    return pieces


def _is_showable(row: Iterable[int]) -> bool:
    return all(count == 0 or count >= LEAST_SHOWN for count in row)


def _added(rows: Sequence[tuple[int, ...]], width: int) -> tuple[int, ...]:
    return tuple(sum(row[n] for row in rows) for n in range(width))
