"""Arguments of PROV-N extensions that hold others (PROV-N 50 and 51), kept flat.

An `Extension` has names and literals for its arguments, so that every format and every reader of its names can take
them. What brackets group is kept by marks among them, values of the datatype `MARK` whose text is a bracket or so:

- `{("k1", ex:e1)}` is the marks `{` and `(`, the string, the name, and the marks `)` and `}`;
- an expression within an expression, `ex:pair(ex:id; "k1", [ex:a=1])`, is the mark `expression`, the name `ex:pair`,
  the mark `(`, the identifier, the mark `;`, its arguments, the mark `[`, names and values of its attributes in turn,
  and the marks `]` and `)`. What it does not have, it has no mark for. A `-` is None as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from graphprov.documents.names import VOCABULARY
from graphprov.documents.statements import Attribute, Value
from graphprov.documents.terms import QUALIFIED_NAME

MARK = VOCABULARY + "PROV-N"
"""The datatype of a mark."""
DEEPEST = 100
"""How deep the brackets of a statement may go, its own included."""

_CLOSING = {"(": ")", "{": "}"}
_Values = Iterator[Value | None]


def group(opening: str, arguments: Iterable[Value | None]) -> _Values:
    """Arguments in brackets, flat."""
    yield Value(opening, MARK)
    yield from arguments
    yield Value(_CLOSING[opening], MARK)


def expression(
    name: str, own: Iterable[Value | None] | None, arguments: Iterable[Value | None], attributes: Iterable[Attribute]
) -> _Values:
    """An expression as an argument, flat.

    Args:
        own: Its identifier or the `-` for it; None where neither stands there.
    """
    yield Value("expression", MARK)
    yield Value.name(name)
    yield Value("(", MARK)
    if own is not None:
        yield from own
        yield Value(";", MARK)
    yield from arguments
    pairs = tuple(attributes)
    if pairs:
        yield Value("[", MARK)
        for key, value in pairs:
            yield Value.name(key)
            yield value
        yield Value("]", MARK)
    yield Value(")", MARK)


def written_arguments(
    arguments: Iterable[Value | None], written: Callable[[Value | None], str], literal: Callable[[Value], str]
) -> str | None:
    """Arguments with their brackets; None where marks are not in order, or go deeper than a reader will follow.

    Args:
        written: How a single argument is written.
        literal: How the value of an attribute is written.
    """
    try:
        return _Writing(arguments, written, literal).until(None, 1)
    except _Disorder:
        return None


class _Disorder(Exception):
    """Marks that are not in order."""


def _mark(value: Value | None) -> str | None:
    return value.text if value is not None and value.datatype == MARK else None


def _is_name(value: Value | None) -> bool:
    return value is not None and value.datatype == QUALIFIED_NAME


class _Writing:
    """The way through flat arguments, from mark to mark."""

    def __init__(
        self, arguments: Iterable[Value | None], written: Callable[[Value | None], str], literal: Callable[[Value], str]
    ) -> None:
        self._values = iter(arguments)
        self._written = written
        self._literal = literal

    def until(self, closing: str | None, depth: int) -> str:
        """Arguments up to a closing bracket, or to the end."""
        parts: list[str] = []
        for value in self._values:
            mark = _mark(value)
            if mark is not None and mark == closing:
                return ", ".join(parts)
            parts.append(self._one(value, mark, depth))
        if closing is not None:
            raise _Disorder
        return ", ".join(parts)

    def _one(self, value: Value | None, mark: str | None, depth: int) -> str:
        if mark is None:
            return self._written(value)
        if depth >= DEEPEST:
            raise _Disorder
        if mark in _CLOSING:
            return f"{mark}{self.until(_CLOSING[mark], depth + 1)}{_CLOSING[mark]}"
        if mark != "expression":
            raise _Disorder
        return self._expression(depth + 1)

    def _next(self) -> Value | None:
        for value in self._values:
            return value
        raise _Disorder

    def _expression(self, depth: int) -> str:
        name = self._next()
        if not _is_name(name) or _mark(self._next()) != "(":
            raise _Disorder
        own, last = "", None
        parts: list[str] = []
        for value in self._values:
            mark = _mark(value)
            if mark == ")":
                return f"{self._written(name)}({own}{', '.join(parts)})"
            if mark == ";" and len(parts) == 1 and not own and (last is None or _is_name(last)):
                own = f"{parts.pop()}; "
            elif mark == "[":
                return f"{self._written(name)}({own}{', '.join([*parts, self._attributes(depth)])})"
            else:
                parts.append(self._one(value, mark, depth))
            last = value
        raise _Disorder

    def _attributes(self, depth: int) -> str:
        """Attributes, and the bracket behind them that closes the expression."""
        pairs: list[str] = []
        for key in self._values:
            if _mark(key) == "]":
                if depth >= DEEPEST or not pairs or _mark(self._next()) != ")":
                    raise _Disorder
                return f"[{', '.join(pairs)}]"
            value = self._next()
            if not _is_name(key) or value is None or _mark(value) is not None:
                raise _Disorder
            pairs.append(f"{self._written(key)}={self._literal(value)}")
        raise _Disorder
