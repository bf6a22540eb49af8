"""What the doctor says: for each check whether it was made, what it found, and what to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.0"

Level = Literal["error", "warning", "note"]
State = Literal["well", "found", "not-made"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(_Part):
    """One thing that a check found."""

    says: str = Field(description="What was found, as a sentence.")
    about: str | None = Field(default=None, description="The id or path of what it is about.")
    details: dict[str, Any] = Field(default_factory=dict, description="The facts, as the question behind it has them.")


class CheckResult(_Part):
    """One check."""

    name: str
    group: str = Field(description="What it looks at: machine, journal, store, clocks, record or files.")
    level: Level = Field(
        description="error: an answer may be wrong or something may be lost; warning: somebody should look;"
        " note: good to know, and nothing is wrong by it."
    )
    title: str
    state: State
    why_not: str | None = Field(default=None, description="Why the check, or a part of it, was not made.")
    count: int = Field(description="How many things were found.")
    findings: list[Finding] = Field(description="The first of them; all with limit 0.")
    do: str | None = Field(default=None, description="What to do about it, with a command to type.")


class DoctorReport(_Part):
    """What the doctor says."""

    schema_version: str = SCHEMA_VERSION
    graphprov_version: str
    made_at: datetime
    host: str
    journal: str
    database: str | None = Field(description="Its address; null where none was reached.")
    well: bool = Field(description="All checks were made, and none found an error or a warning.")
    errors: int = Field(description="Findings of checks of that level.")
    warnings: int
    notes: int
    not_made: int = Field(description="Checks that were not made, at least in part.")
    checks: list[CheckResult]
