"""Times as instants: two are equal where they are the same moment, whatever zone they were written in.

Python's `datetime` ends at microseconds and at year 9999; xsd:dateTime does not. An instant here is a whole number of
seconds and the digits of its fraction.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_DATETIME = re.compile(
    r"(-?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE
)
_LONGEST = 60
"""Characters of a time that are looked at as one; more is a text."""


class Instant(NamedTuple):
    """A moment; two compare as moments do where `zoned` is the same.

    Attributes:
        zoned: Whether it was written with a zone. Without one it is a moment of nobody knows where, and neither equal
            to nor before nor after a moment with one.
        seconds: Since 0000-03-01, in UTC where there is a zone.
        fraction: The digits after the point, without zeros at the end; they sort as text.
    """

    zoned: bool
    seconds: int
    fraction: str


@lru_cache(maxsize=100_000)
def instant(text: str) -> Instant | None:
    """The moment that an xsd:dateTime names; None for a text that is no such time.

    >>> instant("2012-03-02T10:30:00Z") == instant("2012-03-02T11:30:00.0+01:00")
    True
    >>> instant("2012-03-02T10:30:00") == instant("2012-03-02T10:30:00Z")
    False
    >>> instant("2012-03-01T24:00:00") == instant("2012-03-02T00:00:00")
    True
    """
    match = _DATETIME.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[i]) for i in range(1, 7))
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour <= 24 and minute < 60 and second < 60):
        return None
    zone = match[8]
    seconds = _days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
    if zone is not None and zone not in "Zz":
        offset = int(zone[1:3]) * 3_600 + int(zone[4:6]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    return Instant(zone is not None, seconds, (match[7] or "").rstrip("0"))


def _days(year: int, month: int, day: int) -> int:
    """Days from 0000-03-01 in the Gregorian calendar, which xsd:dateTime follows back for ever."""
    if month <= 2:
        year -= 1
    months = (month + 9) % 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * months + 2) // 5 + day - 1
