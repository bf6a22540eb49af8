"""Times as people type them: ISO 8601, in full or only as far as it matters, in UTC where no zone is given."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from graphprov.errors import InvalidInput
from graphprov.model.metadata import as_utc

Moment = datetime | date | str
"""A moment as people give it: a datetime, a date (its first moment, in UTC), or ISO 8601 text."""

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?")


def parse_time(text: str) -> datetime:
    """The moment at which a year, month, day or time begins.

    Raises:
        InvalidInput: It is no such time.

    >>> parse_time("2026-03").isoformat(), parse_time("2026-03-01T09:30+01:00").isoformat()
    ('2026-03-01T00:00:00+00:00', '2026-03-01T08:30:00+00:00')
    """
    typed = text.strip()
    try:
        if match := _PARTIAL.fullmatch(typed):
            return datetime(int(match[1]), int(match[2] or 1), 1, tzinfo=UTC)
        return as_utc(datetime.fromisoformat(typed))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"'{text}' is no time: expected ISO 8601, such as 2026-03, 2026-03-01 or 2026-03-01T09:30Z"
        ) from error


def as_moment(value: Moment | None, what: str = "time") -> datetime | None:
    """A moment in UTC; one without a zone is taken to be UTC.

    Raises:
        InvalidInput: It is no time; names `what` it was given for.

    >>> as_moment("2026-03-01"), as_moment("2026-03-01T12:00+02:00")
    (datetime.datetime(2026, 3, 1, 0, 0, tzinfo=datetime.timezone.utc), \
datetime.datetime(2026, 3, 1, 10, 0, tzinfo=datetime.timezone.utc))
    """
    if value is None:
        return None
    if isinstance(value, str):
        try:
            return parse_time(value)
        except InvalidInput as error:
            raise InvalidInput(f"{what}: {error.message}", hint=error.hint) from error
    if isinstance(value, datetime):
        return as_utc(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise InvalidInput(f"the {what} {value!r} is no time: expected a datetime, a date or ISO 8601 text")


def show_time(moment: datetime | None) -> str:
    """A moment for people, in UTC and no finer than it needs to be; nothing for None.

    >>> show_time(datetime(2026, 3, 1, tzinfo=UTC)), show_time(datetime(2026, 3, 1, 9, 30, 5, tzinfo=UTC))
    ('2026-03-01', '2026-03-01 09:30:05Z')
    """
    if moment is None:
        return ""
    utc = as_utc(moment)
    if (utc.hour, utc.minute, utc.second, utc.microsecond) == (0, 0, 0, 0):
        return f"{utc:%Y-%m-%d}"
    return f"{utc:%Y-%m-%d %H:%M:%SZ}" if utc.second else f"{utc:%Y-%m-%d %H:%MZ}"
