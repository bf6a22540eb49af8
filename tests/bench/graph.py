"""The graph that the benchmarks ask: a working team's runs, as arrays, with the true answer found without Neo4j.

Each run uses three earlier entities and generates two. What it uses is drawn from the newest ones, so that a flaw first
grows threefold from step to step and then goes through nearly everything that comes later, dozens of relations deep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Ints = NDArray[np.int64]

RUNS = 300_000
SMALL = 30_000
_USES, _OUTPUTS = 3, 2
_LATE_RUNS, _DECLARED_OUTPUTS = 0.01, 0.05
_STEP = 60_000_000
"""Microseconds from one run to the next."""
_START = 1_767_225_600_000_000
"""2026-01-01 in microseconds since 1970."""


@dataclass(frozen=True)
class Graph:
    """Entities are numbered 0..entities-1, sources first; runs are numbered from 0.

    Attributes:
        use_run: The run of each use. Shape (u,).
        use_entity: What it used. Shape (u,).
        use_time: When, in microseconds since 1970. Shape (u,).
        made_run: The run that generated each entity but the sources. Shape (g,).
        made_entity: That entity. Shape (g,).
        made_time: When. Shape (g,).
        derived: Entities that declare what they come from. Shape (d,).
        derived_from: The input of their run that they come from. Shape (d,).
    """

    sources: int
    runs: int
    entities: int
    full: bool
    use_run: Ints
    use_entity: Ints
    use_time: Ints
    made_run: Ints
    made_entity: Ints
    made_time: Ints
    derived: Ints
    derived_from: Ints

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return self.entities + self.runs

    @property
    def relations(self) -> int:
        """How many relations there are."""
        return len(self.use_run) + len(self.made_run) + len(self.derived)

    def kind(self, number: int) -> str:
        """The kind of an entity: a tenth of what runs generate are models, a tenth predictions."""
        if number < self.sources:
            return "dataset"
        return {7: "model", 8: "predictions"}.get(number % 10, "dataset")

    def entity_id(self, number: int) -> str:
        """The id of an entity."""
        return f"urn:graphprov:{self.kind(number)}:table-{number % 1000}@v{number}"

    def run_id(self, number: int) -> str:
        """The id of a run."""
        return f"urn:graphprov:transforming:step-{number % 1000}@r{number}"

    @property
    def wide_source(self) -> int:
        """A source from which nearly everything later comes."""
        return self.sources * 9 // 10

    @property
    def typical_entity(self) -> int:
        """An entity with a few thousand nodes downstream: what was made shortly before the end, found by its size."""
        newest = self.entities - 1
        for back in range(self.entities // 50, self.entities // 5, self.entities // 500):
            if 2_000 <= int((self.distances(newest - back) > 0).sum()) <= 8_000:
                return newest - back
        return newest - self.entities // 20

    def distances(self, start: int) -> Ints:
        """The true distance of each node (entities, then runs) from one entity; -1 where the flaw does not reach.

        The rules of impact, said in another way: each use becomes a node of its own between what was used and what that
        use may have gone into, so that one plain breadth-first search over a matrix answers, also where a run used
        something after it had generated ("time") or an output says what it was made from ("precision").
        """
        n = self.nodes
        uses = n + np.arange(len(self.use_run))
        first, count = _rows(self.use_run, self.runs)
        made = np.repeat(np.arange(len(self.made_run)), count[self.made_run])
        uses_each = count[self.made_run]
        within = np.arange(len(made)) - np.repeat(np.cumsum(uses_each) - uses_each, uses_each)
        use = first[self.made_run[made]] + within
        carries = self.made_time[made] >= self.use_time[use]
        if len(self.derived):
            carries &= ~np.isin(self.made_entity[made], self.derived)
        cause = np.concatenate([self.use_entity, uses[use[carries]], self.derived_from])
        effect = np.concatenate([uses, self.made_entity[made[carries]], self.derived])
        total = n + len(uses)
        around = csr_matrix((np.ones(len(cause), np.int8), (cause, effect)), shape=(total, total))
        distance = np.full(total, -1, np.int64)
        distance[start], frontier, hops = 0, np.array([start]), 0
        while len(frontier):
            hops += 1
            reached = np.unique(around[frontier].indices)
            frontier = reached[distance[reached] < 0]
            distance[frontier] = hops
        never = np.iinfo(np.int64).max
        by_run = np.full(self.runs, never)
        by_use = np.where(distance[n:] < 0, never, distance[n:])
        np.minimum.at(by_run, self.use_run, by_use)
        distance[self.entities : n] = np.where(by_run == never, -1, by_run)
        return distance[:n]


def generate(runs: int, *, full: bool, seed: int = 1) -> Graph:
    """Make a graph of three nodes for each run.

    Args:
        full: With times on the relations, some runs that use something late, and some outputs that say what they come
            from; else with none of these.
    """
    random = np.random.default_rng(seed)
    sources, window = runs // 300, runs * 2 // 15
    run = np.arange(runs)
    known = sources + _OUTPUTS * run
    oldest = np.maximum(0, known - window)
    used = (oldest[:, None] + random.random((runs, _USES)) * (known - oldest)[:, None]).astype(np.int64)
    entities = sources + _OUTPUTS * runs
    pairs = np.unique(np.repeat(run, _USES) * entities + used.ravel())
    use_run, use_entity = pairs // entities, pairs % entities
    made_run, made_entity = np.repeat(run, _OUTPUTS), sources + np.arange(_OUTPUTS * runs)
    first, _ = _rows(use_run, runs)
    use_time = _START + use_run * _STEP + (np.arange(len(use_run)) - first[use_run]) * 1_000_000
    made_time = _START + made_run * _STEP + (made_entity % 2 + 30) * 1_000_000 + 250
    derived = derived_from = np.empty(0, np.int64)
    if full:
        last = np.append(first[1:], len(use_run)) - 1
        late = random.random(runs) < _LATE_RUNS
        use_time[last[late]] += 28_500_000  # after the first output, before the second
        derived = made_entity[random.random(len(made_entity)) < _DECLARED_OUTPUTS]
        derived_from = use_entity[first[(derived - sources) // _OUTPUTS]]
    uses, outputs = (use_run, use_entity, use_time), (made_run, made_entity, made_time)
    return Graph(sources, runs, entities, full, *uses, *outputs, derived, derived_from)


def _rows(keys: Ints, size: int) -> tuple[Ints, Ints]:
    """Where the rows of each key start in an ascending column, and how many there are."""
    count = np.bincount(keys, minlength=size)
    return np.cumsum(count) - count, count
