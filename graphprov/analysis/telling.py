"""What a report says of what was reached: paths, states, owners, what was cleared, and what else to look at."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from graphprov.analysis.counting import count_paths
from graphprov.analysis.makers import Maker, Went, unsound_makers
from graphprov.analysis.paths import Paths, ids_at, steps
from graphprov.analysis.reach import Reach, identify
from graphprov.analysis.report import Affected, Cleared, Owner, Responsible, Step
from graphprov.analysis.rules import Certainty
from graphprov.analysis.spread import NOT_REACHED, UP
from graphprov.model.identity import short_id
from graphprov.store import Store
from graphprov.store.cypher import store_text
from graphprov.store.known import as_they_were
from graphprov.store.neighbourhood import EdgeClass
from graphprov.store.parts import in_parts

WHY_STEPS = 300_000
"""How many relations the whole paths of a report may have together: of nodes beyond, the rest follows from `via`."""

_DETAILS_AT_ONCE = 10_000
_DRAWN_RELATIONS = 5_000
_MOST_STATES = 20_000


def affected_nodes(store: Store, found: Reach, listed: Sequence[int], owners: Sequence[Owner]) -> list[Affected]:
    """What the report says of each listed node, in their order; `why` of as many of the nearest as have room."""
    if not listed:
        return []
    around, result, paths = found.around, found.spread, Paths(found)
    at = found.positions[list(listed)].tolist()
    whole = int(np.searchsorted(np.cumsum(result.distance[at]), WHY_STEPS, side="right"))
    why = {position: paths.to(position) for position in at[:whole]}
    via = {position: paths.last(position) for position in at}
    edges = {edge for path in (*why.values(), *via.values()) for edge in path}
    id_of = ids_at(store, around, [*at, *around.cause[list(edges)].tolist(), *around.effect[list(edges)].tolist()])
    numbers = around.nodes[at].tolist()
    rows = details(store, numbers, found.known_on)
    states = _states(store, found, rows)
    unsound = unsound_makers(store, [n for n in numbers if rows[n]["element"] == "Entity"], found.known_on)
    behalf = {owner.agent.id: owner.agent.on_behalf_of for owner in owners}
    counted = count_paths(found, at)
    affected = []
    for i, position in zip(listed, at, strict=True):
        row = rows[int(around.nodes[position])]
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
                state=states[row["number"]],
                failed=row["failed"],
                maker=_maker(unsound.get(row["number"], ())),
                why=steps(around, why[position], id_of) if position in why else None,
                via=steps(around, via[position], id_of),
                responsible=list(dict.fromkeys(agents)),
                paths=counted[position],
            )
        )
    return affected


def _maker(makers: Sequence[Maker]) -> Went | None:
    return None if not makers else "no end" if any(each.went == "no end" for each in makers) else "failed"


def details(store: Store, numbers: Sequence[int], known_on: datetime | None) -> dict[int, dict[str, Any]]:
    """What a report says of nodes, by number."""
    was = as_they_were(store, numbers, known_on)
    rows = {}
    for first in range(0, len(numbers), _DETAILS_AT_ONCE):
        part = list(numbers[first : first + _DETAILS_AT_ONCE])
        for row in store.ask("detail", numbers=part, known_on=known_on).dicts():
            node = was.get(row["number"], row["node"])
            rows[row["number"]] = {
                **{key: node.get(key) for key in ("kind", "name", "version")},
                "id": row["node"]["id"],
                "number": row["number"],
                "element": row["element"],
                "time": row["generated"] or _own_time(node),
                "failed": node.get("status") == "failed",
                "invalidated": row["withdrawn"] or node.get("invalidated_at") is not None,
                "agents": row["agents"],
            }
    return rows


def _own_time(node: Mapping[str, Any]) -> datetime | None:
    """The time that is shown: the one said last, where a node has several."""
    keys = ("generated_at", "issued_at", "delivered_at", "started_at")
    return next((node[key] for key in keys if node.get(key) is not None), None)


def _superseded(store: Store, found: Reach, numbers: Sequence[int], times: Mapping[int, datetime | None]) -> set[int]:
    """Those of these versions that have a later, unaffected version of the same general artifact."""
    reached = set(found.around.nodes[found.spread.distance != NOT_REACHED].tolist())
    superseded: set[int] = set()
    for given, versions in families(store, numbers, found.known_on):
        sound = [time for version, time, valid in versions if valid and version not in reached]
        if sound:
            newest = max(sound)
            superseded |= {number for number in given if (time := times[number]) is not None and time < newest}
    return superseded


def families(
    store: Store, numbers: Sequence[int], known_on: datetime | None
) -> Iterator[tuple[list[int], list[tuple[int, datetime, bool]]]]:
    """For each general artifact of some versions: those given, and all of its versions that have a time.

    Yields:
        Numbers; and of each version number, time, and whether it is valid, so that it supersedes those before it.
    """
    text = store_text("later_versions")
    for given, numbers_of, generated, withdrawn, nodes in in_parts(
        store, text, "numbers", np.array(numbers, np.int64), known_on=known_on
    ):
        was = as_they_were(store, numbers_of, known_on)
        versions = []
        for version, made, gone, own in zip(numbers_of, generated, withdrawn, nodes, strict=True):
            node = was.get(version, own)
            if (time := made or _own_time(node)) is not None:
                versions.append((version, time, not gone and node.get("invalidated_at") is None))
        yield given, versions


def live(store: Store, found: Reach, asked: Sequence[int]) -> list[int]:
    """Those of some affected nodes, by their place in the reach, that are still in use: entities that are live."""
    numbers = found.around.nodes[found.positions[list(asked)]].tolist()
    states = _states(store, found, details(store, numbers, found.known_on))
    return [i for i, number in zip(asked, numbers, strict=True) if states[number] == "live"]


def _states(store: Store, found: Reach, rows: Mapping[int, dict[str, Any]]) -> dict[int, str | None]:
    """By number, the state of each node with these details; None for runs."""
    superseded = _superseded(store, found, list(rows), {number: row["time"] for number, row in rows.items()})
    return {number: _state(row, superseded) for number, row in rows.items()}


def _state(row: dict[str, Any], superseded: set[int]) -> str | None:
    if row["element"] != "Entity":
        return None
    if row["invalidated"]:
        return "invalidated"
    return "superseded" if row["number"] in superseded else "live"


def live_counts(store: Store, found: Reach, asked: Sequence[int], kinds: Sequence[str]) -> dict[str, int] | None:
    """How many of some kinds are still in use, listed or not; None where there are too many to look at each."""
    mine = [i for i in asked if found.kinds[i] in kinds]
    if len(mine) > _MOST_STATES:
        return None
    return dict(sorted(Counter(found.kinds[i] for i in live(store, found, mine)).items()))


def owners_of(store: Store, found: Reach, asked: Sequence[int]) -> list[Owner]:
    """Whom to tell, each with what of theirs is affected; those with most first."""
    if not asked or not found.shape["answering"]:
        return []
    numbers = found.around.nodes[found.positions[list(asked)]]
    id_of = dict(zip(numbers.tolist(), (found.ids[i] for i in asked), strict=True))
    return owners_among(store, id_of, found.known_on)


def owners_among(store: Store, id_of: Mapping[int, str], known_on: datetime | None) -> list[Owner]:
    """Who answers for some nodes, given by number with their ids; those with most first."""
    relation_of: dict[int, str] = {}
    theirs: dict[int, set[int]] = {}
    numbers = np.fromiter(id_of, np.int64)
    for agent, relation, part in in_parts(store, store_text("responsible"), "numbers", numbers, known_on=known_on):
        relation_of[agent] = min(relation, relation_of.get(agent, relation))
        theirs.setdefault(agent, set()).update(part)
    rows = store.ask("owners", agents=list(theirs), known_on=known_on).dicts()
    principals = {each["number"] for row in rows for each in row["principals"]}
    was = as_they_were(store, sorted(principals.union(theirs)), known_on)
    owners = []
    for row in sorted(rows, key=lambda row: (-len(theirs[row["agent"]]), row["node"]["id"])):
        node = was.get(row["agent"], row["node"])
        agent = Responsible(
            id=row["node"]["id"],
            kind=node.get("kind"),
            name=node.get("name") or short_id(row["node"]["id"]),
            contact=node.get("contact"),
            relation=relation_of[row["agent"]],
            on_behalf_of=[principal["id"] for principal in row["principals"]],
        )
        direct = [
            was.get(each["number"], each).get("name") or short_id(each["id"])
            for each in row["principals"]
            if each["removes"] == 1
        ]
        affected = sorted(id_of[number] for number in theirs[row["agent"]])
        owners.append(Owner(agent=agent, organizations=direct, affected=affected))
    return owners


def cleared_nodes(store: Store, found: Reach, most: int) -> tuple[list[Cleared], int]:
    """What affected runs generated and the flaw did not reach, each with the rule that cleared it.

    Returns:
        The first so many by id, and how many there are.
    """
    around, blocked = found.around, found.spread.blocked
    outputs, first = np.unique(around.effect[blocked], return_index=True)
    ids, _, said = identify(store, around.nodes[outputs])
    every = [(id_, edge) for id_, edge, named in zip(ids, blocked[first].tolist(), said.tolist(), strict=True) if named]
    shown = heapq.nsmallest(most, every) if most < len(every) else sorted(every)
    edges = np.array([edge for _, edge in shown], np.int64)
    runs = ids_at(store, around, around.cause[edges].tolist())
    rows = details(store, around.nodes[around.effect[edges]].tolist(), found.known_on)
    cleared = []
    for _, edge in shown:
        output = rows[int(around.nodes[around.effect[edge]])]
        cleared.append(
            Cleared(
                id=output["id"],
                kind=output["kind"],
                name=output["name"] or short_id(output["id"]),
                version=output["version"],
                rule="precision" if found.precise[edge] else "time",
                activity=runs[int(around.cause[edge])],
            )
        )
    return cleared, len(every)


def look_at_also(store: Store, found: Reach) -> set[str]:
    """Ids of what was not reached and has the same content as, or is said to be, something flawed or affected.

    The rules follow neither: under another name it is another artifact. A person should look at it.
    """
    shape = found.shape
    also = _of_same_content(store, found) if shape["digests"] else set()
    return also | (_said_same(store, found) if "ALTERNATE_OF" in shape["relations"] else set())


def _of_same_content(store: Store, found: Reach) -> set[str]:
    reached = found.around.nodes[found.spread.distance != NOT_REACHED]
    known, same = set(reached.tolist()), dict[int, str]()
    was = as_they_were(store, reached.tolist(), found.known_on)
    contentless = [number for number, node in was.items() if node.get("digest") is None]
    asked = reached[~np.isin(reached, contentless)]
    for others, ids in in_parts(store, store_text("same_content"), "numbers", asked, known_on=found.known_on):
        same |= {other: id_ for other, id_ in zip(others, ids, strict=True) if other not in known}
    later = as_they_were(store, list(same), found.known_on)
    return {id_ for other, id_ in same.items() if later.get(other, {"digest": True}).get("digest")}


def _said_same(store: Store, found: Reach) -> set[str]:
    """Ids of things that somebody said to be the same as something flawed or affected, and that were not reached."""
    reached = {*found.ids, *(node.id for node in found.flaw.flawed)}
    same: set[str] = set()
    waiting = sorted(reached)
    while waiting:  # of what is said to be the same, what is said to be the same as that
        rows = store.ask("same_things", ids=waiting, known_on=found.known_on).dicts()
        others = {row["other"] for row in rows}
        waiting = sorted(others - reached - same)
        same.update(waiting)
    return same


def relations_among(store: Store, found: Reach) -> list[Step]:
    """All relations among the flawed and affected nodes, for drawing; none where there are too many to draw."""
    around, distance = found.around, found.spread.distance
    # The way up to a general entity is drawn where a path goes by it; by itself it carries nothing.
    aside = np.isin(around.edge_class, (*UP, EdgeClass.GENERAL_USE))
    inside = np.flatnonzero((distance[around.cause] != NOT_REACHED) & (distance[around.effect] != NOT_REACHED) & ~aside)
    if not 0 < len(inside) <= _DRAWN_RELATIONS:
        return []
    ends = np.unique(np.concatenate([around.cause[inside], around.effect[inside]])).tolist()
    relations = steps(around, inside.tolist(), ids_at(store, around, ends))
    return sorted(relations, key=lambda step: (step.effect, step.relation, step.cause, step.rule or "", str(step.time)))
