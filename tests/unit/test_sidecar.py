"""What stands beside a data file is recorded with its version; what cannot be read is told, with its line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from graphprov.capture import Recorder, RecordingWarning
from graphprov.capture.sidecar import ENDINGS, LARGEST_BYTES, beside
from graphprov.errors import InvalidInput
from graphprov.journal import Journal
from graphprov.model.metadata import Quantity
from graphprov.settings import Settings


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "users.csv").write_text("ada\n")
    return tmp_path / "users.csv"


def rows() -> list[dict[str, Any]]:
    with Journal(Settings.load().journal) as journal:
        return [row for record in journal.pending("nobody", 1000) for _, row in record.statements]


def said(id_: str) -> dict[str, Any]:
    return {key: value for row in rows() if row.get("id") == id_ for key, value in row["properties"].items()}


def test_yaml_and_json_say_the_same(data: Path) -> None:
    Path(f"{data}.meta.yml").write_text(
        "license: internal\nissued_at: 2026-03-01\nexposure: 4.5[ms]\ngain: {value: 2, unit: dB}\nseen: 2026-02-28\n"
        "country: no\nzip: '017'\nmetadata: {name: inner}\n"
    )
    yaml = beside(data)
    Path(f"{data}.meta.yml").unlink()
    Path(f"{data}.meta.json").write_text(
        '{"license": "internal", "issued_at": "2026-03-01", "exposure": "4.5[ms]", "gain": {"value": 2, "unit": "dB"},'
        ' "seen": "2026-02-28", "country": "no", "zip": "017", "metadata": {"name": "inner"}}'
    )
    json = beside(data)
    assert yaml is not None
    assert json is not None
    assert json.fields == yaml.fields == {"licence": "internal", "issued_at": datetime(2026, 3, 1, tzinfo=UTC)}
    assert json.metadata == yaml.metadata == {
        "exposure": Quantity(4.5, "ms"), "gain": Quantity(2, "dB"), "seen": date(2026, 2, 28), "country": "no",
        "zip": "017", "name": "inner",
    }  # fmt: skip


def test_it_is_recorded_and_arguments_win(data: Path) -> None:
    Path(f"{data}.meta.yaml").write_text(
        "name: people\nkind: feature-table\nsource: acme\ncontract: C-1\nrows: 17\nowner: mei\npassword: hunter2\n"
    )
    recorder = Recorder(user="ada")
    with recorder.run("r", code=False) as run:
        used = run.used(data)
        made = run.generated(data, name="mine", metadata={"owner": "jonas"})
    assert used.short.startswith("feature-table:people@")
    assert (said(used.id)["contract"], said(used.id)["rows"], said(used.id)["owner"]) == ("C-1", 17, "mei")
    assert (said(used.id)["password"], said(used.id)["redacted.password"]) == ("[redacted]", True)
    assert (made.name, said(made.id)["owner"]) == ("mine", "jonas")
    got = recorder.receive(data, source="other", contract="C-2", kind="dataset", contact="a@b.example")
    assert (got.kind, said(got.id)["contract"]) == ("dataset", "C-2")
    owners = {row["target"] for row in rows() if row.get("relation") == "WAS_ATTRIBUTED_TO" and row["source"] == got.id}
    assert owners == {"urn:graphprov:data-source:other"}
    assert said("urn:graphprov:data-source:other")["contact"] == "a@b.example"


@pytest.mark.parametrize(
    ("ending", "content", "told"),
    [
        (".meta.json", '{"a": 1,\n "b": }', r"csv\.meta\.json is no JSON: line 2"),
        (".meta.json", '{"a": 1, "a": 2}', "'a' stands there twice"),
        (".meta.yaml", "a: 1\nb: [", "line [23]"),
        (".meta.yaml", "a: 1\na: 2\n", "line 2"),
        (".meta.yaml", "a: !!python/object/apply:os.system ['touch gone']\n", "line 1"),
        (".meta.yaml", "a: &x [1]\nb: *x\n", "line 2: an alias"),
        (".meta.yaml", "- 1\n", "no keys and values"),
        (".meta.yaml", "issued_at: soon\n", "issued_at: 'soon' is no time"),
        (".meta.yaml", "kind: training\n", "not of artifact"),
        (".meta.yaml", "a: " + "x" * LARGEST_BYTES, "larger than"),
    ],
)
def test_one_that_cannot_be_read_is_an_error_of_receive_and_a_warning_in_a_run(
    data: Path, ending: str, content: str, told: str
) -> None:
    assert ending in ENDINGS
    Path(f"{data}{ending}").write_text(content)
    recorder = Recorder(user="ada")
    with pytest.raises(InvalidInput, match=told):
        recorder.receive(data, source="acme")
    with recorder.run("r", code=False) as run, pytest.warns(RecordingWarning, match=told):
        used = run.used(data)
    assert used.name == "users"
    assert not Path("gone").exists()
