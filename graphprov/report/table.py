"""The report as CSV: one row per affected node, for a spreadsheet or a data frame.

Names come from outside, and a spreadsheet runs what starts like a formula; such a cell gets an apostrophe in front,
which spreadsheets take as "this is text". Line breaks and other invisible characters are written out, so a row is a
line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from graphprov.analysis.report import Affected, ImpactReport
from graphprov.report import words
from graphprov.report.view import View, view

_FORMULA = re.compile(r"\s*[=+\-@|%＝＋－＠]")

COLUMNS: dict[str, tuple[str, Callable[[View, Affected], str]]] = {
    "id": ("Full identifier.", lambda _, node: node.id),
    "element": ("Entity or Activity.", lambda _, node: node.element),
    "kind": ("Kind, such as model.", lambda _, node: node.kind or ""),
    "name": ("Name, the same for all versions.", lambda _, node: node.name),
    "version": ("Short version.", lambda _, node: node.version or ""),
    "time": ("When it was generated, or when the run started; ISO 8601 in UTC.", lambda _, node: _iso(node)),
    "distance": ("Fewest relations from a flawed node.", lambda _, node: str(node.distance)),
    "certainty": ("declared, inferred or possible.", lambda _, node: node.certainty),
    "state": ("live, superseded or invalidated; empty for runs.", lambda _, node: node.state or ""),
    "failed": ("yes: the run failed.", lambda _, node: "yes" if node.failed else ""),
    "why": ("Labels along one shortest path, joined by ' -> '.", lambda shown, node: _why(shown, node)),
    "responsible": ("Names of those to tell, joined by '; '.", lambda shown, node: "; ".join(shown.people(node))),
    "contact": ("Their contacts, joined by '; '.", lambda shown, node: _contacts(shown, node)),
}
"""Each column with what it says."""


def to_csv(report: ImpactReport) -> str:
    """One row per listed node, nearest first, with a head of column names (`COLUMNS`)."""
    shown = view(report)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for node in report.affected:
        writer.writerow([_cell(value(shown, node)) for _, value in COLUMNS.values()])
    return out.getvalue()


def _cell(text: str) -> str:
    safe = words.visible(text)
    return f"'{safe}" if _FORMULA.match(safe) else safe


def _iso(node: Affected) -> str:
    return "" if node.time is None else words.iso(node.time)


def _why(shown: View, node: Affected) -> str:
    return " -> ".join(shown.label(one) for one in shown.path(shown.why(node.id) or ()))


def _contacts(shown: View, node: Affected) -> str:
    owners = [shown.owners[agent] for agent in node.responsible if agent in shown.owners]
    return "; ".join(owner.agent.contact for owner in owners if owner.agent.contact)
