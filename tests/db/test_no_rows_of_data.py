"""Of a table of people, however it is recorded, no value is kept: not in the database, nor in any file of graphprov.

What a search of bytes proves: journal and logs are plain text. In Neo4j's files a text is UTF-8 where it has characters
beyond Latin-1 and more than some 27 bytes; a shorter or plainer one is packed into 4 to 7 bits a character, and no such
search finds it. Hence the form of the values here. The transaction log holds all from the commit on, so the server need
not be stopped. As a control the same values are recorded on purpose at the end: the same search must find each of them,
in the journal and in the server's files. For a value in any other form, each property of the graph is looked at too.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import psutil
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from typer.testing import CliRunner

import graphprov as gp
from graphprov.cli.app import app
from graphprov.engine import Endpoint
from graphprov.store import Store

ROOT = Path(__file__).resolve().parents[2]
MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from graphprov.cli.app import main; main()"
_OF_THIS_RUN = secrets.token_hex(3)
"""In each value, so that what an earlier run left in the files of the same server is not found."""
NAMES = [f"Zażółć-{one} Gęślą von {_OF_THIS_RUN} Jaźń-Łódź" for one in ("Ada", "Grace")]
MAILS = [f"{one}.gęślą-{_OF_THIS_RUN}@pocztówka-żółta.example.org" for one in ("ada", "grace")]
ADDRESSES = [f"ip→{one}→łódź→{_OF_THIS_RUN}→kraków" for one in ("203.0.113.77", "198.51.100.23")]
VALUES = [*NAMES, *MAILS, *ADDRESSES]
TABLE = pd.DataFrame({"name": NAMES, "mail": MAILS, "address": ADDRESSES, "label": [0, 1]})
SCRIPT = """
import joblib, pandas, sklearn.feature_extraction.text as text, sklearn.preprocessing as preprocessing
import graphprov as gp

gp.auto()
people = pandas.read_csv("people.csv")
people.to_parquet("auto.parquet")
people.to_json("auto.json")
again = pandas.read_parquet("auto.parquet")
model = text.CountVectorizer(token_pattern=".+", lowercase=False, vocabulary=list(again["mail"])).fit(again["mail"])
joblib.dump([model, preprocessing.OneHotEncoder().fit(again[["name", "address"]])], "auto.joblib")
"""


@gp.step(kind="cleaning", code=False)
def clean(people: Annotated[pd.DataFrame, gp.In(name="people-frame")]) -> Annotated[pd.DataFrame, gp.Out(name="clean")]:
    return people[people["label"] == 1]


@gp.step(kind="training", code=False)
def learn(people: Annotated[Path, gp.In()], out: Annotated[Path, gp.Out(kind="model")]) -> None:
    pd.to_pickle(CountVectorizer(token_pattern=".+").fit(pd.read_csv(people)["name"]), out)


def recorded_in_every_way(folder: Path) -> None:
    """The table as CSV, Parquet, JSON, data frame and model, by every way in which something is recorded."""
    TABLE.to_csv(folder / "people.csv", index=False)
    with gp.run("export", code=False, parameters={"rows": len(TABLE)}) as run:
        run.used(folder / "people.csv")
        run.used(TABLE, name="people-frame")
        TABLE.to_parquet(folder / "people.parquet")
        run.generated(folder / "people.parquet")
        TABLE.to_json(folder / "people.json")
        run.generated(folder / "people.json")
        run.generated(CountVectorizer(token_pattern=".+").fit(TABLE["mail"]), name="model", kind="model")
    clean(TABLE)
    learn(folder / "people.csv", folder / "people.pickle")
    (folder / "delivery.csv").write_bytes((folder / "people.csv").read_bytes() + b"\n")
    (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
    received = CliRunner().invoke(app, ["receive", str(folder / "delivery.csv"), "--from", "acme"])
    assert received.exit_code == 0, received.output
    command = [sys.executable, "-c", MAIN, "run", "--", sys.executable, "script.py"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def found_in_files(folders: Iterable[Path]) -> dict[str, set[Path]]:
    """The files that hold each value, as UTF-8, UTF-16 or as JSON escapes it."""
    forms = {value: [value.encode(), value.encode("utf-16-le"), json.dumps(value)[1:-1].encode()] for value in VALUES}
    found: dict[str, set[Path]] = {value: set() for value in VALUES}
    for path in [path for folder in folders for path in folder.rglob("*") if path.is_file()]:
        content = path.read_bytes()
        for value, texts in forms.items():
            if any(text in content for text in texts):
                found[value].add(path)
    return {value: files for value, files in found.items() if files}


def found_in_graph(store: Store) -> set[str]:
    """The values that stand anywhere in a property of a node or relation."""
    rows = store.run(
        "CALL () { MATCH (n) RETURN properties(n) AS p UNION ALL MATCH ()-[r]->() RETURN properties(r) AS p } RETURN p"
    ).rows
    text = repr(rows)
    return {value for value in VALUES if value in text or json.dumps(value)[1:-1] in text}


def test_no_row_of_a_table_is_kept_anywhere(
    database: Store, neo4j: Endpoint, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, beside, cache, temporary = (tmp_path / name for name in ("data", "home", "cache", "tmp"))
    for folder, variable in ((data, None), (beside, "HOME"), (cache, "GRAPHPROV_CACHE"), (temporary, "TMPDIR")):
        folder.mkdir()
        if variable is not None:
            monkeypatch.setenv(variable, str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    server = [] if neo4j.pid is None else [Path(psutil.Process(neo4j.pid).cwd())]
    ours = [own_home, beside, cache, temporary]

    recorded_in_every_way(data)
    gp.sync()
    names = {row[0] for row in database.run("MATCH (n:Entity) RETURN n.name").rows}
    assert names >= {"people", "people-frame", "clean", "model", "delivery", "auto"}
    assert found_in_graph(database) == set()
    assert found_in_files([*ours, *server]) == {}

    control: dict[str, Any] = {f"value{number}": value for number, value in enumerate(VALUES)}
    gp.source("control", metadata=control)
    gp.sync()
    assert found_in_graph(database) == set(VALUES)
    for places in (ours, server):
        assert not places or found_in_files(places).keys() == set(VALUES)
