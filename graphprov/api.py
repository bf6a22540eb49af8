"""The public questions, each in one call: open the configured database, send what waits, ask."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.errors import InvalidInput, StoreRefused
from graphprov.journal import DamagedJournal, DamagedRecord, Journal
from graphprov.model.times import Moment, as_moment
from graphprov.model.vocabulary import Element
from graphprov.settings import Settings
from graphprov.store import Store, open_store
from graphprov.transfer import Progress, RecordRefused, read_only, send

if TYPE_CHECKING:
    from prov.model import ProvDocument

    from graphprov.analysis.difference_report import ImpactDifference
    from graphprov.analysis.evidence import Verification
    from graphprov.exchange.importing import ImportSummary
    from graphprov.gate.report import GateReport
    from graphprov.report.shown import ImpactReport, Lineage
    from graphprov.sealed_log import LogVerification, Sealing


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
        missing = send_what_waits(store, settings, progress)
        if missing:
            warnings.warn(f"graphprov: {missing}", UnsentWarning, stacklevel=3)
        yield store


def send_what_waits(store: Store, settings: Settings, progress: Progress | None) -> str | None:
    """Send what waits; what could not be sent, and why, where one can still ask."""
    with Journal(settings.journal) as journal:
        try:
            if not journal.pending_count(store.id):
                return None
            send(journal, store, settings=settings, progress=progress)
        except DamagedJournal as error:
            number = journal.through(store.id)
            return f"{error.message}. Missing in the answer: what stands behind record {number:,} of it. {error.hint}"
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
    incident: str | None = None,
    kinds: Sequence[str] | None = None,
    limit: int = 0,
    as_known_on: Moment | None = None,
    contained_by: str | Sequence[str] = (),
    settings: Settings | None = None,
    told: Callable[[int], None] | None = None,
) -> ImpactReport:
    """What a flaw in the subjects has touched, why, and whom to tell; the rules are in `graphprov guide impact`.

    With `incident`, the subjects and window are those of the incident, as amended, and the report says what the owners
    did about each part.

    Args:
        subjects: Names (`acme-threat-intel`, `dataset:ip-blacklist`, `ip-blacklist@3f2a`), ids, or paths of files.
        since: Start of the window in which what came from the subjects was wrong, included; `"2026-03"` will do.
        until: End of that window, excluded.
        incident: The number of an incident, instead of subjects and a window.
        kinds: List only these kinds, such as `["model", "predictions"]`.
        limit: List only the nearest so many; 0 for all.
        as_known_on: Only what the store had learnt by then: the same report, made again later, says the same.
        contained_by: Artifacts, runs or code versions that count as fixed: the report is about what stays affected.
        settings: Default: as configured.
        told: Called now and then with the number of nodes looked at so far.

    Returns:
        The report: a notebook shows it, `write` makes a file of it, `to_frame` a data frame. `graphprov guide reports`
        has all forms, `graphprov schema impact` the one as JSON.

    Raises:
        InvalidInput: No subject, a malformed time, a window that ends before it starts, or one beside an incident.
        UnknownReference: A subject, or the incident, is not known; carries the nearest.
        AmbiguousReference: A subject could be several things; carries them.
        EmptyFlaw: A subject stands for nothing within the window; carries what there is.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.analysis.evidence import seal
    from graphprov.analysis.flaw import Flaw
    from graphprov.analysis.impact import impact as analyse
    from graphprov.analysis.incident_impact import impact_of
    from graphprov.analysis.incidents import incident as known
    from graphprov.report.shown import ImpactReport

    named = subjects[0] if len(subjects) == 1 and isinstance(subjects[0], list | tuple) else subjects
    known_on = as_moment(as_known_on, "as_known_on")
    fixed = (contained_by,) if isinstance(contained_by, str) else tuple(contained_by)
    if incident is not None:
        if named or since is not None or until is not None:
            raise InvalidInput("an incident says itself what is wrong and when: leave out subjects, since and until")
        with connect(settings) as store:
            about = known(store, incident, known_on=known_on)
            found = impact_of(store, about, kinds=kinds, limit=limit, known_on=known_on, contained_by=fixed, told=told)
        return ImpactReport.of(seal(found))
    flaw = Flaw.of(named, since, until)
    with connect(settings) as store:
        found = analyse(store, flaw, kinds=kinds, limit=limit, known_on=known_on, contained_by=fixed, told=told)
    return ImpactReport.of(seal(found))


def sign(report: ImpactReport, key: str | Path) -> ImpactReport:
    """A report, signed with an Ed25519 private key; `graphprov key new` makes one.

    Args:
        key: The file that holds it, as PEM.

    Raises:
        InvalidInput: The key cannot be used, or the report was not made by a store.
    """
    from graphprov.analysis.evidence import seal
    from graphprov.report.shown import ImpactReport

    return ImpactReport.of(seal(report, Path(key)))


