"""The right to erasure: forget what was said of a thing, and keep the tombstone that holds the lineage together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from graphprov.api import connect
from graphprov.capture.agents import AgentLike, as_agent, mention
from graphprov.capture.simulation import new_writer
from graphprov.capture.writer import Writer
from graphprov.erasure import Erased, heed
from graphprov.errors import InvalidInput, JournalError, StoreRefused
from graphprov.journal import Journal
from graphprov.model.forgetting import erased_keys
from graphprov.model.identity import activity_id, parse_id, short_id
from graphprov.model.statements import CLASSES, Activity, Relation, Statement
from graphprov.model.vocabulary import Element, RelationType
from graphprov.settings import Settings
from graphprov.store import Store
from graphprov.store.merge import BOOKKEEPING, from_node, is_forgotten
from graphprov.transfer import send

_AT_ONCE = 10_000


@dataclass(frozen=True)
class Goes:
    """One thing that is forgotten, and which of its properties go."""

    id: str
    element: Element
    erased: tuple[str, ...]
    known: bool
    """Whether it is forgotten already."""


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten, or would be.

    Attributes:
        id: The id of what was named.
        things: It and what goes with it: an artifact's versions; an agent's runs where they are wanted.
        relations: How many relations stay.
        runs_left: Runs of the agent that keep what they say, such as the account's name.
        already: When it was forgotten before, for the first time; nothing more is done then.
        done: Whether it was forgotten now; not so in a dry run.
        erased: What was erased from this machine's journal.
        remarks: What a person must know: what stays, and where copies may be.
    """

    id: str
    things: tuple[Goes, ...]
    relations: int
    runs_left: int = 0
    already: datetime | None = None
    done: bool = False
    erased: Erased = field(default_factory=lambda: Erased(0))
    remarks: tuple[str, ...] = ()


def forget(
    thing: str,
    *,
    reason: str,
    by: AgentLike | None = None,
    runs: bool = False,
    dry_run: bool = False,
    settings: Settings | None = None,
) -> Forgotten:
    """Forget what was said of an artifact version, an artifact with all its versions, an agent or a run.

    Its attributes are erased from the graph and from this machine's journal and the file beside it; every other laptop
    erases them when it syncs. What stays: its id, kind, digest, times and status, its relations, and a tombstone with
    the time, the reason and who asked. It cannot be taken back. `graphprov guide privacy` tells what may remain where.

    Args:
        thing: A name, id or path.
        reason: Why; it is kept, so it should name nobody.
        by: Who asks. Default: the user.
        runs: For an agent: forget what its runs say too, such as host, user and command.
        dry_run: Change nothing, and tell what would go.
        settings: Default: as configured.

    Raises:
        InvalidInput: The reason is empty.
        UnknownReference: No such thing; carries the nearest.
        AmbiguousReference: It could be several things; carries them.
        DatabaseAway: Nobody answers at the configured address.
        StoreRefused: The database refuses to write; the journal keeps that it is to be forgotten, for the next sync.
        JournalError: The journal cannot be written, or is in use, so that its bytes cannot be cleaned yet.
    """
    if not reason.strip():
        raise InvalidInput("the reason is empty: expected why it is forgotten, in a few words that name nobody")
    settings = settings or Settings.load()
    with connect(settings) as store:
        plan = _plan(store, thing, runs=runs)
        if dry_run or (plan.already is not None and not any(not each.known for each in plan.things)):
            return plan
        writer = new_writer(settings, flush=False, strict=True)
        writer.record(_statements(writer, plan.things, reason, by))
        with Journal(settings.journal) as journal:
            send(journal, store, settings=settings, erase=False)
        return _told(store, settings, plan)


def _plan(store: Store, thing: str, *, runs: bool) -> Forgotten:
    found = store.resolve(thing)
    ((versions, named_runs, run_count),) = store.ask("to_forget", id=found.id, runs=runs).rows
    rows = _nodes(store, [found.id, *versions, *named_runs])
    things = tuple(
        Goes(
            id_,
            element,
            _goes(properties),
            is_forgotten(from_node(properties)),
        )
        for id_, element, properties in rows
    )
    itself = next(properties for id_, _, properties in rows if id_ == found.id)
    relations = store.ask("relations_among", ids=[each.id for each in things]).rows[0][0]
    left = run_count - len(named_runs)
    return Forgotten(
        found.id,
        things,
        relations,
        runs_left=left,
        already=itself.get("forgotten_at"),
        remarks=tuple(_remarks(found.id, found.element, left)),
    )


def _nodes(store: Store, ids: Sequence[str]) -> list[tuple[str, Element, dict[str, Any]]]:
    rows: list[tuple[str, Element, dict[str, Any]]] = []
    for first in range(0, len(ids), _AT_ONCE):
        part = store.ask("nodes", ids=list(ids[first : first + _AT_ONCE])).rows
        rows += [(id_, Element(element), properties) for id_, element, properties in part]
    return rows


def _goes(properties: dict[str, Any]) -> tuple[str, ...]:
    said = {key: value for key, value in properties.items() if key not in BOOKKEEPING}
    return tuple(sorted(erased_keys(said)))


def _remarks(id_: str, element: Element, runs_left: int) -> list[str]:
    remarks = []
    if (parts := parse_id(id_)) is not None:
        remarks.append(f"the id stays, and with it the name in it: {parts.name}")
    if element is Element.AGENT and runs_left:
        remarks.append(
            f"{runs_left:,} runs of {short_id(id_)} keep what they say, such as user, host and command; --runs forgets"
            " that too"
        )
    return remarks


def _statements(writer: Writer, things: Sequence[Goes], reason: str, by: AgentLike | None) -> list[Statement]:
    """An activity by who asks, and a tombstone for each thing that has none yet."""
    agent = as_agent(by or writer.user, "person")
    moment = writer.now()
    activity = Activity(
        id=activity_id("forgetting", "forget"),
        kind="forgetting",
        name="forget",
        started_at=moment,
        ended_at=moment,
        status="completed",
    )
    said = {
        "forgotten_at": moment,
        "forgotten_reason": reason,
        "forgotten_by": agent.id,
        "forgotten_in": activity.id,
    }
    return [
        mention(agent),
        activity,
        Relation(type=RelationType.WAS_ASSOCIATED_WITH, source=activity.id, target=agent.id),
        *(CLASSES[each.element](id=each.id, **said) for each in things if not each.known),
    ]


def _told(store: Store, settings: Settings, plan: Forgotten) -> Forgotten:
    remarks = list(plan.remarks)
    with Journal(settings.journal) as journal:
        try:
            done = heed(journal, store)
        except JournalError as error:
            done = Erased(0)
            remarks.append(f"{error.message}; {error.hint}")
    if done.damaged:
        numbers = ", ".join(map(str, done.damaged))
        remarks.append(f"damaged records of the journal name it and were left as they are: {numbers}")
    try:
        store.checkpoint()
    except StoreRefused:
        remarks.append(
            "this database takes no request to drop its old logs, and keeps the newest even when it is stopped"
        )
    remarks.append(
        "the database's own files and logs may hold the old values until it overwrites them: `graphprov guide privacy`"
    )
    return replace(plan, done=True, erased=done, remarks=tuple(remarks))
