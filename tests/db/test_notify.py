"""Who is told what of an incident, once; what came on top later; and what is not marked as sent that was not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from graphs import day, draw, ex, names, records

import graphprov as gp
from graphprov.errors import DatabaseAway, InvalidInput, UnknownReference
from graphprov.incidents import notifying
from graphprov.model.statements import Agent
from graphprov.notify.notice import LISTED, Notice
from graphprov.notify.telling import Told
from graphprov.notify.ways import NoAddress, NotDelivered
from graphprov.store import Store

PIPELINE = """
    bl2 : dataset issued_at=2
    bl9 : dataset issued_at=9
    bl2 -of-> bl
    bl9 -of-> bl
    ada : person contact=ada@jobs.example
    bl2 <-used- train2 -gen-> model2
    bl9 <-used- train9 -gen-> model9
    model2 <-used- predict -gen-> forecast
    forecast <-used- look
    train2 -with-> ada
    train9 -with-> ada
    predict -with-> bob
    bob -for-> team
"""


class Way:
    """Takes all messages but those to owners in `refused`, and remembers them."""

    needs_contact = True

    def __init__(self, name: str = "smtp", refused: set[str] | None = None) -> None:
        self.name, self.refused = name, refused or set()
        self.sent: list[tuple[Notice, list[str]]] = []

    def __enter__(self) -> Way:
        return self

    def __exit__(self, *_: object) -> None: ...

    def address(self, contact: str | None) -> str:
        if contact is None:
            raise NoAddress("no contact recorded")
        return contact

    def send(self, notice: Notice, before: list[str]) -> None:
        if notice.owner.name in self.refused:
            raise NotDelivered("mailbox full")
        self.sent.append((notice, list(before)))


@pytest.fixture
def number(database: Store) -> str:
    draw(database, PIPELINE)
    return gp.incidents.open("ex:bl", reason="campus addresses", since=day(1), until=day(5)).number


@pytest.fixture
def notify(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Tells by a way that the test looks into."""

    def told(number: str, way: Way, **more: Any) -> Told:
        monkeypatch.setattr(notifying, "_way", lambda *_, **__: way)
        return gp.incidents.notify(number, smtp="smtp://x", **more)

    return told


def went(told: Told) -> dict[str, tuple[str, int]]:
    return {each.name: (each.went, each.new) for each in told.owners}


def test_each_owner_is_told_their_own_part_and_no_other(number: str, notify: Any) -> None:
    way = Way()
    told = notify(number, way)
    assert went(told) == {"ada": ("sent", 1), "bob": ("no address", 1)}
    ((notice, before),) = way.sent
    assert (notice.owner.name, notice.owner.contact, before) == ("ada", "ada@jobs.example", [])
    assert names(thing.id for thing in notice.things) == {"model2"}  # and no run that made it
    assert (notice.affected, notice.open, notice.new, notice.live) == (1, 1, 1, 1)
    assert notice.counts == {"dataset": 1}
    assert not told.complete
    assert told.nobodys == 1  # nobody answers for `look`


def test_a_run_that_made_nothing_affected_is_a_part_of_its_own(database: Store, number: str, notify: Any) -> None:
    draw(database, "model2 <-used- mail\nmail -with-> ada")
    way = Way()
    notify(number, way)
    ((notice, _),) = way.sent
    assert [thing.label for thing in notice.things] == ["model2", "mail"]  # what is in use comes first
    parts = gp.incidents.get(number).parts
    assert parts is not None
    assert {owner.name: (owner.affected, owner.open) for owner in parts.owners} == {"ada": (2, 2), "bob": (1, 1)}


def test_an_owner_without_a_contact_is_reached_by_whom_they_act_for(database: Store, number: str, notify: Any) -> None:
    database.write(records([Agent(id="ex:team", kind="organization", name="team", contact="team@jobs.example")]))
    way = Way()
    assert notify(number, way).complete
    assert [notice.owner.contact for notice, _ in way.sent] == ["ada@jobs.example", "team@jobs.example"]
    assert way.sent[1][0].owner.organizations == ["team"]


def test_what_was_sent_is_recorded_and_not_sent_twice(number: str, notify: Any) -> None:
    way = Way()
    notify(number, way)
    assert went(notify(number, way)) == {"ada": ("nothing new", 0), "bob": ("no address", 1)}
    assert len(way.sent) == 1
    entry = gp.incidents.get(number).history[-1]
    assert (entry.what, entry.about, entry.way, entry.to) == ("notified", [ex("ada")], "smtp", "ada@jobs.example")
    assert (entry.parts, entry.new, entry.message) == (1, 1, way.sent[0][0].id)
    assert entry.parts_digest
    parts = gp.incidents.get(number).parts
    assert parts is not None
    assert {owner.name: owner.told_by for owner in parts.owners} == {"ada": "smtp", "bob": None}


def test_a_refused_message_is_not_marked_as_sent_and_the_others_go_out(
    database: Store, number: str, notify: Any
) -> None:
    database.write(records([Agent(id="ex:bob", kind="person", name="bob", contact="bob@jobs.example")]))
    told = notify(number, Way(refused={"ada"}))
    assert went(told) == {"ada": ("failed", 1), "bob": ("sent", 1)}
    assert (told.owners[0].detail, told.complete) == ("mailbox full", False)
    way = Way()
    assert went(notify(number, way)) == {"ada": ("sent", 1), "bob": ("nothing new", 0)}


