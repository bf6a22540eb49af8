"""`graphprov verify | key`: check a report, and make the keys that vouch for one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from graphprov.analysis.evidence import Verification

keys = typer.Typer(no_args_is_help=True, help="Make the keys with which reports are signed.")


class VerifyFormat(StrEnum):
    """How the outcome is printed."""

    text = "text"
    json = "json"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(verify)
    app.add_typer(keys, name="key")


def verify(
    report: Annotated[Path, typer.Argument(help="The JSON form of an impact report.", show_default=False)],
    key: Annotated[
        str | None,
        typer.Option(help="The public key that must have signed it: a PEM file, or 64 digits.", show_default="any"),
    ] = None,
    output: Annotated[VerifyFormat, typer.Option("--format", help="How to print it.")] = VerifyFormat.text,
) -> None:
    """Check a report: is it as it was made, by whom, and does the store say the same as known then?

    Exit code: 0 it holds, also where it says what was forgotten since; 1 the store says otherwise; 2 the file was
    changed, is not signed by that key, or is no report.
    """
    from graphprov import api
    from graphprov.cli.output import print_json

    found = api.verify(report, key=key)
    if output is VerifyFormat.json:
        print_json(found.model_dump(mode="json"))
    else:
        _print(found)
    raise typer.Exit({"same": 0, "forgotten since": 0, "different": 1, "changed": 2}[found.verdict])


@keys.command()
def new(file: Annotated[Path, typer.Argument(help="Where the private key goes; it must not exist.")]) -> None:
    """Make an Ed25519 key pair: the private key in FILE, for its owner alone, the public one in FILE.pub."""
    from graphprov import signing

    public = signing.new_key(file)
    typer.echo(f"private key  {file}   (keep it)")
    typer.echo(f"public key   {public}   {signing.public_key(public)}")


def _print(found: Verification) -> None:
    from graphprov.model.times import show_time
    from graphprov.report.words import visible

    says = {
        "same": "the report holds: the store says the same as known then",
        "forgotten since": "forgotten since: the store says the same as known then, but for what was forgotten since",
        "different": "the store says otherwise",
        "changed": "this is not the report as it was made",
    }
    signed = f" {found.signed_by}" if found.signed_by else ""
    rows = {
        "verdict": says[found.verdict],
        "digest": found.digest,
        "signature": f"{found.signature}{signed}",
        "known until": show_time(found.known_until),
    }
    typer.echo(visible(found.file))
    for name, value in rows.items():
        typer.echo(f"  {name:<12} {value}")
    for note in found.notes:
        typer.echo(f"  {'note':<12} {visible(note)}")
    for each in found.forgotten:
        typer.echo(f"  {'forgotten':<12} {visible(each)}")
    for difference in found.differences:
        typer.echo(f"  {'differs':<12} {visible(difference)}")
