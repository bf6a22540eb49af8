"""`graphprov validate`: judge PROV documents, or what is recorded, by PROV-CONSTRAINTS."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from graphprov.constraints import FileJudgement, Finding, Violation

MOST = 20
"""Findings of one kind that the text form lists for one file."""
_STEPS, _STATEMENTS = 12, 6
"""Steps of a cycle, and statements of a violation, that the text form lists."""


class ReportFormat(StrEnum):
    """How the judgement is printed."""

    text = "text"
    json = "json"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(validate)


def validate(
    files: Annotated[
        list[str] | None, typer.Argument(help="Files, folders, or - for standard input.", show_default=False)
    ] = None,
    store: Annotated[bool, typer.Option("--store", help="Judge what is recorded.")] = False,
    output: Annotated[ReportFormat, typer.Option("--format", help="How to print it.")] = ReportFormat.text,
    form: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="FORMAT",
            help="What the documents are: provn, json, xml, turtle, trig, rdfxml, jsonld, ntriples or nquads.",
            show_default="found out",
        ),
    ] = None,
) -> None:
    """Judge W3C PROV documents by PROV-CONSTRAINTS: can it have happened?

    Exit code: 0 all are valid, 1 some are invalid, 2 some cannot be read (whatever the others are) or wrong usage.
    Times that contradict the order of events are valid by the recommendation; they are shown as suspicious.
    """
    from graphprov.cli.output import print_json
    from graphprov.constraints import Verdict
    from graphprov.errors import InvalidInput

    if not files and not store:
        raise InvalidInput("there is nothing to judge", hint="name files or folders, or give --store")
    found: list[FileJudgement] = []
    counts = dict.fromkeys(Verdict, 0)
    for judgement in _judgements(files or [], form, store=store):
        counts[judgement.verdict] += 1
        if output is ReportFormat.json:
            found.append(judgement)
        else:
            _print(judgement)
    if output is ReportFormat.json:
        print_json([judgement.model_dump(mode="json") for judgement in found])
    elif sum(counts.values()) > 1:
        typer.echo(f"{sum(counts.values()):,} documents: {', '.join(f'{n:,} {which}' for which, n in counts.items())}")
    if counts[Verdict.unreadable] or counts[Verdict.invalid]:
        raise typer.Exit(2 if counts[Verdict.unreadable] else 1)


def _judgements(files: list[str], form: str | None, *, store: bool) -> Iterator[FileJudgement]:
    from graphprov.constraints import FileJudgement, judge_files
    from graphprov.constraints import validate as judge
    from graphprov.documents.formats import format_named

    yield from judge_files(files, format=None if form is None else format_named(form), stdin=sys.stdin.buffer)
    if store:
        from graphprov.api import connect
        from graphprov.cli.output import sending
        from graphprov.exchange.export import document_of_store

        with sending() as told, connect(progress=told) as held:
            document = document_of_store(held)
        yield FileJudgement.of("<store>", judge(document))


def _print(judgement: FileJudgement) -> None:
    """One line with the verdict, then what was found."""
    from graphprov.constraints import Verdict
    from graphprov.report.words import number, visible

    colour = {Verdict.valid: "green", Verdict.invalid: "red", Verdict.unreadable: "yellow"}[judgement.verdict]
    counted = [number(len(judgement.violations), "violation")] if judgement.violations else []
    counted += [f"{len(judgement.warnings):,} suspicious"] if judgement.warnings else []
    verdict = typer.style(judgement.verdict.value, fg=colour, bold=True)
    behind = f" ({', '.join(counted)})" if counted else ""
    typer.echo(f"{visible(judgement.file)}: {verdict}{behind}")
    if judgement.error is not None:
        typer.echo(f"  {visible(judgement.error)}")
    for violation in judgement.violations[:MOST]:
        _print_finding(violation, "red")
        _print_cycle(violation)
    for suspicion in judgement.warnings[:MOST]:
        _print_finding(suspicion, "yellow", "suspicious: ")
    more = max(0, len(judgement.violations) - MOST) + max(0, len(judgement.warnings) - MOST)
    if more:
        typer.echo(f"  and {more:,} more: --format json lists all")


def _print_finding(finding: Finding, colour: str, prefix: str = "") -> None:
    from graphprov.report.words import visible

    where = f" in bundle {visible(finding.bundle)}" if finding.bundle is not None else ""
    rule = finding.source if finding.number is None else f"{finding.source} {finding.number}"
    typer.echo(f"  {prefix}{typer.style(finding.constraint, fg=colour)} ({rule}){where}")
    typer.echo(f"    {visible(finding.why)}")
    for statement in finding.statements[:_STATEMENTS]:
        typer.echo(f"      {visible(statement)}")
    if len(finding.statements) > _STATEMENTS:
        typer.echo(f"      … and {len(finding.statements) - _STATEMENTS:,} more statements")


def _print_cycle(violation: Violation) -> None:
    """The cycle of events, each step with the constraint by which it holds."""
    from graphprov.report.words import visible

    for step in violation.cycle[:_STEPS]:
        relation = "comes strictly before" if step.strictly else "comes before"
        typer.echo(f"    - {visible(step.before)} {relation} {visible(step.after)} ({step.constraint} {step.number})")
    if len(violation.cycle) > _STEPS:
        typer.echo(f"    - … {len(violation.cycle) - _STEPS:,} more steps, back to the first event")
