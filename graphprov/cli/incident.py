"""`graphprov incident ...`: open incidents, say what became of them, and see how far everybody is.

Each command is the twin of a function of `graphprov.incidents`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphprov.cli.output import TableFormat, print_json, print_rows, sending

if TYPE_CHECKING:
    from graphprov.incidents import Incident, Recorded

NumberArg = Annotated[
    str, typer.Argument(metavar="N", help="The incident's number, the start of it, or its id.", show_default=False)
]
SinceOption = Annotated[str | None, typer.Option("--since", help="When it began to be wrong.", show_default="ever")]
UntilOption = Annotated[str | None, typer.Option("--until", help="When it was right again.", show_default="now")]
WhyOption = Annotated[str, typer.Option("--why", "--note", help="Why; it stands in the history.", show_default=False)]
ByOption = Annotated[str | None, typer.Option("--by", help="Who says so.", show_default="you")]
AtOption = Annotated[str | None, typer.Option("--at", help="When they said so.", show_default="now")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Severity(StrEnum):
    """How bad it is."""

    low = "low"
    medium = "medium"
    high = "high"
    critical = "critical"


class State(StrEnum):
    """Which incidents are listed."""

    open = "open"
    closed = "closed"
    all = "all"


class How(StrEnum):
    """How a part is closed."""

    rerun = "rerun"
    deleted = "deleted"
    accepted = "accepted"
    not_affected = "not-affected"


class IncidentFormat(StrEnum):
    """How an incident is printed."""

    text = "text"
    json = "json"


SeverityOption = Annotated[Severity | None, typer.Option("--severity", help="How bad it is.", show_default=False)]

app = typer.Typer(
    name="incident",
    no_args_is_help=True,
    help="Open incidents, tell the owners, and close them part by part; nothing that was said is ever lost.",
)


@app.command("open")
def open_(
    subjects: Annotated[
        list[str],
        typer.Argument(
            metavar="SUBJECT...",
            help="What is wrong: a source, artifact, version, run, person, by name, kind:name, id or path.",
            show_default=False,
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help="What is wrong, in a few words.", show_default=False)],
    since: SinceOption = None,
    until: UntilOption = None,
    severity: SeverityOption = None,
    found_by: Annotated[str | None, typer.Option("--found-by", help="Who found it.", show_default="you")] = None,
    found_at: Annotated[str | None, typer.Option("--found-at", help="When.", show_default="now")] = None,
    as_json: JsonOption = False,
) -> None:
    """Open an incident: something is wrong with SUBJECT. The same said twice is one incident.

    It is recorded on this machine at once. A name is looked up; kind:name or an id do without a database.
    """
    from graphprov import incidents

    told = incidents.open(
        *subjects,
        reason=reason,
        since=since,
        until=until,
        severity=severity.value if severity else None,
        found_by=found_by,
        found_at=found_at,
    )
    if as_json:
        _print_recorded(told)
        return
    typer.echo(f"incident {told.number}  {told.incident}")
    _remarks(told)
    typer.echo(f"what it has touched:  {_command(f'impact --incident {told.number}')}")


@app.command("list")
def list_(
    state: Annotated[State, typer.Option("--state", help="Which ones.")] = State.open,
    affecting: Annotated[
        str | None,
        typer.Option(
            "--affecting",
            metavar="ARTIFACT",
            help="Only those whose flaw reaches this artifact or run, by the rules of impact, with the distance.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[TableFormat, typer.Option("--format", help="How to print it.")] = TableFormat.table,
) -> None:
    """List incidents: open before closed, the severest first, then those found last."""
    from graphprov import incidents
    from graphprov.cli.incident_text import AFFECTING_COLUMNS, COLUMNS, affecting_row, row

    only = "" if state is State.all else f"{state.value} "
    with sending() as told:
        if affecting is None:
            found = incidents.find(state=state.value, progress=told)
        else:
            reached = incidents.affecting(affecting, state=state.value, missed=_missed, progress=told)
    if affecting is None:
        forms = [each.model_dump(mode="json", exclude={"history", "parts"}) for each in found]
        _print_list(COLUMNS, [row(each) for each in found], forms, output, f"there is no {only}incident")
    else:
        forms = [each.model_dump(mode="json", exclude={"incident": {"history", "parts"}}) for each in reached]
        rows = [affecting_row(each) for each in reached]
        _print_list(AFFECTING_COLUMNS, rows, forms, output, f"no {only}incident reaches {affecting}")


def _print_list(
    columns: Sequence[str], rows: list[tuple[Any, ...]], forms: list[Any], output: TableFormat, none: str
) -> None:
    if output is TableFormat.json:
        print_json(forms)
    elif rows or output is TableFormat.csv:
        print_rows(columns, rows, output)
    else:
        typer.echo(none)


@app.command()
def show(
    number: NumberArg,
    output: Annotated[IncidentFormat, typer.Option("--format", help="How to print it.")] = IncidentFormat.text,
) -> None:
    """Show an incident: what is wrong, what is open, how far each owner is, and all that was said of it."""
    from graphprov import incidents
    from graphprov.cli.incident_text import print_incident

    with sending() as told:
        about = incidents.get(number, progress=told)
    if output is IncidentFormat.json:
        typer.echo(about.model_dump_json(indent=2))
        return
    print_incident(about)


@app.command()
def amend(
    number: NumberArg,
    why: WhyOption,
    since: Annotated[
        str | None, typer.Option("--since", help="When it began to be wrong; none: it always was.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="When it was right again; none: it is not.", show_default=False)
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="What is wrong.", show_default=False)] = None,
    severity: SeverityOption = None,
    by: ByOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Amend the window, the reason or the severity, as when a window turns out wider. What was said before stays."""
    from graphprov import incidents

    told = incidents.amend(
        number,
        why=why,
        since=since,
        until=until,
        reason=reason,
        severity=severity.value if severity else None,
        by=by,
        at=at,
    )
    _tell(told, "is amended", as_json)
    if not as_json and told.before is not None and (since or until):
        was = {"since": told.before.since if since else None, "until": told.before.until if until else None}
        otherwise = [
            f"--diff {key}={_moment(was[key])}" for key, given in (("since", since), ("until", until)) if given
        ]
        typer.echo(f"what that changes:  {_command(f'impact --incident {told.before.typed} ' + ' '.join(otherwise))}")


