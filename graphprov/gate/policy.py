"""What the gate asks for: a small TOML file, each rule on or off, with how sure and how severe a matter must be."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import process

from graphprov.analysis.report import Certainty, How, Severity
from graphprov.errors import InvalidInput

_CERTAINTIES: tuple[Certainty, ...] = ("declared", "inferred", "possible")
_SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    on: bool = Field(default=True, description="Whether the rule is asked at all.")
    certainty: tuple[Certainty, ...] = Field(
        default=_CERTAINTIES,
        description="How surely what is wrong must reach the artifact to count; see `guide impact`.",
    )


class OpenIncident(_Rule):
    """An open incident has touched the artifact."""

    severity: tuple[Severity, ...] = Field(
        default=_SEVERITIES, description="Incidents of these severities count. One without a severity always counts."
    )
    resolved: tuple[How, ...] = Field(
        default=("accepted", "not-affected"),
        description="What an owner may have said of the artifact so that it passes.",
    )


class UnknownOrigin(_Rule):
    """The artifact, or something of these kinds behind it, has neither generation, derivation nor attribution."""

    kinds: tuple[str, ...] = Field(default=("model", "predictions"), description="What must have an origin behind it.")


class UncommittedCode(_Rule):
    """A run behind the artifact used code that was not committed."""


class Expired(_Rule):
    """A licence or contract behind the artifact has ended: of a delivery, or of whom it is attributed to."""


class FailedRun(_Rule):
    """A run behind the artifact failed, or has no end, after it may have written what was used."""

    unfinished: bool = Field(
        default=True, description="Whether a run counts that began and never said how it ended: killed, or running."
    )


class Policy(BaseModel):
    """The rules of the gate. What a file does not say is as here."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_version: Literal["1.0"] = "1.0"
    open_incident: OpenIncident = Field(default=OpenIncident(), alias="open-incident")
    unknown_origin: UnknownOrigin = Field(default=UnknownOrigin(), alias="unknown-origin")
    uncommitted_code: UncommittedCode = Field(default=UncommittedCode(), alias="uncommitted-code")
    expired: Expired = Expired()
    failed_run: FailedRun = Field(default=FailedRun(), alias="failed-run")


RULES: dict[str, type[_Rule]] = {
    (field.alias or name): field.annotation
    for name, field in Policy.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, _Rule)
}
"""The rules by the name that the file and the reasons give them."""


def read_policy(path: Path) -> Policy:
    """A policy from its file.

    Raises:
        InvalidInput: There is no such file, it is no TOML, or it says what no policy says; names where.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"cannot read the policy {path}: {getattr(error, 'strerror', None) or error}") from error
    try:
        return Policy.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"the policy {path} is no TOML: {error}") from error
    except ValidationError as error:
        raise _explained(path, error.errors()[0]) from error


def _explained(path: Path, first: Any) -> InvalidInput:
    where = [str(part) for part in first["loc"]]
    what = ".".join(where)
    if first["type"] == "extra_forbidden":
        known = sorted(RULES[where[0]].model_fields) if len(where) > 1 else ["schema_version", *RULES]
        near = [name for name, *_ in process.extract(where[-1], known, limit=3)]
        return InvalidInput(f"the policy {path} says '{what}', which is nothing that the gate knows", nearest=near)
    return InvalidInput(
        f"the policy {path}: {what}: {first['msg']} (given: {first['input']!r:.80})", hint="graphprov schema policy"
    )
