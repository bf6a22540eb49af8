"""Sending what waits: in order, once, later where need be, and in the background without a sound."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from neo4j.exceptions import Neo4jError
from typer.testing import CliRunner
from typing_commands import type_here, type_in_a_process

import graphprov
from graphprov import transfer
from graphprov.api import UnsentWarning
from graphprov.cli.app import app
from graphprov.engine.layout import Layout
from graphprov.errors import DatabaseAway, InvalidInput, StoreRefused
from graphprov.journal import DamagedRecord, Journal, Record
from graphprov.model.statements import Entity, digest_text
from graphprov.settings import Settings
from graphprov.store import Store
from graphprov.transfer import RecordRefused, flush_soon, keep_cleared, send, sync


def fill(path: Path, count: int, prefix: str = "e") -> None:
    with Journal(path) as journal:
        journal.append_many([[Entity(id=f"ex:{prefix}{number}")] for number in range(count)])


def stored(store: Store) -> int:
    return int(store.run("MATCH (n:Entity) RETURN count(n)").rows[0][0])


def damage(path: Path, number: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE record SET content = content || ' ' WHERE seq = ?", (number,))
    connection.close()


def rewrite(path: Path, number: int, old: str, new: str) -> None:
    """Change a record's content and seal it anew."""
    with sqlite3.connect(path) as connection:
        (content,) = connection.execute("SELECT content FROM record WHERE seq = ?", (number,)).fetchone()
        changed = content.replace(old, new)
        connection.execute(
            "UPDATE record SET content = ?, id = ? WHERE seq = ?", (changed, digest_text(changed), number)
        )
    connection.close()


def ids(store: Store) -> list[str]:
    return [row[0] for row in store.run("MATCH (n:Entity) RETURN n.id ORDER BY n.id").rows]


