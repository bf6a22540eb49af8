"""PROV-N documents (W3C Recommendation of 30 April 2013) as statements, one after the other, in bounded memory.

`provn.lark` is the grammar and says where it goes further than the Recommendation; an extension's arguments are
described in `provn_marks`. What the grammar of one statement cannot say is checked here and in
`provn_statement`: the order of a document's parts, that prefixes are declared, that times exist.

Beyond the Recommendation, statements may follow a bundle, `default` may follow `prefix`, a bundle may come in several
parts, and any predicate may have the prefix of PROV before it, as `prov:mentionOf` of PROV-LINKS has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import BinaryIO

from graphprov.documents.names import Scope
from graphprov.documents.provn_marks import DEEPEST
from graphprov.documents.provn_shapes import STATEMENT, Names, statement_of
from graphprov.documents.provn_syntax import IRI, NAME, PREFIX, SPACE
from graphprov.documents.provn_text import FOLLOWED_BY, PREDICATES, Misread, Piece, Source, shown
from graphprov.documents.statements import Bundle, DocumentError, Extension, Item, Namespace, Statement
from graphprov.documents.terms import PROV

_KINDS = {("bundle", "word"): NAME, ("prefix", "word"): PREFIX, ("prefix", "iri"): IRI, ("default", "iri"): IRI}
_WORDS = re.compile(rf"([A-Za-z]+)(?:{SPACE}([^\x00-\x20<>\"'(),;]+?))?(?:{SPACE}<([^<>]*)>)?")


def read_provn(
    stream: BinaryIO, *, file: str, bad: Callable[[DocumentError], None] | None = None
) -> Iterator[Statement | Extension | Bundle | Namespace]:
    """Read a PROV-N document in UTF-8.

    Args:
        file: What to call it in errors.
        bad: Takes each error, and reading goes on with the next statement. Without it, the first error ends reading.

    Raises:
        DocumentError: While the items are taken: with line, column, what stands there and what was expected.
    """
    return _Reader(Source(stream, file), bad).items()


class _Part(Enum):
    """Where in a document the reader is."""

    START = auto()
    HEAD = auto()
    BODY = auto()
    BUNDLE_HEAD = auto()
    BUNDLE = auto()
    SKIPPED = auto()
    """Inside a bundle whose name cannot be read."""
    OVER = auto()


_OPEN = (_Part.BODY, _Part.BUNDLE)
_IN_BUNDLE = (_Part.BUNDLE_HEAD, _Part.BUNDLE, _Part.SKIPPED)


class _Reader:
    def __init__(self, source: Source, bad: Callable[[DocumentError], None] | None) -> None:
        self._source = source
        self._bad = bad
        self._part = _Part.START
        self._document = self._names = Names(Scope())
        self._declared: dict[str, str] = {}
        self._bundle: str | None = None
        self._header: tuple[str, int, int] = ("", 0, 0)
        """The name of the bundle as written, its line and column."""

    def items(self) -> Iterator[Item]:
        source = self._source
        while True:
            if self._part in _OPEN:
                match = STATEMENT.match(source.text, source.at)
                if match is not None:
                    line = source.line_of(match.start(1))
                    statement = statement_of(match, self._names, self._bundle, line)
                    if statement is not None:
                        source.at = match.end()
                        yield statement
                        continue
            try:
                piece = source.next()
                yield from self._end() if piece is None else self._read(piece)
            except DocumentError as error:
                self._report(error)
                continue
            if piece is None:
                return

    def _report(self, error: DocumentError) -> None:
        if self._bad is None:
            raise error
        # Who collects errors keeps no part of the document alive with them.
        error.__traceback__ = error.__cause__ = error.__context__ = None
        self._bad(error)

    def _read(self, piece: Piece) -> Iterator[Item]:
        """What a piece says; nothing where it only gives the document its structure."""
        structural = piece.word in FOLLOWED_BY and not piece.called
        if self._part is _Part.OVER:
            self._source.close()
            raise self._error("text after endDocument, expected the end of the file", piece)
        if self._part is _Part.START and piece.word != "document":
            self._part = _Part.HEAD
            self._report(
                self._error(
                    f"found '{shown(piece.word or piece.text)}', expected the word 'document' at the start", piece
                )
            )
        try:
            if structural:
                yield from self._structure(piece, self._words(piece))
            else:
                yield from self._begin()
                if self._part is not _Part.SKIPPED:
                    yield self._statement(piece)
        except Misread as error:
            raise self._source.error(error.message, piece.start + error.place, hint=error.hint) from error

    def _error(self, message: str, piece: Piece, hint: str | None = None) -> DocumentError:
        return self._source.error(message, piece.start, hint=hint)

    def _statement(self, piece: Piece) -> Statement | Extension:
        match = STATEMENT.fullmatch(piece.text)
        statement = match and statement_of(match, self._names, self._bundle, piece.line)
        if statement:
            return statement
        # The grammar is loaded for a document that needs it: most do not.
        from graphprov.documents import provn_grammar, provn_statement

        prefix, colon, local = piece.word.partition(":")
        if not piece.called:
            raise provn_grammar.no_statement(piece.text)
        if not colon and prefix not in PREDICATES:
            raise provn_grammar.unknown_predicate(prefix)
        if piece.depth > DEEPEST:
            raise Misread(f"the brackets go more than {DEEPEST} deep", 0)
        text, cut = piece.text, 0
        if local in PREDICATES and self._names.scope.namespace(prefix) == PROV:
            cut = len(prefix) + 1
        try:
            return provn_statement.read_statement(text[cut:], self._names, self._bundle, piece.line)
        except Misread as error:
            hint = error.hint or provn_grammar.form_of(piece.word[cut:])
            raise Misread(error.message, error.place + cut, hint) from error

    def _words(self, piece: Piece) -> list[str]:
        """The words of a piece of structure: without angle brackets, escapes and comments."""
        match = _WORDS.fullmatch(piece.text)
        if match is not None:
            words = [word for word in match.groups() if word is not None]
            kinds = FOLLOWED_BY[words[0]]
            if len(words) == len(kinds) + 1 and all(
                _KINDS[words[0], kind].fullmatch(word) for kind, word in zip(kinds, words[1:], strict=True)
            ):
                return words
        from graphprov.documents.provn_statement import read_words

        return read_words(piece.text)

    def _structure(self, piece: Piece, words: list[str]) -> Iterator[Item]:
        match words:
            case ["document"]:
                self._open_document(piece)
            case ["prefix", prefix, iri]:
                yield self._declare(piece, prefix, iri)
            case ["default", iri]:
                yield self._declare(piece, "", iri)
            case ["bundle", name]:
                yield from self._close_bundle(piece, "another bundle, and a bundle cannot hold one")
                self._open_bundle(piece, name)
            case ["endBundle"]:
                if self._part not in _IN_BUNDLE:
                    raise self._error("found 'endBundle' outside any bundle", piece)
                yield from self._leave_bundle()
            case _:
                yield from self._close_bundle(piece, "'endDocument'")
                self._part = _Part.OVER

    def _open_document(self, piece: Piece) -> None:
        if self._part is not _Part.START:
            raise self._error("found 'document' inside a document", piece)
        self._part = _Part.HEAD

    def _declare(self, piece: Piece, prefix: str, iri: str) -> Namespace:
        if self._part not in (_Part.HEAD, _Part.BUNDLE_HEAD, _Part.SKIPPED):
            raise self._error(
                f"found '{piece.word}' after a statement: declarations come first in a document or bundle", piece
            )
        called = f"the prefix '{shown(prefix)}'" if prefix else "the default namespace"
        if prefix == "prov" and iri != PROV:
            raise self._error(f"the prefix 'prov' always means <{PROV}>", piece)
        first = self._declared.setdefault(prefix, iri)
        if first != iri:
            raise self._error(f"{called} is declared twice here: as <{shown(first)}> and <{shown(iri)}>", piece)
        self._names.scope.declare(prefix, iri)
        return Namespace(prefix, iri)

    def _open_bundle(self, piece: Piece, name: str) -> None:
        self._names = Names(Scope(self._document.scope))
        self._declared = {}
        self._part = _Part.BUNDLE_HEAD
        place = piece.start + piece.text.rindex(name)
        self._header = name, self._source.line_of(place), self._source.column_of(place)

    def _begin(self) -> Iterator[Item]:
        """The declarations are over. The name of a bundle is in the scope of its own declarations (PROV-N 3.1.3)."""
        if self._part is _Part.HEAD:
            self._part = _Part.BODY
        if self._part is not _Part.BUNDLE_HEAD:
            return
        name, line, column = self._header
        self._bundle = self._names.expand(name)
        if self._bundle is not None:
            self._part = _Part.BUNDLE
            yield Bundle(self._bundle, line)
            return
        from graphprov.documents.provn_statement import undeclared

        self._part = _Part.SKIPPED
        error = undeclared(name, 0, self._names)
        self._report(DocumentError(error.message, file=self._source.file, line=line, column=column, hint=error.hint))

    def _leave_bundle(self) -> Iterator[Item]:
        yield from self._begin()
        self._names, self._bundle, self._part = self._document, None, _Part.BODY

    def _close_bundle(self, piece: Piece, found: str) -> Iterator[Item]:
        """Leave a bundle that has no `endBundle`."""
        if self._part in _IN_BUNDLE:
            name = self._header[0]
            yield from self._leave_bundle()
            self._report(self._error(f"found {found}, expected 'endBundle' for the bundle {shown(name)}", piece))

    def _end(self) -> Iterator[Item]:
        """The end of the file."""
        if self._part is _Part.OVER:
            return
        if self._part is _Part.BUNDLE_HEAD:
            yield from self._begin()
        wanted = {_Part.START: "document"} | dict.fromkeys(_IN_BUNDLE, "endBundle")
        word = wanted.get(self._part, "endDocument")
        self._part = _Part.OVER
        self._report(self._source.error(f"found the end of the file, expected '{word}'", len(self._source.text)))
