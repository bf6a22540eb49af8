"""The promise of the JSON form: within one version fields are added, never renamed, removed or given another meaning.

The published schema is kept in `tests/unit/schemas`. After adding a field, raise the second number of `SCHEMA_VERSION`
and run `python -m tests.unit.test_report_schema`, which writes the new one where it breaks nobody.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from graphprov.analysis.report import SCHEMA_VERSION, ImpactReport
from graphprov.report import json_schema, to_json
from tests.sample_incident import incident_report

SCHEMAS = Path(__file__).parent / "schemas"
PUBLISHED = SCHEMAS / "impact-1.json"
OLD_REPORT = SCHEMAS / "report-1.0.json"


def broken(old: Any, new: Any, where: str = "") -> list[str]:
    """What a reader of the old form would miss in the new one, or find changed."""
    if isinstance(old, dict) and isinstance(new, dict):
        found = []
        for key, value in old.items():
            if key in ("description", "default", "title", "$id"):
                continue
            if key not in new:
                found.append(f"{where}/{key} is gone")
            elif key == "required":
                found += [f"{where}/{name} may now be missing" for name in set(value) - set(new[key])]
            elif key == "enum":
                found += [f"{where} no longer takes {one}" for one in set(value) - set(new[key])]
            else:
                found += broken(value, new[key], f"{where}/{key}")
        return found
    if isinstance(old, list) and isinstance(new, list):
        missing = [one for one in old if not any(not broken(one, other) for other in new)]
        return [f"{where} no longer takes {json.dumps(one)}" for one in missing]
    return [] if old == new else [f"{where} was {old!r}, is {new!r}"]


def test_a_reader_of_the_published_form_reads_today_s_reports():
    assert broken(json.loads(PUBLISHED.read_text()), json_schema("impact")) == []


def test_the_published_form_is_today_s():
    said = "raise SCHEMA_VERSION and run `python -m tests.unit.test_report_schema`"
    assert json.loads(PUBLISHED.read_text()) == json_schema("impact"), said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda schema: schema["properties"].pop("total"), "/properties/total is gone"),
        (lambda schema: schema["$defs"]["Affected"]["properties"].pop("why"), "/why is gone"),
        (lambda schema: schema["$defs"]["Step"]["properties"]["cause"].update(type="integer"), "was 'string'"),
        (
            lambda schema: schema["$defs"]["Cleared"]["properties"]["rule"]["enum"].remove("time"),
            "no longer takes time",
        ),
        (lambda schema: schema["required"].remove("complete"), "complete may now be missing"),
    ],
)
def test_what_would_break_a_reader_is_found(change, said):
    schema = json_schema("impact")
    published = json.loads(PUBLISHED.read_text())
    change(schema)
    assert any(said in one for one in broken(published, schema))


def test_what_breaks_nobody_is_allowed():
    schema = json_schema("impact")
    schema["properties"]["weather"] = {"type": "string"}
    schema["$defs"]["Step"]["properties"]["cause"]["description"] = "Said better."
    assert broken(json.loads(PUBLISHED.read_text()), schema) == []


def test_a_report_that_an_older_version_wrote_still_reads():
    old = ImpactReport.model_validate_json(OLD_REPORT.read_text())
    assert old.schema_version == "1.0"
    assert old.affected[0].paths is None


def test_every_report_says_the_version_of_its_form():
    assert json.loads(to_json(incident_report()))["schema_version"] == SCHEMA_VERSION
    assert json_schema("impact")["properties"]["schema_version"]["default"] == SCHEMA_VERSION


if __name__ == "__main__":
    today = json_schema("impact")
    problems = broken(json.loads(PUBLISHED.read_text()), today) if PUBLISHED.exists() else []
    if problems:
        sys.exit("\n".join(["error: this breaks readers of the published form:", *problems]))
    PUBLISHED.write_text(json.dumps(today, indent=2) + "\n", encoding="utf-8")
    print(f"{PUBLISHED}: version {SCHEMA_VERSION}")
