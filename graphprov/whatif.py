"""Why, and what if: how a flaw reached an artifact, what would stop it, and which source would hurt most.

These are the twins of `graphprov why`, `contain` and `risk`; `graphprov guide why` says how to read their answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from graphprov.api import connect
from graphprov.model.times import Moment, as_moment
from graphprov.settings import Settings

if TYPE_CHECKING:
    from graphprov.analysis.explanation import Containment, Why
    from graphprov.analysis.risk import Risk


def why(
    artifact: str,
    *subjects: str,
    since: Moment | None = None,
    until: Moment | None = None,
    paths: int = 3,
    as_known_on: Moment | None = None,
    settings: Settings | None = None,
    told: Callable[[int], None] | None = None,
) -> Why:
    """Whether and how a flaw in the subjects reached an artifact, and what would cut it off.

    Args:
        artifact: A name, id or path; a general artifact stands for its newest version that is affected.
        subjects: What is flawed: names (`acme-threat-intel`, `ip-blacklist@3f2a`), ids, or paths of files.
        since: Start of the window in which what came from the subjects was wrong, included.
        until: End of that window, excluded.
        paths: How many of the shortest paths to tell at most.
        as_known_on: Only what the store had learnt by then.
        settings: Default: as configured.
        told: Called now and then with the number of nodes looked at so far.

    Returns:
        The answer: `affected` or `flawed`, with the paths, the points that all of them go through, and the smallest
        cut; `not-affected`, with what was cleared and what it was made from instead; or `not-known`, with what has no
        recorded origin. `graphprov schema why` has its JSON form.

    Raises:
        InvalidInput: No subject, a malformed time, a window that ends before it starts, or less than one path.
        UnknownReference: The artifact or a subject is not known; carries the nearest.
        AmbiguousReference: One of them could be several things; carries them.
        EmptyFlaw: A subject stands for nothing within the window; carries what there is.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.analysis.flaw import Flaw
    from graphprov.analysis.why import why as analyse

    flaw, known_on = Flaw.of(subjects, since, until), as_moment(as_known_on, "as_known_on")
    with connect(settings) as store:
        return analyse(store, artifact, flaw, paths=paths, known_on=known_on, told=told)


def contain(
    *subjects: str,
    targets: str | Sequence[str] = (),
    target_kinds: str | Sequence[str] = (),
    since: Moment | None = None,
    until: Moment | None = None,
    prefer: Literal["runs", "artifacts"] | None = None,
    as_known_on: Moment | None = None,
    settings: Settings | None = None,
    told: Callable[[int], None] | None = None,
) -> Containment:
    """The fewest artifacts and runs to fix so that a flaw in the subjects no longer reaches the targets.

    Args:
        subjects: What is flawed.
        targets: What to protect: names, ids or paths (a general artifact stands for all its versions), or `"live"` for
            all affected models and predictions in use.
        target_kinds: Protect all that is affected of these kinds, such as `"predictions"`.
        since: Start of the window in which what came from the subjects was wrong, included.
        until: End of that window, excluded.
        prefer: Of several smallest cuts, take the one with most runs, or artifacts; else the one closest to the flaw.
        as_known_on: Only what the store had learnt by then.
        settings: Default: as configured.
        told: Called now and then with the number of nodes looked at so far.

    Returns:
        The cut, what each of it would save, and what remains affected; `graphprov.impact(..., contained_by=...)` has
        the whole report on that. `graphprov schema contain` has its JSON form.

    Raises:
        InvalidInput: No subject or target, a malformed time, or a kind that nothing can have.
        UnknownReference: A subject or target is not known; carries the nearest.
        AmbiguousReference: One of them could be several things; carries them.
        EmptyFlaw: A subject stands for nothing within the window; carries what there is.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.analysis.contain import contain as analyse
    from graphprov.analysis.flaw import Flaw

    flaw, known_on = Flaw.of(subjects, since, until), as_moment(as_known_on, "as_known_on")
    wanted, kinds = ((given,) if isinstance(given, str) else given for given in (targets, target_kinds))
    with connect(settings) as store:
        return analyse(store, flaw, targets=wanted, target_kinds=kinds, prefer=prefer, known_on=known_on, told=told)


def risk(
    *,
    kinds: str | Sequence[str] = (),
    limit: int = 20,
    settings: Settings | None = None,
    told: Callable[[int], None] | None = None,
) -> Risk:
    """The sources on which most models and predictions hang: what impact without a window would count, for all at once.

    Args:
        kinds: Look at all agents or artifacts of these kinds. Default: data sources, and datasets from outside.
        limit: List so many at most; 0 for all.
        settings: Default: as configured.
        told: Called with the number of nodes looked at.

    Raises:
        InvalidInput: The limit is negative, or nothing that could be a source is of one of these kinds.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.analysis.risk import risk as analyse

    with connect(settings) as store:
        return analyse(store, kinds=(kinds,) if isinstance(kinds, str) else kinds, limit=limit, told=told)
