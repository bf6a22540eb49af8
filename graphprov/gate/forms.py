"""The gate's answer for people and for machines: text, JSON, JUnit XML, SARIF 2.1.0, and GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

from graphprov.gate.policy import RULES
from graphprov.gate.report import Checked, GateReport, Reason
from graphprov.report.words import visible

_LEVELS = {"critical": "error", "high": "error", "medium": "error", "low": "warning", None: "error"}
_HELP = "graphprov guide gate"


def to_text(report: GateReport) -> str:
    """A line for each reason; a line for each artifact that passes; a line for each note."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: GateReport) -> Iterator[str]:
    for artifact in report.artifacts:
        name = visible(report.names[artifact.id])
        if artifact.passed:
            yield f"{name}: pass"
        for reason in artifact.reasons:
            yield f"{name}: {reason.rule}: {visible(reason.says)}"
    for note in report.notes:
        yield f"note: {visible(note)}"


def to_json(report: GateReport) -> str:
    """The report as it is in memory; the schema `gate` describes it."""
    return report.model_dump_json(indent=2) + "\n"


def to_junit(report: GateReport) -> str:
    """A test suite for each artifact, a test case for each rule."""
    root = ElementTree.Element("testsuites", name="graphprov check")
    total = {"tests": 0, "failures": 0}
    for artifact in report.artifacts:
        name = visible(report.names[artifact.id])
        failed = {reason.rule for reason in artifact.reasons}
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=name,
            tests=str(len(report.rules)),
            failures=str(len(failed)),
            errors="0",
            timestamp=report.made_at.replace(microsecond=0, tzinfo=None).isoformat(),
        )
        total["tests"] += len(report.rules)
        total["failures"] += len(failed)
        for rule in report.rules:
            case = ElementTree.SubElement(suite, "testcase", classname=name, name=rule)
            reasons = [visible(reason.says) for reason in artifact.reasons if reason.rule == rule]
            if reasons:
                failure = ElementTree.SubElement(case, "failure", type=rule, message=reasons[0])
                failure.text = "\n".join(reasons)
        if report.notes:
            ElementTree.SubElement(suite, "system-out").text = "\n".join(map(visible, report.notes))
    for key, number in total.items():
        root.set(key, str(number))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def to_sarif(report: GateReport) -> str:
    """A result for each reason, with the artifact as its logical location and the path as related ones."""
    rules = [
        {
            "id": rule,
            "shortDescription": {"text": (RULES[rule].__doc__ or rule).strip()},
            "help": {"text": _HELP},
        }
        for rule in report.rules
    ]
    results = [_result(report, artifact, reason) for artifact in report.artifacts for reason in artifact.reasons]
    driver = {"name": "graphprov", "semanticVersion": report.graphprov_version, "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "endTimeUtc": _utc(report),
                        "toolExecutionNotifications": [
                            {"level": "warning", "message": {"text": visible(note)}} for note in report.notes
                        ],
                    }
                ],
                "results": results,
                "columnKind": "unicodeCodePoints",
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _result(report: GateReport, artifact: Checked, reason: Reason) -> dict[str, Any]:
    def location(identifier: str) -> dict[str, Any]:
        name = visible(report.names.get(identifier, identifier))
        return {"logicalLocations": [{"name": name, "fullyQualifiedName": identifier, "kind": "resource"}]}

    return {
        "ruleId": reason.rule,
        "ruleIndex": report.rules.index(reason.rule),
        "level": _LEVELS[reason.severity],
        "message": {"text": f"{visible(report.names[artifact.id])}: {visible(reason.says)}"},
        "locations": [location(artifact.id)],
        "relatedLocations": [location(reason.because), *(location(step.cause) for step in reason.why)],
        "partialFingerprints": {"graphprov/v1": f"{reason.rule}:{artifact.id}:{reason.because}"},
        "properties": {"certainty": reason.certainty, "distance": reason.distance},
    }


def _utc(report: GateReport) -> str:
    return report.made_at.replace(tzinfo=None).isoformat() + "Z"


def to_github(report: GateReport) -> str:
    """Workflow commands, which GitHub shows as annotations of the run."""
    lines = []
    for artifact in report.artifacts:
        name = visible(report.names[artifact.id])
        for reason in artifact.reasons:
            title = _property(f"{reason.rule}: {name}")
            lines.append(f"::{_LEVELS[reason.severity]} title={title}::{_data(visible(reason.says))}\n")
        if artifact.passed:
            lines.append(f"::notice title={_property(f'graphprov check: {name}')}::pass\n")
    lines += [f"::warning title=graphprov check::{_data(visible(note))}\n" for note in report.notes]
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMS: dict[str, Callable[[GateReport], str]] = {
    "text": to_text,
    "json": to_json,
    "junit": to_junit,
    "sarif": to_sarif,
    "github": to_github,
}
"""The forms by name."""
