"""`graphprov validate` as a user types it."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import graphprov as gp
from graphprov.capture import RecordingWarning
from graphprov.cli.app import app
from graphprov.store import Store
from graphprov.transfer import sync

GRAPHPROV = Path(sysconfig.get_path("scripts")) / "graphprov"
VALID = "document\nprefix ex <http://example.org/>\nentity(ex:e1)\nendDocument\n"
INVALID = "document\nprefix ex <http://example.org/>\nentity(ex:e1)\nactivity(ex:e1)\nendDocument\n"
SUSPICIOUS = """document
prefix ex <http://example.org/>
wasGeneratedBy(ex:e1, -, 2012-03-02T09:30:00Z)
used(ex:a1, ex:e1, 2012-03-02T09:00:00Z)
endDocument
"""
UNREADABLE = "document\nentity(\nendDocument\n"


def graphprov(*arguments: str, cwd: Path, typed: str | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(GRAPHPROV), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        input=typed,
        timeout=120,
        env={**os.environ, "COLUMNS": "100", "TERM": "dumb"},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("valid", VALID), ("invalid", INVALID), ("suspicious", SUSPICIOUS), ("unreadable", UNREADABLE)):
        (tmp_path / f"{name}.provn").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_valid_document_is_one_line(folder: Path) -> None:
    done = graphprov("validate", "valid.provn", cwd=folder)
    assert (done.stdout, done.stderr, done.returncode) == ("valid.provn: valid\n", "", 0)


def test_a_violation_is_told_with_its_constraint_its_statements_and_why(folder: Path) -> None:
    done = graphprov("validate", "invalid.provn", cwd=folder)
    assert done.returncode == 1
    assert done.stdout == (
        "invalid.provn: invalid (1 violation)\n"
        "  entity-activity-disjoint (PROV-CONSTRAINTS 55)\n"
        "    ex:e1 is an entity as it is stated, but an activity as it is stated; nothing is both\n"
        "      entity(ex:e1) (line 3)\n"
        "      activity(ex:e1) (line 4)\n"
    )


def test_suspicious_times_do_not_count_against_a_document(folder: Path) -> None:
    done = graphprov("validate", "suspicious.provn", cwd=folder)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "suspicious.provn: valid (1 suspicious)\n  suspicious: generation-precedes-usage (PROV-CONSTRAINTS 37)\n"
    )


def test_an_ordering_violation_shows_its_cycle(tmp_path: Path) -> None:
    text = VALID.replace("endDocument", "wasDerivedFrom(ex:e1, ex:e1)\nendDocument")
    (tmp_path / "loop.provn").write_text(text, encoding="utf-8")
    done = graphprov("validate", "loop.provn", cwd=tmp_path)
    assert (
        "    - the generation of ex:e1 comes strictly before the generation of ex:e1"
        " (derivation-generation-generation-ordering 42)\n" in done.stdout
    )


def test_an_unreadable_document_does_not_keep_the_others_from_being_judged(folder: Path) -> None:
    done = graphprov("validate", ".", "nowhere.provn", cwd=folder)
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert "valid.provn: valid" in lines
    assert "unreadable.provn: unreadable" in lines
    assert "  nowhere.provn: No such file or directory" in lines
    assert lines[-1] == "5 documents: 2 valid, 1 invalid, 2 unreadable"


def test_the_json_form_is_a_list_of_verdicts(folder: Path) -> None:
    done = graphprov("validate", ".", "--format", "json", cwd=folder)
    assert done.returncode == 2
    by_file = {each["file"]: each for each in json.loads(done.stdout)}
    assert {file: each["verdict"] for file, each in by_file.items()} == {
        "invalid.provn": "invalid",
        "suspicious.provn": "valid",
        "unreadable.provn": "unreadable",
        "valid.provn": "valid",
    }
    (violation,) = by_file["invalid.provn"]["violations"]
    assert (violation["constraint"], violation["number"]) == ("entity-activity-disjoint", 55)
    assert violation["statements"] == ["entity(ex:e1) (line 3)", "activity(ex:e1) (line 4)"]
    assert "unreadable.provn:" in by_file["unreadable.provn"]["error"]


def test_standard_input_is_judged(tmp_path: Path) -> None:
    done = graphprov("validate", "-", cwd=tmp_path, typed=INVALID)
    assert done.returncode == 1
    assert done.stdout.startswith("<stdin>: invalid")


def test_the_format_may_be_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(VALID, encoding="utf-8")
    assert graphprov("validate", "--as", "provn", "notes.txt", cwd=tmp_path).returncode == 0
    wrong = graphprov("validate", "--as", "json", "notes.txt", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout.splitlines()[0]) == (2, "notes.txt: unreadable")


def test_wrong_usage_is_an_error(tmp_path: Path) -> None:
    nothing = graphprov("validate", cwd=tmp_path)
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "there is nothing to judge" in nothing.stderr
    unknown = graphprov("validate", "--as", "word", "x", cwd=tmp_path)
    assert unknown.returncode == 2
    assert "'word' is no format" in unknown.stderr


def test_a_folder_without_documents_is_unreadable(tmp_path: Path) -> None:
    assert graphprov("validate", ".", cwd=tmp_path).returncode == 2


def test_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        json.dumps({"prefix": {"ex": "urn:\x1b[31m"}, "entity": {"ex:e": {}}, "activity": {"ex:e": {}}}),
        encoding="utf-8",
    )
    done = graphprov("validate", "a.json", cwd=tmp_path)
    assert "\x1b" not in done.stdout


def test_three_hundred_documents_are_judged_in_one_call(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number:03}.provn").write_text((VALID, INVALID)[number % 2], encoding="utf-8")
    began = time.perf_counter()
    done = graphprov("validate", ".", cwd=tmp_path)
    assert time.perf_counter() - began < 10
    assert done.stdout.splitlines()[-1] == "300 documents: 150 valid, 150 invalid, 0 unreadable"


def test_what_is_recorded_is_judged(database: Store, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1", encoding="utf-8")
    (tmp_path / "b.csv").write_text("2", encoding="utf-8")
    with gp.run("clean", code=False) as run:
        used = run.used(tmp_path / "a.csv")
        run.derived(run.generated(tmp_path / "b.csv"), used)
    sync()
    told = CliRunner().invoke(app, ["validate", "--store"])
    assert (told.output, told.exit_code) == ("<store>: valid\n", 0)
    with pytest.warns(RecordingWarning):
        _record_a_loop(tmp_path / "b.csv")
    sync()
    told = CliRunner().invoke(app, ["validate", "--store", "--format", "json"])
    assert told.exit_code == 1
    (judgement,) = json.loads(told.output)
    assert [violation["number"] for violation in judgement["violations"]] == [42]


def _record_a_loop(file: Path) -> None:
    with gp.run("loop", code=False) as run:
        made = run.generated(file)
        run.derived(made, made)
