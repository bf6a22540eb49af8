"""Incidents as people read them in a terminal: a row of the list, and the whole of one with its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from graphprov.analysis.history import changes_before
from graphprov.analysis.incident_report import Affecting, Entry, Incident, OwnerState
from graphprov.cli.output import cell, print_rows
from graphprov.model.identity import short_id
from graphprov.model.incidents import What
from graphprov.model.times import show_time
from graphprov.report import closing, words

COLUMNS = ("number", "state", "severity", "about", "since", "until", "found_at", "found_by", "reason")
AFFECTING_COLUMNS = (COLUMNS[0], "artifact", "versions", "distance", "certainty", *COLUMNS[1:])
_ABOUT = 5
"""Things that a line of the history names."""


def row(about: Incident) -> tuple[Any, ...]:
    """An incident as a row of `COLUMNS`."""
    names = [short_id(subject.id) for subject in about.subjects]
    return (
        about.number,
        about.state,
        about.severity,
        names,
        about.since,
        about.until,
        about.found_at,
        about.found_by,
        about.reason,
    )


def affecting_row(found: Affecting) -> tuple[Any, ...]:
    """An incident as a row of `AFFECTING_COLUMNS`."""
    number, *rest = row(found.incident)
    return number, found.artifact, found.versions, found.distance, found.certainty, *rest


def print_incident(about: Incident) -> None:
    """Print an incident with its history."""
    severity = f", {about.severity}" if about.severity else ""
    typer.echo(f"incident {cell(about.number)}  {about.state}{severity}")
    for name, text in _facts(about):
        typer.echo(f"  {name:<9} {text}")
    if about.parts is not None and about.parts.owners:
        typer.echo(f"\nOwners ({len(about.parts.owners):,})")
        print_rows(
            ("owner", "for", "contact", "affected", "open", "told", "acknowledged"),
            [_owner(owner) for owner in about.parts.owners],
        )
    typer.echo(f"\nHistory ({len(about.history):,})")
    before = changes_before(about.history, about.as_opened.model_dump())
    who = [cell(short_id(entry.by)) if entry.by else "somebody" for entry in about.history]
    width = max(map(len, who), default=0)
    for entry, name in zip(about.history, who, strict=True):
        typer.echo(f"  {words.when(entry.at)}  {name.ljust(width)}  {_sentence(entry, before.get(entry.id, {}))}")


def _facts(about: Incident) -> Iterator[tuple[str, str]]:
    yield "reason", cell(about.reason)
    yield "about", words.listed(f"{cell(short_id(each.id))}" for each in about.subjects) or "nothing"
    yield "window", words.window(about.since, about.until)
    if about.found_at or about.found_by:
        by = f" by {cell(about.found_by)}" if about.found_by else ""
        yield "found", f"{show_time(about.found_at)}{by}".strip()
    if about.closed_at:
        yield "closed", show_time(about.closed_at)
    if about.parts is not None:
        done = closing.of_parts(about.parts)
        yield "parts", f"{done.said}; {done.left}"
    for warning in about.warnings:
        yield "note", cell(warning)
    yield "id", cell(about.id)


def _owner(owner: OwnerState) -> tuple[Any, ...]:
    told = f"{show_time(owner.told_at)} ({owner.told_by})" if owner.told_at else "no"
    return (
        short_id(owner.id),
        owner.organizations,
        owner.contact or "none recorded",
        owner.affected,
        owner.open,
        told,
        show_time(owner.acknowledged_at) if owner.acknowledged_at else "no",
    )


def _sentence(entry: Entry, before: Mapping[str, Any]) -> str:
    """What an entry says, in a line; every name in it is made visible."""
    about = words.listed([cell(short_id(id_)) for id_ in entry.about[:_ABOUT]])
    about += f" and {len(entry.about) - _ABOUT:,} more" if len(entry.about) > _ABOUT else ""
    told = {
        What.OPENED: "opened" + (f", {entry.severity}" if entry.severity else "") + _found(entry),
        What.AMENDED: f"amended: {_changes(entry, before)}",
        What.CLOSED: "closed" + (f", with {entry.open:,} parts open" if entry.open else ""),
        What.REOPENED: "reopened",
        What.NOTIFIED: f"told {about} of {words.number(entry.new or 0, 'thing')} {_way(entry)}",
        What.ACKNOWLEDGED: f"{about} knows of it",
        What.UNACKNOWLEDGED: f"{about} does not know of it after all",
        What.RESOLVED: f"{entry.how}: {about}",
        What.UNRESOLVED: f"open again: {about}",
    }
    sentence = told[What(entry.what)] if entry.what in list(What) else cell(entry.what)
    return sentence + (f": {cell(entry.note)}" if entry.note else "")


def _way(entry: Entry) -> str:
    to = cell(entry.to)
    ways = {"smtp": f"by e-mail to {to}", "directory": f"by a message in the folder {to}", "webhook": f"by {to}"}
    return ways.get(entry.way or "", f"by {cell(entry.way)}")


def _found(entry: Entry) -> str:
    by = f" by {cell(entry.found_by)}" if entry.found_by else ""
    return (
        f", found {show_time(entry.found_at)}{by}"
        if entry.found_at and entry.found_at != entry.at
        else f", found{by}"
        if by
        else ""
    )


def _changes(entry: Entry, before: Mapping[str, Any]) -> str:
    parts = []
    for key, was in before.items():
        now = getattr(entry, key)
        parts.append(f"{key} {_value(now)} (was {_value(was)})")
    return ", ".join(parts) or "nothing"


def _value(value: Any) -> str:
    return "none" if value is None else cell(value)
