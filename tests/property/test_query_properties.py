"""The questions in Cypher on random small graphs: what they list is what their headers say, and what Python says.

A person in Neo4j Browser must see no other truth: where one query can express the rules the answer is that of
`graphprov impact`, and elsewhere it lists more, never fewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import oracle
from graphs import ex
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from oracle import Flow, State, Step, World
from test_impact_properties import check_path, moment, record, worlds

from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.store import Store

Onward = Iterator[tuple[State, tuple[Step, ...], str]]


class Walked(Flow):
    """What the header of `impact/affected_by` says is walked. An entity is `flawed`, down to its members, or `full`."""

    @property
    def begin(self) -> list[State]:
        return [(node, "flawed" if node in self.world.entities else "start") for node in sorted(self.start)]

    def _onward(self, x: str, how: object) -> Onward:
        w = self.world
        found = [("WAS_DERIVED_FROM", effect, x) for effect, cause, _ in w.derived if cause == x]
        found += [("USED", run, x) for run, used, _ in w.used if used == x]
        found += [("HAD_MEMBER", collection, x) for collection, member in w.members if member == x]
        if x not in self.subjects:
            found += [("SPECIALIZATION_OF", special, x) for special, general in w.specialises if general == x]
        for step in found:
            yield (step[1], "full"), (step,), "declared"
        if how == "flawed":
            for collection, member in w.members:
                if collection == x:
                    yield (member, "flawed"), (("HAD_MEMBER", member, x),), "declared"

    def _reaches(self, run: str, how: object, output: str) -> bool:
        return how != "start"

    def _influenced(self, node: str) -> Onward:
        yield from ()


def listed(store: Store, question: str, **parameters: Any) -> dict[str, int]:
    """Distance by name, of an answer with the columns id and distance."""
    result = store.query(question, **parameters)
    at = [result.columns.index(column) for column in ("id", "distance")]
    return {row[at[0]].removeprefix("ex:"): row[at[1]] for row in result.rows}


def question(data: st.DataObject, world: World) -> tuple[str, dict[str, Any], set[str], set[str]] | None:
    """A subject, its window, what of it is flawed and which subjects are nodes; None where it stands for nothing."""
    subject = data.draw(st.sampled_from([*world.entities, *world.activities, *world.agents]))
    since, until = data.draw(st.sampled_from([(None, None), (2, None), (None, 4), (2, 4), (3, 5)]))
    try:
        start, _ = oracle.flawed(world, [subject], since, until)
    except oracle.NothingFlawed:
        return None
    return subject, {"since": moment(since), "until": moment(until)}, start, {subject} - {*world.agents}


@given(world=worlds(), data=st.data())
@settings(max_examples=12, phases=[Phase.reuse, Phase.generate])
def test_what_is_affected_is_what_the_header_says_and_never_less_than_python_says(
    store: Store, world: World, data: st.DataObject
) -> None:
    plain = data.draw(st.booleans(), label="only what one query can express")
    if plain:
        made = {entity for entity, *_ in world.generated}
        world.members, world.plans = [], []
        world.used = [(run, entity, None) for run, entity, _ in world.used]
        world.derived = [(effect, cause, None) for effect, cause, _ in world.derived if effect not in made]
    record(store, world)
    for _ in range(3):
        if (drawn := question(data, world)) is None:
            continue
        subject, window, start, subjects = drawn
        rows = listed(store, "affected_by", subject=ex(subject), **window)
        assert rows == Walked(world, start, subjects).reached()
        report = impact(store, Flaw.of(ex(subject), *window.values()))
        python = start | {n.id.removeprefix("ex:") for n in report.affected if n.certainty != "possible"}
        if plain:
            assert rows.keys() == python
            assert rows == Flow(world, start, subjects, "inferred").reached()
        elif not world.plans and not world.members:
            assert rows.keys() >= python


@given(world=worlds(), data=st.data())
@settings(max_examples=6, phases=[Phase.reuse, Phase.generate])
def test_the_questions_about_impact_agree_with_each_other(store: Store, world: World, data: st.DataObject) -> None:
    record(store, world)
    for _ in range(2):
        if (drawn := question(data, world)) is None:
            continue
        subject, window, start, subjects = drawn
        affected = listed(store, "affected_by", subject=ex(subject), **window)
        spread = store.query("spread_of", subject=ex(subject), **window)
        assert sum(row[spread.columns.index("affected")] for row in spread.rows) == len(affected)
        if subject in world.agents:
            for kind, asking in (("model", "models_depending_on"), ("predictions", "predictions_depending_on")):
                mine = {name for name, own in world.entities.items() if own["kind"] == kind}
                of_kind = {name: distance for name, distance in affected.items() if name in mine}
                result = store.query(asking, source=ex(subject), **window)
                assert {row[0].removeprefix("ex:"): row[1] for row in result.rows} == of_kind
        flow = Walked(world, start, subjects)
        for name in data.draw(st.lists(st.sampled_from([*world.entities]), max_size=2)):
            if name in start or any(g == name for _, g in world.specialises):
                continue
            result = store.query("why_affected", artifact=ex(name), subject=ex(subject), **window)
            steps = [
                (relation, effect.removeprefix("ex:"), cause.removeprefix("ex:"))
                for _, effect, relation, cause, _ in result.rows
            ]
            assert len(steps) == affected.get(name, 0)
            if steps:
                check_path(flow, steps[::-1], name)
