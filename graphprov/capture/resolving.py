"""The annotations of a function as types, also where they are text (PEP 563) and name what only checkers know."""

from __future__ import annotations

import builtins
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graphprov.capture.annotations import Parts
from graphprov.errors import InvalidInput

WORDS = ("In", "Out", "Param")


def annotations_of(function: Callable[..., Any]) -> dict[str, Any]:
    """From each argument, and `return`, to its type; of what is unknown at run time only its brackets are known.

    Called where the function is defined: names of the calling frames count.

    Raises:
        InvalidInput: An annotation misspells one of graphprov's marks, or names one that is not there at run time.
    """
    target = inspect.unwrap(function)
    names = _Names({**getattr(target, "__globals__", {}), **_defining_names(), **_closure(target)})
    return {
        argument: _evaluated(function.__qualname__, argument, annotation, names)
        if isinstance(annotation, str)
        else annotation
        for argument, annotation in inspect.get_annotations(target).items()
    }


class _Unknown:
    """Stands for a name that is not there when the program runs."""

    def __getattr__(self, name: str) -> _Unknown:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Unknown()

    def __getitem__(self, item: Any) -> Any:
        return _Brackets(item if isinstance(item, tuple) else (item,))

    def __call__(self, *_: Any, **__: Any) -> _Unknown:  # typing takes for a type what can be called
        return self

    def __or__(self, other: Any) -> Any:
        return other

    def __ror__(self, other: Any) -> Any:
        return other


class _Brackets(Parts):
    """A type with an unknown name and known brackets."""

    __slots__ = ()

    def __call__(self, *_: Any, **__: Any) -> None: ...

    def __or__(self, other: Any) -> Any:
        return _Brackets((self, other))

    __ror__ = __or__


class _Names(dict[str, Any]):
    """The names that are known; of the others a mark must be."""

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            return getattr(builtins, name)
        if name in WORDS:
            raise NameError(name)
        return _Unknown()


def _defining_names() -> dict[str, Any]:
    """The local names of the first frame outside of this package, and around it where it is the body of a class."""
    here = str(Path(__file__).parent)
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(here):
        frame = frame.f_back
    found = [dict(frame.f_locals)]
    while "__qualname__" in frame.f_locals and frame.f_back is not None:
        frame = frame.f_back
        found.append(dict(frame.f_locals))
    return {name: value for names in reversed(found) for name, value in names.items()}


def _closure(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return dict(inspect.getclosurevars(function).nonlocals)
    except (TypeError, ValueError):  # no function of Python, or a name that has no value yet
        return {}


def _evaluated(function: str, argument: str, text: str, names: Mapping[str, Any]) -> Any:
    where = f"the annotation '{text}' of '{argument}' in {function}"
    try:
        return eval(text, {}, names)  # noqa: S307  the program's own text, evaluated as typing.get_type_hints does
    except NameError as error:
        raise InvalidInput(
            f"{where} cannot be read: {error.args[0]} is not there when the program runs",
            hint="import it outside of `if TYPE_CHECKING:`",
        ) from error
    except InvalidInput:
        raise
    except Exception as error:
        if isinstance(error, AttributeError) and getattr(error.obj, "__name__", None) == "graphprov":
            raise InvalidInput(f"{where} cannot be read: {error}", nearest=WORDS) from error
        if any(f"{word}{bracket}" in text for word in WORDS for bracket in "[("):
            raise InvalidInput(f"{where} cannot be read: {error}") from error
        return None  # whatever else an annotation says is no affair of ours
