"""What all calls on one incident share: the database where one answers, the incident, and where to record."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from graphprov.analysis.incident_report import Incident
from graphprov.analysis.incidents import incident
from graphprov.api import UnsentWarning, connect, send_what_waits
from graphprov.capture.known_incidents import KnownIncidents
from graphprov.capture.simulation import new_writer
from graphprov.capture.writer import Writer
from graphprov.errors import (
    AmbiguousReference,
    DatabaseAway,
    EngineError,
    GraphprovError,
    InvalidInput,
    UnknownReference,
    WrongPassword,
)
from graphprov.model.identity import artifact_id, is_iri
from graphprov.model.incidents import INCIDENT, SHORTEST, is_digest, number_of
from graphprov.model.times import Moment, as_moment, show_time
from graphprov.settings import Settings
from graphprov.store import Store


@dataclass(frozen=True)
class Recorded:
    """What was recorded of an incident.

    Attributes:
        incident: The id of the incident.
        number: What a person types for it.
        entry: The id of the entry; of an incident that was opened, its own.
        parts: Ids of the owner, or of the affected things, that it speaks of.
        checked: Whether it was compared with what the database knows; False where none answered.
        before: The incident as it stood before that; None where no database answered.
        remarks: What a person should know of it, such as that a part that was run again has no newer version.
    """

    incident: str
    number: str
    entry: str
    parts: tuple[str, ...] = ()
    checked: bool = True
    before: Incident | None = None
    remarks: tuple[str, ...] = ()


@contextlib.contextmanager
def session(
    number: str, settings: Settings | None, at: Moment | None = None
) -> Iterator[tuple[Store | None, Writer, Incident | None, str]]:
    """The database and the incident as it knows it; or, where none answers, the id that this machine knows.

    What is recorded inside is sent at the end, where a database answers.

    Args:
        at: When it is said to have been said.

    Raises:
        InvalidInput: That is before the incident was found.
    """
    settings = settings or Settings.load()
    writer = new_writer(settings, flush=False, strict=True)
    with contextlib.ExitStack() as stack:
        try:
            store = stack.enter_context(connect(settings))
        except WrongPassword:
            raise
        except (DatabaseAway, EngineError) as error:
            yield None, writer, None, _known_here(settings, number, error)
            return
        about = incident(store, number)
        remember(settings, [about])
        _check_after_found(about, as_moment(at, "at"))
        yield store, writer, about, about.id
        send(store, settings)


def _check_after_found(about: Incident, at: datetime | None) -> None:
    """Refuse a word on an incident from before anybody knew of it."""
    known = [moment for moment in (about.found_at, *(entry.at for entry in about.history)) if moment is not None]
    if at is not None and known and at < min(known):
        raise InvalidInput(
            f"nobody can have said this on {show_time(at)}: {about.label} was found on {show_time(min(known))}"
        )


def send(store: Store, settings: Settings) -> None:
    """Send what was recorded; an `UnsentWarning` where the database only lets itself be read."""
    if missing := send_what_waits(store, settings, None):
        warnings.warn(f"graphprov: {missing}", UnsentWarning, stacklevel=2)


def _known_here(settings: Settings, number: str, away: GraphprovError) -> str:
    """The id of an incident, by what this machine has seen."""
    typed = number.strip().removeprefix("#").removeprefix(f"{INCIDENT}:")
    if is_iri(number.strip()) and not number.strip().startswith(f"{INCIDENT}:"):
        return number.strip()
    if is_digest(typed.lower()):
        return artifact_id(INCIDENT, typed.lower())
    known = KnownIncidents(settings.journal).starting(typed.lower()) if typed else {}
    if len(known) == 1:
        return next(iter(known.values()))
    if known:
        raise AmbiguousReference(f"'{number}' could be any of {len(known)} incidents", nearest=list(known))
    raise UnknownReference(
        f"this machine knows no incident '{number}', and no database answers: {away.message}",
        hint="give all 16 digits of its number",
    )


def remember(settings: Settings, found: Sequence[Incident]) -> None:
    """Note incidents on this machine, so that their short numbers do without a database."""
    KnownIncidents(settings.journal).see((number_of(each.id), each.id) for each in found)


def recorded(
    store: Store | None,
    about: Incident | None,
    id_: str,
    said: str,
    *,
    parts: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
) -> Recorded:
    """What a call returns that recorded an entry."""
    number = (
        about.number
        if about is not None
        else number_of(id_)[:SHORTEST]
        if is_digest(number_of(id_))
        else number_of(id_)
    )
    return Recorded(id_, number, said, parts, store is not None, about, remarks)
