"""The lineage as a layered picture, left to right: what is drawn, folded how, and where it stands.

Three steps, each small enough to check by eye:

1. *Boxes.* A run with one affected output is drawn in one box with it ("train-antispam" above "antispam@9c1d04"), which
   halves the length of a pipeline; every other node is a box of its own. Runs of one name are all drawn so, or none.
2. *Items.* Up to `MOST_BOXES` boxes stand for themselves. More are folded: boxes of one part, kind and name (and run) become
   one item with a count, and where that is still more than `MOST_ITEMS`, boxes of one part and kind.
3. *Places.* Layers by longest path (cycles cut by a feedback arc set), a bend in each layer that a long edge crosses, order
   within a layer by igraph's Sugiyama, heights by pulling each item towards its neighbours.

The page unfolds an item by click; it then repeats step 3's last part, so the same numbers are given to its script.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import igraph
from rich.cells import cell_len

from graphprov.analysis.report import Step
from graphprov.model.vocabulary import Element, RelationType
from graphprov.report import words
from graphprov.report.view import Node, View, relations

MOST_BOXES = 30
"""More boxes than this are folded."""

MOST_ITEMS = 60
"""More items than this are folded again, by kind."""

MOST_COLUMNS = 16
"""A longer picture is folded by kind as well, since nobody scrolls so far."""

MOST_UNFOLDED = 40
"""As many members of a folded item as can be unfolded; the table has the others."""

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN = 128, 80, 28, 14, 14
BEND_HEIGHT = 8
LINE_HEIGHT = 14.5
_TITLE_CELLS, _SMALL_CELLS = 13, 17
"""What fits a box in a wide font; a page cannot measure text before it is drawn."""

PULL = 0.93
"""Less than 1, or a long pipeline becomes a staircase: each step is drawn a little back to the middle line."""

_BREAKS = re.compile(r"(?<=[-_./@:\s])")
_TAG_ORDER = ("flawed", "cleared", "failed", "live", "invalidated", "superseded")


@dataclass
class Box:
    """One node, or a run with its only affected output."""

    node: Node
    run: Node | None = None

    @property
    def ids(self) -> list[str]:
        """The nodes in the box."""
        return [self.node.id] if self.run is None else [self.run.id, self.node.id]

    @property
    def detail(self) -> str:
        """Its states in words."""
        return ", ".join(tags(self))

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What stands in it, line by line, each with its style."""
        return _lines(self.node.kind, self.node.label, "" if self.run is None else self.run.label, self.detail)

    @property
    def says(self) -> str:
        """The same in one sentence, whole."""
        return _sentence(self.node.kind, self.node.label, "" if self.run is None else self.run.label, self.detail)

    def fold_key(self, coarse: bool) -> tuple[object, ...]:
        """Boxes with one key may be folded into one item."""
        if coarse:
            return self.node.part, self.node.element, self.node.kind
        return self.node.part, self.node.element, self.node.kind, self.node.name, self.run and self.run.name


