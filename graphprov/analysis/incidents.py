"""Incidents as the store knows them: found by number, and as they stand by all that was said of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from rapidfuzz import fuzz, process

from graphprov.analysis.history import in_order, state_of
from graphprov.analysis.incident_report import AsOpened, Entry, Incident, IncidentSubject
from graphprov.errors import AmbiguousReference, InvalidInput, UnknownReference
from graphprov.model.identity import short_id
from graphprov.model.incidents import HOWS, INCIDENT, SEVERITIES, is_digest, number_of, short_numbers
from graphprov.model.times import as_moment
from graphprov.model.vocabulary import Element
from graphprov.store import Store

States = Literal["open", "closed", "all"]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NEAREST = 5
_SEVEREST = {"critical": 0, "high": 1, "medium": 2, "low": 3}


def incidents(store: Store, *, state: States = "open", known_on: datetime | None = None) -> list[Incident]:
    """The incidents in a state: open before closed, the severest first, then those found last."""
    found = [each for each in _read(store, None, known_on) if state in ("all", each.state)]
    return sorted(found, key=urgency)


def urgency(incident: Incident) -> tuple[Any, ...]:
    """A sort key: open before closed, the severest first, then those found last."""
    found = incident.found_at.timestamp() if incident.found_at else 0.0
    return incident.state == "closed", _SEVEREST.get(incident.severity or "", len(_SEVEREST)), -found, incident.id


def incident(store: Store, number: str, *, known_on: datetime | None = None) -> Incident:
    """One incident, by its number, the start of that, or its id.

    Args:
        known_on: As it stood by what the store had learnt then.

    Raises:
        UnknownReference: There is no such incident; carries the nearest.
        AmbiguousReference: Several numbers start so; carries them.
        InvalidInput: The number is empty.
    """
    found = _read(store, [find(store, number)], known_on)
    if not found:
        raise UnknownReference(f"incident {number} was not known then", hint="graphprov incident list --state all")
    return found[0]


def find(store: Store, number: str) -> str:
    """The id of the incident that a person means; raises as `incident` does."""
    typed = number.strip().removeprefix("#").removeprefix(f"{INCIDENT}:")
    if not typed:
        raise InvalidInput(
            "an empty number was given: expected the number of an incident", hint="graphprov incident list"
        )
    rows = store.ask("incident_names").rows
    numbers: dict[str, str] = {id_: number_of(id_) for id_, *_ in rows}
    exact = [id_ for id_ in numbers if number.strip() == id_ or typed in (id_, numbers[id_])]
    found: list[str] = exact or [
        id_ for id_ in numbers if is_digest(numbers[id_]) and numbers[id_].startswith(typed.lower())
    ]
    if not found and ":" in typed:
        try:  # the name of an imported one, by a prefix that its document declared
            reference = store.resolve(typed, elements=(Element.ENTITY,))
            found = [reference.id] if reference.id in numbers else []
        except (UnknownReference, AmbiguousReference):
            found = []
    if len(found) == 1:
        return found[0]
    short = short_numbers(numbers.values())
    lines = {id_: f"{short[numbers[id_]]} ({', '.join(subjects)}: {reason})" for id_, reason, subjects in rows}
    if found:
        raise AmbiguousReference(
            f"'{number}' could be any of {len(found)} incidents",
            nearest=[lines[id_] for id_ in found[:20]],
            hint="give more digits of the number",
        )
    near = process.extract(typed, lines, scorer=fuzz.WRatio, limit=_NEAREST)
    raise UnknownReference(
        f"there is no incident '{number}'",
        nearest=[line for line, _, _ in near],
        hint="graphprov incident list --state all" if rows else "graphprov incident open SUBJECT --reason TEXT",
    )


def _read(store: Store, ids: Sequence[str] | None, known_on: datetime | None) -> list[Incident]:
    rows = store.ask("incidents", ids=None if ids is None else list(ids)).dicts()
    every = [row["id"] for row in rows] if ids is None else [id_ for id_, *_ in store.ask("incident_names").rows]
    short = short_numbers(number_of(id_) for id_ in every)
    return [
        _incident(row, short[number_of(row["id"])], known_on)
        for row in rows
        if known_on is None or row["properties"]["stored_at"] <= known_on
    ]


def _incident(row: Mapping[str, Any], number: str, known_on: datetime | None) -> Incident:
    known = [said for said in row["entries"] if known_on is None or said["stored_at"] <= known_on]
    history = in_order(_entry(said) for said in known if said["what"])
    now = state_of(_cleaned(row["properties"]), history)
    return Incident(
        id=row["id"],
        number=number,
        state=now.state,
        severity=now.severity,
        reason=now.reason,
        since=now.since,
        until=now.until,
        found_by=now.found_by,
        found_at=now.found_at,
        closed_at=now.closed_at,
        subjects=[
            IncidentSubject(
                id=subject["id"],
                element=subject["types"][0],
                kind=subject["kind"],
                name=subject["name"] or short_id(subject["id"]),
            )
            for subject in row["subjects"]
            if subject["types"]
        ],
        as_opened=AsOpened.model_validate(now.as_opened),
        history=history,
        warnings=list(now.warnings),
    )


def _entry(said: Mapping[str, Any]) -> Entry:
    own = {key: value for key, value in _cleaned(said).items() if value is not None}
    at = own.pop("said_at", None) or own.get("recorded_at") or _LONG_AGO
    return Entry(**{**own, "at": at, "by": next(iter(said["by"]), None), "what": str(said["what"])})


def _cleaned(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, each value of its type or left out: a document from elsewhere may say anything under these keys."""
    return {key: read(said[key]) for key, read in _READ.items() if said.get(key) is not None}


def _moment(value: Any) -> datetime | None:
    try:
        return as_moment(value)
    except InvalidInput:
        return None


def _word(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _words(value: Any) -> list[str]:
    return [_word(each) for each in value] if isinstance(value, list) else [_word(value)]


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _one_of(known: Sequence[str]) -> Callable[[Any], str | None]:
    return lambda value: value if value in known else None


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("said_at", "recorded_at", "found_at", "since", "until"), _moment),
    **dict.fromkeys(
        ("id", "note", "reason", "found_by", "state", "after", "way", "to", "parts_digest", "message"), _word
    ),
    **dict.fromkeys(("about", "removed"), _words),
    **dict.fromkeys(("open", "parts", "new"), _number),
    "severity": _one_of(SEVERITIES),
    "how": _one_of(HOWS),
}


def last_amendment(about: Incident) -> str:
    """The id of the last amendment, or of the incident where there is none: what somebody who amends it knows of."""
    return next((entry.id for entry in reversed(about.history) if entry.what == "amended"), about.id)
