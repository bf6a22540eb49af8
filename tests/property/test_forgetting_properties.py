"""What was forgotten stays forgotten, whatever arrives when: the graph depends on the set of records alone."""

from __future__ import annotations

import functools
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from graphs import MARCH, contents, empty, ex
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from graphprov.erasure import erase_from_journal
from graphprov.journal import Journal, Record
from graphprov.model.statements import Activity, Agent, Entity, Relation, Statement
from graphprov.store import Store

SECRETS = ("Ada Lovelace", "ada@example.org", "10.1.2.3", "grace", "a remark")
CONTENT: list[Statement] = [
    Agent(id=ex("ada"), kind="person", name=SECRETS[0], contact=SECRETS[1]),
    Agent(id=ex("ada"), metadata={"address": SECRETS[2]}),
    Entity(id=ex("data"), kind="dataset", name=SECRETS[3]),
    Entity(id=ex("data@1"), kind="dataset", name=SECRETS[3], version="1", digest="sha256:00", metadata={"n": "grace"}),
    Entity(id=ex("data@1"), kind="dataset", path="/home/grace/data.csv", generated_at=MARCH),
    Activity(id=ex("run"), kind="run", user="grace", parameters={"who": SECRETS[2]}, status="completed"),
    Relation(type="SPECIALIZATION_OF", source=ex("data@1"), target=ex("data")),
    Relation(type="USED", source=ex("run"), target=ex("data@1"), role="input", metadata={"remark": SECRETS[4]}),
    Relation(type="WAS_ASSOCIATED_WITH", source=ex("run"), target=ex("ada"), metadata={"remark": SECRETS[4]}),
]
_WHY: dict[str, Any] = {"forgotten_reason": "asked", "forgotten_by": ex("bob")}
TOMBSTONES: list[Statement] = [
    Agent(id=ex("ada"), forgotten_at=MARCH, **_WHY),
    Entity(id=ex("data"), forgotten_at=MARCH, **_WHY),
    Activity(id=ex("run"), forgotten_at=MARCH, **_WHY),
]
AGAIN: list[Statement] = [Entity(id=ex("data"), forgotten_at=MARCH + timedelta(days=1), **_WHY)]
IDS = [ex("ada"), ex("data"), ex("data@1"), ex("run")]


@functools.cache
def _records(again: bool, erased: bool) -> list[Record]:
    """What journals hold, made once: of the content with its tombstones."""
    return journal_of([*CONTENT, *TOMBSTONES, *AGAIN * again], erased=erased)


def journal_of(statements: list[Statement], *, erased: bool) -> list[Record]:
    with tempfile.TemporaryDirectory() as folder, Journal(path := Path(folder) / "journal.sqlite") as journal:
        for number, statement in enumerate(statements):
            journal.append([statement], recorded_at=MARCH + timedelta(minutes=number))
        if erased:
            erase_from_journal(path, IDS)
        return journal.pending("a store", 100)


@given(data=st.data())
@settings(max_examples=12, phases=[Phase.reuse, Phase.generate])
def test_in_any_order_and_any_number_of_times_it_is_the_same_graph_without_what_was_forgotten(
    store: Store, data: st.DataObject
) -> None:
    more = data.draw(st.booleans())
    straight = _records(more, False)
    empty(store)
    store.write(straight)
    expected = contents(store)
    text = repr(expected)
    assert not [secret for secret in SECRETS if secret in text]
    assert all(kept in text for kept in ("sha256:00", "completed", "input", ex("data@1")))

    empty(store)
    # An old journal that still says all, and one in which it was erased: mixed, repeated, in any order and batches.
    both = straight + _records(more, True)
    again = data.draw(st.permutations(both + data.draw(st.lists(st.sampled_from(both), max_size=3))))
    position = 0
    for size in [*data.draw(st.lists(st.integers(1, 4), max_size=9)), 100]:
        store.write(again[position : position + size])
        position += size
    assert contents(store) == expected


def test_the_same_records_without_tombstones_say_all_of_it(store: Store) -> None:
    """The control: what the test above misses is there before."""
    store.write(journal_of(CONTENT, erased=False))
    text = repr(contents(store))
    assert all(secret in text for secret in SECRETS)
