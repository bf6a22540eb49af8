"""Incidents: what turned out to be wrong, with what, and when; the thing that a report is about."""

from __future__ import annotations

import re

from graphprov.capture.agents import AGENT_KINDS, AgentRef, as_agent
from graphprov.capture.artifacts import Artifact
from graphprov.capture.writer import Writer
from graphprov.errors import InvalidInput
from graphprov.model.identity import artifact_id, parse_id
from graphprov.model.statements import Entity, Relation, digest
from graphprov.model.times import Moment, as_moment, show_time
from graphprov.model.vocabulary import KINDS, Element, RelationType

_DIGITS = 16
_SHORTENED = re.compile(r"[0-9a-f]{12}|(?=.*[a-f])[0-9a-f]{4,23}")
"""What looks like the start of a digest: as it is printed, or shorter as it is typed; `20260301` is a label."""


def open_incident(
    writer: Writer,
    subject: str | Artifact | AgentRef,
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
    about, element = _subject(writer, subject)
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


def _subject(writer: Writer, subject: str | Artifact | AgentRef) -> tuple[str, Element]:
    """The id of what the incident is about, which need not be in reach of this laptop."""
    if isinstance(subject, Artifact):
        return subject.id, Element.ENTITY
    if isinstance(subject, AgentRef):
        return subject.id, Element.AGENT
    identifier = subject
    if not subject.startswith("urn:") and "://" not in subject:
        kind, colon, rest = subject.partition(":")
        if not colon or not rest:
            raise InvalidInput(
                f"'{subject}' does not say what it is: expected kind:name, kind:name@version, or an id",
                nearest=[f"data-source:{subject}", f"dataset:{subject}"],
            )
        if kind in AGENT_KINDS:  # agents have no versions: an '@' belongs to the name
            return as_agent(rest, kind).id, Element.AGENT
        name, at, version = rest.rpartition("@")
        identifier = artifact_id(kind, name, _in_full(writer, kind, name, version)) if at else artifact_id(kind, rest)
    parts = parse_id(identifier)
    kind_of = KINDS.get(parts.kind) if parts else None
    return identifier, kind_of.element if kind_of else Element.ENTITY


def _in_full(writer: Writer, kind: str, name: str, version: str) -> str:
    """A version whose digest was cut short, in full; a label as it is.

    Raises:
        InvalidInput: This machine knows no such version, or several.
    """
    if not _SHORTENED.fullmatch(version):
        return version
    found = writer.known.versions(kind, name, version)
    if len(found) != 1:
        why = "is not known on this machine" if not found else f"could be any of {len(found)} versions"
        raise InvalidInput(
            f"{kind}:{name}@{version} {why}: give the full id",
            nearest=[artifact_id(kind, name, each) for each in found],
            hint=f"graphprov list {kind}:{name}",
        )
    return found[0]
