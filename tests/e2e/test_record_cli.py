"""`graphprov add ...` as a person types it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typing_commands import type_here, type_in_a_process, typed

from graphprov.cli.record import add
from graphprov.journal import Journal
from graphprov.model.vocabulary import KINDS, Element
from graphprov.settings import Settings


def type_(*arguments: str, code: int = 0) -> str:
    out, err = typed(*arguments, code=code)
    return out if code == 0 else err


def rows() -> list[dict[str, Any]]:
    with Journal(Settings.load().journal) as journal:
        return [row for record in journal.pending("nobody", 1000) for _, row in record.statements]


def node(id_: str) -> dict[str, Any]:
    return {key: value for row in rows() if row.get("id") == id_ for key, value in row["properties"].items()}


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2026-03.csv").write_text("10.0.0.1\n")
    return tmp_path


def test_a_source_and_its_delivery() -> None:
    told = type_(
        *("add", "source", "acme", "--contract", "C-17", "--licence", "internal", "--contact", "s@acme.example"),
        *("--valid-from", "2026-01", "--valid-until", "2027-01", "--meta", "tier=2"),
    )
    assert told == "data-source:acme  urn:graphprov:data-source:acme\n"
    source = node("urn:graphprov:data-source:acme")
    assert (source["contract"], source["tier"], source["valid_from"]) == ("C-17", 2, datetime(2026, 1, 1, tzinfo=UTC))

    told = type_(
        *("add", "delivery", "2026-03.csv", "--from", "acme", "--name", "ip-blacklist"),
        *("--issued-at", "2026-03-01", "-m", "rows=1", "-m", "seen.first=2026-02-28", "-m", 'tags:=["a"]'),
    )
    short, id_ = told.split()
    assert short.startswith("dataset:ip-blacklist@")
    delivered = node(id_)
    assert delivered["issued_at"] == datetime(2026, 3, 1, tzinfo=UTC)
    assert (delivered["rows"], delivered["seen.first"], delivered["tags"]) == (1, date(2026, 2, 28), ["a"])
    assert ("WAS_ATTRIBUTED_TO", id_, "urn:graphprov:data-source:acme") in {
        (row["relation"], row["source"], row["target"]) for row in rows() if "relation" in row
    }


def test_a_model_without_a_file_has_a_label_and_is_told_as_json() -> None:
    told = json.loads(type_("add", "model", "--name", "resnet", "--version", "v2", "--source", "hub", "--json"))
    assert told == {
        "id": "urn:graphprov:model:resnet@v2",
        "short": "model:resnet@v2",
        "kind": "model",
        "name": "resnet",
    }


def test_people_teams_and_kinds_of_ones_own() -> None:
    type_("add", "person", "ada", "--contact", "ada@example.com", "--on-behalf-of", "trust-team")
    assert node("urn:graphprov:person:ada")["contact"] == "ada@example.com"
    told = type_("add", "dataset", "2026-03.csv", "--kind", "satellite-image")
    assert told.startswith("satellite-image:2026-03@")


def test_what_lies_elsewhere_is_recorded_by_its_version() -> None:
    assert "dataset:users@2026-03 " in type_("add", "dataset", "https://x.example/users.csv", "--version", "2026-03")
    done = type_in_a_process("add", "delivery", "s3://b/users.csv", "--from", "acme", "--fetch")
    assert (done.code, "dataset:users@unseen-" in done.out) == (0, True)
    assert done.err.startswith("warning: the version of s3://b/users.csv is not known: no plug-in for s3")
    assert "is no address" in type_("add", "dataset", "users.csv", "--fetch", code=2)


def test_a_file_is_invalidated_with_its_reason() -> None:
    _, id_ = type_("add", "dataset", "2026-03.csv").split()
    assert id_ in type_("add", "invalidation", "2026-03.csv", "--reason", "campus addresses", "--at", "2026-04-01")
    assert node(id_)["invalidated_at"] == datetime(2026, 4, 1, tzinfo=UTC)


def test_an_incident_is_about_its_subject() -> None:
    for _ in range(2):
        told = type_("add", "incident", "data-source:acme", "--reason", "campus addresses", "--since", "2026-03")
    _, id_ = told.split()
    said = node(id_)
    assert (said["reason"], said["since"]) == ("campus addresses", datetime(2026, 3, 1, tzinfo=UTC))
    entries = {row["id"] for row in rows() if row.get("properties", {}).get("what") == "opened"}
    assert len(entries) == 1  # said twice, it is one
    about = {(row["source"], row["target"]) for row in rows() if row.get("relation") == "ABOUT"}
    assert about == {(id_, "urn:graphprov:data-source:acme")}


def test_an_incident_about_a_short_id_is_about_the_version() -> None:
    short, id_ = type_("add", "dataset", "2026-03.csv").split()
    _, incident = type_("add", "incident", short, "--reason", "campus addresses").split()
    assert (incident, id_) in {(row["source"], row["target"]) for row in rows() if row.get("relation") == "ABOUT"}
    assert "give the full id" in type_("add", "incident", "dataset:x@3f2a3f2a3f2a", "--reason", "x", code=2)


@pytest.mark.usefixtures("database")
def test_the_database_knows_what_another_laptop_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    short, id_ = type_("add", "model", "2026-03.csv", "--name", "antispam", "--version", "march").split()
    type_("sync")
    monkeypatch.setenv("GRAPHPROV_JOURNAL", str(Path("another.sqlite").absolute()))
    for subject in (short, "antispam@march"):
        _, incident = type_("add", "incident", subject, "--reason", "x").split()
        assert (incident, id_) in {(row["source"], row["target"]) for row in rows() if row.get("relation") == "ABOUT"}
    assert id_ in type_("add", "invalidation", "2026-03.csv", "--reason", "x")
    assert node(id_)["digest"].startswith("sha256:")
    Path("new.csv").write_text("new")
    assert "neither on this machine nor in the database" in type_(
        "add", "invalidation", "new.csv", "--reason", "x", code=2
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("dataset", "missing.csv"), 2, "error: there is no file or directory"),
        (("dataset",), 2, "error: nothing was given"),
        (("source", ""), 2, "error: the name is empty"),
        (("source", "x", "--valid-from", "soon"), 2, "error: valid_from: 'soon' is no time"),
        (("person", "ada", "--meta", "x"), 2, "error: 'x' is no metadata"),
        (("delivery", "2026-03.csv"), 2, "--source"),
    ],
)
def test_wrong_use_says_what_was_expected(arguments: tuple[str, ...], code: int, message: str) -> None:
    assert message in type_("add", *arguments, code=code)


def test_a_journal_that_cannot_be_written_is_an_error_here(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_JOURNAL", str(work / "2026-03.csv" / "journal.sqlite"))
    assert "error: the journal" in type_("add", "person", "ada", code=7)


def test_every_kind_of_thing_can_be_added_or_has_its_own_way() -> None:
    commands = {command.name or command.callback.__name__ for command in add.registered_commands if command.callback}
    kinds = {kind.name for kind in KINDS.values() if kind.element is not Element.ACTIVITY}
    assert kinds - commands == {"data-source", "code-version", "incident-entry"}
    assert {"source", "delivery", "invalidation", "incident"} <= commands


def test_what_was_recorded_is_sealed_and_checked_offline(work: Path) -> None:
    type_("add", "dataset", "2026-03.csv", "--name", "ip-blacklist")
    type_("add", "person", "ada")
    type_("key", "new", "key")
    assert type_("export", "log.jsonl", "--seal", "key").startswith("log.jsonl: 2 records, sealed with ")
    said = type_("verify", "log.jsonl", "--key", "key.pub")
    assert "the log holds: every record is as it was sealed, and none is missing" in said
    assert "2 of 2 fit" in said
    assert "extends" in type_("verify", "log.jsonl", "--extends", "log.jsonl")
    assert "leave out --ids" in type_("export", "log.jsonl", "--seal", "key", "--ids", "ada", code=2)
    log = work / "log.jsonl"
    log.write_text(log.read_text().replace('"name":"ada"', '"name":"eve"'))
    changed = type_here("verify", "log.jsonl", "--format", "json")
    assert changed.code == 2
    assert json.loads(changed.out)["broken"].startswith("record 2 (line 3): its statement about ")


def test_a_delivery_and_its_source_in_one_line(work: Path) -> None:
    (work / "2026-04.csv").write_text("10.0.0.2\n")
    told = type_(
        *("receive", "2026-03.csv", "--from", "acme", "--name", "ip-blacklist", "--contract", "C-17", "--licence", "x"),
        *("--valid-from", "2026-01", "--valid-until", "2027-01", "--contact", "s@acme.example", "-m", "rows=1"),
    ).splitlines()
    assert told[1] == "recorded: 1 delivery from acme"
    id_ = told[0].split()[1]
    assert (node(id_)["contract"], node(id_)["rows"]) == ("C-17", 1)
    assert node("urn:graphprov:data-source:acme")["contact"] == "s@acme.example"
    (work / "2026-04.csv.meta.json").write_text('{"source": "acme", "contract": "C-18",\n')
    assert "2026-04.csv.meta.json is no JSON: line 2" in type_("receive", "2026-04.csv", code=2)
    (work / "2026-04.csv.meta.json").write_text('{"source": "acme", "contract": "C-18"}')
    other = json.loads(type_("receive", "2026-04.csv", "--name", "ip-blacklist", "--redact", "ac.e", "--json"))[0]
    assert (node(other["id"])["contract"], node(id_)["contract"]) == ("C-18", "C-17")
    assert "data-source:%5Bredacted%5D" in {row["target"].split("graphprov:")[-1] for row in rows() if "target" in row}


def test_no_secret_of_a_command_reaches_any_file(work: Path) -> None:
    (work / "x.py").write_text("raise SystemExit('cannot connect')\n")
    url = "postgresql://ada:planted1@db.example/users"
    ended = type_in_a_process(
        *("run", "--redact", "planted4", "-p", "password=planted2", "-m", f"note={url}", "--", sys.executable, "x.py"),
        *("--password", "planted3", url, "--project", "planted4"),
    )
    assert ended.code == 1, ended.err
    files = [path for path in Settings.load().home.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if b"planted" in path.read_bytes()] == []
