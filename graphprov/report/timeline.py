"""The timeline of a report: the window, the flawed versions and what was made from them, lane by lane.

Everything is in shares of the whole width (0 to 1), so that the page decides how wide a picture is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graphprov.analysis.report import ImpactReport
from graphprov.report import words
from graphprov.report.view import View

_MOST_MARKS = 60
"""More than this in a lane are counted in bins."""

_BINS = 60
_MOST_TICKS = 9
_MOST_LANES = 9


@dataclass(frozen=True)
class Mark:
    """One thing at its time, or `count` of them in a bin."""

    at: float
    label: str
    state: str
    count: int = 1
    height: float = 1.0
    """Of a bin: its count as a share of the fullest bin in the lane."""


@dataclass(frozen=True)
class Lane:
    """A row of the timeline."""

    title: str
    part: str
    marks: list[Mark]
    binned: bool = False

    @property
    def count(self) -> int:
        """How many things the lane shows."""
        return sum(mark.count for mark in self.marks)


@dataclass(frozen=True)
class Timeline:
    """Lanes over one axis."""

    lanes: list[Lane]
    ticks: list[tuple[float, str]]
    window: tuple[float, float]
    window_open: tuple[bool, bool]
    """Whether the window has no start, no end."""
    untimed: int


def timeline(view: View) -> Timeline | None:
    """The lanes of a report; None where nothing has a time."""
    report = view.report
    flawed = [(f.time, f.id, "flawed") for f in report.flawed]
    groups: list[tuple[str, str, list[tuple[datetime | None, str, str]]]] = [("flawed", "flawed", flawed)]
    for kind, members in view.by_kind:
        entries = [(node.time, node.id, _state(node.state, node.failed)) for node in members]
        groups.append((words.kind_words(kind, 2), "affected", entries))
    if len(groups) > _MOST_LANES:
        rest = [entry for group in groups[_MOST_LANES - 1 :] for entry in group[2]]
        groups = [*groups[: _MOST_LANES - 1], ("other", "affected", rest)]
    times = [words.utc(time) for _, _, entries in groups for time, _, _ in entries if time is not None]
    if not times:
        return None
    start, end = _span(report, times)

    def share(time: datetime) -> float:
        return round(min(1.0, max(0.0, (words.utc(time) - start) / (end - start))), 5)

    lanes = []
    for title, part, entries in groups:
        timed = [(time, identifier, state) for time, identifier, state in entries if time is not None]
        if len(timed) > _MOST_MARKS:
            lanes.append(Lane(title, part, _bins([share(time) for time, *_ in timed]), binned=True))
        elif timed:
            marks = [
                Mark(share(time), f"{view.label(identifier)}, {words.when(time)}, {state}", state)
                for time, identifier, state in timed
            ]
            lanes.append(Lane(title, part, marks))
    return Timeline(
        lanes=lanes,
        ticks=[(share(time), label) for time, label in _ticks(start, end)],
        window=(
            0.0 if report.since is None else share(report.since),
            1.0 if report.until is None else share(report.until),
        ),
        window_open=(report.since is None, report.until is None),
        untimed=sum(time is None for _, _, entries in groups for time, _, _ in entries),
    )


def _state(state: str | None, failed: bool) -> str:
    return "failed" if failed else state or "run"


def _span(report: ImpactReport, times: list[datetime]) -> tuple[datetime, datetime]:
    bounds = [*times, *(words.utc(time) for time in (report.since, report.until) if time is not None)]
    start, end = min(bounds), max(bounds)
    room = max((end - start) / 40, timedelta(hours=1))
    # A time near the ends of the calendar has no room beside it.
    low, high = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return (start - room if start - low > room else low), (end + room if high - end > room else high)


def _bins(places: list[float]) -> list[Mark]:
    counts = [0] * _BINS
    for place in places:
        counts[min(_BINS - 1, int(place * _BINS))] += 1
    most = max(counts)
    return [
        Mark((at + 0.5) / _BINS, f"{count:,}", "many", count, round(max(0.12, count / most), 3))
        for at, count in enumerate(counts)
        if count
    ]


def _ticks(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    """Years, months, weeks, days or hours, whichever gives the most that still fit.

    >>> [label for _, label in _ticks(datetime(2026, 1, 20, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC))]
    ['2026-02', '2026-03', '2026-04', '2026-05']
    """
    span = end - start
    months = span / timedelta(days=30.44)
    if months > 3:
        step = next(s for s in (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 24000) if months / s <= _MOST_TICKS)
        number = start.year * 12 + start.month
        number += -number % step if step < 12 else 12 - number % 12 + -(start.year + 1) % (step // 12) * 12
        while (year := (number) // 12) < 9999:
            time = datetime(year, number % 12 + 1, 1, tzinfo=UTC)
            if time > end:
                return
            yield time, f"{time:%Y-%m}" if step < 12 else f"{time.year:04}"
            number += step
        return
    hours = span / timedelta(hours=1)
    step = next(s for s in (1, 3, 6, 12, 24, 48, 168, 336) if hours / s <= _MOST_TICKS)
    time = start.replace(minute=0, second=0, microsecond=0)
    if step >= 24:
        time = time.replace(hour=0)
    while time <= end:
        if time >= start:
            yield time, f"{time:%m-%d}" if step >= 24 else f"{time:%m-%d %H:%MZ}"
        time += timedelta(hours=step)
