"""The gate: what may not pass, and why, on graphs that one can see."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from graphs import day, draw, ex, records
from typer.testing import CliRunner

import graphprov as gp
from graphprov.cli.app import app
from graphprov.errors import InvalidInput, UnknownReference
from graphprov.gate.check import check
from graphprov.gate.forms import FORMS
from graphprov.gate.report import GateReport
from graphprov.model.statements import Agent, Entity, Relation
from graphprov.store import Store

CHAIN = """
    list <-used@3- train -gen@4-> model
    model <-used@5- predict -gen@6-> scores
    list : dataset issued_at=2
    model : model
    scores : predictions
    list -by-> acme
"""


def gate(store: Store, *artifacts: str, policy: str | None = None, folder: Path | None = None) -> GateReport:
    file = None
    if policy is not None:
        assert folder is not None
        file = folder / "gate.toml"
        file.write_text(policy)
    return check(store, [ex(name) for name in artifacts or ["scores"]], policy=file)


def reasons(report: GateReport) -> list[tuple[str, str, str, int]]:
    return [
        (reason.rule, reason.because.removeprefix("ex:"), reason.certainty, reason.distance)
        for artifact in report.artifacts
        for reason in artifact.reasons
    ]


def test_nothing_speaks_against_a_sound_artifact(store: Store) -> None:
    draw(store, CHAIN)
    report = gate(store)
    assert (report.passed, reasons(report)) == (True, [])
    assert report.rules == ["open-incident", "unknown-origin", "uncommitted-code", "expired", "failed-run"]


# The rules


def test_a_failed_run_behind_it_and_its_own_speak_against_it(store: Store) -> None:
    draw(store, CHAIN + "train : training status=failed")
    assert reasons(gate(store)) == [("failed-run", "train", "inferred", 2)]
    assert "the failed run" in gate(store).artifacts[0].reasons[0].says
    model = gate(store, "model")
    assert reasons(model) == [("failed-run", "train", "declared", 0)]


def test_a_run_that_never_ended_speaks_against_it_unless_the_policy_lets_it_pass(store: Store, tmp_path: Path) -> None:
    draw(store, CHAIN + "train : training started_at=3")
    assert reasons(gate(store)) == [("failed-run", "train", "inferred", 2)]
    assert "the run ex:train, which has no end, lies behind it" in gate(store).artifacts[0].reasons[0].says
    assert gate(store, policy="[failed-run]\nunfinished = false\n", folder=tmp_path).passed
    draw(store, "list <-used- train\ntrain : training ended_at=5")
    assert gate(store).passed


def test_what_declares_what_it_was_made_from_is_not_blamed_for_the_rest(store: Store) -> None:
    draw(store, CHAIN + "bad <-used- predict\nbroken : run status=failed\nbroken -gen-> bad\nscores -derived-> model")
    assert gate(store).passed


def test_uncommitted_code_speaks_against_what_it_made(store: Store) -> None:
    draw(store, CHAIN + "code <-used- train")
    store.write(records([Entity(id=ex("code"), kind="code-version", dirty=True)], day(2)))
    assert reasons(gate(store)) == [("uncommitted-code", "code", "inferred", 4)]


@pytest.mark.parametrize("ended", [True, False])
def test_an_expired_contract_of_a_source_or_a_delivery_speaks_against_it(store: Store, ended: bool) -> None:
    draw(store, CHAIN)
    until = datetime.now(UTC) + timedelta(days=-1 if ended else 1)
    store.write(records([Agent(id=ex("acme"), valid_until=until), Entity(id=ex("list"), valid_until=until)]))
    found = reasons(gate(store))
    assert found == ([("expired", "list", "inferred", 4)] * 2 if ended else [])


def test_a_model_behind_it_without_origin_speaks_against_it_a_dataset_does_not_and_itself_always(store: Store) -> None:
    draw(store, "base <-used- tune -gen-> model\nraw <-used- tune\nbase : model\nlost : dataset")
    assert reasons(gate(store, "model")) == [("unknown-origin", "base", "inferred", 2)]
    assert reasons(gate(store, "lost")) == [("unknown-origin", "lost", "declared", 0)]


def test_a_model_without_origin_beside_it_does_not_matter(store: Store) -> None:
    draw(store, CHAIN + "other : model")
    assert gate(store).passed


# Incidents


@pytest.fixture
def acme(database: Store) -> Store:
    """A pipeline on a delivery of a source, which graphprov's own recording names."""
    draw(database, CHAIN)
    return database


