"""Where the items of a picture stand: columns from left to right, order and height within each.

Layers by longest path (cycles cut by a feedback arc set), a bend in each column that a long edge crosses, order within
a column by igraph's Sugiyama, heights by pulling each item towards its neighbours. The page's script does the last part
again when an item is unfolded (`page.js`, `place`), with the same numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import igraph

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN = 128, 80, 28, 14, 14
BEND_HEIGHT = 8
PULL = 0.93
"""Less than 1, or a long pipeline becomes a staircase: each step is drawn a little back to the middle line."""

_SWEEPS = 24


@dataclass
class Layout:
    """Places of items 0 .. n-1, and of the bends of long edges between them.

    In `columns` and `middle` an item is its number, a bend minus one minus its number.
    """

    column: list[int]
    columns: list[list[int]]
    """Per column, top to bottom."""
    chains: dict[tuple[int, int], list[int]]
    """Per pair of joined items: the numbers of the bends that its edge passes, in its direction."""
    bends: int
    middle: dict[int, float] = field(default_factory=dict)
    """The height of each one's middle."""
    height: float = 0

    @property
    def width(self) -> float:
        """Of the whole picture."""
        return 2 * MARGIN + max(0, len(self.columns) * (BOX_WIDTH + GAP_X) - GAP_X)

    def place(self, item: int) -> tuple[float, float]:
        """The upper left corner of an item."""
        return left(self.column[item]), round(self.middle[item] - BOX_HEIGHT / 2, 1)

    def path(self, tail: int, head: int) -> str:
        """The SVG path of an edge; one against the direction of reading leaves at the left."""
        step = 1 if self.column[head] >= self.column[tail] else -1
        bends = self.chains[tail, head]
        columns = [self.column[tail], *(self.column[tail] + step * (at + 1) for at in range(len(bends)))]
        stops = [
            (left(column), left(column) + BOX_WIDTH, self.middle[one])
            for column, one in zip(
                [*columns, self.column[head]], [tail, *(-1 - bend for bend in bends), head], strict=True
            )
        ]
        return curve(stops if step > 0 else [(right, start, y) for start, right, y in stops])


def left(column: int) -> float:
    """Where a column begins."""
    return MARGIN + column * (BOX_WIDTH + GAP_X)


def lay_out(count: int, pairs: Sequence[tuple[int, int]]) -> Layout:
    """Place `count` items that `pairs` (no loops, none twice) join."""
    graph = igraph.Graph(count, pairs, directed=True)
    back = set(graph.feedback_arc_set(None, "eades"))
    forward = [pair[::-1] if at in back else pair for at, pair in enumerate(pairs)]
    column = _columns(count, set(forward))

    chains: dict[tuple[int, int], list[int]] = {}
    bend_columns: list[int] = []
    links: list[tuple[int, int]] = []
    for pair, (tail, head) in zip(pairs, forward, strict=True):
        bends = [len(bend_columns) + at for at in range(column[head] - column[tail] - 1)]
        bend_columns += range(column[tail] + 1, column[head])
        links += pairwise([tail, *(count + bend for bend in bends), head])
        chains[pair] = bends if pair == (tail, head) else bends[::-1]
    layers = [*column, *bend_columns]
    places = igraph.Graph(len(layers), links, directed=True).layout_sugiyama(layers=layers, maxiter=200).coords
    columns: list[list[int]] = [[] for _ in range(max(layers, default=-1) + 1)]
    for vertex in sorted(range(len(layers)), key=lambda v: places[v][0]):
        columns[layers[vertex]].append(vertex if vertex < count else count - 1 - vertex)
    layout = Layout(column, columns, chains, len(bend_columns))
    _settle(layout)
    return layout


def _columns(count: int, pairs: set[tuple[int, int]]) -> list[int]:
    """Longest path from the left; then each start is moved right, next to what it leads to."""
    graph = igraph.Graph(count, sorted(pairs), directed=True)
    order = graph.topological_sorting()
    column = [0] * count
    for vertex in order:
        column[vertex] = max((column[before] + 1 for before in graph.predecessors(vertex)), default=0)
    for vertex in reversed(order):
        after = graph.successors(vertex)
        if after and not graph.predecessors(vertex):
            column[vertex] = min(column[one] for one in after) - 1
    return column


def _settle(layout: Layout) -> None:
    """Heights: each one near the middle of its neighbours, in order, none over another."""
    neighbours: dict[int, list[int]] = defaultdict(list)
    for (tail, head), chain in layout.chains.items():
        for one, other in pairwise([tail, *(-1 - bend for bend in chain), head]):
            neighbours[one].append(other)
            neighbours[other].append(one)
    middle = layout.middle
    for stack in layout.columns:
        _stack(stack, dict.fromkeys(stack, 0.0), middle)
    for sweep in range(_SWEEPS):
        for stack in layout.columns if sweep % 2 else reversed(layout.columns):
            wished = {
                one: PULL * sum(middle[other] for other in neighbours[one]) / len(neighbours[one])
                if neighbours[one]
                else middle[one]
                for one in stack
            }
            _stack(stack, wished, middle)
    top = min((at - _height(one) / 2 for one, at in middle.items()), default=0)
    bottom = max((at + _height(one) / 2 for one, at in middle.items()), default=0)
    layout.middle = {one: round(at - top + MARGIN, 1) for one, at in middle.items()}
    layout.height = round(bottom - top + 2 * MARGIN, 1)


def _height(one: int) -> int:
    return BEND_HEIGHT if one < 0 else BOX_HEIGHT


def _stack(stack: Sequence[int], wished: dict[int, float], middle: dict[int, float]) -> None:
    """Put a column where its members wish to be, keeping order and gaps (pool adjacent violators)."""
    blocks: list[tuple[float, int, list[int]]] = []  # sum of (wish - offset), number, members
    offset = 0.0
    offsets: dict[int, float] = {}
    for one in stack:
        offsets[one] = offset + _height(one) / 2
        offset += _height(one) + GAP_Y
        blocks.append((wished[one] - offsets[one], 1, [one]))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, number, members = blocks.pop()
            before = blocks.pop()
            blocks.append((before[0] + total, before[1] + number, before[2] + members))
    for total, number, members in blocks:
        for one in members:
            middle[one] = total / number + offsets[one]


def curve(stops: Iterable[tuple[float, float, float]]) -> str:
    """An SVG path through stops of (left, right, y): an S between two, straight across each.

    >>> curve([(0, 10, 5), (20, 30, 5)])
    'M10 5C15 5 15 5 20 5'
    """
    places = list(stops)
    parts = [f"M{places[0][1]:g} {places[0][2]:g}"]
    for at, ((_, here, y), (there, across, y2)) in enumerate(pairwise(places), start=2):
        half = (there - here) / 2
        parts.append(f"C{here + half:g} {y:g} {there - half:g} {y2:g} {there:g} {y2:g}")
        if at < len(places):
            parts.append(f"H{across:g}")
    return "".join(parts)
