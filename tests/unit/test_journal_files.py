"""A journal moved by file: in order, whole or not at all, twice is once; and the commands that do it."""

from __future__ import annotations

import gzip
import json
import os
import random
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graphprov.capture.known import KnownContent
from graphprov.cli.app import app
from graphprov.erasure import erase_from_journal
from graphprov.erasure.beside import erase_beside
from graphprov.errors import InvalidInput
from graphprov.journal import Journal, Sealed
from graphprov.journals import export_journal, import_journal
from graphprov.model.statements import Entity


@pytest.fixture
def laptop(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "laptop.sqlite")
    for number in range(6):
        journal.append([Entity(id=f"ex:{number}", name="Zoë", metadata={"x": "y" * 3_000})])
    return journal


def sealed(journal: Journal) -> list[tuple[str, str]]:
    return [(id_, content) for _, id_, content in journal.sealed()]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_what_was_exported_and_imported_is_the_same_in_the_same_order(
    laptop: Journal, tmp_path: Path, name: str
) -> None:
    there = Journal(tmp_path / "there.sqlite")
    there.append([Entity(id="ex:own")])
    done = export_journal(laptop, tmp_path / name)
    assert (done.records, done.last) == (6, 6)
    assert [import_journal(there, tmp_path / name).new for _ in range(2)] == [6, 0]
    assert sealed(there)[1:] == sealed(laptop)
    laptop.append([Entity(id="ex:more")])
    assert export_journal(laptop, tmp_path / "more", after=done.last).records == 1
    assert import_journal(there, tmp_path / "more").new == 1
    assert sealed(there)[1:] == sealed(laptop)
    assert sorted(each.name for each in tmp_path.iterdir() if each.suffix == ".part") == []


def test_a_journal_with_forgotten_records_travels_as_it_is(laptop: Journal, tmp_path: Path) -> None:
    export_journal(laptop, old := tmp_path / "old.jsonl")
    laptop.close()
    assert erase_from_journal(laptop.path, ["ex:3"]).records == 1
    export_journal(laptop, new := tmp_path / "new.jsonl")
    assert (old.read_text().count("y" * 3_000), new.read_text().count("y" * 3_000)) == (6, 5)
    there = Journal(tmp_path / "there.sqlite")
    assert import_journal(there, new).new == 6
    assert sealed(there) == sealed(laptop)
    # A file from before brings back nothing to whoever has the record.
    assert import_journal(there, old).new == 0
    assert sealed(there) == sealed(laptop)


