"""`graphprov impact`: the report."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graphprov.cli import difference
from graphprov.cli.output import looking, sending

LISTED_IN_TEXT = 100
"""How many affected nodes the text report lists unless --limit says otherwise; the other forms list all."""


class ReportFormat(StrEnum):
    """The forms of a report."""

    text = "text"
    json = "json"
    html = "html"
    markdown = "markdown"
    csv = "csv"
    parquet = "parquet"
    mermaid = "mermaid"
    dot = "dot"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(impact)


def impact(
    subjects: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SUBJECT...",
            help="What is flawed: a source, artifact, version or run, by name, kind:name, name@version, id, or path.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="Start of the window in which it was wrong, included: 2026-03, 2026-03-01T09:30Z, ...",
            show_default="ever",
        ),
    ] = None,
    until: Annotated[str | None, typer.Option(help="End of the window, excluded.", show_default="now")] = None,
    incident: Annotated[
        str | None,
        typer.Option(
            "--incident",
            metavar="N",
            help="What this incident is about, in its window as amended, instead of SUBJECT, --since and --until.",
            show_default=False,
        ),
    ] = None,
    as_known_on: Annotated[
        str | None,
        typer.Option("--as-known-on", help="Only what the store had learnt by then.", show_default="all that it knows"),
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="List only this kind; may be given again.", show_default="all")
    ] = None,
    output_format: Annotated[
        ReportFormat | None,
        typer.Option("--format", help="The form of the report.", show_default="by the suffix of --output, else text"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Write the report to this file: .html, .md, .csv, .parquet, .json, .mmd, .dot, .txt.",
            show_default=False,
        ),
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option(help="Sign the report with this Ed25519 private key (see `graphprov key`).", show_default=False),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=0, help="List only the nearest so many; 0 for all.", show_default="100 in text, else all"),
    ] = None,
    contained_by: Annotated[
        list[str] | None,
        typer.Option(
            "--contained-by",
            metavar="THING",
            help="What stays affected once this artifact, run or code version is fixed or withdrawn; may be given"
            " again.",
            show_default=False,
        ),
    ] = None,
    diff: Annotated[
        list[str] | None, typer.Option("--diff", metavar="KEY=VALUE", help=difference.HELP, show_default=False)
    ] = None,
) -> None:
    """Report what a flaw in SUBJECT has touched, why, and whom to tell.

    Exit code: 0 nothing is affected (with --diff: nothing is otherwise), 1 something is, 2 wrong usage, 3 unknown
    subject or empty window, 4 database away.
    """
    from graphprov import report as forms
    from graphprov.analysis.difference import difference as compare
    from graphprov.analysis.difference import side_after, side_before
    from graphprov.analysis.evidence import seal
    from graphprov.analysis.flaw import Flaw
    from graphprov.analysis.impact import impact as analyse
    from graphprov.analysis.incident_impact import impact_of
    from graphprov.analysis.incidents import incident as known
    from graphprov.api import connect
    from graphprov.errors import InvalidInput
    from graphprov.model.times import as_moment
    from graphprov.report.files import form_of

    if incident is not None and (subjects or since or until):
        raise InvalidInput(
            "an incident says itself what is wrong and when: leave out SUBJECT, --since and --until",
            hint=f"graphprov incident amend {incident} --since ... --why TEXT, where its window turns out otherwise",
        )
    if diff and contained_by:
        raise InvalidInput("--diff compares what is affected as it is: leave out --contained-by")
    flaw = Flaw.of(subjects or (), since, until) if incident is None else None
    known_on = as_moment(as_known_on, "--as-known-on")
    otherwise = difference.parse(diff) if diff else None
    form = output_format or (ReportFormat(form_of(output, None)) if output else ReportFormat.text)
    forms.check(form.value, text_only=output is None and sys.stdout is not None and sys.stdout.isatty())
    listed = limit if limit is not None else LISTED_IN_TEXT if form is ReportFormat.text else 0
    if otherwise is not None:
        difference.check_form(form.value)
    if sign is not None and (form is not ReportFormat.json or otherwise is not None):
        raise InvalidInput(
            "only the JSON form of a report carries a signature",
            hint="graphprov impact ... --output impact.json --sign KEY",
        )
    with sending() as told, connect(progress=told) as store, looking("looking downstream") as looked:
        if otherwise is not None:
            after = side_after(store, subjects or (), since=since, until=until, incident=incident, known_on=known_on)
            before = side_before(store, after, otherwise)
            changed = compare(store, before, after, kinds=kind, limit=listed, told=looked)
        elif flaw is None:
            about = known(store, incident or "", known_on=known_on)
            found = impact_of(
                store, about, kinds=kind, limit=listed, known_on=known_on, contained_by=contained_by or (), told=looked
            )
        else:
            found = analyse(
                store, flaw, kinds=kind, limit=listed, known_on=known_on, contained_by=contained_by or (), told=looked
            )
    if otherwise is not None:
        difference.show(changed, form.value, output)
    found = seal(found, sign)
    if output is not None:
        written = forms.write(found, output, form.value)
        typer.echo(f"{found.total:,} affected; the report is in {written}")
    elif form is ReportFormat.text:
        forms.render_text(found)
    else:
        typer.echo(forms.encode(found, form.value), nl=False)
    raise typer.Exit(1 if found.total else 0)
