"""What is true of an incident now, read from all that was said of it: one deterministic rule, whatever arrived first.

Entries are taken in the order in which they were said; of two said at the same moment the one with the smaller id comes
first. The last word counts, separately for each thing that it is about: each bound of the window, the reason, the
severity, each part, each owner. An incident is closed when it was closed and not reopened since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from graphprov.analysis.incident_report import Entry
from graphprov.analysis.report import How, Resolution, Severity
from graphprov.model.identity import short_id
from graphprov.model.incidents import What
from graphprov.model.times import show_time

_BOUNDS = ("since", "until")
_AMENDED = (*_BOUNDS, "reason", "severity")


@dataclass(frozen=True)
class State:
    """What is true of an incident."""

    state: Literal["open", "closed"]
    severity: Severity | None
    reason: str
    since: datetime | None
    until: datetime | None
    found_by: str | None
    found_at: datetime | None
    closed_at: datetime | None
    as_opened: dict[str, Any]
    """The reason, window and severity before anything was amended."""
    warnings: tuple[str, ...]


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries in the order in which they were said."""
    return sorted(entries, key=lambda entry: (entry.at, entry.id))


def state_of(incident: Mapping[str, Any], entries: Iterable[Entry]) -> State:
    """What is true of an incident.

    Args:
        incident: What its node says: `reason`, `since`, `until`. Older ones say `found_by`, `found_at` and `state` too.
        entries: What was said of it, in any order.
    """
    history = in_order(entries)
    opened = [entry for entry in history if entry.what == What.OPENED]
    as_opened: dict[str, Any] = {key: incident.get(key) for key in _AMENDED}
    as_opened["reason"] = as_opened["reason"] or "(no reason given)"
    said = next((entry.severity for entry in reversed(opened) if entry.severity), None)
    as_opened["severity"] = said or as_opened["severity"]
    now = dict(as_opened)
    for amendment in history:
        if amendment.what == What.AMENDED:
            now.update(_changes(amendment))
    found_by = opened[0].found_by if opened else incident.get("found_by")
    found_at = opened[0].found_at if opened else incident.get("found_at")
    last = next((entry for entry in reversed(history) if entry.what in (What.CLOSED, What.REOPENED)), None)
    is_open = last.what == What.REOPENED if last is not None else incident.get("state") in (None, "open")
    return State(
        state="open" if is_open else "closed",
        severity=now["severity"],
        reason=now["reason"],
        since=now["since"],
        until=now["until"],
        found_by=found_by,
        found_at=found_at,
        closed_at=None if is_open or last is None else last.at,
        as_opened=as_opened,
        warnings=tuple(_warnings(history, now)),
    )


def _changes(amendment: Entry) -> dict[str, Any]:
    """What an amendment changes: each key with its new value."""
    changes = {key: value for key in _AMENDED if (value := getattr(amendment, key)) is not None}
    return changes | {key: None for key in amendment.removed if key in _BOUNDS}


def changes_before(history: Sequence[Entry], as_opened: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """For each amendment, by id, what it changes was before."""
    now: dict[str, Any] = {key: as_opened.get(key) for key in _AMENDED}
    before: dict[str, dict[str, Any]] = {}
    for amendment in in_order(history):
        if amendment.what == What.AMENDED:
            changes = _changes(amendment)
            before[amendment.id] = {key: now[key] for key in changes}
            now.update(changes)
    return before


def _warnings(history: Sequence[Entry], now: Mapping[str, Any]) -> Iterable[str]:
    amendments = [entry for entry in history if entry.what == What.AMENDED]
    for earlier, later in _unaware(amendments):
        both = [key for key in _AMENDED if key in _changes(earlier) and key in _changes(later)]
        differing = [key for key in both if _changes(earlier)[key] != _changes(later)[key]]
        if differing:
            yield (
                f"{_who(later)} and {_who(earlier)} gave another {' and '.join(differing)}, perhaps without knowing of"
                f" each other: what {_who(later)} said last, on {show_time(later.at)}, counts"
            )
    if now["since"] is not None and now["until"] is not None and now["until"] <= now["since"]:
        yield (
            f"its window is empty: as amended it ends at {show_time(now['until'])}, not after its start at"
            f" {show_time(now['since'])}"
        )


def _unaware(amendments: Sequence[Entry]) -> Iterable[tuple[Entry, Entry]]:
    """Pairs of an amendment and a later one whose author may not have known of it."""
    place = {entry.id: i for i, entry in enumerate(amendments)}
    for i, later in enumerate(amendments):
        # What its author knew of is all up to `after`; without that nothing is known of what they knew.
        known = place.get(later.after or "", -1)
        yield from ((earlier, later) for earlier in amendments[known + 1 : i] if earlier.by != later.by)


def _who(entry: Entry) -> str:
    return short_id(entry.by) if entry.by else "somebody"


def resolutions(incident: str, entries: Iterable[Entry]) -> dict[str, Resolution]:
    """What was done about each part of which the last word is that it is closed, by id."""
    found: dict[str, Resolution] = {}
    for entry in in_order(entries):
        if entry.what == What.RESOLVED and entry.how is not None:
            how: How = entry.how
            said = Resolution(incident=incident, how=how, by=entry.by, at=entry.at, note=entry.note)
            found.update(dict.fromkeys(entry.about, said))
        elif entry.what == What.UNRESOLVED:
            for part in entry.about:
                found.pop(part, None)
    return found


def spoken_of(entries: Iterable[Entry]) -> set[str]:
    """Ids of all parts of which anybody said that they are closed or open."""
    return {part for entry in entries if entry.what in (What.RESOLVED, What.UNRESOLVED) for part in entry.about}


def acknowledged(entries: Iterable[Entry]) -> dict[str, Entry]:
    """By which entry each owner acknowledged, of those who did and did not take it back."""
    found: dict[str, Entry] = {}
    for entry in in_order(entries):
        if entry.what == What.ACKNOWLEDGED:
            found.update(dict.fromkeys(entry.about, entry))
        elif entry.what == What.UNACKNOWLEDGED:
            for owner in entry.about:
                found.pop(owner, None)
    return found


def told(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """All that each owner was told, in order."""
    found: dict[str, list[Entry]] = {}
    for entry in in_order(entries):
        if entry.what == What.NOTIFIED:
            for owner in entry.about:
                found.setdefault(owner, []).append(entry)
    return found
