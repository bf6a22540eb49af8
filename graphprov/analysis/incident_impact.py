"""What an incident has touched, how much of that is open, and which incidents stand behind an artifact."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from graphprov.analysis.behind import behind, way_to
from graphprov.analysis.flaw import Flaw, resolve_flaw
from graphprov.analysis.history import acknowledged, resolutions, spoken_of, told
from graphprov.analysis.impact import impact
from graphprov.analysis.incident_report import Affecting, Incident, OwnerState, Parts
from graphprov.analysis.incidents import States, incidents, urgency
from graphprov.analysis.reach import Reach
from graphprov.analysis.report import ImpactReport, Owner, Resolution
from graphprov.errors import AmbiguousReference, EmptyFlaw, GraphprovError, InvalidInput, UnknownReference
from graphprov.model.identity import short_id
from graphprov.model.vocabulary import Element
from graphprov.store import Store
from graphprov.store.neighbourhood import Bools, EdgeClass, Ints


def flaw_of(store: Store, about: Incident, *, known_on: datetime | None = None) -> tuple[Flaw, list[str]]:
    """The flaw that an incident tells of, with its window as amended; and what it leaves out, as sentences.

    Of several subjects, those from which nothing is recorded in the window are left out: what is known of the others
    must not wait for them.

    Args:
        known_on: Only what the store had learnt by then.

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
        hint = f"graphprov incident amend {about.typed}"
        raise InvalidInput(f"{about.label}: {error.message}", hint=hint) from error
    if len(flaw.subjects) == 1:
        return flaw, []
    standing, empty = [], []
    for subject in flaw.subjects:
        try:
            resolve_flaw(store, replace(flaw, subjects=(subject,)), known_on=known_on)
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
    known_on: datetime | None = None,
    contained_by: Sequence[str] = (),
    told: Callable[[int], None] | None = None,
) -> ImpactReport:
    """The impact report of an incident: of its subjects in its window, with what the owners did about each part.

    Raises:
        InvalidInput: Its window is empty, or as `graphprov.analysis.impact.impact`.
        UnknownReference: A subject is not known; carries the nearest.
        EmptyFlaw: A subject stands for nothing within the window; carries what there is.
    """
    closed, said = resolutions(about.id, about.history), spoken_of(about.history)
    flaw, left_out = flaw_of(store, about, known_on=known_on)
    done: dict[str, Resolution] = {}
    parts: set[str] = set()

    def finish(report: ImpactReport, found: Reach) -> ImpactReport:
        done.update(closings(found, closed, said))
        # A run is over, and closed with what it made. Only where it made nothing affected somebody has to say what
        # became of it, such as that what it sent was taken back.
        parts.update(itertools.compress(found.ids, (~found.runs | ~_made_affected(found)).tolist()))
        asked = {id_ for id_, kind in zip(found.ids, found.kinds, strict=True) if not kinds or kind in kinds} & parts
        names = {id_: short_id(id_) for each in done.values() if (id_ := each.by) is not None}
        return report.model_copy(
            update={
                "incidents": [about.note],
                "notes": [*left_out, *report.notes],
                "to_close": len(asked),
                "resolved": dict(sorted(Counter(done[id_].how for id_ in asked & done.keys()).items())),
                "affected": [
                    node.model_copy(update={"to_close": node.id in parts, "resolution": done.get(node.id)})
                    for node in report.affected
                ],
                "owners": [_owner(owner, parts, done) for owner in report.owners],
                "names": dict(sorted((names | report.names).items())),
            }
        )

    return impact(
        store,
        flaw,
        kinds=kinds,
        limit=limit,
        known_on=known_on,
        contained_by=contained_by,
        told=told,
        finish=finish,
    )


def _made_affected(found: Reach) -> Bools:
    """Which of the affected are runs that generated something affected; in the order of `found.ids`."""
    makers = np.zeros(len(found.around.nodes), np.bool_)
    makers[found.around.cause[_made(found)]] = True
    return makers[found.positions]


