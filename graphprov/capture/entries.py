"""What people say of an incident: each word an entry of its own that nothing changes later.

An entry's id follows from all that it says, its moment included. So the same entry sent by two laptops, or twice, is
one, and the same words said at another moment are another entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from graphprov.capture.agents import AgentLike, AgentRef, as_agent, mention
from graphprov.capture.redaction import without_credentials, without_secrets
from graphprov.capture.writer import Writer
from graphprov.errors import InvalidInput
from graphprov.model.identity import artifact_id, parse_id
from graphprov.model.incidents import ENTRIES, ENTRY, HOWS, NO_BOUND, SEVERITIES, What, number_of
from graphprov.model.statements import Entity, Relation, Statement, digest
from graphprov.model.times import Moment, as_moment, show_time
from graphprov.model.vocabulary import KINDS, TARGET_TYPE, Element, RelationType

_SKEW = timedelta(minutes=5)
"""So far may the clock of whoever says when run ahead of this machine's."""


@dataclass(frozen=True)
class About:
    """What an incident or an entry speaks of: its id, and of which PROV type that is."""

    id: str
    element: Element


def entry(
    incident: str,
    what: What,
    *,
    by: AgentRef,
    at: datetime,
    about: Sequence[About] = (),
    note: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> list[Statement]:
    """The statements of one entry; those of `details` that are None are left out."""
    said = without_secrets({key: value for key, value in (details or {}).items() if value is not None})
    assert said.keys() <= set(ENTRIES[what].keys)  # noqa: S101  (callers are here and in `incidents`)
    if note is not None and note.strip():
        said["note"] = without_credentials(note)
    ids = sorted({each.id for each in about})
    number = digest([incident, what.value, at, by.id, ids, said])
    id_ = artifact_id(ENTRY, number_of(incident), number)
    return [
        Entity(id=id_, kind=ENTRY, metadata={"what": what.value, "said_at": at, **said}),
        Relation(type=RelationType.ENTRY_OF, source=id_, target=incident),
        mention(by),
        Relation(type=RelationType.SAID_BY, source=id_, target=by.id),
        *(about_relation(id_, each) for each in sorted(set(about), key=lambda each: each.id)),
    ]


def about_relation(source: str, about: About) -> Relation:
    """That an incident or an entry speaks of something."""
    parts = parse_id(about.id)
    kind = KINDS.get(parts.kind) if parts is not None else None
    told_by_id = kind.element if kind is not None else Element.ENTITY
    return Relation(
        type=RelationType.ABOUT,
        source=source,
        target=about.id,
        target_element=about.element,
        metadata={} if told_by_id is about.element else {TARGET_TYPE: about.element.value},
    )


def amend(
    writer: Writer,
    incident: str,
    *,
    why: str,
    since: Moment | None = None,
    until: Moment | None = None,
    reason: str | None = None,
    severity: str | None = None,
    after: str | None = None,
    by: AgentLike | None = None,
    at: Moment | None = None,
) -> str:
    """Record that an incident's window, reason or severity are others; returns the entry's id.

    Args:
        since: A moment, or "none" where it was always wrong; so is `until`.
        after: The id of the last amendment that the author knew of, or of the incident where that is none.

    Raises:
        InvalidInput: Nothing is changed, the reason for it is missing, or a value does not fit.
    """
    bounds = {"since": since, "until": until}
    removed = [key for key, value in bounds.items() if value == NO_BOUND] or None
    moments = {key: None if value == NO_BOUND else as_moment(value, key) for key, value in bounds.items()}
    start, end = moments["since"], moments["until"]
    if start is not None and end is not None and end <= start:
        raise InvalidInput(f"the window is empty: it would end at {show_time(end)}, not after {show_time(start)}")
    if severity is not None and severity not in SEVERITIES:
        raise InvalidInput(f"'{severity}' is no severity", nearest=SEVERITIES)
    if reason is not None:
        if not reason.strip():
            raise InvalidInput("the reason of the incident is empty: expected what is wrong, in a few words")
        reason = writer.redactor.text(reason)
    changed = {**moments, "removed": removed, "reason": reason, "severity": severity}
    if all(value is None for value in changed.values()):
        raise InvalidInput("nothing is amended: expected another since, until, reason or severity")
    return _say(writer, incident, What.AMENDED, note=_needed(why), by=by, at=at, details={**changed, "after": after})


def close(
    writer: Writer,
    incident: str,
    *,
    why: str,
    still_open: int | None = None,
    by: AgentLike | None = None,
    at: Moment | None = None,
) -> str:
    """Record that an incident is over; returns the entry's id.

    Args:
        still_open: How many parts were open when it was closed nevertheless.

    Raises:
        InvalidInput: The reason is missing.
    """
    details = {"open": still_open or None}
    return _say(writer, incident, What.CLOSED, note=_needed(why), by=by, at=at, details=details)


def reopen(writer: Writer, incident: str, *, why: str, by: AgentLike | None = None, at: Moment | None = None) -> str:
    """Record that an incident is not over after all; returns the entry's id.

    Raises:
        InvalidInput: The reason is missing.
    """
    return _say(writer, incident, What.REOPENED, note=_needed(why), by=by, at=at)


def acknowledge(
    writer: Writer,
    incident: str,
    owner: About,
    *,
    note: str | None = None,
    undo: bool = False,
    by: AgentLike | None = None,
    at: Moment | None = None,
) -> str:
    """Record that an owner knows of an incident or, with `undo`, that they do not after all; returns the entry's id."""
    what = What.UNACKNOWLEDGED if undo else What.ACKNOWLEDGED
    return _say(writer, incident, what, about=[owner], note=note, by=by, at=at)


def resolve(
    writer: Writer,
    incident: str,
    parts: Sequence[About],
    *,
    how: str | None,
    note: str,
    by: AgentLike | None = None,
    at: Moment | None = None,
) -> str:
    """Record what was done about affected things or, without `how`, that they are open again; returns the entry's id.

    Raises:
        InvalidInput: The note is missing, there is no part, or no such way.
    """
    if how is not None and how not in HOWS:
        raise InvalidInput(f"'{how}' is no way to close a part", nearest=HOWS)
    if not parts:
        raise InvalidInput("nothing is resolved: expected at least one affected artifact or run")
    what = What.UNRESOLVED if how is None else What.RESOLVED
    return _say(writer, incident, what, about=parts, note=_needed(note), by=by, at=at, details={"how": how})


def notified(
    writer: Writer,
    incident: str,
    owner: About,
    *,
    details: Mapping[str, Any],
    by: AgentLike | None = None,
    at: Moment | None = None,
) -> str:
    """Record that an owner was told; returns the entry's id. For `details` see the table of entries."""
    return _say(writer, incident, What.NOTIFIED, about=[owner], by=by, at=at, details=details)


def _say(
    writer: Writer,
    incident: str,
    what: What,
    *,
    by: AgentLike | None,
    at: Moment | None,
    about: Sequence[About] = (),
    note: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> str:
    agent = as_agent(by or writer.user, "person")
    now = writer.now()
    moment = as_moment(at, "at") or now
    if moment > now + _SKEW:
        raise InvalidInput(f"nobody can have said this on {show_time(moment)}: that is yet to come")
    note = note and writer.redactor.text(note)  # before the entry's number is made of it
    statements = entry(incident, what, by=agent, at=moment, about=about, note=note, details=details)
    writer.record(statements)
    first = statements[0]
    assert isinstance(first, Entity)  # noqa: S101  (an entry's own statement comes first)
    return first.id


def _needed(why: str) -> str:
    if not why.strip():
        raise InvalidInput("why is missing: expected a few words that somebody else will understand later")
    return why
