"""Sending what waits: in order, once, later where need be, and in the background without a sound."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from graphprov import transfer
from graphprov.engine import Endpoint
from graphprov.errors import DatabaseAway
from graphprov.journal import Journal
from graphprov.model.statements import Entity
from graphprov.settings import Settings
from graphprov.store import Store
from graphprov.transfer import flush_soon, keep_cleared, send, sync


def fill(path: Path, count: int, prefix: str = "e") -> None:
    with Journal(path) as journal:
        journal.append_many([[Entity(id=f"ex:{prefix}{number}")] for number in range(count)])


def stored(store: Store) -> int:
    return int(store.run("MATCH (n:Entity) RETURN count(n)").rows[0][0])


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


def test_what_was_there_before_a_clear_is_not_sent_again_by_itself(
    neo4j: Endpoint, own_home: Path, store: Store
) -> None:
    fill(own_home / "journal.sqlite", 3)
    keep_cleared(Settings.load())
    fill(own_home / "journal.sqlite", 2, "later")
    from dataclasses import replace

    with Store(replace(store.address, embedded=True)) as embedded, Journal(own_home / "journal.sqlite") as journal:
        assert send(journal, embedded) == (2, 2)


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
