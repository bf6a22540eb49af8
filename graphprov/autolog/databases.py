"""Which database a connection leads to."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

from graphprov.autolog.places import Local, Place, Remote, Unknown


def database(connection: Any, table: object = None) -> list[Place]:
    """The file of an SQLite connection, the address of another, with the table where it is known.

    Args:
        connection: An open connection, an engine of SQLAlchemy, or an address.
    """
    if isinstance(connection, sqlite3.Connection):
        return _sqlite(connection)
    url = connection if isinstance(connection, str) else getattr(getattr(connection, "engine", connection), "url", None)
    if url is None:
        return [Unknown(f"a connection of {type(connection).__module__.partition('.')[0]}")]
    text = url if isinstance(url, str) else url.render_as_string(hide_password=True)
    if text.startswith("sqlite"):
        path = text.partition("://")[2].partition("?")[0].removeprefix("/")
        if path in ("", ":memory:"):
            return [Unknown("a database in memory")]
        return [Local(os.path.abspath(path))]  # noqa: PTH100  links stay as they were named
    from graphprov.capture.redaction import without_credentials  # not there where this is copied: `autolog.observed`

    text = without_credentials(text)
    named = isinstance(table, str)
    return [Remote(f"{text}#{table}" if named else text, str(table) if named else None)]


def _sqlite(connection: sqlite3.Connection) -> list[Place]:
    # A cursor of our own, without the user's row factory; the pragma neither reads data nor begins a transaction.
    cursor = sqlite3.Cursor(connection)
    files = [row[2] for row in cursor.execute("PRAGMA database_list").fetchall()]
    return [Local(file) if file else Unknown("a database in memory") for file in files[:1]]
