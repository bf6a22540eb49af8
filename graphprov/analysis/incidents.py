"""Incidents as the store knows them: found by number, as they stand, what they have touched, and what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import numpy as np
from rapidfuzz import fuzz, process

from graphprov.analysis.flaw import Flaw, resolve_flaw
from graphprov.analysis.history import acknowledged, in_order, resolutions, state_of, told
from graphprov.analysis.impact import impact
from graphprov.analysis.incident_report import Affecting, AsOpened, Entry, Incident, IncidentSubject, OwnerState, Parts
from graphprov.analysis.reach import Reach, reach
from graphprov.analysis.report import ImpactReport, Resolution
from graphprov.analysis.rules import Certainty
from graphprov.errors import AmbiguousReference, EmptyFlaw, GraphprovError, InvalidInput, UnknownReference
from graphprov.model.identity import short_id
from graphprov.model.incidents import INCIDENT, is_digest, number_of, short_numbers
from graphprov.model.vocabulary import Element
from graphprov.store import Store
from graphprov.store.neighbourhood import EdgeClass

States = Literal["open", "closed", "all"]
_NEAREST = 5
_SEVEREST = {"critical": 0, "high": 1, "medium": 2, "low": 3}


def incidents(store: Store, *, state: States = "open", known_on: datetime | None = None) -> list[Incident]:
    """The incidents in a state: open before closed, the severest first, then those found last."""
    found = [each for each in _read(store, None, known_on) if state in ("all", each.state)]
    return sorted(found, key=_urgency)


def _urgency(incident: Incident) -> tuple[Any, ...]:
    found = incident.found_at.timestamp() if incident.found_at else 0.0
    return incident.state == "closed", _SEVEREST.get(incident.severity or "", len(_SEVEREST)), -found, incident.id


def incident(store: Store, number: str, *, known_on: datetime | None = None) -> Incident:
    """One incident, by its number, the start of that, or its id.

    Args:
        known_on: As it stood by what laptops had recorded then.

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
        if known_on is None or (row["properties"].get("recorded_at") or known_on) <= known_on
    ]


def _incident(row: Mapping[str, Any], number: str, known_on: datetime | None) -> Incident:
    history = in_order(_entry(said) for said in row["entries"])
    if known_on is not None:
        history = [entry for entry in history if entry.recorded_at is None or entry.recorded_at <= known_on]
    now = state_of(row["properties"], history)
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
        ],
        as_opened=AsOpened.model_validate(now.as_opened),
        history=history,
        warnings=list(now.warnings),
    )


def _entry(said: Mapping[str, Any]) -> Entry:
    own = {
        key: value for key, value in said.items() if value is not None and key not in ("said_at", "by", "recorded_at")
    }
    at = said["said_at"] or said["recorded_at"]
    return Entry(**own, at=at, by=next(iter(said["by"]), None), recorded_at=said["recorded_at"])


def flaw_of(store: Store, about: Incident) -> tuple[Flaw, list[str]]:
    """The flaw that an incident tells of, with its window as amended; and what it leaves out, as sentences.

    Of several subjects, those from which nothing is recorded in the window are left out: what is known of the others
    must not wait for them.

    Raises:
        InvalidInput: It has no subject, or what was said of its window leaves nothing of it.
        EmptyFlaw: None of several subjects stands for anything within the window; carries what there is.
        UnknownReference: As of the last that was named.
    """
    if not about.subjects:
        raise InvalidInput(f"{about.label} has no subject: open one that has", hint="graphprov incident open SUBJECT")
    try:
        flaw = Flaw.of([subject.id for subject in about.subjects], about.since, about.until)
    except InvalidInput as error:
        hint = f"graphprov incident amend {about.number}"
        raise InvalidInput(f"{about.label}: {error.message}", hint=hint) from error
    if len(flaw.subjects) == 1:
        return flaw, []
    standing, empty = [], []
    for subject in flaw.subjects:
        try:
            resolve_flaw(store, replace(flaw, subjects=(subject,)))
        except (EmptyFlaw, UnknownReference) as error:
            empty.append(error)
        else:
            standing.append(subject)
    if not standing:
        raise empty[-1]
    return replace(flaw, subjects=tuple(standing)), [f"Left out: {error.message}." for error in empty]


def impact_of(
    store: Store,
    about: Incident,
    *,
    kinds: Sequence[str] | None = None,
    limit: int = 0,
    told: Callable[[int], None] | None = None,
) -> ImpactReport:
    """The impact report of an incident: of its subjects in its window, with what the owners did about each part.

    Raises:
        InvalidInput: Its window is empty, or as `graphprov.analysis.impact.impact`.
        UnknownReference: A subject is not known; carries the nearest.
        EmptyFlaw: A subject stands for nothing within the window; carries what there is.
    """
    closed = resolutions(about.id, about.history)
    flaw, left_out = flaw_of(store, about)

    def finish(report: ImpactReport, found: Reach) -> ImpactReport:
        done = closings(found, closed)
        asked = {id_ for id_, kind in zip(found.ids, found.kinds, strict=True) if not kinds or kind in kinds}
        names = {id_: short_id(id_) for each in done.values() if (id_ := each.by) is not None}
        return report.model_copy(
            update={
                "incidents": [about.note],
                "notes": [*left_out, *report.notes],
                "resolved": dict(sorted(Counter(done[id_].how for id_ in asked & done.keys()).items())),
                "affected": [node.model_copy(update={"resolution": done.get(node.id)}) for node in report.affected],
                "names": dict(sorted((names | report.names).items())),
            }
        )

    return impact(store, flaw, kinds=kinds, limit=limit, told=told, finish=finish)


