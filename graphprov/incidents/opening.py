"""Opening an incident, with its subjects as the database knows them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from graphprov.analysis import incidents as _incidents
from graphprov.analysis.incident_report import Incident
from graphprov.api import connect
from graphprov.capture.entries import About
from graphprov.capture.incidents import Opening, Subject, checked_opening, open_incident
from graphprov.capture.simulation import new_writer
from graphprov.errors import DatabaseAway, EngineError, StoreRefused, UnknownReference
from graphprov.incidents.session import Recorded, send
from graphprov.model.incidents import SHORTEST, number_of
from graphprov.model.times import Moment
from graphprov.model.vocabulary import KINDS
from graphprov.settings import Settings
from graphprov.store import Store
from graphprov.store.connection import address_of
from graphprov.store.resolve import resolve as _resolve


def open(  # noqa: A001  (the word that people use)
    *subjects: Subject,
    reason: str,
    since: Moment | None = None,
    until: Moment | None = None,
    severity: str | None = None,
    found_by: str | None = None,
    found_at: Moment | None = None,
    settings: Settings | None = None,
) -> Recorded:
    """Open an incident about one subject or several; as `graphprov.incident`, but subjects are looked up.

    A subject may be as short as everywhere (`netshield`, `ip-blacklist@3f2a`, the path of a file); the database is
    asked what it means, and started for it. What says itself what it is (`kind:name`, `kind:name@version`, an id) is
    compared with a database that runs, and recorded without one.

    Args:
        subjects: What is wrong: sources, artifacts, versions, runs, people.
        reason: What is wrong with them, in a few words.
        since: When it began to be wrong, included.
        until: When it was right again, excluded.
        severity: `low`, `medium`, `high` or `critical`.
        found_by: Who found it. Default: the user.
        found_at: When. Default: now.
        settings: Default: as configured.

    Raises:
        AmbiguousReference: A subject could be several things; carries them.
        InvalidInput: The reason is empty, the window is, or a subject is not known in full.
    """
    settings = settings or Settings.load()
    writer = new_writer(settings, flush=False, strict=True)

    def says(given: Sequence[Subject]) -> Opening:
        return checked_opening(writer, given, reason=reason, since=since, until=until)

    with contextlib.ExitStack() as stack:
        store = _reachable(settings, stack, start=not all(map(_says_what_it_is, subjects)))
        remarks: list[str] = []
        known = None
        about = list(says([_in_store(store, each, remarks) if store else each for each in subjects]).subjects)
        if store is not None:
            same = says(about).id
            known = next((each for each in _incidents.incidents(store, state="all") if each.id == same), None)
        id_ = open_incident(
            writer,
            about,
            reason=reason,
            since=since,
            until=until,
            severity=severity,
            found_by=found_by or writer.user,
            found_at=found_at,
        )
        if store is not None:
            send(store, settings)
    if known is not None:
        remarks.append(_was_known(known))
    number = known.number if known is not None else number_of(id_)[:SHORTEST]
    return Recorded(id_, number, id_, tuple(each.id for each in about), store is not None, known, tuple(remarks))


def _reachable(settings: Settings, stack: contextlib.ExitStack, *, start: bool) -> Store | None:
    """The database, where one runs and answers; an incident is recorded at once, wherever one is."""
    try:
        if not start and address_of(settings, start=False) is None:
            return None
        return stack.enter_context(connect(settings))
    except (DatabaseAway, EngineError, StoreRefused):
        return None


def _was_known(known: Incident) -> str:
    if known.state == "open":
        return "it was open already"
    return f"it was known and is closed; it stays so: graphprov incident reopen {known.typed} --why TEXT opens it again"


def _says_what_it_is(subject: Subject) -> bool:
    """Whether a subject is known without a database."""
    if not isinstance(subject, str):
        return True
    kind, _, rest = subject.partition(":")
    return subject.startswith("urn:") or "://" in subject or (kind in KINDS and bool(rest))


def _in_store(store: Store, subject: Subject, remarks: list[str]) -> Subject:
    """A subject as the database knows it; one that it does not know and that says what it is, as it stands."""
    if not isinstance(subject, str):
        return subject
    try:
        found = _resolve(store, subject)
    except UnknownReference as error:
        if not _says_what_it_is(subject):
            raise
        near = f"; what is: {', '.join(error.nearest)}" if error.nearest else ""
        remarks.append(f"nothing called {subject} is recorded yet{near}")
        return subject
    return About(found.id, found.element)
