"""Opening an incident, with its subjects as the database knows them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from graphprov.analysis import incidents as _incidents
from graphprov.analysis.incident_report import Incident
from graphprov.api import connect
from graphprov.capture.entries import About
from graphprov.capture.incidents import Opening, Subject, checked_opening, open_incident
from graphprov.capture.writer import Writer
from graphprov.errors import DatabaseAway, EngineError, StoreRefused, UnknownReference
from graphprov.incidents.session import Recorded
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

    A subject may be as short as everywhere (`netshield`, `ip-blacklist@3f2a`, the path of a file) where a database runs
    and can be reached. Else it is taken as it stands: `kind:name`, `kind:name@version`, or an id.

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
    writer = Writer(settings, strict=True)
    found = _looked_up(writer, subjects, reason=reason, since=since, until=until)
    id_ = open_incident(
        writer,
        found.about,
        reason=reason,
        since=since,
        until=until,
        severity=severity,
        found_by=found_by or writer.user,
        found_at=found_at,
    )
    number = found.known.number if found.known is not None else number_of(id_)[:SHORTEST]
    remarks = [*found.remarks, *([_was_known(found.known)] if found.known is not None else [])]
    return Recorded(id_, number, id_, tuple(each.id for each in found.about), found.checked, tuple(remarks))


def _was_known(known: Incident) -> str:
    if known.state == "open":
        return "it was open already: that you found it, too, stands in its history"
    return (
        f"it was known and is closed; it stays so: graphprov incident reopen {known.number} --why TEXT opens it again"
    )


@dataclass(frozen=True)
class _Found:
    """The subjects as far as they are known, and the incident that says just this already."""

    about: list[About]
    known: Incident | None = None
    checked: bool = False
    remarks: tuple[str, ...] = ()


def _looked_up(
    writer: Writer, subjects: Sequence[Subject], *, reason: str, since: Moment | None, until: Moment | None
) -> _Found:
    def opening(given: Sequence[Subject]) -> Opening:
        return checked_opening(writer, given, reason=reason, since=since, until=until)

    with contextlib.ExitStack() as stack:
        try:
            if address_of(writer.settings, start=False) is None:
                return _Found(list(opening(subjects).subjects))
            store = stack.enter_context(connect(writer.settings))
        except (DatabaseAway, EngineError, StoreRefused):  # an incident is recorded at once, wherever one is
            return _Found(list(opening(subjects).subjects))
        remarks: list[str] = []
        says = opening([_in_store(store, each, remarks) for each in subjects])
        known = next((each for each in _incidents.incidents(store, state="all") if each.id == says.id), None)
        return _Found(list(says.subjects), known, True, tuple(remarks))


def _in_store(store: Store, subject: Subject, remarks: list[str]) -> Subject:
    """A subject as the database knows it; one that it does not know and that says what it is, as it stands."""
    if not isinstance(subject, str):
        return subject
    try:
        found = _resolve(store, subject)
    except UnknownReference as error:
        kind, _, rest = subject.partition(":")
        if not (subject.startswith("urn:") or "://" in subject or (kind in KINDS and rest)):
            raise
        near = f"; what is: {', '.join(error.nearest)}" if error.nearest else ""
        remarks.append(f"nothing called {subject} is recorded yet{near}")
        return subject
    return About(found.id, found.element)
