"""What cannot have happened is recorded all the same, with a warning, and counted."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graphprov.capture import Recorder, RecordingWarning, checking
from graphprov.cli.app import app
from graphprov.journal import Journal
from graphprov.settings import Settings


@pytest.fixture
def recorder(own_home: Path) -> Recorder:
    return Recorder(Settings.load(), flush=False)


def test_a_run_that_ends_before_it_starts_is_recorded_with_a_warning(recorder: Recorder) -> None:
    run = recorder.run("clean", code=False, started_at="2026-03-01T09:30Z").start()
    with pytest.warns(
        RecordingWarning, match="what the run clean recorded cannot have happened so: start-precedes-end"
    ):
        run.end(ended_at="2026-03-01T09:00Z")
    with Journal(Settings.load().journal) as journal:
        assert journal.broken_count() == 1
        rows = [row["properties"] for record in journal.pending("x", 99) for _, row in record.statements]
    (broken,) = [row["constraints_broken"] for row in rows if "constraints_broken" in row]
    assert "09:30" in broken[0]


def test_status_counts_the_runs_that_break_a_constraint(recorder: Recorder, tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("1")
    run = recorder.run("loop", code=False).start()
    made = run.generated(data)
    run.derived(made, made)
    with pytest.warns(RecordingWarning, match="derivation-generation-generation-ordering"):
        run.end()
    told = CliRunner().invoke(app, ["status"])
    assert "doubtful  1 run breaks a constraint of PROV" in told.output


def test_an_ordinary_run_is_not_doubted(recorder: Recorder, tmp_path: Path) -> None:
    source, result = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("1")
    result.write_text("2")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with recorder.run("clean", code=False, parameters={"C": 1}) as run:
            made_from = run.used(source)
            run.derived(run.generated(result), made_from)
            with recorder.run("inner", code=False) as inner:
                inner.used(result)
                inner.generated(source)  # read and written again, with the same content
    with Journal(Settings.load().journal) as journal:
        assert journal.broken_count() == 0


def test_of_very_many_broken_constraints_the_first_are_told(recorder: Recorder) -> None:
    run = recorder.run("loops", code=False).start()
    for number in range(25):
        made = run.generated({"number": number}, name=f"made-{number}")
        run.derived(made, made)
    with pytest.warns(RecordingWarning) as caught:
        run.end()
    told = [str(warning.message) for warning in caught]
    assert len(told) == checking.TOLD_SENTENCES + 1
    assert "and 5 more; `graphprov validate --store`" in told[-1]


def test_a_run_keeps_no_more_than_is_checked(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHECKED_STATEMENTS", 10)
    with recorder.run("long", code=False) as run:
        for number in range(30):
            run.parameter(f"p{number}", number)
    assert len(run._gathering._kept) == 10
