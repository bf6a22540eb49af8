"""The data block of the page: all nodes as columns, all paths as one tree, and what the picture needs to unfold.

The page's script reads it once and draws only what is looked at, so that a page of 100,000 rows opens at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from graphprov.analysis.report import Affected, Step
from graphprov.model.vocabulary import Element
from graphprov.report import closing, layout, words
from graphprov.report import picture as drawing
from graphprov.report.verbs import verb
from graphprov.report.view import Node, View

PAGE_ROWS = 100
"""Rows of the table that are there before, and without, the script; also the script's page."""

LABEL_LENGTH = 160
"""Longer names are cut in the middle; full identifiers are shown where a row is opened."""

STATES = ("", "live", "superseded", "invalidated", "failed")
CERTAINTIES = tuple(words.CERTAINTIES)
PARTS = ("", closing.OPEN, *words.CLOSED.values())

_ID_LENGTH = 2_000
_NOTE_LENGTH = 500


def page_data(shown: View, picture: drawing.Picture) -> dict[str, Any]:
    """All nodes as columns; the affected come first, in the order in which the table shows them."""
    rows = [node for _, members in shown.by_kind for node in members]
    nodes = [shown.nodes[row.id] for row in rows]
    inside = {row.id for row in rows}
    nodes += [node for node in shown.nodes.values() if node.id not in inside]
    number = {node.id: at for at, node in enumerate(nodes)}
    kinds = sorted({node.kind for node in nodes}, key=words.kind_rank)
    kind_number = {kind: at for at, kind in enumerate(kinds)}
    owners = list(shown.owners) + sorted({a for row in rows for a in row.responsible} - set(shown.owners))
    owner_number = {agent: at for at, agent in enumerate(owners)}
    trie = _Trie(shown, number)
    first_box = _first_boxes(picture)
    paths, paths_said = _path_counts(rows)
    return {
        "rows": len(rows),
        "pageRows": PAGE_ROWS,
        "id": [_safe(node.id, _ID_LENGTH) for node in nodes],
        "label": [words.middle(node.label, LABEL_LENGTH) for node in nodes],
        "kind": [kind_number[node.kind] for node in nodes],
        "kinds": [words.middle(words.kind_words(kind), LABEL_LENGTH) for kind in kinds],
        "run": [int(node.element == Element.ACTIVITY) for node in nodes],
        "part": [node.part for node in nodes[len(rows) :]],
        "time": ["" if node.time is None else words.when(node.time) for node in nodes],
        "distance": [row.distance for row in rows],
        "certainty": [CERTAINTIES.index(row.certainty) for row in rows],
        "certainties": CERTAINTIES,
        "state": [_state(row) for row in rows],
        "states": STATES,
        "paths": paths,
        "pathsSaid": paths_said,
        "closed": [PARTS.index(closing.part(row)) for row in rows] if shown.report.incidents else None,
        "closings": PARTS,
        "notes": {at: _resolution(shown, row) for at, row in enumerate(rows) if row.resolution is not None},
        "who": [[owner_number[agent] for agent in row.responsible] for row in rows],
        "owners": [_safe(shown.agent_name(agent)) for agent in owners],
        "contacts": [_contact(shown, agent) for agent in owners],
        "why": [trie.end_of(row.id) for row in rows],
        "trie": trie.columns(),
        "box": [_box(picture, first_box, node) for node in nodes],
        "picture": _picture(picture, first_box, number),
        "lit": number[lit.id] if (lit := worst(shown)) else -1,
    }


def worst(shown: View) -> Affected | None:
    """Whose path the picture shows at first: predictions rather than a model, as `View.telling` chooses them."""
    telling = shown.telling()
    return next((node for node in telling if node.kind == "predictions"), telling[-1] if telling else None)


def _safe(text: str, length: int = LABEL_LENGTH) -> str:
    return words.visible(words.middle(text, length))


def _state(row: Affected) -> int:
    return STATES.index("failed" if row.failed else row.state or "")


def _path_counts(rows: Sequence[Affected]) -> tuple[list[int], list[list[str]]]:
    """The number of paths to each row as a place among the few different ones, and these in words, the fewest first."""
    different = sorted({row.paths for row in rows}, key=_many)
    place = {count: at for at, count in enumerate(different)}
    said = [["" if count is None else words.short_paths(count), words.paths(count)] for count in different]
    return [place[row.paths] for row in rows], said


def _many(count: int | str | None) -> tuple[int, int]:
    return (0, 0) if count is None else (2, 0) if isinstance(count, str) else (1, count)


