"""`graphprov list | show | lineage | log`: what is recorded, and what one thing was made from."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from graphprov.cli.output import TableFormat, cell, print_json, print_rows, sending

if TYPE_CHECKING:
    from rich.tree import Tree

    from graphprov.analysis.lineage import Lineage
    from graphprov.analysis.makers import Maker

ArtifactArg = Annotated[
    str, typer.Argument(help="A name, kind:name, name@version, id, or the path of a file.", show_default=False)
]
FormatOption = Annotated[TableFormat, typer.Option("--format", help="How to print it.")]
KindOption = Annotated[str | None, typer.Option("--kind", help="Only this kind, such as model.", show_default=False)]


class TreeFormat(StrEnum):
    """How a lineage is printed."""

    tree = "tree"
    json = "json"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("list")(list_)
    app.command()(show)
    app.command()(lineage)
    app.command()(log)


def list_(
    artifact: Annotated[
        str | None, typer.Argument(help="List the versions of this artifact instead.", show_default=False)
    ] = None,
    kind: KindOption = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows.")] = 1_000,
    output: FormatOption = TableFormat.table,
) -> None:
    """List artifacts and agents, or the versions of one artifact."""
    from graphprov.analysis.catalogue import catalogue, versions
    from graphprov.api import connect

    with sending() as told, connect(progress=told) as store:
        table = versions(store, artifact, limit=limit) if artifact else catalogue(store, kind=kind, limit=limit)
    print_rows(table.columns, table.rows, output)
    if output is TableFormat.table:
        if not table.rows:
            typer.echo(
                "nothing is recorded yet: `graphprov guide recording` says how" if not kind else "nothing of this kind"
            )
        elif len(table.rows) == limit:
            typer.echo(f"cut at {limit:,} rows: give a larger --limit for the rest")


def show(
    artifact: ArtifactArg,
    limit: Annotated[int, typer.Option(min=1, help="At most so many relations in each direction.")] = 50,
    output: FormatOption = TableFormat.table,
) -> None:
    """Show everything that is recorded of one thing."""
    from graphprov.analysis.catalogue import show as ask
    from graphprov.api import connect

    with sending() as told, connect(progress=told) as store:
        shown = ask(store, artifact, limit=limit)
    if output is TableFormat.json:
        print_json(
            {
                "id": shown.reference.id,
                "element": shown.reference.element.value,
                "properties": shown.properties,
                "same": shown.same.dicts(),
                "relations": shown.relations.dicts(),
                "unsound_makers": [dataclasses.asdict(maker) for maker in shown.makers],
                "complete": not shown.cut,
            }
        )
        return
    if output is TableFormat.csv:
        print_rows(shown.relations.columns, shown.relations.rows, output)
        return
    typer.echo(shown.reference.id)
    rows = [(key, value) for key, value in _flat(shown.properties)]
    width = max((len(key) for key, _ in rows), default=0)
    for key, value in rows:
        typer.echo(f"  {key.ljust(width)}  {cell(value)}")
    for maker in shown.makers:
        typer.echo(f"  {'made by'.ljust(width)}  {cell(_made_by(maker))}")
    for other, how in shown.same.rows:
        typer.echo(f"  {'same as'.ljust(width)}  {cell(other)}, {cell(how)}")
    if shown.relations.rows:
        typer.echo("")
        print_rows(shown.relations.columns, shown.relations.rows)
    if shown.cut:
        typer.echo(f"cut at {limit} relations in a direction: give a larger --limit for the rest")


def lineage(
    artifact: ArtifactArg,
    depth: Annotated[
        int | None, typer.Option(min=1, help="Follow at most so many relations back.", show_default="to the end")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Stop after about so many nodes; 0 for no limit.")] = 500,
    output: Annotated[TreeFormat, typer.Option("--format", help="How to print it.")] = TreeFormat.tree,
) -> None:
    """Show what ARTIFACT was made from, by which runs and people, back to its sources.

    A general artifact stands for its newest version.
    """
    from graphprov.analysis.lineage import lineage as ask
    from graphprov.api import connect

    with sending() as told, connect(progress=told) as store:
        found = ask(store, artifact, depth=depth, limit=limit)
    if output is TreeFormat.json:
        typer.echo(found.model_dump_json(indent=2))
        return
    from rich.console import Console

    Console(highlight=False, soft_wrap=True).print(_tree(found))
    if found.cut:
        typer.echo(f"left out: {found.cut}")


def log(
    kind: KindOption = None,
    name: Annotated[str | None, typer.Option(help="Only runs of this name.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many runs.")] = 20,
    output: FormatOption = TableFormat.table,
) -> None:
    """List what ran, newest first."""
    from graphprov.analysis.catalogue import runs
    from graphprov.api import connect

    with sending() as told, connect(progress=told) as store:
        table = runs(store, kind=kind, name=name, limit=limit)
    print_rows(table.columns, table.rows, output)
    if output is TableFormat.table and len(table.rows) == limit:
        typer.echo(f"the newest {limit} are shown: give a larger --limit for more")


def _made_by(maker: Maker) -> str:
    """A run that did not end well, so that what it made may be half of it."""
    from graphprov.model.identity import short_id
    from graphprov.model.times import show_time

    began = f" of {show_time(maker.started_at)}" if maker.started_at else ""
    how = "no end recorded: killed, or still running" if maker.went == "no end" else f"failed: {maker.error}"
    return f"{short_id(maker.run)}{began} ({how.removesuffix(': None')})"


def _flat(properties: dict[str, object], prefix: str = "") -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for key, value in properties.items():
        if isinstance(value, dict) and value:
            rows += _flat(value, f"{prefix}{key}.")
        else:
            rows.append((prefix + key, value))
    return rows


_WORDS = {
    "WAS_GENERATED_BY": "generated by",
    "WAS_DERIVED_FROM": "derived from",
    "WAS_ATTRIBUTED_TO": "attributed to",
    "WAS_ASSOCIATED_WITH": "run by",
    "ACTED_ON_BEHALF_OF": "on behalf of",
    "WAS_INFORMED_BY": "informed by",
    "USED": "used",
}


def _tree(found: Lineage) -> Tree:
    """The lineage as a tree; what was shown already is named and not unfolded again."""
    from rich.text import Text
    from rich.tree import Tree

    from graphprov.model.identity import short_id
    from graphprov.model.times import show_time

    nodes = {node.id: node for node in found.nodes}
    causes: dict[str, list[tuple[str, str, str | None]]] = {}
    for step in found.relations:
        causes.setdefault(step.effect, []).append((step.relation, step.cause, step.role))

    def label(id_: str, words: str, again: bool) -> Text:
        node = nodes[id_]
        text = Text()
        if words:
            text.append(words + " ", style="dim")
        text.append(short_id(id_), style="bold" if node.element == "Entity" else "")
        if node.time:
            text.append(f"  {show_time(node.time)}", style="dim")
        if node.status == "failed":
            text.append("  failed", style="red")
        if node.no_end:
            text.append("  no end recorded", style="yellow")
        if again:
            text.append("  (see above)", style="dim")
        return text

    root = Tree(label(found.root, "", again=False))
    shown = {found.root}
    waiting = [(root, found.root)]
    while waiting:  # a stack, since chains may be longer than Python's recursion goes
        branch, id_ = waiting.pop()
        added = []
        for relation, cause, role in causes.get(id_, []):
            again = cause in shown and bool(causes.get(cause))
            words = _WORDS.get(relation, relation) + (f" as {role}" if role and role != "input" else "")
            child = branch.add(label(cause, words, again))
            if cause not in shown:
                shown.add(cause)
                added.append((child, cause))
        waiting += reversed(added)
    return root
