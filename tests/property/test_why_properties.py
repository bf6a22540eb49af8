"""Paths, choke points and cuts on random small graphs, compared with walking every way by the words of the rules."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, islice

import numpy as np
import oracle
import pytest
from graphs import ex, names
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from oracle import Flow, World
from test_impact_properties import as_reach, asked, check_path, drawn_flaw, record, worlds
from ways import Ways, arrived_at, reached_without

from graphprov.analysis.between import states_before
from graphprov.analysis.choices import Choices
from graphprov.analysis.contain import contain
from graphprov.analysis.contained import without
from graphprov.analysis.cutting import choke_points, smallest_cut
from graphprov.analysis.explanation import Containment, Why
from graphprov.analysis.impact import impact
from graphprov.analysis.passage import Passage, passage
from graphprov.analysis.spread import NOT_REACHED
from graphprov.analysis.why import why
from graphprov.errors import EmptyFlaw
from graphprov.store import Store

FIRST = 12


Drawn = tuple[Passage, Ways, dict[str, int]]


def drawn_passage(world: World, data: st.DataObject) -> Drawn | None:
    """What lies between some flawed nodes and a target that they reach; None where they reach nothing."""
    start, subjects = drawn_flaw(data, world)
    found, position = as_reach(world, start, subjects)
    reached = sorted(n for n, i in position.items() if found.spread.distance[i] > 0)
    if not reached:
        return None
    target = data.draw(st.sampled_from(reached))
    note(f"from {start} (subjects {subjects}) to {target}: {position}")
    states, flawed = states_before(found, np.array([position[target]]))
    return passage(states, flawed, np.array([position[target]])), Ways(world, start, subjects, target), position


def ranks(position: dict[str, int]) -> np.ndarray:
    rank = np.zeros(len(position), np.int64)
    for at, name in enumerate(sorted(position)):
        rank[position[name]] = at
    return rank


@given(world=worlds(agents=False), data=st.data())
@settings(max_examples=400)
def test_the_shortest_paths_are_those_of_walking_every_way(world: World, data: st.DataObject) -> None:
    if (drawn := drawn_passage(world, data)) is None:
        return
    between, ways, position = drawn
    expected = ways.all()
    if expected is None:
        return
    name = {i: n for n, i in position.items()}
    found = [tuple(name[i] for i in way.nodes) for way in islice(Choices(between, ranks(position)).ways(), FIRST)]
    assert found == expected[:FIRST]


@given(world=worlds(agents=False), data=st.data())
@settings(max_examples=400)
def test_every_way_leads_through_the_choke_points_and_through_no_other_node(world: World, data: st.DataObject) -> None:
    if (drawn := drawn_passage(world, data)) is None:
        return
    between, ways, position = drawn
    name = {i: n for n, i in position.items()}
    one = next(Choices(between, ranks(position)).ways())
    candidates = [i for i in dict.fromkeys(one.nodes) if name[i] in ways.removable]
    assert {name[i] for i in choke_points(between, candidates)} == ways.choke_points()


@given(world=worlds(agents=False), data=st.data())
@settings(max_examples=400)
def test_no_smaller_set_cuts_the_target_off(world: World, data: st.DataObject) -> None:
    if (drawn := drawn_passage(world, data)) is None:
        return
    between, ways, position = drawn
    expected = ways.smallest_cuts()
    name = {i: n for n, i in position.items()}
    fixed = np.array([name[i] not in ways.removable for i in range(len(position))])
    cut = smallest_cut(between, fixed, cost=np.ones(len(position), np.int64), order=lambda i: (name[i],))
    if not expected:
        assert cut is None
        return
    assert cut is not None
    assert cut.proven
    assert tuple(sorted(name[i] for i in cut.nodes)) in expected


@given(world=worlds(agents=False), data=st.data())
@settings(max_examples=200)
def test_of_equal_cuts_the_preferred_kind_is_taken(world: World, data: st.DataObject) -> None:
    if (drawn := drawn_passage(world, data)) is None:
        return
    between, ways, position = drawn
    if not (expected := ways.smallest_cuts()):
        return
    name = {i: n for n, i in position.items()}
    fixed = np.array([name[i] not in ways.removable for i in range(len(position))])
    wanted = data.draw(st.sampled_from("ae"))
    cost = np.array([100 + (name[i][0] != wanted) for i in range(len(position))])
    cut = smallest_cut(between, fixed, cost=cost, order=lambda i: (name[i],))
    assert cut is not None
    most = max(sum(node[0] == wanted for node in nodes) for nodes in expected)
    assert tuple(sorted(name[i] for i in cut.nodes)) in expected
    assert sum(name[i][0] == wanted for i in cut.nodes) == most


@given(world=worlds(agents=False), data=st.data())
@settings(max_examples=200)
def test_nothing_spreads_through_what_is_fixed(world: World, data: st.DataObject) -> None:
    start, subjects = drawn_flaw(data, world)
    found, position = as_reach(world, start, subjects)
    gone = set(data.draw(st.lists(st.sampled_from(sorted(position)), max_size=3)))
    count = len(found.positions)
    named = replace(found, ids=[""] * count, kinds=[""] * count)
    left = without(named, [position[name] for name in gone])
    name = {i: n for n, i in position.items()}
    reached = {name[i]: int(d) for i, d in enumerate(left.spread.distance) if d != NOT_REACHED}
    assert reached == reached_without(world, start, subjects, gone)
    assert {name[i] for i in left.positions.tolist()} == {n for n, distance in reached.items() if distance}


# The whole answer, on the database


def stands_for(world: World, artifact: str) -> list[str]:
    """What an artifact as typed stands for, the newest first."""
    if artifact in world.activities:
        return [artifact]
    versions = oracle.closure(artifact, world.specialises) - {artifact}
    reached = any(b == artifact for _, b, *_ in [*world.used, *world.derived])
    carries = "version" in world.entities[artifact] or reached
    found = versions | ({artifact} if carries or not versions else set())
    return sorted(found, key=lambda name: (-max(world.times(name), default=-1), name))


def made_from(world: World, subjects: set[str], artifact: str) -> set[str]:
    """The entities that would make the artifact affected."""
    return {e for e in world.entities if e == artifact or Ways(world, {e}, subjects, artifact).is_reached}


@given(world=worlds(), data=st.data())
@settings(max_examples=25, phases=[Phase.reuse, Phase.generate])  # to shrink on a database would take minutes
def test_the_answer_is_that_of_walking_every_way(store: Store, world: World, data: st.DataObject) -> None:
    record(store, world)
    for _ in range(3):
        subjects, since, until, flaw = asked(data, world)
        artifact = data.draw(st.sampled_from([*world.entities, *world.activities]))
        note(artifact)
        try:
            start, _ = oracle.flawed(world, subjects, since, until)
        except oracle.NothingFlawed:
            with pytest.raises(EmptyFlaw):
                why(store, ex(artifact), flaw)
            continue
        check_answer(why(store, ex(artifact), flaw, paths=FIRST), world, start, {*subjects}, artifact)


def check_answer(answer: Why, world: World, start: set[str], subjects: set[str], artifact: str) -> None:
    candidates = stands_for(world, artifact)
    subjects = (subjects - {*world.agents}) & start
    flow = Flow(world, start, subjects)
    reached = flow.reached()
    affected = [name for name in candidates if name in reached]
    assert (answer.versions, answer.versions_affected) == (len(candidates), len(affected))
    chosen = affected[0] if affected else candidates[0]
    assert answer.artifact == ex(chosen)
    if not affected:
        behind = made_from(world, subjects, chosen)
        general = {g for _, g in world.specialises}
        known = {row[0] for row in [*world.generated, *world.derived, *world.attributed]}
        missing = {e for e in behind if e not in known | general and not world.is_code(e)}
        assert names(answer.unknown_origin) == missing
        assert answer.answer == ("not-known" if missing else "not-affected")
        expected = {e: rules for e, rules in oracle.cleared(world, flow).items() if e in behind}
        assert {item.id.removeprefix("ex:") for item in answer.cleared} == set(expected)
        assert all(item.rule in expected[item.id.removeprefix("ex:")] for item in answer.cleared)
        return
    assert answer.distance == reached[chosen]
    if chosen in start:
        assert answer.answer == "flawed"
        return
    assert answer.answer == "affected"
    assert answer.certainty == oracle.certainties(world, start, subjects)[chosen]
    ways = Ways(world, start, subjects, chosen)
    told = [tuple(id_.removeprefix("ex:") for id_ in path.nodes) for path in answer.paths]
    if (expected_ways := ways.all()) is not None:
        assert told == expected_ways[:FIRST]
        assert names(node.id for node in answer.flawed) == {way[0] for way in expected_ways}
    for path, nodes in zip(answer.paths, told, strict=True):
        steps = [(s.relation, s.effect.removeprefix("ex:"), s.cause.removeprefix("ex:")) for s in path.steps]
        assert (steps[0][2], *(effect for _, effect, _ in steps)) == nodes
        check_path(flow, steps, chosen)
    numbers = flow.numbers()
    assert numbers is None or answer.number_of_paths == numbers[chosen]
    assert names(answer.choke_points) == ways.choke_points()
    cuts = ways.smallest_cuts()
    if answer.cut is None:
        assert cuts == []
        assert answer.direct
        assert {(ends.cause in {ex(n) for n in start}, ends.effect) for ends in answer.direct} == {(True, ex(chosen))}
    else:
        assert tuple(sorted(names(answer.cut.nodes))) in cuts
        assert answer.cut.smallest
    mentioned = {id_ for path in answer.paths for id_ in path.nodes} | {*answer.choke_points, answer.artifact}
    assert mentioned <= {thing.id for thing in answer.things}


@given(world=worlds(), data=st.data())
@settings(max_examples=15, phases=[Phase.reuse, Phase.generate])
def test_a_cut_is_the_smallest_that_protects_the_targets(store: Store, world: World, data: st.DataObject) -> None:
    record(store, world)
    for _ in range(3):
        subjects, since, until, flaw = asked(data, world)
        targets = data.draw(st.lists(st.sampled_from([*world.entities, *world.activities]), min_size=1, max_size=3))
        note(str(targets))
        try:
            start, _ = oracle.flawed(world, subjects, since, until)
        except oracle.NothingFlawed:
            continue
        answer = contain(store, flaw, targets=[ex(name) for name in targets])
        wanted = {each for name in targets for each in oracle.closure(name, world.specialises)}
        own = {*subjects} - {*world.agents}
        check_cut(answer, world, start, own & start, wanted)
        if answer.cut.nodes:
            left = impact(store, flaw, contained_by=answer.cut.nodes)
            gone = {each for name in names(answer.cut.nodes) for each in oracle.closure(name, world.specialises)}
            assert left.counts == answer.after or gone > names(answer.cut.nodes)
            beyond = reached_without(world, start, own & start, gone)
            assert names(node.id for node in left.affected) == {n for n, distance in beyond.items() if distance}


def check_cut(answer: Containment, world: World, start: set[str], subjects: set[str], wanted: set[str]) -> None:
    reached = reached_without(world, start, subjects, set())
    assert names(answer.unaffected) == wanted - set(reached)
    affected = wanted & set(reached) - start
    others = {*world.entities, *world.activities} - start - wanted
    direct = affected & arrived_at(world, start, subjects, gone=others, ends=wanted)
    assert names(answer.unprotected) == (wanted & start) | direct
    protected = affected - direct
    assert names(answer.targets) == protected
    cut = names(answer.cut.nodes)
    removable = sorted({*world.entities, *world.activities} - start - protected)
    assert cut <= set(removable)
    assert not protected & set(reached_without(world, start, subjects, cut))
    if cut:
        smaller = combinations(removable, len(cut) - 1)
        assert all(protected & set(reached_without(world, start, subjects, {*each})) for each in smaller)
    for saving in answer.savings:
        left = reached_without(world, start, subjects, {saving.id.removeprefix("ex:")})
        assert saving.targets == len(protected - set(left))
