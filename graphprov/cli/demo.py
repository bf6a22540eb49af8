"""`graphprov demo`: a pipeline that really runs, a delivery that was wrong, and the report of what it touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from graphprov.demo.ending import Ending


def demo(
    folder: Annotated[
        Path, typer.Option("--dir", help="The demo's own folder; made where it is missing.", show_default=True)
    ] = Path("graphprov-demo"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run the pipeline anew, even where a finished one is there.")
    ] = False,
) -> None:
    """Run a real pipeline with a flawed data source, and report what the flaw has touched.

    Four engineers find spam accounts with a purchased IP blacklist, merge the accounts of one person and predict who
    looks for a job, over seven months, with scikit-learn, in three git repositories. In March and April the vendor
    lists addresses that whole campuses and companies share. The demo ends with the incident, the impact report, why the
    latest predictions are affected, the gate that stops them, and what would have kept the flaw out of all that is in
    use; it leaves the graph in the database. Its exit code is 0: that the flaw has touched something is what it is to
    show.
    """
    from graphprov.demo import check_packages

    check_packages()
    from graphprov.demo.phases import Phases
    from graphprov.demo.story import farewell, tell

    phases = Phases()
    told = tell(folder, fresh=fresh, phases=phases)
    _print(told.ending)
    print(farewell(told, phases))  # noqa: T201


def _print(ending: Ending) -> None:
    """Each answer below what one types for it."""
    from rich.console import Console

    from graphprov.cli.incident_text import print_incident
    from graphprov.command import typed
    from graphprov.gate.forms import to_text
    from graphprov.report import render_text
    from graphprov.report.contain_text import render_containment
    from graphprov.report.why_text import render_why

    console = Console(highlight=False)
    answers: dict[str, Callable[[], None]] = {
        "incident": lambda: print_incident(ending.incident),
        "report": lambda: render_text(ending.report, console),
        "why": lambda: render_why(ending.why, console),
        "gate": lambda: console.print(to_text(ending.gate), markup=False, soft_wrap=True, end=""),
        "containment": lambda: render_containment(ending.containment, console),
    }
    for name, answer in answers.items():
        console.print(f"\n$ {typed()} {ending.commands[name]}", markup=False, style="bold", soft_wrap=True)
        answer()
