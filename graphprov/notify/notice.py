"""What one owner is told of an incident, as data; `graphprov schema notice` publishes its JSON form.

A message tells of the open things that this owner had not been told of; the first tells of all. Its id follows from the
incident, the owner and these things, so that a message sent again after a failure is the same message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from hashlib import blake2b

from pydantic import BaseModel, ConfigDict, Field

from graphprov.analysis.incident_report import Incident
from graphprov.analysis.report import Affected, Certainty, ImpactReport, IncidentNote, Owner
from graphprov.model.identity import short_id
from graphprov.model.statements import digest
from graphprov.report import words
from graphprov.report.view import RUN, View
from graphprov.version import VERSION

SCHEMA_VERSION = "1.0"
LISTED = 1_000
"""Things that a message lists; it counts all of them."""
MARK_BYTES = 8
"""Bytes of a digest that stand for one thing in what an entry says that an owner was told of."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Recipient(_Part):
    """Whom a message is for."""

    id: str
    name: str
    contact: str | None = Field(default=None, description="Their own, else that of who they acted for.")
    organizations: list[str] = Field(default_factory=list, description="Names of those they acted for.")


class Thing(_Part):
    """One open affected thing."""

    id: str
    label: str = Field(description="What to type for it.")
    kind: str | None
    name: str
    time: datetime | None = None
    distance: int
    certainty: Certainty
    state: str | None = Field(default=None, description="live, superseded or invalidated; null for runs.")
    failed: bool = False
    why: list[str] = Field(description="Names along one shortest path from what was flawed to it; may be empty.")


class Command(_Part):
    """Something to do, and what to type for it."""

    does: str
    type: str


class Notice(_Part):
    """What one owner is told."""

    schema_version: str = SCHEMA_VERSION
    id: str = Field(description="The same for a message that is sent again after a failure.")
    graphprov_version: str = VERSION
    made_at: datetime
    incident: IncidentNote
    subjects: list[str] = Field(description="Names of what is wrong.")
    owner: Recipient
    told_before: datetime | None = Field(default=None, description="When this owner was last told.")
    affected: int = Field(description="How many of the owner's things are affected, closed ones included.")
    open: int
    new: int = Field(description="How many open ones this message tells of: those they had not been told of.")
    counts: dict[str, int] = Field(description="These by kind.")
    live: int = Field(description="How many of these are still in use.")
    things: list[Thing] = Field(description="Those still in use first, then models before other things.")
    to_do: list[Command]
    text: str = Field(default="", description="The message as Markdown.")

    @property
    def not_listed(self) -> int:
        """How many things are counted and not listed."""
        return self.new - len(self.things)


def mark(identifier: str) -> bytes:
    """What stands for a thing in what an entry says that an owner was told of."""
    return blake2b(identifier.encode(), digest_size=MARK_BYTES).digest()


def marks(told: bytes) -> set[bytes]:
    """The marks in what an entry says."""
    return {told[at : at + MARK_BYTES] for at in range(0, len(told), MARK_BYTES)}


def open_things(report: ImpactReport, owner: Owner) -> list[Affected]:
    """What of an owner's is to close and not closed."""
    theirs = set(owner.affected)
    return [node for node in report.affected if node.id in theirs and node.to_close and node.resolution is None]


def make_notice(
    shown: View,
    about: Incident,
    owner: Owner,
    contact: str | None,
    *,
    known: Collection[bytes],
    messages: int,
    told_before: datetime | None,
    again: bool = False,
) -> Notice:
    """One owner's message; `new` is 0 where there is nothing to tell.

    Args:
        shown: The whole report on the incident.
        contact: Where to reach them.
        known: Marks of what they were told of.
        messages: How many messages they had.
        told_before: When they had the last one.
        again: Tell of all that is open once more.
    """
    still_open = open_things(shown.report, owner)
    new = [node for node in still_open if again or mark(node.id) not in known]
    things = sorted((_thing(shown, node) for node in new), key=_urgency)
    who = short_id(owner.agent.id)
    return Notice(
        id=digest([about.id, owner.agent.id, sorted(node.id for node in new), messages if again else None]),
        made_at=shown.report.made_at,
        incident=about.note,
        subjects=[subject.name for subject in shown.report.subjects],
        owner=Recipient(id=owner.agent.id, name=owner.agent.name, contact=contact, organizations=owner.organizations),
        told_before=None if again and not messages else told_before,
        affected=owner.to_close or 0,
        open=len(still_open),
        new=len(new),
        counts=_counts(new),
        live=sum(node.state == "live" for node in new),
        things=things[:LISTED],
        to_do=_to_do(about, who, things),
    )


def parts_digest(report: ImpactReport, owner: Owner) -> str:
    """The digest of the ids of an owner's open things."""
    return digest(sorted(node.id for node in open_things(report, owner)))


def _thing(shown: View, node: Affected) -> Thing:
    return Thing(
        id=node.id,
        label=shown.nodes[node.id].reference,
        kind=node.kind,
        name=node.name,
        time=node.time,
        distance=node.distance,
        certainty=node.certainty,
        state=node.state,
        failed=node.failed,
        why=[shown.label(id_) for id_ in shown.path(shown.why(node.id) or ())],
    )


def _urgency(thing: Thing) -> tuple[object, ...]:
    return thing.state != "live", words.kind_rank(thing.kind), thing.distance, thing.label, thing.id


def _counts(nodes: Collection[Affected]) -> dict[str, int]:
    kinds = Counter(RUN if node.element == "Activity" else node.kind or words.NO_KIND for node in nodes)
    return dict(sorted(kinds.items(), key=lambda pair: words.kind_rank(pair[0])))


def _to_do(about: Incident, who: str, things: list[Thing]) -> list[Command]:
    number, owner = words.quoted(words.visible(about.number)), words.quoted(words.visible(who))
    first = words.quoted(things[0].label) if things else "NAME@VERSION"
    return [
        Command(does="Say that you know of it", type=f"graphprov incident acknowledge {number} --as {owner}"),
        Command(
            does="Say what became of each: rerun, deleted, accepted or not-affected",
            type=f'graphprov incident resolve {number} {first} --how rerun --note "..."',
        ),
        Command(does="See the whole of it", type=f"graphprov impact --incident {number} --output impact.html"),
    ]