@app.command()
def close(
    number: NumberArg,
    why: WhyOption,
    force: Annotated[bool, typer.Option("--force", help="Also where parts are open, or nobody can tell.")] = False,
    by: ByOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close an incident. Exit code 1: parts of it are open, and it stays open."""
    from graphprov import incidents

    _tell(incidents.close(number, why=why, force=force, by=by, at=at), "is closed", as_json)


@app.command()
def reopen(
    number: NumberArg, why: WhyOption, by: ByOption = None, at: AtOption = None, as_json: JsonOption = False
) -> None:
    """Open a closed incident again."""
    from graphprov import incidents

    _tell(incidents.reopen(number, why=why, by=by, at=at), "is open again", as_json)


@app.command()
def acknowledge(
    number: NumberArg,
    owner: Annotated[
        str | None, typer.Option("--as", metavar="OWNER", help="Who knows of it.", show_default="you")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="What they say to it.", show_default=False)] = None,
    undo: Annotated[bool, typer.Option("--undo", help="They do not know of it after all.")] = False,
    by: ByOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that the owner of something that is affected knows of it."""
    from graphprov import incidents
    from graphprov.model.identity import short_id

    told = incidents.acknowledge(number, owner, note=note, undo=undo, by=by, at=at)
    who = short_id(told.parts[0])
    _tell(told, f"is {'not ' if undo else ''}acknowledged by {who}{' after all' if undo else ''}", as_json)


@app.command()
def resolve(
    number: NumberArg,
    note: Annotated[str, typer.Option("--note", help="What was done, or how one knows.", show_default=False)],
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ARTIFACT",
            help="What is affected: a name for all its affected versions, name@version, a path or id for one.",
            show_default=False,
        ),
    ] = None,
    how: Annotated[How | None, typer.Option("--how", help="What became of it.", show_default=False)] = None,
    of: Annotated[
        str | None, typer.Option("--of", metavar="OWNER", help="All open things of this owner.", show_default=False)
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="They are open again; without --how.")] = False,
    by: ByOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what became of affected things: made again, deleted, accepted as they are, or not affected after all.

    A run needs no word of its own: it counts as closed once all that it made is.
    """
    from graphprov import incidents

    told = incidents.resolve(
        number, *(parts or ()), how=how.value if how else None, note=note, of=of, undo=undo, by=by, at=at
    )
    count = f"{len(told.parts):,} thing{'' if len(told.parts) == 1 else 's'}"
    _tell(told, f"{count} open again" if undo or how is None else f"{count} closed: {how.value}", as_json)


def _tell(told: Recorded, what: str, as_json: bool) -> None:
    if as_json:
        _print_recorded(told)
        return
    from graphprov.report.words import visible

    typer.echo(f"incident {visible(told.number)}{' ' if what.startswith('is ') else ': '}{visible(what)}")
    _remarks(told)


def _remarks(told: Recorded) -> None:
    from graphprov.report.words import visible

    for remark in told.remarks:
        typer.echo(f"note: {visible(remark)}", err=True)
    if not told.checked:
        typer.echo(
            f"note: recorded here, and not checked, since no database runs or answers; {_command('sync')} sends it",
            err=True,
        )


def _print_recorded(told: Recorded) -> None:
    print_json(
        {
            "id": told.incident,
            "number": told.number,
            "entry": told.entry,
            "parts": list(told.parts),
            "checked": told.checked,
            "remarks": list(told.remarks),
        }
    )


def _moment(moment: datetime | None) -> str:
    """A bound of a window as one types it."""
    from graphprov.report.words import iso

    return "none" if moment is None else iso(moment).removesuffix("T00:00:00Z")


def _missed(about: Incident, error: Exception) -> None:
    from graphprov.report.words import visible

    typer.echo(f"note: incident {visible(about.number)} was not looked at: {visible(str(error))}", err=True)


def _command(rest: str) -> str:
    from graphprov.command import typed

    return f"{typed()} {rest}"
