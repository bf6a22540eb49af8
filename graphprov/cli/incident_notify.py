"""`graphprov incident notify`: one message to each owner, and how it went with each."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphprov.cli.incident import NumberArg
from graphprov.cli.output import TableFormat, print_json, print_rows, progress_bar

if TYPE_CHECKING:
    from graphprov.notify.telling import Told


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command()(notify)


def notify(
    number: NumberArg,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send and record nothing: show what would be sent to whom.")
    ] = False,
    to_dir: Annotated[
        Path | None,
        typer.Option("--to-dir", help="Write the messages here, as Markdown, e-mail and JSON.", show_default=False),
    ] = None,
    smtp: Annotated[
        str | None,
        typer.Option(
            "--smtp",
            metavar="URL",
            help="Send them by this mail server: smtp://user@host:port or smtps://...; the password may stand in"
            " GRAPHPROV_SMTP_PASSWORD.",
            show_default=False,
        ),
    ] = None,
    sender: Annotated[
        str | None,
        typer.Option("--from", metavar="ADDRESS", help="With --smtp: where they come from.", show_default="the user"),
    ] = None,
    webhook: Annotated[
        str | None, typer.Option("--webhook", metavar="URL", help="Post each as JSON.", show_default=False)
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Tell also what they were told of before.")] = False,
    owners: Annotated[
        list[str] | None,
        typer.Option("--owner", help="Only this owner; may be given again.", show_default=False),
    ] = None,
    output: Annotated[TableFormat, typer.Option("--format", help="How to print how it went.")] = TableFormat.table,
) -> None:
    """Tell each owner their part of an incident, once; when more of theirs is affected later, what is new.

    Exit code: 0 everybody who has to know was told, 1 somebody could not be told (the others were).
    """
    from graphprov import incidents

    with progress_bar() as progress:
        done = count(1)
        told = incidents.notify(
            number,
            to_dir=to_dir,
            smtp=smtp,
            sender=sender,
            webhook=webhook,
            dry_run=dry_run,
            again=again,
            owners=owners or (),
            after_each=lambda _: progress("telling the owners", next(done), None),
        )
    _print(told, output, with_messages=dry_run)
    if not told.complete and not dry_run:
        raise typer.Exit(1)


def _print(told: Told, output: TableFormat, *, with_messages: bool) -> None:
    from graphprov.notify.forms import to_markdown

    if output is TableFormat.json:
        print_json(
            {
                **told.model_dump(mode="json"),
                **(
                    {"messages": [each.notice.model_dump(mode="json") for each in told.owners if each.new]}
                    if with_messages
                    else {}
                ),
            }
        )
        return
    columns = ("owner", "new", "open", "affected", "went", "to", "why")
    rows = [(each.owner, each.new, each.open, each.affected, each.went, each.to, each.detail) for each in told.owners]
    if told.owners or output is TableFormat.csv:
        print_rows(columns, rows, output)
    else:
        typer.echo("there is no owner to tell")
    if output is TableFormat.csv:
        return
    if told.nobodys:
        typer.echo(f"{told.nobodys:,} affected things have no recorded owner: nobody is told of them", err=True)
    if with_messages:
        for each in told.owners:
            if each.new:
                typer.echo(f"\n{'-' * 78}\n{to_markdown(each.notice)}", nl=False)
