"""`graphprov forget`: erase what was said of a thing, and keep its place in the lineage."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from graphprov.cli.output import cell, print_json

if TYPE_CHECKING:
    from graphprov.forgetting import Forgotten

_MOST = 20


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(forget)


def forget(
    thing: Annotated[
        str,
        typer.Argument(metavar="ID", help="An artifact, a version, an agent or a run, as typed.", show_default=False),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept, so name nobody in it.")],
    by: Annotated[str | None, typer.Option("--by", help="Who asks.", show_default="you")] = None,
    runs: Annotated[bool, typer.Option("--runs", help="Of an agent: also what its runs say.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Forget what was said of ID, for good: in the database, in this journal, and on each laptop when it syncs.

    Its id, kind, digest, times and relations stay, with a tombstone that says when, why and who asked. See `graphprov
    guide privacy`.
    """
    from graphprov import forgetting
    from graphprov.errors import InvalidInput

    plan = forgetting.forget(thing, reason=reason, by=by, runs=runs, dry_run=True)
    nothing_left = all(each.known for each in plan.things)
    if not as_json:
        _print_plan(plan, nothing_left)
    if not (dry_run or nothing_left):
        if not yes:
            if not sys.stdin.isatty():
                raise InvalidInput("this cannot be taken back, and nobody is there to ask", hint="give --yes")
            typer.confirm("This cannot be taken back. Forget it?", abort=True, err=True)
        plan = forgetting.forget(plan.id, reason=reason, by=by, runs=runs)
        if not as_json:
            records = plan.erased.records
            typer.echo(f"forgotten; erased from {records:,} record{'s' * (records != 1)} of this journal")
    if as_json:
        print_json(_as_dict(plan))
        return
    for remark in plan.remarks:
        typer.echo(f"note: {cell(remark)}")


def _print_plan(plan: Forgotten, nothing_left: bool) -> None:
    if nothing_left:
        typer.echo(f"{cell(plan.id)} is forgotten already, since {cell(plan.already)}")
        return
    open_ = [each for each in plan.things if not each.known]
    typer.echo(f"goes, of {len(open_):,} thing{'s' * (len(open_) != 1)}:")
    for each in open_[:_MOST]:
        typer.echo(f"  {cell(each.id)}: {cell(', '.join(each.erased)) or 'nothing that is known here'}")
    if len(open_) > _MOST:
        typer.echo(f"  and {len(open_) - _MOST:,} more")
    typer.echo(f"stays: id, kind, digest, times and status, and {plan.relations:,} relations")


def _as_dict(plan: Forgotten) -> dict[str, object]:
    return {
        "id": plan.id,
        "forgotten": plan.done or plan.already is not None,
        "done": plan.done,
        "already": plan.already,
        "things": [
            {"id": each.id, "element": each.element.value, "erased": list(each.erased), "known": each.known}
            for each in plan.things
        ],
        "relations": plan.relations,
        "runs_left": plan.runs_left,
        "records_erased": plan.erased.records,
        "remarks": list(plan.remarks),
    }
