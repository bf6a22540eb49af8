"""The report as one page that needs nothing else: no network, no fonts, no library.

The page's style and script are files beside its template, put in whole and named by digest in the
Content-Security-Policy, so a browser runs these two and nothing that a name could smuggle in. Everything from outside
goes through Jinja's autoescape, or into a JSON block in which no `<` can stand.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from graphprov.analysis.report import Affected, ImpactReport, Owner, Step
from graphprov.model.vocabulary import Element
from graphprov.report import layout, words
from graphprov.report import picture as drawing
from graphprov.report.summary import in_use, unknowns
from graphprov.report.timeline import timeline
from graphprov.report.verbs import verb
from graphprov.report.view import RUN, Node, View, view

PAGE_ROWS = 100
"""Rows of the table that are there before, and without, the script; also the script's page."""

_LISTED = 200
_OWNERS = 100
_LABEL_LENGTH = 160
_PROSE_LENGTH = 1_000
_ID_LENGTH = 2_000
_STATES = ("", "live", "superseded", "invalidated", "failed")
_CERTAINTIES = ("declared", "inferred", "possible")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_JSON_UNSAFE = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def to_html(report: ImpactReport) -> str:
    """The report as a page."""
    shown = view(report)
    picture = drawing.draw(shown)
    data = _data(shown, picture)
    style, script = _asset("page.css"), _asset("page.js")
    return _template().render(
        report=report,
        view=shown,
        subjects=[words.visible(words.middle(subject.name, _LABEL_LENGTH)) for subject in report.subjects],
        subject_kind=words.kind_words(report.subjects[0].kind) if len(report.subjects) == 1 else "subjects",
        counts=_cards(shown),
        reached=words.listed(words.counted(k, n) for k, n in shown.counts() if k in ("model", "predictions"))
        or words.number(report.total, "artifact or run", "artifacts and runs"),
        in_use=in_use(shown),
        unknowns=unknowns(report),
        picture=picture,
        edges=_edges(picture),
        members=[item.boxes[: drawing.MOST_UNFOLDED] if item.folded else [] for item in picture.items],
        timeline=timeline(shown),
        rows=_first_rows(data),
        data=Markup(json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_JSON_UNSAFE)),  # noqa: S704
        kinds=data["kinds"],
        states=[state for state in _STATES if state],
        certainties=_CERTAINTIES,
        owners=[_owner(shown, at, owner) for at, owner in enumerate(report.owners[:_OWNERS])],
        cleared=report.cleared[:_LISTED],
        cleared_by=words.CLEARED_BY,
        listed=_LISTED,
        command=" ".join(words.command(report)),
        style=Markup(style),  # noqa: S704 - a file of ours
        script=Markup(script),  # noqa: S704 - a file of ours
        policy=(
            "default-src 'none'; base-uri 'none'; form-action 'none'; "
            f"script-src {_digest(script)}; style-src {_digest(style)}"
        ),
    )


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: _asset(name)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        outline=drawing.outline,
        shape=drawing.shape,
        tags=drawing.tags,
        box=(layout.BOX_WIDTH, layout.BOX_HEIGHT, drawing.LINE_HEIGHT),
    )
    environment.filters.update(
        visible=lambda text: words.visible(words.middle(text, _LABEL_LENGTH)),
        prose=lambda text: words.visible(words.middle(text, _PROSE_LENGTH)),
        when=words.when,
        window=lambda report: words.window(report.since, report.until),
        kind=words.kind_words,
        short=drawing.shortened,
        cut=words.cut,
        comma=lambda count: f"{count:,}",
    )
    return environment.get_template("impact.html.j2")


