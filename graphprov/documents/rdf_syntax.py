"""Turtle, TriG, RDF/XML and JSON-LD in, with rdflib's parsers and without what they would add or drop.

- Literals keep the text that they were written with: rdflib's own would rewrite `"01"^^xsd:int`.
- Blank nodes without a label get one from the order in which they stand, so that the same file gives the same labels.
- Nothing is fetched: a document type declaration in RDF/XML and a context by address in JSON-LD are refused.
- A name that is relative to where the document lies is refused, since it would be another one on another machine; so is
  what rdflib drops in silence, such as a JSON-LD key that no context defines.
"""

from __future__ import annotations

import logging
import re
from typing import BinaryIO, NoReturn

from rdflib.term import BNode, Literal

from graphprov.documents.formats import FORMATS, Format
from graphprov.documents.rdf_graph import Graphs, Object
from graphprov.documents.statements import BLANK, DocumentError, Value
from graphprov.documents.terms import XSD_STRING

# rdflib reports what it makes of odd names and literals to its log; without a handler that is standard error.
logging.getLogger("rdflib").addHandler(logging.NullHandler())

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LONE = re.compile("[\ud800-\udfff]")
_ESCAPED_LONE = re.compile(r"\\[uU]0*[dD][89a-fA-F]")
_RANDOM = re.compile(r"N[0-9a-f]{32}")
"""What rdflib calls a blank node without a label."""


def read_syntax(stream: BinaryIO, file: str, format_: Format, graphs: Graphs) -> None:
    """Read a document of one of the four formats into `graphs`.

    Raises:
        DocumentError: It cannot be read; names the line where the parser knows it.
    """
    reading = _reading(file, format_, graphs)
    try:
        reading.read(stream)
    except DocumentError:
        raise
    except RecursionError as error:
        raise reading.error("it is nested more deeply than can be read") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise reading.error(f"expected UTF-8, found the byte {error.object[error.start]:#04x}", line) from error
    except Exception as error:  # the parsers raise whatever broken input leads them to
        raise reading.explained(error) from error


def _reading(file: str, format_: Format, graphs: Graphs) -> Reading:
    match format_:
        case Format.rdfxml:
            from graphprov.documents.rdf_xml import RdfXml

            return RdfXml(file, format_, graphs)
        case Format.jsonld:
            from graphprov.documents.rdf_jsonld import JsonLd

            return JsonLd(file, format_, graphs)
        case _:
            from graphprov.documents.rdf_turtle import Turtle

            return Turtle(file, format_, graphs)


class Reading:
    """One document on its way from a parser into graphs."""

    def __init__(self, file: str, format_: Format, graphs: Graphs) -> None:
        self.format = format_
        self.graphs = graphs
        self._file = file
        self._label = "b"
        self._given = 0
        self._labels: dict[str, str] = {}
        self._may_be_lone = False

    @property
    def line(self) -> int:
        """Where the parser is; 0 where it does not know."""
        return 0

    def read(self, stream: BinaryIO) -> None:
        """Read all of the document."""
        raise NotImplementedError

    def explained(self, error: Exception) -> DocumentError:
        """What a parser's error means; parsers raise all sorts, and seldom say more."""
        if isinstance(error, IndexError):
            return self.error("it ends in the middle")
        return self.error(f"it is malformed: {error}" if isinstance(error, ValueError) else "it is malformed")

    def error(self, reason: str, line: int | None = None, column: int = 0) -> DocumentError:
        """An error, at the place where the parser is unless a line is given."""
        title = FORMATS[self.format].title
        at = self.line if line is None else line
        return DocumentError(f"cannot be read as {title}: {reason}", file=self._file, line=at, column=column)

    def text_of(self, data: bytes) -> str:
        """The text of the document; from now on labels differ from all that it could have written."""
        text = data.decode("utf-8-sig")
        self._may_be_lone = _ESCAPED_LONE.search(text) is not None
        while self._label in text:
            self._label += "x"
        return text

    def new_label(self) -> str:
        """A label for a blank node that has none."""
        self._given += 1
        return f"{BLANK}{self._label}{self._given}"

    def name(self, node: object) -> str:
        """The IRI or blank label of a node of rdflib's.

        Raises:
            DocumentError: It is a literal, or relative.
        """
        if isinstance(node, BNode):
            if not _RANDOM.fullmatch(node):
                return f"{BLANK}{node}"
            key = str(node)
            if key not in self._labels:
                self._labels[key] = self.new_label()
            return self._labels[key]
        if not isinstance(node, str) or isinstance(node, Literal):
            raise self.error("a literal stands where a name is expected")
        return self.absolute(str(node))

    def absolute(self, iri: str) -> str:
        """The same IRI, if it means the same anywhere."""
        if not _SCHEME.match(iri):
            self.refuse_relative(iri)
        return self.checked(iri)

    def refuse_relative(self, iri: str) -> NoReturn:
        """Say that a name has no meaning without the place of the document."""
        raise self.error(f"the name <{iri}> is relative, and the document does not say to what: it declares no base")

    def value(self, object_: object) -> Object:
        """The name or literal that an object is."""
        if isinstance(object_, Literal):
            datatype = str(object_.datatype or XSD_STRING)
            text = self.checked(str(object_))
            return Value.spoken(text, object_.language) if object_.language else Value(text, datatype)
        return object_ if isinstance(object_, Value) else self.name(object_)

    def checked(self, text: str) -> str:
        """The same text, if it is one: escapes can stand for what is no character."""
        if self._may_be_lone and (found := _LONE.search(text)):
            raise self.error(f"'\\u{ord(found[0]):04X}' is no character of Unicode")
        return text
