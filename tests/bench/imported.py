"""Servers whose data were loaded once by Neo4j's own import tool, kept in the cache, and started again in seconds."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from graphprov import engine
from graphprov.engine import config
from graphprov.engine.jars import ensure_jars
from graphprov.engine.java import choose_java
from graphprov.engine.layout import Layout
from graphprov.engine.releases import load_lock
from graphprov.model.vocabulary import KINDS
from graphprov.settings import Settings
from graphprov.store import Address, Store
from graphprov.store.schema import schema_files
from tests.bench.graph import Graph

_MAKE = 2
"""Raised when the data or their form change, so that nobody measures on old ones."""
_KINDS = ("dataset", "model", "predictions")
_RECORDED = "2026-11-01T00:00:00Z"


@contextlib.contextmanager
def imported(settings: Settings, graph: Graph) -> Iterator[tuple[Store, engine.Endpoint]]:
    """A store that holds the graph, on a server of its own."""
    schema = hashlib.sha256("".join(file.checksum for file in schema_files()).encode()).hexdigest()[:8]
    name = f"{settings.neo4j_version}-{graph.runs}-{'full' if graph.full else 'plain'}-{_MAKE}-{schema}"
    home = settings.cache / "bench" / name
    own = settings.model_copy(update={"home": home, "journal": home / "journal.sqlite", "idle_minutes": 10.0})
    if not (home / "imported").exists():
        engine.stop(own)
        shutil.rmtree(home, ignore_errors=True)
        _import(own, graph)
    try:
        endpoint = engine.ensure_running(own, progress=True)
        with Store(Address(endpoint.uri, endpoint.user, endpoint.password), adopt=True) as store:
            store.run("CALL db.awaitIndexes(300)")
            yield store, endpoint
    finally:
        engine.stop(own)


def _import(settings: Settings, graph: Graph) -> None:
    lock = load_lock(settings.neo4j_version)
    java = choose_java(lock.release, settings.java)
    jars = ensure_jars(lock, settings.cache / "jars", progress=True)
    layout = Layout.of(settings)
    layout.make()
    csv = settings.home / "csv"
    csv.mkdir()
    write_csv(csv, graph)
    opens = [f"server.jvm.additional={option}" for option in config.java_options(java, heap_mb=1024) if "=" in option]
    text = config.neo4j_conf(lock.release, bolt_port=0, http_port=0, heap_mb=1024, page_cache_mb=128)
    (layout.conf / "neo4j.conf").write_text(text + "\n".join(opens) + "\n", encoding="utf-8")
    # The tool starts another Java on its own class path, which is too long for a command line: an argument file is not.
    arguments = layout.conf / "import.args"
    command = [
        *["database", "import", "full", "neo4j", "--overwrite-destination", "--id-type=string", "--quote='"],
        *[f"--nodes={KINDS[kind].label}:Entity={csv / kind}" for kind in _KINDS],
        f"--nodes=Transforming:Activity={csv / 'runs'}",
        *[f"--relationships={kind}={csv / kind}" for kind in ("USED", "WAS_GENERATED_BY", "WAS_DERIVED_FROM")],
    ]
    options = [*config.java_options(java, heap_mb=256), f"-Dbasedir={layout.root}"]
    arguments.write_text(
        config.argument_file(options, jars, "org.neo4j.server.startup.Neo4jAdminCommand", command), encoding="utf-8"
    )
    places = {"NEO4J_HOME": str(layout.root), "NEO4J_CONF": str(layout.conf), "JAVA_HOME": str(java.home)}
    done = subprocess.run(
        [java.executable, f"@{arguments}"],
        cwd=settings.home,
        env={**os.environ, **places},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the import failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    shutil.rmtree(csv)
    (settings.home / "imported").touch()


def write_csv(folder: Path, graph: Graph) -> None:
    """The graph as the import tool reads it, with the properties that graphprov's own writing leaves."""
    common = "recorded_at:datetime,stored_at:datetime"
    told = f"{_RECORDED},{_RECORDED}"
    for kind in _KINDS:
        with (folder / kind).open("w") as out:
            out.write(f"id:ID,kind,name,version,statement,{common}\n")
            for n in range(graph.entities):
                if graph.kind(n) == kind:
                    out.write(f"{graph.entity_id(n)},{kind},table-{n % 1000},v{n},{_hex('e', n)},{told}\n")
    with (folder / "runs").open("w") as out:
        out.write(f"id:ID,kind,name,status,statement,{common}\n")
        for n in range(graph.runs):
            out.write(f"{graph.run_id(n)},transforming,step-{n % 1000},completed,{_hex('a', n)},{told}\n")
    entity = [graph.entity_id(n) for n in range(graph.entities)]
    run = [graph.run_id(n) for n in range(graph.runs)]
    time = ",time:datetime" if graph.full else ""
    uses = zip(graph.use_run.tolist(), graph.use_entity.tolist(), graph.use_time.tolist(), strict=True)
    with (folder / "USED").open("w") as out:
        out.write(f":START_ID,:END_ID,key,role,{common}{time}\n")
        for a, e, when in uses:
            key = _hex("u", a * graph.entities + e)
            out.write(f"{run[a]},{entity[e]},{key},input,{told}{_time(graph, when)}\n")
    made = zip(graph.made_run.tolist(), graph.made_entity.tolist(), graph.made_time.tolist(), strict=True)
    with (folder / "WAS_GENERATED_BY").open("w") as out:
        out.write(f":START_ID,:END_ID,key,{common}{time}\n")
        for a, e, when in made:
            out.write(f"{entity[e]},{run[a]},{_hex('g', e)},{told}{_time(graph, when)}\n")
    with (folder / "WAS_DERIVED_FROM").open("w") as out:
        out.write(f":START_ID,:END_ID,key,{common}\n")
        for e, cause in zip(graph.derived.tolist(), graph.derived_from.tolist(), strict=True):
            out.write(f"{entity[e]},{entity[cause]},{_hex('d', e)},{told}\n")


def _hex(what: str, number: int) -> str:
    return hashlib.blake2b(f"{what}{number}".encode(), digest_size=20).hexdigest()


def _time(graph: Graph, micros: int) -> str:
    return "," + datetime.fromtimestamp(micros / 1e6, UTC).isoformat().replace("+00:00", "Z") if graph.full else ""
