"""What people say of an incident: amended, closed, reopened, acknowledged, resolved; and each of it undone."""

from __future__ import annotations

from graphprov.analysis.incident_impact import impact_of, parts_of
from graphprov.analysis.incident_report import Incident
from graphprov.analysis.incidents import last_amendment
from graphprov.analysis.parts import named_parts, owner_named
from graphprov.capture import entries
from graphprov.capture.agents import AgentLike, AgentRef, as_agent
from graphprov.capture.artifacts import Artifact
from graphprov.capture.entries import About
from graphprov.capture.incidents import check_window
from graphprov.errors import AmbiguousReference, DatabaseAway, EmptyFlaw, InvalidInput, PartsOpen, UnknownReference
from graphprov.incidents.session import Recorded, recorded, session
from graphprov.model.identity import is_iri, parse_id, short_id
from graphprov.model.incidents import HOWS, NO_BOUND
from graphprov.model.times import Moment
from graphprov.model.vocabulary import KINDS, Element
from graphprov.settings import Settings
from graphprov.store import Store


def amend(
    number: str,
    *,
    why: str,
    since: Moment | None = None,
    until: Moment | None = None,
    reason: str | None = None,
    severity: str | None = None,
    by: AgentLike | None = None,
    at: Moment | None = None,
    settings: Settings | None = None,
) -> Recorded:
    """Record that an incident's window, reason or severity are others; what was said before stays in its history.

    Args:
        number: Its number, the start of that, or its id.
        why: How one knows.
        since: When it began to be wrong; `"none"` where it always was.
        until: When it was right again; `"none"` where it still is not.
        reason: What is wrong, in better words.
        severity: `low`, `medium`, `high` or `critical`.
        by: Who says so. Default: the user.
        at: When they say so. Default: now.
        settings: Default: as configured.

    Raises:
        UnknownReference: There is no such incident; carries the nearest.
        InvalidInput: Nothing is changed, `why` is missing, or the window would be empty.
    """
    with session(number, settings, at) as (store, writer, about, id_):
        after = None
        if about is not None:
            after = last_amendment(about)
            _check_amended(about, since, until)
        said = entries.amend(
            writer, id_, why=why, since=since, until=until, reason=reason, severity=severity, after=after, by=by, at=at
        )
        return recorded(store, about, id_, said)


def _check_amended(about: Incident, since: Moment | None, until: Moment | None) -> None:
    """Refuse a window that would be empty together with the bound that is not amended."""
    start = about.since if since is None else None if since == NO_BOUND else since
    end = about.until if until is None else None if until == NO_BOUND else until
    check_window(start, end)


def close(
    number: str,
    *,
    why: str,
    force: bool = False,
    by: AgentLike | None = None,
    at: Moment | None = None,
    settings: Settings | None = None,
) -> Recorded:
    """Record that an incident is over.

    Args:
        number: Its number, the start of that, or its id.
        why: What was done about it.
        force: Also where parts of it are open, or where no database says whether they are.
        by: Who says so. Default: the user.
        at: When they say so. Default: now.
        settings: Default: as configured.

    Raises:
        PartsOpen: Parts of it are open; says how many and whose.
        UnknownReference: There is no such incident; carries the nearest.
        InvalidInput: `why` is missing, or it is closed already.
        DatabaseAway: Nobody says whether parts are open.
    """
    with session(number, settings, at) as (store, writer, about, id_):
        still_open = 0
        if store is None or about is None:
            if not force:
                raise DatabaseAway(
                    "no database answers, so nobody knows whether parts of the incident are open",
                    hint="graphprov incident close NUMBER --why TEXT --force closes it all the same",
                )
        elif about.state == "closed":
            raise InvalidInput(f"{about.label} is closed already", hint=f"graphprov incident show {about.typed}")
        else:
            still_open = _open_parts(store, about, force=force)
        return recorded(store, about, id_, entries.close(writer, id_, why=why, still_open=still_open, by=by, at=at))


def _open_parts(store: Store, about: Incident, *, force: bool) -> int:
    """How many parts are open; refuses any without `force`."""
    try:
        parts = parts_of(store, about)
    except (EmptyFlaw, UnknownReference):
        return 0  # nothing is recorded that it could have touched
    except (InvalidInput, AmbiguousReference):
        if force:
            return 0  # it says of nothing clearly that it is flawed
        raise
    if parts.open and not force:
        whose = sorted((owner for owner in parts.owners if owner.open), key=lambda owner: (-owner.open, owner.id))
        raise PartsOpen(
            f"{parts.open:,} of the {parts.total:,} things that {about.label} affects are open",
            nearest=[f"{short_id(owner.id)}: {owner.open:,} of {owner.affected:,} open" for owner in whose[:20]],
            hint=f"graphprov incident resolve {about.typed} NAME --how HOW --note TEXT; or close with --force",
        )
    return parts.open


