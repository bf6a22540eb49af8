"""The same set of records gives the same graph, whatever the order, the batches, the repeats and the laptops."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from graphs import MARCH, contents, empty, ex
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from graphprov.journal import Journal
from graphprov.model.metadata import Quantity
from graphprov.model.statements import Activity, Entity, Relation, Statement
from graphprov.store import Store
from graphprov.transfer import send

KEYS = st.sampled_from(["a", "a.b", "a b", "@unit", "role", "name"])
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.integers(0, 3),
    st.just(Quantity(1.5, "ms")),
    st.just([]),
    st.just(["x", "y"]),
    st.fixed_dictionaries({"b": st.integers(0, 2)}),
    st.just(MARCH),
    st.just(timedelta(seconds=90)),
    st.just(b"\0\xff"),
)
METADATA = st.dictionaries(KEYS, VALUES, max_size=2)
STATEMENTS: st.SearchStrategy[Statement] = st.one_of(
    st.builds(
        Entity,
        id=st.sampled_from([ex("e1"), ex("e2")]),
        kind=st.sampled_from([None, "dataset", "model", "image"]),
        name=st.sampled_from([None, "one", "two"]),
        metadata=METADATA,
    ),
    st.builds(
        Activity, id=st.just(ex("a1")), status=st.sampled_from([None, "completed", "failed"]), parameters=METADATA
    ),
    st.builds(
        Relation,
        type=st.sampled_from(["USED"]),
        source=st.just(ex("a1")),
        target=st.sampled_from([ex("e1"), ex("e3")]),
        time=st.sampled_from([None, MARCH]),
        metadata=METADATA,
    ),
    st.builds(
        Relation,
        type=st.just("WAS_DERIVED_FROM"),
        source=st.sampled_from([ex("e1"), ex("e2")]),
        target=st.just(ex("e2")),
    ),
)
RECORDS = st.lists(
    st.tuples(st.integers(0, 3).map(lambda hours: MARCH + timedelta(hours=hours)), st.lists(STATEMENTS, max_size=3)),
    min_size=1,
    max_size=6,
)


@given(said=RECORDS, data=st.data())
@settings(max_examples=25, phases=[Phase.reuse, Phase.generate])
def test_the_graph_depends_on_the_set_of_records_alone(
    store: Store, own_home: Path, said: list[tuple[Any, list[Statement]]], data: st.DataObject
) -> None:
    home = Path(tempfile.mkdtemp(dir=own_home))
    empty(store)
    with Journal(home / "straight.sqlite") as journal:
        for moment, statements in said:
            journal.append(statements, recorded_at=moment)
        send(journal, store)
    expected = contents(store)

    empty(store)
    again = data.draw(st.permutations(said + data.draw(st.lists(st.sampled_from(said), max_size=3))))
    batches = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=12))
    laptops = [Journal(home / f"laptop{number}.sqlite") for number in (1, 2)]
    for moment, statements in again:
        data.draw(st.sampled_from(laptops)).append(statements, recorded_at=moment)
    for laptop in laptops:
        pending, position = laptop.pending("another store", 100), 0
        for size in [*batches, 100]:
            store.write(pending[position : position + size])
            position += size
        store.write(reversed(pending))
        laptop.close()
    assert contents(store) == expected
