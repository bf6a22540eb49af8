"""Impact on random small graphs, compared with an oracle that walks them by the words of `docs/impact.md`."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import oracle
import pytest
from graphs import day, empty, ex, names, records
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from oracle import World

from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.analysis.rules import Certainty
from graphprov.analysis.spread import NOT_REACHED, spread
from graphprov.errors import EmptyFlaw
from graphprov.model.statements import Activity, Agent, Entity, Relation, Statement
from graphprov.store import Store
from graphprov.store.neighbourhood import UNKNOWN_TIME, EdgeClass, Neighbourhood

KINDS = ("dataset", "model", "predictions", "code-version")
DAYS = st.one_of(st.none(), st.integers(1, 6), st.integers(1, 6))


@st.composite
def worlds(draw: st.DrawFn, *, agents: bool = True) -> World:
    """Small graphs, dense enough for cycles, self-loops, and runs that are entered twice at different times."""
    entities = [f"e{i}" for i in range(draw(st.integers(1, 7)))]
    activities = [f"a{i}" for i in range(draw(st.integers(0, 4)))]
    people = [f"g{i}" for i in range(draw(st.integers(1, 3)))] if agents else []
    world = World(activities=activities, agents=people)
    for name in entities:
        kind = draw(st.sampled_from((*KINDS, "dataset", "dataset")))
        own: dict[str, object] = {"kind": kind, "issued_at": draw(DAYS)}
        if draw(st.booleans()):
            own["version"] = "v"
        if draw(st.integers(0, 9)) == 0:
            own["invalidated_at"] = 6
        if draw(st.integers(0, 2)) == 0:
            own["issued_again_at"] = draw(DAYS)
        world.entities[name] = own

    def some(*columns: Any, most: int) -> list[Any]:
        if not all(c for c in columns if isinstance(c, list)):
            return []
        sampled = [c if isinstance(c, st.SearchStrategy) else st.sampled_from(c) for c in columns]
        return draw(st.lists(st.tuples(*sampled), max_size=most, unique=True))

    world.used = some(activities, entities, DAYS, most=8)
    world.generated = some(entities, activities, DAYS, most=8)
    world.derived = some(entities, entities, st.sampled_from([None, None, *activities]), most=4)
    if agents:
        world.specialises = some(entities, entities, most=4)
        world.attributed = some(entities, people, most=3)
        world.associated = some(activities, people, most=3)
        world.behalf = some(people, people, most=3)
    return world


# The spread alone, on arrays


def as_arrays(world: World) -> tuple[Neighbourhood, np.ndarray[Any, Any], dict[str, int]]:
    """The world as columns, and which edges of generation are precise."""
    position = {name: i for i, name in enumerate([*world.entities, *world.activities])}
    rows: list[tuple[int, int, int, int]] = []
    precise: list[bool] = []
    for effect, cause, _ in world.derived:
        rows.append((position[cause], position[effect], EdgeClass.DERIVATION, UNKNOWN_TIME))
        precise.append(False)
    for run, cause, moment in world.used:
        kind = EdgeClass.CODE_USE if world.is_code(cause) else EdgeClass.USE
        rows.append((position[cause], position[run], kind, UNKNOWN_TIME if moment is None else moment))
        precise.append(False)
    for output, run, moment in world.generated:
        rows.append((position[run], position[output], EdgeClass.GENERATION, UNKNOWN_TIME if moment is None else moment))
        precise.append(oracle.precise(world, run, output))
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    around = Neighbourhood(np.arange(len(position)), columns[0], columns[1], columns[2].astype(np.int8), columns[3])
    return around, np.array(precise, np.bool_), position


@given(world=worlds(agents=False), data=st.data())
@settings(max_examples=200)
def test_the_spread_is_the_oracles(world: World, data: st.DataObject) -> None:
    start = set(data.draw(st.lists(st.sampled_from([*world.entities, *world.activities]), min_size=1, max_size=3)))
    around, precise, position = as_arrays(world)
    name = {i: n for n, i in position.items()}
    result = spread(around, np.array(sorted(position[n] for n in start), np.int64), precise)
    reached = {name[i]: int(d) for i, d in enumerate(result.distance) if d != NOT_REACHED}
    assert reached == oracle.distances(world, start)
    sure = {n for n in reached if result.certainty[position[n]] == Certainty.DECLARED}
    assert sure == oracle.declared(world, start) & set(reached)
    assert {name[int(around.effect[e])] for e in result.blocked} == set(oracle.cleared(world, start))
    assert {name[int(i)] for i in result.untimed} == oracle.time_unknown(world, start)


# The whole report, on the database


def moment(value: object) -> Any:
    return None if value is None else day(value)  # type: ignore[arg-type]


def said_again(world: World) -> list[Statement]:
    """What would have been recorded of its entities later, when some of them were delivered again."""
    return [
        Entity(id=ex(name), issued_at=moment(own["issued_again_at"]))
        for name, own in world.entities.items()
        if "issued_again_at" in own
    ]


def statements(world: World) -> list[Statement]:
    """What would have been recorded of this world."""

    said: list[Statement] = [
        Entity(
            id=ex(name),
            name=name,
            kind=str(own["kind"]),
            version=own.get("version"),  # type: ignore[arg-type]
            issued_at=moment(own["issued_at"]),
            invalidated_at=moment(own.get("invalidated_at")),
        )
        for name, own in world.entities.items()
    ]
    said += [Activity(id=ex(name), name=name, kind="run") for name in world.activities]
    said += [Agent(id=ex(name), name=name, kind="person") for name in world.agents]

    def relate(type_: str, source: str, target: str, **own: Any) -> None:
        said.append(Relation(type=type_, source=ex(source), target=ex(target), **own))  # type: ignore[arg-type]

    for a, e, t in world.used:
        relate("USED", a, e, time=moment(t))
    for e, a, t in world.generated:
        relate("WAS_GENERATED_BY", e, a, time=moment(t))
    for effect, cause, by in world.derived:
        relate("WAS_DERIVED_FROM", effect, cause, activity=ex(by) if by else None)
    for type_, pairs in (
        ("SPECIALIZATION_OF", world.specialises),
        ("WAS_ATTRIBUTED_TO", world.attributed),
        ("WAS_ASSOCIATED_WITH", world.associated),
        ("ACTED_ON_BEHALF_OF", world.behalf),
    ):
        for source, target in pairs:
            relate(type_, source, target)
    return said


def check_path(world: World, start: set[str], node: Any, recorded: set[tuple[str, str, str]]) -> None:
    """That a `why` path starts at a flawed node, walks recorded relations only, and each of its passages holds."""
    steps = [(s.relation, s.effect.removeprefix("ex:"), s.cause.removeprefix("ex:")) for s in node.why]
    assert len(steps) == node.distance
    assert steps[0][2] in start
    assert steps[-1][1] == node.id.removeprefix("ex:")
    assert set(steps) <= recorded
    assert all(before[1] == after[2] for before, after in pairwise(steps))
    for before, after in zip([None, *steps], steps, strict=False):
        if after[0] == "WAS_GENERATED_BY":
            assert before is not None
            assert before[0] == "USED"
            assert oracle.carries(world, before[2], after[2], after[1])
    assert node.via == node.why[-len(node.via) :]


@given(world=worlds(), data=st.data())
@settings(max_examples=20, phases=[Phase.reuse, Phase.generate])  # to shrink on a database would take minutes
def test_the_report_is_the_oracles(store: Store, world: World, data: st.DataObject) -> None:
    empty(store)
    store.write(records(statements(world)))
    store.write(records(said_again(world), day(2)))
    anything = [*world.entities, *world.activities, *world.agents]
    for _ in range(3):
        subjects = data.draw(st.lists(st.sampled_from(anything), min_size=1, max_size=3))
        since, until = data.draw(st.sampled_from([(None, None), (2, None), (None, 4), (2, 4), (3, 5)]))
        note(f"{subjects} {since} {until}")
        flaw = Flaw.of(
            [ex(name) for name in subjects], *(None if moment is None else day(moment) for moment in (since, until))
        )
        try:
            start, undated = oracle.flawed(world, subjects, since, until)
        except oracle.NothingFlawed:
            with pytest.raises(EmptyFlaw):
                impact(store, flaw)
            continue
        report = impact(store, flaw)
        reached = oracle.distances(world, start)
        beyond = {name: distance for name, distance in reached.items() if distance}
        assert names(node.id for node in report.flawed) == start
        assert {node.id.removeprefix("ex:"): node.distance for node in report.affected} == beyond
        sure = oracle.declared(world, start)
        recorded = {("USED", a, e) for a, e, _ in world.used}
        recorded |= {("WAS_GENERATED_BY", e, a) for e, a, _ in world.generated}
        recorded |= {("WAS_DERIVED_FROM", e, x) for e, x, _ in world.derived}
        for node in report.affected:
            name = node.id.removeprefix("ex:")
            assert node.certainty == ("declared" if name in sure else "inferred")
            check_path(world, start, node, recorded)
            if name in world.entities:
                assert node.state == oracle.state(world, name, set(reached))
            answering = {ex(g) for n, g in [*world.attributed, *world.associated] if n == name}
            makers = {a for e, a, _ in world.generated if e == name}
            answering |= {ex(g) for a, g in world.associated if a in makers}
            assert answering <= set(node.responsible)
        cleared = {item.id.removeprefix("ex:"): item.rule for item in report.cleared}
        expected = oracle.cleared(world, start)
        assert set(cleared) == set(expected)
        assert all(rule in expected[name] for name, rule in cleared.items())
        assert names(report.time_unknown) == oracle.time_unknown(world, start) | undated
        assert names(report.unknown_origin) == oracle.unknown_origin(world, {"model", "predictions"})
        assert report.complete == (not report.cut)
        assert all(cut.what.startswith("behind ") for cut in report.cut)
        assert report.total == len(beyond)
