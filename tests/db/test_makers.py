"""What only runs made that failed or have no end: told on reading, and as it was known then."""

from __future__ import annotations

import json

import pytest
from graphs import day, draw, ex
from typer.testing import CliRunner

from graphprov.analysis.catalogue import show, versions
from graphprov.analysis.evidence import seal, verify
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.analysis.lineage import lineage
from graphprov.analysis.makers import unsound_makers
from graphprov.cli.app import app
from graphprov.report import json_form, words
from graphprov.store import Store

RUNS = """
    list <-used@3- broken -gen@4-> half
    list <-used@3- killed -gen@4-> part
    list <-used@3- fine -gen@4-> whole
    again -gen@5-> redone
    list <-used@3- broken -gen@4-> redone
    list <-used@3- foreign -gen@4-> theirs
    half -of-> general
    broken : training started_at=3 status=failed ended_at=4
    killed : training started_at=3
    fine : training started_at=3 ended_at=4 status=completed
    again : training started_at=5 ended_at=5 status=completed
"""


def makers(store: Store) -> dict[str, str | None]:
    return {node.id: node.maker for node in impact(store, Flaw((ex("list"),))).affected if node.element == "Entity"}


def test_the_impact_report_tells_what_no_sound_run_made_and_as_it_was_known(store: Store) -> None:
    draw(store, RUNS)
    told = {ex("half"): "failed", ex("part"): "no end", ex("whole"): None, ex("redone"): None, ex("theirs"): None}
    assert makers(store) == told
    report = seal(impact(store, Flaw((ex("list"),))))
    assert words.notes(report) == [
        "Maybe incomplete, since made by runs that failed: ex:half.",
        "Maybe incomplete, since made by runs of which no end is recorded (killed, or still running): ex:part.",
    ]
    draw(store, "killed -used-> list\nkilled : training ended_at=9 status=completed")
    assert makers(store) == {**told, ex("part"): None}
    assert verify(store, json_form.to_json(report)).verdict == "same"
    older = json.loads(json_form.to_json(report)) | {"schema_version": "1.3"}
    for node in older["affected"]:
        del node["maker"]
    older["evidence"]["digest"] = None
    assert verify(store, json.dumps(older)).verdict == "same", "an older report could not say it"


def test_show_list_and_lineage_tell_it(store: Store) -> None:
    draw(store, RUNS)
    (maker,) = show(store, ex("part")).makers
    assert (maker.run, maker.went, maker.started_at) == (ex("killed"), "no end", day(3))
    assert [each.went for each in show(store, ex("half")).makers] == ["failed"]
    assert not show(store, ex("redone")).makers
    assert not show(store, ex("killed")).makers
    assert versions(store, ex("general")).dicts()[0]["run_status"] == "failed"
    assert {node.id for node in lineage(store, ex("part")).nodes if node.no_end} == {ex("killed")}
    assert not unsound_makers(store, [])


def test_the_command_says_by_which_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    draw(store, RUNS)
    monkeypatch.setattr("graphprov.api.connect", lambda **_: store)
    monkeypatch.setattr(type(store), "close", lambda _: None)
    done = CliRunner().invoke(app, ["show", ex("part")])
    assert "made by" in done.output, done.output
    assert "ex:killed of 2026-03-03 (no end recorded: killed, or still running)" in done.output
    assert "no end recorded" in CliRunner().invoke(app, ["lineage", ex("part")]).output
