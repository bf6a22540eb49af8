"""Incidents in a real graph: opened, amended, closed part by part, and never themselves touched by a flaw."""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any

import pytest
from graphs import day, draw, empty, ex, names, records

import graphprov as gp
from graphprov.analysis.catalogue import catalogue
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.analysis.incidents import incident as read
from graphprov.analysis.incidents import incidents as every
from graphprov.capture import entries
from graphprov.capture.incidents import open_incident
from graphprov.capture.writer import Writer
from graphprov.documents.formats import Format, read_document
from graphprov.errors import (
    AmbiguousReference,
    DatabaseAway,
    InvalidInput,
    PartsOpen,
    UnknownReference,
)
from graphprov.exchange.export import document_of_store, write_items
from graphprov.exchange.importing import import_items
from graphprov.model.statements import Entity, Relation
from graphprov.model.vocabulary import Element
from graphprov.settings import Settings
from graphprov.store import Store
from graphprov.transfer import sync

PIPELINE = """
    bl2 : dataset issued_at=2 version=2
    bl9 : dataset issued_at=9 version=9
    bl2 -of-> bl
    bl9 -of-> bl
    bl2 <-used@3- train2 -gen@4-> antispam
    bl9 <-used@10- train9 -gen@11-> spam9
    antispam <-used@5- predict -gen@6-> forecast
    clean <-used- predict
    antispam -by-> ada
    forecast -by-> bob
    spam9 -by-> ada
    ada -for-> team
    train2 -with-> ada
    predict -with-> bob
"""


@pytest.fixture
def pipeline(database: Store) -> Store:
    draw(database, PIPELINE)
    return database


def opened(**more: Any) -> gp.incidents.Recorded:
    return gp.incidents.open("ex:bl", **{"reason": "campus addresses", "since": day(1), "until": day(5), **more})


def touched(number: str) -> set[str]:
    return names(node.id for node in gp.impact(incident=number).affected)


# Opening


def test_an_incident_is_about_what_is_meant_and_is_found_by_its_number(pipeline: Store) -> None:
    told = opened(severity="high", found_by="eve", found_at=day(20))
    (found,) = gp.incidents.find()
    assert (found.id, found.number, len(found.number)) == (told.incident, told.number, 6)
    assert [subject.id for subject in found.subjects] == [ex("bl")]
    assert (found.state, found.severity, found.found_by, found.found_at) == ("open", "high", "eve", day(20))
    for typed in (told.number, f"#{told.number}", told.number[:3], found.id, f"incident:{found.id.rpartition(':')[2]}"):
        assert gp.incidents.get(typed).id == told.incident


def test_the_same_said_twice_is_one_incident_with_one_history(pipeline: Store) -> None:
    one, two = opened(), opened()
    assert one.incident == two.incident
    assert two.remarks == ("it was open already",)
    assert len(gp.incidents.get(one.number, parts=False).history) == 1


def test_two_who_report_the_same_both_stand_in_its_history(pipeline: Store, tmp_path: Path) -> None:
    for user, at in (("ada", day(8)), ("bob", day(7))):
        writer = Writer(Settings.load(home=tmp_path / user), clock=lambda at=at: at, user=user, flush=False)
        open_incident(writer, "dataset:x", reason="r", found_by=user)
        sync(writer.settings)
    (incident,) = gp.incidents.find()
    assert [(entry.by, entry.at) for entry in incident.history] == [
        ("urn:graphprov:person:bob", day(7)),
        ("urn:graphprov:person:ada", day(8)),
    ]
    assert incident.found_by == "bob"


def test_one_incident_may_be_about_several_things_of_any_type(pipeline: Store) -> None:
    told = gp.incidents.open("ex:bl2", "ex:train9", "ex:bob", reason="all of it")
    subjects = {subject.id: subject.element for subject in gp.incidents.get(told.number, parts=False).subjects}
    assert subjects == {ex("bl2"): "Entity", ex("train9"): "Activity", ex("bob"): "Agent"}
    assert touched(told.number) == {"train2", "antispam", "predict"}
    again = gp.incident(["ex:bob", "ex:bl2"], reason="x")
    assert gp.incident(["ex:bl2", "ex:bob", "ex:bl2"], reason="x") == again


