"""The doctor on a real database: each check finds its planted fault, and a healthy store is well."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from graphs import contents, day, draw, empty, records
from typer.testing import CliRunner

import graphprov as gp
from graphprov.checkup import DoctorReport
from graphprov.checkup.checks import all_checks
from graphprov.cli.app import app
from graphprov.cli.guide import DOCS
from graphprov.errors import InvalidInput
from graphprov.journal import Journal
from graphprov.model.statements import Activity, Agent, Entity, Relation, Statement
from graphprov.model.vocabulary import RelationType
from graphprov.report.json_form import schema_of
from graphprov.store import Store

NOW = datetime.now(UTC)
RUN = CliRunner()


def found(*checks: str, **options: object) -> dict[str, list[str]]:
    """What was found, by check; the machine's own checks are left out."""
    report = gp.doctor(checks=checks, **options)  # type: ignore[arg-type]
    assert all(result.state != "not-made" for result in report.checks)
    return {
        result.name: [finding.says for finding in result.findings]
        for result in report.checks
        if result.findings and result.group != "machine"
    }


def record_pipeline(folder: Path, days_ago: float = 0) -> Path:
    """A small sound pipeline; returns its model's file."""
    recorder = gp.Recorder(clock=lambda: NOW - timedelta(days=days_ago)) if days_ago else gp.Recorder()
    (folder / "users.csv").write_text("1,2\n")
    recorder.source("acme", contract="C-1")
    recorder.receive(folder / "users.csv", name="users", source="acme", issued_at="2026-03-01")
    with recorder.run("train", kind="training", code=False) as run:
        run.used(folder / "users.csv")
        (folder / "model.bin").write_bytes(b"x" * 10)
        run.generated(folder / "model.bin", name="antispam", kind="model")
    return folder / "model.bin"


def test_a_sound_record_is_well(database: Store, tmp_path: Path) -> None:
    record_pipeline(tmp_path)
    gp.sync()
    assert found() == {}
    report = gp.doctor()
    assert report.database is not None
    assert (report.errors, report.not_made) == (0, 0)
    jsonschema.validate(report.model_dump(mode="json"), schema_of("doctor", DoctorReport))


@pytest.mark.parametrize("flip", [False, True], ids=["ada-first", "bob-first"])
def test_two_laptops_that_contradict_each_other_are_both_kept_in_any_order(
    database: Store, tmp_path: Path, flip: bool
) -> None:
    ended = {"started_at": day(1), "host": "ada"}
    made = Relation(type=RelationType.WAS_GENERATED_BY, source="ex:clean", target="ex:c", time=day(5))
    used = Relation(type=RelationType.USED, source="ex:t", target="ex:clean", time=day(4))
    model = Relation(type=RelationType.WAS_GENERATED_BY, source="ex:m", target="ex:t", time=day(4.5))
    things = [Entity(id="ex:clean", kind="dataset"), Entity(id="ex:m", kind="model")]
    said: dict[str, list[Statement]] = {
        "ada": [
            Agent(id="ex:acme", kind="data-source", contract="C-1"),
            Activity(id="ex:c", kind="cleaning", ended_at=day(6), status="completed", **ended),
            *(*things, made),
        ],
        "bob": [
            Agent(id="ex:acme", kind="data-source", contract="C-2"),
            Activity(id="ex:c", kind="cleaning", ended_at=day(0), status="failed"),
            Activity(id="ex:t", kind="training", started_at=day(4), ended_at=day(4.5), status="completed", host="bob"),
            *(*things, used, model),
        ],
    }
    paths = [tmp_path / "ada.sqlite", tmp_path / "bob.sqlite"]
    for path, (statements, moment) in zip(paths, ((said["ada"], day(7)), (said["bob"], day(8))), strict=True):
        with Journal(path) as journal:
            journal.append(statements, recorded_at=moment)
    gp.sync(journals=paths[::-1] if flip else paths)
    gp.sync(journals=paths, again=True)
    once = contents(database)
    told = found("said-differently", "made-before-inputs", "read-before-made", "ended-before-start")
    assert [line.partition(" ")[0] for line in told["said-differently"]] == ["ended_at", "status", "contract"]
    assert "completed (2026-03-07) and failed (2026-03-08); failed holds; hosts ada" in told["said-differently"][1]
    assert "C-1 (2026-03-07) and C-2 (2026-03-08); C-2 holds" in told["said-differently"][2]
    assert "(host bob) was made from ex:clean of 2026-03-05 (host ada)" in told["made-before-inputs"][0]
    assert len(told["read-before-made"]) == len(told["ended-before-start"]) == 1
    empty(database)
    gp.sync(journals=paths, again=True)
    assert contents(database) == once


