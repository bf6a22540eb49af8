"""A report as evidence: it holds as long as nobody touches it, and the store says whether it was true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from graphs import draw, empty, ex
from typer.testing import CliRunner

import graphprov as gp
from graphprov import signing
from graphprov.analysis.evidence import Verification, seal, verify
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.analysis.report import ImpactReport
from graphprov.cli.app import app
from graphprov.errors import InvalidInput
from graphprov.report import to_json
from graphprov.store import Store

PIPELINE = "flawed <-used@5- train -gen@6-> model\nmodel <-used@7- predict -gen@8-> scores\ntrain -with-> ada"


def made(store: Store, **more: Any) -> ImpactReport:
    return seal(impact(store, Flaw.of(ex("flawed")), **more))


def check(store: Store, report: ImpactReport | str, key: str | None = None) -> Verification:
    return verify(store, report if isinstance(report, str) else to_json(report), key=key)


def test_a_report_holds_and_goes_on_to_hold_when_more_becomes_known(store: Store) -> None:
    draw(store, PIPELINE)
    report = made(store)
    assert check(store, report).verdict == "same"
    draw(store, "scores <-used- send\nmodel : model\nmodel -by-> bob")
    found = check(store, report)
    assert (found.verdict, found.digest, found.signature, found.differences) == ("same", "fits", "none", [])
    assert made(store).total == report.total + 1


def test_it_says_by_which_rules_of_which_store_known_until_when(store: Store) -> None:
    draw(store, PIPELINE)
    before = store.now()
    evidence = made(store).evidence
    assert evidence is not None
    assert evidence.store == store.id
    assert before <= evidence.known_until <= store.now()
    assert (evidence.nodes, evidence.relations) == (store.ask("size").rows[0])
    assert evidence.settled
    assert evidence.digest is not None
    assert evidence.digest.startswith("sha256:")


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw["affected"].pop(),
        lambda raw: raw["affected"][0].update(distance=9),
        lambda raw: raw.update(until="2026-03-01T00:00:00Z"),
        lambda raw: raw["evidence"].update(known_until="2026-03-01T00:00:00Z"),
        lambda raw: raw["owners"][0]["agent"].update(name="bob"),
    ],
    ids=["a node left out", "another distance", "another window", "another day", "somebody else"],
)
def test_whatever_was_changed_in_the_file_is_seen(store: Store, change: Any) -> None:
    draw(store, PIPELINE)
    raw = json.loads(to_json(made(store)))
    change(raw)
    found = check(store, json.dumps(raw))
    assert (found.verdict, found.digest) == ("changed", "does not fit")


def test_how_the_file_is_laid_out_does_not_matter(store: Store) -> None:
    draw(store, PIPELINE)
    raw = json.loads(to_json(made(store)))
    assert check(store, json.dumps(dict(sorted(raw.items())), indent=7, ensure_ascii=True)).verdict == "same"


def test_a_store_that_says_otherwise_says_what(store: Store) -> None:
    draw(store, PIPELINE)
    report = made(store)
    store._connection.command("MATCH (n {id: 'ex:scores'}) DETACH DELETE n")
    store._connection.command("MATCH (n {id: 'ex:ada'}) SET n.name = 'eve'")
    found = check(store, report)
    assert found.verdict == "different"
    told = "\n".join(found.differences)
    assert "affected: no longer there (1): ex:scores" in told
    assert "owners: said otherwise (1): ex:ada (agent)" in told
    assert "total: 4 in the report, 3 in the store" in told


def test_a_store_in_which_the_subject_is_gone_cannot_make_it_again(store: Store) -> None:
    draw(store, PIPELINE)
    report = made(store)
    empty(store)
    found = check(store, report)
    assert found.verdict == "different"
    assert "cannot make it again: no thing is called 'ex:flawed'" in found.differences[0]


def test_a_report_as_known_on_a_day_is_checked_for_that_day(store: Store) -> None:
    draw(store, "flawed <-used- train")
    then = store.now()
    draw(store, "train -gen-> model")
    report = made(store, known_on=then)
    assert (report.total, check(store, report).verdict, check(store, report).known_until) == (1, "same", then)


def test_what_a_report_listed_is_listed_again_no_more_and_no_less(store: Store) -> None:
    draw(store, PIPELINE)
    for more in ({"limit": 2}, {"limit": 50}, {"kinds": ["dataset"]}):
        assert check(store, made(store, **more)).verdict == "same", more


def test_a_day_that_lies_ahead_is_refused(store: Store) -> None:
    draw(store, PIPELINE)
    with pytest.raises(InvalidInput, match="lies ahead"):
        impact(store, Flaw.of(ex("flawed")), known_on=store.now().replace(year=2999))


def test_a_report_of_another_store_says_that_it_is(store: Store) -> None:
    draw(store, PIPELINE)
    report = made(store)
    assert report.evidence is not None
    other = seal(report.model_copy(update={"evidence": report.evidence.model_copy(update={"store": "elsewhere"})}))
    assert "made by the store elsewhere" in check(store, other).notes[0]


# Signatures


@pytest.fixture
def key(tmp_path: Path) -> Path:
    signing.new_key(tmp_path / "ada.key")
    return tmp_path / "ada.key"


def test_a_signature_tells_who_vouches_for_it(store: Store, key: Path, tmp_path: Path) -> None:
    draw(store, PIPELINE)
    report = gp.sign(made(store), key)
    public = signing.public_key(key.with_name("ada.key.pub"))
    signing.new_key(tmp_path / "eve.key")
    found = check(store, report, public)
    assert (found.verdict, found.signature, found.signed_by) == ("same", "valid", public)
    eve = signing.public_key(tmp_path / "eve.key.pub")
    assert check(store, report, eve).signature == "of another key"
    assert check(store, report, eve).verdict == "changed"


def test_a_signature_moved_to_another_report_is_invalid(store: Store, key: Path) -> None:
    draw(store, PIPELINE)
    signed, other = gp.sign(made(store), key).evidence, made(store, limit=1)
    assert signed is not None
    assert other.evidence is not None
    forged = other.model_copy(update={"evidence": other.evidence.model_copy(update={"signature": signed.signature})})
    assert (check(store, forged).verdict, check(store, forged).signature) == ("changed", "invalid")


def test_a_report_that_should_be_signed_and_is_not_does_not_pass(store: Store, key: Path) -> None:
    draw(store, PIPELINE)
    found = check(store, made(store), signing.public_key(key.with_name("ada.key.pub")))
    assert (found.verdict, found.signature) == ("changed", "invalid")


# On the command line


def test_the_commands_make_sign_and_check(database: Store, tmp_path: Path) -> None:
    draw(database, PIPELINE)
    run = CliRunner().invoke
    key, file = tmp_path / "k.pem", tmp_path / "impact.json"
    assert run(app, ["key", "new", str(key)]).exit_code == 0
    assert key.stat().st_mode & 0o777 == 0o600
    made_ = run(app, ["impact", "ex:flawed", "--output", str(file), "--sign", str(key)])
    assert made_.exit_code == 1, made_.output
    held = run(app, ["verify", str(file), "--key", f"{key}.pub"])
    assert (held.exit_code, "the report holds" in held.stdout) == (0, True), held.output
    assert json.loads(run(app, ["verify", str(file), "--format", "json"]).stdout)["verdict"] == "same"
    database._connection.command("MATCH (n {id: 'ex:scores'}) DETACH DELETE n")
    assert run(app, ["verify", str(file)]).exit_code == 1
    file.write_text(file.read_text().replace("ex:model", "ex:muddle"))
    assert run(app, ["verify", str(file)]).exit_code == 2


def test_a_key_is_never_overwritten(key: Path) -> None:
    with pytest.raises(InvalidInput, match="exists already"):
        signing.new_key(key)


# Of an incident, and contained


def test_a_report_on_an_incident_holds_whatever_is_said_later(database: Store) -> None:
    draw(database, PIPELINE)
    number = gp.incidents.open(ex("flawed"), reason="wrong").number
    gp.incidents.resolve(number, ex("model"), how="deleted", note="gone")
    report = gp.impact(incident=number)
    assert check(database, report).differences == []
    gp.incidents.resolve(number, ex("scores"), how="deleted", note="gone too")
    gp.incidents.amend(number, reason="wrong as well", why="looked again")
    assert check(database, report).differences == []
    (node,) = [each for each in report.affected if each.id == ex("model")]
    forged = node.model_copy(update={"resolution": node.resolution.model_copy(update={"how": "accepted"})})
    others = [forged if each.id == node.id else each for each in report.affected]
    assert check(database, seal(report.model_copy(update={"affected": others}))).verdict == "different"
    assert check(database, seal(report.model_copy(update={"resolved": {"accepted": 1}}))).verdict == "different"


def test_a_contained_report_holds_when_more_is_said_of_what_was_fixed(store: Store) -> None:
    draw(store, "flawed <-used@5- train -gen@6-> model\nmodel <-used@7- predict -gen@8-> scores")
    report = made(store, contained_by=[ex("model")])
    draw(store, "model : model")
    assert check(store, report).differences == []


@pytest.mark.parametrize(
    "change",
    [
        lambda report: {"subjects": [each.model_copy(update={"name": "innocent"}) for each in report.subjects]},
        lambda report: {"names": dict.fromkeys(report.names, "somebody else")},
        lambda report: {"notes": []},
    ],
    ids=["subjects", "names", "notes"],
)
def test_what_was_changed_and_sealed_again_is_told_by_the_store(store: Store, change: Any) -> None:
    draw(store, PIPELINE)
    report = made(store, contained_by=[ex("predict")])
    assert report.notes
    forged = seal(report.model_copy(update=change(report)))
    assert check(store, forged).verdict == "different"


def test_what_somebody_wrote_into_a_report_is_told_apart_from_what_the_store_says(store: Store) -> None:
    draw(store, PIPELINE)
    report = made(store)
    found = check(store, seal(report.model_copy(update={"notes": [*report.notes, "All is well."]})))
    assert found.verdict == "same"
    assert any("All is well." in note for note in found.notes)
