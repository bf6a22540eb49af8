"""`graphprov why | contain | risk`: how a flaw got somewhere, what would stop it, and which source would hurt most."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from graphprov.cli.output import TableFormat, looking, print_rows, sending

UNKNOWN = 8
"""The exit code for "no path is recorded, but provenance is missing"."""
_OWNERS = 3
"""As many owners of a source as a table names."""
_CODES = {"affected": 1, "flawed": 1, "not-affected": 0, "not-known": UNKNOWN}

SubjectsArg = Annotated[
    list[str],
    typer.Argument(
        metavar="SUBJECT...",
        help="What is flawed: a source, artifact, version or run, by name, kind:name, name@version, id, or path.",
        show_default=False,
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        help="Start of the window in which it was wrong, included: 2026-03, 2026-03-01T09:30Z, ...",
        show_default="ever",
    ),
]
UntilOption = Annotated[str | None, typer.Option(help="End of the window, excluded.", show_default="now")]
KnownOption = Annotated[
    str | None,
    typer.Option("--as-known-on", help="Only what the store had learnt by then.", show_default="all that it knows"),
]


class Prefer(StrEnum):
    """What to take where several cuts are equally small."""

    runs = "runs"
    artifacts = "artifacts"


class AnswerFormat(StrEnum):
    """How an answer is printed."""

    text = "text"
    json = "json"


FormatOption = Annotated[AnswerFormat, typer.Option("--format", help="How to print it.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(why)
    app.command()(contain)
    app.command()(risk)


def why(
    artifact: Annotated[
        str,
        typer.Argument(
            help="What may be affected, by name, kind:name, name@version, id, or path; a name stands for its newest"
            " affected version.",
            show_default=False,
        ),
    ],
    subjects: SubjectsArg,
    since: SinceOption = None,
    until: UntilOption = None,
    as_known_on: KnownOption = None,
    paths: Annotated[int, typer.Option(min=1, help="Tell so many of the shortest paths.")] = 3,
    output: FormatOption = AnswerFormat.text,
) -> None:
    """Tell how a flaw in SUBJECT reached ARTIFACT, and what would cut it off; or why it did not.

    Exit code: 0 it is not affected, 1 it is, 2 wrong usage, 3 unknown artifact or subject, 4 database away, 8 not
    known: no path is recorded, but provenance is missing.
    """
    from graphprov.analysis.flaw import Flaw
    from graphprov.analysis.why import why as analyse
    from graphprov.api import connect
    from graphprov.model.times import as_moment
    from graphprov.report.why_text import render_why

    flaw, known_on = Flaw.of(subjects, since, until), as_moment(as_known_on, "--as-known-on")
    with sending() as told, connect(progress=told) as store, looking("looking between") as looked:
        found = analyse(store, artifact, flaw, paths=paths, known_on=known_on, told=looked)
    if output is AnswerFormat.json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        render_why(found)
    raise typer.Exit(_CODES[found.answer])


def contain(
    subjects: SubjectsArg,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="ARTIFACT",
            help="What to protect: an artifact (all its versions), version or run, or `live` for all affected models"
            " and predictions in use; may be given again.",
            show_default=False,
        ),
    ] = None,
    target_kind: Annotated[
        list[str] | None,
        typer.Option(
            "--target-kind",
            metavar="KIND",
            help="Protect all that is affected of this kind; may be given again.",
            show_default=False,
        ),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_known_on: KnownOption = None,
    prefer: Annotated[
        Prefer | None,
        typer.Option(help="Of several smallest cuts the one with most of these.", show_default="closest to the flaw"),
    ] = None,
    output: FormatOption = AnswerFormat.text,
) -> None:
    """Find the fewest artifacts and runs to fix so that a flaw in SUBJECT no longer reaches the targets.

    Exit code: 0 no target is affected, 1 some are, 2 wrong usage, 3 unknown subject or target, 4 database away.
    """
    from graphprov.analysis.contain import contain as analyse
    from graphprov.analysis.flaw import Flaw
    from graphprov.api import connect
    from graphprov.model.times import as_moment
    from graphprov.report.contain_text import render_containment

    flaw, known_on = Flaw.of(subjects, since, until), as_moment(as_known_on, "--as-known-on")
    with sending() as told, connect(progress=told) as store, looking("looking downstream") as looked:
        found = analyse(
            store,
            flaw,
            targets=target or (),
            target_kinds=target_kind or (),
            prefer=None if prefer is None else prefer.value,
            known_on=known_on,
            told=looked,
        )
    if output is AnswerFormat.json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        render_containment(found)
    raise typer.Exit(1 if found.targets or found.unprotected else 0)


def risk(
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            help="Look at all agents or artifacts of this kind, such as data-source, dataset, model, person; may be"
            " given again.",
            show_default="data sources, and datasets that came from outside",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="List so many at most; 0 for all.")] = 20,
    output: Annotated[TableFormat, typer.Option("--format", help="How to print it.")] = TableFormat.table,
) -> None:
    """List the sources on which most models and predictions hang: what would be affected if one were wrong."""
    from graphprov.analysis.risk import risk as analyse
    from graphprov.api import connect

    with sending() as told, connect(progress=told) as store, looking("reading the graph") as looked:
        found = analyse(store, kinds=kind or (), limit=limit, told=looked)
    if output is TableFormat.json:
        typer.echo(found.model_dump_json(indent=2))
        return
    name_of = {agent.id: agent.name for agent in found.agents}
    owners = [[name_of[id_] for id_ in one.owners] for one in found.sources]
    if output is TableFormat.csv:
        counted = ("live_models", "live_predictions", "models", "predictions")
        columns = ("id", "name", "kind", "things", *counted, "owners")
        fields = columns[:-1]
        print_rows(
            columns,
            [
                (*(getattr(one, field) for field in fields), whom)
                for one, whom in zip(found.sources, owners, strict=True)
            ],
            output,
        )
        return
    rows = [
        (
            one.name,
            one.kind,
            f"{one.models:,}, {one.live_models:,} live",
            f"{one.predictions:,}, {one.live_predictions:,} live",
            names if len(names) <= _OWNERS else [*names[:_OWNERS], f"{len(names) - _OWNERS:,} more"],
        )
        for one, names in zip(found.sources, owners, strict=True)
    ]
    print_rows(("source", "kind", "models", "predictions", "owners"), rows)
    if not rows:
        typer.echo("no source of this kind is recorded" if kind else "no source is recorded yet")
    elif not found.complete:
        typer.echo(f"{len(rows):,} of {found.total:,} are listed: give a larger --limit for the rest")
