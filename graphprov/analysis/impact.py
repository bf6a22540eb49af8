"""The impact of a flaw: what it stands for, how far it spread, why, and whom to tell, as one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphprov.analysis.flaw import Flaw, ResolvedFlaw, resolve_flaw
from graphprov.analysis.report import (
    Affected,
    Cleared,
    Cut,
    ImpactReport,
    Owner,
    Responsible,
    Step,
)
from graphprov.analysis.rules import NOT_FOLLOWED, RULE_OF, Certainty
from graphprov.analysis.spread import NOT_REACHED, Bools, Spread, spread
from graphprov.errors import InvalidInput
from graphprov.model.identity import short_id
from graphprov.model.vocabulary import CODE_ROLE, KINDS, Element, RelationType
from graphprov.store import Store
from graphprov.store.cypher import store_text
from graphprov.store.neighbourhood import UNKNOWN_TIME, EdgeClass, Ints, Neighbourhood, downstream, in_parts
from graphprov.version import VERSION

DEFAULT_KINDS = ("model", "predictions")
"""Kinds whose members without recorded origin a report lists, unless others are asked for."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WHY_LISTED = 5_000
"""For how many of the nearest a report spells out the whole path: paths are long, and the rest follows from `via`."""

_UNKNOWN_ORIGIN_LIMIT = 1_000
_DETAILS_AT_ONCE = 10_000
_DRAWN_RELATIONS = 5_000


@dataclass(frozen=True)
class Reach:
    """All that a flaw has reached, as columns of equal length, nearest first.

    Attributes:
        ids: Identifiers.
        kinds: Kinds; `activity` or `entity` where none is recorded.
        distance: Fewest relations from a flawed node. Shape (n,).
        certainty: Values of `Certainty`. Shape (n,).
        positions: Where each stands in `around`. Shape (n,).
    """

    ids: list[str]
    kinds: list[str]
    distance: Ints
    certainty: NDArray[np.int8]
    positions: Ints
    flaw: ResolvedFlaw
    around: Neighbourhood
    spread: Spread


def reach(store: Store, flaw: Flaw, *, told: Callable[[int], None] | None = None) -> Reach:
    """Find everything that a flaw has reached, as columns; cost grows with the affected relations alone.

    Args:
        told: Called now and then with the number of nodes looked at so far.

    Raises:
        UnknownReference: A subject is not known; carries the nearest.
        AmbiguousReference: A subject could be several things; carries them.
        EmptyFlaw: The window selects nothing; carries what there is.
    """
    resolved = resolve_flaw(store, flaw)
    around = downstream(store, resolved.numbers, told=told)
    flawed = around.positions(resolved.numbers)
    result = spread(around, flawed, _precise(store, around))
    positions = np.flatnonzero(result.distance > 0)
    positions = positions[np.argsort(result.distance[positions], kind="stable")]
    ids, kinds = _identify(store, around.nodes[positions])
    return Reach(
        ids,
        kinds,
        result.distance[positions],
        result.certainty[positions],
        positions,
        resolved,
        around,
        result,
    )


