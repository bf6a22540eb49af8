"""Why an artifact is affected: the shortest paths, what they all go through, and the smallest cut; or why it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import numpy as np

from graphprov.analysis.behind import looked_at
from graphprov.analysis.between import Names, names_of, states_before
from graphprov.analysis.choices import Choices, Way
from graphprov.analysis.counting import count_paths
from graphprov.analysis.cutting import choke_points, smallest_cut
from graphprov.analysis.explanation import CutSet, Path, Why
from graphprov.analysis.flaw import Candidate, Flaw, ResolvedFlaw, check_day, named, resolve_flaw
from graphprov.analysis.passage import Passage, passage
from graphprov.analysis.paths import steps
from graphprov.analysis.reach import Reach
from graphprov.analysis.rules import RULE_OF, Certainty
from graphprov.analysis.spared import Spared, spared
from graphprov.analysis.spread import NOT_REACHED
from graphprov.analysis.things import things_among
from graphprov.errors import InvalidInput
from graphprov.store import Store
from graphprov.store.between import Between
from graphprov.store.neighbourhood import EdgeClass
from graphprov.version import VERSION

PATHS = 3
"""How many paths are told unless others are asked for."""


def why(
    store: Store,
    artifact: str,
    flaw: Flaw,
    *,
    paths: int = PATHS,
    known_on: datetime | None = None,
    told: Callable[[int], None] | None = None,
) -> Why:
    """Tell whether and how a flaw reached an artifact, by the rules in `docs/impact.md`.

    Cost grows with what lies downstream of the flaw or upstream of the artifact, whichever is less.

    Args:
        artifact: What a person types. A general artifact stands for its newest version that is affected.
        paths: How many paths to tell at most.
        known_on: Only what the store had learnt by then.
        told: Called now and then with the number of nodes looked at so far.

    Raises:
        UnknownReference: A subject or the artifact is not known; carries the nearest.
        AmbiguousReference: One of them could be several things; carries them.
        EmptyFlaw: The window selects nothing; carries what there is.
        InvalidInput: The number of paths is less than one, the day is yet to come, or a subject or the artifact is an
            incident.
    """
    if paths < 1:
        raise InvalidInput(f"the number of paths cannot be {paths}: expected 1 or more")
    check_day(known_on, store.now())
    asked = _asked(store, artifact, known_on)
    resolved = resolve_flaw(store, flaw, known_on=known_on)
    shape = store.ask("shape").dicts()[0]
    search = Between(
        store,
        resolved.numbers,
        [each.number for each in asked],
        shape=shape,
        subjects=resolved.subject_numbers,
        known_on=known_on,
        told=told,
    )
    area = looked_at(store, search.found(), shape, known_on=known_on)
    found = area.reached_from(resolved.numbers, resolved.subject_numbers)
    affected = [] if found is None else _affected(found, asked)
    common = {
        "graphprov_version": VERSION,
        "made_at": datetime.now(UTC),
        "given": artifact,
        "versions": len(asked),
        "versions_affected": len(affected),
        "subjects": resolved.subjects,
        "since": flaw.since,
        "until": flaw.until,
        "as_known_on": known_on,
    }
    if found is not None and affected:
        chosen = _chosen(affected)
        parts, numbers = _explained(store, found, resolved, chosen, paths)
    else:
        chosen = _chosen(asked)
        area = looked_at(store, search.upstream(), shape, known_on=known_on)
        parts, numbers = _cleared(spared(store, area, resolved, chosen.number), resolved)
    things, agents = things_among(store, [chosen.number, *numbers], known_on)
    return Why(artifact=chosen.id, things=things, agents=agents, **common, **parts)


def _asked(store: Store, artifact: str, known_on: datetime | None) -> list[Candidate]:
    """What an artifact as typed stands for: itself where it is a version or a run, else its versions."""
    found = named(store, artifact, known_on)[1]
    return [each for each in found if not each.itself or each.carries] or found


def _affected(found: Reach, asked: Sequence[Candidate]) -> list[Candidate]:
    around, distance = found.around, found.spread.distance
    here = [each for each in asked if each.number in around.nodes]
    positions = around.positions([each.number for each in here])
    return [each for each, at in zip(here, positions.tolist(), strict=True) if distance[at] != NOT_REACHED]


def _chosen(candidates: Sequence[Candidate]) -> Candidate:
    """The newest; those without a time come last."""
    return min(candidates, key=lambda each: (-max(each.times).timestamp() if each.times else np.inf, each.id))


def _explained(
    store: Store, found: Reach, resolved: ResolvedFlaw, chosen: Candidate, paths: int
) -> tuple[dict[str, Any], set[int]]:
    """The answer for an affected artifact, and the numbers of the nodes that it mentions."""
    around = found.around
    target = int(around.positions([chosen.number])[0])
    distance = int(found.spread.distance[target])
    certainty = Certainty(int(found.spread.certainty[target])).word
    if not distance:
        itself = [each for each in resolved.flawed if each.id == chosen.id]
        path = Path(nodes=[chosen.id], steps=[], certainty="declared")
        parts = {"answer": "flawed", "flawed": itself, "distance": 0, "certainty": "declared", "paths": [path]}
        return parts, {chosen.number}
    states, flawed = states_before(found, np.array([target]))
    middle = passage(states, flawed, np.array([target]))
    names = names_of(store, found, middle)
    choices = Choices(middle, names.rank)
    ways = list(islice(choices.ways(), paths + 1))
    told = ways[:paths]
    fixed = np.zeros(len(around.nodes), np.bool_)
    fixed[[*found.flawed.tolist(), target]] = True
    first = [node for node in dict.fromkeys(ways[0].nodes) if not fixed[node]]
    choke = choke_points(middle, first)
    cut = smallest_cut(middle, fixed, cost=np.ones(len(fixed), np.int64), order=lambda node: (names.ids[node],))
    direct = [] if cut is not None else _direct(found, middle, target)
    leading = set(around.nodes[middle.node[middle.starts]].tolist())
    mentioned = {node for way in told for node in way.nodes} | {*choke} | {*(cut.nodes if cut else ())}
    mentioned |= {int(around.cause[edge]) for edge in direct}
    parts = {
        "answer": "affected",
        "flawed": [each for each, at in zip(resolved.flawed, resolved.numbers, strict=True) if at in leading],
        "distance": distance,
        "certainty": certainty,
        "more_paths": len(ways) > paths,
        "paths": [_path(found, choices, way, names) for way in told],
        "number_of_paths": count_paths(found, [target])[target],
        "choke_points": [names.ids[node] for node in choke],
        "cut": None if cut is None else CutSet(nodes=[names.ids[node] for node in cut.nodes], smallest=cut.proven),
        "direct": steps(around, direct, names.ids),
    }
    return parts, set(around.nodes[sorted(mentioned)].tolist())


def _cleared(found: Spared, resolved: ResolvedFlaw) -> tuple[dict[str, Any], set[int]]:
    """The answer for an artifact that nothing leads to."""
    parts = {
        "answer": "not-known" if found.unknown_origin else "not-affected",
        "flawed": resolved.flawed,
        "cleared": found.cleared,
        "made_from": found.made_from,
        "instead": found.instead,
        "unknown_origin": found.unknown_origin,
        "notes": [f"{what}: only the first are listed, of {total:,}" for what, total in found.cut.items()],
    }
    return parts, found.numbers


def _path(found: Reach, choices: Choices, way: Way, names: Names) -> Path:
    walked = choices.relations(way, lambda edge: _surest(found, edge))
    certainty = Certainty(max(_surest(found, edge)[0] for edge in walked))
    return Path(
        nodes=[names.ids[node] for node in way.nodes],
        steps=steps(found.around, walked, names.ids),
        certainty=certainty.word,
    )


def _surest(found: Reach, edge: int) -> tuple[int, int]:
    edge_class = EdgeClass(int(found.around.edge_class[edge]))
    return int(RULE_OF[edge_class].certainty), int(edge_class)


def _direct(found: Reach, middle: Passage, target: int) -> list[int]:
    """Relations from something flawed to the target itself."""
    exposed = middle.within(np.append(found.flawed, target))
    return [int(edge) for edge in np.unique(exposed.edge[exposed.node[exposed.target] == target])]
