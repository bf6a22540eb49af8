"""Forgetting as people ask for it: what goes, what stays, on which laptop, and what a report made before is worth."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from graphs import MARCH, contents, drawn, empty, ex, names
from typer.testing import CliRunner

import graphprov as gp
from graphprov.analysis.catalogue import catalogue, show
from graphprov.analysis.evidence import seal, verify
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.cli.app import app
from graphprov.errors import InvalidInput, UnknownReference
from graphprov.journal import Journal
from graphprov.journals import export_journal, import_journal
from graphprov.model.statements import Agent
from graphprov.report import to_json
from graphprov.settings import Settings
from graphprov.store import Store
from graphprov.transfer import send

PIPELINE = "flawed <-used@5- train -gen@6-> model\nmodel <-used@7- predict -gen@8-> scores\ntrain -with-> ada"
NAME, MAIL = "Ada Lovelace", "ada@example.org"
PERSON = Agent(id=ex("ada"), kind="person", name=NAME, contact=MAIL)


def files_of(journal: Path) -> bytes:
    """The bytes of a journal and of all that lies beside it."""
    return b"".join(path.read_bytes() for path in sorted(journal.parent.glob(journal.name + "*")))


def recorded(journal: Path | None = None) -> Path:
    """The pipeline and its person in a journal."""
    path = journal or Settings.load().journal
    with Journal(path) as opened:
        opened.append([*drawn(PIPELINE), PERSON], recorded_at=MARCH)
    return path


def test_it_goes_from_graph_and_journal_and_the_lineage_stays(database: Store) -> None:
    journal = recorded()
    assert MAIL.encode() in files_of(journal)
    done = gp.forget(ex("ada"), reason="asked for it")
    assert done.done
    assert [(each.id, each.erased) for each in done.things] == [(ex("ada"), ("contact", "name"))]
    assert done.erased.records == 1
    assert not [text for text in (NAME, MAIL) if text in repr(contents(database)) or text.encode() in files_of(journal)]
    properties = show(database, ex("ada")).properties
    assert (properties["name"], properties["forgotten_reason"]) == ("(forgotten)", "asked for it")
    assert "(forgotten)" in [row[1] for row in catalogue(database, kind="person").rows]
    after = gp.impact(ex("flawed"))
    assert names(each.id for each in after.affected) == {"train", "model", "predict", "scores"}
    assert [owner.agent.id for owner in after.owners] == [ex("ada")]
    ((id_, _, _, by, reason),) = database.query("audit/forgotten").rows
    assert (id_, by, reason) == (ex("ada"), properties["forgotten_by"], "asked for it")
    assert [row[1] for row in database.ask("runs", kind="forgetting", name=None, limit=9).rows] == ["forgetting"]


def test_another_laptop_erases_when_it_syncs_and_an_old_journal_brings_nothing_back(
    database: Store, tmp_path: Path
) -> None:
    recorded()
    other, old = recorded(tmp_path / "other.sqlite"), recorded(tmp_path / "old.sqlite")
    with Journal(other) as journal:
        send(journal, database)
    gp.forget(ex("ada"), reason="asked for it")
    expected = contents(database)
    kept = old.read_bytes()
    for path in (other, old):
        with Journal(path) as journal:
            send(journal, database)
            numbers = [(record.seq, record.id) for record in journal.pending("none", 9)]
            digests = [digest for digest, _ in journal.pending("none", 9)[0].statements]
        assert MAIL.encode() not in files_of(path)
    assert contents(database) == expected
    # Numbers, ids and digests are as they were, so that a chain over them still holds.
    old.write_bytes(kept)
    for suffix in ("-wal", "-shm"):
        old.with_name(old.name + suffix).unlink(missing_ok=True)
    with Journal(old) as journal:
        (record,) = journal.pending("none", 9)
    assert (record.seq, record.id) == numbers[0]
    assert [digest for digest, _ in record.statements] == digests
    # A store that is filled from the erased journal alone has forgotten as well.
    empty(database)
    with Journal(other) as journal:
        send(journal, database, again=True)
    assert not [text for text in (NAME, MAIL) if text in repr(contents(database))]
    assert database.ask("forgotten_count").rows == [(1,)]


def test_an_old_file_of_a_journal_brings_it_back_until_the_next_sync(database: Store, tmp_path: Path) -> None:
    with Journal(recorded()) as journal:
        export_journal(journal, file := tmp_path / "old.jsonl")
    gp.forget(ex("ada"), reason="asked for it")
    expected = contents(database)
    with Journal(tmp_path / "other.sqlite") as other:
        other.append(drawn("x -derived-> y"), recorded_at=MARCH)
        send(other, database)
        assert import_journal(other, file).new == 1
        assert MAIL.encode() in files_of(other.path)
        send(other, database)
        assert MAIL.encode() not in files_of(other.path)
    assert not [text for text in (NAME, MAIL) if text in repr(contents(database))]
    assert set(contents(database)[0]) > set(expected[0])


def test_the_doctor_takes_nothing_of_it_for_a_fault(database: Store, tmp_path: Path) -> None:
    data, model = tmp_path / "members.csv", tmp_path / "model.bin"
    data.write_text("ada,1\n")
    gp.source("acme", contact=MAIL)
    gp.receive(data, name="members", source="acme")
    with gp.run("train", agent="ada", code=False) as run:
        run.used(data)
        model.write_text("0")
        run.generated(model, name="model", kind="model")
    for thing in ("dataset:members", "person:ada"):
        assert gp.forget(thing, reason=f"asked for {thing}", runs=True).done
    report = gp.doctor()
    told = {check.name: [each.says for each in check.findings] for check in report.checks if check.group != "machine"}
    assert {name: says for name, says in told.items() if says} == {}
    assert report.not_made == 0


def test_a_redacted_record_that_was_changed_is_still_seen_to_be_damaged(database: Store) -> None:
    path = recorded()
    gp.forget(ex("ada"), reason="asked for it")
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE record SET content = replace(content, 'ex:scores', 'ex:others') WHERE seq = 1")
    raw.close()
    with Journal(path) as journal, pytest.raises(gp.GraphprovError, match="damaged"):
        journal.pending("none", 9)


def test_an_artifact_goes_with_its_versions_and_those_that_come_later(database: Store, tmp_path: Path) -> None:
    data = tmp_path / "members.csv"
    data.write_text("ada,1\n")
    first = gp.dataset(data, name="members", metadata={"owner": NAME})
    gp.forget("dataset:members", reason="asked for it")
    data.write_text("ada,2\n")
    second = gp.dataset(data, name="members", metadata={"owner": NAME})
    gp.sync()
    journal = Settings.load().journal
    assert NAME not in repr(contents(database))
    assert NAME.encode() not in files_of(journal)
    assert str(data).encode() not in files_of(journal)
    assert {row[0] for row in database.query("audit/forgotten").rows} >= {first.id, second.id}


def test_what_stands_beside_a_journal_is_erased_also_while_somebody_reads_the_journal(
    database: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphprov.erasure.journal._WAIT_SECONDS", 0.1)
    data = tmp_path / "members.csv"
    data.write_text("ada,1\n")
    gp.dataset(data, name="members")
    path = Settings.load().journal
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM record").fetchone()
    done = gp.forget("dataset:members", reason="asked for it")
    reader.close()
    assert any("another process reads the file" in each or "locked" in each for each in done.remarks)
    assert str(data).encode() not in path.with_name(path.name + ".known").read_bytes()


def test_a_report_made_before_is_forgotten_since_and_not_forged(database: Store) -> None:
    recorded()
    gp.sync()
    report = to_json(seal(impact(database, Flaw.of(ex("flawed")))))
    assert MAIL in report
    gp.forget(ex("ada"), reason="asked for it")
    found = verify(database, report)
    assert (found.verdict, found.digest, found.differences) == ("forgotten since", "fits", [])
    assert any(ex("ada") in each for each in found.forgotten)
    # Whatever else differs is told as before: what a tombstone did not take is no excuse.
    raw = json.loads(report)
    raw["affected"][0]["distance"] = 9
    raw["evidence"]["digest"] = None
    forged = verify(database, json.dumps(raw))
    assert (forged.verdict, len(forged.differences)) == ("different", 1)
    # Nor is another name for something that nobody forgot.
    raw = json.loads(report)
    raw["affected"][0]["name"] = "else"
    raw["evidence"]["digest"] = None
    assert verify(database, json.dumps(raw)).verdict == "different"


def test_an_old_export_brings_nothing_back_and_a_new_one_keeps_the_tombstone(database: Store, tmp_path: Path) -> None:
    recorded()
    old, new = tmp_path / "old.provn", tmp_path / "new.provn"
    gp.export_prov(old)
    assert MAIL in old.read_text()
    gp.forget(ex("ada"), reason="asked for it")
    gp.import_prov(old)
    assert not [text for text in (NAME, MAIL) if text in repr(contents(database))]
    gp.export_prov(new)
    assert MAIL not in new.read_text()
    empty(database)
    gp.import_prov(new)
    gp.import_prov(old)
    assert not [text for text in (NAME, MAIL) if text in repr(contents(database))]


def test_the_command_shows_first_asks_and_says_what_it_did(database: Store) -> None:
    recorded()
    run = CliRunner().invoke
    dry = run(app, ["forget", ex("ada"), "--reason", "asked", "--dry-run"])
    assert dry.exit_code == 0
    assert "contact, name" in dry.output
    assert MAIL in repr(contents(database))
    refused = run(app, ["forget", ex("ada"), "--reason", "asked"])
    assert isinstance(refused.exception, InvalidInput)
    done = run(app, ["forget", ex("ada"), "--reason", "asked", "--yes"])
    assert "forgotten; erased from 1 record of this journal" in done.output
    again = run(app, ["forget", ex("ada"), "--reason", "asked", "--yes"])
    assert (again.exit_code, "forgotten already" in again.output) == (0, True)
    unknown = run(app, ["forget", "scorse", "--reason", "asked", "--yes"])
    assert isinstance(unknown.exception, UnknownReference)
    assert unknown.exception.nearest
