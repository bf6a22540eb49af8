"""The difference of two impact reports as text, JSON and CSV. Names come from outside; they are made visible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby

from graphprov.analysis.difference_report import Change, ImpactDifference, Side
from graphprov.model.identity import short_id
from graphprov.report import words
from graphprov.report.table import cell

FORMATS = ("text", "json", "csv")
_BECAUSE = {
    "window": "the window",
    "subject": "the subjects",
    "recorded": "what was recorded since",
    "rule": "a rule",
    "path": "another way",
}

COLUMNS: dict[str, tuple[str, Callable[[Change], str]]] = {
    "id": ("Full identifier.", lambda change: change.id),
    "element": ("Entity or Activity.", lambda change: change.element),
    "kind": ("Kind, such as model.", lambda change: change.kind or ""),
    "name": ("Name, the same for all versions.", lambda change: change.name),
    "version": ("Version.", lambda change: change.version or ""),
    "time": (
        "When it was generated or started; ISO 8601 in UTC.",
        lambda c: "" if c.time is None else words.iso(c.time),
    ),
    "distance": ("Fewest relations from a flawed node; 0: flawed itself.", lambda change: str(change.distance)),
    "certainty": ("declared, inferred or possible.", lambda change: change.certainty),
    "state": ("live, superseded or invalidated; empty for runs.", lambda change: change.state or ""),
    "because": ("window, subject, recorded, rule or path.", lambda change: change.because),
    "reason": ("The same as a sentence.", lambda change: change.reason),
    "responsible": ("Ids of those to tell, joined by '; '.", lambda change: "; ".join(change.responsible)),
}
"""Each column with what it says, behind the first, `change`: `came in` or `went out`."""


def render(found: ImpactDifference, form: str) -> str:
    """The difference in one of `FORMATS`."""
    forms = {"text": to_text, "json": to_json, "csv": to_csv}
    return forms[form](found)


def to_json(found: ImpactDifference) -> str:
    """The difference as JSON, which the schema `difference` describes."""
    return found.model_dump_json(indent=2) + "\n"


def to_csv(found: ImpactDifference) -> str:
    """One row per listed change, those that came in first."""
    lines = [["change", *COLUMNS]]
    for word, changes in (("came in", found.came_in), ("went out", found.went_out)):
        lines += ([word, *(cell(value(change)) for _, value in COLUMNS.values())] for change in changes)
    return "".join(",".join(line) + "\n" for line in lines)


def to_text(found: ImpactDifference) -> str:
    """The difference for a terminal or a pipe, grouped by its reasons."""
    lines = [f"What has changed in the impact of {_whom(found)}"]
    for name, side in (("before", found.before), ("now", found.after)):
        lines.append(f"  {name:<9} {_side(side)}")
    lines.append(f"  {'came in':<9} {_counted(found.came_in, found.came_in_total)}")
    lines.append(f"  {'went out':<9} {_counted(found.went_out, found.went_out_total)}")
    lines.append(f"  {'in both':<9} {found.stayed:,}")
    lines += [f"  {'note':<9} {words.visible(note)}" for note in found.notes]
    lines += _section("Came in", found.came_in, found.came_in_total)
    lines += _section("Went out", found.went_out, found.went_out_total)
    if found.cut:
        lines += ["", "Cut", *(f"  {words.cut(cut)}" for cut in found.cut)]
    return "\n".join(lines) + "\n"


def _whom(found: ImpactDifference) -> str:
    names = {
        subject.id: words.visible(subject.name) for side in (found.after, found.before) for subject in side.subjects
    }
    return words.listed(names.values()) or "nothing"


def _side(side: Side) -> str:
    incident = f"incident {words.visible(side.incident.number)}, " if side.incident else ""
    known = f", as known on {words.when(side.as_known_on)}" if side.as_known_on else ""
    window = words.window(side.since, side.until)
    return f"{incident}{window}{known}: {side.flawed:,} flawed, {side.affected:,} affected"


def _counted(changes: Sequence[Change], total: int) -> str:
    if not total:
        return "nothing"
    kinds = Counter("run" if change.element == "Activity" else change.kind for change in changes)
    counts = words.listed(
        words.counted(kind, n) for kind, n in sorted(kinds.items(), key=lambda pair: words.kind_rank(pair[0]))
    )
    flawed = sum(change.distance == 0 for change in changes)
    return f"{total:,}: {counts}" + (f"; {flawed:,} of them flawed themselves" if flawed else "")


def _section(title: str, changes: Sequence[Change], total: int) -> list[str]:
    if not total:
        return []
    listed = "" if len(changes) == total else f", {len(changes):,} listed"
    lines = ["", f"{title} ({total:,}{listed})"]
    places = {reason: at for at, reason in reversed(list(enumerate((c.because, c.reason) for c in changes)))}
    grouped = sorted(changes, key=lambda change: places[change.because, change.reason])
    names = {change.id: words.visible(words.middle(short_id(change.id), 60)) for change in changes}
    width = max(map(len, names.values()), default=0)
    if changes:
        lines.append(f"    {'':<{width}}  distance, certainty, state, whose")
    for (because, reason), group in groupby(grouped, key=lambda change: (change.because, change.reason)):
        lines.append(f"  by {_BECAUSE[because]}: {words.visible(reason)}")
        for change in group:
            who = ", ".join(words.visible(short_id(agent)) for agent in change.responsible)
            state = change.state or ("flawed" if not change.distance else "")
            line = f"    {names[change.id]:<{width}}  {change.distance:>2}  {change.certainty:<9} {state:<11} {who}"
            lines.append(line.rstrip())
    return lines
