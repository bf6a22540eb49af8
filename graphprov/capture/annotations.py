"""Arguments marked where they are declared: `users: In[Path]`, `model: Out[Path]`, `c: Param[float] = 1.0`.

To a type checker `In[Path]` is `Path`. At run time it is `Annotated[Path, In()]` (PEP 593), and options are given as
`Annotated[Path, In(name="users", role="training data")]`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from graphprov.capture.artifacts import Artifact, check_entity_kind
from graphprov.errors import InvalidInput

T = TypeVar("T")


class Mark:
    """What says of an argument what it is."""

    def __class_getitem__(cls, type_: Any) -> Any:
        """The type, with a mark that has no options."""
        return Annotated[type_, cls()]

    def options(self) -> dict[str, Any]:
        """The options that were given, as `Run.used` and `Run.generated` take them."""
        return {key: value for key, value in vars(self).items() if value is not None and key != "derived_from"}


@dataclass(frozen=True, kw_only=True)
class InMark(Mark):
    """An input, which the run used. The options are those of `Run.used`."""

    name: str | None = None
    kind: str | None = None
    role: str | None = None
    version: str | None = None
    metadata: Mapping[str, Any] | None = None
    about_use: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        check_entity_kind(self.kind)


@dataclass(frozen=True, kw_only=True)
class OutMark(Mark):
    """An output, which the run generated. The options are those of `Run.generated`.

    Attributes:
        derived_from: The arguments that it was made from, and from no other input.
    """

    name: str | None = None
    kind: str | None = None
    role: str | None = None
    version: str | None = None
    metadata: Mapping[str, Any] | None = None
    derived_from: str | tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_entity_kind(self.kind)

    @property
    def causes(self) -> tuple[str, ...]:
        """The arguments of `derived_from`."""
        return (self.derived_from,) if isinstance(self.derived_from, str) else tuple(self.derived_from)


@dataclass(frozen=True, kw_only=True)
class ParamMark(Mark):
    """A parameter.

    Attributes:
        name: What it is recorded as. Default: the argument's name.
    """

    name: str | None = None


if TYPE_CHECKING:
    In = Annotated[T, "In"]
    Out = Annotated[T, "Out"]
    Param = Annotated[T, "Param"]
else:
    In, Out, Param = InMark, OutMark, ParamMark


@dataclass(frozen=True)
class Parts:
    """A type of which only the parts in its brackets are known, such as one that only type checkers import."""

    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Marked:
    """A value, or a part of one, with its mark and what to call it where nothing else says."""

    mark: Mark
    label: str
    value: Any


def marks_in(annotation: Any) -> list[Mark]:
    """All marks in a type: `In[Path] | None`, `tuple[Out[Path], Out[Path]]`, `Iterator[Out[Path]]`.

    Raises:
        InvalidInput: A mark stands in a piece of text inside a type.
    """
    found: list[Mark] = []
    waiting = [annotation]
    while waiting:
        each = waiting.pop()
        if isinstance(each, typing.ForwardRef):
            each = each.__forward_arg__
        if isinstance(each, str) and any(f"{word}[" in each for word in ("In", "Out", "Param")):
            raise InvalidInput(
                f"the mark in '{each}' is text inside a type: write the whole annotation as text, or none"
            )
        own, parts = _opened(each)
        found += own
        waiting += parts
    return found


def marked(annotation: Any, value: Any, label: str) -> Iterator[Marked]:
    """Each marked part of a value: the whole, or its items where the type marks these, or where they all are paths.

    >>> [(part.label, str(part.value)) for part in marked(dict[str, InMark["str"]], {"a": "a.csv"}, "files")]
    [('a', 'a.csv')]
    """
    if value is None:
        return
    marks, parts = _opened(annotation)
    for mark in marks:
        for key, each in files(value):
            yield Marked(mark, f"{label}-{key}" if key else label, each)
    if typing.get_origin(annotation) in (Annotated, typing.Union, types.UnionType):
        for part in parts:
            found = list(marked(part, value, label))
            yield from found
            if found:
                break
    elif not parts:
        return
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from marked(parts[-1], item, str(key))
    elif isinstance(value, list | tuple | set | frozenset):
        fixed = typing.get_origin(annotation) is tuple and parts[-1] is not Ellipsis
        for number, item in enumerate(value):
            part = parts[min(number, len(parts) - 1)] if fixed else parts[0]
            yield from marked(part, item, f"{label}-{number + 1}" if fixed else label)


def files(value: Any) -> list[tuple[str, Any]]:
    """The paths in a list, tuple, set or mapping of nothing else, by number or key; else the value itself."""
    items = value.items() if isinstance(value, Mapping) else enumerate(value, 1) if isinstance(value, _LISTS) else ()
    found = [(str(key), each) for key, each in items]
    if found and all(isinstance(each, PathLike | Artifact) for _, each in found):
        return found
    return [("", value)]


def yielded(annotation: Any) -> Any:
    """What a generator of this type yields, as a type; None where it does not say."""
    _, parts = _opened(annotation)
    return parts[0] if parts else None


def is_iterator(annotation: Any) -> bool:
    """Whether the values of a type can be gone through only once, so that nobody else may look at them."""
    origin = typing.get_origin(annotation) or annotation
    if origin is Annotated:
        return is_iterator(annotation.__origin__)
    return isinstance(origin, type) and issubclass(origin, Iterator | AsyncIterator)


_LISTS = (list, tuple, set, frozenset)


def _opened(annotation: Any) -> tuple[list[Mark], list[Any]]:
    """The marks of a type itself, and the types it consists of."""
    if isinstance(annotation, type) and issubclass(annotation, Mark):
        return [annotation()], []  # `users: In`, of any type
    if isinstance(annotation, Parts):
        return [], list(annotation.parts)
    if isinstance(annotation, types.GenericAlias) or typing.get_origin(annotation) is not None:
        if typing.get_origin(annotation) is Annotated:
            said = [each() if isinstance(each, type) else each for each in annotation.__metadata__ if _is_mark(each)]
            return said, [annotation.__origin__]
        if typing.get_origin(annotation) is typing.Literal:
            return [], []
        return [], [part for part in typing.get_args(annotation) if not isinstance(part, list)]
    return [], []


def _is_mark(said: Any) -> bool:
    return isinstance(said, Mark) or (isinstance(said, type) and issubclass(said, Mark))
