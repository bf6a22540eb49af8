"""`graphprov import | export`: W3C PROV documents into the store and out of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from graphprov.cli.output import progress_bar, sending

FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="provn, json, xml, turtle, trig, rdfxml, jsonld, ntriples or nquads.",
        show_default="found out",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("import")(import_)
    app.command()(export)
    app.command()(same)


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="Files, folders, or - for standard input.", show_default=False, allow_dash=True),
    ],
    form: FormatOption = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Take what can be taken, and report each statement that cannot.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Write also what was imported before.")] = False,
) -> None:
    """Import W3C PROV documents: PROV-N, PROV-JSON, PROV-XML or PROV-O.

    Nothing is written before all files are read. What is in the store already changes nothing. Exit code 2: something
    could not be taken; with --keep-going the rest was.
    """
    from graphprov.documents.formats import format_named
    from graphprov.documents.statements import DocumentError
    from graphprov.exchange.importing import import_files
    from graphprov.report.words import visible
    from graphprov.store import open_store

    known = None if form is None else format_named(form)
    with progress_bar() as told, open_store() as store:
        summary = import_files(
            store,
            list(files),
            format=known,
            keep_going=keep_going,
            again=again,
            stdin=sys.stdin.buffer,
            progress=lambda what, done, total: told(f"{what} statements", done, total),
        )
    for error in summary.bad:
        typer.echo(f"not taken: {visible(error.message)}", err=True)
    for document in summary.documents:
        bundles = f" in {document.bundles:,} bundles and outside" if document.bundles else ""
        said = f"{document.statements:,} statement{'' if document.statements == 1 else 's'}{bundles}"
        before = f"; in the store since {document.known_since:%Y-%m-%d %H:%MZ}" if document.known_since else ""
        typer.echo(f"{visible(document.file)}: {said}{before}")
    if summary.bad:
        raise typer.Exit(DocumentError.exit_code)


def export(
    out: Annotated[Path, typer.Argument(help="The file to write, or - for standard output.", allow_dash=True)],
    form: FormatOption = None,
    ids: Annotated[
        list[str] | None, typer.Option("--ids", help="Only this thing; may be given again.", show_default=False)
    ] = None,
    bundle: Annotated[
        str | None, typer.Option("--bundle", help="Only what this bundle says.", show_default=False)
    ] = None,
    lineage_of: Annotated[
        str | None, typer.Option("--lineage-of", help="Only what this was made from, by whom.", show_default=False)
    ] = None,
    impact_of: Annotated[
        list[str] | None,
        typer.Option(
            "--impact-of", help="Only what a flaw in this has touched; may be given again.", show_default=False
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="With --impact-of: start of the window.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="With --impact-of: end of the window.", show_default=False)
    ] = None,
    as_known_on: Annotated[
        str | None,
        typer.Option(
            "--as-known-on",
            help="Only what the store had learnt by then; alone, with --ids or --bundle.",
            show_default=False,
        ),
    ] = None,
    seal: Annotated[
        Path | None,
        typer.Option(
            "--seal",
            metavar="KEY",
            help="A log of what this machine's journal recorded instead, chained by hashes and signed with this key.",
            show_default=False,
        ),
    ] = None,
    journal: Annotated[
        Path | None, typer.Option("--journal", help="With --seal: another journal.", show_default="this machine's")
    ] = None,
) -> None:
    """Export the store, or a part of it, as a W3C PROV document; or, with --seal, the journal as a signed log.

    The same content gives the same bytes; imported into an empty store and exported again, it is the same.
    """
    if seal is not None:
        parts = {"--format": form, "--ids": ids, "--bundle": bundle, "--lineage-of": lineage_of}
        parts |= {"--impact-of": impact_of, "--since": since, "--until": until, "--as-known-on": as_known_on}
        _sealed(out, seal, journal, [name for name, given in parts.items() if given])
        return
    import io

    from graphprov.analysis.flaw import Flaw
    from graphprov.api import connect
    from graphprov.documents.formats import Format, format_named
    from graphprov.errors import InvalidInput
    from graphprov.exchange.export import Selection, document_of_store, export_file, format_for, write_items
    from graphprov.model.times import as_moment

    if journal is not None:
        raise InvalidInput("--journal says what is sealed: give --seal KEY too")
    if (since or until) and not impact_of:
        raise InvalidInput("--since and --until say the window of a flaw: give --impact-of too")
    to_stdout = str(out) == "-"
    known = None if form is None else format_named(form)
    known = known or (Format.provn if to_stdout else format_for(out, None))
    selection = Selection(
        ids=tuple(ids or ()),
        bundle=bundle,
        lineage_of=lineage_of,
        impact_of=Flaw.of(impact_of, since, until) if impact_of else None,
        known_on=as_moment(as_known_on, "--as-known-on"),
    )
    with sending() as told, connect(progress=told) as store:
        if to_stdout:
            whole = io.BytesIO()
            write_items(document_of_store(store, selection), whole, known)
            sys.stdout.buffer.write(whole.getbuffer())
            return
        count = export_file(store, out, known, selection)
    typer.echo(f"{out}: {count:,} statement{'' if count == 1 else 's'}")


def _sealed(out: Path, key: Path, journal: Path | None, parts: list[str]) -> None:
    from graphprov import api
    from graphprov.errors import InvalidInput

    if parts:
        raise InvalidInput(f"--seal is of the whole journal: leave out {' and '.join(parts)}")
    if str(out) == "-":
        raise InvalidInput("a sealed log goes into a file, whole or not at all: give its name, such as log.jsonl")
    with progress_bar() as told:
        done = api.seal(out, key, journal=journal, told=lambda count, total: told("records", count, total))
    typer.echo(f"{out}: {done.records:,} record{'' if done.records == 1 else 's'}, sealed with {done.public_key}")


def same(
    first: Annotated[str, typer.Argument(metavar="A", help="A name, kind:name@version, id or path.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    reason: Annotated[str, typer.Option("--reason", help="How one knows.")],
    by: Annotated[str | None, typer.Option("--by", help="Who says so.", show_default="you")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="They are not the same after all.")] = False,
) -> None:
    """Record that A and B mean the same thing, or take that back with --undo.

    Impact does not go from one to the other by itself, but names it as a thing to look at also.
    """
    from graphprov.api import same as say
    from graphprov.report.words import visible

    one, other = say(first, second, reason=reason, by=by, undo=undo)
    typer.echo(f"{visible(one)} {'is not' if undo else 'is'} the same thing as {visible(other)}")
