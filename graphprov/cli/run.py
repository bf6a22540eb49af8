"""`graphprov run`: run a command and record it; the twin of `graphprov.observe.run_command`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphprov.cli.record import RedactOption
from graphprov.errors import InvalidInput

if TYPE_CHECKING:
    from graphprov.observe import Outcome

_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        context_settings={"allow_interspersed_args": False, "ignore_unknown_options": False},
        epilog="Exit codes: those of COMMAND; if a signal ended it, the same signal ends graphprov. 127: no such"
        " command, 126: it cannot be executed, 2: wrong options; nothing was started then. More: graphprov guide"
        " running",
    )(run)


def run(
    command: Annotated[
        list[str], typer.Argument(help="What to run, with its arguments, behind --.", metavar="COMMAND")
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="What the activity is called.", show_default="after script or program")
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help="training, inference, cleaning, ... or one of your own.")] = "run",
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="key=value, or key:=JSON; may be given often.", show_default=False),
    ] = None,
    metadata: Annotated[
        list[str] | None,
        typer.Option("--metadata", "--meta", "-m", help="More about the run, likewise.", show_default=False),
    ] = None,
    agent: Annotated[str | None, typer.Option("--agent", help="Who runs it.", show_default="you")] = None,
    on_behalf_of: Annotated[
        str | None, typer.Option("--on-behalf-of", help="The team that this is for.", show_default=False)
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option("--data", help="A folder outside of the project whose files count.", show_default=False),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option("--include", help="Files that count in any case: a pattern as in .gitignore.", show_default=False),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude", help="Files that do not count, besides those of .graphprovignore.", show_default=False
        ),
    ] = None,
    input_: Annotated[
        list[str] | None,
        typer.Option("--input", help="A file to read before the command may change it.", show_default=False),
    ] = None,
    as_: Annotated[
        list[str] | None,
        typer.Option("--as", help='Of which kind files are: "models/*.joblib=model".', show_default=False),
    ] = None,
    observer: Annotated[str, typer.Option("--observer", help="Who watches: auto, strace, python or none.")] = "auto",
    redact: RedactOption = None,  # noqa: ARG001  read by its own callback
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say on stderr what was recorded.")] = False,
) -> None:
    """Run COMMAND and record what it read and wrote; all else is as without graphprov."""
    if os.name != "posix":
        raise InvalidInput(
            "graphprov run needs Linux or macOS",
            hint="record from Python with graphprov.run: graphprov guide recording",
        )
    from graphprov.capture.typed import parse_metadata
    from graphprov.cli.app import explain
    from graphprov.observe import CannotStart, Options, run_command
    from graphprov.observe.command import tell
    from graphprov.observe.running import end_like

    options = Options(
        name=name,
        kind=kind,
        parameters=parse_metadata(parameter or []),
        metadata=parse_metadata(metadata or []),
        agent=agent,
        on_behalf_of=on_behalf_of,
        observer=observer,
        include=include or (),
        exclude=exclude or (),
        data=data or (),
        inputs=input_ or (),
        kinds=as_ or (),
    )
    try:
        outcome = run_command(command, options)
    except CannotStart as error:
        explain(error)
        raise typer.Exit(error.status) from error
    if verbose:
        _tell(outcome)
    tell(outcome.troubles)
    end_like(outcome.ended)


def _shown(path: Path | None) -> str:
    """A path without the secrets in it, as one line of text."""
    from graphprov.capture.redaction import without_credentials
    from graphprov.report.words import visible

    return visible(without_credentials(str(path))) if path is not None else ""


def _tell(outcome: Outcome) -> None:
    run, judgement = outcome.run, outcome.judgement
    lines = [
        f"graphprov: {run.short if run else 'nothing recorded'}  {outcome.ended}, observed by {outcome.observed_by}"
    ]
    if run is not None:
        for word, artifacts in (("used", run.used_artifacts), ("generated", run.generated_artifacts)):
            lines += [f"  {word:<10} {each.short}  {_shown(each.path)}".rstrip() for each in artifacts[:_SHOWN]]
            if more := len(artifacts) - _SHOWN:
                lines += [f"  {word:<10} and {more:,} more"] if more > 0 else []
    if outcome.note is not None:
        lines.append(f"  note       {outcome.note}")
    if judgement is not None and judgement.left_out:
        counted = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in judgement.left_out.items())
        lines.append(f"  left out   {counted}")
    sys.stderr.write("\n".join(lines) + "\n")
