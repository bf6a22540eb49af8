"""A JSON text of any size, walked member by member: what is large is walked, what is small is decoded at once in C.

`json.load` holds a whole text in memory, and what it decodes in several times as much. Here a buffer slides over the
text; the caller steps into the objects that may be large, takes the values inside them one by one, and knows the line
of each. Numbers keep the text that they were written with, and objects keep every member, also one that comes twice.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from graphprov.documents.statements import DocumentError

CHUNK = 1 << 17
"""Bytes read at a time; more where one value is longer."""

Json = Any
"""A decoded value: an object is a tuple of pairs, an array is a list, a number is an `Integer` or a `Double`."""


class Integer(str):
    """A number without fraction and exponent, by its text."""

    __slots__ = ()


class Double(str):
    """A number with a fraction or exponent, by its text; the infinities and NaN as XML Schema writes them."""

    __slots__ = ()


_CONSTANTS = {"NaN": Double("NaN"), "Infinity": Double("INF"), "-Infinity": Double("-INF")}
_DECODE = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=Integer, parse_float=Double, parse_constant=_CONSTANTS.__getitem__
).raw_decode
_SOLID = re.compile(r"[^ \t\n\r]")
_NEXT_KEY = re.compile(r'[ \t\n\r]*,[ \t\n\r]*"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*')
_HALF = re.compile("[\ud800-\udfff]")
_LONGEST_TOKEN = 16
"""An error this close to the end of the buffer may only say that the buffer ends there."""
_SHOWN = 20


class JsonText:
    """A place in a JSON text, which moves forward as values are taken.

    All methods raise a `DocumentError` with line and column where the text is no JSON, or not what they ask for.

    Attributes:
        may_have_halves: Whether a record can hold half of a surrogate pair; `halves` tells.

    Args:
        stream: UTF-8, with or without a byte order mark.
        file: What messages call it.
    """

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self._stream = stream
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._key_at = 0
        self._ended = False
        self.may_have_halves = False
        # The number of the line that holds `_counted`, and where the line starts: below 0 where that is gone.
        self._line, self._counted, self._line_at = 1, 0, 0
        self._is_fork = False
        self._resume: int | None = None

    def members(self) -> Iterator[str]:
        """The keys of the object that starts here; the caller takes the value of each before it asks for the next."""
        self._take("{", "an object")
        goes_on = self._peek() != "}"
        if not goes_on:
            self._at += 1
        while goes_on:
            yield self._key()
            goes_on = self._goes_on()

    def records(self) -> Iterator[tuple[str, Json]]:
        """Each key of the object that starts here, with its value decoded; see `halves` about their texts."""
        for key in self.members():
            yield key, self._value()
            # The same again in as few steps as can be: this is where most of a document is read.
            while match := _NEXT_KEY.match(self._text, self._at):
                try:
                    value, end = _DECODE(self._text, match.end())
                except (ValueError, RecursionError):
                    break
                if end == len(self._text) or type(value) is not tuple:
                    break
                self._key_at, self._at = match.start(1) - 1, end
                yield match[1], value

    def value(self) -> Json:
        """Decode the value that starts here."""
        value = self._value()
        if half := self.halves(value):
            raise self.error(half)
        return value

    def halves(self, value: Json) -> str | None:
        """What is wrong with a text that holds half of a surrogate pair, which no UTF-8 can; None if none does."""
        left = [value] if self.may_have_halves else []
        while left:
            part = left.pop()
            if isinstance(part, tuple | list):
                left.extend(part)
            elif isinstance(part, str) and _HALF.search(part):
                return f"half of a surrogate pair in the text {part[:80]!r}: no Unicode text holds one alone"
        return None

    def _value(self) -> Json:
        self._peek()
        while True:
            try:
                value, end = _DECODE(self._text, self._at)
            except json.JSONDecodeError as error:
                cut = error.pos >= len(self._text) - _LONGEST_TOKEN or error.msg.startswith("Unterminated string")
                if not cut or self._ended:
                    self._refuse(error)
                self._read()
                continue
            except RecursionError:
                raise self.error("objects and arrays are nested too deeply") from None
            length = end - self._at
            if self._is_whole(value, end) or not self._read():
                self._at += length
                break
        return value

    def _is_whole(self, value: Json, end: int) -> bool:
        """Whether a value that ends here is all there: where the buffer ends, a number may go on."""
        if type(value) is not Integer and type(value) is not Double:
            return True
        left = len(self._text) - end
        return left > _LONGEST_TOKEN or (left > 0 and self._text[end] not in ".eE")

    def skip(self, levels: int) -> None:
        """Pass over the value that starts here, stepping into objects as deep as `levels`."""
        if levels == 0 or not self.is_object():
            self.value()
        elif levels == 1:
            for _ in self.records():
                pass
        else:
            for _ in self.members():
                self.skip(levels - 1)

    def is_object(self) -> bool:
        """Whether the value that starts here is an object."""
        return self._peek() == "{"

    def is_empty(self) -> bool:
        """Whether nothing is left."""
        return not self._peek()

    def finish(self) -> None:
        """Check that nothing is left but space."""
        if not self.is_empty():
            raise self._expected("the end of the document")

    @property
    def line(self) -> int:
        """The line of the key that was taken last."""
        self._line += self._text.count("\n", self._counted, self._key_at)
        self._counted = self._key_at
        return self._line

    @property
    def column(self) -> int:
        """The column of the key that was taken last."""
        newline = self._text.rfind("\n", 0, self._key_at)
        return self._key_at - (newline if newline >= 0 else self._line_at - 1)

    def error(self, message: str) -> DocumentError:
        """An error at this place."""
        self._key_at = self._at
        return DocumentError(message, file=self._file, line=self.line, column=self.column)

    def fork(self) -> JsonText:
        """A second place in the same text, to look ahead; `rejoin` it before this one moves again."""
        ahead = JsonText(self._stream, self._file)
        ahead.__dict__.update(self.__dict__)
        ahead._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        ahead._decoder.setstate(self._decoder.getstate())
        ahead._is_fork = True
        return ahead

    def rejoin(self, ahead: JsonText) -> None:
        """Put the stream back to where it was before the fork read on."""
        if ahead._resume is not None:
            self._stream.seek(ahead._resume)

    def _key(self) -> str:
        if self._peek() != '"':
            raise self._expected("a key in double quotes")
        self._key_at = self._at
        key: str = self._value()
        self._take(":", "a colon behind the key")
        return key

    def _goes_on(self) -> bool:
        """Whether a comma and another member follow a member; otherwise the object ends."""
        found = self._peek()
        if found not in {",", "}"}:
            raise self._expected("a comma or the end of the object")
        self._at += 1
        return found == ","

    def _take(self, char: str, what: str) -> None:
        if self._peek() != char:
            raise self._expected(what)
        self._at += 1

    def _peek(self) -> str:
        """The next character that is no space; nothing at the end."""
        while True:
            match = _SOLID.search(self._text, self._at)
            self._at = match.start() if match else len(self._text)
            if match:
                return match[0]
            if not self._read():
                return ""

    def _read(self) -> bool:
        """Let go of the text before the last key and read on; whether there was anything to read."""
        if self._ended:
            return False
        done, text = self._key_at, self._text
        newline = text.rfind("\n", 0, done)
        self._line += text.count("\n", self._counted, done)
        self._line_at = (newline + 1 if newline >= 0 else self._line_at) - done
        text = text[done:]
        self._at, self._key_at, self._counted, self._text = self._at - done, 0, 0, text
        if self._is_fork and self._resume is None:
            self._resume = self._stream.tell()
        data = self._stream.read(max(CHUNK, len(text)))
        self._ended = not data
        self._text = text + self._decoded(data)
        self.may_have_halves = "\\ud" in self._text or "\\uD" in self._text
        return bool(data)

    def _decoded(self, data: bytes) -> str:
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            # The message counts the line from what is already there and what stands before the wrong byte.
            self._text += error.object[: error.start].decode("utf-8", "replace")
            self._at = len(self._text)
            found = f"the byte 0x{error.object[error.start]:02x}" if error.start < len(error.object) else "the end"
            raise self.error(f"not UTF-8: found {found}, {error.reason}") from None

    def _expected(self, what: str) -> DocumentError:
        while len(self._text) < self._at + _SHOWN and self._read():
            pass
        found = self._text[self._at : self._at + _SHOWN]
        return self.error(f"not valid JSON: expected {what}, found {repr(found) if found else 'the end of the file'}")

    def _refuse(self, error: json.JSONDecodeError) -> NoReturn:
        self._at = min(error.pos, len(self._text))
        at_end = self._ended and self._at >= len(self._text.rstrip())
        what = "the file ends in the middle of it" if at_end else error.msg[:1].lower() + error.msg[1:]
        raise self.error(f"not valid JSON: {what}")
