"""The schema: applied once, checked each time, and only in a database that is graphprov's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphprov.errors import StoreRefused
from graphprov.store import Store
from graphprov.store import schema as schema_module
from graphprov.store.connection import Connection
from graphprov.store.schema import SchemaFile, ensure_schema, schema_files


@pytest.fixture
def bare(store: Store) -> Iterator[Connection]:
    """The suite's database as nobody's: without schema, mark and nodes; it is graphprov's again afterwards."""
    connection = store._connection
    _strip(connection)
    yield connection
    _strip(connection)
    # The open store goes on with the id that it has.
    ensure_schema(connection)
    connection.command(f"MATCH (s:GraphprovStore) SET s.id = '{store.id}'")


def _strip(connection: Connection) -> None:
    connection.command("MATCH (n) DETACH DELETE n")
    for kind, drop in (("CONSTRAINTS", "CONSTRAINT"), ("INDEXES", "INDEX")):
        names = connection.read(lambda tx, kind=kind: tx.run(f"SHOW {kind} YIELD name, type").values())
        for name, type_ in names:
            if type_ != "LOOKUP":
                connection.command(f"DROP {drop} `{name}`")


def _names(connection: Connection, what: str) -> set[str]:
    return {row[0] for row in connection.read(lambda tx: tx.run(f"SHOW {what} YIELD name").values())}


def _applied(connection: Connection) -> list[tuple[int, str]]:
    text = "MATCH (f:GraphprovSchema) RETURN f.number, toString(f.applied_at) ORDER BY f.number"
    return [tuple(row) for row in connection.read(lambda tx: tx.run(text).values())]


def test_an_empty_database_gets_all_files_in_order_once(bare: Connection) -> None:
    first = ensure_schema(bare)
    applied = _applied(bare)
    assert [number for number, _ in applied] == [file.number for file in schema_files()]
    assert {"graphprov_entity_id", "graphprov_activity_id", "graphprov_agent_id"} <= _names(bare, "CONSTRAINTS")
    assert "graphprov_names" in _names(bare, "INDEXES")
    assert ensure_schema(bare) == first
    assert _applied(bare) == applied


def test_many_clients_that_find_a_new_database_at_once_agree(bare: Connection) -> None:
    found: list[str] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            connection = Connection(bare.address)
            found.append(ensure_schema(connection))
            connection.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert len(found) == 4
    assert len(set(found)) == 1
    assert len(_applied(bare)) == len(schema_files())


def test_a_database_that_somebody_else_uses_is_refused_untouched(bare: Connection) -> None:
    bare.command("CREATE (:Customer {name: 'Ada'})")
    with pytest.raises(StoreRefused, match="holds 1 nodes that are not graphprov's") as caught:
        ensure_schema(bare)
    assert bare.address.uri in str(caught.value)
    assert "--adopt" in (caught.value.hint or "")
    assert not any(name.startswith("graphprov") for name in _names(bare, "CONSTRAINTS"))


def test_a_shared_database_can_be_adopted_and_stays_as_it_is(bare: Connection) -> None:
    bare.command("CREATE (:Customer {name: 'Ada'})")
    first = ensure_schema(bare, adopt=True)
    assert ensure_schema(bare) == first
    assert bare.read(lambda tx: tx.run("MATCH (c:Customer) RETURN c.name").values()) == [["Ada"]]


def test_a_file_that_was_edited_after_it_was_applied_is_refused(bare: Connection) -> None:
    ensure_schema(bare)
    bare.command("MATCH (f:GraphprovSchema {number: 1}) SET f.checksum = 'of another text'")
    with pytest.raises(StoreRefused, match=r"V001__.* was edited after it had been applied") as caught:
        ensure_schema(bare)
    assert "new numbered file" in (caught.value.hint or "")


def test_a_database_of_a_newer_graphprov_is_refused(bare: Connection) -> None:
    ensure_schema(bare)
    bare.command("CREATE (:GraphprovSchema {number: 999, name: 'V999__later', checksum: 'x'})")
    with pytest.raises(StoreRefused, match="newer graphprov: it has the schema file V999__later"):
        ensure_schema(bare)


def test_a_new_file_is_applied_to_a_database_that_has_the_older_ones(
    bare: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = schema_files()
    monkeypatch.setattr(schema_module, "schema_files", lambda: files[:1])
    first = ensure_schema(bare)
    monkeypatch.setattr(schema_module, "schema_files", lambda: files)
    assert ensure_schema(bare) == first
    assert len(_applied(bare)) == len(files)


def test_a_first_start_that_was_killed_half_way_goes_on(bare: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    files = schema_files()
    broken = SchemaFile(
        files[0].number, files[0].name, files[0].checksum, (*files[0].commands[:1], "THIS IS NO CYPHER")
    )
    monkeypatch.setattr(schema_module, "schema_files", lambda: [broken])
    with pytest.raises(StoreRefused):
        ensure_schema(bare)
    monkeypatch.setattr(schema_module, "schema_files", lambda: files)
    ensure_schema(bare)
    assert len(_applied(bare)) == len(files)


def test_line_ends_are_no_edit() -> None:
    unix = schema_module._read("V007__x", "CREATE INDEX a;\nCREATE INDEX b;\n")
    windows = schema_module._read("V007__x", "CREATE INDEX a;\r\nCREATE INDEX b;\r\n")
    assert unix.checksum == windows.checksum
    assert unix.commands == ("CREATE INDEX a", "CREATE INDEX b")


def test_files_are_numbered_without_gaps_and_say_what_they_do() -> None:
    files = schema_files()
    assert [file.number for file in files] == list(range(1, len(files) + 1))
    folder = Path(schema_module.cypher_root()) / "schema"
    assert all("// title:" in path.read_text(encoding="utf-8") for path in folder.glob("V*.cypher"))
