"""What the forms share: the words of relations, the commands to type next, an incident's parts, and cutting to fit."""

from __future__ import annotations

import shlex

import click
import pytest
import typer

from graphprov.analysis.report import Step
from graphprov.cli.app import app
from graphprov.model.vocabulary import RelationType
from graphprov.report import closing, summary, words
from graphprov.report.fewer import fewer
from graphprov.report.next_steps import next_steps
from graphprov.report.verbs import VERBS, VERBS_BY_RULE, verb
from graphprov.report.view import view
from tests.sample_incident import incident_report
from tests.sample_reports import demo_report, empty_report, hostile_report, large_report

NO_STEPS = {
    RelationType.ACTED_ON_BEHALF_OF,
    RelationType.ALTERNATE_OF,
    RelationType.WAS_INVALIDATED_BY,
    RelationType.PART_OF,
    RelationType.ABOUT,
    RelationType.NOT_ALTERNATE_OF,
    RelationType.ENTRY_OF,
    RelationType.SAID_BY,
}
"""Relations that carry no flaw and so stand on no path."""

NOT_YET = {"why", "incident", "contain", "check"}
"""Commands that reports name and the command line may not have yet; those that it has are checked with options."""


# --- relations in words -----------------------------------------------------------------------------------------------


def test_every_relation_that_can_stand_on_a_path_has_words():
    assert set(VERBS) == set(RelationType) - NO_STEPS
    assert {relation for relation, _ in VERBS_BY_RULE} <= set(VERBS)


@pytest.mark.parametrize(
    ("relation", "rule", "said"),
    [
        ("HAD_MEMBER", "membership up", "member is a member of collection"),
        ("HAD_MEMBER", "membership down", "collection has the member member"),
        ("SPECIALIZATION_OF", "specialisation", "general has the version version"),
        ("SPECIALIZATION_OF", "unversioned use", "version is a version of general"),
        ("USED", "unversioned use", "general was used, without saying which version, by run"),
        ("USED", "code", "code is the code of run"),
        ("WAS_ASSOCIATED_WITH", "code", "code was the plan of run"),
        ("WAS_INFORMED_BY", "communication", "run informed later"),
        ("WAS_STARTED_BY", "influence", "entity started run"),
        ("WAS_ENDED_BY", "influence", "entity ended run"),
        ("WAS_INFLUENCED_BY", "influence", "entity influenced other"),
        ("WAS_DERIVED_FROM", "derivation", "entity went into other"),
        ("SAME_CONTENT_AS", "same content", "entity has the same content as other"),
    ],
)
def test_a_step_reads_from_cause_to_effect(relation, rule, said):
    cause, *_, effect = said.split()
    step = Step(relation=relation, cause=cause, effect=effect, certainty="declared", rule=rule)
    assert f"{cause} {verb(step)} {effect}" == said


def test_without_the_rule_the_words_are_true_of_both_directions():
    for relation in ("HAD_MEMBER", "SPECIALIZATION_OF"):
        step = Step(relation=relation, cause="a", effect="b", certainty="declared")
        assert " or " in verb(step)


# --- what to type next ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report", [demo_report, incident_report, empty_report, hostile_report])
def test_the_commands_to_type_next_are_whole_and_quoted(report):
    for step in next_steps(view(report())):
        parts = shlex.split(step.command)
        assert parts[0] == "graphprov"
        assert not set("\n\r\x1b\u202e") & set(step.command)


def test_the_commands_to_type_next_are_commands_that_there_are():
    command = typer.main.get_command(app)
    known = set(command.list_commands(click.Context(command)))
    missing = set()
    for report in (demo_report(), incident_report()):
        for step in next_steps(view(report)):
            _, name, *arguments = shlex.split(step.command)
            if name not in known:
                missing.add(name)
                continue
            found = command.get_command(click.Context(command), name)
            if "--incident" in arguments and not any("--incident" in one.opts for one in found.params):
                continue
            found.make_context(name, arguments)
    assert missing <= NOT_YET


def test_next_come_the_steps_that_fit_the_report():
    def first_words(report):
        return [" ".join(step.command.split()[1:3]) for step in next_steps(view(report))]

    assert [one.split()[0] for one in first_words(empty_report())] == ["impact"]
    assert "incident open" in first_words(demo_report())
    assert "incident notify" in first_words(incident_report())
    assert "incident open" not in first_words(incident_report())
    assert not any(step.command.startswith("graphprov impact") for step in next_steps(view(demo_report()), page=False))


# --- an incident's parts ----------------------------------------------------------------------------------------------


def test_runs_that_made_something_affected_are_nobodys_part_to_close():
    report = incident_report()
    done = closing.closing(report)
    parts = [row for row in report.affected if row.to_close]
    assert (done.total, done.done, done.open, done.open_live) == (len(parts), 6, len(parts) - 6, 8)
    assert {closing.part(row) for row in report.affected if not row.to_close} == {""}
    assert {row.element for row in report.affected if not row.to_close} == {"Activity"}


def test_what_is_open_of_an_owner_is_told_whatever_is_listed():
    report = incident_report()
    (owner, *_) = report.owners
    whole, cut = (
        closing.of_owner(each, owner, view(each).rows(owner.affected)) for each in (report, fewer(report, 3, "x"))
    )
    assert whole.open_live is not None
    assert (whole.total, whole.open) == (cut.total, cut.open)
    assert cut.open_live is None


def test_a_report_on_no_incident_has_no_parts():
    assert closing.closing(demo_report()) is None


def test_all_closed_says_that_nothing_is_open():
    report = incident_report().model_copy(update={"to_close": 6})
    done = closing.closing(report)
    assert done.left == "nothing open"
    assert done.said.startswith("6 of 6 closed")


def test_the_summary_says_how_sure_it_is():
    assert summary.certainty(demo_report()) == "all inferred"
    assert summary.certainty(incident_report()) == "3 declared, 16 inferred and 5 possible"


# --- cut to fit -------------------------------------------------------------------------------------------------------


def test_what_fits_is_not_cut():
    report = demo_report()
    assert fewer(report, 95, "x") is report


def test_models_and_predictions_are_kept_before_anything_else_and_the_cut_is_said():
    report = large_report(1_000)
    wanted = [row.id for row in report.affected if row.kind in ("model", "predictions")]
    kept = fewer(report, len(wanted), "ask for all")
    assert {*wanted} <= {row.id for row in kept.affected}
    assert not kept.complete
    assert [words.cut(one) for one in kept.cut] == [
        f"{len(kept.affected):,} of 2,000 affected are listed; for the rest: ask for all"
    ]
    assert kept.counts == report.counts


def test_no_path_breaks_off_where_rows_are_cut():
    report = large_report(1_000)
    whole, cut = view(report), view(fewer(report, 100, "x"))
    for row in cut.report.affected:
        assert [step.effect for step in cut.why(row.id)] == [step.effect for step in whole.why(row.id)]
