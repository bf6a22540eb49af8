"""The impact report as data: what `graphprov impact` says, in the words of `docs/impact.md`.

These models are the published JSON form (`graphprov schema impact`); the renderers in `graphprov.report` read nothing
else. Fields are added, never renamed, within one `schema_version`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.4"

Certainty = Literal["declared", "inferred", "possible"]
Severity = Literal["low", "medium", "high", "critical"]
How = Literal["rerun", "deleted", "accepted", "not-affected"]
"""How an owner closed their part: made again from sound inputs, deleted, kept with open eyes, found not to depend."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Subject(_Part):
    """One subject of the flaw, as resolved."""

    id: str
    element: Literal["Entity", "Activity", "Agent"]
    kind: str | None
    name: str
    given: str = Field(description="What was typed.")


class FlawedNode(_Part):
    """An entity or activity that the flaw resolves to, at distance 0."""

    id: str
    kind: str | None
    name: str
    version: str | None = None
    time: datetime | None = Field(default=None, description="When it was generated, issued or received.")
    subject: str = Field(description="The id of the subject that selected it.")


class Step(_Part):
    """One relation of a `why` path, read from cause to effect."""

    relation: str = Field(description="The PROV relation as it is recorded, from effect to cause.")
    cause: str
    effect: str
    certainty: Certainty
    role: str | None = None
    time: datetime | None = None
    rule: str | None = Field(default=None, description="The rule of `graphprov guide impact` by which it spread.")


class Responsible(_Part):
    """An agent to tell."""

    id: str
    kind: str | None
    name: str
    contact: str | None = None
    relation: str = Field(
        description="How it is responsible: WAS_ATTRIBUTED_TO, WAS_ASSOCIATED_WITH or ACTED_ON_BEHALF_OF."
    )
    on_behalf_of: list[str] = Field(
        default_factory=list,
        description="Ids of the agents it acted for, through any number of agents; nearest first.",
    )


class Resolution(_Part):
    """What an owner did about one affected thing, as they recorded it; the last word counts."""

    incident: str = Field(description="The id of the incident.")
    how: How
    by: str | None = Field(default=None, description="The id of the agent who says so.")
    at: datetime
    note: str | None = None


class Affected(_Part):
    """One node that the flaw has reached."""

    id: str
    element: Literal["Entity", "Activity"]
    kind: str | None
    name: str
    version: str | None = None
    time: datetime | None = Field(default=None, description="When it was generated, or when the activity started.")
    distance: int
    certainty: Certainty
    state: Literal["live", "superseded", "invalidated"] | None = Field(
        default=None, description="Of entities: whether it is still the one in use."
    )
    failed: bool = Field(default=False, description="An activity that failed.")
    maker: Literal["failed", "no end"] | None = Field(
        default=None,
        description="Of entities: whether no run that generated it ended well, since it failed, or began and has no"
        " end; it may be half of what it should be. Since 1.4.",
    )
    why: list[Step] | None = Field(
        default=None, description="One shortest path from a flawed node; null where not computed."
    )
    via: list[Step] | None = Field(
        default=None,
        description="The end of that path: its last relation, or the use and the generation that led through a run."
        " Following `via` from its first cause gives the whole path.",
    )
    responsible: list[str] = Field(default_factory=list, description="Ids of agents; their details are in `owners`.")
    paths: int | Literal["infinite"] | None = Field(
        default=None,
        description="How many distinct paths lead here from flawed nodes, at most 10^300; `infinite` where one may go"
        " in a circle.",
    )
    to_close: bool | None = Field(
        default=None,
        description="In a report on an incident: whether an owner has to close it. A run is closed with what it made;"
        " only one that made nothing affected has to be closed itself.",
    )
    resolution: Resolution | None = Field(
        default=None, description="How it was closed, in a report on an incident; null where it is open."
    )


class Owner(_Part):
    """An agent to tell, with what of theirs is affected."""

    agent: Responsible
    organizations: list[str] = Field(default_factory=list, description="Names of the agents it acted for directly.")
    affected: list[str] = Field(description="Ids of the affected nodes it is responsible for.")
    to_close: int | None = Field(
        default=None, description="In a report on an incident: how many of these are to close."
    )
    resolved: dict[How, int] | None = Field(default=None, description="How many of these were closed how.")


class Cleared(_Part):
    """An entity generated by an affected activity, yet not affected."""

    id: str
    kind: str | None
    name: str
    version: str | None = None
    rule: Literal["precision", "time"]
    activity: str


class Cut(_Part):
    """What the report leaves out, and how to get it."""

    what: str
    shown: int
    total: int
    how: str = Field(description="What to type to get the rest.")