def test_a_subject_that_is_not_recorded_yet_is_taken_with_a_remark_where_it_says_what_it_is(pipeline: Store) -> None:
    told = gp.incidents.open("data-source:netshild", reason="x")
    assert told.remarks[0].startswith("nothing called data-source:netshild is recorded yet")
    with pytest.raises(UnknownReference):
        gp.incidents.open("netshild", reason="x")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"reason": " "}, "reason of the incident is empty"),
        ({"reason": "x", "since": day(5), "until": day(5)}, "window is empty"),
        ({"reason": "x", "severity": "awful"}, "no severity"),
    ],
)
def test_what_does_not_fit_is_refused(pipeline: Store, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        gp.incidents.open("ex:bl", **arguments)
    assert gp.incidents.find(state="all") == []


def test_an_incident_about_an_incident_is_refused(pipeline: Store) -> None:
    told = opened()
    with pytest.raises(InvalidInput, match="is an incident itself"):
        gp.incidents.open(told.incident, reason="x")
    with pytest.raises(InvalidInput, match="about nothing"):
        gp.incident([], reason="x")


# Finding


def test_an_unknown_number_names_the_nearest_and_an_unclear_one_all(pipeline: Store) -> None:
    numbers = sorted(gp.incidents.open("ex:bl", reason=f"reason {i}").incident.rpartition(":")[2] for i in range(20))
    with pytest.raises(UnknownReference) as unknown:
        gp.incidents.get("reason 7")
    assert unknown.value.nearest[0].endswith("(bl: reason 7)")
    first = next(one[0] for one, other in itertools.pairwise(numbers) if one[0] == other[0])
    with pytest.raises(AmbiguousReference) as unclear:
        gp.incidents.get(first)
    assert len(unclear.value.nearest) == sum(number.startswith(first) for number in numbers)
    with pytest.raises(UnknownReference) as none:
        gp.incidents.get("zz")
    assert none.value.hint == "graphprov incident list --state all"


def test_the_list_has_open_before_closed_and_the_severest_first(pipeline: Store) -> None:
    for reason, severity in (("a", None), ("b", "low"), ("c", "critical"), ("d", "high")):
        gp.incidents.open("ex:bl", reason=reason, severity=severity, found_at=day(3))
    late = gp.incidents.open("ex:bl", reason="e", severity="high", found_at=day(4))
    closed = gp.incidents.open("ex:bl", reason="f", severity="critical")
    gp.incidents.close(closed.number, why="nothing of it", force=True)
    assert [each.reason for each in gp.incidents.find()] == ["c", "e", "d", "b", "a"]
    assert [each.reason for each in gp.incidents.find(state="all")][-1] == "f"
    assert [each.reason for each in gp.incidents.find(state="closed")] == ["f"]
    assert gp.incidents.get(late.number).state == "open"


def test_an_incident_that_a_document_brought_is_found_by_its_own_name(database: Store) -> None:
    draw(database, "bl <-used- train")
    theirs = Entity(id="ex:i1", kind="incident", name="i1", metadata={"reason": "theirs"})
    database.write(records([theirs, Relation(type="ABOUT", source="ex:i1", target="ex:bl")]))
    found = gp.incidents.get("ex:i1")
    assert (found.number, found.reason, found.state) == ("ex:i1", "theirs", "open")
    gp.incidents.close("ex:i1", why="they said so", force=True)
    assert gp.incidents.get("ex:i1").state == "closed"


def test_an_incident_of_an_older_release_is_one_as_any_other(pipeline: Store) -> None:
    old = Entity(
        id="urn:graphprov:incident:0123456789abcdef",
        kind="incident",
        name="0123456789abcdef",
        metadata={"reason": "old", "state": "open", "found_by": "eve", "found_at": day(3), "until": day(5)},
    )
    pipeline.write(records([old, Relation(type="ABOUT", source=old.id, target="ex:bl")]))
    found = gp.incidents.get("012345")
    assert (found.state, found.found_by, found.found_at, found.until) == ("open", "eve", day(3), day(5))
    gp.incidents.amend("0123", until="none", why="it goes on")
    assert touched("0123") == {"train2", "antispam", "predict", "forecast", "train9", "spam9"}


def test_what_a_document_says_under_our_keys_is_taken_as_far_as_it_makes_sense(database: Store) -> None:
    draw(database, "bl <-used- train")
    odd = {
        "since": "2026-03",
        "until": 5,
        "severity": "awful",
        "reason": ["x"],
        "found_at": "yesterday",
        "state": "\x1b",
    }
    theirs = Entity(id="ex:i;rm -rf\x1b", kind="incident", name="i", metadata=odd)
    words = [
        Entity(id=f"ex:e{at}", kind="incident-entry", metadata=said)
        for at, said in enumerate(
            [
                {"what": "resolved", "how": "magic", "said_at": "long ago", "removed": "until", "open": "many"},
                {"what": "sung", "said_at": day(3)},
                {"note": "nothing at all"},
                {"what": "amended", "since": "2026-02-01", "severity": 7, "said_at": "2026-03-04T00:00Z"},
            ]
        )
    ]
    relations = [Relation(type="ENTRY_OF", source=each.id, target=theirs.id) for each in words]
    about = Relation(type="ABOUT", source=theirs.id, target="ex:bl")
    database.write(records([theirs, *words, *relations, about]))
    (found,) = gp.incidents.find(state="all")
    assert (found.since, found.until, found.severity, found.reason) == (day(-27), None, None, "['x']")
    assert {entry.what for entry in found.history} == {"resolved", "sung", "amended"}
    assert found.typed == "N"  # a command that people copy must not run what stands in a name
    assert gp.impact(incident=found.id).total == 1
    with pytest.raises(UnknownReference) as error:
        gp.incidents.resolve(found.id, "nothing", how="rerun", note="x")
    assert error.value.hint == "graphprov impact --incident N"


# What a flaw never reaches


def test_what_was_said_of_incidents_is_never_affected_nor_of_unknown_origin(pipeline: Store) -> None:
    told = opened()
    gp.incidents.resolve(told.number, "antispam", how="rerun", note="x", by="ex:ada")
    gp.incidents.acknowledge(told.number, "ex:ada", by="ex:ada")
    bookkeeping = {row[0] for row in pipeline.run("MATCH (n:Incident|IncidentEntry) RETURN n.id").rows}
    assert len(bookkeeping) == 4
    for flaw in ("ex:ada", "ex:bl", "ex:antispam", "ex:train2"):
        report = impact(pipeline, Flaw.of(flaw))
        mentioned = {node.id for node in report.flawed} | {node.id for node in report.affected}
        assert not bookkeeping & {*mentioned, *report.unknown_origin, *report.look_at_also, *report.time_unknown}
        assert report.complete
    with pytest.raises(InvalidInput, match="no flaw can reach the kind 'incident-entry'"):
        impact(pipeline, Flaw.of("ex:bl"), kinds=["incident-entry"])
    with pytest.raises(InvalidInput, match="is an incident, and no data"):
        impact(pipeline, Flaw.of(told.incident))
    assert "incident-entry" not in {row[0] for row in catalogue(pipeline).rows}
    assert pipeline.query("artifacts_without_provenance", kind="incident").rows == []


def test_not_even_a_document_that_derives_an_incident_makes_it_affected(database: Store) -> None:
    draw(
        database,
        """
        flawed <-used- train -gen-> model
        i : incident
        e : incident-entry
        i -derived-> flawed
        after -derived-> i
        train -gen-> e
        e -by-> ada
        model -by-> ada
        reads -informed-> train
        """,
    )
    affected = impact(database, Flaw.of("ex:flawed")).affected
    assert names(node.id for node in affected) == {"train", "model", "reads"}
    report = impact(database, Flaw.of("ex:ada"))
    assert (names(node.id for node in report.flawed), report.affected) == ({"model"}, [])


# Amending


def test_an_amended_window_is_the_one_of_the_report(pipeline: Store) -> None:
    told = opened()
    assert touched(told.number) == {"train2", "antispam", "predict", "forecast"}
    gp.incidents.amend(told.number, until=day(10), why="the ninth as well")
    assert touched(told.number) == {"train2", "antispam", "predict", "forecast", "train9", "spam9"}
    report = gp.impact(incident=told.number)
    assert (report.since, report.until, report.incidents[0].until) == (day(1), day(10), day(10))


def test_an_amendment_that_would_leave_no_window_or_changes_nothing_is_refused(pipeline: Store) -> None:
    told = opened()
    for wrong, message in (
        ({"since": day(6)}, "window is empty"),
        ({"until": day(1)}, "window is empty"),
        ({}, "nothing is amended"),
        ({"severity": "awful"}, "no severity"),
        ({"reason": " "}, "reason of the incident is empty"),
    ):
        with pytest.raises(InvalidInput, match=message):
            gp.incidents.amend(told.number, why="x", **wrong)
    with pytest.raises(InvalidInput, match="why is missing"):
        gp.incidents.amend(told.number, since=day(2), why=" ")
    assert len(gp.incidents.get(told.number, parts=False).history) == 1


def test_two_laptops_that_amend_at_once_both_stand_in_the_history_and_the_last_counts(
    pipeline: Store, tmp_path: Path
) -> None:
    told = opened()
    laptops = {name: Writer(Settings.load(home=tmp_path / name), user=name, flush=False) for name in ("ada", "bob")}
    entries.amend(laptops["ada"], told.incident, why="log files", since=day(0.5), after=told.incident, at=day(21))
    entries.amend(laptops["bob"], told.incident, why="vendor's word", since=day(0.7), after=told.incident, at=day(20))
    for name in ("ada", "bob"):
        sync(laptops[name].settings)
    found = gp.incidents.get(told.number)
    assert found.since == day(0.5)
    assert [entry.note for entry in found.history if entry.what == "amended"] == ["vendor's word", "log files"]
    assert "perhaps without knowing of each other" in found.warnings[0]
    gp.incidents.amend(told.number, since=day(0.7), why="we agreed")
    assert gp.incidents.get(told.number).since == day(0.7)


def test_amendments_that_leave_no_window_are_an_error_of_the_report_and_a_note_of_the_incident(
    pipeline: Store, tmp_path: Path
) -> None:
    told = opened()
    writer = Writer(Settings.load(), user="bob", flush=False)
    entries.amend(writer, told.incident, why="x", since=day(7))
    with pytest.raises(InvalidInput, match="window is empty") as error:
        gp.impact(incident=told.number)
    assert error.value.hint == f"graphprov incident amend {told.number}"
    assert any("its window is empty" in warning for warning in gp.incidents.get(told.number).warnings)


def test_an_incident_can_be_read_as_it_was_known(pipeline: Store) -> None:
    before = pipeline.now()
    writer = Writer(Settings.load(), clock=lambda: day(20), user="ada", flush=False)
    id_ = open_incident(writer, "dataset:x", reason="r")
    sync()
    then = pipeline.now()
    later = Writer(Settings.load(), clock=lambda: day(22), user="ada", flush=False)
    entries.close(later, id_, why="over")
    sync()
    assert read(pipeline, id_).state == "closed"
    assert read(pipeline, id_, known_on=then).state == "open"
    assert every(pipeline, state="all", known_on=before) == []
    with pytest.raises(UnknownReference):
        read(pipeline, id_, known_on=before)


# Closing part by part


def test_a_name_closes_every_affected_version_and_a_run_follows_what_it_made(pipeline: Store) -> None:
    told = opened()
    recorded = gp.incidents.resolve(told.number, "antispam", how="rerun", note="trained again")
    assert names(recorded.parts) == {"antispam"}
    assert recorded.remarks == ("no newer version of ex:antispam is recorded yet",)
    report = gp.impact(incident=told.number)
    done = {node.id.removeprefix("ex:"): node.resolution for node in report.affected}
    assert {name for name, how in done.items() if how} == {"antispam", "train2"}
    assert done["antispam"] is not None
    assert done["train2"] is not None
    assert (done["antispam"].how, done["antispam"].note) == ("rerun", "trained again")
    assert (done["train2"].how, done["train2"].note) == ("rerun", "all that it made is closed")
    assert (report.resolved, report.to_close, report.total) == ({"rerun": 1}, 2, 4)
    parts = gp.incidents.get(told.number).parts
    assert parts is not None
    assert {owner.id: (owner.affected, owner.open) for owner in parts.owners} == {ex("ada"): (1, 0), ex("bob"): (1, 1)}


def test_a_report_of_some_kinds_or_a_few_counts_the_closed_ones_of_all_that_was_asked_for(pipeline: Store) -> None:
    told = opened()
    gp.incidents.resolve(told.number, "antispam", "forecast", how="accepted", note="x")
    assert gp.impact(incident=told.number, limit=1).resolved == {"accepted": 2}
    assert gp.impact(incident=told.number, kinds=["dataset"]).resolved == {"accepted": 2}


def test_a_run_with_an_open_output_is_open_and_is_counted_where_somebody_names_it(database: Store) -> None:
    draw(database, "flawed <-used- train -gen-> model\ntrain -gen-> log\nflawed <-used- look")
    told = gp.incidents.open("ex:flawed", reason="x")
    gp.incidents.resolve(told.number, "model", how="rerun", note="x")
    assert gp.impact(incident=told.number).resolved == {"rerun": 1}
    gp.incidents.resolve(told.number, "log", how="deleted", note="x")
    assert gp.impact(incident=told.number).resolved == {"deleted": 1, "rerun": 1}
    gp.incidents.resolve(told.number, "look", how="not-affected", note="only looked")
    assert gp.impact(incident=told.number).resolved == {"deleted": 1, "not-affected": 1, "rerun": 1}
    gp.incidents.close(told.number, why="done")


def test_what_is_said_of_a_run_moves_no_count(pipeline: Store) -> None:
    told = opened()
    before = gp.impact(incident=told.number)
    gp.incidents.resolve(told.number, "train2", how="rerun", note="run again")
    after = gp.impact(incident=told.number)
    assert (after.to_close, after.resolved) == (before.to_close, {}) == (2, {})
    assert [node.resolution.how for node in after.affected if node.id == ex("train2") and node.resolution] == ["rerun"]
    assert sum(owner.to_close or 0 for owner in after.owners) == 2


def test_nobody_says_anything_tomorrow_or_before_it_was_found(pipeline: Store) -> None:
    told = opened(found_at=day(20))
    for at in (day(19), "2999-01-01"):
        with pytest.raises(InvalidInput, match="nobody can have said this on"):
            gp.incidents.resolve(told.number, "antispam", how="rerun", note="x", at=at)
    gp.incidents.resolve(told.number, "antispam", how="rerun", note="x", at=day(21))


def test_a_part_is_open_again_by_a_later_word(pipeline: Store) -> None:
    told = opened()
    gp.incidents.resolve(told.number, "antispam", how="rerun", note="x")
    gp.incidents.resolve(told.number, "antispam", undo=True, note="the new one was wrong, too")
    assert gp.impact(incident=told.number).resolved == {}
    gp.incidents.resolve(told.number, "antispam", how="deleted", note="gone")
    history = gp.incidents.get(told.number).history
    assert [entry.what for entry in history] == ["opened", "resolved", "unresolved", "resolved"]
    assert gp.impact(incident=told.number).resolved == {"deleted": 1}


def test_all_open_things_of_an_owner_are_closed_at_once(pipeline: Store) -> None:
    told = opened()
    assert names(gp.incidents.resolve(told.number, of="bob", how="accepted", note="x").parts) == {"forecast"}
    with pytest.raises(InvalidInput, match="nothing of theirs is open"):
        gp.incidents.resolve(told.number, of="bob", how="accepted", note="x")
    undone = gp.incidents.resolve(told.number, of="ex:bob", undo=True, note="x")
    assert names(undone.parts) == {"forecast"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ex:antispam", {"antispam"}),
        ("dataset:antispam", {"antispam"}),
        ("train2", {"train2"}),
        ("run:train2", {"train2"}),
    ],
)
def test_parts_are_named_as_everywhere(pipeline: Store, typed: str, found: set[str]) -> None:
    told = opened()
    assert names(gp.incidents.resolve(told.number, typed, how="rerun", note="x").parts) == found