PLANTED: dict[str, Callable[[], list[Statement]]] = {
    "never-described": lambda: [
        Activity(id="ex:r", kind="run"),
        Relation(type=RelationType.USED, source="ex:r", target="ex:gone"),
    ],
    "same-content": lambda: [Entity(id=f"ex:{name}", kind="dataset", digest="sha256:aa") for name in "ab"],
    "recorded-ahead": lambda: [Activity(id="ex:r", kind="run", host="ada", status="completed")],
    "cannot-have-been": lambda: [Activity(id="ex:r", kind="run", constraints_broken=["it ended before"])],
    "no-end": lambda: [Activity(id="ex:r", kind="run", started_at=NOW - timedelta(days=2))],
    "version-of-nothing": lambda: [Entity(id="ex:e", kind="dataset", version="7")],
    "content-not-seen": lambda: [Entity(id="ex:e", kind="dataset", metadata={"content_not_seen": "it changed"})],
    "on-its-own": lambda: [Entity(id="ex:e", kind="dataset")],
    "empty-runs": lambda: [Activity(id="ex:r", kind="run", status="completed")],
    "uncommitted-code": lambda: [Entity(id="ex:c", kind="code-version", dirty=True)],
    "silent-hosts": lambda: [Activity(id="ex:r", kind="run", host="elsewhere", status="completed")],
}


@pytest.mark.parametrize("check", PLANTED)
def test_each_check_finds_its_planted_fault(database: Store, check: str) -> None:
    moment = NOW + timedelta(hours=1) if check == "recorded-ahead" else NOW - timedelta(days=30)
    database.write(records(PLANTED[check](), moment))
    assert len(found(check)[check]) == 1
    result = next(result for result in gp.doctor(checks=check).checks if result.name == check)
    assert result.do == all_checks()[check].do


def test_files_that_changed_or_are_gone_are_found_and_only_these(database: Store, tmp_path: Path) -> None:
    model = record_pipeline(tmp_path, days_ago=1)
    gp.sync()
    os.utime(model, (NOW.timestamp(), NOW.timestamp()))
    assert found("files-changed", "files-gone") == {}
    model.write_bytes(b"y" * 10)
    long_ago = (NOW - timedelta(days=9)).timestamp()
    os.utime(model, (long_ago, long_ago))
    assert found("files-changed") == {}  # by size and time it is as it was
    assert "has other content" in found("files-changed", digests=True)["files-changed"][0]
    model.write_bytes(b"longer than before")
    (tmp_path / "users.csv").unlink()
    told = found("files-changed", "files-gone")
    assert f"{model} has 18 bytes, not 10" in told["files-changed"][0]
    assert f"{tmp_path / 'users.csv'} is gone" in told["files-gone"][0]


def test_records_that_wait_for_long_are_told_and_not_sent(
    database: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = gp.Recorder(clock=lambda: NOW - timedelta(days=30))
    monkeypatch.setattr(recorder._writer, "_flush", False)
    recorder.source("acme")
    assert "1 record of this machine" in found("journal-waiting")["journal-waiting"][0]
    assert found("journal-waiting", days=60) == {}
    assert database.run("MATCH (n:Agent) RETURN count(n)").rows == [(0,)]


def test_a_damaged_journal_is_an_error_and_the_rest_is_looked_at(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal(gp.Settings.load().journal) as journal:
        for name in "abc":
            journal.append([Entity(id=f"ex:{name}")])
        journal._open().execute("UPDATE record SET content = '{}' WHERE seq = 2")
    report = gp.doctor(checks="journal-damaged")
    assert [finding.details["record"] for finding in report.checks[0].findings] == [2]
    assert not report.well
    gp.Settings.load().journal.write_bytes(b"no database at all" * 100)
    assert "not a database" in gp.doctor(checks="journal-damaged").checks[0].findings[0].says


def test_with_the_database_away_it_says_what_was_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_URI", "bolt://127.0.0.1:1")
    monkeypatch.setenv("GRAPHPROV_PASSWORD", "x")
    monkeypatch.setenv("GRAPHPROV_HEAPMB", "700")
    monkeypatch.setenv("GRAPHPROV_PARENT_RUN", "urn:graphprov:run:nightly@1")
    done = RUN.invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "error: The database cannot be asked (1)" in done.output
    assert "no database was reached: said-differently, never-described" in done.output
    assert "GRAPHPROV_HEAP_MB is one" in done.output
    assert "GRAPHPROV_PARENT_RUN" not in done.output
    assert max(map(len, done.output.splitlines())) <= 80


def test_the_command_tells_the_first_and_counts_all(database: Store) -> None:
    draw(database, "\n".join(f"e{number} : dataset" for number in range(5)))
    done = RUN.invoke(app, ["doctor", "--check", "on-its-own", "--limit", "2"])
    assert done.exit_code == 0  # notes do not count
    assert "note: Artifacts that nobody used, made or delivered (5)" in done.output
    assert "and 3 more: graphprov doctor --check on-its-own --limit 0" in done.output
    database.write(records([Entity(id="ex:v", kind="dataset", version="7")]))
    done = RUN.invoke(app, ["doctor", "--check", "version-of-nothing", "--json"])
    assert done.exit_code == 1
    assert DoctorReport.model_validate_json(done.output).warnings == 1


def test_a_check_that_does_not_exist_is_named_with_the_nearest() -> None:
    with pytest.raises(InvalidInput) as told:
        gp.doctor(checks="file-gone")
    assert told.value.nearest[0] == "files-gone"


def test_the_guide_lists_every_check_with_its_level() -> None:
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", (DOCS / "doctor.md").read_text(encoding="utf-8"), re.M))
    assert listed == {"database": "error"} | {name: check.level for name, check in all_checks().items()}
