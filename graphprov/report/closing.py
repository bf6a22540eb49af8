"""How far an incident is closed: which affected entities their owners have dealt with, and which are open.

A run is counted only where somebody said something of it: else it is over, and nobody has to close it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from graphprov.analysis.incident_report import Parts
from graphprov.analysis.report import Affected, How, ImpactReport, IncidentNote
from graphprov.model.vocabulary import Element
from graphprov.report import words

OPEN = "open"


@dataclass(frozen=True)
class Closing:
    """How many entities were closed how, how many are open, and how many of these are in use."""

    closed: dict[How, int]
    open: int
    open_live: int | None
    """None where not all are listed."""

    @property
    def done(self) -> int:
        """How many are closed."""
        return sum(self.closed.values())

    @property
    def total(self) -> int:
        """How many there are to close."""
        return self.done + self.open

    @property
    def said(self) -> str:
        """In words: '12 of 54 closed: 7 made again and 5 deleted'."""
        if not self.total:
            return "nothing to close"
        parts = words.listed(f"{count:,} {words.CLOSED[how]}" for how, count in self.closed.items())
        return f"{self.done:,} of {self.total:,} closed" + (f": {parts}" if parts else "")

    @property
    def left(self) -> str:
        """What is open, in words: '42 open, 12 of them still in use'."""
        if not self.open:
            return "nothing open"
        if self.open_live is None:
            return f"{self.open:,} open"
        live = f", {self.open_live:,} of them still in use" if self.open_live else ", none of them still in use"
        return f"{self.open:,} open{live}"


def closing(report: ImpactReport, rows: Iterable[Affected] | None = None) -> Closing | None:
    """How far the listed entities (or those of `rows`) are closed; None in a report on no incident."""
    if not report.incidents:
        return None
    if rows is None and report.to_close is not None:
        told = report.resolved or {}
        counts = {how: told[how] for how in words.CLOSED if told.get(how)}
        live = None
        if len(report.affected) == report.total:
            live = sum(row.state == "live" and row.resolution is None for row in report.affected)
        return Closing(counts, report.to_close - sum(counts.values()), live)
    entities = [row for row in (report.affected if rows is None else rows) if row.distance and is_entity(row)]
    closed = Counter(row.resolution.how for row in entities if row.resolution is not None)
    left = [row for row in entities if row.resolution is None]
    return Closing(
        closed={how: closed[how] for how in words.CLOSED if closed[how]},
        open=len(left),
        open_live=sum(row.state == "live" for row in left),
    )


def of_parts(parts: Parts) -> Closing:
    """How far an incident is closed, by what is known of it without its report."""
    return Closing({how: parts.closed[how] for how in words.CLOSED if parts.closed.get(how)}, parts.open, None)


def part(row: Affected) -> str:
    """One row's part in words: how it was closed, or `open`; empty for a run that nobody closed."""
    if row.resolution is not None:
        return words.CLOSED[row.resolution.how]
    return OPEN if is_entity(row) else ""


def is_entity(row: Affected) -> bool:
    """Whether it is an entity; the comparison of plain text takes a tenth of the time that making the enum does."""
    return row.element == Element.ENTITY.value


def headline(incident: IncidentNote) -> str:
    """An incident in one line, safe to print.

    >>> headline(IncidentNote(id="urn:x", number="7", state="open", severity="high", reason="wrong list"))
    'incident 7, high, open: wrong list'
    """
    severity = f", {incident.severity}" if incident.severity else ""
    reason = words.visible(words.middle(incident.reason, 300))
    return f"incident {words.visible(words.middle(incident.number, 40))}{severity}, {incident.state}: {reason}"
