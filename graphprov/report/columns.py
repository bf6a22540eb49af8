"""The report as a table, one row per affected node: the columns of the CSV and Parquet forms and of data frames.

One list says what there is; the forms, the docs (`docs/reports.md`) and the tests read it. Values are plain Python
ones, names exactly as they are recorded; a form that people read makes them safe itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from graphprov.analysis.report import Affected, ImpactReport
from graphprov.report import words
from graphprov.report.verbs import verb
from graphprov.report.view import View, view

Value = str | int | float | bool | datetime | None
Type = Literal["text", "time", "integer", "number", "truth"]
_ARROW = " -> "
_LONGEST_LABEL = 160
_GREATEST_NUMBER = 10**308
"""More paths than a floating-point number can say count as infinitely many."""


class Rows:
    """What columns share: the report indexed, and the path to each node as text.

    A path is the path to the last cause behind it and a step or two more, so each costs no more than its own end.
    """

    def __init__(self, report: ImpactReport) -> None:
        self.view: View = view(report)
        self._labels: dict[str, str] = {}
        self._paths: dict[str, str] = {flawed.id: self.label(flawed.id) for flawed in report.flawed}

    def label(self, identifier: str) -> str:
        """The label of a node, cut in the middle where it is longer than anybody reads in a sentence."""
        known = self._labels.get(identifier)
        if known is None:
            known = self._labels[identifier] = words.middle(self.view.label(identifier), _LONGEST_LABEL)
        return known

    def why(self, node: Affected) -> str | None:
        """The labels along one shortest path; None where it is not known."""
        known = self._paths.get(node.id)
        if known is not None:
            return known
        end = node.via or node.why
        before = self._paths.get(end[0].cause) if end else None
        if end and before is not None:
            found = before + "".join(_ARROW + self.label(step.effect) for step in end)
        else:
            path = self.view.path(self.view.why(node.id) or ())
            if not path:
                return None
            found = _ARROW.join(map(self.label, path))
        self._paths[node.id] = found
        return found

    def via(self, node: Affected) -> str | None:
        """The end of that path in words."""
        end = node.via or (node.why or [])[-1:]
        if not end:
            return None
        told = [self.label(end[0].cause)]
        for at, step in enumerate(end, start=1):
            told.append(verb(step) if at == 1 else f"which {verb(step)}")
            told.append(self.label(step.effect) + ("," if at < len(end) else ""))
        return " ".join(told)

    def contacts(self, node: Affected) -> str | None:
        """The contacts of those responsible that have one."""
        owners = (self.view.owners[agent] for agent in node.responsible if agent in self.view.owners)
        return "; ".join(owner.agent.contact for owner in owners if owner.agent.contact) or None

    def responsible(self, node: Affected) -> str | None:
        """Their names."""
        return "; ".join(map(self.view.agent_name, node.responsible)) or None


@dataclass(frozen=True)
class Column:
    """A column: its name, the type of its values (any may be missing), what they say, and where they come from."""

    name: str
    type: Type
    says: str
    value: Callable[[Rows, Affected], Value]


COLUMNS: tuple[Column, ...] = (
    Column("id", "text", "Full identifier.", lambda _, node: node.id),
    Column("name", "text", "Name, the same for all versions.", lambda _, node: node.name),
    Column("kind", "text", "Kind, such as `model`.", lambda _, node: node.kind),
    Column("element", "text", "`Entity` or `Activity`.", lambda _, node: node.element),
    Column("version", "text", "Version, a digest shortened.", lambda _, node: node.version),
    Column("time", "time", "When it was generated, or when the run started; in UTC.", lambda _, node: node.time),
    Column("distance", "integer", "Fewest relations from a flawed node.", lambda _, node: node.distance),
    Column("certainty", "text", "`declared`, `inferred` or `possible`.", lambda _, node: node.certainty),
    Column("state", "text", "`live`, `superseded` or `invalidated`; none for runs.", lambda _, node: node.state),
    Column("failed", "truth", "Whether it is a run that failed.", lambda _, node: node.failed),
    Column("maker", "text", "`failed` or `no end` where no run that made it ended well.", lambda _, node: node.maker),
    Column(
        "paths",
        "number",
        "How many distinct paths lead to it; infinite where one can go in a circle; none where not counted.",
        lambda _, node: _paths(node),
    ),
    Column("why", "text", "What one shortest path passes, from the flawed node on, joined by ` -> `.", Rows.why),
    Column("via", "text", "The end of that path in words.", Rows.via),
    Column("responsible", "text", "Names of those to tell, joined by `; `.", Rows.responsible),
    Column("contacts", "text", "Their contacts, joined by `; `.", Rows.contacts),
    Column(
        "resolution",
        "text",
        "How it was closed, in a report on an incident: `rerun`, `deleted`, `accepted` or `not-affected`.",
        lambda _, node: node.resolution.how if node.resolution is not None else None,
    ),
)


def _paths(node: Affected) -> Value:
    return float("inf") if node.paths == "infinite" or (node.paths or 0) > _GREATEST_NUMBER else node.paths


def columns(report: ImpactReport) -> dict[str, list[Value]]:
    """The values of each column, row by row, nearest first."""
    rows = Rows(report)
    return {column.name: [column.value(rows, node) for node in report.affected] for column in COLUMNS}
