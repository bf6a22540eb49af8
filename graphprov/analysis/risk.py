"""Which sources most models and predictions hang on: impact asked for all sources at once, without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from graphprov.analysis.bookkeeping import without_bookkeeping
from graphprov.analysis.closures import Sources, closures
from graphprov.analysis.impact import DEFAULT_KINDS
from graphprov.analysis.reach import earliest_times, micros, precise_generations
from graphprov.analysis.report import Owner, Responsible
from graphprov.analysis.states import States, states_of
from graphprov.analysis.telling import families, owners_among
from graphprov.errors import InvalidInput
from graphprov.model.identity import short_id
from graphprov.model.incidents import BOOKKEEPING
from graphprov.model.vocabulary import KINDS, Element
from graphprov.store import Store
from graphprov.store.neighbourhood import Bools, Ints, Neighbourhood
from graphprov.store.whole import whole
from graphprov.version import VERSION

SCHEMA_VERSION = "1.0"
AGENT_KINDS, OUTSIDE_KINDS = ("data-source",), ("dataset",)
"""What counts as a source unless kinds are given: agents, and artifacts that came from outside."""
LIMIT = 20


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Part):
    """One source, and what hangs on it: what `graphprov impact` without a window counts."""

    id: str
    element: str = Field(description="Agent or Entity.")
    kind: str
    name: str
    things: int = Field(description="How many entities it stands for: what came from it, or the versions of it.")
    live_models: int = Field(description="Models that it affects and that are in use.")
    live_predictions: int
    models: int = Field(description="All models that it affects.")
    predictions: int
    owners: list[str] = Field(description="Ids of those who answer for these models and predictions, most first.")


class Risk(_Part):
    """The sources, those that would hurt most first."""

    schema_version: str = SCHEMA_VERSION
    graphprov_version: str
    made_at: datetime
    kinds: list[str] | None = Field(default=None, description="Kinds asked for; null for sources from outside.")
    total: int = Field(description="How many sources there are.")
    complete: bool = Field(description="Whether all are listed.")
    sources: list[Source]
    agents: list[Responsible] = Field(description="The owners, by id.")


def risk(
    store: Store,
    *,
    kinds: Sequence[str] = (),
    limit: int = LIMIT,
    told: Callable[[int], None] | None = None,
) -> Risk:
    """Tell on which sources most models and predictions hang, by the rules in `docs/impact.md`, for all in one pass.

    Cost is that of reading the whole graph, and grows with its size; memory with it, some 500 bytes for each node.

    Args:
        kinds: Look at all agents and artifacts of these kinds. Default: data sources, and datasets that came from
            outside, of which nobody recorded how they were made.
        limit: List so many at most; 0 for all.
        told: Called with the number of nodes looked at.

    Raises:
        InvalidInput: The limit is negative, or nothing that could be a source is of one of these kinds.
    """
    if limit < 0:
        raise InvalidInput(f"the limit cannot be {limit}: expected 0 for all, or more")
    asked = _sources(store, kinds)
    _check_kinds(kinds, {row["kind"] for row in asked})
    targets = _Targets.of(store)
    around = _around(store, told) if asked and len(targets.numbers) else None
    counted = [_Counted(row) for row in asked] if around is None else list(_count(store, around, asked, targets))
    counted.sort(key=lambda one: one.order)
    shown = counted[:limit] if limit else counted
    agents = {owner.agent.id: owner.agent for owner in targets.owners}
    owning = sorted({id_ for one in shown for id_ in one.owners})
    return Risk(
        graphprov_version=VERSION,
        made_at=datetime.now(UTC),
        kinds=list(kinds) or None,
        total=len(counted),
        complete=len(shown) == len(counted),
        sources=[one.told() for one in shown],
        agents=[agents[id_] for id_ in owning],
    )


def _sources(store: Store, kinds: Sequence[str]) -> list[dict[str, Any]]:
    asked: dict[Element, tuple[str, dict[str, Any]]] = {
        Element.AGENT: ("sources_agents", {"kinds": list(kinds or AGENT_KINDS)}),
        Element.ENTITY: ("sources_artifacts", {"kinds": list(kinds or OUTSIDE_KINDS), "outside": not kinds}),
    }
    rows = [
        {**row, "element": element.value}
        for element, (name, parameters) in asked.items()
        for row in store.ask(name, **parameters).dicts()
        if row["kind"] not in BOOKKEEPING
    ]
    return list({row["source"]: row for row in rows}.values())


def _check_kinds(kinds: Sequence[str], found: set[str]) -> None:
    known = [kind.name for kind in KINDS.values() if kind.element is not Element.ACTIVITY]
    known = [kind for kind in known if kind not in BOOKKEEPING]
    if unknown := sorted({*kinds} - {*known} - found):
        raise InvalidInput(
            f"no source is of the kind '{unknown[0]}': expected one of agents or artifacts",
            nearest=get_close_matches(unknown[0], known) or known,
        )


@dataclass
class _Counted:
    """A source with its counts."""

    row: dict[str, Any]
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Live models and predictions, all models and predictions."""
    owners: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, int, str]:
        """What would hurt most comes first."""
        return -sum(self.counts[:2]), -sum(self.counts[2:]), self.row["id"]

    def told(self) -> Source:
        """The source as the answer has it."""
        live_models, live_predictions, models, predictions = self.counts
        return Source(
            id=self.row["id"],
            element=self.row["element"],
            kind=self.row["kind"],
            name=self.row["name"] or short_id(self.row["id"]),
            things=len(self.row["things"]),
            live_models=live_models,
            live_predictions=live_predictions,
            models=models,
            predictions=predictions,
            owners=list(self.owners),
        )