class IncidentNote(_Part):
    """An incident that the report is about."""

    id: str
    number: str = Field(description="What a person types for it.")
    state: Literal["open", "closed"]
    severity: Severity | None = None
    reason: str
    since: datetime | None = None
    until: datetime | None = None
    found_by: str | None = None
    found_at: datetime | None = None


class Signature(_Part):
    """Who vouches for a report: an Ed25519 signature (RFC 8032) of its digest."""

    algorithm: Literal["Ed25519"] = "Ed25519"
    public_key: str = Field(description="64 hexadecimal digits.")
    value: str = Field(description="128 hexadecimal digits.")


class Evidence(_Part):
    """What makes a report evidence: by which rules, of which store, known until when, and a digest over all it says."""

    rules_version: str
    store: str = Field(description="The id of the store.")
    known_until: datetime = Field(
        description="By the server's clock: what the store had learnt by then went in, if `as_known_on` is not earlier."
    )
    nodes: int = Field(description="How many nodes the database held then, whatever they are.")
    relations: int
    settled: bool = Field(
        description="Whether the store stayed as it was while the report was made; else it may hold some later word."
    )
    digest: str | None = Field(
        default=None,
        description="`sha256:` and the digest of the report's canonical JSON (RFC 8785's order of keys, no white space)"
        " without `digest` and `signature`.",
    )
    signature: Signature | None = None


class Fixed(_Part):
    """Something that a report takes as fixed or withdrawn."""

    id: str
    kind: str | None
    name: str
    given: str = Field(description="What was typed.")
    things: int = Field(description="How many nodes it stands for: itself and, of a general artifact, its versions.")
    affected: int = Field(description="How many of these the flaw reaches as it is, or are flawed.")


class Contained(_Part):
    """What stays affected once some things are fixed or withdrawn; the report is about what stays."""

    by: list[Fixed]
    total: int = Field(description="How many nodes are affected as it is.")
    counts: dict[str, int] = Field(description="The same by kind.")
    saved: dict[str, int] = Field(description="How many of these are not affected any more, the fixed ones included.")


class ImpactReport(_Part):
    """What a flaw has touched, why, and whom to tell."""

    schema_version: str = SCHEMA_VERSION
    graphprov_version: str
    made_at: datetime
    subjects: list[Subject]
    since: datetime | None = Field(default=None, description="Start of the window, included.")
    until: datetime | None = Field(default=None, description="End of the window, excluded.")
    kinds: list[str] | None = Field(default=None, description="Only these kinds were asked for.")
    limit: int = Field(default=0, description="Only the nearest so many were asked for; 0 for all.")
    as_known_on: datetime | None = Field(
        default=None, description="Only what the store had learnt by then; null for all that it knew when it was made."
    )
    incidents: list[IncidentNote] = Field(default_factory=list, description="Incidents that the report is about.")
    contained: Contained | None = Field(
        default=None, description="What was taken as fixed, so that nothing spreads through it; null for nothing."
    )
    complete: bool = Field(description="True only when nothing was cut.")
    cut: list[Cut] = Field(default_factory=list)
    flawed: list[FlawedNode]
    counts: dict[str, int] = Field(description="Affected nodes by kind, all of them, also where the list is cut.")
    to_close: int | None = Field(
        default=None,
        description="In a report on an incident: how many things their owners have to close: the affected entities,"
        " and runs of which somebody said something; any other run is over.",
    )
    resolved: dict[str, int] | None = Field(
        default=None, description="Of these, how many are closed, by how; all others are open."
    )
    live: dict[str, int] | None = Field(
        default=None,
        description="Those of `counts` that are still in use (`state` live); where the list is cut, of models and"
        " predictions alone; null where these are too many.",
    )
    total: int = Field(description="Number of affected nodes, those at distance 0 not counted.")
    affected: list[Affected] = Field(
        description="Nearest first, then by id. The flawed nodes themselves, at distance 0, are in `flawed`."
    )
    owners: list[Owner] = Field(default_factory=list)
    cleared: list[Cleared] = Field(default_factory=list)
    time_unknown: list[str] = Field(default_factory=list, description="Ids that count only since a time is missing.")
    unknown_origin: list[str] = Field(
        default_factory=list, description="Ids of models and predictions without provenance."
    )
    look_at_also: list[str] = Field(
        default_factory=list,
        description="Ids of entities with the content of something flawed or affected, under another name.",
    )
    relations: list[Step] = Field(
        default_factory=list,
        description="Relations between flawed and affected nodes beyond those in `why`, for drawing; may be left out.",
    )
    names: dict[str, str] = Field(default_factory=dict, description="Short names of all ids that the report mentions.")
    notes: list[str] = Field(default_factory=list, description="What a reader must know.")
    evidence: Evidence | None = Field(default=None, description="What `graphprov verify` checks.")
