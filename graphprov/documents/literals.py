"""Lexical forms that several formats share."""

from __future__ import annotations

import re

_DATETIME = re.compile(
    r"-?(?P<year>[1-9][0-9]{3,}|0[0-9]{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
    r"T(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
    r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
)
_SHORT_MONTHS = {"04", "06", "09", "11"}


def is_datetime(text: str) -> bool:
    """Whether a text is a lexical form of xsd:dateTime (XML Schema 1.1 part 2, 3.3.7), without white space around it.

    >>> is_datetime("2011-11-16T16:05:00.123+01:00"), is_datetime("2011-02-30T00:00:00"), is_datetime("2011-11-16")
    (True, False, False)
    """
    match = _DATETIME.fullmatch(text)
    if match is None:
        return False
    day = match["day"]
    if day <= "28":
        return True
    month = match["month"]
    if month == "02":
        return day == "29" and _leap(match["year"])
    return day != "31" or month not in _SHORT_MONTHS


def _leap(year: str) -> bool:
    # The last four digits decide, since 10,000 is a multiple of 400. There is a year 0, as XML Schema 1.1 has it.
    number = int(year[-4:])
    return number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