@dataclass
class Item:
    """What is drawn in one place: a box, or many folded into one; `x`, `y` is its upper left corner."""

    boxes: list[Box]
    coarse: bool = False
    column: int = 0
    x: float = 0
    y: float = 0

    @property
    def first(self) -> Node:
        """The node that speaks for all."""
        return self.boxes[0].node

    @property
    def folded(self) -> bool:
        """Whether the item stands for several boxes."""
        return len(self.boxes) > 1

    @property
    def title(self) -> str:
        """The name, or the kind with its number."""
        if not self.folded:
            return self.first.label
        if self.coarse:
            return words.number(len({box.node.name for box in self.boxes}), "name")
        return words.visible(self.first.name)

    @cached_property
    def tags(self) -> list[tuple[str, int]]:
        """States with how many boxes are in each, the worst first."""
        counts = Counter(tag for box in self.boxes for tag in tags(box))
        return [(tag, counts[tag]) for tag in _TAG_ORDER if counts[tag]]

    @property
    def detail(self) -> str:
        """How many, and their states: "3 live", or "3 runs, 1 failed"."""
        total = len(self.boxes)
        if not self.folded:
            return self.boxes[0].detail
        noun = "runs" if self.first.element == Element.ACTIVITY else "versions"
        if len(self.tags) == 1 and self.tags[0][1] == total:
            return f"{total:,} {self.tags[0][0]}"
        return ", ".join([f"{total:,} {noun}", *(f"{n:,} {tag}" for tag, n in self.tags[:1])])

    @property
    def made_by(self) -> str:
        """The run that made it, or runs."""
        run = self.boxes[0].run
        if run is None or self.coarse:
            return ""
        return words.visible(run.name) if self.folded else run.label

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What stands in it, line by line, each with its style."""
        return _lines(self.first.kind, self.title, self.made_by, self.detail, len(self.boxes))

    @property
    def says(self) -> str:
        """The same in one sentence, whole."""
        return _sentence(self.first.kind, self.title, self.made_by, self.detail)

    @property
    def shape(self) -> str:
        """The outline that tells parts and elements apart without colour."""
        return shape(self.first)


def _lines(kind: str | None, title: str, made_by: str, detail: str, count: int = 1) -> list[tuple[str, str]]:
    lines = [("caption", shortened(words.kind_words(kind, count)))]
    lines += [("title", line) for line in wrapped(title)]
    if made_by:
        lines.append(("by", shortened(f"by {made_by}")))
    if detail:
        lines.append(("detail", shortened(detail)))
    return lines


def _sentence(kind: str | None, title: str, made_by: str, detail: str) -> str:
    parts = [f"{words.kind_words(kind)} {title}", f"by {made_by}" if made_by else "", detail]
    return ", ".join(part for part in parts if part)


def wrapped(title: str, cells: int = _TITLE_CELLS) -> list[str]:
    """A title in at most two lines, broken where words of a name end, each cut in the middle where it is too long.

    >>> wrapped("antispam"), wrapped("antispam-evaluation"), wrapped("x" * 40)
    (['antispam'], ['antispam-', 'evaluation'], ['xxxxxx…xxxxxx'])
    """
    if cell_len(title[:100]) <= cells:
        return [title]
    first, parts = "", _BREAKS.split(title[:200])
    while parts and cell_len(first + parts[0]) <= cells:
        first += parts.pop(0)
    if not first:
        return [words.middle(title, cells)]
    return [first, words.middle(title[len(first) :], cells)]


def shape(node: Node) -> str:
    """The outline of a node: octagon for what is flawed, pill for a run, house for an agent, else a rectangle."""
    if node.part == "flawed":
        return "octagon"
    return {Element.ACTIVITY: "pill", Element.AGENT: "house"}.get(Element(node.element), "rectangle")


def outline(shape_name: str) -> str:
    """The SVG path of a shape at the origin.

    >>> outline("octagon").startswith("M12 0")
    True
    """
    w, h = BOX_WIDTH, BOX_HEIGHT
    match shape_name:
        case "octagon":
            return f"M12 0H{w - 12}L{w} 12V{h - 12}L{w - 12} {h}H12L0 {h - 12}V12Z"
        case "house":
            return f"M0 0H{w - 16}L{w} {h / 2:g}L{w - 16} {h}H0Z"
        case _:
            r = h / 2 if shape_name == "pill" else 7
            corner = f"A{r:g} {r:g} 0 0 1"
            return (
                f"M{r:g} 0H{w - r:g}{corner} {w} {r:g}V{h - r:g}{corner} {w - r:g} {h}"
                f"H{r:g}{corner} 0 {h - r:g}V{r:g}{corner} {r:g} 0Z"
            )


def tags(box: Box) -> list[str]:
    """What the box must say in words, beside its colour and shape."""
    found = [box.node.part] if box.node.part in ("flawed", "cleared") else []
    for node in (box.run, box.node):
        if node is not None and node.affected is not None:
            if node.affected.failed:
                found.append("failed")
            if node.affected.state and node.part == "affected":
                found.append(node.affected.state)
    return found


@dataclass
class Picture:
    """Items with their places, and the edges between boxes."""

    items: list[Item]
    edges: list[tuple[int, int]]
    """Pairs of boxes, numbered through all items."""
    item_of_box: list[int]
    box_of: dict[str, int]
    """The box of each drawn node."""
    columns: list[list[int]] = field(default_factory=list)
    """Per column, top to bottom: an item's index, or minus one minus a bend's index."""
    chains: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    """Per pair of joined items: the bends that its edges pass."""
    bends: int = 0
    bend_y: list[float] = field(default_factory=list)
    width: float = 0
    height: float = 0


def draw(view: View) -> Picture:
    """Lay out everything that the report relates to the flaw."""
    steps = [step for step in relations(view.report).values() if step.cause != step.effect]
    steps += _beginnings(view)
    boxes, box_of = _boxes(view, steps)
    edges = sorted({(box_of[s.cause], box_of[s.effect]) for s in steps if box_of[s.cause] != box_of[s.effect]})
    picture = _placed(boxes, box_of, edges, coarse=False)
    if len(picture.columns) > MOST_COLUMNS and len(boxes) > MOST_BOXES:
        picture = min(picture, _placed(boxes, box_of, edges, coarse=True), key=lambda one: len(one.columns))
    _settle(picture)
    return picture


def _placed(boxes: list[Box], box_of: dict[str, int], edges: list[tuple[int, int]], *, coarse: bool) -> Picture:
    items, item_of_box, order = _fold(boxes, coarse=coarse)
    # Number boxes through all items, so that the page finds a box by its number alone.
    place = {old: new for new, old in enumerate(order)}
    picture = Picture(
        items=items,
        edges=[(place[a], place[b]) for a, b in edges],
        item_of_box=[item_of_box[old] for old in order],
        box_of={identifier: place[box] for identifier, box in box_of.items()},
    )
    _layer(picture)
    return picture


def _beginnings(view: View) -> list[Step]:
    """From each subject to the versions that it selected, where they are not the same node."""
    subjects = {subject.id for subject in view.report.subjects}
    return [
        Step(relation=RelationType.WAS_ATTRIBUTED_TO, cause=flawed.subject, effect=flawed.id, certainty="declared")
        for flawed in view.report.flawed
        if flawed.subject != flawed.id and flawed.subject in subjects
    ]


def _boxes(view: View, steps: Sequence[Step]) -> tuple[list[Box], dict[str, int]]:
    effects: dict[str, set[str]] = defaultdict(set)
    causes: dict[str, set[str]] = defaultdict(set)
    for step in steps:
        effects[step.cause].add(step.effect)
        causes[step.effect].add(step.cause)
    joined: dict[str, str] = {}
    for step in steps:
        run, made = view.nodes[step.cause], view.nodes[step.effect]
        if (
            step.relation == RelationType.WAS_GENERATED_BY
            and run.part == made.part
            and effects[run.id] == {made.id}
            and not any(view.nodes[cause].element == Element.ACTIVITY for cause in causes[made.id] - {run.id})
        ):
            joined[run.id] = made.id
    apart = {_family(node) for node in view.nodes.values() if node.id in effects and node.id not in joined}
    joined = {run: made for run, made in joined.items() if _family(view.nodes[run]) not in apart}
    runs = {made: run for run, made in joined.items()}
    drawn = [
        node
        for node in view.nodes.values()
        if (node.part != "mentioned" or node.id in effects or node.id in causes)
        and (node.part != "subject" or node.id in effects or node.id in causes)
    ]
    boxes, box_of = [], {}
    for node in drawn:
        if node.id in joined:
            continue
        run = runs.get(node.id)
        box = Box(node, None if run is None else view.nodes[run])
        for identifier in box.ids:
            box_of[identifier] = len(boxes)
        boxes.append(box)
    return boxes, box_of


def _family(node: Node) -> tuple[object, ...]:
    return node.element, node.kind, node.name


def _fold(boxes: list[Box], *, coarse: bool) -> tuple[list[Item], list[int], list[int]]:
    """Items, the item of each box, and the boxes' old numbers in the items' order."""
    groups: dict[object, list[int]] = {}
    if len(boxes) <= MOST_BOXES:
        groups = {number: [number] for number in range(len(boxes))}
    else:
        for coarse in (True,) if coarse else (False, True):  # noqa: B020 - the last one tried is the one that holds
            groups = defaultdict(list)
            for number, box in enumerate(boxes):
                groups[box.fold_key(coarse)].append(number)
            if len(groups) <= MOST_ITEMS:
                break
    items, item_of_box, order = [], [0] * len(boxes), []
    for at, members in enumerate(groups.values()):
        members.sort(key=lambda number: _by_time(boxes[number].node))
        items.append(Item([boxes[number] for number in members], coarse and len(members) > 1))
        for number in members:
            item_of_box[number] = at
        order += members
    return items, item_of_box, order


def _by_time(node: Node) -> tuple[bool, str, str]:
    return node.time is None, words.when(node.time), node.id


def _layer(picture: Picture) -> None:
    """Columns, bends of long edges, and the order within each column."""
    pairs = {(picture.item_of_box[a], picture.item_of_box[b]) for a, b in picture.edges}
    pairs = sorted(pair for pair in pairs if pair[0] != pair[1])
    count = len(picture.items)
    graph = igraph.Graph(count, pairs, directed=True)
    back = set(graph.feedback_arc_set(None, "eades"))
    forward = [pair[::-1] if at in back else pair for at, pair in enumerate(pairs)]
    column = _columns(count, set(forward))

    bend_columns: list[int] = []
    links: list[tuple[int, int]] = []
    for pair, (tail, head) in zip(pairs, forward, strict=True):
        bends = [count + len(bend_columns) + k for k in range(column[head] - column[tail] - 1)]
        bend_columns += range(column[tail] + 1, column[head])
        stops = [tail, *bends, head]
        links += zip(stops, stops[1:], strict=False)
        own = [stop - count for stop in bends]
        picture.chains[pair] = own if pair == (tail, head) else own[::-1]
    layers = [*column, *bend_columns]
    places = igraph.Graph(len(layers), links, directed=True).layout_sugiyama(layers=layers, maxiter=200).coords
    picture.columns = [[] for _ in range(max(layers, default=-1) + 1)]
    for vertex in sorted(range(len(layers)), key=lambda v: places[v][0]):
        picture.columns[layers[vertex]].append(vertex if vertex < count else count - 1 - vertex)
    picture.bends = len(bend_columns)
    for item, at in zip(picture.items, column, strict=True):
        item.column = at


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
            column[vertex] = min(column[next_] for next_ in after) - 1
    return column


def _settle(picture: Picture) -> None:
    """Heights: each item near the middle of its neighbours, in order, none over another."""
    picture.bend_y = [0.0] * picture.bends
    neighbours: dict[int, list[int]] = defaultdict(list)
    for (tail, head), chain in picture.chains.items():
        stops = [tail, *(-1 - bend for bend in chain), head]
        for one, other in zip(stops, stops[1:], strict=False):
            neighbours[one].append(other)
            neighbours[other].append(one)
    middle: dict[int, float] = {}
    for stack in picture.columns:
        _stack(stack, dict.fromkeys(stack, 0.0), middle)
    for sweep in range(24):
        for stack in picture.columns if sweep % 2 else reversed(picture.columns):
            wished = {
                one: PULL * sum(middle[other] for other in neighbours[one]) / len(neighbours[one])
                if neighbours[one]
                else middle[one]
                for one in stack
            }
            _stack(stack, wished, middle)
    top = min((at - _height(one) / 2 for one, at in middle.items()), default=0)
    bottom = max((at + _height(one) / 2 for one, at in middle.items()), default=0)
    for one, at in middle.items():
        if one < 0:
            picture.bend_y[-1 - one] = round(at - top + MARGIN, 1)
        else:
            item = picture.items[one]
            item.x = MARGIN + item.column * (BOX_WIDTH + GAP_X)
            item.y = round(at - top + MARGIN - BOX_HEIGHT / 2, 1)
    picture.width = 2 * MARGIN + max(0, len(picture.columns) * (BOX_WIDTH + GAP_X) - GAP_X)
    picture.height = round(bottom - top + 2 * MARGIN, 1)


def _height(one: int) -> int:
    return BEND_HEIGHT if one < 0 else BOX_HEIGHT


def _stack(stack: Sequence[int], wished: dict[int, float], middle: dict[int, float]) -> None:
    """Put a column where its members wish to be, keeping order and gaps (pool adjacent violators)."""
    blocks: list[tuple[float, float, list[int]]] = []  # sum of (wish - offset), height before, members
    offset = 0.0
    offsets: dict[int, float] = {}
    for one in stack:
        offsets[one] = offset + _height(one) / 2
        offset += _height(one) + GAP_Y
        blocks.append((wished[one] - offsets[one], 1, [one]))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, weight, members = blocks.pop()
            before = blocks.pop()
            blocks.append((before[0] + total, before[1] + weight, before[2] + members))
    for total, weight, members in blocks:
        for one in members:
            middle[one] = total / weight + offsets[one]


def curve(stops: Iterable[tuple[float, float, float]]) -> str:
    """An SVG path through stops of (left, right, y): straight across each, an S between two."""
    places = list(stops)
    parts = [f"M{places[0][1]:g} {places[0][2]:g}"]
    for (_, here, y), (there, across, y2) in zip(places, places[1:], strict=False):
        half = (there - here) / 2
        parts.append(f"C{here + half:g} {y:g} {there - half:g} {y2:g} {there:g} {y2:g}")
        if across != there and (there, across, y2) != places[-1]:
            parts.append(f"H{across:g}")
    return "".join(parts)


def shortened(text: str, cells: int = _SMALL_CELLS) -> str:
    """A text that fits a line of a box."""
    return words.middle(text, cells)
