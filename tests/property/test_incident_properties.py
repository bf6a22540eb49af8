"""What is true of an incident depends on the set of what was said, not on who sent it when, or how often."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from graphs import contents, day, empty
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from graphprov.analysis.history import acknowledged, resolutions, state_of
from graphprov.analysis.incident_report import Entry
from graphprov.analysis.incidents import incidents
from graphprov.capture import entries
from graphprov.capture.entries import About
from graphprov.capture.incidents import open_incident
from graphprov.capture.writer import Writer
from graphprov.journal import Journal
from graphprov.model.vocabulary import Element
from graphprov.settings import Settings
from graphprov.store import Store
from graphprov.transfer import send

HOURS = st.integers(0, 4).map(lambda hours: day(10 + hours / 24))
PEOPLE = st.sampled_from(["ada", "bob"])
PARTS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=2, unique=True)
DAYS = st.one_of(st.none(), st.integers(1, 9).map(day))
ENTRIES = st.lists(
    st.builds(
        Entry,
        id=st.uuids().map(str),
        what=st.sampled_from(["opened", "amended", "closed", "reopened", "resolved", "unresolved", "acknowledged"]),
        at=HOURS,
        by=PEOPLE,
        about=PARTS,
        how=st.sampled_from(["rerun", "accepted"]),
        since=DAYS,
        until=DAYS,
        removed=st.sampled_from([[], ["since"], ["until"]]),
        severity=st.sampled_from([None, "low", "high"]),
    ),
    max_size=8,
)


@given(said=ENTRIES, data=st.data())
def test_the_state_does_not_depend_on_the_order_of_arrival(said: list[Entry], data: st.DataObject) -> None:
    incident = {"reason": "x", "since": day(1), "until": day(9)}
    other = data.draw(st.permutations(said))
    assert state_of(incident, other) == state_of(incident, said)
    assert resolutions("i", other) == resolutions("i", said)
    assert acknowledged(other) == acknowledged(said)


WORDS: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.one_of(
    st.tuples(st.just("amend"), st.fixed_dictionaries({"why": st.just("y"), "since": st.integers(1, 4).map(day)})),
    st.tuples(st.just("amend"), st.just({"why": "z", "until": "none", "severity": "high"})),
    st.tuples(st.just("close"), st.just({"why": "done"})),
    st.tuples(st.just("reopen"), st.just({"why": "again"})),
    st.tuples(
        st.just("resolve"), st.fixed_dictionaries({"how": st.sampled_from([None, "rerun"]), "note": st.just("n")})
    ),
)


def say(writer: Writer, incident: str, word: str, more: dict[str, Any], by: str, at: datetime) -> None:
    if word == "resolve":
        entries.resolve(writer, incident, [About("ex:a", Element.ENTITY)], by=by, at=at, **more)
    else:
        getattr(entries, word)(writer, incident, by=by, at=at, **more)


@given(said=st.lists(st.tuples(WORDS, PEOPLE, HOURS), max_size=5), data=st.data())
@settings(max_examples=15, phases=[Phase.reuse, Phase.generate])
def test_several_laptops_that_send_in_any_order_and_twice_make_one_history(
    store: Store, own_home: Path, said: list[Any], data: st.DataObject
) -> None:
    home = Path(tempfile.mkdtemp(dir=own_home))
    laptops = [Settings.load(home=home / name) for name in ("one", "two")]
    for settings_ in laptops:  # both report the same at the same moment
        writer = Writer(settings_, clock=lambda: day(9), user="eve", host="h", flush=False)
        id_ = open_incident(writer, "dataset:x", reason="r", found_by="eve")
    for (word, more), by, at in said:
        writer = Writer(data.draw(st.sampled_from(laptops)), clock=lambda at=at: at, user=by, host="h", flush=False)
        say(writer, id_, word, more, by, at)
    seen = []
    for order in (laptops, laptops[::-1]):
        empty(store)
        for settings_ in [*order, order[0]]:
            with Journal(settings_.journal) as journal:
                send(journal, store, again=True)
        seen.append((contents(store), incidents(store, state="all")))
    assert seen[0] == seen[1]
    (incident,) = seen[0][1]
    assert len(incident.history) == 1 + len({(repr(word), by, at) for word, by, at in said})