def test_a_version_is_named_by_its_start_and_several_that_fit_are_listed(database: Store) -> None:
    with gp.run("train", kind="training", agent="ada", code=False, id="r1", started_at=day(3)) as run:
        run.used("s3://b/bl", name="bl", kind="dataset", version="1")
        for version in ("a" * 63 + "1", "a" * 63 + "2", "b" * 64):
            run.generated("s3://b/m", name="m", kind="model", version=version)
    told = gp.incidents.open("dataset:bl@1", reason="x")
    with pytest.raises(AmbiguousReference, match="any of 2 affected things"):
        gp.incidents.resolve(told.number, "m@aaa", how="rerun", note="x")
    assert len(gp.incidents.resolve(told.number, "model:m@bb", how="rerun", note="x").parts) == 1
    assert len(gp.incidents.resolve(told.number, "m", how="rerun", note="x").parts) == 3
    assert gp.incidents.resolve(told.number, "train 2026-03-03", how="rerun", note="x").parts == (
        "urn:graphprov:training:train@r1",
    )
    assert gp.incidents.resolve(told.number, "train@r1", how="rerun", note="x").parts[0].endswith("@r1")


def test_what_is_not_affected_cannot_be_closed(pipeline: Store) -> None:
    told = opened()
    with pytest.raises(UnknownReference, match="does not affect 'ex:spam9'"):
        gp.incidents.resolve(told.number, "ex:spam9", how="rerun", note="x")
    with pytest.raises(UnknownReference, match="affects nothing called 'antispan'") as unknown:
        gp.incidents.resolve(told.number, "antispan", how="rerun", note="x")
    assert unknown.value.nearest[0] == "antispam (dataset, 1 affected)"
    with pytest.raises(UnknownReference, match="is what is flawed itself"):
        gp.incidents.resolve(told.number, "ex:bl2", how="deleted", note="x")
    for wrong in ({"how": None}, {"how": "rerun", "undo": True}):
        with pytest.raises(InvalidInput, match="how"):
            gp.incidents.resolve(told.number, "antispam", note="x", **wrong)
    with pytest.raises(InvalidInput, match="no way to close"):
        gp.incidents.resolve(told.number, "antispam", how="magic", note="x")
    with pytest.raises(InvalidInput, match="nothing is resolved"):
        gp.incidents.resolve(told.number, how="rerun", note="x")
    with pytest.raises(InvalidInput, match="why is missing"):
        gp.incidents.resolve(told.number, "antispam", how="rerun", note="")
    assert len(gp.incidents.get(told.number, parts=False).history) == 1


