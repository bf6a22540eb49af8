"""A report indexed for reading: every node that it mentions, with its label, its part in the story and its people.

All renderers start from here, so that a node has the same label in the terminal, on the page and in a ticket.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from typing import Literal, NamedTuple
from urllib.parse import unquote

from graphprov.analysis.report import Affected, FlawedNode, ImpactReport, Owner, Step
from graphprov.model.identity import PREFIX, parse_id
from graphprov.model.vocabulary import KINDS, RELATIONS, Element, RelationType
from graphprov.report import words

Part = Literal["subject", "flawed", "affected", "cleared", "mentioned"]

RUN = "run"
"""Activities of all kinds are told together, as runs."""

_ELEMENTS: dict[str, tuple[str, str]] = {rule.type: (rule.target, rule.source) for rule in RELATIONS.values()}
"""The PROV types that a relation joins, from cause to effect."""

_SHORTEST_VERSION = 6
"""Fewer digits of a digest would be ambiguous in a store of a few thousand versions."""


class Node(NamedTuple):
    """One thing that the report mentions."""

    id: str
    part: Part
    element: str
    kind: str | None
    name: str
    version: str | None
    """As short as tells the versions in this report apart."""
    time: datetime | None
    affected: Affected | None = None

    @property
    def label(self) -> str:
        """What a person calls it, and may type: `antispam@9c1d04`; a run of a training is told by its day.

        A foreign identifier stays whole. Everything invisible is written out.
        """
        if self.element == Element.ACTIVITY and self.time is not None:
            return f"{words.visible(self.name)} {words.day(self.time)}"
        return self.reference

    @property
    def reference(self) -> str:
        """The shortest text that `graphprov` takes for it."""
        return words.visible(self._short)

    @property
    def typed(self) -> str:
        """The same as one types it in a command."""
        return words.argument(self._short, self.id)

    @property
    def _short(self) -> str:
        return self.name if self.version is None else f"{self.name}@{self.version}"


@dataclass(frozen=True)
class View:
    """A report with its nodes by id."""

    report: ImpactReport
    nodes: dict[str, Node]
    owners: dict[str, Owner] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)

    @cached_property
    def reached(self) -> list[Affected]:
        """What the flaw has reached, without the flawed nodes themselves."""
        return [node for node in self.report.affected if node.distance > 0]

    @cached_property
    def paths_counted(self) -> bool:
        """Whether the report says of anything how many paths lead to it."""
        return any(row.paths is not None for row in self.report.affected)

    @property
    def flawed(self) -> list[FlawedNode]:
        """The flawed nodes, in order of time."""
        return sorted(self.report.flawed, key=lambda node: (*_by_time(node), node.id))

    @cached_property
    def by_kind(self) -> list[tuple[str | None, list[Affected]]]:
        """What the flaw has reached: entities kind by kind in reading order, then runs; nearest first, then by time."""
        rows = sorted(
            self.reached, key=lambda node: (*_group(node), node.distance, node.name, *_by_time(node), node.id)
        )
        groups = [list(group) for _, group in groupby(rows, key=_group)]
        return [(RUN if _is_run(group[0]) else group[0].kind, group) for group in groups]

    def counts(self) -> list[tuple[str, int]]:
        """How much of each kind is affected, cut or not, in reading order; activities of any kind count as runs."""
        activities = {row.kind for row in self.report.affected if _is_run(row)}
        counts: dict[str, int] = defaultdict(int)
        for kind, count in self.report.counts.items():
            counts[
                RUN
                if kind in activities or kind == words.NO_RUN_KIND or _element_of(kind) == Element.ACTIVITY
                else kind
            ] += count
        return sorted(((kind, n) for kind, n in counts.items() if n), key=lambda pair: words.kind_rank(pair[0]))

    def live(self) -> dict[str, int]:
        """How many affected entities of each kind are still in use; of those listed, where the report does not say."""
        if self.report.live is not None:
            return self.report.live
        return Counter(row.kind or words.NO_KIND for row in self.reached if row.state == "live")

    def states(self, kind: str) -> dict[str, int]:
        """How many of the listed nodes of a kind are in each state."""
        return Counter(row.state for row in self.reached if row.kind == kind and row.state)

    def label(self, identifier: str) -> str:
        """The label of any id that the report mentions."""
        if identifier not in self._labels:
            node = self.nodes.get(identifier)
            name = self.report.names.get(identifier, identifier)
            self._labels[identifier] = words.visible(name) if node is None else node.label
        return self._labels[identifier]

    def people(self, node: Affected) -> list[str]:
        """The names of those responsible for a node."""
        return [words.visible(self.agent_name(agent)) for agent in node.responsible]

    def agent_name(self, identifier: str) -> str:
        """The plain name of an agent."""
        owner = self.owners.get(identifier)
        if owner is not None:
            return owner.agent.name
        parts = parse_id(identifier)
        return self.report.names.get(identifier, identifier) if parts is None else parts.name

    def why(self, identifier: str) -> list[Step] | None:
        """The path to a node, as listed with it or else followed from `via` to `via`; None where a part is missing."""
        behind: list[Step] = []
        seen = {identifier}
        while True:
            node = self.nodes.get(identifier)
            if node is None or node.affected is None:
                # A flawed node need not be listed among the affected; a path may well end at it.
                return behind[::-1] if node is not None and node.part == "flawed" else None
            if node.affected.why is not None:
                return [*node.affected.why, *behind[::-1]]
            if node.affected.distance == 0:
                return behind[::-1]
            if not node.affected.via or node.affected.via[0].cause in seen:
                return None
            behind.extend(reversed(node.affected.via))
            identifier = node.affected.via[0].cause
            seen.add(identifier)

    @staticmethod
    def path(why: Iterable[Step]) -> list[str]:
        """The ids along a path, from the flawed node to the end."""
        ids: list[str] = []
        for step in why:
            ids.extend([step.cause, step.effect] if not ids else [step.effect])
        return ids

    def telling(self) -> list[Affected]:
        """The model and the predictions that a reader asks about first: the nearest that are in use and not closed.

        Else the nearest; only such as have a path; without any, the nearest entity.
        """
        found: dict[str, Affected] = {}
        for node in sorted(self.reached, key=lambda node: node.state != "live" or node.resolution is not None):
            if node.kind in ("model", "predictions") and node.kind not in found and self.why(node.id):
                found[node.kind] = node
        if not found:
            first = next((node for node in self.reached if node.element == "Entity" and self.why(node.id)), None)
            found = {} if first is None else {first.id: first}
        return sorted(found.values(), key=lambda node: (node.distance, node.id))

    def rows(self, identifiers: Iterable[str]) -> Iterator[Affected]:
        """Those of some nodes that are listed as affected."""
        for identifier in identifiers:
            node = self.nodes.get(identifier)
            if node is not None and node.affected is not None:
                yield node.affected

    def holdings(self, owner: Owner) -> list[tuple[str | None, int]]:
        """How many affected nodes of each kind an owner has; what the list cut counts under no kind."""
        counts: dict[str | None, int] = defaultdict(int)
        for identifier in owner.affected:
            node = self.nodes.get(identifier)
            runs = node is not None and node.element == Element.ACTIVITY
            counts[None if node is None else RUN if runs else node.kind or words.NO_KIND] += 1
        return sorted(counts.items(), key=lambda pair: words.kind_rank(pair[0]))


def _is_run(node: Affected) -> bool:
    return node.element == Element.ACTIVITY.value


def _group(node: Affected) -> tuple[bool, tuple[int, str]]:
    runs = _is_run(node)
    return runs, words.kind_rank(RUN if runs else node.kind)


def _by_time(node: Affected | FlawedNode) -> tuple[bool, datetime]:
    return node.time is None, words.utc(node.time) if node.time is not None else datetime.min.replace(tzinfo=UTC)


def view(report: ImpactReport) -> View:
    """Index a report."""
    nodes: dict[str, Node] = {}
    for row in report.affected:
        part: Part = "affected" if row.distance else "flawed"
        nodes[row.id] = Node(row.id, part, row.element, row.kind, row.name, row.version, row.time, row)
    for flawed in report.flawed:
        known = nodes.get(flawed.id)
        element = known.element if known else _element_of(flawed.kind)
        row_of = known.affected if known else None
        nodes[flawed.id] = Node(
            flawed.id, "flawed", element, flawed.kind, flawed.name, flawed.version, flawed.time, row_of
        )
    for cleared in report.cleared:
        nodes.setdefault(
            cleared.id,
            Node(cleared.id, "cleared", "Entity", cleared.kind, cleared.name, cleared.version, None),
        )
    for subject in report.subjects:
        nodes.setdefault(
            subject.id, Node(subject.id, "subject", subject.element, subject.kind, subject.name, None, None)
        )
    for identifier, element in _mentioned(report, nodes):
        if identifier not in nodes:
            nodes[identifier] = _mentioned_node(report, identifier, element)
    return View(report, with_short_versions(nodes), {owner.agent.id: owner for owner in report.owners})


def _mentioned(report: ImpactReport, known: Container[str]) -> Iterator[tuple[str, str]]:
    """Every id that is not known yet, with the PROV type that its place in the report gives away."""
    for row in report.affected:
        for steps in (row.why, row.via):
            yield from _ends(steps or (), known)
    yield from _ends(report.relations, known)
    for cleared in report.cleared:
        yield cleared.activity, Element.ACTIVITY
    for identifier in (*report.time_unknown, *report.unknown_origin, *report.look_at_also):
        yield identifier, Element.ENTITY


def _ends(steps: Iterable[Step], known: Container[str]) -> Iterator[tuple[str, str]]:
    for step in steps:
        if step.cause not in known or step.effect not in known:
            cause, effect = _ELEMENTS.get(step.relation, (Element.ENTITY, Element.ENTITY))
            yield step.cause, cause
            yield step.effect, effect


def _mentioned_node(report: ImpactReport, identifier: str, element: str) -> Node:
    parts = parse_id(identifier)
    if parts is None:
        name = report.names.get(identifier, identifier)
        return Node(identifier, "mentioned", element, None, name, None, None)
    return Node(identifier, "mentioned", _element_of(parts.kind), parts.kind, parts.name, parts.version, None)


def _element_of(kind: str | None) -> str:
    known = KINDS.get(kind or "")
    return (known.element if known else Element.ENTITY).value


def with_short_versions(nodes: dict[str, Node]) -> dict[str, Node]:
    """Cut each digest to the fewest digits that tell it from the other versions of that name."""
    versions: dict[tuple[str | None, str], list[tuple[str, str]]] = defaultdict(list)
    for identifier, node in nodes.items():
        full = _full_version(node)
        if full is not None:
            versions[node.kind, node.name].append((full, identifier))
    for family in versions.values():
        family.sort()
        for at, (full, identifier) in enumerate(family):
            short = full
            if words.is_digest(full):
                beside = [family[other][0] for other in (at - 1, at + 1) if 0 <= other < len(family)]
                needed = _SHORTEST_VERSION
                while needed < len(full) and any(full[:needed] == one[:needed] for one in beside if one != full):
                    needed += 1
                short = full[:needed]
            if short != nodes[identifier].version:
                nodes[identifier] = nodes[identifier]._replace(version=short)
    return nodes


def _full_version(node: Node) -> str | None:
    """The version that an id of graphprov's own carries, which is whole; else what the report says."""
    if node.id.startswith(PREFIX):
        version = node.id.partition("@")[2]
        if version:
            return unquote(version) if "%" in version else version
    return node.version


def relations(report: ImpactReport) -> dict[tuple[str, str], Step]:
    """Every relation that the report tells of, by its ends: those of the paths first, then the others.

    A path's relation is kept where both name the same ends.
    """
    steps: dict[tuple[str, str], Step] = {}
    for row in report.affected:
        for step in (*(row.why or ()), *(row.via or ())):
            steps.setdefault((step.cause, step.effect), step)
    for step in report.relations:
        steps.setdefault((step.cause, step.effect), step)
    for cleared in report.cleared:
        steps.setdefault(
            (cleared.activity, cleared.id),
            Step(
                relation=RelationType.WAS_GENERATED_BY,
                cause=cleared.activity,
                effect=cleared.id,
                certainty="inferred",
            ),
        )
    return steps
