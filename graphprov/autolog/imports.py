"""Hears of modules as they are imported, without importing any."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class Watch(MetaPathFinder):
    """First among Python's finders: lets the others find a module, and tells when it has been executed.

    Args:
        wanted: Whether to tell of a module of this name.
        imported: Is told each such module; must not raise.
    """

    def __init__(self, wanted: Callable[[str], bool], imported: Callable[[str], None]) -> None:
        self._wanted = wanted
        self._imported = imported
        self._busy = threading.local()

    def begin(self) -> None:
        """Listen from now on."""
        sys.meta_path.insert(0, self)

    def end(self) -> None:
        """Listen no more."""
        sys.meta_path[:] = [each for each in sys.meta_path if each is not self]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the next finders find, with the execution of the module heard of."""
        if not self._wanted(fullname):
            return None
        busy: set[str] = self._busy.__dict__.setdefault("names", set())
        if fullname in busy:
            return None
        busy.add(fullname)
        try:
            for finder in list(sys.meta_path):
                find = getattr(finder, "find_spec", None)
                if finder is self or find is None:
                    continue
                spec: ModuleSpec | None = find(fullname, path, target)
                if spec is not None:
                    self._hear(spec)
                    return spec
        finally:
            busy.discard(fullname)
        return None

    def _hear(self, spec: ModuleSpec) -> None:
        loader = spec.loader
        execute = getattr(loader, "exec_module", None)
        if loader is None or execute is None:
            return

        def exec_module(module: ModuleType) -> None:
            loader.__dict__.pop("exec_module", None)  # the loader is as it was
            execute(module)
            self._imported(spec.name)

        # A loader that takes no attribute is left alone: its module is then not heard of.
        if hasattr(loader, "__dict__"):
            loader.__dict__["exec_module"] = exec_module