def closings(found: Reach, closed: Mapping[str, Resolution]) -> dict[str, Resolution]:
    """How each closed part was closed, by id; what was said of things that the flaw does not reach is left out.

    A run is a thing of the past, which nobody can mend but by its outputs: where nobody said anything of it, it counts
    as closed once all that it generated and that is affected is closed, with the last word on that.
    """
    done = {id_: closed[id_] for id_ in found.ids if id_ in closed}
    if not done:
        return {}
    around, position_of = found.around, dict(zip(found.ids, found.positions.tolist(), strict=True))
    affected, is_closed = np.zeros(len(around.nodes), np.bool_), np.zeros(len(around.nodes), np.bool_)
    affected[found.positions] = True
    is_closed[[position_of[id_] for id_ in done]] = True
    made = np.flatnonzero(around.edge_class == EdgeClass.GENERATION)
    made = made[affected[around.cause[made]] & affected[around.effect[made]]]
    has_open = np.zeros(len(around.nodes), np.bool_)
    has_open[around.cause[made[~is_closed[around.effect[made]]]]] = True
    follow = made[~has_open[around.cause[made]] & ~is_closed[around.cause[made]]]
    id_at = dict(zip(found.positions.tolist(), found.ids, strict=True))
    for run, output in zip(around.cause[follow].tolist(), around.effect[follow].tolist(), strict=True):
        said, before = done[id_at[output]], done.get(id_at[run])
        if before is None or (said.at, said.how) > (before.at, before.how):
            done[id_at[run]] = said.model_copy(update={"note": "all that it made is closed"})
    return done


def parts_of(report: ImpactReport, about: Incident) -> Parts:
    """How much of what an incident has touched is closed, and how far each owner is; from its whole report."""
    closed = {node.id for node in report.affected if node.resolution is not None}
    known, messages = acknowledged(about.history), told(about.history)
    owners = []
    for owner in report.owners:
        last = messages[owner.agent.id][-1] if owner.agent.id in messages else None
        owners.append(
            OwnerState(
                id=owner.agent.id,
                name=owner.agent.name,
                contact=owner.agent.contact,
                organizations=owner.organizations,
                affected=len(owner.affected),
                open=len(set(owner.affected) - closed),
                told_at=last.at if last else None,
                told_by=last.way if last else None,
                acknowledged_at=known[owner.agent.id].at if owner.agent.id in known else None,
            )
        )
    done = report.resolved or {}
    return Parts(total=report.total, open=report.total - sum(done.values()), closed=done, owners=owners)


def affecting(
    store: Store,
    artifact: str,
    *,
    state: States = "open",
    missed: Callable[[Incident, GraphprovError], None] | None = None,
) -> list[Affecting]:
    """The incidents whose flaw reaches an artifact, by the exact rules; of a general artifact, any version of it.

    Args:
        missed: Called with each incident that stands for nothing that is recorded, and with the reason.

    Raises:
        UnknownReference: No such artifact; carries the nearest.
        AmbiguousReference: It could be several; carries them.
    """
    reference = store.resolve(artifact, elements=(Element.ENTITY, Element.ACTIVITY))
    asked = {reference.id}
    if reference.element is Element.ENTITY:
        asked = {row[1] for row in store.ask("flawed_by_entity", id=reference.id).rows}
    found = []
    for each in incidents(store, state=state):
        try:
            reached = reach(store, flaw_of(store, each)[0])
        except (EmptyFlaw, UnknownReference, AmbiguousReference, InvalidInput) as error:
            if missed is not None:
                missed(each, error)
            continue
        hits = [(0, 0, node.id) for node in reached.flaw.flawed if node.id in asked]
        hits += [
            (int(distance), int(certainty), id_)
            for id_, distance, certainty in zip(reached.ids, reached.distance, reached.certainty, strict=True)
            if id_ in asked
        ]
        if hits:
            distance, certainty, id_ = min(hits)
            word: Any = Certainty(certainty).word
            found.append(
                Affecting(
                    incident=each, artifact=id_, distance=distance, certainty=word, versions=len({h[2] for h in hits})
                )
            )
    return sorted(found, key=lambda each: (each.distance, *_urgency(each.incident)))


def last_amendment(about: Incident) -> str:
    """The id of the last amendment, or of the incident where there is none: what somebody who amends it knows of."""
    return next((entry.id for entry in reversed(about.history) if entry.what == "amended"), about.id)