def test_an_incident_with_open_parts_is_closed_by_force_alone(pipeline: Store) -> None:
    told = opened()
    with pytest.raises(PartsOpen, match="2 of the 2 things") as refused:
        gp.incidents.close(told.number, why="done")
    assert refused.value.nearest == ("ex:ada: 1 of 1 open", "ex:bob: 1 of 1 open")
    gp.incidents.close(told.number, why="nobody cares", force=True)
    found = gp.incidents.get(told.number)
    assert (found.state, found.history[-1].open, found.history[-1].note) == ("closed", 2, "nobody cares")
    with pytest.raises(InvalidInput, match="closed already"):
        gp.incidents.close(told.number, why="x")
    gp.incidents.reopen(told.number, why="somebody does")
    with pytest.raises(InvalidInput, match="open already"):
        gp.incidents.reopen(told.number, why="x")
    gp.incidents.resolve(told.number, "antispam", "forecast", how="rerun", note="x")
    gp.incidents.close(told.number, why="done")
    assert gp.incidents.get(told.number).history[-1].open is None
    assert opened().remarks[0].startswith("it was known and is closed; it stays so")
    assert gp.incidents.get(told.number).state == "closed"


def test_an_incident_that_stands_for_nothing_recorded_can_be_closed(pipeline: Store) -> None:
    told = gp.incidents.open("data-source:nobody", reason="x")
    found = gp.incidents.get(told.number)
    assert found.parts is None
    assert any("nothing is recorded that came from it" in warning for warning in found.warnings)
    gp.incidents.close(told.number, why="a mistake")


