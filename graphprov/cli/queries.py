"""`graphprov queries | query`: list the named questions, show the text of one, ask one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphprov.cli.output import TableFormat, print_json, print_rows, sending

if TYPE_CHECKING:
    from graphprov.questions import Column, NamedQuery

queries = typer.Typer(
    help="List the named questions, by topic; `show NAME` prints one.",
    invoke_without_command=True,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(queries, name="queries")
    app.command()(query)


def _names(incomplete: str) -> list[tuple[str, str]]:
    """What the shell may complete a name to."""
    from graphprov.questions import named_queries

    return [(q.short, q.title) for q in named_queries().values() if q.short.startswith(incomplete)]


NameArg = Annotated[
    str,
    typer.Argument(
        help="Name of a question, with or without its topic.", show_default=False, autocompletion=_names, metavar="NAME"
    ),
]


@queries.callback()
def list_(
    ctx: typer.Context,
    output: Annotated[TableFormat, typer.Option("--format", help="How to print the list.")] = TableFormat.table,
) -> None:
    """List the named questions, by topic; `show NAME` prints one."""
    if ctx.invoked_subcommand is not None:
        return
    from graphprov.questions import named_queries

    found = list(named_queries().values())
    if output is TableFormat.json:
        print_json([_told(question) for question in found])
    elif output is TableFormat.csv:
        print_rows(("name", "title"), [(question.name, question.title) for question in found], output)
    else:
        _print_list(found)


@queries.command()
def show(name: NameArg) -> None:
    """Print the Cypher of a question; it runs unchanged in Neo4j Browser after the `:param` lines in its header."""
    from graphprov.questions import load

    typer.echo(load(name).text, nl=False)


def query(
    name: NameArg,
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            "-p",
            metavar="KEY=VALUE",
            help="A parameter; times may be partial (2026-03), lists are separated by commas.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[TableFormat, typer.Option("--format", help="How to print the answer.")] = TableFormat.table,
) -> None:
    """Ask a named question, such as `graphprov query models_depending_on -p source=acme -p since=2026-03`."""
    from graphprov.api import connect
    from graphprov.questions import bind, load

    question, given = load(name), assignments(param or [])
    bind(question, given)  # wrong usage is told before a database is asked for
    with sending() as told, connect(progress=told) as store:
        table = store.query(question.name, **given)
    rows = table.rows if output is TableFormat.json else [_plain(question.columns, row) for row in table.rows]
    print_rows(table.columns, rows, output)
    if output is TableFormat.table and not rows:
        typer.echo("nothing found")


def assignments(given: list[str]) -> dict[str, str]:
    """The parameters from `key=value` texts; a key given twice is a list.

    Raises:
        InvalidInput: A text has no `=`.

    >>> assignments(["kind=inference", "keys=factory", "keys=line"])
    {'kind': 'inference', 'keys': 'factory,line'}
    """
    from graphprov.errors import InvalidInput

    values: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not (equals and key.strip()):
            raise InvalidInput(f"'{text}' is no parameter: expected KEY=VALUE, such as -p kind=model")
        key = key.strip()
        values[key] = f"{values[key]},{value}" if key in values else value
    return values


def _told(question: NamedQuery) -> dict[str, Any]:
    return {
        "name": question.name,
        "title": question.title,
        "answers": question.answers,
        "params": [
            {"name": p.name, "type": p.type, "description": p.description, "optional": p.optional, "example": p.example}
            for p in question.params
        ],
        "columns": [{"name": column.name, "type": column.type} for column in question.columns],
    }


def _plain(columns: tuple[Column, ...], row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Nodes as their ids and relationships as their types, where a cell is to hold them."""
    key = {"node": "id", "relationship": "type"}
    return tuple(
        value[key[column.type]] if column.type in key else value for column, value in zip(columns, row, strict=True)
    )


def _print_list(found: list[NamedQuery]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    width = max(len(question.short) for question in found)
    folder = ""
    for question in found:
        if question.folder != folder:
            folder = question.folder
            console.print(f"\n[bold]{folder}[/bold]" if console.is_terminal else f"\n{folder}")
        if console.is_terminal:
            line = Table.grid(padding=(0, 2, 0, 0))
            line.add_column(min_width=width + 2, no_wrap=True)
            line.add_column()
            line.add_row(f"  {question.short}", question.title)
            console.print(line)
        else:
            typer.echo(f"  {question.short.ljust(width)}  {question.title}")
    typer.echo("\ngraphprov query NAME -p KEY=VALUE    ask one\ngraphprov queries show NAME          its text")
