"""`graphprov doctor`: what is wrong with the record and this machine, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from graphprov.cli.output import print_json

if TYPE_CHECKING:
    from rich.text import Text

    from graphprov.checkup.report import CheckResult, DoctorReport
    from graphprov.report.lines import Lines

_STYLES = {"error": "red", "warning": "yellow", "note": "cyan"}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(doctor)


def doctor(
    check: Annotated[
        list[str] | None,
        typer.Option("--check", metavar="NAME", help="Only this check; repeatable.", show_default="all"),
    ] = None,
    days: Annotated[float, typer.Option(help="So long may records wait, and other hosts be silent.", min=0)] = 7,
    limit: Annotated[int, typer.Option(help="Show so many findings of each check; 0 for all.", min=0)] = 3,
    digests: Annotated[
        bool, typer.Option("--digests", help="Read all files recorded here, not only those that seem changed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find what is wrong with the record and with this machine, and say what to do. Changes nothing.

    Exit code: 0 all well (notes do not count), 1 errors or warnings, or a check that could not be made; 2 wrong usage.
    """
    from graphprov.checkup import doctor as examine
    from graphprov.report.lines import show

    with _checking() as told:
        report = examine(checks=check or (), days=days, limit=limit, digests=digests, told=told)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        show(lambda width, ascii_only: _told(report, width, ascii_only=ascii_only))
    raise typer.Exit(0 if report.well else 1)


@contextmanager
def _checking() -> Iterator[Callable[[str], None] | None]:
    """A line on the terminal that says which check is made; files that are read have their own bar."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    status = console.status("looking")

    def told(title: str) -> None:
        status.stop()
        if title.startswith("Files"):
            return  # a bar of bytes is shown where that lasts, and two live displays would fight
        status.update(title)
        status.start()

    with status:
        yield told


def _told(report: DoctorReport, width: int, *, ascii_only: bool) -> list[Text]:
    from graphprov.report.lines import Lines
    from graphprov.report.words import number

    lines = Lines(width, ascii_only=ascii_only)
    lines.line(("Doctor", "bold"))
    lines.fact("host", report.host)
    lines.fact("journal", report.journal)
    lines.fact("database", report.database or "not reached")
    made = len(report.checks) - report.not_made
    lines.fact("checks", f"{made} of {len(report.checks)} made")
    counted = [number(report.errors, "error"), number(report.warnings, "warning"), number(report.notes, "note")]
    lines.fact("found", ", ".join(counted))
    for level in ("error", "warning", "note"):
        for result in report.checks:
            if result.level == level and result.count:
                _section(lines, result)
    missing = [result for result in report.checks if result.state == "not-made"]
    if missing:
        lines.heading(f"Not made ({len(missing)})")
        for reason in dict.fromkeys(result.why_not or "" for result in missing):
            names = ", ".join(result.name for result in missing if (result.why_not or "") == reason)
            lines.wrapped(f"{reason}: {names}", hang="    ")
    lines.line()
    lines.line("All is well." if report.well else "Each finding is explained in: graphprov guide doctor")
    return lines.lines


def _section(lines: Lines, result: CheckResult) -> None:
    lines.line()
    lines.line((f"{result.level}: ", _STYLES[result.level]), (f"{result.title} ({result.count:,})", "bold"))
    for finding in result.findings:
        lines.wrapped(finding.says, hang="    ")
    if result.count > len(result.findings):
        more = result.count - len(result.findings)
        lines.wrapped(f"and {more:,} more: graphprov doctor --check {result.name} --limit 0")
    if result.do is not None:
        lines.wrapped(f"Do: {result.do}", hang="      ")
