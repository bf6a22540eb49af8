"""The lineage as a layered picture, left to right: what is drawn, folded how, and where it stands.

Three steps, each small enough to check by eye:

1. *Boxes.* A run with one affected output is drawn in one box with it ("train-antispam" above "antispam@9c1d04"), which
   halves the length of a pipeline; every other node is a box of its own. Runs of one name are all drawn so, or none.
2. *Items.* Up to `MOST_BOXES` boxes stand for themselves. More are folded: boxes of one part, kind and name (and run)
   become one item with a count; where that is still more than `MOST_ITEMS`, boxes of one part and kind; and at last of
   one part and PROV type.
3. *Places*, by `graphprov.report.layout`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rich.cells import cell_len

from graphprov.analysis.report import Step
from graphprov.model.vocabulary import Element, RelationType
from graphprov.report import words
from graphprov.report.layout import BOX_HEIGHT, BOX_WIDTH, Layout, lay_out
from graphprov.report.view import Node, View, relations

MOST_BOXES = 30
"""More boxes than this are folded."""

MOST_ITEMS = 60
"""More items than this are folded again, by kind."""

MOST_COLUMNS = 16
"""A longer picture is folded by kind as well, since nobody scrolls so far."""

MOST_UNFOLDED = 40
"""As many members of a folded item as can be unfolded; the table has the others."""

MIXED = 2
"""The coarseness at which an item holds things of several kinds."""

LINE_HEIGHT = 14.5
_TITLE_CELLS, _SMALL_CELLS = 13, 17
"""What fits a box in a wide font; a page cannot measure text before it is drawn."""

SUREST_FIRST = tuple(words.CERTAINTIES)

_SHAPES: dict[str, str] = {Element.ACTIVITY: "pill", Element.AGENT: "house"}
_BREAKS = re.compile(r"(?<=[-_./@:\s])")
_TAG_ORDER = ("flawed", "cleared", "failed", "live", *words.CLOSED.values(), "invalidated", "superseded", "possible")


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
        made_by = "" if self.run is None else self.run.label
        return _lines(words.kind_words(self.node.kind), self.node.label, made_by, self.detail)

    @property
    def says(self) -> str:
        """The same in one sentence, whole."""
        made_by = "" if self.run is None else self.run.label
        return _sentence(words.kind_words(self.node.kind), self.node.label, made_by, self.detail)

    @property
    def aloud(self) -> str:
        """What a screen reader says: what stands in it first, and all of it."""
        return _aloud(self.lines, self.says)

    def fold_key(self, coarse: int) -> tuple[object, ...]:
        """Boxes with one key may be folded into one item; the coarser, the fewer items."""
        node = self.node
        return (node.part, node.element, node.kind, node.name, self.run and self.run.name)[: (5, 3, 2)[coarse]]


@dataclass
class Item:
    """What is drawn in one place: a box, or many folded into one."""

    boxes: list[Box]
    coarse: int = 0
    """0: of one name; 1: of one kind; 2: of any kind."""

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
            told = {box.node.name if self.coarse == 1 else box.node.kind for box in self.boxes}
            return words.number(len(told), "name" if self.coarse == 1 else "kind")
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
    def caption(self) -> str:
        """What kind of thing it is, or are."""
        if self.coarse < MIXED:
            return words.kind_words(self.first.kind, len(self.boxes))
        return {Element.ACTIVITY: "runs", Element.AGENT: "agents"}.get(Element(self.first.element), "entities")

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
        return _lines(self.caption, self.title, self.made_by, self.detail)

    @property
    def says(self) -> str:
        """The same in one sentence, whole."""
        return _sentence(self.caption, self.title, self.made_by, self.detail)

    @property
    def aloud(self) -> str:
        """What a screen reader says: what stands in it first, and all of it."""
        return _aloud(self.lines, self.says)

    @property
    def shape(self) -> str:
        """The outline that tells parts and elements apart without colour."""
        return shape(self.first)

    @property
    def look(self) -> str:
        """What it is, in a word: flawed, cleared, mentioned, run, agent, live or affected."""
        if self.first.part in ("flawed", "cleared", "mentioned"):
            return self.first.part
        if self.shape in ("pill", "house"):
            return "run" if self.shape == "pill" else "agent"
        return "live" if any(tag == "live" for tag, _ in self.tags) else "affected"


def _lines(caption: str, title: str, made_by: str, detail: str) -> list[tuple[str, str]]:
    lines = [("caption", shortened(caption))]
    lines += [("title", line) for line in wrapped(title)]
    if made_by:
        lines.append(("by", shortened(f"by {made_by}")))
    if detail:
        lines.append(("detail", shortened(detail)))
    return lines


def _sentence(kind: str, title: str, made_by: str, detail: str) -> str:
    parts = [f"{kind} {title}", f"by {made_by}" if made_by else "", detail]
    return ", ".join(part for part in parts if part)


def _aloud(lines: list[tuple[str, str]], says: str) -> str:
    # Who speaks to a page names what they see (WCAG 2.5.3), so a shortened name stands in its label as it is shown.
    seen = " ".join(line for _, line in lines)
    return f"{seen}: {says}" if "…" in seen else says


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
    return _SHAPES.get(node.element, "rectangle")


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
            r = 26 if shape_name == "pill" else 7  # rounder, and the text would run over the corners
            corner = f"A{r:g} {r:g} 0 0 1"
            return (
                f"M{r:g} 0H{w - r:g}{corner} {w} {r:g}V{h - r:g}{corner} {w - r:g} {h}"
                f"H{r:g}{corner} 0 {h - r:g}V{r:g}{corner} {r:g} 0Z"
            )


def tags(box: Box) -> list[str]:
    """What the box must say in words, beside its colour and shape."""
    found: list[str] = [box.node.part] if box.node.part in ("flawed", "cleared") else []
    if any(node.affected.failed for node in (box.run, box.node) if node is not None and node.affected is not None):
        found.append("failed")
    row = box.node.affected
    if row is not None and box.node.part == "affected":
        if row.resolution is not None:
            found.append(words.CLOSED[row.resolution.how])
        elif row.state:
            found.append(row.state)
        if row.certainty == "possible":
            found.append("possible")
    return found


@dataclass
class Picture:
    """Items with their places, and the edges between boxes."""

    items: list[Item]
    layout: Layout
    edges: list[tuple[int, int]]
    """Pairs of boxes, numbered through all items."""
    item_of_box: list[int]
    box_of: dict[str, int]
    """The box of each drawn node."""
    certainty: dict[tuple[int, int], str]
    """Of each pair of joined items: that of the surest relation between them."""


def draw(view: View) -> Picture:
    """Lay out everything that the report relates to the flaw."""
    steps = [step for step in relations(view.report).values() if step.cause != step.effect]
    steps += _beginnings(view)
    boxes, box_of = _boxes(view, steps)
    edges: dict[tuple[int, int], str] = {}
    for step in sorted(steps, key=lambda step: -SUREST_FIRST.index(step.certainty)):
        pair = box_of[step.cause], box_of[step.effect]
        if pair[0] != pair[1]:
            edges[pair] = step.certainty
    picture = _placed(boxes, box_of, edges, coarse=0)
    if len(picture.layout.columns) > MOST_COLUMNS and len(boxes) > MOST_BOXES:
        picture = min(picture, _placed(boxes, box_of, edges, coarse=1), key=lambda one: len(one.layout.columns))
    return picture


def _placed(boxes: list[Box], box_of: dict[str, int], edges: dict[tuple[int, int], str], *, coarse: int) -> Picture:
    items, item_of_box, order = _fold(boxes, coarse=coarse)
    certainty: dict[tuple[int, int], str] = {}
    for (tail, head), one in sorted(edges.items(), key=lambda edge: -SUREST_FIRST.index(edge[1])):
        if item_of_box[tail] != item_of_box[head]:
            certainty[item_of_box[tail], item_of_box[head]] = one
    # Number boxes through all items, so that the page finds a box by its number alone.
    place = {old: new for new, old in enumerate(order)}
    return Picture(
        items=items,
        layout=lay_out(len(items), sorted(certainty)),
        edges=[(place[tail], place[head]) for tail, head in sorted(edges)],
        item_of_box=[item_of_box[old] for old in order],
        box_of={identifier: place[box] for identifier, box in box_of.items()},
        certainty=certainty,
    )


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
    boxes: list[Box] = []
    box_of: dict[str, int] = {}
    for node in drawn:
        if node.id in joined:
            continue
        maker = runs.get(node.id)
        box = Box(node, None if maker is None else view.nodes[maker])
        for identifier in box.ids:
            box_of[identifier] = len(boxes)
        boxes.append(box)
    return boxes, box_of


def _family(node: Node) -> tuple[object, ...]:
    return node.element, node.kind, node.name


def _fold(boxes: list[Box], *, coarse: int) -> tuple[list[Item], list[int], list[int]]:
    """Items, the item of each box, and the boxes' old numbers in the items' order."""
    groups: dict[object, list[int]] = {}
    if len(boxes) <= MOST_BOXES:
        groups = {number: [number] for number in range(len(boxes))}
    else:
        for coarse in range(coarse, MIXED + 1):  # noqa: B020 - the last one tried is the one that holds
            groups = defaultdict(list)
            for number, box in enumerate(boxes):
                groups[box.fold_key(coarse)].append(number)
            if len(groups) <= MOST_ITEMS:
                break
    items, item_of_box, order = [], [0] * len(boxes), []
    for at, members in enumerate(groups.values()):
        members.sort(key=lambda number: _by_time(boxes[number].node))
        items.append(Item([boxes[number] for number in members], coarse if len(members) > 1 else 0))
        for number in members:
            item_of_box[number] = at
        order += members
    return items, item_of_box, order


def _by_time(node: Node) -> tuple[bool, str, str]:
    return node.time is None, words.when(node.time), node.id


def shortened(text: str, cells: int = _SMALL_CELLS) -> str:
    """A text that fits a line of a box."""
    return words.middle(text, cells)
