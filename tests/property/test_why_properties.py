"""Paths, choke points and cuts on random small graphs, compared with walking every way by the words of the rules."""

from __future__ import annotations

from itertools import islice

import numpy as np
from hypothesis import given, note, settings
from hypothesis import strategies as st
from oracle import World
from test_impact_properties import as_reach, drawn_flaw, worlds
from ways import Ways

from graphprov.analysis.choices import Choices
from graphprov.analysis.counting import before
from graphprov.analysis.cutting import choke_points, smallest_cut
from graphprov.analysis.passage import Passage, passage
from graphprov.analysis.spread import NOT_REACHED
from graphprov.analysis.states import states_of

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
    inside = before(found, [position[target]])
    states = states_of(
        found.around,
        found.precise,
        found.born,
        subjects=found.subjects,
        among=inside & (found.spread.distance != NOT_REACHED),
    )
    flawed = found.flawed[inside[found.flawed]]
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
