"""Moments as people give them: a datetime, a date (its first moment, in UTC), or ISO 8601 text."""

from __future__ import annotations

from datetime import UTC, date, datetime

from graphprov.errors import InvalidInput
from graphprov.model.metadata import as_utc
from graphprov.model.times import parse_time

Moment = datetime | date | str


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