def test_an_owner_acknowledges_and_takes_it_back(pipeline: Store) -> None:
    told = opened(found_at=day(20))
    gp.incidents.acknowledge(told.number, "ada", note="on it", at=day(21))
    parts = gp.incidents.get(told.number).parts
    assert parts is not None
    assert {owner.name: owner.acknowledged_at for owner in parts.owners} == {"ada": day(21), "bob": None}
    gp.incidents.acknowledge(told.number, "ex:ada", undo=True, at=day(22))
    parts = gp.incidents.get(told.number).parts
    assert parts is not None
    assert not any(owner.acknowledged_at for owner in parts.owners)
    with pytest.raises(UnknownReference, match="nobody called 'adda' owns anything") as unknown:
        gp.incidents.acknowledge(told.number, "adda")
    assert unknown.value.nearest[0] == "ex:ada"


# What stands behind an artifact


def test_the_incidents_behind_an_artifact_are_found_by_the_exact_rules(database: Store) -> None:
    draw(database, "clean <-used- train -gen-> model\nflawed <-used- train -gen-> log\nmodel -derived-> clean")
    one = gp.incidents.open("ex:flawed", reason="x")
    other = gp.incidents.open("ex:clean", reason="y")
    missed: list[str] = []
    gp.incidents.open("data-source:nobody", reason="z")
    found = gp.incidents.affecting("ex:model", missed=lambda incident, _: missed.append(incident.reason))
    assert [(each.incident.id, each.distance, each.certainty) for each in found] == [(other.incident, 1, "declared")]
    assert missed == ["z"]
    assert {each.incident.id for each in gp.incidents.affecting("ex:log")} == {one.incident, other.incident}
    assert [(each.distance, each.artifact) for each in gp.incidents.affecting("ex:flawed")] == [(0, ex("flawed"))]
    gp.incidents.close(other.number, why="x", force=True)
    assert gp.incidents.affecting("ex:model") == []
    assert len(gp.incidents.affecting("ex:model", state="all")) == 1
    with pytest.raises(UnknownReference):
        gp.incidents.affecting("ex:nothing")


