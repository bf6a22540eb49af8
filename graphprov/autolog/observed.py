"""Tells `graphprov run --observer python` what libraries open by themselves, of which Python raises no audit events.

This module, the tables of some libraries and what these need are copied beside `graphprov.observe.hook`, under another
package's name, into programs whose Python may lack graphprov (see `graphprov.observe.observers`). So it imports nothing
of graphprov but those, and is loaded when such a library is. Whatever goes wrong here is no business of the program.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, Protocol

from graphprov.autolog.imports import Watch
from graphprov.autolog.patching import Patches
from graphprov.autolog.places import Local, places
from graphprov.autolog.table import Arguments, Call, Library, Touched

_HIDDEN = (".", "_")
_SLACK_SECONDS = 0.02
_READ, _MADE, _KEPT, _BOTH = os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_RDWR, os.O_RDWR | os.O_CREAT


class Tell(Protocol):
    """Says to the observer that a file was opened with these flags of open(2), at this moment; never raises."""

    def __call__(self, path: str, flags: int, moment: float) -> None:
        """Say so."""


def begin(tell: Tell, names: Iterable[str]) -> Watch:
    """Wrap the functions of each library as soon as it has been imported."""
    libraries = [library for name in names if (library := _library(name)) is not None]
    patches = Patches(_Around(tell))

    def imported(name: str) -> None:
        try:
            for library in libraries:
                for call in (*library.calls.get(name, ()), *_MORE.get(name, ())):
                    # What a database's connection leads to is told by who opens it.
                    if "database" not in call.name:
                        patches.apply(sys.modules[name], call)
        except Exception:  # noqa: S110
            pass

    watch = Watch(lambda name: any(name in library.calls for library in libraries), imported)
    watch.begin()
    return watch


def _library(name: str) -> Library | None:
    try:
        library = import_module(f"graphprov.autolog.libraries.{name}").LIBRARY
    except Exception:
        return None
    return library if isinstance(library, Library) else None


class _Around:
    """What happens instead of a call: what it reads is told before, what it wrote after."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._inside = threading.local()
        self._process = os.getpid()

    def __call__(self, bind: Callable[[], Arguments], call: Call, original: Callable[[], Any]) -> Any:
        if getattr(self._inside, "on", False):
            return original()
        self._inside.on = True
        try:
            moment = time.time()
            touched = self._before(bind, call, moment)
            failed = True
            try:
                result = original()
                failed = False
            finally:
                self._after(touched, moment, failed=failed)
            return result
        finally:
            self._inside.on = False

    def _before(self, bind: Callable[[], Arguments], call: Call, moment: float) -> Touched | None:
        try:
            # DuckDB's parser has threads and locks, which a forked process does not have.
            if os.getpid() != self._process and call.arguments == ("query",):
                return None
            arguments = bind()
            touched = call.touched(arguments)
            if call.name == "connect":
                for each in _local(touched.reads):
                    self._tell(each, _READ if arguments.get("read_only") else _BOTH, moment)
                return None
            for each in _local(touched.reads):
                for path in _files(each):
                    self._tell(path, _READ, moment)
        except Exception:
            return None
        return touched

    def _after(self, touched: Touched | None, moment: float, *, failed: bool) -> None:
        try:
            for each in _local(touched.writes, touched.suffix) if touched is not None else ():
                folder = os.path.isdir(each)  # noqa: PTH112  links stay as they were named
                for path in _files(each) if os.path.exists(each) else [each]:  # noqa: PTH110
                    # Of a call that failed, and of a folder, only what has changed since. What is lazy comes later.
                    if not (failed or folder) or _changed_since(path, moment):
                        self._tell(path, _KEPT if touched is not None and touched.keeps else _MADE, moment)
        except Exception:  # noqa: S110
            pass


def _local(values: Sequence[Any], suffix: str = "") -> Iterator[str]:
    """The paths among these; of open files Python has told already."""
    for value in values:
        for place in places(value, suffix):
            if isinstance(place, Local) and place.handle is None:
                yield place.path


def _files(path: str) -> Iterator[str]:
    """The file, or all files below the folder, but for those that readers of data sets pass over."""
    if not os.path.isdir(path):  # noqa: PTH112
        yield path
        return
    for folder, below, names in os.walk(path):
        below[:] = [each for each in below if not each.startswith(_HIDDEN)]
        yield from (os.path.join(folder, name) for name in names if not name.startswith(_HIDDEN))  # noqa: PTH118


def _changed_since(path: str, moment: float) -> bool:
    return os.path.exists(path) and os.stat(path).st_ctime >= moment - _SLACK_SECONDS  # noqa: PTH110, PTH116


def _database(arguments: Arguments) -> Touched:
    path = arguments.get("database")
    return Touched(reads=() if str(path or ":memory:").startswith(":") else (path,))


_MORE: dict[str, tuple[Call, ...]] = {
    "duckdb": (Call("connect", _database, ("database", "read_only"), ("database", "read_only", "config")),)
}
