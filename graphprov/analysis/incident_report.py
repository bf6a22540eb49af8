"""An incident as data: what `graphprov incident show` says. Fields are added, never renamed, within one version.

`graphprov schema incident` publishes the JSON form.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from graphprov.analysis.report import Certainty, How, IncidentNote, Severity

SCHEMA_VERSION = "1.0"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Part):
    """One thing that somebody said of the incident."""

    id: str
    what: str = Field(description="opened, amended, closed, reopened, notified, acknowledged, resolved, ...")
    at: datetime = Field(description="When it was said.")
    by: str | None = Field(default=None, description="The id of who said it.")
    about: list[str] = Field(default_factory=list, description="Ids of the owner or the parts that it speaks of.")
    note: str | None = None
    found_by: str | None = None
    found_at: datetime | None = None
    severity: Severity | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    removed: list[str] = Field(default_factory=list, description="Bounds of the window that are gone.")
    after: str | None = Field(default=None, description="The id of the last amendment that its author knew of.")
    open: int | None = Field(default=None, description="Parts that were open when it was closed nevertheless.")
    how: How | None = None
    way: str | None = Field(default=None, description="How an owner was told: directory, smtp or webhook.")
    to: str | None = Field(default=None, description="Where the message went, without secrets.")
    parts: int | None = Field(default=None, description="How many of the owner's things were open then.")
    new: int | None = Field(default=None, description="How many of these the owner had not been told of.")
    parts_digest: str | None = Field(default=None, description="The digest of the ids of these open things.")
    message: str | None = Field(default=None, description="The message's own id.")
    recorded_at: datetime | None = Field(default=None, description="When a laptop recorded it.")


class IncidentSubject(_Part):
    """What an incident is about."""

    id: str
    element: Literal["Entity", "Activity", "Agent"]
    kind: str | None = None
    name: str


class OwnerState(_Part):
    """How far an owner is with their part."""

    id: str
    name: str
    contact: str | None = None
    organizations: list[str] = Field(default_factory=list)
    affected: int
    open: int
    told_at: datetime | None = Field(default=None, description="When they were last told, by any way.")
    told_by: str | None = Field(default=None, description="Which way that was.")
    acknowledged_at: datetime | None = None


class Parts(_Part):
    """How much of what is affected is closed."""

    total: int
    open: int
    closed: dict[str, int] = Field(description="Closed ones by how: rerun, deleted, accepted, not-affected.")
    owners: list[OwnerState] = Field(default_factory=list)


class AsOpened(_Part):
    """What an incident said when it was opened."""

    reason: str
    since: datetime | None = None
    until: datetime | None = None
    severity: Severity | None = None


class Incident(_Part):
    """An incident as it stands, and its whole history."""

    schema_version: str = SCHEMA_VERSION
    id: str
    number: str = Field(description="What a person types for it.")
    state: Literal["open", "closed"]
    severity: Severity | None = None
    reason: str
    since: datetime | None = Field(default=None, description="Start of the window, included.")
    until: datetime | None = Field(default=None, description="End of the window, excluded.")
    found_by: str | None = None
    found_at: datetime | None = None
    closed_at: datetime | None = None
    subjects: list[IncidentSubject]
    as_opened: AsOpened = Field(description="What it said before anything was amended.")
    history: list[Entry] = Field(description="In the order in which it was said.")
    warnings: list[str] = Field(default_factory=list, description="What does not fit together in what was said.")
    parts: Parts | None = Field(default=None, description="Null where not computed.")

    @property
    def note(self) -> IncidentNote:
        """What an impact report says of it."""
        fields = IncidentNote.model_fields
        return IncidentNote(**{name: getattr(self, name) for name in fields})

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"incident {self.number}"

    @property
    def typed(self) -> str:
        """Its number as a command takes it; a foreign one that a shell or terminal would obey stands as `N`."""
        return self.number if re.fullmatch(r"[\w.:/#@-]+", self.number) else "N"


class Affecting(_Part):
    """An incident whose flaw reaches an artifact."""

    incident: Incident
    artifact: str = Field(description="The version that is nearest to the flaw.")
    distance: int = Field(description="0 where it is flawed itself.")
    certainty: Certainty
    versions: int = Field(description="How many versions of the artifact it reaches.")