def impact(
    store: Store,
    flaw: Flaw,
    *,
    kinds: Sequence[str] | None = None,
    limit: int = 0,
    told: Callable[[int], None] | None = None,
) -> ImpactReport:
    """Report what a flaw has touched, why, and whom to tell, by the rules in `docs/impact.md`.

    Args:
        kinds: List only nodes of these kinds. Default: all.
        limit: List only the nearest so many; 0 for all. Counts and owners are those of all, whatever is listed.
        told: Called now and then with the number of nodes looked at so far.

    Returns:
        The report; `complete` is False where the limit cut the list, and `cut` says what.

    Raises:
        UnknownReference: A subject is not known; carries the nearest.
        AmbiguousReference: A subject could be several things; carries them.
        EmptyFlaw: The window selects nothing; carries what there is.
        InvalidInput: The limit is negative, or a kind is neither graphprov's nor in use.
    """
    if limit < 0:
        raise InvalidInput(f"the limit cannot be {limit}: expected 0 for all, or more")
    kinds = list(kinds) if kinds else None
    _check_kinds(store, kinds or ())
    found = reach(store, flaw, told=told)
    asked = [i for i, kind in enumerate(found.kinds) if kinds is None or kind in kinds]
    listed = _nearest(found, asked, limit)
    owners = _owners(store, found, asked)
    affected = _affected(store, found, listed, owners)
    cleared = _cleared(store, found)
    unknown_origin = store.ask(
        "unknown_origin", kinds=kinds or list(DEFAULT_KINDS), limit=_UNKNOWN_ORIGIN_LIMIT + 1
    ).rows
    cut = _not_followed(store, found)
    if len(listed) < len(asked):
        cut.append(Cut(what="affected", shown=len(listed), total=len(asked), how="give --limit 0"))
    if len(listed) > WHY_LISTED:
        how = "follow `via` from the first cause of each, or ask for fewer with --limit"
        cut.append(Cut(what="why", shown=WHY_LISTED, total=len(listed), how=how))
    if len(unknown_origin) > _UNKNOWN_ORIGIN_LIMIT:
        how = "graphprov query artifacts_without_provenance"
        cut.append(Cut(what="unknown_origin", shown=_UNKNOWN_ORIGIN_LIMIT, total=-1, how=how))
    report = ImpactReport(
        graphprov_version=VERSION,
        made_at=datetime.now(UTC),
        subjects=found.flaw.subjects,
        since=flaw.since,
        until=flaw.until,
        kinds=kinds,
        complete=not cut,
        cut=cut,
        flawed=found.flaw.flawed,
        counts=dict(sorted(Counter(found.kinds[i] for i in asked).items())),
        total=len(asked),
        affected=affected,
        owners=owners,
        cleared=cleared,
        time_unknown=_time_unknown(store, found),
        unknown_origin=[row[0] for row in unknown_origin[:_UNKNOWN_ORIGIN_LIMIT]],
        live=_live(affected) if len(listed) == len(asked) else None,
        relations=_relations(store, found),
    )
    return report.model_copy(update={"names": _names(report)})


def _nearest(found: Reach, asked: Sequence[int], limit: int) -> list[int]:
    """The nearest so many, in the order of distance, then id; only those that may be listed are sorted."""
    if limit and limit < len(asked):
        last = found.distance[asked[limit - 1]]
        asked = asked[: int(np.searchsorted(found.distance[asked], last, side="right"))]
    ordered = sorted(asked, key=lambda i: (found.distance[i], found.ids[i]))
    return ordered[:limit] if limit else ordered


def _check_kinds(store: Store, kinds: Sequence[str]) -> None:
    """Refuse a kind that nothing can have: a list that is empty for a slip of the pen would reassure."""
    known = [kind.name for kind in KINDS.values() if kind.element is not Element.AGENT] + ["entity", "activity"]
    unknown = sorted({*kinds} - {*known})
    if unknown and (unused := store.ask("kinds_unused", kinds=unknown).rows):
        raise InvalidInput(
            f"nothing that a flaw can reach is of the kind '{unused[0][0]}'",
            nearest=get_close_matches(unused[0][0], known) or known,
        )


def _precise(store: Store, around: Neighbourhood) -> Bools:
    """Edges of generation that the rule "precision" clears: the entity says itself what in the run it comes from."""
    marks = np.zeros(len(around.cause), np.bool_)
    edges = np.flatnonzero(around.edge_class == EdgeClass.GENERATION)
    if not len(edges) or not _relation_counts(store)["WAS_DERIVED_FROM"]:
        return marks
    outputs = around.nodes[np.unique(around.effect[edges])]
    parts = in_parts(store, store_text("precise"), "outputs", outputs)
    run, output = (np.concatenate([np.array(part[column], np.int64) for part in parts]) for column in range(2))
    known = np.isin(run, around.nodes)  # an output may have been generated by another, unaffected run too
    pairs = around.positions(run[known]) * len(around.nodes) + around.positions(output[known])
    marks[edges] = np.isin(around.cause[edges] * len(around.nodes) + around.effect[edges], pairs)
    return marks


def _relation_counts(store: Store) -> dict[str, int]:
    return store.ask("relation_counts").dicts()[0]


