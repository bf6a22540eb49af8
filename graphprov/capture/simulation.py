"""Work that is played through or replayed: every recorder of this process records another time, machine and user.

What records need not know of it, be it a script, a step, `graphprov.auto` or the command line.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphprov.capture.writer import Clock, Writer
from graphprov.settings import Settings


@dataclass(frozen=True, eq=False)
class Simulation:
    """Whose work it is, and when.

    Attributes:
        clock: Tells the time.
        host: The machine.
        user: The login name.
        number: Makes the number of a run that is given none.
    """

    clock: Clock
    host: str
    user: str
    number: Callable[[], str]


_present: Simulation | None = None


def present() -> Simulation | None:
    """The simulation that this process is in."""
    return _present


@contextlib.contextmanager
def simulated(simulation: Simulation) -> Iterator[None]:
    """Record so until the block ends; nothing is sent in the background meanwhile."""
    global _present
    before, _present = _present, simulation
    try:
        yield
    finally:
        _present = before


def new_writer(
    settings: Settings,
    *,
    clock: Clock | None = None,
    host: str | None = None,
    user: str | None = None,
    flush: bool = True,
    strict: bool = False,
) -> Writer:
    """A writer, as the simulation says where nothing else is given."""
    if (now := _present) is None:
        return Writer(settings, clock=clock, host=host, user=user, flush=flush, strict=strict)
    return Writer(
        settings,
        clock=clock or now.clock,
        host=host or now.host,
        user=user or now.user,
        number=now.number,
        flush=False,
        strict=strict,
    )
