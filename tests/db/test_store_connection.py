"""What goes wrong on the way to a database, in words that name the address and never the password."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from graphs import draw, records
from neo4j.exceptions import Neo4jError

from graphprov.engine import Endpoint
from graphprov.errors import DatabaseAway, InvalidInput, StoreRefused, WrongPassword
from graphprov.journal import Journal
from graphprov.model.statements import Entity
from graphprov.settings import Settings
from graphprov.store import Address, Store, address_of
from graphprov.store.connection import Connection
from graphprov.transfer import send

SECRET = "s3cr3t-passw0rd"


class Cable:
    """A way to a server that can be pulled out and put back: a small TCP relay on a port of its own."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.plugged = True
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        self.plugged = False
        while self._open:
            end = self._open.pop()
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def plug(self) -> None:
        self.plugged = True

    def close(self) -> None:
        self._listener.close()
        self.pull()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if not self.plugged:
                client.close()
                continue
            server = socket.create_connection(self._target)
            self._open += [client, server]
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._relay, args=(one, other), daemon=True).start()

    @staticmethod
    def _relay(one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def cable(neo4j: Endpoint) -> Iterator[Cable]:
    parts = urlsplit(neo4j.uri)
    relay = Cable(parts.hostname or "", parts.port or 7687)
    yield relay
    relay.close()


@pytest.fixture
def at_the_end_of_a_cable(neo4j: Endpoint, store: Store, cable: Cable) -> Iterator[Store]:
    """The suite's database through the cable, with a driver that gives up soon."""
    if urlsplit(neo4j.uri).scheme != "bolt":
        pytest.skip("needs a bolt:// address that a relay can stand before")
    with Store(Address(f"bolt://127.0.0.1:{cable.port}", neo4j.user, neo4j.password)) as far:
        yield far


def test_a_wrong_password_is_told_with_address_and_user_alone(neo4j: Endpoint) -> None:
    with pytest.raises(WrongPassword) as caught:
        Store(Address(neo4j.uri, neo4j.user, SECRET))
    assert neo4j.uri in str(caught.value)
    assert f"'{neo4j.user}'" in str(caught.value)
    assert SECRET not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"


def test_a_host_where_nobody_listens_is_told_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        uri = f"bolt://127.0.0.1:{free.getsockname()[1]}"
    began = time.monotonic()
    with pytest.raises(DatabaseAway, match=uri) as caught:
        Store(Address(uri, "neo4j", SECRET))
    assert time.monotonic() - began < 20
    assert SECRET not in f"{caught.value} {caught.value.hint}"
    assert caught.value.exit_code == 4


def test_a_host_that_does_not_exist_is_told() -> None:
    with pytest.raises(DatabaseAway, match=r"bolt://no-such-host\.invalid"):
        Store(Address("bolt://no-such-host.invalid", "neo4j", SECRET))


def test_something_that_is_no_neo4j_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as web:

        def answer() -> None:
            client, _ = web.accept()
            client.recv(1000)
            client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            client.close()

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(DatabaseAway, match="no database answers"):
            Store(Address(f"bolt://127.0.0.1:{web.getsockname()[1]}", "neo4j", SECRET))


def test_a_database_that_the_server_does_not_have_is_told(neo4j: Endpoint) -> None:
    with pytest.raises(DatabaseAway, match="no database 'nowhere'") as caught:
        Store(Address(neo4j.uri, neo4j.user, neo4j.password, "nowhere"))
    assert neo4j.uri in str(caught.value)
    assert neo4j.password not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    "uri",
    ["http://db:7474", "db:7687", "bolt//db", "bolt://", "neo4j+x://db", "", "postgres://ada:s3cr3t-passw0rd@db/x"],
)
def test_an_address_of_another_kind_is_refused_with_the_kinds_that_there_are(uri: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        address_of(Settings.load().model_copy(update={"uri": uri}))
    assert "neo4j+s://" in caught.value.nearest
    assert SECRET not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("uri", [f"bolt://ada:{SECRET}@db", f"neo4j+s://ada:a@{SECRET}@db:7687", f"bolt://{SECRET}@db"])
def test_credentials_in_an_address_are_refused_and_not_repeated(uri: str) -> None:
    with pytest.raises(InvalidInput, match="holds a user or password") as caught:
        address_of(Settings.load(uri=uri, password="x"))
    assert SECRET not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("uri", ["bolt://db:port", "bolt://[::1", "bolt://db?x=y"])
def test_an_address_that_the_driver_cannot_read_is_bad_input(uri: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be used"):
        Store(Address(uri, "neo4j", SECRET))


def test_an_address_without_a_password_says_where_to_put_one() -> None:
    with pytest.raises(InvalidInput, match="no password is configured for bolt://db") as caught:
        address_of(Settings.load(uri="bolt://db"))
    assert "GRAPHPROV_PASSWORD_FILE" in (caught.value.hint or "")


def test_a_password_never_shows_in_an_address() -> None:
    address = Address("bolt://db", "neo4j", SECRET, "mine")
    assert SECRET not in f"{address} {address!r} {address.shown}"


def test_writing_where_only_reading_is_allowed_is_refused(store: Store) -> None:
    with pytest.raises(StoreRefused, match="read-only for user 'neo4j'") as caught:
        store.run("CREATE (:Entity {id: 'ex:x'})")
    assert store.address.uri in str(caught.value)
    assert "stays in the journal" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("code", "error", "says"),
    [
        ("Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", StoreRefused, "read-only"),
        ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", StoreRefused, "read-only"),
        ("Neo.ClientError.Security.Forbidden", StoreRefused, "read-only"),
        ("Neo.ClientError.Security.AuthenticationRateLimit", WrongPassword, "does not let user"),
        ("Neo.ClientError.Security.CredentialsExpired", WrongPassword, "does not let user"),
        ("Neo.TransientError.Database.DatabaseUnavailable", DatabaseAway, "no database"),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", StoreRefused, "refused a query"),
    ],
)
def test_each_refusal_of_a_server_has_its_own_words(store: Store, code: str, error: type[Exception], says: str) -> None:
    refusal = Neo4jError._hydrate_neo4j(code=code, message="the server's words")
    with pytest.raises(error, match=says), store._connection.explained():
        raise refusal


def test_a_deadlock_is_tried_again(store: Store) -> None:
    tries = []

    def work(tx: object) -> int:
        tries.append(1)
        if len(tries) < 3:
            raise Neo4jError._hydrate_neo4j(code="Neo.TransientError.Transaction.DeadlockDetected", message="again")
        return 7

    assert store._connection.write(work) == 7
    assert len(tries) == 3


def test_a_server_that_goes_away_and_comes_back_between_two_questions_is_no_error(
    at_the_end_of_a_cable: Store, cable: Cable
) -> None:
    draw(at_the_end_of_a_cable, "a <-used- r")
    cable.pull()
    cable.plug()
    assert at_the_end_of_a_cable.run("MATCH (n:Entity) RETURN n.id").rows == [("ex:a",)]


def test_what_a_server_that_went_away_did_not_take_stays_in_the_journal_and_is_sent_later(
    at_the_end_of_a_cable: Store, cable: Cable, own_home: object, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    from pathlib import Path

    monkeypatch.setattr("graphprov.transfer.BATCH", 2)
    monkeypatch.setattr(at_the_end_of_a_cable._connection._driver._pool.pool_config, "connection_timeout", 1.0)
    sent: list[int] = []
    with Journal(Path(str(tmp_path)) / "journal.sqlite") as journal:
        for number in range(7):
            journal.append([Entity(id=f"ex:{number}")])

        def progress(done: int, total: int) -> None:
            sent.append(done)
            if done == 4:
                cable.pull()

        with _giving_up_soon(at_the_end_of_a_cable._connection), pytest.raises(DatabaseAway, match=str(cable.port)):
            send(journal, at_the_end_of_a_cable, progress=progress)
        assert sent == [2, 4]
        assert journal.pending_count(at_the_end_of_a_cable.id) == 3
        cable.plug()
        assert send(journal, at_the_end_of_a_cable) == (3, 3)
        assert journal.pending_count(at_the_end_of_a_cable.id) == 0
    assert at_the_end_of_a_cable.run("MATCH (n:Entity) RETURN count(n)").rows == [(7,)]


class _giving_up_soon:
    """The driver tries again for 30 seconds; a test need not."""

    def __init__(self, connection: Connection) -> None:
        self._config = connection._driver._default_workspace_config

    def __enter__(self) -> None:
        self._before = self._config.max_transaction_retry_time
        self._config.max_transaction_retry_time = 1.0

    def __exit__(self, *_: object) -> None:
        self._config.max_transaction_retry_time = self._before


def test_a_store_that_was_not_reached_leaves_no_connection_behind(neo4j: Endpoint) -> None:
    with pytest.raises(WrongPassword):
        Store(Address(neo4j.uri, neo4j.user, "wrong"))
    with Store(Address(neo4j.uri, neo4j.user, neo4j.password)) as store:
        assert store.run("RETURN 1").rows == [(1,)]
        store.write(records([]))