def _identify(store: Store, numbers: Ints) -> tuple[list[str], list[str]]:
    """Ids and kinds of distinct nodes, in the order of their numbers here."""
    ids, kinds = np.empty(len(numbers), object), np.empty(len(numbers), object)
    place = np.zeros(int(numbers.max(initial=0)) + 1, np.int64)
    place[numbers] = np.arange(len(numbers))
    for kind, found, names in in_parts(store, store_text("identify"), "numbers", numbers):
        ids[place[found]], kinds[place[found]] = names, kind
    return ids.tolist(), kinds.tolist()


def _affected(store: Store, found: Reach, listed: Sequence[int], owners: Sequence[Owner]) -> list[Affected]:
    if not listed:
        return []
    around, result = found.around, found.spread
    paths = {i: _path(around, result, int(found.positions[i])) for i in listed[:WHY_LISTED]}
    paths |= {i: _last_steps(around, result, int(found.positions[i])) for i in listed[WHY_LISTED:]}
    on_paths = {int(p) for path in paths.values() for edge in path for p in (around.cause[edge], around.effect[edge])}
    wanted = sorted(on_paths | {int(found.positions[i]) for i in listed})
    id_of = dict(zip(wanted, _identify(store, around.nodes[wanted])[0], strict=True))
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


def _owners(store: Store, found: Reach, asked: Sequence[int]) -> list[Owner]:
    if not asked:
        return []
    numbers = found.around.nodes[found.positions[list(asked)]].tolist()
    id_of = dict(zip(numbers, (found.ids[i] for i in asked), strict=True))
    return [
        Owner(
            agent=Responsible(
                id=row["id"],
                kind=row["kind"],
                name=row["name"] or short_id(row["id"]),
                contact=row["contact"],
                relation=row["relation"],
                on_behalf_of=[principal["id"] for principal in row["principals"]],
            ),
            organizations=[each["name"] or short_id(each["id"]) for each in row["principals"] if each["removes"] == 1],
            affected=sorted(id_of[number] for number in row["numbers"]),
        )
        for row in store.ask("owners", numbers=numbers).dicts()
    ]


def _cleared(store: Store, found: Reach) -> list[Cleared]:
    """What affected runs generated and the flaw did not reach, each with the rule that cleared it."""
    around, blocked = found.around, found.spread.blocked
    if not len(blocked):
        return []
    precise = _precise(store, around)
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
                rule="precision" if precise[edge] else "time",
                activity=run["id"],
            ),
        )
    return [cleared[id_] for id_ in sorted(cleared)]


def _time_unknown(store: Store, found: Reach) -> list[str]:
    ids, _ = _identify(store, found.around.nodes[found.spread.untimed])
    return sorted({*ids, *found.flaw.time_unknown})


def _not_followed(store: Store, found: Reach) -> list[Cut]:
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


def _live(affected: Sequence[Affected]) -> dict[str, int]:
    return dict(sorted(Counter(node.kind or "entity" for node in affected if node.state == "live").items()))


def _relations(store: Store, found: Reach) -> list[Step]:
    """All relations among the flawed and affected nodes, for drawing; none where there are too many to draw."""
    around, distance = found.around, found.spread.distance
    inside = np.flatnonzero((distance[around.cause] != NOT_REACHED) & (distance[around.effect] != NOT_REACHED))
    if not 0 < len(inside) <= _DRAWN_RELATIONS:
        return []
    ends = np.unique(np.concatenate([around.cause[inside], around.effect[inside]]))
    id_of = dict(zip(ends.tolist(), _identify(store, around.nodes[ends])[0], strict=True))
    return [_step(around, edge, id_of) for edge in inside.tolist()]


def _names(report: ImpactReport) -> dict[str, str]:
    """Short names of everything that the report mentions by id."""
    ids: set[str] = {subject.id for subject in report.subjects}
    ids |= {node.id for node in report.flawed} | {node.subject for node in report.flawed}
    for node in report.affected:
        ids |= {node.id, *node.responsible}
        ids |= {end for step in (*(node.why or ()), *(node.via or ())) for end in (step.cause, step.effect)}
    for owner in report.owners:
        ids |= {owner.agent.id, *owner.agent.on_behalf_of}
    for item in report.cleared:
        ids |= {item.id, item.activity}
    ids |= {*report.time_unknown, *report.unknown_origin}
    return {id_: short_id(id_) for id_ in sorted(ids)}
