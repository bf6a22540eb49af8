"""`graphprov impact | schema`: the report, and the published form of its JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graphprov.cli.output import print_json, sending

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


class SchemaName(StrEnum):
    """The published forms."""

    impact = "impact"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(impact)
    app.command()(schema)


def impact(
    subjects: Annotated[
        list[str],
        typer.Argument(
            metavar="SUBJECT...",
            help="What is flawed: a source, artifact, version or run, by name, kind:name, name@version, id, or path.",
            show_default=False,
        ),
    ],
    since: Annotated[
        str | None,
        typer.Option(
            help="Start of the window in which it was wrong, included: 2026-03, 2026-03-01T09:30Z, ...",
            show_default="ever",
        ),
    ] = None,
    until: Annotated[str | None, typer.Option(help="End of the window, excluded.", show_default="now")] = None,
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
    limit: Annotated[
        int | None,
        typer.Option(min=0, help="List only the nearest so many; 0 for all.", show_default="100 in text, else all"),
    ] = None,
) -> None:
    """Report what a flaw in SUBJECT has touched, why, and whom to tell.

    Exit code: 0 nothing is affected, 1 something is, 2 wrong usage, 3 unknown subject or empty window, 4 database away.
    """
    from graphprov import report as forms
    from graphprov.analysis.flaw import Flaw
    from graphprov.analysis.impact import impact as analyse
    from graphprov.api import connect
    from graphprov.report.files import form_of

    flaw = Flaw.of(subjects, since, until)
    form = output_format or (ReportFormat(form_of(output, None)) if output else ReportFormat.text)
    forms.check(form.value, text_only=output is None and sys.stdout.isatty())
    listed = limit if limit is not None else LISTED_IN_TEXT if form is ReportFormat.text else 0
    with sending() as told, connect(progress=told) as store, _looking() as looked:
        found = analyse(store, flaw, kinds=kind, limit=listed, told=looked)
    if output is not None:
        written = forms.write(found, output, form.value)
        typer.echo(f"{found.total:,} affected; the report is in {written}")
    elif form is ReportFormat.text:
        forms.render_text(found)
    else:
        typer.echo(forms.encode(found, form.value), nl=False)
    raise typer.Exit(1 if found.total else 0)


def schema(name: Annotated[SchemaName, typer.Argument(help="Which form.")] = SchemaName.impact) -> None:
    """Print the JSON Schema of a published form."""
    from graphprov.report import json_schema

    print_json(json_schema(name.value))


@contextmanager
def _looking() -> Iterator[Callable[[int], None] | None]:
    """A line on the terminal that counts the nodes looked at, while the closure is found."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status("looking downstream") as status:
        yield lambda count: status.update(f"looking downstream: {count:,} nodes")
