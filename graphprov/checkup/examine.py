"""Making the checks: those of this machine always, those of the graph where a database answers."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches

from graphprov.capture import environment
from graphprov.checkup.checks import Check, Context, all_checks
from graphprov.checkup.report import CheckResult, DoctorReport, Finding
from graphprov.errors import GraphprovError, InvalidInput
from graphprov.settings import Settings
from graphprov.store import Store, open_store
from graphprov.version import VERSION

DAYS = 7.0
_DATABASE = "database"


def doctor(
    *,
    checks: str | Sequence[str] = (),
    days: float = DAYS,
    limit: int = 0,
    digests: bool = False,
    settings: Settings | None = None,
    told: Callable[[str], None] | None = None,
) -> DoctorReport:
    """Look for what is wrong with what was recorded and with this machine. Changes nothing, and sends nothing.

    Args:
        checks: Only these, by name; `graphprov guide doctor` lists them.
        days: So long may records wait here, and other hosts be silent.
        limit: Keep so many findings of each check; 0 for all. The counts are always of all.
        digests: Read all files that runs here recorded, not only those that changed since by their time or size.
        settings: Default: as configured.
        told: Called with the title of each check before it is made.

    Returns:
        Every check with what it found. Where no database answers, those of the graph are `not-made` and the report is
        not `well`. `graphprov schema doctor` has its JSON form.

    Raises:
        InvalidInput: No check is called so, or days or limit is negative.
    """
    known = all_checks()
    wanted = (checks,) if isinstance(checks, str) else tuple(checks)
    for name in wanted:
        if name not in known and name != _DATABASE:
            nearest = get_close_matches(name, known) or list(known)
            raise InvalidInput(f"no check is called '{name}'", nearest=nearest, hint="graphprov guide doctor")
    if days < 0 or limit < 0:
        raise InvalidInput("days and limit cannot be negative")
    settings = settings or Settings.load()
    chosen = [check for name, check in known.items() if not wanted or name in wanted]
    asks = not wanted or _DATABASE in wanted or any(check.graph for check in chosen)
    with contextlib.ExitStack() as stack:
        store, trouble = _open(stack, settings) if asks else (None, None)
        kinds: dict[str, list[str]] = {}
        if store is not None:
            for element, kind in store.ask("kinds_in_use").rows:
                kinds.setdefault(element, []).append(kind)
        context = Context(
            settings=settings,
            host=environment.host(),
            now=datetime.now(UTC),
            days=days,
            digests=digests,
            store=store,
            kinds=kinds,
        )
        results = [_database(trouble)] if asks else []
        for check in chosen:
            if told is not None:
                told(check.title)
            results.append(_made(check, context, limit))
    counts = Counter(dict.fromkeys(("error", "warning", "note"), 0))
    for result in results:
        counts[result.level] += result.count
    not_made = sum(result.state == "not-made" for result in results)
    return DoctorReport(
        graphprov_version=VERSION,
        made_at=context.now,
        host=context.host,
        journal=str(settings.journal),
        database=None if store is None else store.address.shown,
        well=not (counts["error"] or counts["warning"] or not_made),
        errors=counts["error"],
        warnings=counts["warning"],
        notes=counts["note"],
        not_made=not_made,
        checks=results,
    )


def _open(stack: contextlib.ExitStack, settings: Settings) -> tuple[Store | None, GraphprovError | None]:
    try:
        return stack.enter_context(open_store(settings)), None
    except GraphprovError as error:
        return None, error


def _database(trouble: GraphprovError | None) -> CheckResult:
    found = [] if trouble is None else [Finding(says=trouble.message, about=None)]
    return CheckResult(
        name=_DATABASE,
        group="machine",
        level="error",
        title="The database cannot be asked",
        state="found" if found else "well",
        count=len(found),
        findings=found,
        do=None if trouble is None else trouble.hint or "graphprov db status",
    )


def _made(check: Check, context: Context, limit: int) -> CheckResult:
    why_not, count = None, 0
    kept: list[Finding] = []
    if check.graph and context.store is None:
        why_not = "no database was reached"
    else:
        try:
            for finding in check.look(context):
                count += 1
                if not limit or len(kept) < limit:
                    kept.append(finding)
        except (GraphprovError, OSError) as error:
            why_not = str(error)
    return CheckResult(
        name=check.name,
        group=check.group,
        level=check.level,
        title=check.title,
        state="not-made" if why_not is not None else "found" if count else "well",
        why_not=why_not,
        count=count,
        findings=kept,
        do=check.do if count else None,
    )
