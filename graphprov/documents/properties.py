"""Between the literals of PROV documents and the values that a property in the graph can hold."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from graphprov.documents.names import VOCABULARY
from graphprov.documents.statements import Value
from graphprov.documents.terms import XSD, XSD_DATETIME
from graphprov.model.metadata import as_utc, dumps, loads

JSON = VOCABULARY + "JSON"
"""The datatype of what has no XSD type: graphprov's canonical JSON (`graphprov.model.metadata.dumps`)."""

_INT32, _INT64 = range(-(2**31), 2**31), range(-(2**63), 2**63)
_INTEGERS = frozenset(
    XSD + name
    for name in (
        *("int", "integer", "long", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
    )
)
_REALS = frozenset(XSD + name for name in ("double", "float", "decimal"))
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_LONGEST_NUMBER = 40

_Read = TypeVar("_Read")


@functools.lru_cache(maxsize=100_000)
def as_moment(text: str) -> datetime | None:
    """A lexical xsd:dateTime as a moment in UTC (one without a zone is taken to be UTC); None beyond Python's years.

    >>> as_moment("2012-03-02T10:30:00+01:00")
    datetime.datetime(2012, 3, 2, 9, 30, tzinfo=datetime.timezone.utc)
    """
    try:
        return as_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def moment_text(moment: datetime | None) -> str | None:
    """A moment as graphprov writes it in documents: xsd:dateTime, in UTC.

    >>> moment_text(datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    '2026-03-01T09:30:00Z'
    """
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def as_property(value: Value) -> Any:
    """A literal as the nearest value that one can query: a number, a truth value, a time, else its text.

    >>> as_property(Value("5", XSD + "int")), as_property(Value("x"))
    (5, 'x')
    """
    text, datatype, _ = value
    try:
        if datatype in _INTEGERS and len(text) <= _LONGEST_NUMBER:
            return number if (number := int(text)) in _INT64 else text
        if datatype in _REALS and len(text) <= _LONGEST_NUMBER:
            return float(text.replace("INF", "inf"))
    except ValueError:
        return text
    if datatype == XSD + "boolean":
        return _BOOLEANS.get(text, text)
    if datatype == XSD_DATETIME:
        return as_moment(text) or text
    return text


def value_of(value: Any) -> Value:
    """A recorded value as a literal; `recorded_value` undoes it.

    >>> value_of(5), value_of("x").text, value_of([1, 2]).text
    (Value(text='5', datatype='http://www.w3.org/2001/XMLSchema#int', language=None), 'x', '[1,2]')
    """
    kind = type(value)
    if kind is str:
        return Value(value)
    if kind is bool:
        return Value("true" if value else "false", XSD + "boolean")
    if kind is int and value in _INT64:
        return Value(str(value), XSD + ("int" if value in _INT32 else "long"))
    if kind is float and math.isfinite(value):
        return Value(repr(value), XSD + "double")
    if kind is datetime and (value.tzinfo is None or not value.utcoffset()):
        return Value(value.isoformat().replace("+00:00", "Z"), XSD_DATETIME)
    if kind is date:
        return Value(value.isoformat(), XSD + "date")
    return Value(dumps(value), JSON)


def recorded_value(value: Value) -> Any:
    """The recorded value that a literal stands for.

    Raises:
        Exception: The literal is none that `value_of` makes; what is raised depends on its datatype (see `unless_bad`).
    """
    return _READ[value.datatype](value.text)


def unless_bad(read: Callable[[], _Read]) -> _Read | None:
    """What is read as recorded values; None where it fails.

    Anyone can write a literal that only looks like one of graphprov's, and each of the types that it may name fails in
    its own way: a decimal by an InvalidOperation, a duration by an OverflowError, what is nested by a RecursionError,
    a key inside a plain value by an AttributeError. All of them say the same: graphprov did not write this.
    """
    try:
        return read()
    except Exception:
        return None


_READ: dict[str, Callable[[str], Any]] = {
    XSD + "string": str,
    XSD + "boolean": _BOOLEANS.__getitem__,
    XSD + "int": int,
    XSD + "long": int,
    XSD + "double": float,
    XSD_DATETIME: datetime.fromisoformat,
    XSD + "date": date.fromisoformat,
    JSON: loads,
}

_DIGEST_DIGITS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_NAMES_OF_DIGESTS = frozenset(
    {"digest", "checksum", "hash", "contentdigest", "contenthash", "hasdigest", "haschecksum"}
)
_DIGEST = re.compile(r"(?:urn:)?(md5|sha-?(?:1|224|256|384|512))[:=]([0-9a-fA-F]+)", re.IGNORECASE)


def digest_of(iri: str, value: Value) -> str | None:
    """The content digest that an attribute states, as `algorithm:hex`; None where it states none.

    Read are attributes named after an algorithm (`ex:sha256`), and those named digest, checksum or hash whose value
    names the algorithm (`sha256:...`), with as many digits as the algorithm gives.

    >>> digest_of("http://example.org/SHA-1", Value("A9993E364706816ABA3E25717850C26C9CD0D89D"))
    'sha1:a9993e364706816aba3e25717850c26c9cd0d89d'
    """
    local = iri[max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1 :].lower().replace("-", "").replace("_", "")
    if local in _DIGEST_DIGITS:
        algorithm, digits = local, value.text
    elif local in _NAMES_OF_DIGESTS and (match := _DIGEST.fullmatch(value.text)):
        algorithm, digits = match[1].lower().replace("-", ""), match[2]
    else:
        return None
    known = len(digits) == _DIGEST_DIGITS[algorithm] and all(digit in "0123456789abcdefABCDEF" for digit in digits)
    return f"{algorithm}:{digits.lower()}" if known else None
