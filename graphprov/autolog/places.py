"""What an argument names: files here, an address elsewhere, or something that cannot be told."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_GLOB = re.compile(r"[*?\[]")
_HOLDS_PATH = ("name", "path", "_path", "_io", "where")
"""Where open files, and the objects that libraries make of them, keep the path that they were opened with."""


@dataclass(frozen=True)
class Local:
    """A file or folder on this machine.

    Attributes:
        path: Absolute, links as they were named.
        handle: The open file that it was given as.
    """

    path: str
    handle: Any = None


@dataclass(frozen=True)
class Remote:
    """An address; its content is not fetched."""

    address: str
    name: str | None = None


@dataclass(frozen=True)
class Unknown:
    """Something without a path, and what it is."""

    what: str


Place = Local | Remote | Unknown


def places(value: Any, suffix: str = "") -> Iterator[Place]:
    """All that an argument names, patterns expanded.

    >>> [each.path for each in places(["/p/users.csv", "file:///p/a%20b.csv"])]
    ['/p/users.csv', '/p/a b.csv']
    >>> list(places("s3://bucket/users.parquet"))
    [Remote(address='s3://bucket/users.parquet', name=None)]
    """
    match value:
        case None:
            return
        case Local() | Remote() | Unknown():
            yield value
        case str() | os.PathLike():
            yield from _of_text(os.fspath(value), suffix)
        case bytes() | bytearray() | memoryview():
            yield Unknown("bytes")
        case list() | tuple() | set() | frozenset():
            for each in value:
                yield from places(each, suffix)
        case _:
            yield _of_object(value)


def _of_text(text: str | bytes, suffix: str) -> Iterator[Place]:
    text = os.fsdecode(text)
    if not text or "\0" in text:
        return
    if ADDRESS.match(text):
        if not text.lower().startswith("file://"):
            yield Remote(text)
            return
        text = unquote(urlsplit(text).path)
    path = os.path.abspath(os.path.expanduser(text))  # noqa: PTH100, PTH111  links stay as they were named
    if suffix and not path.endswith(suffix):
        path += suffix
    if _GLOB.search(path) and not os.path.lexists(path):
        yield from (Local(each) for each in sorted(glob.glob(path, recursive=True)) if os.path.isfile(each))  # noqa: PTH113, PTH207
        return
    yield Local(path)


def _of_object(value: Any) -> Place:
    for attribute in _HOLDS_PATH:
        try:
            held = getattr(value, attribute, None)
        except Exception:  # noqa: S112  a property of somebody else's class
            continue
        if isinstance(held, str | os.PathLike) and (text := os.fsdecode(held)):
            if ADDRESS.match(text):
                return Remote(text)
            if os.path.lexists(text):
                return Local(os.path.abspath(text), value)  # noqa: PTH100
    return Unknown(type(value).__name__)
