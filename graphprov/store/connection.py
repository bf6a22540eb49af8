"""One connection to Neo4j: where it goes, transactions that are tried again, and errors that a person understands."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, LiteralString, ParamSpec, TypeVar

import neo4j
from neo4j import exceptions as driver_errors
from neo4j.time import Date, DateTime, Duration, Time

from graphprov.errors import DatabaseAway, GraphprovError, InvalidInput, StoreRefused, WrongPassword
from graphprov.settings import Settings

T = TypeVar("T")
P = ParamSpec("P")

SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_CONNECT_SECONDS = 5.0
_RETRY_SECONDS = 30.0


@dataclass(frozen=True)
class Address:
    """Where the database is and how to get in; the password never shows."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str | None = None
    embedded: bool = False

    @property
    def shown(self) -> str:
        """The address as messages name it."""
        return self.uri if self.database is None else f"{self.uri} (database '{self.database}')"


def address_of(settings: Settings, *, start: bool = True, progress: bool = True) -> Address | None:
    """The configured address; without one, the embedded server's, which is started if need be.

    Args:
        start: Start the embedded server; with False the answer is None where it does not run.

    Raises:
        InvalidInput: The address is malformed, or has no password.
        EngineError: The embedded server cannot run.
    """
    if settings.uri is not None:
        return Address(_checked(settings.uri), settings.user, _password(settings), settings.database)
    from graphprov import engine  # only here: the engine is large, and most addresses do not need it

    endpoint = engine.ensure_running(settings, progress=progress) if start else engine.running(settings)
    if endpoint is None:
        return None
    return Address(endpoint.uri, endpoint.user, endpoint.password, settings.database, embedded=True)


def _checked(uri: str) -> str:
    scheme, separator, rest = uri.partition("://")
    if scheme not in SCHEMES or not separator or not rest.strip("/"):
        raise InvalidInput(
            f"'{shown_uri(uri)}' is no address of a Neo4j server: expected SCHEME://HOST[:PORT]",
            nearest=[f"{name}://" for name in SCHEMES],
        )
    if "@" in rest:
        raise InvalidInput(
            f"the address '{shown_uri(uri)}' holds a user or password",
            hint="give them in GRAPHPROV_USER and GRAPHPROV_PASSWORD, or GRAPHPROV_PASSWORD_FILE",
        )
    return uri


def shown_uri(uri: str) -> str:
    """An address without the user and password that may stand in it, for messages.

    >>> shown_uri("bolt://ada:secret@db.example:7687")
    'bolt://db.example:7687'
    """
    scheme, separator, rest = uri.partition("://")
    return scheme + separator + rest.rpartition("@")[2] if separator else uri.rpartition("@")[2]


def _password(settings: Settings) -> str:
    password = settings.read_password()
    if password is None:
        raise InvalidInput(
            f"no password is configured for {settings.uri}",
            hint="set GRAPHPROV_PASSWORD or GRAPHPROV_PASSWORD_FILE",
        )
    return password