def test_an_open_incident_that_reaches_it_speaks_against_it_until_it_is_closed(acme: Store) -> None:
    opened = gp.incidents.open(ex("list"), reason="shared addresses listed", severity="high")
    report = gp.check(ex("scores"))
    assert reasons(report) == [("open-incident", opened.incident, "inferred", 4)]
    reason = report.artifacts[0].reasons[0]
    assert (reason.severity, "shared addresses listed, high" in reason.says) == ("high", True)
    assert [step.effect for step in reason.why] == [ex(name) for name in ("train", "model", "predict", "scores")]
    gp.incidents.close(opened.number, why="all made again", force=True)
    assert gp.check(ex("scores")).passed


def test_an_incident_whose_window_leaves_it_out_does_not_matter(acme: Store) -> None:
    draw(acme, "list -of-> lists\nlater -of-> lists\nlater : dataset issued_at=9")
    gp.incidents.open(ex("lists"), reason="wrong", since=day(8))
    assert gp.check(ex("scores")).passed
    gp.incidents.open(ex("lists"), reason="wrong before too", since=day(1))
    assert not gp.check(ex("scores")).passed


@pytest.mark.parametrize(("how", "passes"), [("accepted", True), ("not-affected", True), ("rerun", False)])
def test_what_its_owner_accepted_passes_and_what_was_made_again_does_not(acme: Store, how: str, passes: bool) -> None:
    number = gp.incidents.open(ex("list"), reason="wrong").number
    gp.incidents.resolve(number, ex("scores"), how=how, note="looked at")  # type: ignore[arg-type]
    assert gp.check(ex("scores")).passed is passes


def test_several_artifacts_are_judged_each_for_itself(acme: Store) -> None:
    draw(acme, "fine : model\nfine -by-> acme")
    gp.incidents.open(ex("list"), reason="wrong")
    report = gp.check(ex("fine"), ex("scores"))
    assert [(each.name, each.passed) for each in report.artifacts] == [("fine", True), ("scores", False)]
    assert not report.passed


# The policy


def test_a_rule_that_is_off_is_not_asked(store: Store, tmp_path: Path) -> None:
    draw(store, CHAIN + "train : training status=failed")
    report = gate(store, policy="[failed-run]\non = false\n", folder=tmp_path)
    assert (report.passed, "failed-run" in report.rules) == (True, False)


def test_only_what_reaches_it_surely_enough_counts(store: Store, tmp_path: Path) -> None:
    draw(store, CHAIN + "broken : run status=failed\nbroken -gen-> bad")
    store.write(records([Relation(type="WAS_INFLUENCED_BY", source=ex("model"), target=ex("bad"))]))
    assert reasons(gate(store)) == [("failed-run", "broken", "possible", 3)]
    assert gate(store, policy='[failed-run]\ncertainty = ["declared", "inferred"]\n', folder=tmp_path).passed


def test_an_incident_may_say_anything(acme: Store) -> None:
    reason = "column {customer_id} was wrong, {how.__class__} {0}"
    gp.incidents.open(ex("list"), reason=reason)
    (told,) = gate(acme, "scores").artifacts[0].reasons
    assert reason in told.says


def test_an_incident_that_cannot_be_understood_is_a_note_and_stops_nothing_else(acme: Store) -> None:
    number = gp.incidents.open(ex("list"), reason="wrong").number
    acme.write(records([Entity(id="ex:odd", kind="incident", name="odd", metadata={"reason": "about nothing"})]))
    report = gate(acme, "scores")
    assert [reason.rule for reason in report.artifacts[0].reasons] == ["open-incident"]
    (note,) = report.notes
    assert "has no subject" in note
    for form in FORMS.values():
        assert "has no subject" in form(report)
    gp.incidents.close("ex:odd", why="nobody knows what it meant", force=True)
    assert not gate(acme, "scores").notes
    gp.incidents.close(number, why="all made again", force=True)


def test_only_incidents_that_are_severe_enough_count(acme: Store, tmp_path: Path) -> None:
    mild, severe = '[open-incident]\nseverity = ["high", "critical"]\n', None
    gp.incidents.open(ex("list"), reason="wrong", severity="low")
    assert gate(acme, policy=mild, folder=tmp_path).passed
    assert not gate(acme, policy=severe, folder=tmp_path).passed
    gp.incidents.open(ex("list"), reason="nobody said how severe")
    assert not gate(acme, policy=mild, folder=tmp_path).passed


