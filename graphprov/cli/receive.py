"""`graphprov receive`: what a vendor delivered, and the vendor, in one line; the twin of `graphprov.receive`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphprov.cli.output import print_json
from graphprov.cli.record import (
    ArrivedOption,
    ContactOption,
    ContractOption,
    HomepageOption,
    IssuedOption,
    JsonOption,
    LicenceOption,
    MetaOption,
    NameOption,
    RedactOption,
    SinceOption,
    UntilOption,
    VersionOption,
    metadata_of,
    recorder_for_commands,
)
from graphprov.errors import InvalidInput

if TYPE_CHECKING:
    from graphprov.capture import Artifact


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(receive)


def receive(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files or folders that were delivered.", show_default=False)
    ],
    source: Annotated[
        str | None, typer.Option("--from", "--source", help="Who delivered it.", show_default="as the side-car says")
    ] = None,
    contract: ContractOption = None,
    licence: LicenceOption = None,
    valid_from: SinceOption = None,
    valid_until: UntilOption = None,
    contact: ContactOption = None,
    homepage: HomepageOption = None,
    name: NameOption = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="What kind of thing it is.", show_default="dataset")
    ] = None,
    version: VersionOption = None,
    issued_at: IssuedOption = None,
    delivered_at: ArrivedOption = None,
    meta: MetaOption = None,
    redact: RedactOption = None,  # noqa: ARG001  read by its own callback
    as_json: JsonOption = False,
) -> None:
    """Record a delivery and who it came from.

    Contract, licence and validity are said of the delivery; contact and homepage of the source.
    """
    from graphprov.capture.redaction import Redactor
    from graphprov.capture.sidecar import beside

    if version is not None and len(files) > 1:
        raise InvalidInput("--version is a label of one file: receive them one by one, or leave it out")
    for file in files:  # all can be read before the first is recorded
        if not Path(file).exists():
            raise InvalidInput(f"there is no file or folder {file}")
        said = beside(Path(file).absolute())
        if source is None and (said is None or "source" not in said.fields):
            raise InvalidInput(f"who delivered {file} is not said", hint="give it as --from VENDOR")
    recorder = recorder_for_commands()
    told = [
        recorder.receive(
            file,
            name=name,
            source=source,
            kind=kind,
            version=version,
            contact=contact,
            homepage=homepage,
            issued_at=issued_at,
            delivered_at=delivered_at,
            contract=contract,
            licence=licence,
            valid_from=valid_from,
            valid_until=valid_until,
            metadata=metadata_of(meta),
        )
        for file in files
    ]
    _tell(told, source and Redactor(recorder.settings.redact).text(source), as_json)


def _tell(told: list[Artifact], source: str | None, as_json: bool) -> None:
    from graphprov.report.words import visible

    if as_json:
        print_json([{"id": each.id, "short": each.short, "kind": each.kind, "name": each.name} for each in told])
        return
    for each in told:
        typer.echo(f"{each.short}  {each.id}")
    given = f" from {visible(source)}" if source is not None else ""
    typer.echo(f"recorded: {len(told)} {'delivery' if len(told) == 1 else 'deliveries'}{given}")
    typer.echo(f"next, what was made from it: graphprov impact {told[0].short}")
