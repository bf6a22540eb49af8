"""The `graphprov` command: global options, the groups of commands, and errors as people read them.

Each command is a few lines over one public function; whatever is heavy is imported inside it, so that `--help` is
quick.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from graphprov.cli import (
    browse,
    check,
    db,
    demo,
    doctor,
    exchange,
    forget,
    guide,
    impact,
    incident,
    incident_notify,
    journal,
    journal_files,
    queries,
    receive,
    record,
    run,
    schema,
    validate,
    verify,
    why,
)
from graphprov.command import NAME, typed
from graphprov.errors import GraphprovError, InvalidInput

app = typer.Typer(
    name="graphprov",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, nothing affected, all valid; 1 something affected, invalid, still open or not told;"
    " 2 wrong usage, or a document that cannot be read; 3 unknown or ambiguous subject; 4 database away;"
    " 5 the embedded Neo4j cannot run; 6 the database refuses; 7 the journal cannot be used;"
    " 8 not known, since provenance is missing.",
)


@app.callback(invoke_without_command=True)
def root(
    uri: Annotated[
        str | None, typer.Option(help="Address of a Neo4j server: bolt://, neo4j://, ...", show_default="embedded")
    ] = None,
    user: Annotated[str | None, typer.Option(help="User there.", show_default="neo4j")] = None,
    password_file: Annotated[
        Path | None, typer.Option(help="A file that holds the password.", show_default=False)
    ] = None,
    database: Annotated[str | None, typer.Option(help="Database there.", show_default="the server's own")] = None,
    version: Annotated[bool, typer.Option("--version", help="Print graphprov's version and leave.")] = False,
) -> None:
    """Tell what a flawed source has touched, why, whom to tell, and what to re-run."""
    if version:
        from graphprov.version import VERSION

        typer.echo(f"graphprov {VERSION}")
        raise typer.Exit
    # Through the environment, so that everything that reads the settings sees one truth, child processes too.
    given = {"URI": uri, "USER": user, "PASSWORD_FILE": password_file, "DATABASE": database}
    for name, value in given.items():
        if value is not None:
            os.environ[f"GRAPHPROV_{name}"] = str(value)
    if password_file is not None:
        os.environ.pop("GRAPHPROV_PASSWORD", None)  # the option stands for both


impact.register(app)
why.register(app)
browse.register(app)
queries.register(app)
run.register(app)
record.register(app)
receive.register(app)
journal.register(app)
exchange.register(app)
validate.register(app)
check.register(app)
doctor.register(app)
verify.register(app)
forget.register(app)
schema.register(app)
guide.register(app)
app.command()(demo.demo)
incident_notify.register(incident.app)
app.add_typer(incident.app, name="incident")
app.add_typer(journal_files.app, name="journal")
app.add_typer(db.app, name="db")


_BROKEN_PIPE = 141
_UNFORESEEN = 70
"""As `sysexits.h` has it for an error in the program itself: no answer of any command ends so."""


def main() -> NoReturn:
    """Run the command line. Errors that graphprov knows are printed, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # names are any Unicode, terminals are not
    _leave_out_data_frames()
    try:
        app()
    except GraphprovError as error:
        explain(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_BROKEN_PIPE)
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else error
        explain(InvalidInput(f"a file or folder cannot be used: {what}"))
        sys.exit(InvalidInput.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except SystemExit:
        if type(sys.stdout).__name__ == "PacifyFlushWrapper":  # so the library underneath leaves a broken pipe
            sys.exit(_BROKEN_PIPE)
        raise
    except Exception as error:
        if os.environ.get("GRAPHPROV_TRACEBACK"):
            raise
        hint = f"GRAPHPROV_TRACEBACK=1 {NAME} ... shows where; please report that"
        explain(GraphprovError(f"nobody foresaw this: {type(error).__name__}: {error}", hint=hint))
        sys.exit(_UNFORESEEN)
    sys.exit(0)


def _leave_out_data_frames() -> None:
    """Keep the driver from loading pandas and pyarrow, which it does wherever they are installed; it takes a second.

    This process is the command line's own, and no command but the demo has a use for them.
    """
    if "demo" not in sys.argv[1:]:
        for name in ("pandas", "pyarrow"):
            sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # so Python says "not installed"


def _typed(hint: str) -> str:
    """A hint with the command as it is typed here."""
    return hint.replace(f"{NAME} ", f"{typed()} ") if hint.startswith(f"{NAME} ") or f"`{NAME} " in hint else hint


def explain(error: GraphprovError) -> None:
    """Print an error as people read it."""
    from graphprov.report.words import visible

    lines = [f"error: {visible(error.message)}"]
    for i, near in enumerate(error.nearest):
        lines.append(f"{'nearest:' if i == 0 else '':<8} {visible(near)}".rstrip())
    if error.hint:
        lines.append(f"try:     {_typed(error.hint)}")
    sys.stderr.write("\n".join(lines) + "\n")
