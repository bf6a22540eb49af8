"""What the gate says: for each artifact whether it may pass, and every reason why not."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from graphprov.analysis.report import Certainty, Severity, Step

SCHEMA_VERSION = "1.1"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reason(_Part):
    """One thing that speaks against an artifact."""

    rule: Literal["open-incident", "unknown-origin", "uncommitted-code", "expired", "failed-run"]
    says: str = Field(description="The reason as a sentence.")
    because: str = Field(description="The id of what is wrong: an incident, a run, a delivery, a source, code.")
    certainty: Certainty = Field(description="How surely that reaches the artifact.")
    distance: int = Field(description="By how many relations.")
    severity: Severity | None = Field(default=None, description="Of an incident.")
    why: list[Step] = Field(default_factory=list, description="The shortest path to the artifact; empty for itself.")


class Checked(_Part):
    """One artifact."""

    id: str
    kind: str | None
    name: str
    given: str = Field(description="What was typed.")
    passed: bool
    reasons: list[Reason] = Field(description="Those of the policy's rules, in their order; nearest first.")


class GateReport(_Part):
    """What the gate says of some artifacts."""

    schema_version: str = SCHEMA_VERSION
    graphprov_version: str
    rules_version: str
    made_at: datetime
    policy: str | None = Field(description="The policy's file; null for the rules that come with graphprov.")
    rules: list[str] = Field(description="The rules that were asked.")
    passed: bool
    artifacts: list[Checked]
    notes: list[str] = Field(default_factory=list, description="What could not be looked at, in sentences.")
    names: dict[str, str] = Field(default_factory=dict, description="Short names of all ids that the report mentions.")
