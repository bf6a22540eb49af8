"""`graphprov status | sync`: what waits on this machine, and sending it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Annotated

import typer

from graphprov.cli.output import print_json, sending


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(status)
    app.command()(sync)
    warnings.formatwarning = _in_plain_words


_formatted = warnings.formatwarning


def _in_plain_words(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """What an answer or a record misses, without this program's own line; other warnings as Python words them."""
    from graphprov.api import UnsentWarning
    from graphprov.capture.writer import RecordingWarning
    from graphprov.erasure import ErasureWarning

    if issubclass(category, UnsentWarning | RecordingWarning | ErasureWarning):
        return f"warning: {str(message).removeprefix('graphprov: ')}\n"
    return _formatted(message, category, filename, lineno, line)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what waits to be sent, where the database is, and whether it answers. Starts nothing."""
    from graphprov.errors import GraphprovError
    from graphprov.journal import Journal
    from graphprov.settings import Settings
    from graphprov.store import Store, address_of
    from graphprov.store.connection import shown_uri

    settings = Settings.load()
    facts: dict[str, object] = {"journal": str(settings.journal)}
    with Journal(settings.journal) as journal:
        facts["recorded"] = journal.last_number()
        store_id, answer = None, "not running (the next command that needs it starts it)"
        try:
            address = address_of(settings, start=False)
            if address is not None:
                facts["database"] = address.shown
                with Store(address) as store:
                    store_id, answer = store.id, "answers"
        except GraphprovError as error:
            answer = error.message
        facts["waiting"] = journal.pending_count(store_id)
        facts["doubtful"] = journal.broken_count()
    where = shown_uri(settings.uri) if settings.uri else f"embedded Neo4j {settings.neo4j_version}"
    facts.setdefault("database", where)
    facts["state"] = answer
    if as_json:
        print_json(facts)
        return
    units = {"recorded": " records", "waiting": " records", "doubtful": " runs break a constraint of PROV"}
    if facts["doubtful"] == 1:
        units["doubtful"] = " run breaks a constraint of PROV"
    for name in ("journal", "recorded", "waiting", "doubtful", "database", "state"):
        unit = units.get(name, "")
        value = f"{facts[name]:,}" if isinstance(facts[name], int) else facts[name]
        typer.echo(f"{name:<9} {value}{unit}")


def sync(
    journals: Annotated[
        list[Path] | None,
        typer.Argument(help="Journals to send from.", show_default="this machine's", exists=True, dir_okay=False),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Send everything again; a store that has it stays as it is.")
    ] = False,
    skip_damaged: Annotated[
        bool, typer.Option("--skip-damaged", help="Pass over damaged or refused records, name them, send the others.")
    ] = False,
) -> None:
    """Send what waits in the journal to the database."""
    from graphprov.transfer import sync as send

    with sending() as told:
        summary = send(journals=journals, again=again, skip_damaged=skip_damaged, progress=told)
    for what in summary.skipped:
        typer.echo(f"skipped: {what}", err=True)
    typer.echo(f"{summary.records:,} records with {summary.statements:,} statements sent to {summary.address}")
