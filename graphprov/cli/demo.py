"""`graphprov demo`: a pipeline that really runs, a delivery that was wrong, and the report of what it touched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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
    lists addresses that whole campuses and companies share. The demo ends with the impact report and leaves the graph
    in the database. Its exit code is 0: that the flaw has touched something is what it is to show.
    """
    from rich.console import Console

    from graphprov.demo import check_packages

    check_packages()
    from graphprov.demo.phases import Phases
    from graphprov.demo.story import farewell, tell
    from graphprov.report import render_text

    phases = Phases()
    told = tell(folder, fresh=fresh, phases=phases)
    render_text(told.report, Console(highlight=False))
    print(farewell(told, phases))  # noqa: T201
