"""Documents in and out, as a user types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sysconfig
import time
from pathlib import Path

import prov.model
import pytest
from typer.testing import CliRunner

import graphprov as gp
from graphprov.cli.app import app
from graphprov.errors import GraphprovError
from graphprov.store import Store

GRAPHPROV = Path(sysconfig.get_path("scripts")) / "graphprov"
PROVN = """document
  prefix ex <http://example.org/>
  entity(ex:e1, [ex:size="5" %% xsd:long, ex:name="café"@fr])
  entity(ex:e2)
  activity(ex:a1, 2012-03-02T10:30:00+01:00, -)
  used(ex:u1; ex:a1, ex:e1, -)
  wasGeneratedBy(ex:e2, ex:a1, 2012-03-02T11:00:00)
  wasDerivedFrom(ex:e2, ex:e1, ex:a1, -, ex:u1, [prov:type='prov:Revision'])
  bundle ex:b1
    entity(ex:e1, [ex:size="6" %% xsd:int])
  endBundle
endDocument
"""


def typed(*arguments: str | Path, stdin: str | None = None) -> str:
    """What a command prints; its error where it ends with one."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def empty(store: Store) -> None:
    store._connection.write(
        lambda tx: tx.run("MATCH (n) WHERE NOT n:GraphprovStore AND NOT n:GraphprovSchema DETACH DELETE n").consume()
    )


def read(path: Path, form: str) -> prov.model.ProvDocument:
    options = {"rdf_format": "trig"} if form == "rdf" else {}
    return prov.model.ProvDocument.deserialize(str(path), format=form, **options)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "run.provn"
    path.write_text(PROVN)
    return path


@pytest.mark.parametrize(
    ("name", "form"), [("out.provn", "provn"), ("out.json", "json"), ("out.xml", "xml"), ("out.trig", "rdf")]
)
def test_what_goes_in_comes_out_equal_in_every_format_and_again_the_same_bytes(
    database: Store, document: Path, tmp_path: Path, name: str, form: str
) -> None:
    assert typed("import", document) == f"{document}: 7 statements in 1 bundles and outside\n"
    first, second = tmp_path / name, tmp_path / f"again-{name}"
    assert typed("export", first) == f"{first}: 7 statements\n"
    assert read(first, form) == read(document, "provn")
    empty(database)
    typed("import", first)
    typed("export", second)
    assert second.read_bytes() == first.read_bytes()


def test_standard_input_a_folder_and_standard_output(database: Store, document: Path, tmp_path: Path) -> None:
    typed("import", "-", stdin=PROVN)
    whole = typed("export", "-")
    assert "endDocument" in whole
    assert "in the store since" in typed("import", tmp_path)
    assert typed("export", "-") == whole


def test_a_broken_document_imports_nothing_and_says_where(database: Store, document: Path, tmp_path: Path) -> None:
    broken = tmp_path / "zz.provn"
    broken.write_text("document\n  prefix ex <http://example.org/>\n  entity(ex:e9)\n  entty(ex:e8)\nendDocument\n")
    with pytest.raises(GraphprovError, match=r"zz\.provn:4:3: .*entty.*") as caught:
        typed("import", document, broken)
    assert caught.value.exit_code == 2
    assert database.run("MATCH (n:Entity|Activity|Agent) RETURN count(n)").rows == [(0,)]
    result = CliRunner().invoke(app, ["import", "--keep-going", str(document), str(broken)])
    assert result.exit_code == 2
    assert "not taken: " in result.stderr
    assert "zz.provn:4:3" in result.stderr
    found = database.run("MATCH (n:Entity {id: 'http://example.org/e9'}) RETURN count(n)").rows
    assert found == [(1,)]


def test_a_file_that_is_not_there_names_the_nearest(database: Store, document: Path) -> None:
    with pytest.raises(GraphprovError) as caught:
        typed("import", document.with_name("rum.provn"))
    assert caught.value.nearest == (str(document),)


def test_parts_of_the_store(database: Store, document: Path, tmp_path: Path) -> None:
    typed("import", document)
    only = tmp_path / "part.provn"
    assert typed("export", only, "--bundle", "http://example.org/b1").endswith(": 1 statement\n")
    assert typed("export", only, "--ids", "ex:e1", "--ids", "ex:a1").endswith(": 4 statements\n")
    assert typed("export", only, "--lineage-of", "ex:e2").endswith(": 7 statements\n")
    assert typed("export", only, "--impact-of", "ex:e1").endswith(": 7 statements\n")
    assert typed("export", only, "--as-known-on", "2012").endswith(": 0 statements\n")
    with pytest.raises(GraphprovError, match="only one part"):
        typed("export", only, "--ids", "ex:e1", "--bundle", "ex:b1")
    with pytest.raises(GraphprovError, match="no bundle"):
        typed("export", only, "--bundle", "http://example.org/b2")


@pytest.mark.parametrize("what", ["--lineage-of", "--impact-of"])
def test_what_is_related_today_is_not_mixed_with_what_was_known_then(tmp_path: Path, what: str) -> None:
    with pytest.raises(GraphprovError, match="cannot be combined with what was known"):
        typed("export", tmp_path / "part.provn", what, "ex:e2", "--as-known-on", "2026")


