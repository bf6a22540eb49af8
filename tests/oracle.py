"""What is affected, computed as slowly and plainly as the rules say it: for tests to compare with.

Nothing here is taken from the code. A `World` is a small graph as lists. A flaw is followed state by state: a state is
a node and, with it, all that decides where the flaw may go next (how a collection was reached, by what a run was made
affected). Paths are counted by walking them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

CERTAINTIES = ("declared", "inferred", "possible")
State = tuple[str, object]
"""A node, and how it was reached: an entity `full` or `up`; a run `start`, `code`, `whenever` or (`use`, entity)."""
Step = tuple[str, str, str]
"""Relation, effect and cause, as recorded or, for membership down and the way to a general entity, read backwards."""


@dataclass
class World:
    """A graph: times are day numbers, None where nobody recorded them."""

    entities: dict[str, dict[str, object]] = field(default_factory=dict)
    """By name: kind, and perhaps issued_at, invalidated_at, version; and issued_again_at, said in a later statement."""
    activities: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    used: list[tuple[str, str, int | None]] = field(default_factory=list)
    """(activity, entity, time)"""
    generated: list[tuple[str, str, int | None]] = field(default_factory=list)
    """(entity, activity, time)"""
    derived: list[tuple[str, str, str | None]] = field(default_factory=list)
    """(effect, cause, activity)"""
    specialises: list[tuple[str, str]] = field(default_factory=list)
    members: list[tuple[str, str]] = field(default_factory=list)
    """(collection, member)"""
    informed: list[tuple[str, str]] = field(default_factory=list)
    """(who was informed, by whom)"""
    influenced: list[tuple[str, str, str]] = field(default_factory=list)
    """(relation, effect, cause): influenced, started or ended"""
    plans: list[tuple[str, str]] = field(default_factory=list)
    """(activity, entity that was the plan of an association)"""
    attributed: list[tuple[str, str]] = field(default_factory=list)
    associated: list[tuple[str, str]] = field(default_factory=list)
    behalf: list[tuple[str, str]] = field(default_factory=list)
    """(who acts, for whom)"""

    def is_code(self, entity: str) -> bool:
        return self.entities[entity]["kind"] == "code-version" or bool(self.entities[entity].get("is_plan"))

    def times(self, entity: str, run: str | None = None) -> set[int]:
        """The times that an entity is known to have; with `run`, when that run generated it."""
        if generated := {t for e, a, t in self.generated if e == entity and t is not None and run in (None, a)}:
            return generated
        own = self.entities[entity]
        return {own.get("issued_at"), own.get("issued_again_at")} - {None}  # type: ignore[return-value]

    def time(self, entity: str) -> int | None:
        """The one time by which versions are ordered: when it was first generated, or else what was said last."""
        if generated := {t for e, _, t in self.generated if e == entity and t is not None}:
            return min(generated)
        own = self.entities[entity]
        return own.get("issued_again_at") or own.get("issued_at")  # type: ignore[return-value]


class NothingFlawed(Exception):
    """A subject stands for nothing."""


def closure(start: str, steps: list[tuple[str, str]]) -> set[str]:
    """Everything from which a chain of (from, to) steps leads to `start`, and itself."""
    found = {start}
    while more := {a for a, b in steps if b in found} - found:
        found |= more
    return found


def flawed(world: World, subjects: list[str], since: int | None, until: int | None) -> tuple[set[str], set[str]]:
    """The flawed nodes, and those that count only since their time is not known."""

    def inside(entity: str, run: str | None = None) -> bool:
        times = world.times(entity, run)
        return not times or any((since is None or t >= since) and (until is None or t < until) for t in times)

    chosen: set[str] = set()
    for_sure: set[str] = set()
    for subject in subjects:
        always: set[str] = set()
        if subject in world.entities:
            always = {subject}
            candidates = closure(subject, world.specialises) - always
            reached = any(b == subject for _, b, *_ in [*world.used, *world.derived])
            only_a_name = "version" not in world.entities[subject] and not reached and bool(candidates)
        elif subject in world.agents:
            acting = closure(subject, world.behalf)
            runs = {a for a, g in world.associated if g in acting}
            candidates = {e for e, g in world.attributed if g in acting} | {
                e for e, a, _ in world.generated if a in runs
            }
            only_a_name = True
        else:
            always = {subject}
            candidates = {e for e, a, _ in world.generated if a == subject}
            only_a_name = False
        run = subject if subject in world.activities else None
        selected = {e for e in candidates if inside(e, run)}
        if not selected and only_a_name:
            raise NothingFlawed(subject)
        chosen |= always | selected
        for_sure |= always | {e for e in selected if world.times(e, run)}
    windowed = since is not None or until is not None
    return chosen, (chosen - for_sure if windowed else set())


def precise(world: World, run: str, output: str) -> bool:
    """Whether an output says itself what in the run it comes from."""
    inputs = {e for a, e, _ in world.used if a == run}
    return any(e == output and (by == run or x in inputs) for e, x, by in world.derived)


def carries(world: World, cause: str, run: str, output: str, *, missing_counts: bool = True) -> bool:
    """Whether a run that became affected by its use of `cause` carries the flaw to `output`, which it generated."""
    if precise(world, run, output):
        return False
    uses = [t for a, e, t in world.used if (a, e) == (run, cause)]
    for made in [t for e, a, t in world.generated if (e, a) == (output, run)]:
        if made is None or None in uses:
            if missing_counts:
                return True
            known = [t for t in uses if t is not None]
            if made is None or not known or made < min(known):
                continue
            return True
        if made >= min(t for t in uses if t is not None):
            return True
    return False


def may_have_read(world: World, run: str, general: str, special: str) -> bool:
    """Whether a run that used a general entity without saying which version may have read this one."""
    if any((e, a) == (special, run) for e, a, _ in world.generated):
        return False
    times = world.times(special)
    uses = [t for a, e, t in world.used if (a, e) == (run, general)]
    return any(t is None or not times or t >= min(times) for t in uses)


@dataclass
class Flow:
    """A flaw in a world, on its way."""

    world: World
    start: set[str]
    subjects: set[str]
    certainty: str = "possible"
    missing_counts: bool = True

    def onward(self, state: State) -> Iterator[tuple[State, tuple[Step, ...], str]]:
        """Where a flaw goes from a state, by which relations, how surely."""
        w, (node, how) = self.world, state
        for found, steps, certainty in self._onward(node, how) if node in w.entities else self._from_run(node, how):
            if CERTAINTIES.index(certainty) <= CERTAINTIES.index(self.certainty):
                yield found, steps, certainty

    def _onward(self, x: str, how: object) -> Iterator[tuple[State, tuple[Step, ...], str]]:
        w = self.world
        for effect, cause, _ in w.derived:
            if cause == x:
                yield (effect, "full"), (("WAS_DERIVED_FROM", effect, x),), "declared"
        for collection, member in w.members:
            if member == x:
                yield (collection, "up"), (("HAD_MEMBER", collection, x),), "declared"
            if collection == x and how == "full":
                yield (member, "full"), (("HAD_MEMBER", member, x),), "declared"
        for special, general in w.specialises:
            if general == x and how == "full" and x not in self.subjects:
                yield (special, "full"), (("SPECIALIZATION_OF", special, x),), "declared"
        for run, used, _ in w.used:
            if used == x:
                by = "code" if w.is_code(x) else ("use", x)
                yield (run, by), (("USED", run, x),), "inferred"
        for run, plan in w.plans:
            if plan == x and w.is_code(x):
                yield (run, "code"), (("WAS_ASSOCIATED_WITH", run, x),), "inferred"
        yield from self._influenced(x)
        for chain in self._chains(x):
            general = chain[-1][1]
            for run in {a for a, e, _ in w.used if e == general}:
                if may_have_read(w, run, general, x):
                    yield (run, ("use", general)), (*chain, ("USED", run, general)), "possible"

    def _chains(self, x: str) -> Iterator[tuple[Step, ...]]:
        """Every way up from an entity to a general one."""
        for special, general in set(self.world.specialises):
            if special == x:
                step = ("SPECIALIZATION_OF", general, x)
                yield (step,)
                for rest in self._chains(general):
                    yield (step, *rest)

    def _from_run(self, run: str, how: object) -> Iterator[tuple[State, tuple[Step, ...], str]]:
        w = self.world
        for output, by, _ in w.generated:
            if by == run and self._reaches(run, how, output):
                yield (output, "full"), (("WAS_GENERATED_BY", output, run),), "inferred"
        for informed, by in w.informed:
            if by == run:
                yield (informed, "whenever"), (("WAS_INFORMED_BY", informed, run),), "inferred"
        yield from self._influenced(run)

    def _reaches(self, run: str, how: object, output: str) -> bool:
        if how == "start":
            return False
        if how == "code":
            return True
        if how == "whenever":
            return not precise(self.world, run, output)
        assert isinstance(how, tuple)
        return carries(self.world, how[1], run, output, missing_counts=self.missing_counts)

    def _influenced(self, node: str) -> Iterator[tuple[State, tuple[Step, ...], str]]:
        for relation, effect, cause in self.world.influenced:
            if cause == node:
                how = "whenever" if effect in self.world.activities else "full"
                yield (effect, how), ((relation, effect, cause),), "possible"

    @property
    def begin(self) -> list[State]:
        return [(node, "full" if node in self.world.entities else "start") for node in sorted(self.start)]

    @cached_property
    def distances(self) -> dict[State, int]:
        """The fewest relations from a flawed node to each state."""
        known: dict[State, int] = dict.fromkeys(self.begin, 0)
        changed = True
        while changed:
            changed = False
            for state, so_far in list(known.items()):
                for following, steps, _ in self.onward(state):
                    if so_far + len(steps) < known.get(following, 10**9):
                        known[following] = so_far + len(steps)
                        changed = True
        return known

    def reached(self) -> dict[str, int]:
        """The fewest relations from a flawed node to each affected node."""
        found: dict[str, int] = {}
        for (node, _), distance in self.distances.items():
            found[node] = min(distance, found.get(node, distance))
        return found

    def numbers(self, most: int = 20_000) -> dict[str, int | Literal["infinite"]] | None:
        """How many distinct paths lead to each affected node, by walking every one; None where there are too many."""
        after: dict[State, set[State]] = {
            state: {following for following, *_ in self.onward(state)} for state in self.distances
        }
        beyond = {state: _all_after(state, after) for state in after}
        circular = {state for state in after if state in beyond[state]}
        endless = {node for state in circular for node, _ in {state, *beyond[state]}}
        counted: dict[str, int] = {}
        walked = 0
        paths: set[tuple[Step, ...] | tuple[str]] = set()
        ahead: list[tuple[State, tuple[Step, ...]]] = [(state, ()) for state in self.begin]
        seen: set[tuple[State, tuple[Step, ...]]] = set(ahead)
        while ahead:
            state, path = ahead.pop()
            walked += 1
            if walked > most:
                return None
            if state[0] in endless and state in circular:
                continue
            named: tuple[Step, ...] | tuple[str] = path or (state[0],)
            if named not in paths:
                paths.add(named)
                counted[state[0]] = counted.get(state[0], 0) + 1
            for following, steps, _ in self.onward(state):
                item = (following, path + steps)
                if item not in seen:
                    seen.add(item)
                    ahead.append(item)
        return {node: "infinite" if node in endless else counted[node] for node in self.reached()}


def _all_after(state: State, after: dict[State, set[State]]) -> set[State]:
    found: set[State] = set()
    ahead = list(after[state])
    while ahead:
        following = ahead.pop()
        if following not in found:
            found.add(following)
            ahead += after[following]
    return found


def certainties(world: World, start: set[str], subjects: set[str]) -> dict[str, str]:
    """How surely each node is affected: a path is as certain as its weakest relation, a node as its best path."""
    found: dict[str, str] = {}
    for certainty in CERTAINTIES:
        for node in Flow(world, start, subjects, certainty).reached():
            found.setdefault(node, certainty)
    return found


def cleared(world: World, flow: Flow) -> dict[str, set[str]]:
    """What affected runs generated and the flaw did not reach, each with the rules that may be named for it."""
    reached = flow.reached()
    entered = {node for node, how in flow.distances if node in world.activities and how != "start"}
    found: dict[str, set[str]] = {}
    for output, run, _ in world.generated:
        if run in entered and output not in reached:
            found.setdefault(output, set()).add("precision" if precise(world, run, output) else "time")
    return found


def time_unknown(world: World, flow: Flow) -> set[str]:
    """Entities to which a run carried the flaw with a time missing, and that nothing would have reached otherwise."""
    reached = flow.reached()
    surely = Flow(world, flow.start, flow.subjects, missing_counts=False).reached()
    found = set()
    for run, how in flow.distances:
        if not isinstance(how, tuple):
            continue
        untimed_use = any(t is None for a, e, t in world.used if (a, e) == (run, how[1]))
        for output, by, made_at in world.generated:
            if by == run and (untimed_use or made_at is None) and not precise(world, run, output):
                found.add(output)
    return {e for e in found if e in reached and reached[e] > 0 and e not in surely}


def state(world: World, entity: str, reached: set[str]) -> str:
    """Whether an entity is still the one in use."""
    if world.entities[entity].get("invalidated_at"):
        return "invalidated"
    mine = world.time(entity)
    generals = {g for v, g in world.specialises if v == entity}
    for other, general in world.specialises:
        theirs = world.time(other)
        fit = general in generals and other != entity and not world.entities[other].get("invalidated_at")
        if fit and mine is not None and theirs is not None and theirs > mine and other not in reached:
            return "superseded"
    return "live"


def unknown_origin(world: World, kinds: set[str]) -> set[str]:
    """Entities of these kinds with neither generation, derivation nor attribution, which stand for no versions."""
    with_origin = {row[0] for row in [*world.generated, *world.derived, *world.attributed]}
    general = {g for _, g in world.specialises}
    return {e for e, own in world.entities.items() if own["kind"] in kinds and e not in with_origin | general}
