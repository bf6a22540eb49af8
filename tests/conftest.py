"""Shared by all tests: one Neo4j for the whole suite, and a home of its own for each test.

The server is the one at `GRAPHPROV_TEST_URI` (with `GRAPHPROV_TEST_USER`, `GRAPHPROV_TEST_PASSWORD`) or, without that,
a throw-away embedded one of the version in `GRAPHPROV_TEST_NEO4J_VERSION`; with `-n` one for each process, since tests
empty it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphprov.engine import Endpoint, throwaway
from graphprov.store import Address, Store
from graphprov.store.connection import Connection

MOST_PROCESSES = 4
HELD = "MATCH (n) WHERE NOT n:GraphprovStore AND NOT n:GraphprovSchema RETURN count(n)"


def pytest_xdist_auto_num_workers() -> int:
    """How many processes `-n auto` means: none beside this one where there is but one database."""
    if os.environ.get("GRAPHPROV_TEST_URI"):
        return 0
    return min(os.cpu_count() or 1, MOST_PROCESSES)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has an empty home and journal, and no database of the person who runs it. The cache stays shared."""
    home = tmp_path_factory.mktemp("home")
    for name in [
        name for name in os.environ if name.startswith("GRAPHPROV_") and not name.startswith("GRAPHPROV_TEST_")
    ]:
        if name != "GRAPHPROV_CACHE":
            monkeypatch.delenv(name)
    monkeypatch.setenv("GRAPHPROV_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def neo4j() -> Iterator[Endpoint]:
    """The one server of the suite."""
    uri = os.environ.get("GRAPHPROV_TEST_URI")
    if uri:
        if os.environ.get("PYTEST_XDIST_WORKER"):
            pytest.exit("several processes would empty one another's database: -n 0 with GRAPHPROV_TEST_URI", 2)
        user, password = os.environ.get("GRAPHPROV_TEST_USER", "neo4j"), os.environ["GRAPHPROV_TEST_PASSWORD"]
        _check_expendable(Address(uri, user, password))
        yield Endpoint(uri=uri, user=user, password=password, http=None, version="", pid=None)
        return
    with throwaway(version=os.environ.get("GRAPHPROV_TEST_NEO4J_VERSION")) as endpoint:
        yield endpoint


def _check_expendable(address: Address) -> None:
    """The tests empty their database: refuse one that holds anything, unless its owner says so."""
    connection = Connection(address)
    held = connection.read(lambda tx: tx.run(HELD).single(strict=True)[0])
    connection.close()
    if held and not os.environ.get("GRAPHPROV_TEST_WIPE"):
        pytest.exit(
            f"{address.uri} holds {held:,} nodes that the tests would remove; GRAPHPROV_TEST_WIPE=1 lets them", 2
        )


@pytest.fixture(scope="session")
def _shared_store(neo4j: Endpoint) -> Iterator[Store]:
    with Store(Address(neo4j.uri, neo4j.user, neo4j.password)) as store:
        yield store


@pytest.fixture
def store(_shared_store: Store) -> Store:
    """The suite's database, empty."""
    empty(_shared_store)
    return _shared_store


@pytest.fixture
def database(neo4j: Endpoint, store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The suite's database, empty, and configured in the environment, so that `Settings.load()` finds it."""
    monkeypatch.setenv("GRAPHPROV_URI", neo4j.uri)
    monkeypatch.setenv("GRAPHPROV_USER", neo4j.user)
    monkeypatch.setenv("GRAPHPROV_PASSWORD", neo4j.password)
    return store


def empty(store: Store) -> None:
    """Remove all that tests recorded; the schema stays."""
    store._connection.command("MATCH (n) WHERE NOT n:GraphprovStore AND NOT n:GraphprovSchema DETACH DELETE n")
