"""Turtle and TriG in, with rdflib's parser."""

from __future__ import annotations

import re
from typing import Any, BinaryIO

from rdflib.plugins.parsers.notation3 import BadSyntax, RDFSink, SinkParser
from rdflib.plugins.parsers.trig import TrigSinkParser

from graphprov.documents.formats import Format
from graphprov.documents.rdf_escapes import unescaped
from graphprov.documents.rdf_syntax import Reading
from graphprov.documents.statements import BLANK, DocumentError, Value
from graphprov.documents.terms import XSD, XSD_STRING

_RELATIVE = "relative://document/"
"""The base of names until the document gives one."""
_NUMBER_STARTS = frozenset("+-.0123456789")
_NUMBERS = tuple(
    (re.compile(pattern), XSD + name)
    for pattern, name in (
        (r"[-+]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][-+]?[0-9]+", "double"),
        (r"[-+]?[0-9]*\.[0-9]+", "decimal"),
        (r"[-+]?[0-9]+", "integer"),
    )
)
_TEXTS = {quote: re.compile(rf"([^{quote}\\\r\n]*(?:\\.[^{quote}\\\r\n]*)*){quote}") for quote in ('"', "'")} | {
    quote * 3: re.compile(rf"([^{quote}\\]*(?:(?:\\.|{quote}{{1,2}}(?!{quote}))[^{quote}\\]*)*){quote * 3}", re.DOTALL)
    for quote in ('"', "'")
}
"""What stands between the quotes that start a text and those that end it."""
_UNBOUND = re.compile(r'Prefix "(.*):" not bound')


class Turtle(Reading):
    """A document in Turtle or TriG."""

    _parser: SinkParser | None = None
    _text = ""

    @property
    def line(self) -> int:
        """Where the parser is."""
        return 0 if self._parser is None else self._parser.lines + 1

    def read(self, stream: BinaryIO) -> None:
        """Read all of the document."""
        self._text = self.text_of(stream.read())
        parser = _TrigParser if self.format is Format.trig else _TurtleParser
        self._parser = parser(_Sink(self), baseURI=_RELATIVE, turtle=True)
        self._parser.loadBuf(self._text)
        for prefix, iri in self._parser._bindings.items():
            if not iri.startswith(_RELATIVE):
                self.graphs.declare(prefix, iri)

    def explained(self, error: Exception) -> DocumentError:
        """What the parser found wrong, and where."""
        if not isinstance(error, BadSyntax):
            return super().explained(error)
        at = error._i if 0 <= error._i <= len(self._text) else len(self._text)
        line, column = self._text.count("\n", 0, at) + 1, at - self._text.rfind("\n", 0, at)
        found = self._text[at : at + 30].split("\n")[0]
        reason = f"{error._why}, found {found!r}" if found else f"{error._why}, where the document or line ends"
        if (unbound := _UNBOUND.search(error._why)) and self._parser is not None:
            declared = ", ".join(sorted(filter(None, self._parser._bindings))) or "none"
            reason = f"the prefix '{unbound[1]}' is not declared; declared are: {declared}"
        return self.error(reason, line, column)

    def symbol(self, iri: str) -> str:
        """An IRI, if it does not depend on where the document lies."""
        if iri.startswith(_RELATIVE):
            self.refuse_relative(iri[len(_RELATIVE) :])
        return self.absolute(iri)


class _Sink(RDFSink):
    """Takes what the parser finds, with names as plain texts and literals as they were written."""

    def __init__(self, reading: Turtle) -> None:
        self._reading = reading
        self.rootFormula = None
        self.graph: Any = self
        self.identifier = None
        """The name of the default graph, which the parser asks its sink's graph for."""

    def newGraph(self, identifier: Any) -> Any:  # noqa: N802 - rdflib's name
        self._reading.graphs.open(identifier, self._reading.line)
        return (identifier,)

    def newSymbol(self, *args: str) -> Any:  # noqa: N802 - rdflib's name
        return self._reading.symbol(args[0])

    def newBlankNode(self, *_: Any, **__: Any) -> Any:  # noqa: N802 - rdflib's name
        return self._reading.new_label()

    def newLiteral(self, s: str, dt: Any = None, lang: str | None = None) -> Any:  # noqa: N802 - rdflib's name
        text = self._reading.checked(s)
        return Value.spoken(text, lang) if lang else Value(text, dt or XSD_STRING)

    def makeStatement(self, quadruple: Any, why: Any = None) -> None:  # noqa: ARG002, N802 - as rdflib calls it
        context, property_, subject, object_ = quadruple
        if isinstance(property_, tuple) and not isinstance(property_, Value):
            property_ = property_[1]  # the keyword `a`
        if isinstance(object_, bool):
            object_ = Value("true" if object_ else "false", f"{XSD}boolean")
        reading = self._reading
        if not isinstance(subject, str):
            raise reading.error("a literal stands where a subject is expected")
        if not isinstance(property_, str) or property_.startswith(BLANK):
            raise reading.error("expected an IRI as property, found a literal or blank node")
        reading.graphs.add(context[0] if context else None, subject, property_, object_, reading.line)


class _AsWritten:
    """Keeps labels and numbers as they are written, and reads a text at once: rdflib goes from escape to escape."""

    lines: int
    startOfLine: int  # noqa: N815 - rdflib's name
    _thisDoc: str  # noqa: N815 - rdflib's name

    def anonymousNode(self, ln: str) -> Any:  # noqa: N802 - rdflib's name
        return BLANK + ln

    def nodeOrLiteral(self, argstr: str, i: int, res: Any) -> int:  # noqa: N802 - rdflib's name
        at: int = self.skipSpace(argstr, i)  # type: ignore[attr-defined]  # the parser that this is mixed into
        if at >= 0 and argstr[at] in _NUMBER_STARTS:
            for pattern, datatype in _NUMBERS:
                if match := pattern.match(argstr, at):
                    res.append(Value(match[0], datatype))
                    return match.end()
        return super().nodeOrLiteral(argstr, i, res)  # type: ignore[misc,no-any-return]  # as above

    def strconst(self, argstr: str, i: int, delim: str) -> tuple[int, str]:
        match = _TEXTS[delim].match(argstr, i)
        if match is None:
            raise BadSyntax(self._thisDoc, self.lines, argstr, i, "a text starts here and does not end")
        try:
            text = unescaped(match[1])
        except ValueError as error:
            raise BadSyntax(self._thisDoc, self.lines, argstr, i, str(error)) from error
        if (newlines := match[1].count("\n")) > 0:
            self.lines += newlines
            self.startOfLine = i + match[1].rindex("\n") + 1
        return match.end(), text


class _TurtleParser(_AsWritten, SinkParser):
    pass


class _TrigParser(_AsWritten, TrigSinkParser):
    pass
