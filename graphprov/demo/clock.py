"""The clock of a simulated laptop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


def ticking(start: datetime, step: timedelta = timedelta(seconds=41)) -> Callable[[], datetime]:
    """A clock that moves on whenever somebody looks at it.

    >>> from datetime import UTC
    >>> clock = ticking(datetime(2026, 3, 4, 9, 30, tzinfo=UTC))
    >>> clock().isoformat(), clock().isoformat()
    ('2026-03-04T09:30:00+00:00', '2026-03-04T09:30:41+00:00')
    """
    now = start - step

    def look() -> datetime:
        nonlocal now
        now += step
        return now

    return look


def stopping(clock: Callable[[], datetime], looks: int, stop: Callable[[], None]) -> Callable[[], datetime]:
    """A clock that stops something when it is looked at once more than so many times.

    >>> from datetime import UTC
    >>> stopped = []
    >>> clock = stopping(lambda: datetime(2026, 3, 4, tzinfo=UTC), 1, lambda: stopped.append(True))
    >>> _ = clock(); stopped
    []
    >>> _ = clock(); stopped
    [True]
    """
    left = looks

    def look() -> datetime:
        nonlocal left
        if left == 0:
            stop()
        left -= 1
        return clock()

    return look
