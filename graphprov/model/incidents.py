"""Incidents: what may be said of one, as a table, and how one is named.

An incident is an entity that never changes: what is wrong, with what, in which window. All that people say of it later
is an entry of its own (kind `incident-entry`) that never changes either: `ENTRY_OF` leads to the incident, `SAID_BY` to
who says so, `ABOUT` to what it speaks of. What is true of the incident now is read from its entries (see
`graphprov.analysis.history`), so that the order in which laptops send them does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from graphprov.model.identity import parse_id, short_id

INCIDENT, ENTRY = "incident", "incident-entry"
"""The kinds of an incident, and of what is said of one."""

BOOKKEEPING = (INCIDENT, ENTRY)
"""Kinds that a flaw never reaches: what is said about data, and no data."""

SEVERITIES = ("low", "medium", "high", "critical")
HOWS = ("rerun", "deleted", "accepted", "not-affected")
"""How an owner closes a part: made again from sound inputs, deleted, kept with open eyes, or found not to depend."""

NO_BOUND = "none"
"""What a person types to take a bound of a window away."""


class What(StrEnum):
    """What an entry says."""

    OPENED = "opened"
    AMENDED = "amended"
    CLOSED = "closed"
    REOPENED = "reopened"
    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True)
class EntryRule:
    """What an entry may carry, and what it does to the incident when it is read."""

    what: What
    keys: tuple[str, ...]
    about: str
    does: str


# Every entry has `what` and `said_at`, and may have a `note`: why it is said.
ENTRIES: dict[What, EntryRule] = {
    rule.what: rule
    for rule in (
        EntryRule(
            What.OPENED,
            ("found_by", "found_at", "severity"),
            "",
            "tells who found it and when; the first counts. It never reopens what was closed",
        ),
        EntryRule(
            What.AMENDED,
            ("since", "until", "removed", "reason", "severity", "after"),
            "",
            "changes what it names and nothing else; of each, the last word counts. `removed` names bounds of the"
            " window that are gone, `after` the amendment that its author knew of",
        ),
        EntryRule(What.CLOSED, ("open",), "", "closes the incident; `open` is how many parts were open then, if any"),
        EntryRule(What.REOPENED, (), "", "opens it again"),
        EntryRule(
            What.NOTIFIED,
            ("way", "to", "parts", "new", "parts_digest", "told", "message"),
            "the owner",
            "tells that an owner was told: which way, where, of how many open `parts`, of them how many `new`; `told`"
            " names those, so that none is told twice",
        ),
        EntryRule(What.ACKNOWLEDGED, (), "the owner", "tells that an owner knows of it"),
        EntryRule(What.UNACKNOWLEDGED, (), "the owner", "takes that back"),
        EntryRule(What.RESOLVED, ("how",), "what is affected", "closes these parts; of each, the last word counts"),
        EntryRule(What.UNRESOLVED, (), "what is affected", "opens these parts again"),
    )
}

_DIGEST = re.compile(r"[0-9a-f]{16}")
SHORTEST = 6
"""Digits of a number that are shown, unless two incidents share them."""


def number_of(incident: str) -> str:
    """The whole number of an incident: what stands in its id; of an incident from elsewhere, its id.

    >>> number_of("urn:graphprov:incident:3f2a81d9c0b1e2f3"), number_of("http://example.org/i1")
    ('3f2a81d9c0b1e2f3', 'http://example.org/i1')
    """
    parts = parse_id(incident)
    if parts is None or parts.kind != INCIDENT:
        return short_id(incident)
    return parts.name if parts.version is None else f"{parts.name}@{parts.version}"


def is_digest(number: str) -> bool:
    """Whether a number is one of graphprov's own making, which may be cut short."""
    return _DIGEST.fullmatch(number) is not None


def short_numbers(numbers: Iterable[str]) -> dict[str, str]:
    """Each number as short as tells it from the others, and not shorter than six digits.

    >>> short_numbers(["3f2a81d9c0b1e2f3", "3f2a81d900000000", "1111111111111111", "http://example.org/i1"])
    {'1111111111111111': '111111', '3f2a81d900000000': '3f2a81d90', '3f2a81d9c0b1e2f3': '3f2a81d9c', \
'http://example.org/i1': 'http://example.org/i1'}
    """
    ordered = sorted(set(numbers))
    short: dict[str, str] = {}
    for at, number in enumerate(ordered):
        beside = [ordered[i] for i in (at - 1, at + 1) if 0 <= i < len(ordered)]
        length = max([SHORTEST, *(_shared(number, other) + 1 for other in beside)])
        short[number] = number[:length] if is_digest(number) else number
    return short


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