@dataclass(frozen=True)
class _Targets:
    """All models and predictions, and beside them the other versions of the same general artifacts.

    Attributes:
        numbers: The store's. Shape (t,).
        is_of: By kind of `DEFAULT_KINDS`, which of them are. Shape (t,) each.
        withdrawn: Shape (t,).
        families: For each general artifact its versions that have a time, by place, the newest first; with these times,
            and whether each would supersede what is older, were it not affected.
        owners: Whom to tell, with the places of what is theirs.
    """

    numbers: Ints
    is_of: dict[str, Bools]
    withdrawn: Bools
    families: list[tuple[Ints, Ints, Bools]]
    owners: list[Owner]
    theirs: Bools

    @classmethod
    def of(cls, store: Store) -> _Targets:
        rows = store.ask("of_kinds", kinds=list(DEFAULT_KINDS)).dicts()
        known = [number for row in rows for number in row["numbers"]]
        beside_each = [versions for _, versions in families(store, known, None)]
        beside = {number for versions in beside_each for number, *_ in versions} - {*known}
        numbers = np.array([*known, *sorted(beside)], np.int64)
        place = {number: at for at, number in enumerate(numbers.tolist())}
        kind = [row["kind"] for row in rows for _ in row["numbers"]]
        withdrawn = [gone for row in rows for gone in row["withdrawn"]]
        ids = {number: id_ for row in rows for number, id_ in zip(row["numbers"], row["ids"], strict=True)}
        owners = owners_among(store, ids, None) if ids else []
        theirs = np.zeros((len(numbers), len(owners)), np.bool_)
        at = {id_: place[number] for number, id_ in ids.items()}
        for column, owner in enumerate(owners):
            theirs[[at[id_] for id_ in owner.affected], column] = True
        more = len(numbers) - len(known)
        return cls(
            numbers,
            {each: np.array([one == each for one in kind] + [False] * more, np.bool_) for each in DEFAULT_KINDS},
            np.array(withdrawn + [False] * more, np.bool_),
            [_ordered(versions, place) for versions in beside_each if versions],
            owners,
            theirs,
        )

    def live(self, reached: Bools) -> Bools:
        """Which of the targets that some sources reach are in use: no later version is sound. Shape (k, t)."""
        superseded = np.zeros_like(reached)
        for places, time, valid in self.families:
            # How many sound versions stand before each, the newest first; those of the same time do not count.
            sound = np.cumsum(valid & ~reached[:, places], axis=1)
            earlier = np.searchsorted(-time, -time, side="left")
            before = np.where(earlier > 0, sound[:, np.maximum(earlier, 1) - 1], 0)
            superseded[:, places] |= before > 0
        live: Bools = reached & ~superseded & ~self.withdrawn
        return live


def _ordered(versions: Sequence[tuple[int, datetime, bool]], place: dict[int, int]) -> tuple[Ints, Ints, Bools]:
    newest = sorted(versions, key=lambda one: one[1], reverse=True)
    return (
        np.array([place[number] for number, *_ in newest], np.int64),
        np.array([micros(time) for _, time, _ in newest], np.int64),
        np.array([valid for *_, valid in newest], np.bool_),
    )


@dataclass(frozen=True)
class _Whole:
    """The whole graph with its states."""

    around: Neighbourhood
    states: States


def _around(store: Store, told: Callable[[int], None] | None) -> _Whole:
    shape = store.ask("shape").dicts()[0]
    around = without_bookkeeping(store, whole(store, shape=shape, told=told))
    precise = precise_generations(store, around, None, shape)
    every = np.ones(len(around.nodes), np.bool_)
    born = earliest_times(store, around, None)
    return _Whole(around, states_of(around, precise, born, subjects=np.empty(0, np.int64), among=every))


def _count(store: Store, found: _Whole, asked: Sequence[dict[str, Any]], targets: _Targets) -> Iterator[_Counted]:
    around, states = found.around, found.states
    ((said,),) = store.ask("bookkeeping").rows
    bookkeeping = {*said}
    things = [np.array([one for one in row["things"] if one not in bookkeeping], np.int64) for row in asked]
    starts = Sources.of([states.starts(around.positions(each)) for each in things])
    place = {number: at for at, number in enumerate(targets.numbers.tolist())}
    ids = np.array([owner.agent.id for owner in targets.owners], object)
    theirs = targets.theirs.astype(np.float32)
    for first, reached in closures(states, starts, states.weak[around.positions(targets.numbers)]):
        affected = reached.copy()  # what is flawed itself is not counted
        for row, each in zip(affected, things[first : first + len(reached)], strict=True):
            row[[place[number] for number in each.tolist() if number in place]] = False
        live = targets.live(reached) & affected
        counts = [(part & targets.is_of[kind]).sum(axis=1) for part in (live, affected) for kind in DEFAULT_KINDS]
        asked_for = affected & (targets.is_of[DEFAULT_KINDS[0]] | targets.is_of[DEFAULT_KINDS[1]])
        owning = asked_for.astype(np.float32) @ theirs
        for at in range(len(reached)):
            most = np.argsort(-owning[at], kind="stable")
            owners = tuple(ids[[one for one in most if owning[at][one]]])
            yield _Counted(asked[first + at], tuple(int(count[at]) for count in counts), owners)  # type: ignore[arg-type]
