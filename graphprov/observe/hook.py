"""Tells which files a Python program opens. A copy of this file is that program's `sitecustomize`.

It runs inside other people's programs and in any Python since 3.8, so it imports nothing of graphprov and next to
nothing else, never raises, and holds no file open: a program that closes all its descriptors must not make it write
into somebody else's file.
"""

from __future__ import annotations

import _thread
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_VARIABLE = "GRAPHPROV_OBSERVE"
LIBRARIES = frozenset({"duckdb", "polars", "pyarrow", "safetensors", "torch"})
"""Those that read and write by native code, of which Python raises no audit events."""
_PACKAGE = "_graphprov_observed"
"""Copied beside this file: `graphprov.autolog.observed` and what it needs; for these libraries only."""


def _watch(log: str) -> None:
    busy: set[int] = set()
    skipped = tuple({os.path.realpath(each) + os.sep for each in (sys.prefix, sys.base_prefix)})
    getpid, ident = os.getpid, _thread.get_ident

    def told(what: str, *paths: Any, flags: int = 0, moment: float | None = None) -> None:
        full = [os.path.abspath(os.fsdecode(path)) for path in paths]
        if full and full[0].startswith(skipped):
            return
        if what == "open" and not full[0].startswith("/dev/"):
            there = os.path.exists(full[0])
            if not there and not flags & os.O_CREAT:
                return
            if not there:
                flags |= os.O_EXCL
        line = json.dumps([moment or time.time(), getpid(), what, full, flags]) + "\n"
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in known or ident() in busy:
            return
        busy.add(ident())
        try:
            known[event](arguments)
        except Exception:  # whatever happens here is no business of the program
            pass
        finally:
            busy.discard(ident())

    def opening(arguments: tuple[Any, ...]) -> None:
        path, _, flags = arguments
        if not isinstance(path, int):
            told("open", path, flags=flags)

    def tell(path: str, flags: int, moment: float) -> None:
        if ident() in busy:
            return
        busy.add(ident())
        try:
            told("open", path, flags=flags, moment=moment)
        except Exception:
            pass
        finally:
            busy.discard(ident())

    known: dict[str, Callable[[tuple[Any, ...]], None]] = {
        "open": opening,
        "os.rename": lambda given: told("rename", given[0], given[1]),
        "os.link": lambda given: told("link", given[0], given[1]),
        "os.remove": lambda given: told("remove", given[0]),
        "os.truncate": lambda given: None if isinstance(given[0], int) else told("cut", given[0], flags=given[1]),
        "sqlite3.connect": lambda given: told("open", given[0], flags=os.O_RDWR | os.O_CREAT),
    }
    os.stat(log)  # no log, no watching
    told("start")
    sys.addaudithook(hook)
    sys.meta_path.insert(0, _Finder(tell))


class _Finder:
    """Waits for the first import of a library that opens files by itself, and then lets those who know it watch."""

    def __init__(self, tell: Callable[[str, int, float], None]) -> None:
        self._tell = tell
        self._here = os.path.dirname(os.path.abspath(__file__))

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """None, or what the watch that takes over finds."""
        if name.partition(".")[0] not in LIBRARIES or self not in sys.meta_path:
            return None
        try:
            sys.meta_path.remove(self)
            return self._begin().find_spec(name, path, target)
        except Exception:  # such as a Python too old for it
            return None

    def _begin(self) -> Any:
        from importlib import import_module, util

        folder = os.path.join(self._here, _PACKAGE)
        spec = util.spec_from_file_location(
            _PACKAGE, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
        )
        if spec is not None and spec.loader is not None:
            package = sys.modules[_PACKAGE] = util.module_from_spec(spec)
            spec.loader.exec_module(package)
        return import_module(_PACKAGE + ".observed").begin(self._tell, sorted(LIBRARIES))


def _next_of_this_name() -> None:
    """Python has one `sitecustomize`; the program's own is found behind this one."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [each for each in sys.path if os.path.abspath(each) != here]
    mine = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # type: ignore[import-not-found, unused-ignore] # noqa: F401
    except ImportError as error:
        if getattr(error, "name", None) != "sitecustomize":
            raise
        if mine is not None:
            sys.modules["sitecustomize"] = mine


if __name__ == "sitecustomize":
    if os.environ.get(_VARIABLE):
        try:
            _watch(os.environ[_VARIABLE])
        except Exception:
            pass
    _next_of_this_name()
