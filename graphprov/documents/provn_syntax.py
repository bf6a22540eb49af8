"""PROV-N's names and strings (PROV-N 3.7 and its productions 52 to 58), as the reader and the writer both need them.

`provn.lark` is the whole grammar; a test compares both.
"""

from __future__ import annotations

import re

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_START = _BASE + "_0-9/@~&+*?#$!"
_CHARS = _BASE + "_0-9\u00b7\u0300-\u036f\u203f\u2040\\-"
_INNER = _CHARS + "/@~&+*?#$!"
_OTHERS = r"%[0-9A-Fa-f]{2}|\\[=\'(),\-:;\[\].]"
_LOCAL = rf"(?:[{_START}]|{_OTHERS})(?:\.*+(?:[{_INNER}]++|{_OTHERS}))*+"
_PREFIX = rf"[{_BASE}](?:\.*+[{_CHARS}]++)*+"

PREFIX = re.compile(_PREFIX)
"""PN_PREFIX of SPARQL."""
NAME = re.compile(rf"(?!/[/*])(?:({_PREFIX}):({_LOCAL})?|({_LOCAL}))")
"""A qualified name as written: prefix and local part, or a local part alone. What starts a comment is none."""
PLAIN = re.compile(rf"(?:[{_START}](?:\.*+[{_INNER}]++)*+)?+")
"""A local part, which may be empty, that needs no escapes."""
LOCAL = re.compile(_LOCAL)
"""PN_LOCAL (PROV-N 53)."""
WHITE = r"[ \t\r\n\f]"
SPACE = rf"(?:{WHITE}++|//[^\n\r]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+"
"""White space and comments."""
IRI = re.compile(r'[^<>"{}|^`\\\x00-\x20]*+')
"""What may stand in angle brackets (IRI_REF of SPARQL): any part of an IRI that PROV-N can write at all."""

_NO_LOCAL = re.compile(rf"%(?![0-9A-Fa-f]{{2}})|[^{_INNER}%='(),:;\[\].]")
"""What no local part can have, wherever it stands."""
_ESCAPED = re.compile(r"\\(.)")
_STRING_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPES = {
    **{character: "\\" + letter for letter, character in _CHARACTERS.items() if letter != "'"},
    "\x00": "\\u0000",
}
_TO_ESCAPE = re.compile(r'[\t\x08\n\r\x0c"\\\x00]')
_TO_ESCAPE_IN_NAME = re.compile(r"[='(),:;\[\]]|\A[-.]|\.\Z")


class UnknownEscape(ValueError):
    """A backslash in a string with something behind it that means nothing."""

    def __init__(self, escape: str, place: int) -> None:
        super().__init__(escape)
        self.escape = escape
        self.place = place


def unescape(text: str) -> str:
    r"""The text of a string or IRI, from how it is written between its delimiters (ECHAR; PROV-N 6: `\u`, `\U`).

    Raises:
        UnknownEscape: It has an escape that PROV-N does not define, or one of no character.

    >>> unescape(r"a\tb \u00e9")
    'a\tb é'
    """
    return _STRING_ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    if letter is not None:
        known = _CHARACTERS.get(letter)
        if known is not None:
            return known
    else:
        code = int(short or long, 16)
        if code < 0xD800 or 0xDFFF < code < 0x110000:
            return chr(code)
    raise UnknownEscape(match[0], match.start())


def escape(text: str) -> str:
    r"""A text as it stands between the quotes of a short string: in one line, and read back by `unescape`.

    >>> print(escape('say "hi"\n'))
    say \"hi\"\n
    """
    return _TO_ESCAPE.sub(lambda match: _ESCAPES[match[0]], text)


def unescape_local(local: str) -> str:
    r"""The local part of a name without its escapes (PROV-N 55).

    >>> print(unescape_local(r"a\=b\(1\)"))
    a=b(1)
    """
    return _ESCAPED.sub(r"\1", local) if "\\" in local else local


def escape_local(local: str) -> str:
    r"""The local part of a name with the escapes that it needs (PROV-N 55).

    >>> print(escape_local("a=b(1)."))
    a\=b\(1\)\.
    """
    return _TO_ESCAPE_IN_NAME.sub(r"\\\g<0>", local)


def writable_end(text: str) -> int:
    """Where the longest end of a text begins that can be a local part; perhaps at its own end.

    >>> text = "50% off/tea"
    >>> text[writable_end(text):]
    'off/tea'
    """
    begin = 0
    for match in _NO_LOCAL.finditer(text):
        begin = match.end()
    while begin < len(text) and not LOCAL.match(escape_local(text[begin : begin + 3])):
        begin += 1
    return begin