def test_a_bundle_by_its_prefix_and_the_nearest_to_one_that_is_not_there(database: Store, tmp_path: Path) -> None:
    held = [f"bundle ex:{letter * 6}\nentity(ex:e)\nendBundle" for letter in "abcdefghijklmnop"]
    (tmp_path / "in.provn").write_text(
        "\n".join(["document", "prefix ex <http://example.org/>", *held, "endDocument"]), encoding="utf-8"
    )
    typed("import", tmp_path / "in.provn")
    only = tmp_path / "part.provn"
    assert typed("export", only, "--bundle", "ex:pppppp").endswith(": 1 statement\n")
    with pytest.raises(GraphprovError, match=r"no bundle ex:ppppp$") as caught:
        typed("export", only, "--bundle", "ex:ppppp")
    assert caught.value.nearest[0] == "http://example.org/pppppp"
    with pytest.raises(GraphprovError, match="the bundle is empty"):
        typed("export", only, "--bundle", "")


def test_a_window_without_a_flaw_is_refused_in_python_too() -> None:
    with pytest.raises(GraphprovError, match="give impact_of= too"):
        gp.export_prov(since="2026")


def test_what_a_truncated_file_says_before_it_breaks_is_in_the_store(database: Store, tmp_path: Path) -> None:
    whole = json.dumps({"prefix": {"ex": "http://example.org/"}, "entity": {f"ex:e{i}": {} for i in range(30)}})
    cut = tmp_path / "cut.json"
    cut.write_text(whole[: whole.index('"ex:e20"')])
    result = CliRunner().invoke(app, ["import", "--keep-going", str(cut)])
    assert result.exit_code == 2
    assert f"{cut}: 20 statements" in result.stdout
    assert database.run("MATCH (n:Entity) RETURN count(n)").rows == [(20,)]


def test_a_file_read_as_another_format_is_another_document(database: Store, tmp_path: Path) -> None:
    lines = tmp_path / "lines.nt"
    lines.write_text(
        "<http://example.org/e> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        " <http://www.w3.org/ns/prov#Entity> .\n"
    )
    typed("import", lines, "--format", "turtle")
    assert "since" not in typed("import", lines, "--format", "ntriples")
    assert "since" in typed("import", lines, "--format", "ntriples")


def test_labels_in_the_store_are_judged_as_in_the_file(database: Store, tmp_path: Path) -> None:
    """A label stands for some usage: two statements of one usage, one of which has a name, are no conflict."""
    ends = {"prov:entity": "ex:e", "prov:activity": "ex:a"}
    said = {
        "prefix": {"ex": "http://example.org/"},
        "wasGeneratedBy": {"_:g": ends, "ex:g": ends},
        "used": {"ex:u": {"prov:activity": "ex:a", "prov:entity": "ex:e0"}},
        "wasDerivedFrom": {
            "_:d": {
                "prov:generatedEntity": "ex:e",
                "prov:usedEntity": "ex:e0",
                "prov:activity": "ex:a",
                "prov:generation": "_:g",
                "prov:usage": "ex:u",
            }
        },
    }
    file = tmp_path / "labels.json"
    file.write_text(json.dumps(said))
    assert typed("validate", file) == f"{file}: valid\n"
    typed("import", file)
    assert typed("validate", "--store") == "<store>: valid\n"


def test_a_format_that_cannot_carry_something_writes_nothing(database: Store, document: Path, tmp_path: Path) -> None:
    typed("import", document)
    out = tmp_path / "out.ttl"
    out.write_text("as it was")
    with pytest.raises(GraphprovError, match="cannot carry the bundle") as caught:
        typed("export", out)
    assert "TriG" in (caught.value.hint or "")
    assert out.read_text() == "as it was"


def test_same_is_said_shown_and_taken_back(database: Store, document: Path) -> None:
    typed("import", document)
    typed("same", "ex:e1", "ex:e2", "--reason", "a copy", "--by", "ada")
    assert "a copy" in typed("show", "ex:e2")
    typed("same", "ex:e1", "ex:e2", "--reason", "no copy", "--undo")
    assert "a copy" not in typed("show", "ex:e2")


def test_killed_in_the_middle_and_run_again_it_ends_the_same(database: Store, tmp_path: Path) -> None:
    big = tmp_path / "big.json"
    used = {f"_:u{i}": {"prov:activity": f"ex:a{i % 500}", "prov:entity": f"ex:e{i}"} for i in range(30_000)}
    big.write_text(json.dumps({"prefix": {"ex": "http://example.org/"}, "used": used}))
    process = subprocess.Popen([GRAPHPROV, "import", big], env=dict(os.environ), stdout=subprocess.DEVNULL)
    count = "MATCH ()-[u:USED]->() RETURN count(u)"
    deadline = time.monotonic() + 60
    while database.run(count).rows == [(0,)] and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    ((partly,),) = database.run(count).rows
    assert 0 < partly < 30_000
    assert "since" not in typed("import", big)
    assert database.run(count).rows == [(30_000,)]
    out, again = tmp_path / "out.json", tmp_path / "again.json"
    typed("export", out)
    empty(database)
    typed("import", big)
    typed("export", again)
    assert again.read_bytes() == out.read_bytes()
