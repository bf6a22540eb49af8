"""Tables and queries of databases as remote data: which database, which table or question, which snapshot.

Of a query neither text nor values are kept, since literals in it may be people's data: a digest, which tells it from
others, and the tables that it reads. Comments and the amount of white space do not count. The digest covers literals
and parameters, so who guesses them all can confirm the guess.

A query's digest tells the question and not the answer, so without a snapshot the version stays unknown. A database that
is a file (SQLite, DuckDB) can be seen: there the file's digest, with that of its write-ahead log, is the snapshot.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from graphprov.capture.redaction import without_credentials
from graphprov.capture.remote import Remote
from graphprov.digest import FileChanged, digest_object, digest_path
from graphprov.errors import InvalidInput
from graphprov.model.times import as_moment

_PORTS = {"postgresql": ":5432", "mysql": ":3306", "mariadb": ":3306", "mssql": ":1433"}
_LOGS = {"sqlite": "-wal", "duckdb": ".wal"}
_PIECE = re.compile(r"(--[^\n]*|/\*.*?\*/|\s+)|('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`)", re.DOTALL)
_SETTING = re.compile(r"(\w[\w ]*?)\s*=\s*('[^']*'|\{[^}]*\}|[^;\s]+)")
_HOST, _DATABASE = ("host", "hostaddr", "server", "data source", "addr"), ("dbname", "database", "initial catalog")


def sql(
    connection: Any,
    *,
    table: str | None = None,
    query: Any = None,
    parameters: Any = None,
    snapshot: str | int | datetime | None = None,
    tables: Sequence[str] | None = None,
) -> Remote:
    """A table of a database, or what a query reads from one; nothing is asked of the database.

    Args:
        connection: Its address (`postgresql://db.example/shop`, a connection string), or a connection or engine of
            SQLAlchemy, psycopg or sqlite3. Users, passwords and options are not kept.
        table: Such as `public.users`.
        query: The text, or an expression of SQLAlchemy, of which only a digest is kept.
        parameters: Its parameters, of which only a digest is kept.
        snapshot: Which state of the data: a snapshot's number, a position in a log, a time.
        tables: Which tables the query reads. Default: read from it, where sqlglot is installed.

    Raises:
        InvalidInput: What it is connected to cannot be told, the file is missing, or both table and query are given.
    """
    if table is not None and query is not None:
        raise InvalidInput("a table and a query were given: expected one of them", hint="give table= or query=")
    scheme, place = _database(connection)
    address = f"{scheme}://{place}"
    asked: dict[str, Any] = {} if table is None else {"table": table}
    facts: dict[str, Any] = {"database": address, **asked}
    if query is not None:
        text, bound = _text_of(query, parameters)
        asked["query_digest"] = f"sha256:{hashlib.sha256(_normal(text).encode()).hexdigest()}"
        if bound:
            asked["parameters_digest"] = str(digest_object(bound))
        facts |= asked
        if found := list(tables or _tables_in(text, scheme)):
            facts["tables"] = sorted(found)
    unknown = "no snapshot= was given"
    identity: dict[str, Any] = {}
    if snapshot is not None:
        facts["snapshot"] = _snapshot(snapshot)
        identity = {**asked, "snapshot": facts["snapshot"]}
    elif scheme in _LOGS and place not in ("/", "/:memory:"):
        try:
            seen = _file_digests(Path(place[1:]), _LOGS[scheme])
            facts |= seen
            identity = {**asked, **seen}  # and not where it lies: the same file elsewhere is the same
        except FileChanged:
            unknown = "the file changed while it was read"
    name = table or ("" if query is not None else None)
    return Remote(address, name, None, identity, facts, unknown)


def _snapshot(value: str | int | datetime) -> str:
    moment = as_moment(value, "snapshot") if isinstance(value, datetime) else None
    return moment.isoformat() if moment is not None else str(value)


def _file_digests(file: Path, log: str) -> dict[str, str]:
    digests = {"file_digest": str(digest_path(file))}
    beside = file.with_name(file.name + log)
    if beside.is_file() and beside.stat().st_size:
        digests["log_digest"] = str(digest_path(beside))
    return digests


def _database(connection: Any) -> tuple[str, str]:
    """The kind of database, and its host with port and name: taken out piece by piece, so that nothing else is kept."""
    if isinstance(connection, sqlite3.Connection):
        file = next((row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main"), "")
        return "sqlite", f"/{file or ':memory:'}"
    if isinstance(connection, str):
        return _of_address(connection) if "://" in connection else _of_settings(connection)
    if hasattr(connection, "get_bind"):  # a session of SQLAlchemy
        connection = connection.get_bind()
    if (url := getattr(getattr(connection, "engine", None), "url", None)) is not None or (
        url := connection if hasattr(connection, "drivername") else None
    ) is not None:
        port = f":{url.port}" if url.port else ""
        return _spelled(url.drivername, f"{url.host or ''}{port}", url.database or "")
    if (info := getattr(connection, "info", None)) is not None and hasattr(info, "dbname"):  # psycopg
        return _spelled("postgresql", f"{info.host or ''}:{info.port}", info.dbname or "")
    raise InvalidInput(
        f"what a {type(connection).__name__} is connected to cannot be told",
        hint='give the address of the database instead, such as "postgresql://db.example/shop"',
    )


def _of_address(text: str) -> tuple[str, str]:
    scheme, _, rest = text.partition("://")
    head, _, tail = rest.partition("?")
    if "@" in tail and "@" not in head and ":" in head and "/" not in head:  # a password with a question mark
        head = tail.rpartition("@")[2].partition("?")[0]
    host, _, name = head.rpartition("@")[2].partition("#")[0].partition("/")
    return _spelled(scheme, host, name)


def _of_settings(text: str) -> tuple[str, str]:
    """A connection string: `host=db dbname=shop password=x`, or `Driver={...};Server=db;Database=shop;Pwd=x`."""
    found = {key.strip().lower(): value.strip("'{}") for key, value in _SETTING.findall(text)}
    host = next((found[key] for key in _HOST if key in found), "")
    name = next((found[key] for key in _DATABASE if key in found), "")
    if not host and not name:
        raise InvalidInput(
            "this connection string names neither host nor database",
            hint='expected something like "postgresql://db.example/shop" or "host=db.example dbname=shop"',
        )
    port = f":{found['port']}" if found.get("port") else ""
    return _spelled("odbc" if "driver" in found else "postgresql", host.removeprefix("tcp:") + port, name)


def _spelled(scheme: str, host: str, name: str) -> tuple[str, str]:
    """One spelling for one database."""
    scheme = scheme.lower().partition("+")[0]
    scheme = {"postgres": "postgresql"}.get(scheme, scheme)
    if scheme in _LOGS:
        file = name.removeprefix("file:").partition("?")[0]
        return scheme, f"/{os.path.abspath(file) if file not in ('', ':memory:') else ':memory:'}"  # noqa: PTH100
    place = f"{host.lower().removesuffix(_PORTS.get(scheme, ':'))}/{name}".rstrip("/")
    return scheme, without_credentials(place)


def _text_of(query: Any, parameters: Any) -> tuple[str, Any]:
    if isinstance(query, str):
        return query, parameters
    if hasattr(query, "compile"):  # an expression of SQLAlchemy keeps its values apart
        compiled = query.compile()
        own = dict(compiled.params)
        return str(compiled), {**own, **parameters} if isinstance(parameters, Mapping) else [own, parameters]
    raise InvalidInput(f"a query is a text, not a {type(query).__name__}")


def _normal(text: str) -> str:
    r"""A query with one space for each white space and comment outside of quotes, and without the semicolon at its end.

    >>> _normal("SELECT *  -- all\n FROM users WHERE name = 'a  b';")
    "SELECT * FROM users WHERE name = 'a  b'"
    """
    return re.sub(" +$", "", _spaced(text).rstrip("; ")).strip()


def _spaced(text: str) -> str:
    pieces = _PIECE.sub(lambda found: found[2] if found[2] else "\0", text)
    return re.sub("\0+", " ", pieces)


def _tables_in(text: str, scheme: str) -> set[str]:
    """The tables that a query names; none where sqlglot is not there, or cannot read it."""
    try:
        import sqlglot
        from sqlglot import exp
    except ImportError:
        return set()
    dialect = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}.get(scheme, scheme)
    try:
        trees = sqlglot.parse(text, dialect=dialect if dialect in sqlglot.Dialects._value2member_map_ else None)
        own = {each.alias_or_name for tree in trees if tree for each in tree.find_all(exp.CTE)}
        named = [each for tree in trees if tree for each in tree.find_all(exp.Table)]
    except Exception:  # a parser may fail in many ways on what it does not know
        return set()
    found = (".".join(part.name for part in each.parts) for each in named)
    return {name for name in found if name and name not in own}
