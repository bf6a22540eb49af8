r"""The escapes of N-Triples and Turtle: `\n`, `\u00e9`, `\U0001F600`."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.?))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def unescaped(text: str) -> str:
    """The text that an escaped one stands for.

    Raises:
        ValueError: It holds an escape that there is not, or one that is no character of Unicode.
    """
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code is None:
        if match[3] not in _ESCAPED:
            raise ValueError(
                f"'\\{match[3]}' is no escape: expected u, U or one of t b n r f \" ' \\ behind the backslash"
            )
        return _ESCAPED[match[3]]
    point = int(code, 16)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        raise ValueError(f"'{match[0]}' is no character of Unicode")
    return chr(point)
