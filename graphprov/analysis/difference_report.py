"""The difference of two impact reports as data; `graphprov schema difference` publishes its JSON form.

Fields are added, never renamed, within one version.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from graphprov.analysis.report import Certainty, Cut, IncidentNote, Step, Subject
from graphprov.version import VERSION

SCHEMA_VERSION = "1.0"

Because = Literal["window", "subject", "recorded", "rule", "path"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Side(_Part):
    """What one of the two reports is about."""

    subjects: list[Subject]
    since: datetime | None = None
    until: datetime | None = None
    as_known_on: datetime | None = None
    incident: IncidentNote | None = None
    flawed: int
    affected: int


class Change(_Part):
    """One thing that only one side has."""

    id: str
    element: Literal["Entity", "Activity"]
    kind: str | None
    name: str
    version: str | None = None
    time: datetime | None = None
    distance: int = Field(description="0 where it is flawed itself.")
    certainty: Certainty
    state: str | None = None
    responsible: list[str] = Field(default_factory=list, description="Ids of agents.")
    because: Because = Field(
        description="window: what it comes from lies in the window of this side alone; subject: it comes from a subject"
        " of this side alone; recorded: what leads to it was recorded later; rule: the other side clears what leads to"
        " it; path: another way leads to it."
    )
    reason: str = Field(description="The same as a sentence.")
    first: str = Field(description="The id of the first thing on the way to it that the other side does not have.")
    step: Step | None = Field(
        default=None, description="The relation that leads to `first`; null where that is flawed."
    )


class ImpactDifference(_Part):
    """What came in and what went out between two reports."""

    schema_version: str = SCHEMA_VERSION
    graphprov_version: str = VERSION
    made_at: datetime
    before: Side
    after: Side
    kinds: list[str] | None = Field(default=None, description="Only these kinds were asked for.")
    came_in: list[Change] = Field(description="What only `after` has, nearest first.")
    went_out: list[Change] = Field(description="What only `before` has, nearest first.")
    came_in_total: int
    went_out_total: int
    stayed: int = Field(description="How many things both have.")
    complete: bool = Field(description="True only when nothing was cut.")
    cut: list[Cut] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)
    names: dict[str, str] = Field(default_factory=dict, description="Short names of all ids that are mentioned.")

    @property
    def is_empty(self) -> bool:
        """Whether both sides have touched the same."""
        return not self.came_in_total and not self.went_out_total
