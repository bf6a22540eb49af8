"""The impact of a flaw: what it stands for, how far it spread, why, and whom to tell, as one report."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches

import numpy as np

from graphprov.analysis.flaw import Flaw
from graphprov.analysis.reach import Reach, reach
from graphprov.analysis.report import Affected, Cut, ImpactReport
from graphprov.analysis.telling import (
    WHY_LISTED,
    affected_nodes,
    cleared_nodes,
    look_at_also,
    not_followed,
    owners_of,
    relations_among,
)
from graphprov.errors import InvalidInput
from graphprov.model.identity import short_id
from graphprov.model.incidents import BOOKKEEPING
from graphprov.model.vocabulary import KINDS, Element
from graphprov.store import Store
from graphprov.version import VERSION

DEFAULT_KINDS = ("model", "predictions")
"""Kinds whose members without recorded origin a report lists, unless others are asked for."""

_UNKNOWN_ORIGIN_LIMIT = 1_000
_SHOWN = 10


def impact(
    store: Store,
    flaw: Flaw,
    *,
    kinds: Sequence[str] | None = None,
    limit: int = 0,
    told: Callable[[int], None] | None = None,
    finish: Callable[[ImpactReport, Reach], ImpactReport] | None = None,
) -> ImpactReport:
    """Report what a flaw has touched, why, and whom to tell, by the rules in `docs/impact.md`.

    Args:
        kinds: List only nodes of these kinds. Default: all.
        limit: List only the nearest so many; 0 for all. Counts and owners are those of all, whatever is listed.
        told: Called now and then with the number of nodes looked at so far.
        finish: Adds what else is known, such as what the owners did about an incident.

    Returns:
        The report; `complete` is False where the limit cut the list, and `cut` says what.

    Raises:
        UnknownReference: A subject is not known; carries the nearest.
        AmbiguousReference: A subject could be several things; carries them.
        EmptyFlaw: The window selects nothing; carries what there is.
        InvalidInput: The limit is negative, or a kind is neither graphprov's nor in use.
    """
    if limit < 0:
        raise InvalidInput(f"the limit cannot be {limit}: expected 0 for all, or more")
    kinds = list(kinds) if kinds else None
    _check_kinds(store, kinds or ())
    found = reach(store, flaw, told=told)
    asked = [i for i, kind in enumerate(found.kinds) if kinds is None or kind in kinds]
    listed = _nearest(found, asked, limit)
    owners = owners_of(store, found, asked)
    affected = affected_nodes(store, found, listed, owners)
    cleared = cleared_nodes(store, found)
    same_content = look_at_also(store, found)
    unknown_origin = store.ask(
        "unknown_origin", kinds=kinds or list(DEFAULT_KINDS), limit=_UNKNOWN_ORIGIN_LIMIT + 1
    ).rows
    cut = not_followed(store, found)
    if len(listed) < len(asked):
        cut.append(Cut(what="affected", shown=len(listed), total=len(asked), how="give --limit 0"))
    if len(listed) > WHY_LISTED:
        how = "follow `via` from the first cause of each, or ask for fewer with --limit"
        cut.append(Cut(what="why", shown=WHY_LISTED, total=len(listed), how=how))
    if len(unknown_origin) > _UNKNOWN_ORIGIN_LIMIT:
        how = "graphprov query artifacts_without_provenance"
        cut.append(Cut(what="unknown_origin", shown=_UNKNOWN_ORIGIN_LIMIT, total=-1, how=how))
    report = ImpactReport(
        graphprov_version=VERSION,
        made_at=datetime.now(UTC),
        subjects=found.flaw.subjects,
        since=flaw.since,
        until=flaw.until,
        kinds=kinds,
        complete=not cut,
        cut=cut,
        flawed=found.flaw.flawed,
        counts=dict(sorted(Counter(found.kinds[i] for i in asked).items())),
        total=len(asked),
        affected=affected,
        owners=owners,
        cleared=cleared,
        time_unknown=_time_unknown(found),
        unknown_origin=[row[0] for row in unknown_origin[:_UNKNOWN_ORIGIN_LIMIT]],
        live=_live(affected) if len(listed) == len(asked) else None,
        relations=relations_among(store, found),
        look_at_also=same_content,
        notes=_notes(same_content),
    )
    report = report.model_copy(update={"names": _names(report)})
    return report if finish is None else finish(report, found)


def _nearest(found: Reach, asked: Sequence[int], limit: int) -> list[int]:
    """The nearest so many, in the order of distance, then id; only those that may be listed are sorted."""
    if limit and limit < len(asked):
        last = found.distance[asked[limit - 1]]
        asked = asked[: int(np.searchsorted(found.distance[asked], last, side="right"))]
    ordered = sorted(asked, key=lambda i: (found.distance[i], found.ids[i]))
    return ordered[:limit] if limit else ordered


def _check_kinds(store: Store, kinds: Sequence[str]) -> None:
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


def _time_unknown(found: Reach) -> list[str]:
    untimed = np.isin(found.positions, found.spread.untimed)
    return sorted({*itertools.compress(found.ids, untimed), *found.flaw.time_unknown})


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
