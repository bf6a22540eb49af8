"""The report for a terminal or a pipe: plain lines in columns, summary first; colour only on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from graphprov.analysis.report import Affected, ImpactReport, Owner, Step
from graphprov.report import closing, summary, words
from graphprov.report.lines import Column, Lines, show
from graphprov.report.next_steps import next_steps
from graphprov.report.verbs import verb
from graphprov.report.view import View, view

_ROOMY, _WIDE = 72, 100
"""From these widths on there is room for the certainty, and for times to the minute."""

_WHO_NARROW, _WHO_WIDE = 14, 24
_MANY = 20
"""As many lines of a side list (cleared, unknown origin) as a terminal shows; the other forms have them all."""

_LONGEST_WHY = 12
"""A longer path is told by its ends."""

_STYLES = {
    "live": "bold",
    "superseded": "dim",
    "invalidated": "dim",
    "possible": "dim",
    "FAILED": "bold red",
    **dict.fromkeys(words.CLOSED.values(), "green"),
}


def render_text(report: ImpactReport, console: Console | None = None, *, width: int | None = None) -> None:
    """Print a report.

    Args:
        report: What to print.
        console: Where; by default standard output, with colour only where that is a terminal.
        width: Columns; by default the terminal's, and 80 in a pipe. Narrower than 60 is taken as 60.
    """
    show(lambda columns, ascii_only: lines(report, columns, ascii_only=ascii_only), console, width=width)


def lines(report: ImpactReport, width: int, *, ascii_only: bool = False) -> list[Text]:
    """The report as styled lines, each at most `width` cells wide."""
    page = Lines(width, ascii_only=ascii_only, styles=_STYLES)
    shown = view(report)
    for section in (_summary, _paths, _tables, _owners, _side_lists, _cut, _next):
        section(page, shown)
    return page.lines


def _summary(page: Lines, shown: View) -> None:
    report = shown.report
    whom = words.listed(words.visible(subject.name) for subject in report.subjects)
    page.line(
        ("Impact of ", "bold"), (page.fit(whom, page.width - 40), "bold red"), f" ({summary.subjects(report)[:28]})"
    )
    page.fact("window", words.window(report.since, report.until))
    for incident in report.incidents:
        page.fact("incident", closing.headline(incident).removeprefix("incident "), "bold")
    if report.as_known_on is not None:
        page.fact("known on", f"{words.when(report.as_known_on)}; what was recorded later is left out", "yellow")
    page.fact("made", f"{words.when(report.made_at)} by graphprov {words.visible(report.graphprov_version)}")
    page.fact("complete", summary.completeness(report), "" if report.complete else "bold yellow")
    flawed = Counter(one.kind for one in report.flawed)
    page.fact("flawed", words.listed(words.counted(kind, n) for kind, n in flawed.items()) or "nothing")
    if not report.total:
        page.fact("affected", "nothing", "bold green")
    else:
        counts = words.listed(words.counted(kind, n) for kind, n in shown.counts())
        page.fact("affected", f"{report.total:,}: {counts}", "bold")
        page.fact("in use", summary.in_use(shown))
        page.fact("certainty", summary.certainty(report))
        page.fact("to tell", words.number(len(report.owners), "owner"))
    done = closing.closing(report)
    if done is not None and report.total:
        page.fact("closed", done.said)
        page.fact("open", done.left, "bold" if done.open else "green")
    page.fact("unknown", summary.unknowns(report), "yellow" if report.unknown_origin or report.time_unknown else "")
    for note in words.notes(report):
        page.fact("note", words.visible(note))


def _paths(page: Lines, shown: View) -> None:
    telling = shown.telling()
    if not telling:
        return
    page.heading("Why, each by a shortest path")
    for node in telling:
        label = shown.nodes[node.id].reference
        said = "; ".join(part for part in (summary.standing(node), words.paths(node.paths)) if part)
        title = page.fit(label, page.width - 2)
        if words.cells(title) + words.cells(said) + 4 <= page.width:
            page.line("  ", (title, "bold"), (f"  {said}", "dim"))
        else:
            page.line("  ", (title, "bold"))
            page.wrapped(said, indent="    ", hang="    ", style="dim")
        _path(page, shown, shown.why(node.id) or [])


def _path(page: Lines, shown: View, steps: Sequence[Step]) -> None:
    page.wrapped(shown.label(steps[0].cause), indent="    ", hang="      ")
    for at, step in enumerate(steps):
        if len(steps) > _LONGEST_WHY and _LONGEST_WHY // 2 <= at < len(steps) - _LONGEST_WHY // 2:
            if at == _LONGEST_WHY // 2:
                page.line(f"      ... {len(steps) - _LONGEST_WHY:,} relations more ...")
            continue
        page.wrapped(f"{verb(step)} {shown.label(step.effect)}", indent="      ", hang="        ")


def _tables(page: Lines, shown: View) -> None:
    if shown.report.flawed:
        page.heading(f"Flawed ({len(shown.report.flawed):,})")
        flawed_columns = (Column("name"), Column("kind", 14), Column("time", 17))
        rows = [(shown.label(f.id), words.kind_words(f.kind), words.when(f.time)) for f in shown.flawed]
        page.table(flawed_columns, rows)
    wide, roomy = page.width >= _WIDE, page.width >= _ROOMY
    totals = dict(shown.counts())
    for kind, members in shown.by_kind:
        runs = not closing.is_entity(members[0])
        columns = (
            Column("name"),
            Column("dist", 4, right=True),
            *((Column("certainty", 9, styled=True),) if roomy else ()),
            *((Column("paths", 9, right=True),) if wide and shown.paths_counted else ()),
            Column(("kind" if wide else "failed") if runs else "state", 24 if wide else 12, styled=True),
            Column("started" if runs else "made", 17 if wide else 10),
            Column("who", _WHO_WIDE if wide else _WHO_NARROW),
        )
        total = totals.get(kind or words.NO_KIND, len(members))
        listed = "" if total == len(members) else f", {len(members):,} listed"
        page.heading(f"Affected {words.kind_words(kind, 2)} ({total:,}{listed})")
        page.table(columns, [_cells(shown, node, wide=wide, roomy=roomy) for node in members])


def _cells(shown: View, node: Affected, *, wide: bool, roomy: bool) -> tuple[str, ...]:
    time = words.when(node.time, unknown="-") if wide else words.day(node.time)
    label = shown.nodes[node.id].reference
    state: str = node.state or "-"
    if not closing.is_entity(node):
        kind = words.kind_words(node.kind) if wide else ""
        state = f"{'FAILED' if node.failed else ''} {kind}".strip()
    if node.resolution is not None:
        state = words.CLOSED[node.resolution.how]
    paths = (words.short_paths(node.paths),) if wide and shown.paths_counted else ()
    people = _who(shown.people(node), _WHO_WIDE if wide else _WHO_NARROW)
    sure = (node.certainty,) if roomy else ()
    return (label, f"{node.distance}", *sure, *paths, state, time, people)


def _who(people: list[str], width: int) -> str:
    """Those responsible; where they do not fit, the first and how many more."""
    whole = ", ".join(people)
    if len(people) < 2 or words.cells(whole[: width + 1]) <= width:
        return whole or "-"
    more = f" +{len(people) - 1}"
    return words.middle(people[0], width - len(more)) + more


def _owners(page: Lines, shown: View) -> None:
    if not shown.report.owners:
        return
    page.heading(f"Whom to tell ({len(shown.report.owners):,})")
    for owner in shown.report.owners:
        _owner(page, shown, owner)


def _owner(page: Lines, shown: View, owner: Owner) -> None:
    name = words.visible(owner.agent.name) + (
        f" for {words.listed(map(words.visible, owner.organizations))}" if owner.organizations else ""
    )
    contact = words.visible(owner.agent.contact) if owner.agent.contact else "no contact recorded"
    half = (page.width - 4) // 2
    page.line("  ", (page.fit(name, half), "bold"), "  ", page.fit(contact, half))
    held = words.listed(
        words.counted(kind, n) if kind else words.number(n, "not listed", "not listed")
        for kind, n in shown.holdings(owner)
    )
    page.wrapped(held, indent="    ", hang="    ")
    done = closing.of_owner(shown.report, owner, shown.rows(owner.affected))
    if done is not None and done.total:
        page.wrapped(done.said + f"; {done.left}", indent="    ", hang="    ", style="" if done.open else "green")


def _side_lists(page: Lines, shown: View) -> None:
    report = shown.report
    if report.cleared:
        page.heading(f"Cleared: made by an affected run, yet not affected ({len(report.cleared):,})")
        for one in report.cleared[:_MANY]:
            page.line("  ", page.fit(shown.label(one.id), page.width - 2))
            page.wrapped(
                f"by {page.fit(shown.label(one.activity), 40)}: {words.CLEARED_BY[one.rule]} ({one.rule})",
                indent="    ",
                hang="    ",
            )
        _more(page, len(report.cleared))
    for listing in summary.side_lists(report):
        if listing.ids:
            page.heading(f"{listing.title} ({len(listing.ids):,})")
            page.wrapped(listing.says)
            for identifier in listing.ids[:_MANY]:
                page.line("    ", page.fit(shown.label(identifier), page.width - 4))
            _more(page, len(listing.ids))


def _more(page: Lines, total: int) -> None:
    if total > _MANY:
        page.line(f"  and {total - _MANY:,} more, all in the JSON and HTML forms")


def _cut(page: Lines, shown: View) -> None:
    if not shown.report.cut:
        return
    page.heading("Cut")
    for cut in shown.report.cut:
        page.wrapped(words.cut(cut))


def _next(page: Lines, shown: View) -> None:
    page.heading("Next")
    for step in next_steps(shown):
        page.wrapped(f"{step.says}:")
        page.command(step.parts)
