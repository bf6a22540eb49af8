"""N-Triples and N-Quads in (W3C Recommendations of 25 February 2014), line by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import BinaryIO

from graphprov.documents.rdf_escapes import unescaped
from graphprov.documents.rdf_graph import Graphs, Object
from graphprov.documents.statements import DocumentError, Value
from graphprov.documents.terms import XSD_STRING

_IRI = r'<([A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"]*)>'
_BLANK = r"(_:[\w:](?:[\w:.\u00b7-]*[\w:\u00b7-])?)"
_TEXT = r'"([^"\\\r\n]*(?:\\.[^"\\\r\n]*)*)"'
_LITERAL = rf"{_TEXT}(?:\^\^{_IRI}|@([A-Za-z]+(?:-[A-Za-z0-9]+)*))?"
_NODE = rf"(?:{_IRI}|{_BLANK})"
_END = r"\.[ \t]*(?:\#.*)?"
_SPACE = r"[ \t]*"
_LINE = re.compile(
    rf"{_SPACE}{_NODE}{_SPACE}{_IRI}{_SPACE}(?:{_NODE}|{_LITERAL}){_SPACE}(?:{_NODE}{_SPACE})?{_END}", re.DOTALL
)
_STEPS = tuple(
    (what, re.compile(pattern + _SPACE))
    for what, pattern in (
        ("a subject: an IRI in angle brackets with its scheme, or a blank label", _NODE),
        ("a property: an IRI in angle brackets with its scheme", _IRI),
        ("an object: an IRI in angle brackets with its scheme, a blank label or a literal", f"(?:{_NODE}|{_LITERAL})"),
    )
)


def read_lines(
    stream: BinaryIO, file: str, graphs: Graphs, *, quads: bool, bad: Callable[[DocumentError], None] | None
) -> None:
    """Read N-Triples or, with `quads`, N-Quads.

    Raises:
        DocumentError: A line is no statement, unless `bad` takes it.
    """
    number = 0
    for raw in stream:
        for line in raw.splitlines():
            number += 1
            try:
                _read(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line, graphs, quads, number)
            except _Wrong as wrong:
                error = DocumentError(str(wrong), file=file, line=number, column=wrong.column)
                if bad is None:
                    raise error from wrong
                bad(error)


class _Wrong(Exception):
    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(message)
        self.column = column


def _read(raw: bytes, graphs: Graphs, quads: bool, number: int) -> None:
    try:
        line = raw.decode()
    except UnicodeDecodeError as error:
        raise _Wrong(f"expected UTF-8, found the byte {raw[error.start]:#04x}") from error
    match = _LINE.fullmatch(line)
    if match is None:
        if line.strip(" \t") and not line.lstrip(" \t").startswith("#"):
            raise _why(line, quads)
        return
    try:
        _add(match, graphs, quads, number)
    except ValueError as error:
        raise _Wrong(str(error)) from error


def _add(match: re.Match[str], graphs: Graphs, quads: bool, number: int) -> None:
    subject, subject_label, property_, name, label, text, datatype, language, graph, graph_label = match.groups()
    object_: Object
    if text is None:
        object_ = label or unescaped(name)
    elif language is not None:
        object_ = Value.spoken(unescaped(text), language)
    else:
        object_ = Value(unescaped(text), XSD_STRING if datatype is None else unescaped(datatype))
    if (graph or graph_label) and not quads:
        raise _why(match.string, quads)
    holder = graph_label or (None if graph is None else unescaped(graph))
    graphs.add(holder, subject_label or unescaped(subject), unescaped(property_), object_, number)


def _why(line: str, quads: bool) -> _Wrong:
    """What was expected where the line goes wrong."""
    at = len(line) - len(line.lstrip(" \t"))
    for what, pattern in _STEPS:
        match = pattern.match(line, at)
        if match is None:
            return _Wrong(f"expected {what}, found {line[at : at + 40]!r}", at + 1)
        at = match.end()
    expected = "a full stop, or the name of a graph before it" if quads else "a full stop"
    return _Wrong(f"expected {expected}, found {line[at : at + 40]!r}", at + 1)
