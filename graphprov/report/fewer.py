"""A report cut to what a form can hold: a page or a ticket of 700,000 rows would open nowhere.

What is cut is said in the report itself, as everything that is left out.
"""

from __future__ import annotations

from itertools import islice

from graphprov.analysis.report import Affected, Cut, ImpactReport

_FIRST = ("model", "predictions")


def fewer(report: ImpactReport, most: int, how: str) -> ImpactReport:
    """The report with at most about so many rows: models and predictions before anything else, each nearest first.

    Whatever a kept row's path follows from is kept too, so that no path breaks off.

    Args:
        report: What to cut.
        most: How many rows to keep; a report with no more comes back as it is.
        how: How a reader gets the rest.
    """
    if len(report.affected) <= most:
        return report
    asked = islice(_by_importance(report), most)
    kept = {row.id for row in asked}
    for row in reversed(report.affected):  # farthest first: a path leads to what is nearer
        if row.id in kept and row.why is None and row.via:
            kept.add(row.via[0].cause)
    rows = [row for row in report.affected if row.id in kept]
    cut = [one for one in report.cut if one.what != "affected"]
    cut.append(Cut(what="affected", shown=len(rows), total=report.total, how=how))
    return report.model_copy(update={"affected": rows, "complete": False, "cut": cut})


def _by_importance(report: ImpactReport) -> list[Affected]:
    first = [row for row in report.affected if row.kind in _FIRST]
    return first + [row for row in report.affected if row.kind not in _FIRST]
