"""An XML text of any size as a sequence of small trees, read by expat: no DTD, no entity, no network.

A tree of the whole document would not fit into memory, and most parsers read a DTD before one can refuse it. Expat says
that a DOCTYPE begins before it reads what that holds, fetches nothing, and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.parsers import expat

from graphprov.documents.names import Scope
from graphprov.documents.reading import Names
from graphprov.documents.statements import DocumentError, Namespace
from graphprov.documents.terms import XSD

CHUNK = 1 << 16
"""Bytes read at a time."""
DEEPEST = 64
"""How deep elements may lie in one another; PROV-XML needs six levels."""
SEPARATOR = "\x01"
"""Stands between namespace and local name in the name of an element or attribute: no XML text can hold it."""
XSD_IN_XML = XSD.rstrip("#")
"""The namespace of XML Schema as XML writes it; elsewhere in PROV it ends with `#`."""


class Node:
    """An element with what it holds.

    Attributes:
        name: Namespace, `SEPARATOR` and local name; the local name alone where it is in no namespace.
        attributes: By names like that.
        names: The IRIs of the names in it, by the prefixes that are in force there.
        line: Where it starts, or what it is part of.
        text: Its own text, without that of its children.
        children: In order.
    """

    __slots__ = ("attributes", "children", "line", "name", "names", "text")

    def __init__(self, name: str, attributes: dict[str, str], names: Names, line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.names = names
        self.line = line
        self.text = ""
        self.children: list[Node] = []


class Opened(Node):
    """A container where it starts: what follows, until it is `Closed`, lies in it."""

    __slots__ = ()


class Closed:
    """The container that was opened last ends."""

    __slots__ = ()


class Stray:
    """Text in a container, where only elements may be."""

    def __init__(self, text: str, line: int) -> None:
        self.text = text
        self.line = line


Event = Namespace | Opened | Closed | Node | Stray
"""What a document is made of, in its order; a `Node` that is not `Opened` is whole."""


class XmlText:
    """An XML text, walked element by element.

    Args:
        stream: In any encoding that expat or one table of 256 characters can decode.
        file: What messages call it.
        root: The name that the outermost element must have.
        containers: Elements that are not held as one, since they may be large; some only where their first child is
            one of those that stand by their name.
        ignored: Elements in containers that are passed over.
    """

    def __init__(
        self,
        stream: BinaryIO,
        file: str,
        root: str,
        containers: Mapping[str, frozenset[str] | None],
        ignored: frozenset[str],
    ) -> None:
        self._stream = stream
        self._file = file
        self._root = root
        self._containers = {root, *(name for name, first in containers.items() if first is None)}
        self._may_be_containers = {name: first for name, first in containers.items() if first is not None}
        self._to_ignore = ignored
        self._events: list[Event] = []
        self._scope = Scope()
        self._names = Names(self._scope)
        # The elements that are open: first the containers, then a record and what lies in it.
        self._open: list[Node] = []
        self._outer = 0
        # What was in force outside of the elements that declare prefixes: how deep they lie, scope and names.
        self._outside: list[tuple[int, Scope, Names]] = []
        self._declares = False
        self._ignored = 0
        self._pieces: list[str] = []
        self._parser = self._new_parser()

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=SEPARATOR)
        parser.buffer_text = True
        parser.buffer_size = CHUNK
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartNamespaceDeclHandler = self._declare
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._pieces.append
        return parser

    def events(self) -> Iterator[Event]:
        """Walk through the whole text.

        Raises:
            DocumentError: It is not well-formed, has a DOCTYPE, another root or too deep a nesting; with line and
                column. What stands before that is given first.
        """
        events, is_last = self._events, False
        while not is_last:
            data = self._stream.read(CHUNK)
            is_last = not data
            try:
                self._parser.Parse(data, is_last)
            except DocumentError:
                yield from events
                raise
            except expat.ExpatError as error:
                yield from events
                raise self._error(f"not well-formed XML: {expat.ErrorString(error.code)}") from None
            except (ValueError, LookupError) as error:
                raise self._error(f"an encoding that cannot be read: {error}") from None
            yield from events
            events.clear()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self._open)
        if self._ignored:
            self._ignored += 1
            return
        if self._pieces:
            self._take_text()
        if depth == self._outer + 1 and self._open[-1].name in self._may_be_containers:
            self._may_open(name)
        if depth > self._outer:
            if depth >= DEEPEST:
                raise self._error(f"elements are nested more than {DEEPEST} levels deep")
            node = Node(name, attributes, self._names, self._open[-1].line)
        elif depth == 0 and name != self._root:
            raise self._error(f"expected the element <prov:document>, found <{name.rpartition(SEPARATOR)[2]}>")
        elif name in self._containers:
            node = Opened(name, attributes, self._names, self._parser.CurrentLineNumber)
            self._outer += 1
            self._events.append(node)
        elif name in self._to_ignore:
            self._ignored = 1
            self._parser.CharacterDataHandler = None
            self._leave(depth)
            return
        else:
            node = Node(name, attributes, self._names, self._parser.CurrentLineNumber)
        self._declares = False
        self._open.append(node)

    def _may_open(self, first: str) -> None:
        """Make a container of the element that is open, if what it holds first says that it is one."""
        node = self._open[-1]
        if not node.children and first in self._may_be_containers[node.name]:
            opened = Opened(node.name, node.attributes, node.names, node.line)
            self._open[-1] = opened
            self._outer += 1
            self._events.append(opened)

    def _end(self, _name: str) -> None:
        if self._ignored:
            self._ignored -= 1
            if not self._ignored:
                self._parser.CharacterDataHandler = self._pieces.append
            return
        if self._pieces:
            self._take_text()
        node = self._open.pop()
        depth = len(self._open)
        if self._outside:
            self._leave(depth)
        if depth > self._outer:
            self._open[-1].children.append(node)
        elif depth == self._outer:
            self._events.append(node)
        else:
            self._outer -= 1
            self._events.append(Closed())

    def _take_text(self) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        if len(self._open) > self._outer:
            self._open[-1].text += text
        elif not text.isspace():
            self._events.append(Stray(text.strip(), self._parser.CurrentLineNumber))

    def _declare(self, prefix: str | None, iri: str | None) -> None:
        """A prefix that the element which is about to start declares; without an IRI, it takes one away."""
        if self._ignored:
            return
        if not self._declares:
            self._outside.append((len(self._open), self._scope, self._names))
            self._scope = Scope(self._scope)
            self._names = Names(self._scope)
            self._declares = True
        iri = XSD if iri == XSD_IN_XML else iri or ""
        self._scope.declare(prefix or "", iri)
        if iri:
            self._events.append(Namespace(prefix or "", iri))

    def _leave(self, depth: int) -> None:
        """Forget the prefixes that the element at this depth has declared."""
        if self._outside and self._outside[-1][0] == depth:
            _, self._scope, self._names = self._outside.pop()
        self._declares = False

    def _refuse_doctype(self, *_: object) -> None:
        raise self._error("a DOCTYPE is not read: PROV-XML needs none, and the entities that it declares are a danger")

    def _error(self, message: str) -> DocumentError:
        parser = self._parser
        return DocumentError(
            message, file=self._file, line=parser.CurrentLineNumber, column=parser.CurrentColumnNumber + 1
        )
