"""The text of a PROV-N document, read bit by bit and cut into the pieces that the grammar takes: one statement each.

Cutting knows strings, comments and brackets, nothing more, and takes time in proportion to the text whatever stands
there. Where a bracket or quote is missing, a piece ends where the next statement obviously begins, so that one broken
statement does not take others with it.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, NamedTuple

from graphprov.documents.provn_syntax import WHITE
from graphprov.documents.statements import DocumentError
from graphprov.documents.terms import TERMS

CHUNK = 1 << 18
"""How many bytes are read at once, at least."""
LONGEST = 1 << 26
"""How many characters a piece may have: more is taken for a bracket or quote that somebody forgot to close."""

VARIANTS: dict[str, tuple[str, str]] = {
    "wasRevisionOf": ("wasDerivedFrom", "Revision"),
    "wasQuotedFrom": ("wasDerivedFrom", "Quotation"),
    "hadPrimarySource": ("wasDerivedFrom", "PrimarySource"),
}
"""Predicates that PROV-N does not have but documents use: what they mean, and the `prov:type` that says the rest."""

SHOWN = 60
"""How many characters of a text a message shows."""
PREDICATES = frozenset(TERMS) | frozenset(VARIANTS)
FOLLOWED_BY: dict[str, tuple[str, ...]] = {
    "document": (),
    "endDocument": (),
    "endBundle": (),
    "bundle": ("word",),
    "default": ("iri",),
    "prefix": ("word", "iri"),
}
"""The words that give a document its structure, and what belongs to each."""

_WORD = r"""(?!/[/*])(?:[^\x00-\x20"'(),;=\[\]{}<>\\]++|\\.)++"""
_TOKEN = re.compile(
    rf"""(?P<list>{_WORD}{WHITE}*+[,;=](?:{WHITE}*+{_WORD}{WHITE}*+[,;=])*+)
    |(?P<space>{WHITE}++|//[^\n\r]*+|/\*(?:[^*]++|\*(?!/))*+\*/)
    |(?P<string>"(?!"")(?:[^"\\\n\r]++|\\[^\n\r])*+"|\"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\")
    |(?P<iri><[^<>\x00-\x20]*+>)
    |(?P<open>[(\[{{])
    |(?P<close>[)\]}}])
    |(?P<word>{_WORD})
    |(?P<rest>"[^\n\r]*+|<[^<>\x00-\x20]*+|.)""",
    re.VERBOSE | re.DOTALL,
)
"""A list of words is taken at once, since no word in it can begin the next piece."""
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNCLOSED = {
    '"""': 'the string that """ opens here is not closed',
    "/*": "the comment that /* opens here is not closed",
}


def shown(text: str) -> str:
    """A text of a document for a message: no longer than a person reads, and nothing in it that steers a terminal."""
    short = text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
    return short if short.isprintable() else repr(short)[1:-1]


