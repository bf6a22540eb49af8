"""`graphprov schema`: the published forms, as JSON Schema."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer

from graphprov.cli.output import print_json


class SchemaName(StrEnum):
    """The published forms."""

    impact = "impact"
    why = "why"
    contain = "contain"
    risk = "risk"
    difference = "difference"
    incident = "incident"
    notice = "notice"
    verification = "verification"
    gate = "gate"
    policy = "policy"
    doctor = "doctor"


_MODELS = {
    SchemaName.impact: ("graphprov.analysis.report", "ImpactReport"),
    SchemaName.why: ("graphprov.analysis.explanation", "Why"),
    SchemaName.contain: ("graphprov.analysis.explanation", "Containment"),
    SchemaName.risk: ("graphprov.analysis.risk", "Risk"),
    SchemaName.difference: ("graphprov.analysis.difference_report", "ImpactDifference"),
    SchemaName.incident: ("graphprov.analysis.incident_report", "Incident"),
    SchemaName.notice: ("graphprov.notify.notice", "Notice"),
    SchemaName.verification: ("graphprov.analysis.evidence", "Verification"),
    SchemaName.gate: ("graphprov.gate.report", "GateReport"),
    SchemaName.policy: ("graphprov.gate.policy", "Policy"),
    SchemaName.doctor: ("graphprov.checkup.report", "DoctorReport"),
}
"""Where each form is defined; loaded only when it is asked for."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(schema)


def schema(name: Annotated[SchemaName, typer.Argument(help="Which form.")] = SchemaName.impact) -> None:
    """Print the JSON Schema of a published form."""
    from graphprov.report.json_form import schema_of

    module, model = _MODELS[name]
    form = getattr(import_module(module), model)
    # What people write is described as it is read; what graphprov writes, as it is written.
    print_json(schema_of(name.value, form, "validation" if name is SchemaName.policy else "serialization"))
