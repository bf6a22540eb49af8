"""What every form that people read says of a report as a whole, in the same words: what is in use, what is unknown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from graphprov.analysis.report import Affected, ImpactReport
from graphprov.report import closing, words
from graphprov.report.view import View


def subjects(report: ImpactReport) -> str:
    """What kind of thing the report is about: 'data source', or '2 subjects'."""
    kinds = {subject.kind for subject in report.subjects}
    if len(kinds) == 1:
        return words.kind_words(next(iter(kinds)), len(report.subjects))
    return words.number(len(report.subjects), "subject")


def completeness(report: ImpactReport) -> str:
    """Whether something was cut, and what kinds were asked for."""
    only = f"; asked for {words.listed(words.kind_words(k, 2) for k in report.kinds)} only" if report.kinds else ""
    return ("yes, nothing was cut" if report.complete else "NO, see what was cut below") + only


def in_use(shown: View) -> str:
    """What of the affected is still in use: models and predictions, or else entities of any kind."""
    live = shown.live()
    parts = [words.counted(kind, live[kind]) for kind in ("model", "predictions") if live.get(kind)]
    rest = sum(n for kind, n in live.items() if kind not in ("model", "predictions"))
    if rest:
        parts.append(words.number(rest, "other" if parts else "entity", "others" if parts else "entities"))
    if len(shown.report.affected) == shown.report.total:
        return words.listed(parts) or "nothing"
    if shown.report.live is not None:
        return words.listed(parts) or "no model and no predictions"
    return f"{words.listed(parts) or 'nothing'} of the {len(shown.reached):,} listed"


def certainty(report: ImpactReport) -> str:
    """How sure it is: 'all inferred', or '12 declared, 80 inferred and 3 possible'."""
    counts = Counter(row.certainty for row in report.affected if row.distance)
    found = [(counts[one], one) for one in words.CERTAINTIES if counts[one]]
    said = f"all {found[0][1]}" if len(found) == 1 else words.listed(f"{n:,} {one}" for n, one in found)
    listed = sum(counts.values())
    return said if listed == report.total else f"{said}, of the {listed:,} listed"


def unknowns(report: ImpactReport) -> str:
    """What the report cannot know."""
    parts = []
    if report.unknown_origin:
        origin = words.number(len(report.unknown_origin), "artifact")
        parts.append(f"{origin} without recorded origin, which cannot be cleared")
    if report.time_unknown:
        parts.append(f"{len(report.time_unknown):,} counted only since a time is missing")
    if report.look_at_also:
        parts.append(f"{len(report.look_at_also):,} to look at also")
    return "; ".join(parts) or "nothing"


def standing(node: Affected) -> str:
    """How an affected node stands: 'model, live, inferred'; an incident's part where there is one."""
    parts = [words.kind_words(node.kind), node.state, "failed" if node.failed else None, node.certainty]
    if node.resolution is not None:
        parts.append(closing.part(node))
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class SideList:
    """Ids that a report lists beside the affected, and why a reader should look at them."""

    title: str
    says: str
    ids: list[str]


def side_lists(report: ImpactReport) -> tuple[SideList, ...]:
    """What is not counted, or counted for want of knowledge; some may be empty."""
    return (
        SideList(
            "Look at also",
            "The same content as something flawed or affected, or said to be the same thing, under another name; what"
            " was made from it is not counted.",
            report.look_at_also,
        ),
        SideList(
            "Unknown origin",
            "No provenance is recorded, so these cannot be cleared.",
            report.unknown_origin,
        ),
        SideList(
            "Time unknown",
            "Counted as affected, since a time that could clear them is missing.",
            report.time_unknown,
        ),
    )
