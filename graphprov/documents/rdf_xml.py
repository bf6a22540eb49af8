"""RDF/XML in, with rdflib's handler on Python's own parser."""

from __future__ import annotations

from typing import Any, BinaryIO, NoReturn
from urllib.parse import urlsplit
from xml.sax import SAXParseException
from xml.sax.handler import LexicalHandler, feature_external_ges, feature_external_pes, property_lexical_handler
from xml.sax.xmlreader import InputSource

from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.rdfxml import RDFXMLHandler, create_parser
from rdflib.term import Literal, URIRef

from graphprov.documents.rdf_syntax import Reading
from graphprov.documents.statements import DocumentError, Value
from graphprov.documents.terms import RDF, XSD_STRING

_XML_LITERAL = RDF + "XMLLiteral"
_DEEPEST = 10_000
"""Elements inside elements: for each one of an XML literal, rdflib copies the names that are known."""


class RdfXml(Reading):
    """A document in RDF/XML."""

    _handler: _Handler | None = None

    @property
    def line(self) -> int:
        """Where the parser is."""
        return 0 if self._handler is None else self._handler.locator.getLineNumber() or 0

    def read(self, stream: BinaryIO) -> None:
        """Read all of the document."""
        source: Any = InputSource()
        source.setByteStream(stream)
        store: Any = _Store(self)
        parser = create_parser(source, store)
        parser.setFeature(feature_external_ges, False)
        parser.setFeature(feature_external_pes, False)
        parser.setProperty(property_lexical_handler, _Refusal(self))
        self._handler = _Handler(self, store, source)
        parser.setContentHandler(self._handler)
        parser.parse(source)

    def explained(self, error: Exception) -> DocumentError:
        """What the parser found wrong, and where."""
        if isinstance(error, SAXParseException):
            return self.error(error.getMessage(), error.getLineNumber() or 0, (error.getColumnNumber() or 0) + 1)
        if isinstance(error, ParserError):
            return self.error(str(error).split(": ", 1)[-1])  # before that stands where
        return super().explained(error)


class _Store:
    """Stands where rdflib has its graph."""

    def __init__(self, reading: RdfXml) -> None:
        self._reading = reading

    def add(self, triple: tuple[object, object, object]) -> None:
        subject, property_, object_ = triple
        reading = self._reading
        reading.graphs.add(None, reading.name(subject), reading.name(property_), reading.value(object_), reading.line)

    def bind(self, prefix: str | None, iri: str, **_: object) -> None:
        if len(iri.split()) > 1 or iri != iri.strip():
            # Python's parser joins namespace and name with a space, and splits them at any.
            raise self._reading.error(f"the namespace {iri!r} holds a space, and cannot be told from a name")
        if iri:
            self._reading.graphs.declare(prefix or "", iri)


class _Refusal(LexicalHandler):
    def __init__(self, reading: RdfXml) -> None:
        self._reading = reading

    def startDTD(self, *_: object) -> NoReturn:  # noqa: N802 - sax's name
        raise self._reading.error(
            "it has a document type declaration, which can stand for anything: expected none, and names in full"
        )


class _Pieces:
    """A text that grows: rdflib adds to its texts piece by piece, and copies all of it each time."""

    def __init__(self, *pieces: str | _Pieces) -> None:
        self._pieces: list[str | _Pieces] = list(pieces)

    def __add__(self, piece: str | _Pieces) -> _Pieces:
        self._pieces.append(piece)
        return self

    def __str__(self) -> str:
        texts: list[str] = []
        left: list[str | _Pieces] = [self]
        while left:
            piece = left.pop()
            if isinstance(piece, str):
                texts.append(piece)
            else:
                left.extend(reversed(piece._pieces))
        return "".join(texts)


class _Handler(RDFXMLHandler):
    """Builds literals as they were written."""

    def __init__(self, reading: RdfXml, store: Any, source: Any) -> None:
        super().__init__(store)
        self._reading = reading
        self.preserve_bnode_ids = True
        self.setDocumentLocator(source)

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802 - sax's name
        if len(self.stack) > _DEEPEST:
            raise self._reading.error("it is nested more deeply than can be read")
        super().startElementNS(name, qname, attrs)

    def absolutize(self, uri: str) -> URIRef:
        return URIRef(uri) if urlsplit(uri).scheme else super().absolutize(uri)

    def property_element_start(self, name: Any, qname: Any, attrs: Any) -> None:
        super().property_element_start(name, qname, attrs)
        if isinstance(self.current.object, Literal):
            self.current.object = _Pieces()
        elif self.current.data is not None:
            self.current.data = _Pieces()

    def literal_element_start(self, name: Any, qname: Any, attrs: Any) -> None:
        super().literal_element_start(name, qname, attrs)
        self.current.object = _Pieces(self.current.object)

    def property_element_end(self, name: Any, qname: Any) -> None:
        current = self.current
        if isinstance(current.object, _Pieces):
            current.object = Value(str(current.object), _XML_LITERAL)
        elif isinstance(current.data, _Pieces) and current.object is None:
            text = str(current.data)
            if current.datatype is not None:
                current.object = Value(text, str(self.absolutize(current.datatype)))
            elif current.language:
                current.object = Value.spoken(text, current.language)
            else:
                current.object = Value(text, XSD_STRING)
            current.data = None
        super().property_element_end(name, qname)
