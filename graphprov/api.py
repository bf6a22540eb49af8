"""The public questions, each in one call: open the configured database, send what waits, ask."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from graphprov.errors import StoreRefused
from graphprov.journal import DamagedRecord, Journal
from graphprov.settings import Settings
from graphprov.store import Store, open_store
from graphprov.transfer import Progress, RecordRefused, read_only, send

if TYPE_CHECKING:
    from graphprov.analysis.lineage import Lineage
    from graphprov.analysis.report import ImpactReport


class UnsentWarning(UserWarning):
    """Something that was recorded here is not in the database, so an answer misses it."""


@contextlib.contextmanager
def connect(settings: Settings | None = None, *, progress: Progress | None = None) -> Iterator[Store]:
    """Open the configured database (the embedded one is started if need be), with all that this machine recorded.

    What waits in the journal is sent first, so that an answer never misses what was recorded here a moment ago. Where
    the database only lets itself be read, or a record is damaged or refused for what is in it, what waits stays in the
    journal, and an `UnsentWarning` says what the answer misses.

    Args:
        settings: Default: as configured (see README).
        progress: Told the records sent and to send, while sending.

    Raises:
        DatabaseAway: Nobody answers at the configured address.
        EngineError: The embedded server cannot run.
        StoreRefused: The database is not graphprov's, or is newer than this package.
        JournalError: The journal cannot be read at all.
    """
    settings = settings or Settings.load()
    with open_store(settings) as store:
        missing = _send_what_waits(store, settings, progress)
        if missing:
            warnings.warn(f"graphprov: {missing}", UnsentWarning, stacklevel=3)
        yield store


def _send_what_waits(store: Store, settings: Settings, progress: Progress | None) -> str | None:
    """Send what waits; what could not be sent, and why, where one can still ask."""
    with Journal(settings.journal) as journal:
        if not journal.pending_count(store.id):
            return None
        try:
            send(journal, store, settings=settings, progress=progress)
        except (DamagedRecord, StoreRefused) as error:
            if isinstance(error, StoreRefused) and not isinstance(error, RecordRefused) and not read_only(error):
                raise
            count = journal.pending_count(store.id)
            return (
                f"{error.message}. Not sent, so missing in the answer: {count:,} of the records in the journal"
                f" {journal.path}, from number {journal.through(store.id) + 1} on. {error.hint}"
            )
    return None


def impact(
    *subjects: str,
    since: datetime | str | None = None,
    until: datetime | str | None = None,
    kinds: Sequence[str] | None = None,
    limit: int = 0,
    settings: Settings | None = None,
    told: Callable[[int], None] | None = None,
) -> ImpactReport:
    """What a flaw in the subjects has touched, why, and whom to tell; the rules are in `graphprov guide impact`.

    Args:
        subjects: Names (`acme-threat-intel`, `dataset:ip-blacklist`, `ip-blacklist@3f2a`), ids, or paths of files.
        since: Start of the window in which what came from the subjects was wrong, included; `"2026-03"` will do.
        until: End of that window, excluded.
        kinds: List only these kinds, such as `["model", "predictions"]`.
        limit: List only the nearest so many; 0 for all.
        settings: Default: as configured.
        told: Called now and then with the number of nodes looked at so far.

    Returns:
        The report; see `graphprov schema impact` for its JSON form, and `graphprov.report` for the others.

    Raises:
        InvalidInput: No subject, a malformed time, or a window that ends before it starts.
        UnknownReference: A subject is not known; carries the nearest.
        AmbiguousReference: A subject could be several things; carries them.
        EmptyFlaw: A subject stands for nothing within the window; carries what there is.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.analysis.flaw import Flaw
    from graphprov.analysis.impact import impact as analyse

    named = subjects[0] if len(subjects) == 1 and isinstance(subjects[0], list | tuple) else subjects
    flaw = Flaw.of(named, since, until)
    with connect(settings) as store:
        return analyse(store, flaw, kinds=kinds, limit=limit, told=told)


def lineage(artifact: str, *, depth: int | None = None, limit: int = 0, settings: Settings | None = None) -> Lineage:
    """What an artifact or run was made from, by whom, back to its sources.

    Args:
        artifact: A name, id or path; for a general artifact its newest version.
        depth: Follow at most so many relations. Default: to the end.
        limit: Stop after about so many nodes; 0 for all. `complete` says whether something was left out.
        settings: Default: as configured.

    Raises:
        UnknownReference: No such thing; carries the nearest.
        AmbiguousReference: It could be several things; carries them.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.analysis.lineage import lineage as analyse

    with connect(settings) as store:
        return analyse(store, artifact, depth=depth, limit=limit)