@lru_cache
def _asset(name: str) -> str:
    return (files("graphprov.report") / "templates" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@dataclass(frozen=True)
class _Card:
    number: int
    what: str
    say: str
    alarming: bool


def _cards(shown: View) -> list[_Card]:
    live = shown.live()
    cards = []
    for kind, count in shown.counts():
        if kind == RUN:
            failed = sum(node.failed for node in shown.reached)
            say = f"{failed:,} failed" if failed else ""
        else:
            say = f"{live[kind]:,} still in use" if live.get(kind) else "none still in use"
            if shown.report.live is None and not shown.report.complete:
                say = f"{say}, of those listed"
        cards.append(_Card(count, words.kind_words(kind, count), say, kind != RUN and bool(live.get(kind))))
    return cards


# --- the data block ---------------------------------------------------------------------------------------------------


def _data(shown: View, picture: drawing.Picture) -> dict[str, Any]:
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
    return {
        "rows": len(rows),
        "pageRows": PAGE_ROWS,
        "id": [words.visible(words.middle(node.id, _ID_LENGTH)) for node in nodes],
        "label": [words.middle(node.label, _LABEL_LENGTH) for node in nodes],
        "kind": [kind_number[node.kind] for node in nodes],
        "kinds": [words.middle(words.kind_words(kind), _LABEL_LENGTH) for kind in kinds],
        "run": [int(node.element == Element.ACTIVITY) for node in nodes],
        "part": [node.part for node in nodes[len(rows) :]],
        "time": ["" if node.time is None else words.when(node.time) for node in nodes],
        "distance": [row.distance for row in rows],
        "certainty": [_CERTAINTIES.index(row.certainty) for row in rows],
        "certainties": _CERTAINTIES,
        "state": [_state(row) for row in rows],
        "states": _STATES,
        "who": [[owner_number[agent] for agent in row.responsible] for row in rows],
        "owners": [words.visible(words.middle(shown.agent_name(agent), _LABEL_LENGTH)) for agent in owners],
        "why": [trie.end_of(row.id) for row in rows],
        "trie": trie.columns(),
        "box": [_box(picture, first_box, node) for node in nodes],
        "picture": _picture(picture, first_box, number),
        "lit": number[lit.id] if (lit := _worst(shown)) else -1,
    }


def _worst(shown: View) -> Affected | None:
    """Whose path the picture shows at first: the nearest live predictions, else a live model, else the nearest."""
    for kind in ("predictions", "model"):
        for node in shown.reached:
            if node.kind == kind and node.state == "live" and shown.why(node.id):
                return node
    telling = shown.telling()
    return telling[-1] if telling else None


def _state(row: Affected) -> int:
    return _STATES.index("failed" if row.failed else row.state or "")


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
        for step in self.step:
            verbs.setdefault(_verb(step), len(verbs))
        return {
            "parent": self.parent,
            "node": self.node,
            "verb": [-1 if step is None else verbs[_verb(step)] for step in self.step],
            "certainty": [-1 if s is None else _CERTAINTIES.index(s.certainty) for s in self.step],
            "time": ["" if s is None or s.time is None else words.when(s.time) for s in self.step],
            "verbs": list(verbs),
        }


def _verb(step: Step | None) -> str:
    """How a relation reads from cause to effect; a beginning has none."""
    if step is None:
        return ""
    return verb(step)


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
        "edges": [[a, b, chain, sorted(joins[a, b])] for (a, b), chain in picture.layout.chains.items()],
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


def _edges(picture: drawing.Picture) -> list[tuple[str, str]]:
    """The path of each drawn edge, and how it looks."""
    return [
        (picture.layout.path(tail, head), "cleared" if picture.items[head].first.part == "cleared" else "")
        for tail, head in picture.layout.chains
    ]


def _first_rows(data: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "label": data["label"][at],
            "kind": data["kinds"][data["kind"][at]],
            "distance": f"{data['distance'][at]}",
            "certainty": _CERTAINTIES[data["certainty"][at]],
            "state": _STATES[data["state"][at]],
            "time": data["time"][at],
            "who": ", ".join(data["owners"][agent] for agent in data["who"][at]),
        }
        for at in range(min(PAGE_ROWS, data["rows"]))
    ]


def _owner(shown: View, at: int, owner: Owner) -> dict[str, Any]:
    contact = owner.agent.contact or ""
    names = ", ".join(subject.name for subject in shown.report.subjects)[:100]
    held = words.listed(words.counted(k, n) if k else f"{n:,} not listed" for k, n in shown.holdings(owner))
    body = (
        f"A flaw in {words.visible(names)} ({words.window(shown.report.since, shown.report.until)}) has reached "
        f"{held} of yours.\n\nThe report, made {words.when(shown.report.made_at)}, says why."
    )
    subject = quote(f"Affected by a flaw in {words.visible(names)}")
    return {
        "number": at,
        "name": words.visible(words.middle(owner.agent.name, _LABEL_LENGTH)),
        "organizations": [words.visible(words.middle(name, _LABEL_LENGTH)) for name in owner.organizations],
        "contact": words.visible(words.middle(contact, _LABEL_LENGTH)),
        # Only what is plainly an address becomes a link: a contact is text from outside, and could be `javascript:`.
        "mailto": f"mailto:{contact}?subject={subject}&body={quote(body)}" if _ADDRESS.fullmatch(contact) else "",
        "held": held,
    }