class Misread(Exception):
    """A piece that is no PROV-N.

    Attributes:
        place: Where in the piece.
    """

    def __init__(self, message: str, place: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint


class Piece(NamedTuple):
    """A statement, declaration or word of structure, or what somebody wrote for one.

    Attributes:
        text: From its first character to its last, with comments that stand in it.
        word: What it begins with; empty where that is no word.
        called: Whether brackets come after the word.
        depth: How deep its brackets go.
        start: Its place in the text of the source, until that reads on.
    """

    text: str
    word: str
    called: bool
    depth: int
    start: int
    line: int


class Source:
    """What of the document is in memory, and the place in it that is read next."""

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self.file = file
        self.text = ""
        self.at = 0
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._begun = False
        """Whether any character has been read."""
        self._done = False
        self._line = 1
        self._counted = 0
        self._before = 0
        """How many characters the line of text[0] had before it."""

    def line_of(self, place: int) -> int:
        """The line of a place in `text`. Fast where it is not far from the place asked for last."""
        if place >= self._counted:
            self._line += self.text.count("\n", self._counted, place)
        else:
            self._line -= self.text.count("\n", place, self._counted)
        self._counted = place
        return self._line

    def error(self, message: str, place: int, *, hint: str | None = None) -> DocumentError:
        """An error at a place in `text`."""
        return DocumentError(message, file=self.file, line=self.line_of(place), column=self.column_of(place), hint=hint)

    def column_of(self, place: int) -> int:
        """The column of a place in `text`."""
        newline = self.text.rfind("\n", 0, place)
        return place - newline if newline >= 0 else self._before + place + 1

    def close(self) -> None:
        """Read no further."""
        self.at = len(self.text)
        self._done = True

    def next(self) -> Piece | None:
        """The next piece, which `at` then stands behind; None at the end of the document.

        Raises:
            DocumentError: The text is none, or a comment, string or statement has no end. `at` stands behind that.
        """
        while True:
            cut = _Cut(self.text, self.at, self._done)
            cut.run()
            if cut.complete:
                break
            self._more()
        if cut.unclosed is not None:
            opening, place = cut.unclosed
            self.at = len(self.text)
            raise self.error(_UNCLOSED[opening], place)
        if cut.start is None:
            self.at = len(self.text)
            return None
        self.at = cut.end
        text = self.text[cut.start : cut.end]
        unreadable = _UNREADABLE.search(text)
        if unreadable is not None:
            raise self._not_text(unreadable[0], cut.start + unreadable.start())
        return Piece(text, cut.word, cut.called, cut.deepest, cut.start, self.line_of(cut.start))

    def _more(self) -> None:
        """Read on. What is not yet used is kept, and at least as much is read again, so that the work stays linear."""
        kept = self.text[self.at :]
        if len(kept) > LONGEST:
            place = self.at
            self.close()
            raise self.error(
                f"what begins here has no end in {LONGEST:,} characters: is a quote or bracket missing?", place
            )
        data = self._stream.read(max(CHUNK, len(kept)))
        if not self._begun and data.startswith(_UTF_16):
            self.close()
            raise self.error("this is text in UTF-16, expected UTF-8", 0, hint="iconv -f utf-16 -t utf-8")
        self._done = not data
        more = self._decode(data)
        if not self._begun:
            self._begun = bool(more)
            more = more.removeprefix("\ufeff")
        self.line_of(self.at)
        self._before = self.column_of(self.at) - 1
        self._counted = 0
        self.text = kept + more
        self.at = 0

    def _decode(self, data: bytes) -> str:
        try:
            return self._decoder.decode(data, final=self._done)
        except UnicodeDecodeError:
            # What is no UTF-8 becomes characters that no text has, found again in the piece where they stand.
            self._decoder.errors = "surrogateescape"
            return self._decoder.decode(data, final=self._done)

    def _not_text(self, character: str, place: int) -> DocumentError:
        code = ord(character)
        if code == 0:
            return self.error("a NUL character stands here: expected PROV-N, which is text", place)
        return self.error(
            f"the byte 0x{code & 0xFF:02X} here is no UTF-8: expected PROV-N as text in UTF-8",
            place,
            hint="save the document in UTF-8, for instance with: iconv -f latin1 -t utf-8",
        )


class _Cut:
    """One attempt to find the next piece in what is in memory."""

    def __init__(self, text: str, at: int, final: bool) -> None:
        self.complete = False
        """Whether the text in memory was enough to tell."""
        self.start: int | None = None
        self.end = at
        self.word = ""
        self.called = False
        self.deepest = 0
        self.unclosed: tuple[str, int] | None = None
        self._text = text
        self._at = at
        self._final = final
        self._depth = 0
        self._wanted: tuple[str, ...] = ()
        """What still belongs to a word of structure."""
        self._structural = False
        self._candidate: tuple[str, int, int] | None = None
        """A word inside brackets that may begin the next piece, its place, and the end of what came before."""

    def run(self) -> None:
        text = self._text
        length = len(text)
        for match in _TOKEN.finditer(text, self._at):
            kind, start, end = match.lastgroup or "", match.start(), match.end()
            if kind == "rest" and (opening := text[start : start + 3]) and self._opens_without_end(opening, start):
                return
            if end == length and not self._final:
                return
            if kind != "space" and not self._take(kind, start, end):
                self.complete = True
                return
        if not self._final:
            return
        self.complete = True
        if self._candidate is not None and self._candidate[0] in FOLLOWED_BY:
            self.end = self._candidate[2]

    def _opens_without_end(self, text: str, start: int) -> bool:
        """Whether a long string or a comment begins here that has no end in memory."""
        opening = text if text == '"""' else text[:2]
        if opening not in _UNCLOSED:
            return False
        if self._final:
            self.complete = True
            self.unclosed = opening, start
        return True

    def _take(self, kind: str, start: int, end: int) -> bool:
        """Take one token into the piece; False where the piece has ended, with or before it."""
        if self.start is None:
            return self._begin(kind, start, end)
        if self._structural:
            return self._structure(kind, start, end)
        if self._depth == 0 and not self.called:
            return self._outside(kind, start, end)
        return self._inside(kind, start, end)

    def _begin(self, kind: str, start: int, end: int) -> bool:
        self.start, self.end = start, end
        if kind == "word":
            self.word = self._text[start:end]
            self._structural = self.word in FOLLOWED_BY
            self._wanted = FOLLOWED_BY.get(self.word, ())
        elif kind == "open":
            self._depth = self.deepest = 1
        return True

    def _structure(self, kind: str, start: int, end: int) -> bool:
        """After `prefix` and its like: take what belongs there. Brackets say that it was no such word after all."""
        if kind == "open" and self._text[start] == "(" and len(self._wanted) == len(FOLLOWED_BY[self.word]):
            self._structural = False
            return self._outside(kind, start, end)
        if not self._wanted or kind != self._wanted[0]:
            return False
        self._wanted = self._wanted[1:]
        self.end = end
        return bool(self._wanted)

    def _outside(self, kind: str, start: int, end: int) -> bool:
        """Before any bracket: one should open now, else the line is what somebody wrote for a statement."""
        if kind == "open":
            self.called = bool(self.word) and self._text[start] == "("
            self._depth = self.deepest = 1
        elif "\n" in self._text[self.end : start]:
            return False
        self.end = end
        return kind != "close"

    def _inside(self, kind: str, start: int, end: int) -> bool:
        candidate, self._candidate = self._candidate, None
        if candidate is not None and self._begins_another(candidate[0], kind, start):
            self.end = candidate[2]
            return False
        before = self.end
        self.end = end
        if kind == "open":
            self._depth += 1
            self.deepest = max(self.deepest, self._depth)
        elif kind == "close":
            self._depth -= 1
            return self._depth > 0
        elif kind == "word":
            word = self._text[start:end]
            if word in PREDICATES or word in FOLLOWED_BY:
                self._candidate = word, start, before
        return True

    def _begins_another(self, word: str, kind: str, start: int) -> bool:
        """Whether a word inside brackets begins the next piece, since a bracket or quote is missing in this one."""
        if word in PREDICATES:
            return self._text[start] == "("
        wanted = FOLLOWED_BY[word]
        return kind == wanted[0] if wanted else self._text[start] not in ",;)=]"
