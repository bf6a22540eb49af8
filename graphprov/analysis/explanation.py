"""What `graphprov why` and `graphprov contain` say, as data, in the words of `docs/why.md`.

These models are the published JSON forms (`graphprov schema why`, `graphprov schema contain`). Fields are added, never
renamed, within one `schema_version`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from graphprov.analysis.report import Certainty, FlawedNode, Responsible, Step, Subject

SCHEMA_VERSION = "1.0"

Answer = Literal["affected", "flawed", "not-affected", "not-known"]
"""`flawed`: the artifact is itself what is wrong. `not-known`: no path is recorded, and provenance is missing."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Code(_Part):
    """The code of a run."""

    id: str
    name: str
    version: str | None = None
    commit: str | None = None
    dirty: bool | None = Field(default=None, description="Whether it differed from the commit; null where unknown.")
    how: Literal["used", "plan"] = Field(description="Used as the code that ran, or the plan of an association.")


class Thing(_Part):
    """An artifact or run that the answer mentions."""

    id: str
    element: Literal["Entity", "Activity"]
    kind: str | None
    name: str
    version: str | None = None
    time: datetime | None = Field(default=None, description="When it was generated, or when the run started.")
    failed: bool = Field(default=False, description="A run that failed.")
    code: list[Code] = Field(default_factory=list, description="Of runs: the code versions used, and the plans.")
    responsible: list[str] = Field(
        default_factory=list,
        description="Ids of those who made it, and on whose behalf; their details are in `agents`.",
    )


class Path(_Part):
    """One path from something flawed to the artifact."""

    nodes: list[str] = Field(description="Ids, from what is flawed to the artifact.")
    steps: list[Step] = Field(description="The relations between them; empty where the artifact itself is flawed.")
    certainty: Certainty = Field(description="As certain as its weakest relation.")


class CutSet(_Part):
    """The fewest artifacts and runs whose fixing cuts off what was asked about."""

    nodes: list[str] = Field(description="Ids. Of several smallest sets this is the one closest to the flaw.")
    smallest: bool = Field(description="Whether it is proven that no smaller set would do.")


class ClearedOnTheWay(_Part):
    """Something that the artifact was made from, that an affected run generated, and that a rule cleared."""

    id: str
    rule: Literal["precision", "time"]
    activity: str
    instead: list[str] = Field(description="Ids of what it was made from instead.")


class Why(_Part):
    """Whether and how a flaw reached one artifact."""

    schema_version: str = SCHEMA_VERSION
    graphprov_version: str
    made_at: datetime
    answer: Answer
    given: str = Field(description="The artifact as it was typed.")
    artifact: str = Field(
        description="The id of what was looked at: a general artifact stands for one of its versions."
    )
    versions: int = Field(description="How many things the artifact as typed stands for: itself, or its versions.")
    versions_affected: int = Field(description="How many of these are affected or flawed.")
    subjects: list[Subject]
    since: datetime | None = Field(default=None, description="Start of the window, included.")
    until: datetime | None = Field(default=None, description="End of the window, excluded.")
    as_known_on: datetime | None = Field(
        default=None, description="Only what the store had learnt by then; null for all that it knew when asked."
    )
    flawed: list[FlawedNode] = Field(
        description="What is flawed and leads to the artifact; all of it where nothing does."
    )
    distance: int | None = Field(default=None, description="Relations on the shortest path; null where there is none.")
    certainty: Certainty | None = Field(default=None, description="That of the most certain path of any length.")
    paths: list[Path] = Field(default_factory=list, description="The shortest paths, each with other nodes.")
    number_of_paths: int | Literal["infinite"] = Field(
        default=0,
        description="How many distinct sequences of relations lead here; `infinite` where one can go in a circle.",
    )
    more_paths: bool = Field(default=False, description="Whether there are more than those that are told.")
    choke_points: list[str] = Field(
        default_factory=list, description="Ids of what every path goes through, from the flaw to the artifact."
    )
    cut: CutSet | None = Field(default=None, description="Null where it depends directly on what is flawed.")
    direct: list[Step] = Field(
        default_factory=list,
        description="Relations by which it depends on what is flawed directly: nothing lies between.",
    )
    cleared: list[ClearedOnTheWay] = Field(
        default_factory=list, description="Where nothing leads here: what a rule cleared on the way, nearest first."
    )
    made_from: list[str] = Field(
        default_factory=list, description="Where nothing leads here: ids of what it was made from directly."
    )
    instead: list[str] = Field(
        default_factory=list,
        description="Where nothing leads here: ids of what else the subjects stand for, and it was made from.",
    )
    unknown_origin: list[str] = Field(
        default_factory=list,
        description="Where nothing leads here: ids of what it was made from, or its own, whose origin is not recorded.",
    )
    things: list[Thing] = Field(description="Every artifact and run that the answer mentions, by id.")
    agents: list[Responsible] = Field(default_factory=list, description="Everybody who is mentioned, by id.")
    notes: list[str] = Field(default_factory=list, description="What a reader must know.")


class Saving(_Part):
    """One element of a cut, and what fixing it alone would save."""

    id: str
    saved: dict[str, int] = Field(description="Affected things by kind that would no longer be affected.")
    targets: int = Field(description="How many of the targets these are.")


class Containment(_Part):
    """The smallest cut between a flaw and some targets."""

    schema_version: str = SCHEMA_VERSION
    graphprov_version: str
    made_at: datetime
    subjects: list[Subject]
    since: datetime | None = Field(default=None, description="Start of the window, included.")
    until: datetime | None = Field(default=None, description="End of the window, excluded.")
    as_known_on: datetime | None = Field(default=None, description="Only what the store had learnt by then.")
    prefer: Literal["runs", "artifacts"] | None = Field(
        default=None, description="Of several smallest cuts, the one with most of these was asked for."
    )
    flawed: list[FlawedNode]
    targets: list[str] = Field(description="Ids of the affected targets, which the cut protects.")
    unaffected: list[str] = Field(default_factory=list, description="Ids of targets that are not affected at all.")
    unprotected: list[str] = Field(
        default_factory=list,
        description="Ids of targets that no cut protects: they are flawed, or depend directly on what is.",
    )
    cut: CutSet
    savings: list[Saving] = Field(description="What each element of the cut would save alone, in their order.")
    before: dict[str, int] = Field(description="Affected things by kind, as it is.")
    after: dict[str, int] = Field(description="The same, with the whole cut fixed; the cut itself is not counted.")
    things: list[Thing] = Field(description="Every artifact and run that the answer mentions, by id.")
    agents: list[Responsible] = Field(default_factory=list, description="Everybody who is mentioned, by id.")
    notes: list[str] = Field(default_factory=list, description="What a reader must know.")
