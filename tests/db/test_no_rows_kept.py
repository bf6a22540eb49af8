"""No rows of data anywhere: known values are sought in the bytes of all that graphprov or its database writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import psutil
import pytest
from sklearn.linear_model import LogisticRegression

import graphprov as gp
from graphprov.engine import Endpoint
from graphprov.settings import Settings
from graphprov.store import Store

ROOT = Path(__file__).resolve().parents[2]
MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from graphprov.cli.app import main; main()"
PEOPLE = [
    ("Quirina Vandersloot", "q.vandersloot@post.example", "203.0.113.77"),
    ("Žofie Übermüller", "zofie.u@post.example", "203.0.113.141"),
    ("Tarquin Oyelaran-Pike", "tarquin.op@post.example", "2001:db8:77:aa::9"),
]
CONTROL = "Wilhelmina Controlfound"
VALUES = [value for person in PEOPLE for value in person]


def written_by(endpoint: Endpoint, *folders: Path) -> list[Path]:
    """The files of the database, its logs included, and of some folders."""
    assert endpoint.pid is not None
    opened = [Path(each.path) for each in psutil.Process(endpoint.pid).open_files()]
    # The throw-away server's whole home: data, transaction logs, its own logs, and what the engine writes of it.
    home = next(each for path in opened for each in path.parents if each.name.startswith("graphprov-neo4j-"))
    return [path for folder in (home, *folders) for path in folder.rglob("*") if path.is_file()]


def holding(files: list[Path], texts: list[str]) -> dict[str, set[str]]:
    """Which texts stand in which files, in the encodings that SQLite, Java, and JSON use."""
    forms = {
        form: text
        for text in texts
        for form in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), json.dumps(text)[1:-1].encode())
    }
    found: dict[str, set[str]] = {}
    for path in files:
        content = path.read_bytes()
        for form, text in forms.items():
            if form in content:
                found.setdefault(text, set()).add(path.name)
    return found


@pytest.fixture
def endpoint(neo4j: Endpoint) -> Endpoint:
    if neo4j.pid is None:
        pytest.skip("the files of a server elsewhere cannot be read")
    return neo4j


def test_no_value_of_a_table_is_kept_anywhere(
    database: Store, endpoint: Endpoint, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, cache = tmp_path / "work", tmp_path / "cache"
    work.mkdir()
    cache.mkdir()
    table = pd.DataFrame(PEOPLE, columns=["name", "mail", "address"])
    table["label"] = [0, 1, 0]
    table.to_csv(work / "people.csv", index=False)
    table.to_parquet(work / "people.parquet", compression=None)
    (work / "people.json").write_text(table.to_json(orient="records", force_ascii=False), encoding="utf-8")
    model = LogisticRegression().fit(pd.get_dummies(table[["name", "mail"]]), table["label"])
    assert set(holding([work / "people.csv"], VALUES)) == set(VALUES)

    with gp.run("train", kind="training", parameters={"C": 1.0}) as run:
        for file in ("people.csv", "people.parquet", "people.json"):
            run.used(work / file)
        run.used(table, name="people-frame")
        run.generated(model, name="classifier", kind="model", metadata={"reviewed_by": CONTROL})

    @gp.step(kind="cleaning", used={"raw": "people"}, generated=["out"])
    def clean(raw: Path, out: Path) -> None:
        pd.read_csv(raw).drop_duplicates().to_csv(out, index=False)
        joblib.dump(model, work / "model.joblib")

    clean(work / "people.csv", work / "clean.csv")
    script = "import shutil; shutil.copy('people.csv', 'copy.csv')"
    command = [sys.executable, "-c", MAIN, "run", "--", sys.executable, "-c", script]
    environment: dict[str, Any] = {**os.environ, "GRAPHPROV_CACHE": str(cache)}
    subprocess.run(command, cwd=work, env=environment, check=True, capture_output=True)
    gp.sync()
    gp.export_prov(tmp_path / "all.provn")

    files = [*written_by(endpoint, own_home, cache), tmp_path / "all.provn"]
    found = holding(files, [*VALUES, CONTROL])
    # The control was recorded on purpose: the same search finds it in the journal and in the database.
    assert found.pop(CONTROL) & {"journal.sqlite", "journal.sqlite-wal"}
    in_database = holding(written_by(endpoint), [CONTROL])[CONTROL]
    assert any(name.startswith(("neostore", "block")) or ".db" in name for name in in_database), in_database
    assert found == {}

    # Forgotten, the control is gone from the journal; from the database's files it goes only when they are made anew.
    gp.forget("model:classifier", reason="asked for it")
    left = holding(written_by(endpoint, own_home), [CONTROL]).get(CONTROL, set())
    print("left in the database's files:", sorted(left))
    assert not {name for name in left if name.startswith(Settings.load().journal.name)}
