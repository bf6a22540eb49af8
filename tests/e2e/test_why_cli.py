"""Why, contain, contained-by and risk as people type them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
from graphs import draw
from typing_commands import Type, typed

import graphprov as gp
from graphprov.analysis.evidence import seal
from graphprov.analysis.explanation import Containment, Why
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.analysis.risk import Risk
from graphprov.report.json_form import schema_of
from graphprov.store import Store

PIPELINE = """
    bl2 : dataset issued_at=2
    bl9 : dataset issued_at=9
    bl2 -of-> bl
    bl9 -of-> bl
    bl2 -by-> vendor
    bl9 -by-> vendor
    vendor : data-source contact=vendor@example.org
    code : code-version commit=3f2a9100 dirty=true
    bl2 <-used@3- clean -gen@4-> table
    table <-used@5- train -gen@6-> model
    bl9 <-used@10- retrain -gen@11-> fresh
    fresh : model
    model : model
    code <-used- train
    model <-used- predict -gen-> scores
    scores : predictions
    users <-used- predict
    train -with-> ada
    ada -for-> lab
    clean -with-> ada
    bl9 <-used@5- audit -gen@2-> note
    mystery <-used- guess -gen-> rumour
"""


@pytest.fixture
def type_(database: Store) -> Type:
    draw(database, PIPELINE)

    def type_within_the_width(*arguments: str, code: int = 0) -> tuple[str, str]:
        out, err = typed(*arguments, code=code)
        assert all(len(line) <= 80 for line in out.splitlines() if "--format" not in arguments), out
        return out, err

    return type_within_the_width


WINDOW = ("--since", "2026-03-02", "--until", "2026-03-05")


def test_why_tells_the_path_with_times_code_and_people(type_: Type) -> None:
    out, _ = type_("why", "scores", "vendor", *WINDOW, code=1)
    assert "Why scores is affected by vendor" in out
    assert "affected, 6 relations away; the only path" in out
    steps = [line[2:].split("  ")[0] for line in out.splitlines()]
    told = [step for step in steps if step.startswith(("bl2 (", "was used by ", "generated "))]
    assert told == [
        "bl2 (dataset)",
        "was used by clean (run)",
        "generated table (dataset)",
        "was used by train (run)",
        "generated model (model)",
        "was used by predict (run)",
        "generated scores (predictions)",
    ]
    assert "code code, commit 3f2a9100 with uncommitted changes; ada for lab" in out
    assert "2026-03-05 00:00Z" in out
    assert "Every path goes through (5)" in out
    assert "--contained-by clean" in out


@pytest.mark.parametrize(
    ("artifact", "subject", "code", "says"),
    [
        ("scores", "bl2", 1, "Why scores is affected by bl2"),
        ("bl2", "vendor", 1, "bl2 is flawed itself, as part of vendor"),
        ("clean", "bl2", 1, "Nothing lies between"),
        ("note", "bl9", 0, "it was generated before the run first used anything affected (time)"),
        ("table", "bl9", 0, "not affected: nothing flawed leads to it"),
        ("rumour", "bl9", 8, "NOT KNOWN: no path is recorded, but provenance is missing"),
    ],
)
def test_each_answer_has_its_words_and_its_exit_code(
    type_: Type, artifact: str, subject: str, code: int, says: str
) -> None:
    out, _ = type_("why", artifact, subject, code=code)
    assert says in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["why", "scroes", "bl2"], 3, "no entity or activity is called 'scroes'"),
        (["why", "scores", "bl3"], 3, "nearest:"),
        (["why", "scores", "vendor", "--since", "2027"], 3, "at other times"),
        (["why", "scores", "bl2", "--paths", "0"], 2, "--paths"),
        (["why", "scores", "bl2", "--as-known-on", "2099"], 2, "lies ahead"),
        (["why", "scores"], 2, "Missing argument"),
        (["contain", "bl2"], 2, "no target was given"),
        (["contain", "bl2", "--target", "scroes"], 3, "nearest"),
        (["contain", "bl2", "--target-kind", "modle"], 2, "nearest: model"),
        (["impact", "bl2", "--contained-by", "trian"], 3, "nearest"),
        (["impact", "bl2", "--contained-by", "train", "--diff", "until=2026-04"], 2, "leave out --contained-by"),
        (["risk", "--kind", "training"], 2, "no source is of the kind 'training'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_error_says_what_is_wrong_and_what_is_near(type_: Type, arguments: list[str], code: int, says: str) -> None:
    assert says in " ".join(type_(*arguments, code=code)[1].split())


def test_contained_by_reports_what_stays_in_every_form(type_: Type) -> None:
    out, _ = type_("impact", "vendor", "--contained-by", "clean", code=1)
    assert "3 of 9 stay affected; 6 are" in " ".join(out.split())
    assert "graphprov impact vendor --contained-by clean --output" in " ".join(out.split())
    out, _ = type_("impact", "bl2", "--contained-by", "clean", "--format", "json")
    report = json.loads(out)
    assert (report["total"], report["contained"]["total"]) == (0, 6)
    assert report["contained"]["saved"] == {"dataset": 1, "model": 1, "predictions": 1, "run": 3}
    type_("impact", "bl", "--contained-by", "bl")


def test_a_report_of_what_stays_is_evidence_too(
    database: Store, type_: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    report = seal(impact(database, Flaw.of("vendor"), contained_by=["clean"]))
    Path("report.json").write_text(report.model_dump_json())
    assert "the report holds" in type_("verify", "report.json")[0]


def test_contain_names_the_cut_and_how_to_read_it(type_: Type) -> None:
    out, _ = type_("contain", "bl2", "--target", "live", code=1)
    assert "cut       1 thing; fewer do not suffice" in out
    assert "Fix it: withdraw it, or make it again from sound inputs." in " ".join(out.split())
    assert "graphprov impact bl2 --contained-by clean" in " ".join(out.split())
    assert "no target is affected" in type_("contain", "bl9", "--target", "scores")[0]
    out, _ = type_("contain", "bl2", "--target", "bl2", code=1)
    assert "No cut protects these (1)" in out


def test_risk_is_a_table_json_and_csv(type_: Type) -> None:
    out, _ = type_("risk", "--limit", "3")
    assert [line.split()[0] for line in out.splitlines()][:3] == ["source", "bl", "vendor"]
    assert "3 of 4 are listed" in out
    rows = list(csv.DictReader(io.StringIO(type_("risk", "--format", "csv")[0])))
    assert rows[0]["id"] == "ex:bl"
    assert (rows[0]["live_models"], rows[0]["predictions"], json.loads(rows[0]["owners"])) == ("2", "1", ["ada"])
    found = Risk.model_validate_json(type_("risk", "--kind", "model", "--format", "json")[0])
    assert [(one.id, one.predictions) for one in found.sources] == [("ex:model", 1), ("ex:fresh", 0)]


@pytest.mark.parametrize(
    ("name", "model", "arguments", "code"),
    [
        ("why", Why, ("why", "scores", "bl2", "--format", "json"), 1),
        ("contain", Containment, ("contain", "bl2", "--target", "scores", "--format", "json"), 1),
        ("risk", Risk, ("risk", "--format", "json"), 0),
    ],
)
def test_the_json_form_is_the_published_one(
    type_: Type, name: str, model: type[Why | Containment | Risk], arguments: tuple[str, ...], code: int
) -> None:
    answer = json.loads(type_(*arguments, code=code)[0])
    schema = schema_of(name, model)
    jsonschema.validate(answer, schema)


def test_python_answers_as_the_command_line_does(type_: Type) -> None:
    answer = gp.why("scores", "vendor", since="2026-03-02", until="2026-03-05", paths=1)
    assert (answer.answer, answer.distance, len(answer.paths)) == ("affected", 6, 1)
    assert gp.contain("bl2", targets="live").cut.nodes == ["ex:clean"]
    assert gp.contain("bl2", target_kinds="predictions", prefer="artifacts").cut.nodes == ["ex:table"]
    assert gp.risk(kinds="model").sources[0].id == "ex:model"
    assert gp.impact("bl2", contained_by="clean").total == 0
