"""Load a large graph from CSV files into the embedded server's empty database, with Neo4j's own import tool.

A hundred times faster than transactions, but for a stopped server and a database that is to be replaced as a whole: for
benchmarks and for graphs that come from elsewhere.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.engine import config, launch
from graphprov.engine.java import does_not_start
from graphprov.engine.layout import Layout
from graphprov.engine.server import classpath_of, locked, stop_locked
from graphprov.errors import EngineError

if TYPE_CHECKING:
    from graphprov.settings import Settings

_MAIN_CLASS = "org.neo4j.server.startup.Neo4jAdminCommand"


def import_csv(
    settings: Settings, *, nodes: Sequence[str], relationships: Sequence[str], options: Sequence[str] = ()
) -> str:
    """Replace the embedded server's database by what CSV files hold. The server is stopped first and left so.

    Runs `neo4j-admin database import full neo4j --overwrite-destination=true --nodes=... --relationships=...`, on the
    same jars and Java as the server.

    Args:
        settings: Which Neo4j, and where its data are.
        nodes: As the tool takes them: `Label1:Label2=header.csv,rows.csv` or `header.csv,rows.csv`.
        relationships: As the tool takes them: `TYPE=header.csv,rows.csv`.
        options: More of its options, such as `--id-type=string`.

    Returns:
        What the tool printed; its last lines count what was imported.

    Raises:
        EngineError: The tool fails; carries its own words.
    """
    layout = Layout.of(settings)
    arguments = [
        *("database", "import", "full", "neo4j", "--overwrite-destination=true"),
        f"--report-file={layout.logs / 'import.report'}",  # else it is left in the current folder
        *(f"--nodes={row}" for row in nodes),
        *(f"--relationships={row}" for row in relationships),
        *options,
    ]
    with locked(layout):
        stop_locked(layout)
        release, java, classpath = classpath_of(settings, progress=False)
        layout.make()
        launch.prepare_password(layout)
        # The tool starts another Java, which takes its options from the configuration file.
        text = config.neo4j_conf(
            release, bolt_port=7687, http_port=7474, heap_mb=settings.heap_mb, page_cache_mb=settings.page_cache_mb
        )
        forked = [option for option in config.java_options(java, heap_mb=settings.heap_mb) if option.startswith("--")]
        text += "".join(f"server.jvm.additional={option}\n" for option in forked)
        (layout.conf / "neo4j.conf").write_text(text, encoding="utf-8")
        argument_file = layout.conf / "admin.args"
        argument_file.write_text(
            config.argument_file([*forked, f"-Dbasedir={layout.root}"], classpath, _MAIN_CLASS, arguments),
            encoding="utf-8",
        )
        try:
            done = subprocess.run(
                [java.executable, f"@{argument_file}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                cwd=Path.cwd(),
                env={
                    **os.environ,
                    "NEO4J_HOME": str(layout.root),
                    "NEO4J_CONF": str(layout.conf),
                    "JAVA_HOME": str(java.home),
                    "HEAP_SIZE": f"{settings.heap_mb}m",
                },
            )
        except OSError as error:
            raise does_not_start(java, error) from error
    if done.returncode:
        last = "\n  ".join(done.stdout.strip().splitlines()[-8:])
        raise EngineError(f"Neo4j's import tool failed with exit status {done.returncode}:\n  {last}")
    return done.stdout
