"""`graphprov verify | key`: check a report or a sealed log, and make the keys that vouch for them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from graphprov.analysis.evidence import Verification
    from graphprov.sealed_log import LogVerification

keys = typer.Typer(no_args_is_help=True, help="Make the keys with which reports and logs are signed.")


class VerifyFormat(StrEnum):
    """How the outcome is printed."""

    text = "text"
    json = "json"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(verify)
    app.add_typer(keys, name="key")


def verify(
    file: Annotated[
        Path, typer.Argument(help="An impact report as JSON, or a log from `export --seal`.", show_default=False)
    ],
    key: Annotated[
        str | None,
        typer.Option(help="The public key that must have signed it: a PEM file, or 64 digits.", show_default="any"),
    ] = None,
    extends: Annotated[
        Path | None,
        typer.Option(help="An older log of the same journal, which this one must begin with.", show_default=False),
    ] = None,
    output: Annotated[VerifyFormat, typer.Option("--format", help="How to print it.")] = VerifyFormat.text,
) -> None:
    """Check a report or a sealed log: is it as it was made, by whom? Of a report, does the store say so, as known then?

    A log is checked offline, without a database; the first record that does not fit is named.

    Exit code: 0 it holds, also where it says what was forgotten since; 1 the store says otherwise; 2 the file was
    changed, is not signed by that key, or is neither.
    """
    from graphprov import api
    from graphprov.cli.output import print_json
    from graphprov.errors import InvalidInput
    from graphprov.sealed_log import is_log

    found: Verification | LogVerification
    if is_log(file):
        found = api.verify_log(file, key=key, extends=extends)
        rows = _log_rows(found)
    elif extends is not None:
        raise InvalidInput(f"--extends is about sealed logs, and {file} is none")
    else:
        found = api.verify(file, key=key)
        rows = _report_rows(found)
    if output is VerifyFormat.json:
        print_json(found.model_dump(mode="json"))
    else:
        _print(found.file, rows)
    raise typer.Exit({"same": 0, "forgotten since": 0, "fits": 0, "different": 1, "changed": 2}[found.verdict])


@keys.command()
def new(file: Annotated[Path, typer.Argument(help="Where the private key goes; it must not exist.")]) -> None:
    """Make an Ed25519 key pair: the private key in FILE, for its owner alone, the public one in FILE.pub."""
    from graphprov import signing

    public = signing.new_key(file)
    typer.echo(f"private key  {file}   (keep it)")
    typer.echo(f"public key   {public}   {signing.public_key(public)}")


def _report_rows(found: Verification) -> list[tuple[str, str]]:
    from graphprov.model.times import show_time

    says = {
        "same": "the report holds: the store says the same as known then",
        "forgotten since": "forgotten since: the store says the same as known then, but for what was forgotten since",
        "different": "the store says otherwise",
        "changed": "this is not the report as it was made",
    }
    return [
        ("verdict", says[found.verdict]),
        ("digest", found.digest),
        ("signature", " ".join(filter(None, (found.signature, found.signed_by)))),
        ("known until", show_time(found.known_until)),
        *(("note", note) for note in found.notes),
        *(("forgotten", each) for each in found.forgotten),
        *(("differs", difference) for difference in found.differences),
    ]


def _log_rows(found: LogVerification) -> list[tuple[str, str]]:
    from graphprov.model.times import show_time

    says = {
        "fits": "the log holds: every record is as it was sealed, and none is missing",
        "changed": "this is not the log as it was sealed",
    }
    of = f" of {found.sealed:,}" if found.sealed is not None else ""
    rows = [
        ("verdict", says[found.verdict]),
        *([("first wrong", found.broken)] if found.broken else []),
        ("records", f"{found.records:,}{of} fit"),
        ("recorded", f"from {show_time(found.first_at)} to {show_time(found.last_at)}"),
        ("sealed", show_time(found.sealed_at)),
        ("signature", " ".join(filter(None, (found.signature, found.signed_by)))),
    ]
    if found.extends is not None:
        rows.append(("extends", f"the older log, by {found.records - found.extends:,} records"))
    return [*rows, *(("note", note) for note in found.notes)]


def _print(file: str, rows: list[tuple[str, str]]) -> None:
    from graphprov.report.words import visible

    typer.echo(visible(file))
    for name, value in rows:
        typer.echo(f"  {name:<12} {visible(value)}")