@pytest.mark.parametrize(
    ("policy", "message", "near"),
    [
        ("[failed-runs]\n", "says 'failed-runs'", "failed-run"),
        ("[failed-run]\nof = false\n", "says 'failed-run.of'", "on"),
        ("[failed-run]\non = 'maybe'\n", "failed-run.on: ", None),
        ("[open-incident]\nseverity = ['dire']\n", "open-incident.severity.0: ", None),
        ("[failed-run\n", "is no TOML: ", None),
    ],
)
def test_a_policy_that_says_what_none_says_is_refused(
    store: Store, tmp_path: Path, policy: str, message: str, near: str | None
) -> None:
    draw(store, CHAIN)
    with pytest.raises(InvalidInput, match=message) as caught:
        gate(store, policy=policy, folder=tmp_path)
    assert near is None or near in caught.value.nearest


def test_a_missing_policy_and_a_missing_artifact_are_errors(store: Store, tmp_path: Path) -> None:
    draw(store, CHAIN)
    with pytest.raises(InvalidInput, match="cannot read the policy"):
        check(store, [ex("scores")], policy=tmp_path / "none.toml")
    with pytest.raises(UnknownReference):
        check(store, ["scoers"])


def test_many_suspects_stand_together_and_one_reason_says_so(store: Store) -> None:
    failed = "\n".join(f"f{n} : run status=failed\nf{n} -gen-> b{n}\nb{n} <-used- train" for n in range(110))
    draw(store, CHAIN + failed)
    found = gate(store).artifacts[0].reasons
    assert len(found) == 20
    assert sum("at least one of 91 more" in reason.says for reason in found) == 1


def test_a_general_artifact_stands_for_its_newest_version(store: Store) -> None:
    draw(store, "a -of-> model\nb -of-> model\nbad : run status=failed\nbad -gen@2-> a\ngood -gen@9-> b")
    assert [each.id for each in gate(store, "model").artifacts] == [ex("b")]
    assert gate(store, "model").passed
    assert not gate(store, "a").passed


# The forms


@pytest.fixture
def refused(store: Store) -> GateReport:
    draw(store, CHAIN + "train : training status=failed\nfine : model\nfine -by-> acme")
    return gate(store, "scores", "fine")


def test_the_text_is_a_line_a_reason(refused: GateReport) -> None:
    assert FORMS["text"](refused) == (
        "ex:scores: failed-run: the failed run ex:train lies behind it (inferred, 2 relations away)\nex:fine: pass\n"
    )


def test_junit_has_a_case_for_each_rule(refused: GateReport) -> None:
    root = ElementTree.fromstring(FORMS["junit"](refused))
    assert (root.get("tests"), root.get("failures")) == ("10", "1")
    (failure,) = root.iter("failure")
    assert failure.get("type") == "failed-run"


def test_sarif_names_the_rule_the_artifact_and_the_path(refused: GateReport) -> None:
    log = json.loads(FORMS["sarif"](refused))
    (result,) = log["runs"][0]["results"]
    assert log["version"] == "2.1.0"
    assert result["ruleId"] == log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "failed-run"
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "ex:scores"


def test_github_gets_annotations_that_nothing_can_break_out_of(store: Store) -> None:
    name = "model::x\n::error::y%0A"
    store.write(records([Entity(id="ex:odd", name=name, kind="model")]))
    said = FORMS["github"](check(store, ["ex:odd"]))
    assert said.startswith("::error title=unknown-origin%3A ")
    assert said.count("\n") == 1


def test_on_the_command_line_the_exit_code_tells(database: Store, tmp_path: Path) -> None:
    draw(database, CHAIN + "train : training status=failed")
    run = CliRunner().invoke
    refused = run(app, ["check", "ex:scores"])
    assert (refused.exit_code, refused.stdout.count("\n")) == (1, 1), refused.output
    assert run(app, ["check", "ex:list"]).exit_code == 0
    assert json.loads(run(app, ["check", "ex:scores", "--format", "json"]).stdout)["passed"] is False
    (tmp_path / "p.toml").write_text("[failed-run]\non = false\n")
    assert run(app, ["check", "ex:scores", "--policy", str(tmp_path / "p.toml")]).exit_code == 0
    assert isinstance(run(app, ["check", "ex:scoers"]).exception, UnknownReference)
