"""An XML text of any size, element by element: no DTD, no entity, no network, and a tree of what is read now alone."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from graphprov.documents.statements import DocumentError

CHUNK = 1 << 16
"""Bytes read at a time."""

Element = Any
"""An element of lxml, which has no types."""
Event = tuple[str, Any]
"""`("start-ns", (prefix, namespace))` or `("end", element)`."""

_PLACE = re.compile(r", line \d+, column \d+$")
_REASONS = {
    "Excessive depth": "elements are nested too deeply",
    "Document is empty": "it is empty",
}
"""What to say instead of some of the parser's messages, by how they start."""
_LAST_LINE = 65_534


class Doctype(Exception):
    """The text has a DOCTYPE."""


class _Prolog:
    """Sees what comes before the root element, and which that is."""

    root: str | None = None

    def doctype(self, *_: object) -> None:
        """A DOCTYPE begins; nothing in it is read yet."""
        raise Doctype

    def start(self, tag: str, _attributes: object) -> None:
        """An element begins."""
        self.root = self.root or tag

    def end(self, _tag: str) -> None:
        """An element ends."""

    def data(self, _text: str) -> None:
        """Text."""

    def close(self) -> None:
        """The text ends."""


def read_elements(stream: BinaryIO, *, file: str, root: str, tags: frozenset[str]) -> Iterator[Event]:
    """Each element of some names when it ends, and each prefix when it is declared.

    The caller clears an element when it is done with it, and removes those before it; the one it was given last must
    stay where it is, since the text behind it may still grow.

    Args:
        stream: At its start; need not be seekable.
        file: What messages call it.
        root: The tag (`{namespace}local`) of the outermost element.
        tags: Those of the elements to give.

    Raises:
        DocumentError: It has a DOCTYPE or another root, or is not well-formed.
    """
    prolog = _Prolog()
    # What a DTD declares could be used as early as in the root element. So a first parser, which stops at a DOCTYPE and
    # has limits on what entities may do, reads each piece before the one that has none.
    first: Any = etree.XMLParser(target=prolog, resolve_entities=False, no_network=True, load_dtd=False)
    parser: Any = etree.XMLPullParser(
        events=("start-ns", "end"),
        tag=tuple(tags),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        # Every error is raised here but one: a namespace with a letter beyond ASCII, which is none to XML (`_check`).
        recover=True,
    )
    while data := stream.read(CHUNK):
        if prolog.root is None:
            _look_at(first, prolog, data, file)
            if prolog.root not in {None, root}:
                raise DocumentError(f"expected the element {_told(root)}, found {_told(str(prolog.root))}", file=file)
        parser.feed(data)
        _check(parser, file)
        yield from parser.read_events()
    with contextlib.suppress(etree.XMLSyntaxError):
        # What this says stands in the log too, but for an empty text.
        parser.close()
    _check(parser, file)
    if prolog.root is None:
        raise _not_xml("it is empty", file, 1, 1)
    yield from parser.read_events()


def _look_at(first: Any, prolog: _Prolog, data: bytes, file: str) -> None:
    """Let the first parser look for the root element; what is wrong behind that is for the other one to find."""
    try:
        first.feed(data)
    except Doctype:
        raise DocumentError(
            "a DOCTYPE is not read: PROV-XML needs none, and the entities that it declares are a danger", file=file
        ) from None
    except etree.XMLSyntaxError as error:
        if prolog.root is None:
            line, column = error.position
            raise _not_xml(_PLACE.sub("", error.msg or "it is empty"), file, line, column) from None


def _check(parser: Any, file: str) -> None:
    """Raise the first error that the parser has found."""
    for entry in parser.feed_error_log:
        if entry.level >= etree.ErrorLevels.ERROR and entry.type != etree.ErrorTypes.WAR_NS_URI:
            raise _not_xml(entry.message, file, entry.line, entry.column)


def _not_xml(reason: str, file: str, line: int, column: int) -> DocumentError:
    said = next((said for start, said in _REASONS.items() if reason.startswith(start)), reason.strip())
    return DocumentError(f"not well-formed XML: {said}", file=file, line=line, column=max(column, 0))


def line_of(element: Element) -> int:
    """The line where an element starts."""
    line: int = element.sourceline or 0
    if line > _LAST_LINE:
        # libxml2 has no room for so high a number in an element, and tells that of the end of the text that follows.
        text = element.text if element.text or len(element) else element.tail
        line -= (text or "").count("\n")
    return line


def _told(tag: str) -> str:
    """A tag for a message: `<html>`, and where it is in a namespace, `<document> of the namespace ...`."""
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    return f"<{local}>" + (f" of the namespace {namespace}" if namespace else "")