def test_a_name_without_a_version_asks_for_any_version(pipeline: Store) -> None:
    draw(pipeline, "antispam -of-> spam\nspam9 -of-> spam")
    told = opened(until=None)
    (found,) = gp.incidents.affecting("ex:spam")
    assert (found.incident.id, found.versions, found.distance) == (told.incident, 2, 2)


# Without a database, and by documents


def test_without_a_database_what_is_named_in_full_is_recorded_and_sent_later(
    pipeline: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = opened()
    gp.incidents.get(told.number)
    with monkeypatch.context() as away:
        away.setenv("GRAPHPROV_URI", "bolt://127.0.0.1:1")
        amended = gp.incidents.amend(told.number, severity="high", why="x")
        assert (amended.checked, amended.incident) == (False, told.incident)
        gp.incidents.acknowledge(told.number[:4], "ada")
        gp.incidents.resolve(told.incident, "urn:graphprov:dataset:elsewhere@1", how="rerun", note="x")
        with pytest.raises(InvalidInput, match="has to be a full id"):
            gp.incidents.resolve(told.number, "antispam", how="rerun", note="x")
        with pytest.raises(DatabaseAway, match="name each part in full"):
            gp.incidents.resolve(told.number, of="ada", how="rerun", note="x")
        with pytest.raises(DatabaseAway, match="nobody knows whether parts"):
            gp.incidents.close(told.number, why="x")
        gp.incidents.close(told.number, why="x", force=True)
        gp.incidents.reopen(told.incident.rpartition(":")[2], why="x")
        with pytest.raises(UnknownReference, match="this machine knows no incident 'ffff'"):
            gp.incidents.amend("ffff", severity="low", why="x")
    found = gp.incidents.get(told.number)
    assert [entry.what for entry in found.history] == [
        "opened", "amended", "acknowledged", "resolved", "closed", "reopened",
    ]  # fmt: skip
    assert (found.state, found.severity) == ("open", "high")
    # What was closed and is not affected stands in the history and changes nothing else.
    assert gp.impact(incident=told.number).resolved == {}


def test_a_wrong_password_is_an_error_and_nothing_is_recorded(pipeline: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    told = opened()
    monkeypatch.setenv("GRAPHPROV_PASSWORD", "wrong")
    with pytest.raises(DatabaseAway, match="does not let user"):
        gp.incidents.reopen(told.number, why="x")


@pytest.mark.parametrize("form", [Format.provn, Format.json, Format.xml, Format.trig, Format.jsonld])
def test_the_whole_history_survives_export_and_import(pipeline: Store, form: Format) -> None:
    told = gp.incidents.open("ex:bl", "ex:ada", "ex:train9", "data-source:acme", reason="x\ny", severity="low")
    gp.incidents.amend(told.number, since=day(1), why="a `quoted` word", by="ex:ada")
    gp.incidents.amend(told.number, until="none", severity="high", why="b")
    gp.incidents.resolve(told.number, "forecast", "predict", how="rerun", note="n")
    gp.incidents.acknowledge(told.number, "ex:ada", by="ex:bob")
    writer = Writer(Settings.load(), user="ada", flush=False)
    owner = entries.About("ex:ada", Element.AGENT)
    entries.notified(writer, told.incident, owner, details={"way": "smtp", "told": b"\0" * 8, "parts": 2, "new": 1})
    gp.incidents.close(told.number, why="c", force=True)
    before = gp.incidents.get(told.number, parts=False)
    nodes = pipeline.run("MATCH (n:Agent|Activity) RETURN n.id, labels(n) ORDER BY n.id").rows
    assert pipeline.ask("incident_told", id=told.incident).rows == [("ex:ada", "smtp", b"\0" * 8)]

    written = io.BytesIO()
    write_items(document_of_store(pipeline), written, form)
    empty(pipeline)
    import_items(pipeline, read_document(io.BytesIO(written.getvalue()), file="x", format=form))
    after = read(pipeline, told.incident)

    def timeless(incident: Any) -> Any:
        history = [entry.model_copy(update={"recorded_at": None}) for entry in incident.history]
        return incident.model_copy(update={"history": history})

    assert timeless(after) == timeless(before)
    assert pipeline.run("MATCH (n:Agent|Activity) RETURN n.id, labels(n) ORDER BY n.id").rows == nodes
    assert pipeline.ask("incident_told", id=told.incident).rows == [("ex:ada", "smtp", b"\0" * 8)]
