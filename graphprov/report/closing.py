"""How far an incident is closed: which affected things their owners have dealt with, and which are open.

A run is closed with what it made: it counts only where it made nothing that is affected.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graphprov.analysis.incident_report import Parts
from graphprov.analysis.report import Affected, How, ImpactReport, IncidentNote, Owner
from graphprov.model.vocabulary import Element
from graphprov.report import words

OPEN = "open"


@dataclass(frozen=True)
class Closing:
    """How many parts were closed how, how many are open, and how many of these are in use."""

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


def closing(report: ImpactReport) -> Closing | None:
    """How far all parts are closed, listed or not; None in a report on no incident."""
    return _closing(report, report, report.affected)


def of_owner(report: ImpactReport, owner: Owner, rows: Iterable[Affected]) -> Closing | None:
    """The same for the parts of one owner.

    Args:
        rows: Those of the owner's that are listed.
    """
    return _closing(report, owner, rows)


def _closing(report: ImpactReport, whole: ImpactReport | Owner, rows: Iterable[Affected]) -> Closing | None:
    if not report.incidents or whole.to_close is None:
        return None
    told = whole.resolved or {}
    counts = {how: told[how] for how in words.CLOSED if told.get(how)}
    live = None
    if len(report.affected) == report.total:
        live = sum(row.state == "live" and row.resolution is None for row in rows)
    return Closing(counts, whole.to_close - sum(counts.values()), live)


def of_parts(parts: Parts) -> Closing:
    """How far an incident is closed, by what is known of it without its report."""
    return Closing({how: parts.closed[how] for how in words.CLOSED if parts.closed.get(how)}, parts.open, None)


def part(row: Affected) -> str:
    """One row's part in words: how it was closed, or `open`; empty for what nobody has to close."""
    if row.resolution is not None:
        return words.CLOSED[row.resolution.how]
    return OPEN if row.to_close else ""


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
