"""What is affected, computed as slowly and plainly as `docs/impact.md` says it: for tests to compare with.

Nothing here is taken from the code. A `World` is a small graph as lists; the functions walk it until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


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
    attributed: list[tuple[str, str]] = field(default_factory=list)
    associated: list[tuple[str, str]] = field(default_factory=list)
    behalf: list[tuple[str, str]] = field(default_factory=list)
    """(who acts, for whom)"""

    def is_code(self, entity: str) -> bool:
        return self.entities[entity]["kind"] == "code-version"

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
    """Whether a run that used `cause` carries its flaw to `output`, which it generated."""
    if world.is_code(cause):
        return True
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


def passages(world: World, *, missing_counts: bool = True) -> Iterator[tuple[str, str, int]]:
    """Every way in which one node makes another affected: (cause, effect, relations walked)."""
    for effect, cause, _ in world.derived:
        yield cause, effect, 1
    for run, cause, _ in world.used:
        yield cause, run, 1
        for output, by, _ in world.generated:
            if by == run and carries(world, cause, run, output, missing_counts=missing_counts):
                yield cause, output, 2


def distances(world: World, start: set[str], *, missing_counts: bool = True) -> dict[str, int]:
    """The fewest relations from a flawed node, for each node that is affected."""
    ways = list(passages(world, missing_counts=missing_counts))
    known = dict.fromkeys(start, 0)
    changed = True
    while changed:
        changed = False
        for cause, effect, length in ways:
            if cause in known and known[cause] + length < known.get(effect, 10**9):
                known[effect] = known[cause] + length
                changed = True
    return known


def declared(world: World, start: set[str]) -> set[str]:
    """What declared relations alone reach."""
    known = set(start)
    while more := {effect for effect, cause, _ in world.derived if cause in known} - known:
        known |= more
    return known


def cleared(world: World, start: set[str]) -> dict[str, set[str]]:
    """What affected runs generated and the flaw did not reach, each with the rules that may be named for it."""
    reached = distances(world, start)
    entered = {run for run, cause, _ in world.used if cause in reached}
    found: dict[str, set[str]] = {}
    for output, run, _ in world.generated:
        if run in entered and output not in reached:
            found.setdefault(output, set()).add("precision" if precise(world, run, output) else "time")
    return found


def time_unknown(world: World, start: set[str]) -> set[str]:
    """Entities to which a run carried the flaw with a time missing, and that nothing would have reached otherwise."""
    reached = distances(world, start)
    surely = distances(world, start, missing_counts=False)
    found = set()
    for run, cause, used_at in world.used:
        if cause not in reached or world.is_code(cause):
            continue
        for output, by, made_at in world.generated:
            if by == run and (used_at is None or made_at is None) and not precise(world, run, output):
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