class Connection:
    """A driver on one address. Work runs in managed transactions, which the driver repeats on transient errors."""

    def __init__(self, address: Address) -> None:
        self.address = address
        with self.explained():
            try:
                self._driver = neo4j.GraphDatabase.driver(
                    address.uri,
                    auth=(address.user, address.password),
                    connection_timeout=_CONNECT_SECONDS,
                    connection_acquisition_timeout=2 * _RETRY_SECONDS,
                    max_transaction_retry_time=_RETRY_SECONDS,
                    notifications_min_severity="OFF",
                    telemetry_disabled=True,
                    user_agent="graphprov",
                )
            except ValueError as error:
                raise InvalidInput(f"the address {address.shown} cannot be used: {error}") from error

    def check(self) -> None:
        """Connect once.

        Raises:
            DatabaseAway: Nobody answers.
            WrongPassword: The user or password is refused.
        """
        with self.explained():
            try:
                self._driver.verify_connectivity()
            except ValueError as error:  # a port that is no number is seen only now
                raise InvalidInput(f"the address {self.address.shown} cannot be used: {error}") from error

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def read(self, work: Callable[Concatenate[neo4j.ManagedTransaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run work in a reading transaction."""
        with self.explained(), self._session() as session:
            return session.execute_read(work, *args, **kwargs)

    def write(
        self, work: Callable[Concatenate[neo4j.ManagedTransaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run work in a writing transaction; on a deadlock or a lost leader it is run again as a whole."""
        with self.explained(), self._session() as session:
            return session.execute_write(work, *args, **kwargs)

    def command(self, text: str) -> None:
        """Run a schema command, in a transaction of its own; tried again where another client does the same."""
        with self.explained(), self._session() as session:
            session.execute_write(lambda tx: tx.run(literal(text)).consume())

    def _session(self) -> neo4j.Session:
        return self._driver.session(database=self.address.database, fetch_size=-1)

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Turn the driver's errors into graphprov's."""
        try:
            yield
        except (driver_errors.DriverError, driver_errors.Neo4jError, OSError) as error:
            raise self._explain(error) from error

    def _explain(self, error: Exception) -> GraphprovError:
        where = self.address.shown
        code = getattr(error, "code", None) or ""
        if isinstance(error, driver_errors.AuthError) or ("Security" in code and "Forbidden" not in code):
            return WrongPassword(
                f"the database at {where} does not let user '{self.address.user}' in with this password",
                hint="check GRAPHPROV_USER and GRAPHPROV_PASSWORD (or GRAPHPROV_PASSWORD_FILE)",
            )
        if "DatabaseNotFound" in code or "DatabaseUnavailable" in code:
            return DatabaseAway(f"the server at {self.address.uri} has no database '{self.address.database}' online")
        if "ReadOnly" in code or "Forbidden" in code or "AccessMode" in code:
            return StoreRefused(
                f"the database at {where} is read-only for user '{self.address.user}'",
                hint="what was recorded stays in the journal; `graphprov sync` sends it once writing is allowed",
            )
        if isinstance(error, driver_errors.ServiceUnavailable | driver_errors.SessionExpired | OSError):
            return DatabaseAway(
                f"no database answers at {where}",
                hint="graphprov db status"
                if self.address.embedded
                else "check GRAPHPROV_URI, and that the server runs",
            )
        if isinstance(error, driver_errors.Neo4jError):
            return StoreRefused(f"the database at {where} refused a query: {error.message}")
        if isinstance(error, driver_errors.ConfigurationError):
            return InvalidInput(f"the address {where} cannot be used: {error}")
        return DatabaseAway(f"the connection to {where} failed: {error}")


def literal(text: str) -> LiteralString:
    """Mark the text of a Cypher file as what it is: text that graphprov ships, never text from outside."""
    return text


_PLAIN = frozenset({str, int, float, bool, type(None)})


def native(value: Any) -> Any:
    """A value from the driver as Python's own: times and durations included."""
    kind = type(value)
    if kind is str or kind is int or kind is float or kind is bool or value is None:
        return value
    if isinstance(value, DateTime | Date | Time):
        return value.to_native()
    if isinstance(value, Duration) and not value.months:
        from datetime import timedelta

        return timedelta(days=value.days, seconds=value.seconds, microseconds=value.nanoseconds // 1000)
    if isinstance(value, list):
        if _PLAIN.issuperset(map(type, value)):  # long columns of numbers or texts stay as they are
            return value
        return [native(item) for item in value]
    if isinstance(value, neo4j.graph.Node):
        return {"labels": sorted(value.labels), **{key: native(item) for key, item in value.items()}}
    if isinstance(value, neo4j.graph.Relationship):
        return {"type": value.type, **{key: native(item) for key, item in value.items()}}
    if isinstance(value, Mapping):
        return {key: native(item) for key, item in value.items()}
    return value