def reopen(
    number: str,
    *,
    why: str,
    by: AgentLike | None = None,
    at: Moment | None = None,
    settings: Settings | None = None,
) -> Recorded:
    """Record that an incident is not over after all.

    Args:
        number: Its number, the start of that, or its id.
        why: What came up.
        by: Who says so. Default: the user.
        at: When they say so. Default: now.
        settings: Default: as configured.

    Raises:
        UnknownReference: There is no such incident; carries the nearest.
        InvalidInput: `why` is missing, or it is open already.
    """
    with session(number, settings, at) as (store, writer, about, id_):
        if about is not None and about.state == "open":
            raise InvalidInput(f"{about.label} is open already", hint=f"graphprov incident show {about.typed}")
        return recorded(store, about, id_, entries.reopen(writer, id_, why=why, by=by, at=at))


def acknowledge(
    number: str,
    owner: AgentLike | None = None,
    *,
    note: str | None = None,
    undo: bool = False,
    by: AgentLike | None = None,
    at: Moment | None = None,
    settings: Settings | None = None,
) -> Recorded:
    """Record that an owner knows of an incident or, with `undo`, that they do not after all.

    Args:
        number: Its number, the start of that, or its id.
        owner: Who knows: the owner of something that it affects. Default: the user.
        note: What they say to it.
        undo: Take it back.
        by: Who says so. Default: the user.
        at: When they say so. Default: now.
        settings: Default: as configured.

    Raises:
        UnknownReference: There is no such incident, or nobody of that name owns anything that it affects; carries the
            nearest.
    """
    with session(number, settings, at) as (store, writer, about, id_):
        agent = as_agent(owner or writer.user, "person")
        if store is not None and about is not None:
            report = impact_of(store, about, limit=1)  # owners are those of all, whatever is listed
            named = owner.id if isinstance(owner, AgentRef) else str(owner or writer.user)
            responsible = owner_named(report, about, named).agent
            agent = AgentRef(responsible.id, responsible.kind, responsible.name)
        whom = About(agent.id, Element.AGENT)
        said = entries.acknowledge(writer, id_, whom, note=note, undo=undo, by=by, at=at)
        return recorded(store, about, id_, said, parts=(agent.id,))


def resolve(
    number: str,
    *parts: str | Artifact,
    note: str,
    how: str | None = None,
    of: AgentLike | None = None,
    undo: bool = False,
    by: AgentLike | None = None,
    at: Moment | None = None,
    settings: Settings | None = None,
) -> Recorded:
    """Record what was done about affected things or, with `undo`, that they are open again.

    Args:
        number: The incident's number, the start of that, or its id.
        parts: What is affected: a name means every affected version of it; `name@version`, a path, an id one.
        how: `rerun`, `deleted`, `accepted` or `not-affected`.
        note: What was done, or how one knows.
        of: All things of this owner that are open (with `undo`: closed), instead of, or beside, `parts`.
        undo: They are open again.
        by: Who says so. Default: the user.
        at: When they say so. Default: now.
        settings: Default: as configured.

    Raises:
        UnknownReference: The incident does not affect such a thing; carries the nearest that it does.
        AmbiguousReference: The start of a version fits several; carries them.
        InvalidInput: `note` or `how` is missing, or nothing is named.
    """
    if undo == (how is not None):
        raise InvalidInput(
            "how= does not go with undo=" if undo else "how it was closed is missing",
            nearest=() if undo else HOWS,
        )
    typed = [part.id if isinstance(part, Artifact) else part for part in parts]
    with session(number, settings, at) as (store, writer, about, id_):
        remarks: tuple[str, ...] = ()
        if store is not None and about is not None:
            report = impact_of(store, about)
            nodes = {node.id: node for node in named_parts(store, report, about, typed)}
            if of is not None:
                theirs = set(owner_named(report, about, of.id if isinstance(of, AgentRef) else of).affected)
                chosen = [
                    node
                    for node in report.affected
                    if node.id in theirs and node.to_close and (node.resolution is None) != undo
                ]
                nodes |= {node.id: node for node in chosen}
            chosen_parts = [About(node.id, Element(node.element)) for node in nodes.values()]
            if of is not None and not chosen_parts:
                raise InvalidInput(f"nothing of theirs is {'closed' if undo else 'open'} in {about.label}")
            if how == "rerun":
                live = [short_id(node.id) for node in nodes.values() if node.state == "live"]
                remarks = tuple(f"no newer version of {each} is recorded yet" for each in live[:5])
                remarks += (f"nor of {len(live) - 5:,} others",) if len(live) > 5 else ()
        else:
            if of is not None:
                raise DatabaseAway("no database answers, so nobody knows what is theirs: name each part in full")
            chosen_parts = [_in_full(each) for each in typed]
        said = entries.resolve(writer, id_, chosen_parts, how=how, note=note, by=by, at=at)
        return recorded(store, about, id_, said, parts=tuple(each.id for each in chosen_parts), remarks=remarks)


def _in_full(text: str) -> About:
    """A part where no database says what is affected: only an id will do."""
    parts = parse_id(text)
    if not is_iri(text) or (parts is None and text.partition(":")[0] in KINDS):
        raise InvalidInput(f"no database answers, so '{text}' has to be a full id", hint="urn:graphprov:...")
    kind = KINDS.get(parts.kind) if parts is not None else None
    return About(text, kind.element if kind is not None else Element.ENTITY)
