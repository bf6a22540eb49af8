"""Which versions a flaw really reaches, from how the demo was built: the plan alone, no graph, no database.

A handful of lines, so that one can see that they are right; the test compares the impact report with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graphprov.demo.plan import FLAWED_MONTHS, Step, Version, received, steps


@dataclass(frozen=True)
class Truth:
    """The whole plan in two halves; names are `name@month`."""

    flawed: frozenset[str]
    affected: frozenset[str]
    """Versions that come from the flawed ones, the flawed ones themselves included."""
    affected_steps: frozenset[str]
    unaffected: frozenset[str]
    unaffected_steps: frozenset[str]
    cleared: frozenset[str]
    """Unaffected versions that an affected step wrote: they say exactly what they come from."""


def truth(months: Iterable[str] = FLAWED_MONTHS) -> Truth:
    """What the blacklists of these months reached.

    >>> "job-seeker-predictions@2026-06" in truth().affected, "job-seeker-predictions@2026-07" in truth().affected
    (True, False)
    """
    flawed = {Version("ip-blacklist", month) for month in months}
    affected, touched, cleared = set(flawed), set[Step](), set[Version]()
    for step in steps():  # in the order of execution, so one pass sees all
        if not affected.intersection(step.inputs):
            continue
        touched.add(step)
        precise = {output for output, _ in step.derived}
        affected.update(output for output, source in step.derived if source in affected)
        affected.update(set(step.outputs) - precise)
        cleared.update(precise - affected)
    everything = {*received(), *(output for step in steps() for output in step.outputs)}
    return Truth(
        flawed=_names(flawed),
        affected=_names(affected),
        affected_steps=_names(touched),
        unaffected=_names(everything - affected),
        unaffected_steps=_names(set(steps()) - touched),
        cleared=_names(cleared),
    )


def _names(things: Iterable[Version | Step]) -> frozenset[str]:
    return frozenset(map(str, things))
