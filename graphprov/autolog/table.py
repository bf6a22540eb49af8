"""How a library is declared: which of its functions read and write, and which argument holds the path.

A library is a module with a `LIBRARY`. Another one is a few lines:

```python
LIBRARY = Library("csvlib", {"csvlib": (*reads("path", "read"), *writes("path", "Table.save"))})
```

A package of its own registers such an object as an entry point of the group `graphprov.auto`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

ENTRY_POINTS = "graphprov.auto"
BUILT_IN = ("duckdb", "joblib", "numpy", "pandas", "polars", "pyarrow", "safetensors", "sklearn", "torch")

Arguments = Mapping[str, Any]
"""The arguments of a call by name, those that were not given with their defaults."""


@dataclass(frozen=True)
class Touched:
    """What one call reads and writes.

    Attributes:
        reads: Paths, addresses, open files, or lists of them.
        writes: Likewise.
        keeps: Whether what was in a written file stays in it, as when it is appended to.
        complete: Whether a written file is complete when the call returns; else it is taken at the end of the run.
        suffix: What the library adds to a written path that does not end so.
        kind: What a written file is, where the call tells: `model`.
        parameters: What the run was told by this call.
        not_seen: Why files that it may have touched cannot be told.
    """

    reads: Sequence[Any] = ()
    writes: Sequence[Any] = ()
    keeps: bool = False
    complete: bool = True
    suffix: str = ""
    kind: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    not_seen: str | None = None


@dataclass(frozen=True)
class Call:
    """A function or method that is recorded.

    Attributes:
        name: Below its module, such as `read_csv` or `DataFrame.to_csv`.
        touched: What a call with these arguments reads and writes.
        arguments: The names of those arguments that `touched` looks at.
        parameters: All parameters in order, where Python cannot tell them.
        group: Calls of one group inside each other are one call, the outermost: `pandas.read_parquet` calls `pyarrow`.
    """

    name: str
    touched: Callable[[Arguments], Touched]
    arguments: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    group: str = "files"


@dataclass(frozen=True)
class Library:
    """A library and its calls, by the module that they are reached through.

    Attributes:
        name: What `libraries=` and `without=` of `graphprov.auto` call it.
        below: A module; the functions of `found` are recorded in each module below it as it is imported.
        found: Calls that are not known by name: the objects that hold them, with the calls.
    """

    name: str
    calls: Mapping[str, Sequence[Call]]
    below: str | None = None
    found: Callable[[], Iterable[tuple[Any, Call]]] | None = None


def reads(argument: str, *names: str, parameters: tuple[str, ...] = ()) -> tuple[Call, ...]:
    """Functions that read what this argument says."""

    def touched(arguments: Arguments) -> Touched:
        return Touched(reads=(arguments.get(argument),))

    return tuple(Call(name, touched, (argument,), parameters) for name in names)


def writes(
    argument: str,
    *names: str,
    mode: str | None = None,
    suffix: str = "",
    complete: bool = True,
    kind: str | None = None,
    parameters: tuple[str, ...] = (),
) -> tuple[Call, ...]:
    """Functions that write what this argument says.

    Args:
        mode: The argument that says by `a` or `r+` that what is in the file stays.
        suffix: What the library adds to a path that does not end so.
        complete: Whether the file is complete when the call returns.
        kind: What is written.
        parameters: All parameters, where Python cannot tell them.
    """

    def touched(arguments: Arguments) -> Touched:
        return Touched(
            writes=(arguments.get(argument),),
            keeps=mode is not None and keeps(arguments.get(mode)),
            suffix=suffix,
            complete=complete,
            kind=kind,
        )

    looked_at = (argument,) if mode is None else (argument, mode)
    return tuple(Call(name, touched, looked_at, parameters) for name in names)


def keeps(mode: object) -> bool:
    """Whether a file that is opened so keeps what is in it.

    >>> keeps("a"), keeps("r+b"), keeps("w"), keeps("append")
    (True, True, False, True)
    """
    return isinstance(mode, str) and (mode.startswith("a") or ("+" in mode and not mode.startswith("w")))


def known() -> dict[str, str]:
    """The libraries that can be recorded, and where each is declared; other packages' come after the built-in ones."""
    found = {name: f"graphprov.autolog.libraries.{name}:LIBRARY" for name in BUILT_IN}
    for each in entry_points(group=ENTRY_POINTS):
        found.setdefault(each.name, each.value)
    return found


@functools.cache
def load(where: str) -> Library:
    """The declaration of a library at `module:name`.

    Raises:
        TypeError: There is something else.
        Exception: Whatever the module of somebody else's table raises.
    """
    module, _, name = where.partition(":")
    library = getattr(import_module(module), name)
    if not isinstance(library, Library):
        raise TypeError(f"{where} is no graphprov.autolog.Library")
    return library
