"""What two statements say differently of one thing, what is said of nothing, and what has two names."""

from __future__ import annotations

from collections.abc import Iterator

from graphprov.checkup.asking import Row, asking, opened
from graphprov.checkup.checks import Check, Context
from graphprov.checkup.report import Finding
from graphprov.model.identity import short_id
from graphprov.model.times import show_time
from graphprov.report.words import listed, number

_EVERY = ("Entity", "Activity", "Agent")


def _differently(row: Row) -> str:
    said = zip(row["values"], row["said_at"], strict=True)
    values = listed((f"{value} ({show_time(at)})" for value, at in said))
    hosts = f"; hosts {listed(row['hosts'])}" if row["hosts"] else ""
    return f"{row['property']} of {row['thing']} is said to be {values}; {row['holds']} holds{hosts}"


def _mentioned(context: Context) -> Iterator[Finding]:
    for id_, relations in opened(context).ask("mentioned_only").rows:
        says = f"{short_id(id_)} stands in {number(relations, 'relation')}, and nobody described it"
        yield Finding(says=says, about=id_, details={"relations": relations})


def _doubles(context: Context) -> Iterator[Finding]:
    limit = 10_000
    for row in opened(context).query("duplicated_contents", limit=limit).dicts():
        names = listed(short_id(id_) for id_ in row["artifacts"][:4])
        more = f" and {len(row['artifacts']) - 4:,} more" if len(row["artifacts"]) > 4 else ""
        yield Finding(says=f"the same content is {names}{more}", about=row["digest"], details=row)


CHECKS = (
    Check(
        "said-differently",
        "record",
        "warning",
        "Things of which different things were said",
        "ask who is right, and record it again as it is: what is said last holds; both are kept",
        asking("said_differently", "thing", _differently, *_EVERY),
        graph=True,
    ),
    Check(
        "never-described",
        "record",
        "warning",
        "Things that are referred to and never described",
        "send what waits on the machine that recorded it (`graphprov sync` there), or import the missing document",
        _mentioned,
        graph=True,
    ),
    Check(
        "same-content",
        "record",
        "note",
        "Contents that have several names",
        "where both are one thing: `graphprov same NAME NAME --reason ...`; a flaw in one reaches the other then",
        _doubles,
        graph=True,
    ),
)
