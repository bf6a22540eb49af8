"""The checks as a table: what each looks for, how bad that is, what to do, and who looks.

The guide `doctor` is held against this table by a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from graphprov.checkup.report import Finding, Level
from graphprov.settings import Settings
from graphprov.store import Store

UNFINISHED_AFTER = timedelta(hours=24)
"""So long may a run go on before its missing end is told."""


@dataclass(frozen=True)
class Context:
    """What a check may look at.

    Attributes:
        store: None where no database was reached.
        kinds: By PROV type, the kinds that the store holds.
        now: By this machine's clock.
        days: So long may something wait, or a host be silent.
        digests: Whether all files are read, not only those whose size differs or that changed since.
    """

    settings: Settings
    host: str
    now: datetime
    days: float
    digests: bool
    store: Store | None = None
    kinds: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        title: What is wrong where it finds something, in a few words.
        do: What to do then.
        look: Finds it.
        graph: Whether it asks the database.
    """

    name: str
    group: str
    level: Level
    title: str
    do: str
    look: Callable[[Context], Iterator[Finding]]
    graph: bool = False


def all_checks() -> dict[str, Check]:
    """All checks by name, in the order in which they are told."""
    from graphprov.checkup import clocks, files, journal, machine, record, said

    groups = (machine, journal, said, clocks, record, files)
    return {check.name: check for module in groups for check in module.CHECKS}