def _made(found: Reach) -> Ints:
    """The edges by which affected runs generated what is affected."""
    around = found.around
    affected = np.zeros(len(around.nodes), np.bool_)
    affected[found.positions] = True
    made = around.of(EdgeClass.GENERATION)
    return made[affected[around.cause[made]] & affected[around.effect[made]]]


def _owner(owner: Owner, parts: Collection[str], done: Mapping[str, Resolution]) -> Owner:
    theirs = [id_ for id_ in owner.affected if id_ in parts]
    closed = Counter(done[id_].how for id_ in theirs if id_ in done)
    return owner.model_copy(update={"to_close": len(theirs), "resolved": dict(sorted(closed.items()))})


def closings(found: Reach, closed: Mapping[str, Resolution], said: Collection[str]) -> dict[str, Resolution]:
    """How each closed part was closed, by id; what was said of things that the flaw does not reach is left out.

    A run is a thing of the past, which nobody can mend but by its outputs: where nobody said anything of it, it counts
    as closed once all that it generated and that is affected is closed, with the last word on that.

    Args:
        closed: What was done about each part of which the last word is that it is closed.
        said: All parts of which anything was said.
    """
    done = {id_: closed[id_] for id_ in found.ids if id_ in closed}
    if not done:
        return {}
    around, position_of = found.around, dict(zip(found.ids, found.positions.tolist(), strict=True))
    is_closed = np.zeros(len(around.nodes), np.bool_)
    is_closed[[position_of[id_] for id_ in done]] = True
    made = _made(found)
    has_open = np.zeros(len(around.nodes), np.bool_)
    has_open[around.cause[made[~is_closed[around.effect[made]]]]] = True
    follow = made[~has_open[around.cause[made]] & ~is_closed[around.cause[made]]]
    id_at = dict(zip(found.positions.tolist(), found.ids, strict=True))
    for run, output in zip(around.cause[follow].tolist(), around.effect[follow].tolist(), strict=True):
        if id_at[run] in said:
            continue  # somebody said that it is open
        last, before = done[id_at[output]], done.get(id_at[run])
        if before is None or (last.at, last.how) > (before.at, before.how):
            done[id_at[run]] = last.model_copy(update={"note": "all that it made is closed"})
    return done


def parts_of(store: Store, about: Incident) -> Parts:
    """How much of what an incident has touched is closed, and how far each owner is; raises as `impact_of` does."""
    report = impact_of(store, about, limit=1)  # counts and owners are of all, whatever is listed
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
                affected=owner.to_close or 0,
                open=(owner.to_close or 0) - sum((owner.resolved or {}).values()),
                told_at=last.at if last else None,
                told_by=last.way if last else None,
                acknowledged_at=known[owner.agent.id].at if owner.agent.id in known else None,
            )
        )
    closed, total = report.resolved or {}, report.to_close or 0
    return Parts(total=total, open=total - sum(closed.values()), closed=closed, owners=owners)


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
        rows = store.ask("flawed_by_entity", id=reference.id, known_on=None).dicts()
        asked = {row["node"]["id"] for row in rows}
    numbers = dict(store.ask("numbers_of", ids=sorted(asked)).rows)
    around = behind(store, numbers.values())
    found = []
    for each in incidents(store, state=state):
        try:
            flawed = resolve_flaw(store, flaw_of(store, each)[0])
        except (EmptyFlaw, UnknownReference, AmbiguousReference, InvalidInput) as error:
            if missed is not None:
                missed(each, error)
            continue
        reached = around.reached_from(flawed.numbers, flawed.subject_numbers)
        touched = {id_: how for id_, number in numbers.items() if (how := way_to(reached, number)) is not None}
        if touched:
            nearest = min(touched, key=lambda id_: (touched[id_].distance, touched[id_].certainty, id_))
            found.append(
                Affecting(
                    incident=each,
                    artifact=nearest,
                    distance=touched[nearest].distance,
                    certainty=touched[nearest].certainty.word,
                    versions=len(touched),
                )
            )
    return sorted(found, key=lambda each: (each.distance, *urgency(each.incident)))