def verify(report: str | Path, *, key: str | Path | None = None, settings: Settings | None = None) -> Verification:
    """Check a report: whether it is as it was made, by whom, and whether the store still says so as known then.

    Args:
        report: The file with its JSON form.
        key: The public key that must have signed it: a PEM file, or its 64 hexadecimal digits.
        settings: Default: as configured.

    Raises:
        InvalidInput: There is no such file or key, or it is no report that carries evidence.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov import signing
    from graphprov.analysis import evidence

    file = Path(report)
    expected = None if key is None else signing.public_key(key)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"cannot read {file}: {getattr(error, 'strerror', None) or error}") from error
    evidence.read_report(text, str(file))  # before a server is started for it
    with connect(settings) as store:
        return evidence.verify(store, text, file=str(file), key=expected)


def seal(
    out: str | Path,
    key: str | Path,
    *,
    journal: str | Path | None = None,
    settings: Settings | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Sealing:
    """Write what was recorded on this machine as a hash-chained, signed log; see `graphprov.sealed_log`.

    Args:
        out: The file to write, in JSON lines.
        key: The file of an Ed25519 private key, as PEM; `graphprov key new` makes one.
        journal: Another journal than this machine's.
        settings: Default: as configured.
        told: Called now and then with the number of records written, and of all.

    Raises:
        InvalidInput: There is no such journal, the key cannot be used, or the file cannot be written.
        DamagedRecord: A record of the journal is damaged; nothing is written.
    """
    from graphprov.capture import environment
    from graphprov.sealed_log import seal_journal

    source = Path(journal) if journal is not None else (settings or Settings.load()).journal
    host, user = environment.host(), environment.user()
    return seal_journal(source, Path(out), Path(key), host=host, user=user, progress=told)


def verify_log(log: str | Path, *, key: str | Path | None = None, extends: str | Path | None = None) -> LogVerification:
    """Check a sealed log, offline: that each record is as it was sealed, that none is missing, and who sealed it.

    Args:
        log: The file that `seal` wrote.
        key: The public key that must have signed it: a PEM file, or its 64 hexadecimal digits.
        extends: An older log of the same journal, which must be the beginning of this one.

    Raises:
        InvalidInput: There is no such file or key, it is no sealed log, or the older log does not fit itself.
    """
    from graphprov import sealed_log, signing

    expected = None if key is None else signing.public_key(key)
    return sealed_log.verify_log(Path(log), key=expected, extends=None if extends is None else Path(extends))


def impact_difference(
    *subjects: str,
    before: Mapping[str, Moment | str | bool | None],
    since: datetime | str | None = None,
    until: datetime | str | None = None,
    incident: str | None = None,
    kinds: Sequence[str] | None = None,
    limit: int = 0,
    as_known_on: Moment | None = None,
    settings: Settings | None = None,
    told: Callable[[int], None] | None = None,
) -> ImpactDifference:
    """What came into an impact and what went out of it, since something was otherwise; and why.

    Args:
        subjects: What is flawed now, as for `impact`; so are `since`, `until`, `incident`.
        before: In what it was otherwise: `since` or `until` (a time, or None for no bound), `incident` (a number),
            `as_known_on` (a time), or `as_opened` (True: the incident before it was amended).
        kinds: List only these kinds.
        limit: List at most so many, the nearest, that came in, and that went out; 0 for all.
        as_known_on: Only what the store had learnt by then, now; the side before too, where `before` says no other.
        settings: Default: as configured.
        told: Called now and then with the number of nodes looked at so far.

    Raises:
        InvalidInput: Both sides are the same, or what was otherwise does not fit together.
        UnknownReference: A subject or an incident is not known; carries the nearest.
        AmbiguousReference: A subject could be several things; carries them.
        EmptyFlaw: Neither side stands for anything; carries what there is.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.analysis.difference import checked, difference, side_after, side_before

    if incident is not None and (subjects or since is not None or until is not None):
        raise InvalidInput("an incident says itself what is wrong and when: leave out subjects, since and until")
    otherwise = checked(before)
    with connect(settings) as store:
        known_on = as_moment(as_known_on, "as_known_on")
        after = side_after(store, subjects, since=since, until=until, incident=incident, known_on=known_on)
        return difference(store, side_before(store, after, otherwise), after, kinds=kinds, limit=limit, told=told)


