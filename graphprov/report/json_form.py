"""The report as JSON, exactly as it is in memory, and the published JSON Schema of that form."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Literal

from pydantic import BaseModel

from graphprov.analysis.difference_report import ImpactDifference
from graphprov.analysis.incident_report import Incident
from graphprov.analysis.report import ImpactReport
from graphprov.errors import InvalidInput

SCHEMAS: dict[str, type[BaseModel]] = {
    "impact": ImpactReport,
    "difference": ImpactDifference,
    "incident": Incident,
}
"""The published forms by name."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def to_json(report: ImpactReport) -> str:
    """The report as JSON, one field a line; read it back with `ImpactReport.model_validate_json`."""
    return report.model_dump_json(indent=2) + "\n"


def json_schema(name: str = "impact") -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a published form.

    Raises:
        InvalidInput: No form is called so.

    >>> json_schema("impact")["$id"]
    'urn:graphprov:schema:impact:1'
    """
    model = SCHEMAS.get(name)
    if model is None:
        raise InvalidInput(f"no schema is called '{name}'", nearest=get_close_matches(name, SCHEMAS) or sorted(SCHEMAS))
    return schema_of(name, model)


def schema_of(
    name: str, model: type[BaseModel], mode: Literal["validation", "serialization"] = "serialization"
) -> dict[str, Any]:
    """The JSON Schema of a form that says its own version: as it is written or, for `validation`, as it is read."""
    major = model.model_fields["schema_version"].default.partition(".")[0]
    schema = model.model_json_schema(mode=mode)
    return {"$schema": _DIALECT, "$id": f"urn:graphprov:schema:{name}:{major}", **schema}