def test_when_more_is_affected_a_message_tells_what_is_new(database: Store, number: str, notify: Any) -> None:
    way = Way()
    notify(number, way)
    draw(database, "model2 <-used- tune -gen-> model3\ntune -with-> ada")
    assert went(notify(number, way))["ada"] == ("sent", 1)
    notice, before = way.sent[1]
    assert names(thing.id for thing in notice.things) == {"model3"}
    assert (notice.open, notice.affected, notice.told_before is not None) == (2, 2, True)
    assert before == [way.sent[0][0].id]
    assert went(notify(number, way))["ada"] == ("nothing new", 0)
    gp.incidents.amend(number, until=day(10), why="wider")
    assert went(notify(number, way))["ada"] == ("sent", 1)
    assert names(thing.id for thing in way.sent[2][0].things) == {"model9"}


def test_what_is_closed_is_told_nobody(number: str, notify: Any) -> None:
    way = Way()
    gp.incidents.resolve(number, "model2", how="rerun", note="x")
    assert went(notify(number, way)) == {"ada": ("nothing open", 0), "bob": ("no address", 1)}
    gp.incidents.resolve(number, "model2", undo=True, note="x")
    assert went(notify(number, way))["ada"] == ("sent", 1)


def test_again_tells_all_that_is_open_once_more_as_another_message(number: str, notify: Any) -> None:
    way = Way()
    notify(number, way)
    assert went(notify(number, way, again=True))["ada"] == ("sent", 1)
    (first, _), (second, before) = way.sent
    assert first.id != second.id
    assert before == [first.id]


def test_a_message_that_is_tried_again_is_the_same_message(number: str, notify: Any) -> None:
    failing, way = Way(refused={"ada"}), Way()
    ids = {each.notice.id for each in notify(number, failing, owners=["ada"]).owners}
    notify(number, way, owners=["ada"])
    assert ids == {way.sent[0][0].id}


def test_another_way_is_another_telling(number: str, notify: Any) -> None:
    notify(number, Way("smtp"))
    assert went(notify(number, Way("webhook")))["ada"] == ("sent", 1)


def test_only_those_who_are_named_are_told(number: str, notify: Any) -> None:
    way = Way()
    assert went(notify(number, way, owners=["ada"])) == {"ada": ("sent", 1)}
    with pytest.raises(UnknownReference, match="nobody called 'eve'"):
        notify(number, way, owners=["eve"])


def test_a_dry_run_sends_and_records_nothing(number: str, notify: Any) -> None:
    way = Way()
    told = notify(number, way, dry_run=True)
    assert went(told) == {"ada": ("would be sent", 1), "bob": ("no address", 1)}
    assert way.sent == []
    assert [entry.what for entry in gp.incidents.get(number).history] == ["opened"]


def test_a_dry_run_needs_no_way(number: str) -> None:
    told = gp.incidents.notify(number, dry_run=True)
    assert {each.name: each.to for each in told.owners} == {"ada": "ada@jobs.example", "bob": None}
    assert told.way is None


def test_what_goes_out_is_recorded_even_if_the_next_one_breaks(number: str, notify: Any, database: Store) -> None:
    database.write(records([Agent(id="ex:bob", kind="person", name="bob", contact="bob@jobs.example")]))

    class Killed(Way):
        def send(self, notice: Notice, before: list[str]) -> None:
            if notice.owner.name == "bob":
                raise KeyboardInterrupt
            super().send(notice, before)

    with pytest.raises(KeyboardInterrupt):
        notify(number, Killed())
    assert went(notify(number, Way())) == {"ada": ("nothing new", 0), "bob": ("sent", 1)}


def test_a_long_list_is_cut_and_all_of_it_counts_as_told(database: Store, number: str, notify: Any) -> None:
    many = LISTED + 5
    draw(database, "\n".join(f"model2 <-used- r{i} -gen-> m{i}\nr{i} -with-> ada" for i in range(many)))
    way = Way()
    notify(number, way)
    ((notice, _),) = way.sent
    assert len(notice.things) == LISTED
    assert notice.not_listed == notice.new - LISTED > 0
    assert went(notify(number, way))["ada"] == ("nothing new", 0)


def test_a_folder_gets_the_messages_and_one_way_is_asked_for(number: str, tmp_path: Path) -> None:
    told = gp.incidents.notify(number, to_dir=tmp_path)
    assert went(told) == {"ada": ("sent", 1), "bob": ("sent", 1)}
    posted = Notice.model_validate(json.loads((tmp_path / "bob.json").read_text()))
    assert posted.owner.name == "bob"
    for wrong in ({}, {"to_dir": tmp_path, "webhook": "http://x"}):
        with pytest.raises(InvalidInput, match="one way to tell the owners is expected"):
            gp.incidents.notify(number, **wrong)
    with pytest.raises(InvalidInput, match="sender goes with a mail server"):
        gp.incidents.notify(number, to_dir=tmp_path, sender="a@b.example")


def test_without_a_database_nobody_can_be_told(number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_URI", "bolt://127.0.0.1:1")
    with pytest.raises(DatabaseAway):
        gp.incidents.notify(number, to_dir=tmp_path)