def check(*artifacts: str, policy: str | Path | None = None, settings: Settings | None = None) -> GateReport:
    """Whether artifacts may pass the gate: nothing of what a policy forbids lies behind them.

    Args:
        artifacts: Names, ids or paths; a general artifact stands for its newest version.
        policy: A policy file; see `graphprov guide gate`. Default: every rule, at its strictest.
        settings: Default: as configured.

    Raises:
        InvalidInput: No artifact, or a policy that cannot be read.
        UnknownReference: No such artifact; carries the nearest.
        AmbiguousReference: It could be several things; carries them.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.gate.check import check as analyse
    from graphprov.gate.policy import read_policy

    file = None if policy is None else Path(policy)
    if file is not None:
        read_policy(file)  # before a server is started for it
    with connect(settings) as store:
        return analyse(store, artifacts, policy=file)


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
    from graphprov.report.shown import Lineage

    with connect(settings) as store:
        return Lineage.of(analyse(store, artifact, depth=depth, limit=limit))


def same(
    first: str,
    second: str,
    *,
    reason: str,
    by: str | None = None,
    undo: bool = False,
    settings: Settings | None = None,
) -> tuple[str, str]:
    """Record that two identifiers mean the same thing (PROV-DM 5.5.2), or take that back; both stay to be seen.

    A flaw does not spread to the other one, but a report names it under `look_at_also`.

    Args:
        first: What a person types for a thing: a name, id or path.
        second: The other one.
        reason: How one knows.
        by: Who says so. Default: the user.
        undo: That they are not the same after all.
        settings: Default: as configured.

    Returns:
        Both ids.

    Raises:
        UnknownReference: One of them is not known; carries the nearest.
        InvalidInput: The reason is empty, both are one, or cannot be the same thing.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.capture.sameness import say_same
    from graphprov.capture.simulation import new_writer

    settings = settings or Settings.load()
    with connect(settings) as store:
        one, other = store.resolve(first), store.resolve(second)
        writer = new_writer(settings, flush=False, strict=True)
        named = [(found.id, [Element(type_) for type_ in found.types]) for found in (one, other)]
        say_same(writer, *named, reason=reason, by=by, undo=undo)
        if missing := send_what_waits(store, settings, None):
            warnings.warn(f"graphprov: {missing}", UnsentWarning, stacklevel=2)
    return one.id, other.id


def import_prov(
    *sources: str | Path | ProvDocument,
    format: str | None = None,  # noqa: A002
    keep_going: bool = False,
    again: bool = False,
    settings: Settings | None = None,
) -> ImportSummary:
    """Take W3C PROV documents into the store; what is there already changes nothing.

    Args:
        sources: Files, folders, or documents of the package `prov`; files and such documents not in one call.
        format: What the files are, such as `"provn"` or `"turtle"`. Default: found out from each file's content.
        keep_going: Take what can be taken; the summary's `bad` has the rest.
        again: Also write a file that was taken in before.
        settings: Default: as configured.

    Raises:
        DocumentError: A document cannot be read; names file, line and what was expected. Of files nothing was written;
            documents of the package `prov` are written one by one, and those before this one are in the store.
        InvalidInput: There is no such file or format.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.documents.formats import format_named
    from graphprov.exchange.importing import ImportSummary, import_files, import_items

    paths = [source for source in sources if isinstance(source, str | Path)]
    if not sources or (paths and len(paths) < len(sources)):
        raise InvalidInput("expected files and folders, or documents of the package `prov`, and not both")
    known = None if format is None else format_named(format)
    with open_store(settings) as store:
        if paths:
            return import_files(store, paths, format=known, keep_going=keep_going, again=again)
        from graphprov.documents.bridge import from_prov

        done = [import_items(store, from_prov(source)) for source in sources if not isinstance(source, str | Path)]
        return ImportSummary([document for summary in done for document in summary.documents])


def export_prov(
    target: str | Path | None = None,
    *,
    format: str | None = None,  # noqa: A002
    ids: Sequence[str] = (),
    bundle: str | None = None,
    lineage_of: str | None = None,
    impact_of: str | Sequence[str] | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    as_known_on: Moment | None = None,
    settings: Settings | None = None,
) -> ProvDocument | None:
    """The store, or a part of it, as a W3C PROV document: into a file or, without `target`, for the package `prov`.

    Args:
        target: The file to write, whole or not at all.
        format: What to write there. Default: what the file's name stands for.
        ids: Only these things, and the relations between them.
        bundle: Only what this bundle says, by its IRI or a name with a prefix that a document declared.
        lineage_of: Only what this was made from, and by whom.
        impact_of: Only what a flaw in these, between `since` and `until`, has touched, and who answers for it.
        as_known_on: Only what the store had learnt by then; not with `lineage_of` and `impact_of`.
        settings: Default: as configured.

    Raises:
        UnknownReference: Something that was asked for is not known; carries the nearest.
        InvalidInput: Several parts are asked for, no format is known, or the file cannot be written.
        DatabaseAway: Nobody answers at the configured address.
    """
    from graphprov.analysis.flaw import Flaw
    from graphprov.documents.formats import format_named
    from graphprov.exchange.export import Selection, document_of_store, export_file

    if (since is not None or until is not None) and not impact_of:
        raise InvalidInput("since= and until= say the window of a flaw: give impact_of= too")
    selection = Selection(
        ids=tuple(ids),
        bundle=bundle,
        lineage_of=lineage_of,
        impact_of=None if impact_of is None else Flaw.of(impact_of, since, until),
        known_on=as_moment(as_known_on, "as_known_on"),
    )
    known = None if format is None else format_named(format)
    with connect(settings) as store:
        if target is not None:
            export_file(store, Path(target), known, selection)
            return None
        from graphprov.documents.bridge import to_prov

        return to_prov(document_of_store(store, selection).items())
