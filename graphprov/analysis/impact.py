"""The impact of a flaw: what it stands for, how far it spread, why, and whom to tell, as one report."""

from __future__ import annotations

import heapq
import itertools
import sys
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches

import numpy as np

from graphprov.analysis.contained import contained, fixing, note, without
from graphprov.analysis.flaw import Flaw, check_day
from graphprov.analysis.reach import Reach, reach
from graphprov.analysis.report import Affected, Cut, Evidence, ImpactReport
from graphprov.analysis.rules import RULES_VERSION
from graphprov.analysis.telling import (
    affected_nodes,
    cleared_nodes,
    live_counts,
    look_at_also,
    owners_of,
    relations_among,
)
from graphprov.errors import InvalidInput
from graphprov.model.identity import short_id
from graphprov.model.incidents import BOOKKEEPING
from graphprov.model.vocabulary import KINDS, Element
from graphprov.store import Store
from graphprov.store.known import as_they_were
from graphprov.version import VERSION

DEFAULT_KINDS = ("model", "predictions")
"""Kinds whose members without recorded origin a report lists, unless others are asked for."""

_UNKNOWN_ORIGIN_LIMIT = 1_000
SIDE_LIST = 1_000
"""As many ids as a side list has in a report that lists only the nearest."""
_SHOWN = 10


def impact(
    store: Store,
    flaw: Flaw,
    *,
    kinds: Sequence[str] | None = None,
    limit: int = 0,
    known_on: datetime | None = None,
    contained_by: Sequence[str] = (),
    told: Callable[[int], None] | None = None,
    finish: Callable[[ImpactReport, Reach], ImpactReport] | None = None,
) -> ImpactReport:
    """Report what a flaw has touched, why, and whom to tell, by the rules in `docs/impact.md`.

    Args:
        kinds: List only nodes of these kinds. Default: all.
        limit: List only the nearest so many, and at most 1,000 ids in each other list; 0 for all. Counts and owners are
            those of all, whatever is listed.
        known_on: Only what the store had learnt by then: the same report, made again later, says the same.
        contained_by: Artifacts and runs that count as fixed or withdrawn: nothing spreads through them.
        told: Called now and then with the number of nodes looked at so far.
        finish: Adds what else is known, such as what the owners did about an incident.

    Returns:
        The report; `complete` is False where the limit cut the list, and `cut` says what.

    Raises:
        UnknownReference: A subject, or what counts as fixed, is not known; carries the nearest.
        AmbiguousReference: A subject could be several things; carries them.
        EmptyFlaw: The window selects nothing; carries what there is.
        InvalidInput: The limit is negative, or a kind is neither graphprov's nor in use.
    """
    check_limit(limit)
    kinds = list(kinds) if kinds else None
    check_kinds(store, kinds or ())
    before = _state(store)
    check_day(known_on, before.known_until)
    fixed = fixing(store, contained_by, known_on) if contained_by else None
    whole = reach(store, flaw, known_on=known_on, told=told)
    found = whole if fixed is None else without(whole, fixed.numbers)
    asked = [i for i, kind in enumerate(found.kinds) if kinds is None or kind in kinds]
    listed = _nearest(found, asked, limit)
    owners = owners_of(store, found, asked)
    affected = affected_nodes(store, found, listed, owners)
    unknown_origin, more_unknown = _unknown_origin(store, kinds or list(DEFAULT_KINDS), known_on)
    cut: list[Cut] = []
    if len(listed) < len(asked):
        cut.append(Cut(what="affected", shown=len(listed), total=len(asked), how="give --limit 0"))
    if (told_why := sum(node.why is not None for node in affected)) < len(listed):
        how = "follow `via` from the first cause of each, or ask for fewer with --limit"
        cut.append(Cut(what="why", shown=told_why, total=len(listed), how=how))
    if more_unknown:
        how = "graphprov query artifacts_without_provenance"
        cut.append(Cut(what="unknown_origin", shown=len(unknown_origin), total=-1, how=how))
    most = SIDE_LIST if limit else sys.maxsize
    cleared, clear = cleared_nodes(store, found, most)
    if len(cleared) < clear:
        cut.append(Cut(what="cleared", shown=len(cleared), total=clear, how="give --limit 0"))
    containment = None if fixed is None else contained(whole, found, fixed, kinds)
    also = _side(look_at_also(store, found), "look_at_also", most, cut)
    time_unknown = _side(_time_unknown(found), "time_unknown", most, cut)
    report = ImpactReport(
        graphprov_version=VERSION,
        made_at=datetime.now(UTC),
        subjects=found.flaw.subjects,
        since=flaw.since,
        until=flaw.until,
        as_known_on=known_on,
        kinds=kinds,
        limit=limit,
        contained=containment,
        complete=not cut,
        cut=cut,
        flawed=found.flaw.flawed,
        counts=dict(sorted(Counter(found.kinds[i] for i in asked).items())),
        total=len(asked),
        affected=affected,
        owners=owners,
        cleared=cleared,
        time_unknown=time_unknown,
        unknown_origin=unknown_origin,
        live=_live(affected) if len(listed) == len(asked) else live_counts(store, found, asked, DEFAULT_KINDS),
        relations=relations_among(store, found),
        look_at_also=also,
        notes=[*([note(containment, len(asked))] if containment else []), *_notes(also)],
    )
    settled = before.model_copy(update={"known_until": (after := _state(store)).known_until}) == after
    evidence = before.model_copy(update={"settled": settled})
    report = report.model_copy(update={"names": _names(report), "evidence": evidence})
    return report if finish is None else finish(report, found)