@pytest.fixture
def refuses_e2(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database refuses `ex:e2` for what is in it."""
    write = Store.write

    def refuse(self: Store, records: list[Record]) -> None:
        if any(row["id"] == "ex:e2" for record in records for _, row in record.statements):
            with self._connection.explained():
                raise Neo4jError._hydrate_neo4j(code="Neo.ClientError.Statement.TypeError", message="too odd")
        write(self, records)

    monkeypatch.setattr(Store, "write", refuse)


def test_sync_sends_what_waits_and_then_nothing(database: Store, own_home: Path) -> None:
    fill(own_home / "journal.sqlite", 5)
    first, second = sync(), sync()
    assert (first.journals, first.records, first.statements, first.address) == (1, 5, 5, database.address.shown)
    assert second.records == 0
    assert stored(database) == 5


def test_sync_takes_journals_of_other_laptops(database: Store, tmp_path: Path) -> None:
    fill(tmp_path / "ada.sqlite", 3, "a")
    fill(tmp_path / "bob.sqlite", 4, "b")
    done = sync(journals=[tmp_path / "ada.sqlite", tmp_path / "bob.sqlite"])
    assert (done.journals, done.records) == (2, 7)
    assert stored(database) == 7


def test_sync_again_sends_everything_and_changes_nothing(database: Store, own_home: Path) -> None:
    fill(own_home / "journal.sqlite", 3)
    sync()
    assert sync(again=True).records == 3
    assert stored(database) == 3


def test_sync_again_keeps_the_position_and_makes_no_journal(database: Store, own_home: Path) -> None:
    journal = own_home / "journal.sqlite"
    assert sync(again=True).records == 0
    assert not journal.exists()
    fill(journal, 3)
    sync()
    seen: list[int] = []
    with Journal(journal) as other:
        sync(again=True, progress=lambda done, total: seen.append(other.through(database.id)))
    assert seen == [3]


def test_a_journal_that_does_not_exist_is_refused_by_name(database: Store, tmp_path: Path) -> None:
    fill(tmp_path / "ada.sqlite", 1)
    with pytest.raises(InvalidInput, match=r"there is no journal .*bbo\.sqlite"):
        sync(journals=[tmp_path / "ada.sqlite", tmp_path / "bbo.sqlite"])
    assert not (tmp_path / "bbo.sqlite").exists()
    assert stored(database) == 0


@pytest.mark.parametrize("ahead", [True, False])
def test_a_damaged_record_is_passed_over_only_when_asked(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: bool
) -> None:
    monkeypatch.setattr(transfer, "BATCH", 2)
    fill(path := tmp_path / "j.sqlite", 6)
    damage(path, 4)
    damage(path, 6)
    with Journal(path) as journal:
        with pytest.raises(DamagedRecord, match="record 4"):
            send(journal, store, ahead=ahead)
        assert ids(store) == ["ex:e0", "ex:e1", "ex:e2"]
        skipped: list[str] = []
        assert send(journal, store, ahead=ahead, skip=lambda error: skipped.append(error.message)) == (1, 1)
        assert [what.split(" of ")[0] for what in skipped] == ["record 4", "record 6"]
        assert journal.pending_count(store.id) == 0
    assert ids(store) == ["ex:e0", "ex:e1", "ex:e2", "ex:e4"]


@pytest.mark.usefixtures("refuses_e2")
def test_a_refused_record_is_found_and_named_and_those_before_it_are_sent(database: Store, own_home: Path) -> None:
    fill(own_home / "journal.sqlite", 5)
    with pytest.raises(RecordRefused, match=r"record 3 of the journal .* is refused: .* too odd") as caught:
        sync()
    assert "`graphprov sync --skip-damaged`" in (caught.value.hint or "")
    assert ids(database) == ["ex:e0", "ex:e1"]
    done = sync(skip_damaged=True)
    assert (done.records, [what.split(" of ")[0] for what in done.skipped]) == (2, ["record 3"])
    assert ids(database) == ["ex:e0", "ex:e1", "ex:e3", "ex:e4"]


def test_what_the_real_database_refuses_for_its_content_is_found(store: Store, tmp_path: Path) -> None:
    with Journal(tmp_path / "j.sqlite") as journal:
        journal.append_many([[Entity(id="ex:a")], [Entity(id="ex:long")], [Entity(id="ex:b")]])
        rewrite(journal.path, 2, "ex:long", "ex:" + "long" * 20_000)  # as an older graphprov may have let pass
        with pytest.raises(RecordRefused, match="record 2"):
            send(journal, store)
        assert ids(store) == ["ex:a"]


@pytest.mark.parametrize(
    "code",
    [
        "Neo.ClientError.Statement.AccessMode",
        "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
        "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
    ],
)
def test_a_refusal_that_is_not_about_one_record_passes_over_none(
    database: Store, own_home: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    fill(own_home / "journal.sqlite", 3)

    def refuse(self: Store, records: list[Record]) -> None:
        with self._connection.explained():
            raise Neo4jError._hydrate_neo4j(code=code, message="no")

    monkeypatch.setattr(Store, "write", refuse)
    with pytest.raises(StoreRefused) as caught:
        sync(skip_damaged=True)
    assert not isinstance(caught.value, RecordRefused)
    with Journal(own_home / "journal.sqlite") as journal:
        assert journal.pending_count(database.id) == 3


def test_a_question_is_answered_beside_a_damaged_record_with_a_warning(database: Store, own_home: Path) -> None:
    fill(own_home / "journal.sqlite", 4)
    damage(own_home / "journal.sqlite", 2)
    with (
        pytest.warns(
            UnsentWarning, match=r"record 2 .* missing in the answer: 3 of .* from number 2 on.*--skip-damaged"
        ) as told,
        graphprov.connect() as store,
    ):
        assert ids(store) == ["ex:e0"]
    assert (len(told), told[0].filename) == (1, __file__)


@pytest.mark.usefixtures("refuses_e2")
def test_a_question_is_answered_beside_a_refused_record_with_a_warning(database: Store, own_home: Path) -> None:
    fill(own_home / "journal.sqlite", 4)
    with pytest.warns(UnsentWarning, match="record 3 .* too odd"), graphprov.connect() as store:
        assert ids(store) == ["ex:e0", "ex:e1"]


def test_a_question_to_a_read_only_database_is_answered_and_what_waits_stays(
    database: Store, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(own_home / "journal.sqlite", 2)
    monkeypatch.setattr(Store, "write", lambda self, records: self.run("CREATE (:Entity {id: 'ex:x'})"))
    says = "read-only .* 2 of the records .* `graphprov sync` sends it once"
    with pytest.warns(UnsentWarning, match=says), graphprov.connect() as store:
        assert ids(store) == []
    with Journal(own_home / "journal.sqlite") as journal:
        assert journal.pending_count(database.id) == 2


def test_the_command_line_warns_once_and_sync_names_what_it_passes_over(database: Store, own_home: Path) -> None:
    fill(own_home / "journal.sqlite", 4)
    damage(own_home / "journal.sqlite", 2)

    listed = type_in_a_process("list")  # which says its warnings itself
    assert listed.code == 0
    assert listed.err.startswith("warning: record 2 of the journal ")
    assert len(listed.err.splitlines()) == 1
    failed = type_here("sync")
    assert failed.code == 7
    assert "sync --skip-damaged` sends what stands behind" in failed.err
    passed = type_here("sync", "--skip-damaged")
    assert passed.code == 0
    assert passed.out.startswith("2 records with 2 statements sent to ")
    assert passed.err.startswith("skipped: record 2 of the journal ")
    assert type_in_a_process("list").err == ""


def test_progress_is_told_batch_by_batch(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "BATCH", 2)
    fill(tmp_path / "j.sqlite", 5)
    told: list[tuple[int, int]] = []
    with Journal(tmp_path / "j.sqlite") as journal:
        send(journal, store, progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_a_journal_goes_to_each_store_in_full(store: Store, tmp_path: Path) -> None:
    fill(tmp_path / "j.sqlite", 2)
    with Journal(tmp_path / "j.sqlite") as journal:
        journal.confirm("another store", 2)
        assert send(journal, store) == (2, 2)


def test_while_the_database_is_away_everything_waits(own_home: Path) -> None:
    fill(own_home / "journal.sqlite", 2)
    settings = Settings.load(uri="bolt://127.0.0.1:9", password="x")
    with pytest.raises(DatabaseAway):
        sync(settings)
    with Journal(own_home / "journal.sqlite") as journal:
        assert journal.pending_count() == 2


def test_what_was_there_before_a_clear_is_not_sent_again_by_itself(store: Store, own_home: Path) -> None:
    fill(own_home / "journal.sqlite", 3)
    keep_cleared(Settings.load())
    fill(own_home / "journal.sqlite", 2, "later")
    with Store(replace(store.address, embedded=True)) as embedded, Journal(own_home / "journal.sqlite") as journal:
        assert send(journal, embedded) == (2, 2)
        assert send(journal, embedded) == (0, 0)
        assert send(journal, embedded, again=True) == (5, 5)


def test_a_clear_is_about_one_line_and_home_and_about_the_next_store_there_alone(store: Store, own_home: Path) -> None:
    path = own_home / "journal.sqlite"
    fill(path, 3)
    cleared = Settings.load(neo4j_version="2026.08")
    keep_cleared(cleared)
    with Store(replace(store.address, embedded=True)) as embedded, Journal(path) as journal:
        first = embedded.id
        for other in (
            Settings.load(neo4j_version="5.26"),
            Settings.load(neo4j_version="2026.08", home=own_home / "other", journal=path),
        ):
            embedded.id = f"store in {Layout.of(other).root}"
            assert send(journal, embedded, settings=other) == (3, 3)
        embedded.id = first
        assert send(journal, embedded, settings=cleared) == (0, 0)
        embedded.id = "made there later, after the folder was removed by hand"
        assert send(journal, embedded, settings=cleared) == (3, 3)


def test_clearing_where_no_database_is_keeps_nothing_back(own_home: Path) -> None:
    fill(own_home / "journal.sqlite", 1)
    assert CliRunner().invoke(app, ["db", "clear", "--yes"]).stdout == "There was no database.\n"
    with Journal(own_home / "journal.sqlite") as journal:
        assert journal.pending_count() == 1


def wait_for(store: Store, count: int) -> None:
    deadline = time.monotonic() + 60
    while stored(store) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert stored(store) == count


def test_the_background_sends_soon_and_again_when_more_comes(database: Store, own_home: Path) -> None:
    settings = Settings.load()
    for round_ in (1, 2):
        fill(settings.journal, 3, f"round{round_}-")
        flush_soon(settings)
        wait_for(database, 3 * round_)


def test_the_background_says_nothing_and_returns_at_once_where_no_database_is(
    own_home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []
    flush = transfer._Flusher._flush
    monkeypatch.setattr(transfer, "_GATHER_SECONDS", 0.01)
    monkeypatch.setattr(transfer._Flusher, "_flush", lambda self: tries.append(time.monotonic()) or flush(self))
    settings = Settings.load(uri="bolt://127.0.0.1:9", password="x")
    fill(settings.journal, 1)
    began = time.monotonic()
    while time.monotonic() < began + 1.0:
        before = time.monotonic()
        flush_soon(settings)
        assert time.monotonic() - before < 0.5
        time.sleep(0.01)
    assert len(tries) == 1, "new records must not make it try all the time"
    assert capfd.readouterr() == ("", "")


def test_the_background_starts_no_database(own_home: Path) -> None:
    flush_soon(settings := Settings.load())
    time.sleep(0.6)
    assert not (settings.home / "neo4j").exists()
    assert not list(settings.home.glob("**/neo4j.conf"))


SHORT = """
import time
import graphprov as gp
from graphprov import transfer
transfer._GATHER_SECONDS = {gather}
transfer._LAST_CHANCE_SECONDS = {chance}
for name in ("acme", "globex"):
    gp.source(name)
    time.sleep({between})
"""


def run_script(text: str) -> float:
    """Run a script that has to say nothing; how long it took from its last line to its end."""
    text += "print(time.time(), flush=True)\n"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=True)
    ended = time.time()
    assert done.stderr == ""
    return ended - float(done.stdout)


@pytest.mark.parametrize(("gather", "between"), [(0.3, 0.0), (0.3, 0.05), (30, 0.0)])
def test_what_a_script_records_last_is_sent_before_it_ends(
    database: Store, own_home: Path, gather: float, between: float
) -> None:
    # A server that was just started, on a busy machine, plans its first writes for longer than a second.
    took = run_script(SHORT.format(gather=gather, between=between, chance=15))
    assert took < 15
    with Journal(own_home / "journal.sqlite") as journal:
        assert journal.last_number() > 0
        assert journal.pending_count(database.id) == 0


def test_a_database_that_does_not_answer_holds_the_end_up_for_a_second_at_most(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never says a word
        monkeypatch.setenv("GRAPHPROV_URI", f"bolt://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setenv("GRAPHPROV_PASSWORD", "x")
        # Less than the five seconds after which a connection is given up; a busy machine takes one more to end Python.
        assert run_script(SHORT.format(gather=0.3, between=0.0, chance=1)) < 4.0
