"""Risk of all sources at once on random small graphs, compared with asking the impact of each."""

from __future__ import annotations

import numpy as np
from graphs import day, ex, records
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from oracle import World
from test_impact_properties import as_reach, record, worlds

from graphprov.analysis.closures import Sources, closures
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.analysis.risk import risk
from graphprov.analysis.spread import NOT_REACHED
from graphprov.analysis.states import states_of
from graphprov.errors import EmptyFlaw
from graphprov.model.statements import Entity
from graphprov.store import Store

COUNTED = ("model", "predictions")


@given(world=worlds(agents=False), data=st.data())
@settings(max_examples=200)
def test_what_each_source_reaches_is_what_a_spread_from_it_reaches(world: World, data: st.DataObject) -> None:
    anything = [*world.entities, *world.activities]
    some = st.lists(st.sampled_from(anything), min_size=1, max_size=3, unique=True)
    sources = data.draw(st.lists(some, min_size=1, max_size=9))
    targets = data.draw(st.lists(st.sampled_from(anything), min_size=1, max_size=9, unique=True))
    sources *= data.draw(st.sampled_from([1, 1, 9]))  # more than one pass takes
    targets *= data.draw(st.sampled_from([1, 1, 9]))
    found, position = as_reach(world, set(sources[0]), set())
    every, nobody = np.ones(len(position), np.bool_), np.empty(0, np.int64)
    states = states_of(found.around, found.precise, found.born, subjects=nobody, among=every)
    starts = Sources.of([states.starts(np.array([position[name] for name in names])) for names in sources])
    ends = states.weak[[position[name] for name in targets]]
    reached = {
        frozenset(names): as_reach(world, set(names), set())[0].spread.distance != NOT_REACHED for names in sources
    }
    expected = [[reached[frozenset(names)][position[target]] for target in targets] for names in sources]
    memory = data.draw(st.sampled_from([0, 1 << 20]))  # in passes of few bits, and in one
    parts = list(closures(states, starts, ends, memory=memory))
    assert [first for first, _ in parts] == np.cumsum([0, *(len(part) for _, part in parts[:-1])]).tolist()
    assert np.concatenate([part for _, part in parts]).tolist() == expected


@given(world=worlds(), data=st.data())
@settings(max_examples=20, phases=[Phase.reuse, Phase.generate])
def test_each_source_counts_what_its_impact_counts(store: Store, world: World, data: st.DataObject) -> None:
    record(store, world)
    # More versions of one thing, so that some supersede others.
    for name in data.draw(st.lists(st.sampled_from(sorted(world.entities)), max_size=3, unique=True)):
        store.write(records([Entity(id=ex(name), kind=data.draw(st.sampled_from(COUNTED)))], day(3)))
    kinds = data.draw(st.sampled_from([("person",), ("dataset", "model"), ("predictions", "code-version", "person")]))
    answer = risk(store, kinds=kinds, limit=0)
    assert answer.complete
    assert [source.id for source in answer.sources] == [source.id for source in sorted(answer.sources, key=order)]
    for source in answer.sources:
        assert source.kind in kinds
        try:
            report = impact(store, Flaw.of(source.id), kinds=COUNTED)
        except EmptyFlaw:
            assert (source.things, source.models, source.predictions) == (0, 0, 0)
            continue
        assert report.live is not None
        expected = (*(report.live.get(kind, 0) for kind in COUNTED), *(report.counts.get(kind, 0) for kind in COUNTED))
        assert (source.live_models, source.live_predictions, source.models, source.predictions) == expected
        assert source.things == len(report.flawed)
        assert set(source.owners) == {owner.agent.id for owner in report.owners}
        assert set(source.owners) <= {agent.id for agent in answer.agents}


def order(source: object) -> tuple[int, int, str]:
    live = source.live_models + source.live_predictions  # type: ignore[attr-defined]
    return -live, -source.models - source.predictions, source.id  # type: ignore[attr-defined]
