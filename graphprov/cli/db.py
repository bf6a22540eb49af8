"""`graphprov db`: the Neo4j that graphprov runs by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from graphprov.engine import EngineStatus
    from graphprov.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Start, stop and look at the Neo4j that graphprov runs by itself.")

LineOption = Annotated[
    str | None, typer.Option("--neo4j-version", help="Which Neo4j: 2026.08 or 5.26 (LTS).", show_default="2026.08")
]
JavaOption = Annotated[
    Path | None,
    typer.Option(
        "--java", help="A Java home or executable to run it.", show_default="a fitting JAVA_HOME, else our own"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def start(line: LineOption = None, java: JavaOption = None, as_json: JsonOption = False) -> None:
    """Start Neo4j, unless it runs already, and say where it is. Any command that needs it does so by itself."""
    from graphprov import engine

    settings = _settings(line, java)
    endpoint = engine.ensure_running(settings)
    if as_json:
        _print_status(engine.status(settings), as_json=True)
    else:
        typer.echo(f"Neo4j {endpoint.version} is up at {endpoint.uri} (user {endpoint.user}).")
        typer.echo("Its Browser: graphprov db open")


@app.command()
def stop(line: LineOption = None) -> None:
    """Stop Neo4j; its data stay."""
    from graphprov import engine

    stopped = engine.stop(_settings(line))
    typer.echo("Neo4j is stopped." if stopped else "Neo4j was not running.")


@app.command()
def status(line: LineOption = None, as_json: JsonOption = False) -> None:
    """Show whether Neo4j runs, where, since when, and what it takes."""
    from graphprov import engine

    _print_status(engine.status(_settings(line)), as_json=as_json)


@app.command("open")
def open_browser(
    line: LineOption = None,
    page: Annotated[bool, typer.Option("--page/--no-page", help="Open it where there is a desktop.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Print the address of Neo4j Browser and how to log in; open it where there is a desktop."""
    from graphprov import engine
    from graphprov.engine import browser

    settings = _settings(line)
    endpoint = engine.ensure_running(settings)
    door = browser.door(settings, endpoint)
    browser.wait_for_browser(endpoint)
    if as_json:
        from graphprov.cli.output import print_json

        print_json({"address": door.address, "user": door.user, "password_file": str(door.password_file)})
    else:
        typer.echo(f"Neo4j Browser: {door.address}")
        typer.echo(f"User:          {door.user}")
        typer.echo(f"Password:      {door.password_command}   (kept in {door.password_file})")
    if page:
        browser.open_page(door.address)


@app.command()
def password(line: LineOption = None) -> None:
    """Print the password of the embedded Neo4j, and nothing else."""
    from graphprov import engine

    typer.echo(engine.password(_settings(line)))


@app.command()
def clear(
    line: LineOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Really remove it.")] = False,
) -> None:
    """Remove all data. The journal stays, so `graphprov sync --again` can send everything again.

    A Neo4j that runs and holds little goes on, empty; else it is stopped and its folder removed.
    """
    from graphprov import engine
    from graphprov.errors import InvalidInput
    from graphprov.transfer import clear_embedded

    settings = _settings(line)
    if not yes:
        folder = engine.status(settings).folder
        raise InvalidInput(f"this would remove the database in {folder}", hint="graphprov db clear --yes")
    said = {
        "emptied": "The database is empty; Neo4j runs on.",
        "removed": "The database is removed.",
        None: "There was no database.",
    }
    typer.echo(said[clear_embedded(settings)])


@app.command()
def migrate(
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Also take a database that holds nodes of somebody else's; they stay.")
    ] = False,
) -> None:
    """Bring the configured database, whichever it is, to this graphprov's schema. Every command does so by itself."""
    from graphprov.settings import Settings
    from graphprov.store import open_store

    with open_store(Settings.load(), adopt=adopt) as store:
        typer.echo(f"the schema at {store.address.shown} is up to date")


@app.command()
def logs(
    line: LineOption = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many of the last lines.")] = 50,
) -> None:
    """Show the last lines of Neo4j's own log."""
    from graphprov import engine

    text = engine.logs(_settings(line), lines=lines)
    typer.echo(text or "Neo4j has not been started yet.")


def _settings(line: str | None, java: Path | None = None) -> Settings:
    from graphprov.settings import Settings

    settings = Settings.load(neo4j_version=line, java=java)
    if settings.uri:
        typer.echo("note: an address is configured, so the other commands use that one and not this Neo4j", err=True)
    return settings


def _print_status(found: EngineStatus, *, as_json: bool) -> None:
    if as_json:
        from graphprov.cli.output import print_json

        print_json(found.as_dict())
        return
    width = 10
    for name, value in found.rows():
        typer.echo(f"{name + ':':<{width}} {value}")