def test_an_export_is_its_owner_s_and_goes_into_a_pipe_too(laptop: Journal, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").touch(0o644)
    export_journal(laptop, tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o777 == 0o600
    os.mkfifo(pipe := tmp_path / "pipe")
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_bytes)
        export_journal(laptop, pipe)
        told = read.result().splitlines()
    assert told[1:-1] == (tmp_path / "out.jsonl").read_bytes().splitlines()[1:-1]
    assert pipe.is_fifo()


def test_a_record_that_is_no_text_any_more_keeps_no_other_from_being_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal(path) as journal:
        for note in ("first", "second"):
            journal.append([Entity(id="ex:ada", metadata={"note": note})])
    raw = sqlite3.connect(path)
    with raw:
        raw.execute("UPDATE record SET content = CAST(CAST(content AS BLOB) || x'ff' AS TEXT) WHERE seq = 1")
    raw.close()
    done = erase_from_journal(path, ["ex:ada"])
    assert (done.records, done.damaged) == (1, (1,))
    assert [note in path.read_bytes() for note in (b"first", b"second")] == [True, False]


def test_what_stands_beside_a_journal_is_forgotten_and_nothing_else(tmp_path: Path) -> None:
    journal = tmp_path / "journal.sqlite"
    known = KnownContent(journal)
    for name in ("members", "members-2"):
        known.remember("sha256:5f", "dataset", name, f"/home/ada/{name}.csv")
        known.remember("sha256:60", "dataset", name, f"/home/ada/{name}.csv")
    assert erase_beside(journal, ["urn:graphprov:dataset:else", "urn:graphprov:model:members"]) == 0
    assert erase_beside(journal, ["urn:graphprov:dataset:members@60", "ex:other"]) == 1
    assert erase_beside(journal, ["urn:graphprov:dataset:members"]) == 1
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert (b"members.csv" in left, b"members-2.csv" in left) == (False, True)


def test_a_file_that_was_cut_or_changed_anywhere_is_refused_and_nothing_is_taken(
    laptop: Journal, tmp_path: Path
) -> None:
    there = Journal(tmp_path / "there.sqlite")
    there.append([Entity(id="ex:own")])
    chance = random.Random(5)
    for name in ("whole.jsonl", "whole.jsonl.gz"):
        export_journal(laptop, file := tmp_path / name)
        whole = file.read_bytes()
        broken = [whole[: chance.randrange(len(whole))] for _ in range(20)]
        for _ in range(20):
            at = chance.randrange(len(whole))
            broken.append(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        broken += [whole[:-1], whole + whole, b"", whole.replace(b"Zo", b"Zu") if name.endswith("l") else whole[20:]]
        for number, content in enumerate(broken):
            file.write_bytes(content)
            try:
                import_journal(there, file)
            except InvalidInput:
                assert there.last_number() == 1
                continue
            # Only what no reader sees may differ, such as the name of a system in the header of gzip.
            assert sealed(there)[1:] == sealed(laptop), (name, number)
            there.close()
            there.path.unlink()
            there.append([Entity(id="ex:own")])


def test_a_record_that_does_not_fit_its_id_is_refused_by_number(laptop: Journal, tmp_path: Path) -> None:
    from hashlib import sha256

    export_journal(laptop, file := tmp_path / "out")
    lines = file.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b"ex:2", b"ex:9")
    end = {"records": 6, "sha256": sha256(b"".join(lines[:-1])).hexdigest()}
    file.write_bytes(b"".join(lines[:-1]) + json.dumps(end).encode() + b"\n")
    with pytest.raises(InvalidInput, match=r"record 3 .* is damaged"):
        import_journal(Journal(tmp_path / "there.sqlite"), file)
    assert not (tmp_path / "there.sqlite").exists()


def test_the_file_of_a_newer_graphprov_and_what_is_none_at_all_are_told_apart(laptop: Journal, tmp_path: Path) -> None:
    export_journal(laptop, file := tmp_path / "out")
    file.write_bytes(file.read_bytes().replace(b'"graphprov_journal":1', b'"graphprov_journal":2', 1))
    with pytest.raises(InvalidInput, match="newer graphprov"):
        import_journal(laptop, file)
    for content in (b"PK\x03\x04", b"[]\n", gzip.compress(b"{}\n")):
        file.write_bytes(content)
        with pytest.raises(InvalidInput, match="is no exported journal"):
            import_journal(laptop, file)
    with pytest.raises(InvalidInput, match="there is no file"):
        import_journal(laptop, tmp_path / "none")


def typed(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["journal", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_commands_show_check_move_and_save_a_journal(laptop: Journal, tmp_path: Path, own_home: Path) -> None:
    laptop.close()
    file, here = tmp_path / "out.gz", own_home / "journal.sqlite"
    assert typed("export", file, "--journal", laptop.path).startswith(f"6 records written to {file}; --after 6 ")
    assert typed("import", file, file).count("6 records of") == 1
    assert "0 records of" in typed("import", file)
    assert typed("check") == f"6 records in {here}, all whole (write-ahead mode)\n"
    assert [line.split()[0] for line in typed("show", "--last", 2).splitlines()] == ["number", "5", "6"]
    assert json.loads(typed("show", 3))["statements"][0]["id"] == "ex:2"
    assert "all whole: nothing was done" in typed("salvage")
    with here.open("r+b") as raw:
        raw.seek(here.read_bytes().index(b"ex:4"))
        raw.write(b"ex:5")
    said = typed("salvage")
    assert said.splitlines() == [
        f"5 whole records are in {here}",
        f"the damaged file is kept: {here}.damaged",
        "not whole: 1 records, number 5",
    ]
    assert "5 records in" in typed("check")


def test_an_import_is_all_or_none_even_if_the_file_changes_while_it_is_read(laptop: Journal, tmp_path: Path) -> None:
    there = Journal(tmp_path / "there.sqlite")
    with pytest.raises(RuntimeError):
        there.take(_failing(laptop))
    assert there.last_number() == 0


def _failing(journal: Journal) -> Iterator[tuple[str, str]]:
    for sealed_ in journal.sealed():
        yield _pair(sealed_)
    raise RuntimeError


def _pair(record: Sealed) -> tuple[str, str]:
    return record[1], record[2]
