"""Incidents as they stand, and which of them stand behind an artifact."""

from __future__ import annotations

from collections.abc import Callable

from graphprov.analysis import incidents as _incidents
from graphprov.analysis.incident_impact import affecting as _affecting
from graphprov.analysis.incident_impact import parts_of
from graphprov.analysis.incident_report import Affecting, Incident
from graphprov.analysis.incidents import States
from graphprov.api import connect
from graphprov.errors import EmptyFlaw, GraphprovError, InvalidInput, UnknownReference
from graphprov.incidents.session import remember
from graphprov.settings import Settings
from graphprov.transfer import Progress


def find(
    *, state: States = "open", settings: Settings | None = None, progress: Progress | None = None
) -> list[Incident]:
    """The incidents: open before closed, the severest first, then those found last.

    Args:
        state: `open`, `closed` or `all`.
        settings: Default: as configured.
        progress: Told the records sent and to send, while sending.

    Raises:
        DatabaseAway: Nobody answers at the configured address.
    """
    settings = settings or Settings.load()
    with connect(settings, progress=progress) as store:
        found = _incidents.incidents(store, state=state)
    remember(settings, found)
    return found


def affecting(
    artifact: str,
    *,
    state: States = "open",
    missed: Callable[[Incident, GraphprovError], None] | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> list[Affecting]:
    """The incidents whose flaw reaches an artifact or run, by the rules of impact: the nearest first.

    Args:
        artifact: A name, id or path; without a version, any version of it.
        state: `open`, `closed` or `all`.
        missed: Called with each incident that stands for nothing that is recorded, and with the reason.
        settings: Default: as configured.
        progress: Told the records sent and to send, while sending.

    Raises:
        UnknownReference: No such artifact; carries the nearest.
        AmbiguousReference: It could be several; carries them.
        DatabaseAway: Nobody answers at the configured address.
    """
    with connect(settings, progress=progress) as store:
        return _affecting(store, artifact, state=state, missed=missed)


def get(
    number: str, *, parts: bool = True, settings: Settings | None = None, progress: Progress | None = None
) -> Incident:
    """One incident with its history and, with `parts`, how much of what it has touched is closed.

    Args:
        number: Its number, the start of that, or its id.
        parts: Work out what it has touched; None stands there where that is nothing that is recorded.
        settings: Default: as configured.
        progress: Told the records sent and to send, while sending.

    Raises:
        UnknownReference: There is no such incident; carries the nearest.
        AmbiguousReference: Several numbers start so; carries them.
        DatabaseAway: Nobody answers at the configured address.
    """
    settings = settings or Settings.load()
    with connect(settings, progress=progress) as store:
        about = _incidents.incident(store, number)
        if parts:
            try:
                about = about.model_copy(update={"parts": parts_of(store, about)})
            except (EmptyFlaw, UnknownReference, InvalidInput) as error:
                about = about.model_copy(update={"warnings": [*about.warnings, error.message]})
    remember(settings, [about])
    return about
