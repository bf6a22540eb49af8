"""Incidents: what turned out to be wrong, with what, and when; the thing that a report is about."""

from __future__ import annotations

from graphprov.capture.times import Moment, as_moment
from graphprov.capture.writer import Writer
from graphprov.errors import InvalidInput
from graphprov.model.identity import PREFIX, artifact_id, is_iri, parse_id
from graphprov.model.statements import Entity, Relation, digest
from graphprov.model.times import show_time
from graphprov.model.vocabulary import KINDS, Element, RelationType

_DIGITS = 16


def open_incident(
    writer: Writer,
    subject: str,
    *,
    reason: str,
    since: Moment | None = None,
    until: Moment | None = None,
    found_by: str | None = None,
    found_at: Moment | None = None,
) -> str:
    """Record an open incident and return its id; see `graphprov.incident`."""
    if not reason.strip():
        raise InvalidInput("the reason of the incident is empty: expected what is wrong, in a few words")
    about, element = _subject(subject)
    start, end = as_moment(since, "since"), as_moment(until, "until")
    if start is not None and end is not None and end <= start:
        raise InvalidInput(
            f"the window is empty: it ends at {show_time(end)}, not after its start at {show_time(start)}"
        )
    window = {"since": start, "until": end}
    # The same incident reported twice is one: its number follows from what it says.
    number = digest([about, reason, *window.values()])[:_DIGITS]
    said = {
        "reason": reason,
        "state": "open",
        "found_by": found_by,
        "found_at": as_moment(found_at, "found_at") or writer.now(),
        **window,
    }
    incident = Entity(
        id=artifact_id("incident", number),
        kind="incident",
        name=number,
        metadata={key: value for key, value in said.items() if value is not None},
    )
    writer.record(
        [incident, Relation(type=RelationType.ABOUT, source=incident.id, target=about, target_element=element)]
    )
    return incident.id


def _subject(subject: str) -> tuple[str, Element]:
    """The id of what the incident is about, which need not be in reach of this laptop."""
    identifier = subject
    if not is_iri(subject) or not subject.startswith(PREFIX):
        kind, colon, rest = subject.partition(":")
        if not colon or not rest:
            raise InvalidInput(
                f"'{subject}' does not say what it is: expected kind:name, kind:name@version, or an id",
                nearest=[f"data-source:{subject}", f"dataset:{subject}"],
            )
        name, at, version = rest.partition("@")
        identifier = artifact_id(kind, name, version if at else None)
    parts = parse_id(identifier)
    kind_of = KINDS.get(parts.kind) if parts else None
    return identifier, kind_of.element if kind_of else Element.ENTITY
