"""`graphprov journal ...`: what stands in a journal, moving one by file, and saving a damaged one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphprov.cli.output import TableFormat, print_json, print_rows

if TYPE_CHECKING:
    from graphprov.journal import Record

app = typer.Typer(
    no_args_is_help=True, help="What was recorded on this machine: show it, check it, move it by file, save it."
)

Given = Annotated[
    Path | None,
    typer.Option("--journal", help="The journal.", show_default="this machine's", exists=True, dir_okay=False),
]


def _path(given: Path | None) -> Path:
    from graphprov.settings import Settings

    return given if given is not None else Settings.load().journal


@app.command()
def show(
    number: Annotated[int | None, typer.Argument(help="A record's number: all that it says.", min=1)] = None,
    journal: Given = None,
    last: Annotated[int, typer.Option(help="Without a number: how many of the newest to list.", min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the newest records, or show one."""
    from graphprov.errors import UnknownReference
    from graphprov.journal import Journal

    with Journal(_path(journal)) as opened:
        newest = opened.last_number()
        if number is not None:
            found = opened.pending("", 1, after=number - 1)
            if not found or found[0].seq != number:
                raise UnknownReference(f"there is no record {number} in {opened.path}: the newest is {newest}")
            print_json(_as_json(found[0]))
            return
        records: list[Record] = []
        after = max(0, newest - last)
        while batch := opened.pending("", last, after=after):
            records += batch
            after = batch[-1].seq
    if as_json:
        print_json([_as_json(record) for record in records])
        return
    rows = [(record.seq, record.recorded_at, len(record.statements), _about(record)) for record in records]
    print_rows(("number", "recorded", "statements", "about"), rows, TableFormat.table)


def _as_json(record: Record) -> dict[str, Any]:
    statements = [{"digest": digest, **row} for digest, row in record.statements]
    return {"number": record.seq, "id": record.id, "recorded_at": record.recorded_at, "statements": statements}


def _about(record: Record) -> str:
    """The thing that a record is about: the first run, else the first thing, else the first relation's ends."""
    nodes = [row for _, row in record.statements if "node" in row]
    nodes.sort(key=lambda row: row["node"] != "Activity")
    if nodes:
        return str(nodes[0]["id"])
    return next((str(row["source"]) for _, row in record.statements if "source" in row), "")


@app.command()
def check(journal: Given = None) -> None:
    """Look over the whole journal: every record by its digest, and the file by SQLite. Changes nothing."""
    from graphprov.journal import Journal
    from graphprov.journals import check as look_over

    path = _path(journal)
    count = look_over(path)
    with Journal(path) as opened:
        mode = opened.mode()
    typer.echo(f"{count:,} records in {path}, all whole ({'write-ahead' if mode == 'wal' else 'rollback'} mode)")


@app.command()
def salvage(
    journal: Given = None,
    to: Annotated[
        Path | None, typer.Option(help="Write the new journal there instead of in its place.", show_default=False)
    ] = None,
) -> None:
    """Copy what is whole in a damaged journal to a new one, name what is not, and keep the damaged file."""
    from graphprov.journals import salvage as save

    done = save(_path(journal), to=to)
    if done.kept is None:
        typer.echo(f"{done.records:,} records in {done.journal}, all whole: nothing was done")
        return
    typer.echo(f"{done.records:,} whole records are in {done.journal}")
    typer.echo(f"the damaged file is kept: {done.kept}")
    if not done.lost:
        return
    names = ", ".join(f"{first:,}" if first == last else f"{first:,} to {last:,}" for first, last in done.lost)
    doubt = "" if done.certain else " (some of these numbers may never have been used)"
    typer.echo(f"not whole: {done.lost_count():,} records, number {names}{doubt}")
    for store, through in done.confirmed.items():
        typer.echo(f"what stands up to number {through:,} had been sent to the database {store}")


@app.command("export")
def export_(
    file: Annotated[Path, typer.Argument(help="The file to write; compressed if it ends in .gz.", show_default=False)],
    journal: Given = None,
    after: Annotated[int, typer.Option(help="Leave out the records up to this number.", min=0)] = 0,
) -> None:
    """Write what was recorded here to a file that travels; `graphprov journal import` takes it elsewhere."""
    from graphprov.journal import Journal
    from graphprov.journals import export_journal

    with Journal(_path(journal)) as opened:
        done = export_journal(opened, file, after=after)
    typer.echo(f"{done.records:,} records written to {file}; --after {done.last} leaves them out next time")


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Exported files.", show_default=False)],
    journal: Given = None,
) -> None:
    """Take the records of exported files into the journal here; the next sync sends them. Twice is once."""
    from graphprov.journal import Journal
    from graphprov.journals import import_journal

    with Journal(_path(journal)) as opened:
        for file in files:
            done = import_journal(opened, file)
            known = f"{done.records - done.new:,} were here already"
            typer.echo(f"{done.new:,} records of {done.host} taken from {file}; {known}")
