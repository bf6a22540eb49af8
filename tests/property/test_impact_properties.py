"""Impact on random small graphs, compared with an oracle that walks them by the words of `docs/impact.md`."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import oracle
import pytest
from graphs import day, empty, ex, names, records
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from oracle import Flow, World

from graphprov.analysis.behind import behind, touches, way_to
from graphprov.analysis.counting import count_paths
from graphprov.analysis.flaw import Flaw, ResolvedFlaw
from graphprov.analysis.impact import impact
from graphprov.analysis.paths import Paths
from graphprov.analysis.reach import Reach
from graphprov.analysis.report import ImpactReport
from graphprov.analysis.rules import Certainty, relation_of
from graphprov.analysis.spread import NOT_REACHED, spread
from graphprov.documents.statements import Statement as Said
from graphprov.documents.terms import TERMS
from graphprov.errors import EmptyFlaw, UnknownReference
from graphprov.exchange.importing import import_items
from graphprov.model.statements import Activity, Agent, Entity, Relation, Statement
from graphprov.model.vocabulary import Element
from graphprov.store import Store
from graphprov.store.neighbourhood import UNKNOWN_TIME, EdgeClass, Neighbourhood

NUMBERS = "CYPHER 5 MATCH (n:Entity|Activity) RETURN n.id, id(n)"
KINDS = ("dataset", "model", "predictions", "code-version")
DAYS = st.one_of(st.none(), st.integers(1, 6), st.integers(1, 6))
INFLUENCES = {
    "WAS_INFLUENCED_BY": EdgeClass.INFLUENCE,
    "WAS_STARTED_BY": EdgeClass.START,
    "WAS_ENDED_BY": EdgeClass.END,
}


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
    # What is special of itself ends the search, but is nothing that PROV allows.
    world.specialises = [(v, g) for v, g in some(entities, entities, most=4) if v < g]
    if draw(st.booleans()):
        world.members = some(entities, entities, most=4)
        world.informed = some(activities, activities, most=3)
    if draw(st.booleans()):
        world.plans = some(activities, entities, most=2)
        anything = [*entities, *activities]
        influenced = some(anything, anything, most=3)
        triggered = some(st.sampled_from(["WAS_STARTED_BY", "WAS_ENDED_BY"]), activities, entities, most=3)
        world.influenced = [("WAS_INFLUENCED_BY", x, y) for x, y in influenced] + triggered
    if agents:
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

    def edge(cause: str, effect: str, edge_class: EdgeClass, time: int | None = None, *, exact: bool = False) -> None:
        rows.append((position[cause], position[effect], edge_class, UNKNOWN_TIME if time is None else time))
        precise.append(exact)

    for effect, cause, _ in world.derived:
        edge(cause, effect, EdgeClass.DERIVATION)
    for run, cause, time in world.used:
        edge(cause, run, EdgeClass.CODE_USE if world.is_code(cause) else EdgeClass.USE, time)
        edge(cause, run, EdgeClass.GENERAL_USE, time)
    for output, run, time in world.generated:
        edge(run, output, EdgeClass.GENERATION, time, exact=oracle.precise(world, run, output))
    for special, general in world.specialises:
        edge(general, special, EdgeClass.SPECIALISATION)
        edge(special, general, EdgeClass.GENERAL)
    for collection, member in world.members:
        edge(member, collection, EdgeClass.MEMBER_UP)
        edge(collection, member, EdgeClass.MEMBER_DOWN)
    for informed, by in world.informed:
        edge(by, informed, EdgeClass.COMMUNICATION)
    for run, plan in world.plans:
        if world.is_code(plan):
            edge(plan, run, EdgeClass.PLAN)
    for relation, effect, cause in world.influenced:
        edge(cause, effect, INFLUENCES[relation])
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    around = Neighbourhood(np.arange(len(position)), columns[0], columns[1], columns[2].astype(np.int8), columns[3])
    return around, np.array(precise, np.bool_), position


def born(world: World, position: dict[str, int]) -> np.ndarray[Any, Any]:
    times = np.full(len(position), UNKNOWN_TIME, np.int64)
    for entity in world.entities:
        if known := world.times(entity):
            times[position[entity]] = min(known)
    return times


def as_reach(world: World, start: set[str], subjects: set[str]) -> tuple[Reach, dict[str, int]]:
    """What `reach` finds in a world, without a store."""
    around, precise, position = as_arrays(world)
    flawed = np.array(sorted(position[n] for n in start), np.int64)
    chosen = sorted(position[n] for n in subjects)
    times = born(world, position)
    result = spread(around, flawed, precise, subjects=np.array(chosen, np.int64), born=times)
    resolved = ResolvedFlaw(Flaw(tuple(subjects)), [], [], flawed.tolist(), chosen, [])
    reached = np.flatnonzero(result.distance > 0)
    columns = ([], [], result.distance[reached], result.certainty[reached], reached)
    return Reach(*columns, resolved, around, precise, times, result, {}), position


def drawn_flaw(data: st.DataObject, world: World) -> tuple[set[str], set[str]]:
    start = set(data.draw(st.lists(st.sampled_from([*world.entities, *world.activities]), min_size=1, max_size=3)))
    return start, set(data.draw(st.lists(st.sampled_from(sorted(start)), max_size=2)))


@given(world=worlds(agents=False), data=st.data())
@settings(max_examples=300)
def test_the_spread_is_the_oracles(world: World, data: st.DataObject) -> None:
    start, subjects = drawn_flaw(data, world)
    flow = Flow(world, start, subjects)
    found, position = as_reach(world, start, subjects)
    name = {i: n for n, i in position.items()}
    result = found.spread
    reached = {name[i]: int(d) for i, d in enumerate(result.distance) if d != NOT_REACHED}
    assert reached == flow.reached()
    sure = {n: Certainty(int(result.certainty[position[n]])).word for n in reached}
    assert sure == oracle.certainties(world, start, subjects)
    assert {name[int(found.around.effect[e])] for e in result.blocked} == set(oracle.cleared(world, flow))
    assert {name[int(i)] for i in result.untimed} == oracle.time_unknown(world, flow)
    paths = Paths(found)
    for node, distance in reached.items():
        whole, end = paths.to(position[node]), paths.last(position[node])
        assert len(whole) == distance
        assert whole[len(whole) - len(end) :] == end
        if whole:
            told = [
                (relation_of(EdgeClass(int(found.around.edge_class[e]))).value, *(name[int(i)] for i in ends))
                for e in whole
                for ends in [(found.around.effect[e], found.around.cause[e])]
            ]
            check_path(flow, told, node)


@given(world=worlds(agents=False), data=st.data())
@settings(max_examples=300)
def test_paths_are_counted_as_by_walking_them(world: World, data: st.DataObject) -> None:
    start, subjects = drawn_flaw(data, world)
    expected = Flow(world, start, subjects).numbers()
    if expected is None:
        return
    found, position = as_reach(world, start, subjects)
    asked = data.draw(st.lists(st.sampled_from(sorted(expected)), min_size=1, unique=True))
    note(str({position[n]: n for n in position}))
    assert count_paths(found, [position[n] for n in asked]) == {position[n]: expected[n] for n in asked}


def check_path(flow: Flow, steps: list[tuple[str, str, str]], node: str) -> None:
    """That a path starts at a flawed node, walks recorded relations only, and may go on at each of its steps."""
    states = [state for state in flow.begin if state[0] == steps[0][2]]
    assert states
    ahead = [(state, 0) for state in states]
    while ahead:
        state, done = ahead.pop()
        if done == len(steps):
            assert state[0] == node
            return
        for following, walked, _ in flow.onward(state):
            if tuple(steps[done : done + len(walked)]) == walked:
                ahead.append((following, done + len(walked)))
    raise AssertionError(f"no rule allows {steps}")


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
    for relation, effect, cause in world.influenced:
        ends = [Element.ACTIVITY if end in world.activities else Element.ENTITY for end in (effect, cause)]
        relate(relation, effect, cause, source_element=ends[0], target_element=ends[1])
    for run, plan in world.plans:
        relate("WAS_ASSOCIATED_WITH", run, "planner", plan=ex(plan))
    for type_, pairs in (
        ("SPECIALIZATION_OF", world.specialises),
        ("HAD_MEMBER", world.members),
        ("WAS_INFORMED_BY", world.informed),
        ("WAS_ATTRIBUTED_TO", world.attributed),
        ("WAS_ASSOCIATED_WITH", world.associated),
        ("ACTED_ON_BEHALF_OF", world.behalf),
    ):
        for source, target in pairs:
            relate(type_, source, target)
    return said


def record(store: Store, world: World) -> None:
    """The world alone, in the database."""
    empty(store)
    store.write(records(statements(world)))
    store.write(records(said_again(world), day(2)))


def in_bundles(world: World) -> list[Said]:
    """The same relations once more, as bundles of documents say them: they change nothing."""
    terms = {"USED": "used", "WAS_INFORMED_BY": "wasInformedBy"}
    pairs = [("USED", a, e) for a, e, _ in world.used] + [("WAS_INFORMED_BY", *pair) for pair in world.informed]
    told = []
    for at, (relation, effect, cause) in enumerate(pairs):
        term = TERMS[terms[relation]]
        rest = [None] * (len(term.arguments) - 2)
        time = next((t for a, e, t in world.used if (a, e) == (effect, cause)), None) if relation == "USED" else None
        if rest and time is not None:
            rest = [day(time).isoformat().replace("+00:00", "Z")]
        told.append(Said(term, None, (ex(effect), ex(cause), *rest), (), f"ex:bundle{at % 2}"))
    return told


def asked(data: st.DataObject, world: World) -> tuple[list[str], int | None, int | None, Flaw]:
    anything = [*world.entities, *world.activities, *world.agents]
    subjects = data.draw(st.lists(st.sampled_from(anything), min_size=1, max_size=3))
    since, until = data.draw(st.sampled_from([(None, None), (2, None), (None, 4), (2, 4), (3, 5)]))
    note(f"{subjects} {since} {until}")
    window = (None if moment is None else day(moment) for moment in (since, until))
    return subjects, since, until, Flaw.of([ex(name) for name in subjects], *window)


@given(world=worlds(), data=st.data())
@settings(max_examples=25, phases=[Phase.reuse, Phase.generate])  # to shrink on a database would take minutes
def test_the_report_is_the_oracles(store: Store, world: World, data: st.DataObject) -> None:
    record(store, world)
    if data.draw(st.booleans()):
        import_items(store, in_bundles(world))
    for _ in range(3):
        subjects, since, until, flaw = asked(data, world)
        try:
            start, undated = oracle.flawed(world, subjects, since, until)
        except oracle.NothingFlawed:
            with pytest.raises(EmptyFlaw):
                impact(store, flaw)
            continue
        check_report(impact(store, flaw), world, start, {*subjects} - {*world.agents}, undated)


def check_report(report: ImpactReport, world: World, start: set[str], subjects: set[str], undated: set[str]) -> None:
    flow = Flow(world, start, subjects)
    reached = flow.reached()
    beyond = {name: distance for name, distance in reached.items() if distance}
    assert names(node.id for node in report.flawed) == start
    assert {node.id.removeprefix("ex:"): node.distance for node in report.affected} == beyond
    sure, numbers = oracle.certainties(world, start, subjects), flow.numbers()
    for node in report.affected:
        name = node.id.removeprefix("ex:")
        assert node.certainty == sure[name]
        assert numbers is None or node.paths == numbers[name]
        assert node.why is not None
        steps = [(s.relation, s.effect.removeprefix("ex:"), s.cause.removeprefix("ex:")) for s in node.why]
        assert len(steps) == node.distance
        assert all(before[1] == after[2] for before, after in pairwise(steps))
        check_path(flow, steps, name)
        assert node.via == node.why[-len(node.via or ()) :]
        if name in world.entities:
            assert node.state == oracle.state(world, name, set(reached))
        answering = {ex(g) for n, g in [*world.attributed, *world.associated] if n == name}
        makers = {a for e, a, _ in world.generated if e == name}
        answering |= {ex(g) for a, g in world.associated if a in makers}
        assert answering <= set(node.responsible)
    cleared = {item.id.removeprefix("ex:"): item.rule for item in report.cleared}
    expected = oracle.cleared(world, flow)
    assert set(cleared) == set(expected)
    assert all(rule in expected[name] for name, rule in cleared.items())
    assert names(report.time_unknown) == oracle.time_unknown(world, flow) | undated
    assert names(report.unknown_origin) == oracle.unknown_origin(world, {"model", "predictions"})
    assert report.complete == (not report.cut)
    assert not report.cut or numbers is None
    assert report.total == len(beyond)


@given(world=worlds(), data=st.data())
@settings(max_examples=15, phases=[Phase.reuse, Phase.generate])
def test_asked_from_the_other_end_it_is_the_same(store: Store, world: World, data: st.DataObject) -> None:
    record(store, world)
    number = {row[0].removeprefix("ex:"): row[1] for row in store.run(NUMBERS).rows}
    nodes = [*world.entities, *world.activities]
    for _ in range(3):
        start = data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=3, unique=True))
        subjects = data.draw(st.lists(st.sampled_from(start), max_size=2))
        asked_for = data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=2, unique=True))
        note(f"{start} {subjects} {asked_for}")
        found = behind(store, [number[name] for name in asked_for]).reached_from(
            [number[name] for name in start], [number[name] for name in subjects]
        )
        flow = Flow(world, set(start), set(subjects))
        sure, distances = oracle.certainties(world, set(start), set(subjects)), flow.reached()
        for name in asked_for:
            way = way_to(found, number[name])
            assert (way is not None) == (name in distances), name
            if way is not None:
                (told,) = touches(store, [way])
                assert (told.distance, told.certainty.word) == (distances[name], sure[name])
                steps = [(s.relation, s.effect.removeprefix("ex:"), s.cause.removeprefix("ex:")) for s in told.why]
                assert len(steps) == told.distance
                if steps:
                    check_path(flow, steps, name)


def said_by(store: Store, flaw: Flaw, known_on: datetime | None = None) -> dict[str, Any] | str:
    try:
        report = impact(store, flaw, known_on=known_on)
    except (EmptyFlaw, UnknownReference) as error:
        return type(error).__name__
    return report.model_dump(exclude={"made_at", "as_known_on", "evidence"})


@given(world=worlds(), data=st.data())
@settings(max_examples=15, phases=[Phase.reuse, Phase.generate])
def test_a_report_made_again_later_for_that_day_says_the_same(store: Store, world: World, data: st.DataObject) -> None:
    empty(store)
    every = statements(world) + said_again(world)
    early = [data.draw(st.integers(0, 2)) > 0 for _ in every]
    nodes = [Entity(id=ex(name)) for name in world.entities] + [Activity(id=ex(name)) for name in world.activities]
    mentioned = [*nodes, *(Agent(id=ex(name)) for name in world.agents)]
    store.write(records([*mentioned, *(said for said, soon in zip(every, early, strict=True) if soon)], day(1)))
    flaws = [asked(data, world)[-1] for _ in range(2)]
    before = [said_by(store, flaw) for flaw in flaws]
    then = store.now()
    store.write(records([said for said, soon in zip(every, early, strict=True) if not soon], day(3)))
    if data.draw(st.booleans()):
        import_items(store, in_bundles(world))
    assert [said_by(store, flaw, then) for flaw in flaws] == before