def _state(store: Store) -> Evidence:
    nodes, relations = store.ask("size").rows[0]
    return Evidence(
        rules_version=RULES_VERSION,
        store=store.id,
        known_until=store.now(),
        nodes=nodes,
        relations=relations,
        settled=True,
    )


def _nearest(found: Reach, asked: Sequence[int], limit: int) -> list[int]:
    """The nearest so many, in the order of distance, then id; of each kind at least as many as its even share.

    A reader who sees the nearest hundred runs and no model would think that none is affected.
    """
    if not limit or limit >= len(asked):
        return sorted(asked, key=lambda i: (found.distance[i], found.ids[i]))
    by_kind: dict[str, list[int]] = {}
    for i in asked:
        by_kind.setdefault(found.kinds[i], []).append(i)
    share = limit // len(by_kind)
    chosen = {i for members in by_kind.values() for i in _first(found, members, share)}
    chosen.update(_first(found, [i for i in _first(found, asked, limit) if i not in chosen], limit - len(chosen)))
    return sorted(chosen, key=lambda i: (found.distance[i], found.ids[i]))


def _first(found: Reach, ordered: Sequence[int], most: int) -> list[int]:
    """The first so many by distance, then id, of some in the order of distance; only those that may be are sorted."""
    if most < len(ordered):
        last = found.distance[ordered[max(most, 1) - 1]]
        ordered = ordered[: int(np.searchsorted(found.distance[ordered], last, side="right"))]
    return sorted(ordered, key=lambda i: (found.distance[i], found.ids[i]))[:most]


def check_limit(limit: int) -> None:
    """Refuse to list fewer than none."""
    if limit < 0:
        raise InvalidInput(f"the limit cannot be {limit}: expected 0 for all, or more")


def check_kinds(store: Store, kinds: Sequence[str]) -> None:
    """Refuse a kind that nothing can have: a list that is empty for a slip of the pen would reassure."""
    if said := [kind for kind in kinds if kind in BOOKKEEPING]:
        raise InvalidInput(f"no flaw can reach the kind '{said[0]}'", hint="graphprov incident list")
    known = [kind.name for kind in KINDS.values() if kind.element is not Element.AGENT] + ["entity", "activity"]
    unknown = sorted({*kinds} - {*known})
    if unknown and (unused := store.ask("kinds_unused", kinds=unknown).rows):
        raise InvalidInput(
            f"nothing that a flaw can reach is of the kind '{unused[0][0]}'",
            nearest=get_close_matches(unused[0][0], known) or known,
        )


def _unknown_origin(store: Store, kinds: Sequence[str], known_on: datetime | None) -> tuple[list[str], bool]:
    """Ids of what has no recorded origin, and whether there are more than are listed."""
    rows = store.ask("unknown_origin", kinds=kinds, limit=_UNKNOWN_ORIGIN_LIMIT + 1, known_on=known_on).rows
    was = as_they_were(store, [number for _, number in rows], known_on)
    ids = [id_ for id_, number in rows if number not in was or was[number].get("kind") in kinds]
    return ids[:_UNKNOWN_ORIGIN_LIMIT], len(rows) > _UNKNOWN_ORIGIN_LIMIT


def _time_unknown(found: Reach) -> set[str]:
    untimed = np.isin(found.positions, found.spread.untimed)
    return {*itertools.compress(found.ids, untimed), *found.flaw.time_unknown}


def _side(ids: Collection[str], what: str, most: int, cut: list[Cut]) -> list[str]:
    """A side list in order; what is left out is said."""
    if len(ids) <= most:
        return sorted(ids)
    cut.append(Cut(what=what, shown=most, total=len(ids), how="give --limit 0"))
    return heapq.nsmallest(most, ids)


def _live(affected: Sequence[Affected]) -> dict[str, int]:
    return dict(sorted(Counter(node.kind or "entity" for node in affected if node.state == "live").items()))


def _notes(same_content: Sequence[str]) -> list[str]:
    if not same_content:
        return []
    shown = ", ".join(short_id(id_) for id_ in same_content[:_SHOWN])
    more = f" and {len(same_content) - _SHOWN:,} more" if len(same_content) > _SHOWN else ""
    said = (
        f"Look at also: {shown}{more}. Of the same content as something flawed or affected, or said to be the same"
        " thing, under another name; what was made from it is not counted above."
    )
    return [said]


def _names(report: ImpactReport) -> dict[str, str]:
    """Short names of everything that the report mentions by id."""
    ids: set[str] = {subject.id for subject in report.subjects}
    ids |= {node.id for node in report.flawed} | {node.subject for node in report.flawed}
    for node in report.affected:
        ids |= {node.id, *node.responsible}
        ids |= {end for step in (*(node.why or ()), *(node.via or ())) for end in (step.cause, step.effect)}
    for owner in report.owners:
        ids |= {owner.agent.id, *owner.agent.on_behalf_of}
    for item in report.cleared:
        ids |= {item.id, item.activity}
    ids |= {*report.time_unknown, *report.unknown_origin, *report.look_at_also}
    return {id_: short_id(id_) for id_ in sorted(ids)}
