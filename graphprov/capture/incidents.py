"""Incidents: what turned out to be wrong, with what, and when; the thing that a report is about.

An incident says what is wrong with which subjects in which window, and never changes. Who found it, and all that people
say of it later, are entries of their own (see `graphprov.capture.entries`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphprov.capture.agents import AGENT_KINDS, AgentLike, AgentRef, as_agent
from graphprov.capture.artifacts import Artifact
from graphprov.capture.entries import About, about_relation, entry
from graphprov.capture.known_incidents import KnownIncidents
from graphprov.capture.runs import Run
from graphprov.capture.writer import Writer
from graphprov.errors import InvalidInput
from graphprov.model.identity import artifact_id, parse_id
from graphprov.model.incidents import BOOKKEEPING, INCIDENT, SEVERITIES, What
from graphprov.model.statements import Entity, digest
from graphprov.model.times import Moment, as_moment, show_time
from graphprov.model.vocabulary import KINDS, Element

Subject = str | Artifact | AgentRef | Run | About
"""What an incident can be about: what an earlier call returned, `kind:name`, `kind:name@version`, or a full id."""

_DIGITS = 16
_SHORTENED = re.compile(r"[0-9a-f]{12}|(?=.*[a-f])[0-9a-f]{4,23}")
"""What looks like the start of a digest: as it is printed, or shorter as it is typed; `20260301` is a label."""


@dataclass(frozen=True)
class Opening:
    """What an incident says, checked."""

    subjects: tuple[About, ...]
    reason: str
    since: Moment | None
    until: Moment | None

    @property
    def number(self) -> str:
        """It follows from what the incident says, so that the same one reported twice is one."""
        ids = sorted(subject.id for subject in self.subjects)
        return digest([ids[0] if len(ids) == 1 else ids, self.reason, self.since, self.until])[:_DIGITS]

    @property
    def id(self) -> str:
        """Its identifier."""
        return artifact_id(INCIDENT, self.number)


def open_incident(
    writer: Writer,
    subject: Subject | Sequence[Subject],
    *,
    reason: str,
    since: Moment | None = None,
    until: Moment | None = None,
    severity: str | None = None,
    found_by: str | None = None,
    found_at: Moment | None = None,
    said_by: AgentLike | None = None,
) -> str:
    """Record an open incident and return its id; see `graphprov.incident`."""
    opening = checked_opening(writer, subject, reason=reason, since=since, until=until)
    check_severity(severity)
    window = {"since": opening.since, "until": opening.until}
    incident = Entity(
        id=opening.id,
        kind=INCIDENT,
        name=opening.number,
        metadata={"reason": opening.reason, **{key: value for key, value in window.items() if value is not None}},
    )
    known = KnownIncidents(writer.settings.journal)
    found = {"found_by": found_by, "found_at": as_moment(found_at, "found_at"), "severity": severity}
    agent = as_agent(said_by or writer.user, "person")
    said_at = known.first_said(digest([opening.id, agent.id, found]), writer.now())
    found["found_at"] = found["found_at"] or said_at
    opened = entry(opening.id, What.OPENED, by=agent, at=said_at, details=found)
    writer.record([incident, *(about_relation(opening.id, each) for each in opening.subjects), *opened])
    known.see([(opening.number, opening.id)])
    return opening.id


def checked_opening(
    writer: Writer,
    subject: Subject | Sequence[Subject],
    *,
    reason: str,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Opening:
    """What an incident would say; nothing is recorded.

    Raises:
        InvalidInput: The reason is empty, there is no subject, one has no kind or is an incident itself, its version is
            not known, or the window is empty.
    """
    if not reason.strip():
        raise InvalidInput("the reason of the incident is empty: expected what is wrong, in a few words")
    given = [subject] if isinstance(subject, Subject) else list(subject)
    if not given:
        raise InvalidInput("the incident is about nothing: expected at least one subject")
    start, end = as_moment(since, "since"), as_moment(until, "until")
    check_window(start, end)
    subjects = {about.id: about for about in (_subject(writer, each) for each in given)}
    return Opening(tuple(subjects.values()), writer.redactor.text(reason), start, end)


def check_window(since: Moment | None, until: Moment | None) -> None:
    """Refuse a window that ends before it starts.

    Raises:
        InvalidInput: It does.
    """
    start, end = as_moment(since), as_moment(until)
    if start is not None and end is not None and end <= start:
        raise InvalidInput(
            f"the window is empty: it ends at {show_time(end)}, not after its start at {show_time(start)}"
        )


def check_severity(severity: str | None) -> None:
    """Refuse a severity that there is not.

    Raises:
        InvalidInput: There is no such severity.
    """
    if severity is not None and severity not in SEVERITIES:
        raise InvalidInput(f"'{severity}' is no severity", nearest=SEVERITIES)


def _subject(writer: Writer, subject: Subject) -> About:
    """What the incident is about, which need not be in reach of this laptop."""
    if isinstance(subject, About):
        parts = parse_id(subject.id)
        _no_incident(subject.id, parts.kind if parts else None)
        return subject
    if isinstance(subject, Artifact):
        return About(subject.id, Element.ENTITY)
    if isinstance(subject, AgentRef):
        return About(subject.id, Element.AGENT)
    if isinstance(subject, Run):
        return About(subject.id, Element.ACTIVITY)
    identifier = subject
    if not subject.startswith("urn:") and "://" not in subject:
        kind, colon, rest = subject.partition(":")
        if not colon or not rest:
            raise InvalidInput(
                f"'{subject}' does not say what it is: expected kind:name, kind:name@version, or an id",
                nearest=[f"data-source:{subject}", f"dataset:{subject}"],
            )
        if kind in AGENT_KINDS:  # agents have no versions: an '@' belongs to the name
            return About(as_agent(rest, kind).id, Element.AGENT)
        name, at, version = rest.rpartition("@")
        identifier = artifact_id(kind, name, _in_full(writer, kind, name, version)) if at else artifact_id(kind, rest)
    parts = parse_id(identifier)
    _no_incident(subject, parts.kind if parts else None)
    kind_of = KINDS.get(parts.kind) if parts else None
    return About(identifier, kind_of.element if kind_of else Element.ENTITY)


def _no_incident(named: str, kind: str | None) -> None:
    if kind in BOOKKEEPING:
        raise InvalidInput(f"{named} is an incident itself: expected what is wrong, a source, an artifact or a run")


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
