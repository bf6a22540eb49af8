"""What a report says of what was reached: paths, states, owners, what was cleared, and where the rules in force end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from graphprov.analysis.reach import Reach, identify
from graphprov.analysis.report import Affected, Cleared, Cut, Owner, Responsible, Step
from graphprov.analysis.rules import NOT_FOLLOWED, RULE_OF, Certainty
from graphprov.analysis.spread import NOT_REACHED, Spread
from graphprov.model.identity import short_id
from graphprov.model.vocabulary import CODE_ROLE, RelationType
from graphprov.store import Store
from graphprov.store.cypher import store_text
from graphprov.store.neighbourhood import UNKNOWN_TIME, EdgeClass, Neighbourhood, in_parts

WHY_LISTED = 5_000
"""For how many of the nearest a report spells out the whole path: paths are long, and the rest follows from `via`."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DETAILS_AT_ONCE = 10_000
_DRAWN_RELATIONS = 5_000


def affected_nodes(store: Store, found: Reach, listed: Sequence[int], owners: Sequence[Owner]) -> list[Affected]:
    """What the report says of each listed node, in their order."""
    if not listed:
        return []
    around, result = found.around, found.spread
    paths = {i: _path(around, result, int(found.positions[i])) for i in listed[:WHY_LISTED]}
    paths |= {i: _last_steps(around, result, int(found.positions[i])) for i in listed[WHY_LISTED:]}
    on_paths = {int(p) for path in paths.values() for edge in path for p in (around.cause[edge], around.effect[edge])}
    wanted = sorted(on_paths | {int(found.positions[i]) for i in listed})
    id_of = dict(zip(wanted, identify(store, around.nodes[wanted])[0], strict=True))
    reached = set(around.nodes[result.distance != NOT_REACHED].tolist())
    behalf = {owner.agent.id: owner.agent.on_behalf_of for owner in owners}
    numbers = around.nodes[found.positions[list(listed)]].tolist()
    rows = _details(store, numbers)
    superseded = _superseded(store, numbers, {number: row["time"] for number, row in rows.items()}, reached)
    affected = []
    for rank, i in enumerate(listed):
        position = int(found.positions[i])
        row = rows[int(around.nodes[position])]
        steps = [_step(around, edge, id_of) for edge in paths[i]]
        agents = sorted(agent for agent, _ in row["agents"])
        agents += [principal for agent in agents for principal in behalf.get(agent, ())]
        affected.append(
            Affected(
                id=row["id"],
                element=row["element"],
                kind=row["kind"],
                name=row["name"] or short_id(row["id"]),
                version=row["version"],
                time=row["time"],
                distance=int(found.distance[i]),
                certainty=Certainty(int(found.certainty[i])).word,
                state=_state(row, superseded),
                failed=row["failed"],
                why=steps if rank < WHY_LISTED else None,
                via=steps[-2:] if steps[-1].relation == RelationType.WAS_GENERATED_BY else steps[-1:],
                responsible=list(dict.fromkeys(agents)),
            )
        )
    return affected