def _resolution(shown: View, row: Affected) -> str:
    """How a part was closed, in one sentence."""
    resolution = row.resolution
    if resolution is None:
        return ""
    by = f" by {_safe(shown.agent_name(resolution.by))}" if resolution.by else ""
    note = f": {_safe(resolution.note, _NOTE_LENGTH)}" if resolution.note else ""
    return f"Closed as {words.CLOSED[resolution.how]}{by} on {words.when(resolution.at)}{note}"


def _contact(shown: View, agent: str) -> str:
    owner = shown.owners.get(agent)
    return _safe(owner.agent.contact) if owner is not None and owner.agent.contact else ""


# --- paths ------------------------------------------------------------------------------------------------------------


@dataclass
class _Trie:
    """All paths as one tree, since most share their beginnings: each step once, with the step before it."""

    shown: View
    number: dict[str, int]
    parent: list[int] = field(default_factory=list)
    node: list[int] = field(default_factory=list)
    step: list[Step | None] = field(default_factory=list)
    places: dict[tuple[int, int, str], int] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.shown.report.affected:  # nearest first, so that what a `via` follows from is there already
            end = row.why or row.via
            if not end or (at := self._start(end[0].cause)) is None:
                continue
            for step in end:
                at = self._place(at, step)
            self.ends[row.id] = at

    def _start(self, cause: str) -> int | None:
        if cause in self.ends:
            return self.ends[cause]
        node = self.shown.nodes.get(cause)
        return self._root(cause) if node is not None and node.part == "flawed" else None

    def _root(self, identifier: str) -> int:
        return self._add((-1, self.number[identifier], ""), None)

    def _place(self, parent: int, step: Step) -> int:
        return self._add((parent, self.number[step.effect], step.relation), step)

    def _add(self, key: tuple[int, int, str], step: Step | None) -> int:
        place = self.places.get(key)
        if place is None:
            place = self.places[key] = len(self.parent)
            self.parent.append(key[0])
            self.node.append(key[1])
            self.step.append(step)
        return place

    def end_of(self, identifier: str) -> int:
        """Where the path to a node ends; -1 where none is known."""
        return self.ends.get(identifier, -1)

    def columns(self) -> dict[str, list[Any]]:
        """The tree for the page."""
        verbs: dict[str, int] = {}
        rules: dict[str, int] = {}
        verb_of, rule_of = [], []
        for step in self.step:
            verb_of.append(-1 if step is None else verbs.setdefault(verb(step), len(verbs)))
            rule = None if step is None else step.rule
            rule_of.append(-1 if rule is None else rules.setdefault(_safe(rule, 60), len(rules)))
        return {
            "parent": self.parent,
            "node": self.node,
            "verb": verb_of,
            "rule": rule_of if rules else [],
            "certainty": [-1 if s is None else CERTAINTIES.index(s.certainty) for s in self.step],
            "time": ["" if s is None or s.time is None else words.when(s.time) for s in self.step],
            "verbs": list(verbs),
            "rules": list(rules),
        }


# --- the picture ------------------------------------------------------------------------------------------------------


def _first_boxes(picture: drawing.Picture) -> list[int]:
    """The number of each item's first box."""
    return [0, *accumulate(len(item.boxes) for item in picture.items)]


def _box(picture: drawing.Picture, first_box: list[int], node: Node) -> list[int]:
    """The item and the member of it (or the one for all further members) that stands for a node; empty: not drawn."""
    box = picture.box_of.get(node.id)
    if box is None:
        return []
    item = picture.item_of_box[box]
    return [item, min(box - first_box[item], drawing.MOST_UNFOLDED)]


def _picture(picture: drawing.Picture, first_box: list[int], number: dict[str, int]) -> dict[str, Any]:
    joins: dict[tuple[int, int], set[tuple[int, int]]] = {pair: set() for pair in picture.layout.chains}
    for tail, head in picture.edges:
        pair = picture.item_of_box[tail], picture.item_of_box[head]
        if pair in joins:
            most = drawing.MOST_UNFOLDED
            joins[pair].add((min(tail - first_box[pair[0]], most), min(head - first_box[pair[1]], most)))
    return {
        "columns": picture.layout.columns,
        "bends": picture.layout.bends,
        "edges": [
            [a, b, chain, sorted(joins[a, b]), picture.certainty[a, b]]
            for (a, b), chain in picture.layout.chains.items()
        ],
        "items": [[len(item.boxes), number[item.first.id]] for item in picture.items],
        "members": [
            [number[box.node.id] for box in item.boxes[: drawing.MOST_UNFOLDED]] if item.folded else []
            for item in picture.items
        ],
        "most": drawing.MOST_UNFOLDED,
        "size": [
            layout.BOX_WIDTH,
            layout.BOX_HEIGHT,
            layout.GAP_X,
            layout.GAP_Y,
            layout.MARGIN,
            layout.BEND_HEIGHT,
            layout.PULL,
        ],
    }
