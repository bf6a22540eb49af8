"""What is missing in the record: ends of runs, inputs and outputs, contents, code, and hosts that fell silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from graphprov.checkup.asking import asking, opened, rows
from graphprov.checkup.checks import UNFINISHED_AFTER, Check, Context
from graphprov.checkup.report import Finding
from graphprov.model.identity import short_id
from graphprov.model.times import show_time

_RUN, _ARTIFACT = "Activity", "Entity"


def _unfinished(context: Context) -> Iterator[Finding]:
    for row in rows(context, "unfinished_runs", (_RUN,), before=context.now - UNFINISHED_AFTER):
        began = "at an unknown time" if row["started_at"] is None else show_time(row["started_at"])
        says = f"{short_id(row['run'])} began {began} (host {row['host'] or 'unknown'})"
        yield Finding(says=f"{says} and has no end", about=row["run"], details=row)


def _silent(context: Context) -> Iterator[Finding]:
    last: dict[str, datetime] = {}
    for row in rows(context, "last_heard_of_hosts", (_RUN,)):
        moment = row["last_recorded_at"]
        last[row["host"]] = max(moment, last.get(row["host"], moment))
    for host, moment in sorted(last.items(), key=lambda item: (item[1], item[0])):
        if host != context.host and context.now - moment > timedelta(days=context.days):
            says = f"of the host {host} nothing is here since {show_time(moment)}"
            yield Finding(says=says, about=host, details={"last_recorded_at": moment})


def _uncommitted(context: Context) -> Iterator[Finding]:
    for row in opened(context).query("uncommitted_code").dicts():
        says = f"{short_id(row['code'])} was used by {row['runs']:,} run{'' if row['runs'] == 1 else 's'}"
        yield Finding(says=says, about=row["code"], details=row)


CHECKS = (
    Check(
        "cannot-have-been",
        "record",
        "warning",
        "Runs that record what cannot have happened",
        "see every reason: `graphprov validate --store`",
        asking(
            "runs_that_cannot_have_been",
            "run",
            lambda row: f"{row['run']}: {'; '.join(row['reasons'])}",
            _RUN,
        ),
        graph=True,
    ),
    Check(
        "no-end",
        "record",
        "warning",
        "Runs that never said how they ended",
        "look whether they still go on; else do not trust what they made: `graphprov show RUN`",
        _unfinished,
        graph=True,
    ),
    Check(
        "version-of-nothing",
        "record",
        "warning",
        "Versions without their general artifact",
        "record or import the artifact that they are versions of: a question about its name misses them",
        asking("versions_of_nothing", "artifact", lambda row: f"{row['artifact']} is a version of nothing", _ARTIFACT),
        graph=True,
    ),
    Check(
        "content-not-seen",
        "record",
        "warning",
        "Versions whose content nobody saw",
        "run it again with files that hold still, or `graphprov add` the file as it is now",
        asking(
            "contents_not_seen",
            "artifact",
            lambda row: f"{row['artifact']} at {row['path']}: {row['reason']}",
            _ARTIFACT,
        ),
        graph=True,
    ),
    Check(
        "on-its-own",
        "record",
        "note",
        "Artifacts that nobody used, made or delivered",
        "nothing, where that is so; else record what used or made them: `graphprov guide recording`",
        asking("artifacts_on_their_own", "artifact", lambda row: f"{row['artifact']} stands alone", _ARTIFACT),
        graph=True,
    ),
    Check(
        "empty-runs",
        "record",
        "note",
        "Runs that neither read nor made anything",
        "say run.used(...) and run.generated(...) in them, or use `graphprov run`: `graphprov guide recording`",
        asking(
            "runs_without_inputs_and_outputs",
            "run",
            lambda row: f"{row['run']} of {row['started_at'] or 'an unknown time'} read and made nothing",
            _RUN,
        ),
        graph=True,
    ),
    Check(
        "uncommitted-code",
        "record",
        "note",
        "Code that ran and was never committed",
        "commit before what matters; whether live models rest on it:"
        " `graphprov query uncommitted_code_behind_live_models`",
        _uncommitted,
        graph=True,
    ),
    Check(
        "silent-hosts",
        "record",
        "note",
        "Hosts that have sent nothing for long",
        "where somebody still works there: `graphprov sync` on that machine",
        _silent,
        graph=True,
    ),
)