def _details(store: Store, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What a report says of nodes, by number."""
    parts = (numbers[first : first + _DETAILS_AT_ONCE] for first in range(0, len(numbers), _DETAILS_AT_ONCE))
    return {row["number"]: row for part in parts for row in store.ask("detail", numbers=part).dicts()}


def _superseded(
    store: Store, numbers: Sequence[int], times: Mapping[int, datetime | None], reached: set[int]
) -> set[int]:
    """Those of these versions that have a later, unaffected version of the same general artifact."""
    found: set[int] = set()
    for given, versions, their_times in in_parts(store, store_text("later_versions"), "numbers", np.array(numbers)):
        unaffected = [time for version, time in zip(versions, their_times, strict=True) if version not in reached]
        if unaffected:
            newest = max(unaffected)
            found |= {number for number in given if (time := times[number]) is not None and time < newest}
    return found


def _state(row: dict[str, Any], superseded: set[int]) -> str | None:
    if row["element"] != "Entity":
        return None
    if row["invalidated"]:
        return "invalidated"
    return "superseded" if row["number"] in superseded else "live"


def _path(around: Neighbourhood, result: Spread, position: int) -> list[int]:
    """The edges of one shortest path from a flawed node, in order."""
    edges: list[int] = []
    while (edge := int(result.step[position])) >= 0:
        edges.append(edge)
        if around.edge_class[edge] == EdgeClass.GENERATION:
            edge = int(result.use[position])  # the use that carried the flaw into the run in time for this entity
            edges.append(edge)
        position = int(around.cause[edge])
    return edges[::-1]


def _last_steps(around: Neighbourhood, result: Spread, position: int) -> list[int]:
    """The end of that path: one edge, or the use and the generation that carried the flaw through a run."""
    edge = int(result.step[position])
    through_a_run = around.edge_class[edge] == EdgeClass.GENERATION
    return [int(result.use[position]), edge] if through_a_run else [edge]


def _step(around: Neighbourhood, edge: int, id_of: dict[int, str]) -> Step:
    rule = RULE_OF[EdgeClass(int(around.edge_class[edge]))]
    micros = int(around.time[edge])
    return Step(
        relation=rule.relation.value,
        cause=id_of[int(around.cause[edge])],
        effect=id_of[int(around.effect[edge])],
        certainty=rule.certainty.word,
        role=CODE_ROLE if rule.edge_class is EdgeClass.CODE_USE else None,
        time=None if micros == UNKNOWN_TIME else _EPOCH + timedelta(microseconds=micros),
    )


def owners_of(store: Store, found: Reach, asked: Sequence[int]) -> list[Owner]:
    """Whom to tell, each with what of theirs is affected; those with most first."""
    if not asked:
        return []
    numbers = found.around.nodes[found.positions[list(asked)]]
    id_of = dict(zip(numbers.tolist(), (found.ids[i] for i in asked), strict=True))
    relation_of: dict[int, str] = {}
    theirs: dict[int, set[int]] = {}
    for agent, relation, part in in_parts(store, store_text("responsible"), "numbers", numbers):
        relation_of[agent] = min(relation, relation_of.get(agent, relation))
        theirs.setdefault(agent, set()).update(part)
    rows = store.ask("owners", agents=list(theirs)).dicts()
    return [
        Owner(
            agent=Responsible(
                id=row["id"],
                kind=row["kind"],
                name=row["name"] or short_id(row["id"]),
                contact=row["contact"],
                relation=relation_of[row["agent"]],
                on_behalf_of=[principal["id"] for principal in row["principals"]],
            ),
            organizations=[each["name"] or short_id(each["id"]) for each in row["principals"] if each["removes"] == 1],
            affected=sorted(id_of[number] for number in theirs[row["agent"]]),
        )
        for row in sorted(rows, key=lambda row: (-len(theirs[row["agent"]]), row["id"]))
    ]


def cleared_nodes(store: Store, found: Reach) -> list[Cleared]:
    """What affected runs generated and the flaw did not reach, each with the rule that cleared it."""
    around, blocked = found.around, found.spread.blocked
    if not len(blocked):
        return []
    ends = np.unique(np.concatenate([around.cause[blocked], around.effect[blocked]]))
    rows = _details(store, around.nodes[ends].tolist())
    cleared: dict[str, Cleared] = {}
    for edge in blocked.tolist():
        row, run = rows[int(around.nodes[around.effect[edge]])], rows[int(around.nodes[around.cause[edge]])]
        cleared.setdefault(
            row["id"],
            Cleared(
                id=row["id"],
                kind=row["kind"],
                name=row["name"] or short_id(row["id"]),
                version=row["version"],
                rule="precision" if found.precise[edge] else "time",
                activity=run["id"],
            ),
        )
    return [cleared[id_] for id_ in sorted(cleared)]


def not_followed(store: Store, found: Reach) -> list[Cut]:
    """What lies behind relations that can carry a flaw and that no rule in force walks: the report ends there."""
    reached = found.around.nodes[found.spread.distance != NOT_REACHED]
    subjects = [subject.id for subject in found.flaw.subjects]
    behind: dict[str, set[int]] = {}
    for first in range(0, len(reached), _DETAILS_AT_ONCE):
        part = reached[first : first + _DETAILS_AT_ONCE].tolist()
        for relation, others in store.ask("not_followed", numbers=part, subjects=subjects).rows:
            behind.setdefault(relation, set()).update(others)
    known = set(reached.tolist())
    return [
        Cut(
            what=f"behind {relation}",
            shown=0,
            total=len(beyond),
            how=f"{NOT_FOLLOWED[relation]}: look at these by hand",
        )
        for relation, others in sorted(behind.items())
        if (beyond := others - known)
    ]


def look_at_also(store: Store, found: Reach) -> list[str]:
    """Ids of what was not reached and has the same content as, or is said to be, something flawed or affected.

    The rules follow neither: under another name it is another artifact. A person should look at it.
    """
    reached = found.around.nodes[found.spread.distance != NOT_REACHED]
    known, same = set(reached.tolist()), set[str]()
    for others, ids in in_parts(store, store_text("same_content"), "numbers", reached):
        same |= {id_ for other, id_ in zip(others, ids, strict=True) if other not in known}
    return sorted(same | _said_same(store, found))


def _said_same(store: Store, found: Reach) -> set[str]:
    """Ids of things that somebody said to be the same as something flawed or affected, and that were not reached."""
    if not _has_alternates(store):
        return set()
    reached = {*found.ids, *(node.id for node in found.flaw.flawed)}
    same: set[str] = set()
    waiting = sorted(reached)
    while waiting:  # of what is said to be the same, what is said to be the same as that
        others = {row["other"] for row in store.ask("same_things", ids=waiting).dicts()}
        waiting = sorted(others - reached - same)
        same.update(waiting)
    return same


def _has_alternates(store: Store) -> bool:
    return bool(store.ask("alternate_count").rows[0][0])


def relations_among(store: Store, found: Reach) -> list[Step]:
    """All relations among the flawed and affected nodes, for drawing; none where there are too many to draw."""
    around, distance = found.around, found.spread.distance
    inside = np.flatnonzero((distance[around.cause] != NOT_REACHED) & (distance[around.effect] != NOT_REACHED))
    if not 0 < len(inside) <= _DRAWN_RELATIONS:
        return []
    ends = np.unique(np.concatenate([around.cause[inside], around.effect[inside]]))
    id_of = dict(zip(ends.tolist(), identify(store, around.nodes[ends])[0], strict=True))
    return [_step(around, edge, id_of) for edge in inside.tolist()]
