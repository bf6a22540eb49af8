"""DuckDB: its readers and writers, and files that a statement names in SQL, as DuckDB's own parser tells."""

from __future__ import annotations

import functools
import json
import sys
import threading
from collections.abc import Iterator
from typing import Any

from graphprov.autolog.table import Arguments, Call, Library, Touched, reads, writes

SQL_NOT_SEEN = "a statement of SQL"
_READERS = ("read_csv", "read_csv_auto", "read_json", "read_json_auto", "read_ndjson", "read_ndjson_auto",
            "read_ndjson_objects", "read_json_objects", "read_parquet", "parquet_scan", "read_text", "read_blob",
            "read_xlsx", "sniff_csv")  # fmt: skip
"""Table functions whose first argument is a path or a list of them."""
_CONNECTION = "DuckDBPyConnection"
_lock = threading.Lock()


def _sql(arguments: Arguments) -> Touched:
    query = arguments.get("query")
    text = query if isinstance(query, str) else getattr(query, "query", None)
    # Most statements name no file: they need no parser.
    if not isinstance(text, str) or ("'" not in text and '"' not in text):
        return Touched()
    read, written, not_seen = touched_by(text)
    return Touched(reads=read, writes=written, not_seen=SQL_NOT_SEEN if not_seen else None)


@functools.lru_cache(512)
def touched_by(sql: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """The files that statements of SQL read and write, and whether there is more that cannot be told."""
    duckdb = sys.modules["duckdb"]
    read: list[str] = []
    written: list[str] = []
    not_seen = False
    try:
        statements = [each.query.strip().rstrip(";") for each in duckdb.extract_statements(sql)]
    except duckdb.Error:  # DuckDB will say what is wrong with it
        return (), (), False
    for statement in statements:
        words = _words(duckdb, statement)
        first = words[0][1].upper() if words else ""
        if first == "COPY":
            inner, path, into_file = _copied(statement, words)
            if path is None:
                not_seen = True
            else:
                (written if into_file else read).append(path)
        elif first in ("CREATE", "INSERT"):
            inner = _query_in(statement, words)
        else:
            inner = statement if first in ("SELECT", "FROM", "WITH", "(") else None
            not_seen |= inner is None and "'" in statement and first in ("ATTACH", "EXPORT", "IMPORT", "DESCRIBE")
        if inner is not None:
            found = _files_in(duckdb, inner)
            not_seen |= found is None
            read += found or ()
    return tuple(dict.fromkeys(read)), tuple(dict.fromkeys(written)), not_seen


def _words(duckdb: Any, sql: str) -> list[tuple[int, str]]:
    """The tokens of a statement, each with its place; parentheses are tokens."""
    starts = [place for place, _ in duckdb.tokenize(sql)]
    ends = [*starts[1:], len(sql)]
    return [(start, sql[start:end].strip()) for start, end in zip(starts, ends, strict=True)]


def _copied(sql: str, words: list[tuple[int, str]]) -> tuple[str | None, str | None, bool]:
    """Of a COPY: the query that it copies, the path, and whether that is what is written."""
    depth, opened, inner = 0, None, None
    for place, (start, word) in enumerate(words):
        if word.startswith("(") and opened is None and place == 1:
            opened = start
        depth += word.count("(") - word.count(")")
        if opened is not None and inner is None and depth == 0:
            inner = sql[opened + 1 : start + word.rindex(")")]
        if depth == 0 and word.upper() in ("TO", "FROM") and place + 1 < len(words):
            following = words[place + 1][1]
            path = _text(following)
            return inner, path, word.upper() == "TO"
    return inner, None, True


def _query_in(sql: str, words: list[tuple[int, str]]) -> str | None:
    """The query of a CREATE ... AS or an INSERT."""
    for place, (start, word) in enumerate(words):
        if word.upper() in ("SELECT", "FROM") or (word.upper() == "WITH" and place > 1):
            return sql[start:]
    return None


def _text(token: str) -> str | None:
    if len(token) < 2 or token[0] != "'":
        return None
    end = token.rfind("'")
    return token[1:end].replace("''", "'")


def _files_in(duckdb: Any, query: str) -> list[str] | None:
    """The files that a query reads; None: it cannot be told, since it is no plain query."""
    with _lock:
        told = json.loads(_parser(duckdb).execute("SELECT json_serialize_sql(?::VARCHAR)", [query]).fetchone()[0])
    if told.get("error"):
        return None
    return list(dict.fromkeys(_files(told)))


@functools.cache
def _parser(duckdb: Any) -> Any:
    """A connection of our own, which holds nothing."""
    return duckdb.connect(":memory:")


def _files(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _files(each)
    elif isinstance(node, dict):
        if node.get("type") == "BASE_TABLE" and not node.get("schema_name"):
            name = node.get("table_name", "")
            if "." in name or "/" in name:
                yield name
        if node.get("type") == "TABLE_FUNCTION":
            function = node.get("function", {})
            if function.get("function_name") in _READERS:
                yield from _first_argument(function)
        for each in node.values():
            yield from _files(each)


def _first_argument(function: dict[str, Any]) -> Iterator[str]:
    given = function.get("arguments") or function.get("children") or []
    for each in given[:1]:
        yield from _constants(each)


def _constants(node: Any) -> Iterator[str]:
    """Texts in an argument: a constant, or a list of them; in the form of DuckDB 2 and of 1."""
    if isinstance(node, list):
        for each in node:
            yield from _constants(each)
    elif isinstance(node, dict):
        if node.get("class") == "CONSTANT":
            literal, value = node.get("literal"), node.get("value")
            if isinstance(literal, dict) and literal.get("kind") == "STRING":
                yield literal["text"]
            elif isinstance(value, dict) and isinstance(value.get("value"), str):
                yield value["value"]
            return
        for each in node.values():
            yield from _constants(each)


def _first(arguments: Arguments) -> Touched:
    """Of `read_csv(*args)`: the path is the first, or has its name."""
    args = arguments.get("args") or ()
    named = arguments.get("path_or_buffer", arguments.get("file_glob"))
    return Touched(reads=(args[0] if args else named,))


_METHOD = ("self", "query", "parameters")

LIBRARY = Library(
    "duckdb",
    {
        "duckdb": (
            *(Call(f"{where}{name}", _first) for where in ("", f"{_CONNECTION}.") for name in
              ("read_csv", "from_csv_auto")),
            *(each for where in ("", f"{_CONNECTION}.") for each in
              reads("path_or_buffer", *(f"{where}{name}" for name in ("from_parquet", "read_json", "read_parquet")))),
            *(Call(f"{where}{name}", _sql, ("query",)) for where in ("", f"{_CONNECTION}.") for name in
              ("from_query", "query", "sql")),
            *(Call(name, _sql, ("query",), _METHOD[1:]) for name in ("execute", "executemany")),
            *(Call(f"{_CONNECTION}.{name}", _sql, ("query",), _METHOD) for name in ("execute", "executemany")),
            *writes("file_name", *(f"DuckDBPyRelation.{name}" for name in
                                   ("to_csv", "to_parquet", "write_csv", "write_parquet"))),
        )
    },
)  # fmt: skip
