"""The report for a terminal or a pipe: plain lines in columns, summary first; colour only on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from graphprov.analysis.report import Affected, ImpactReport
from graphprov.report import words
from graphprov.report.view import View, view

NARROWEST = 60
_DEFAULT_WIDTH = 80
_WIDE = 100
_MANY = 20
"""As many lines of a side list (cleared, unknown origin) as a terminal shows; the other forms have them all."""

_STYLE = {"live": "bold", "superseded": "dim", "invalidated": "dim", "declared": "", "inferred": "", "possible": "dim"}


def render_text(report: ImpactReport, console: Console | None = None, *, width: int | None = None) -> None:
    """Print a report.

    Args:
        report: What to print.
        console: Where; by default standard output, with colour only where that is a terminal.
        width: Columns; by default the terminal's, and 80 in a pipe. Narrower than 60 is taken as 60.
    """
    console = console or Console(highlight=False)
    columns = max(NARROWEST, width or (console.width if console.is_terminal else min(console.width, _DEFAULT_WIDTH)))
    for line in lines(report, columns, ascii_only=console.options.ascii_only):
        console.print(line, soft_wrap=True, highlight=False)


def lines(report: ImpactReport, width: int, *, ascii_only: bool = False) -> list[Text]:
    """The report as styled lines, each at most `width` cells wide."""
    page = _Page(width, "..." if ascii_only else "…", ascii_only)
    shown = view(report)
    for section in (_summary, _paths, _tables, _owners, _side_lists, _cut, _next):
        section(page, shown)
    return page.lines


@dataclass(frozen=True)
class _Column:
    """A column of a table: its head, its greatest width (0: what the others leave), the style of its cells."""

    head: str
    widest: int = 0
    right: bool = False
    styled: bool = False


class _Page:
    """Lines under construction. Text from outside enters as `Text`, never as markup."""

    def __init__(self, width: int, ellipsis: str, ascii_only: bool) -> None:
        self.width = width
        self.ellipsis = ellipsis
        self.ascii_only = ascii_only
        self.lines: list[Text] = []

    def fit(self, text: str, width: int) -> str:
        """The text, safe to print, in at most `width` cells."""
        # Cut before escaping as well, so that a name of a million characters costs nothing.
        safe = words.visible(words.middle(text, max(width, 1)), ascii_only=self.ascii_only)
        safe = safe.replace("\\u2026", "...") if self.ascii_only else safe
        return words.middle(safe, width, ellipsis=self.ellipsis)

    def line(self, *parts: str | tuple[str, str]) -> None:
        """One line of plain or styled parts."""
        self.lines.append(Text.assemble(*parts, no_wrap=True, overflow="ignore"))

    def heading(self, title: str) -> None:
        """A section's title, after an empty line."""
        self.line()
        self.line((self.fit(title, self.width), "bold"))

    def wrapped(self, text: str, indent: str = "  ", hang: str = "  ", style: str = "") -> None:
        """Prose, wrapped at spaces; a word longer than a line is cut in the middle."""
        line = indent
        for word in text.split(" "):
            piece = self.fit(word, self.width - len(hang))
            if cell_len(line) + cell_len(piece) > self.width and line.strip():
                self.line((line.rstrip(), style))
                line = hang
            line += piece + " "
        self.line((line.rstrip(), style))

    def fact(self, name: str, text: str, style: str = "") -> None:
        """A line of the summary."""
        indent = f"  {name:<10}"
        self.wrapped(text, indent=indent, hang=" " * len(indent), style=style)

    def table(self, columns: Sequence[_Column], rows: Sequence[Sequence[str]]) -> None:
        """Cells side by side, two spaces between, each column as wide as its widest cell needs."""
        widths = [
            min(column.widest, max(cell_len(cell) for cell in (column.head, *cells)))
            for column, cells in zip(columns, zip(*rows, strict=True), strict=True)
        ]
        left = self.width - sum(widths) - 2 * len(columns)
        widths = [width or left for width in widths]
        self._row(columns, widths, [column.head for column in columns], style="dim")
        for row in rows:
            self._row(columns, widths, row)

    def command(self, parts: Sequence[str]) -> None:
        """A command to type, broken between its options where it is too long for a line; never cut."""
        line = "    "
        for at, part in enumerate(parts):
            last = at == len(parts) - 1
            if line.strip() and cell_len(line) + cell_len(part) + (0 if last else 2) > self.width:
                self.line(line + "\\")
                line = "      "
            line += words.visible(part, ascii_only=self.ascii_only) + ("" if last else " ")
        self.line(line)

    def _row(self, columns: Sequence[_Column], widths: Sequence[int], cells: Sequence[str], style: str = "") -> None:
        line = Text(no_wrap=True, overflow="ignore")
        for column, width, cell in zip(columns, widths, cells, strict=True):
            text = self.fit(cell, width)
            gap = " " * (width - cell_len(text))
            line.append("  ")
            line.append(gap + text if column.right else text + gap, style or _STYLE.get(cell, "") * column.styled)
        line.rstrip()
        self.lines.append(line)


def _summary(page: _Page, shown: View) -> None:
    report = shown.report
    whom = words.listed(words.visible(subject.name) for subject in report.subjects)
    kinds = {subject.kind for subject in report.subjects}
    page.line(("Impact of ", "bold"), (page.fit(whom, page.width - 40), "bold red"), f" ({_kinds(kinds, report)})")
    for incident in report.incidents:
        severity = f", {incident.severity}" if incident.severity else ""
        said = f"{words.visible(incident.number)} {incident.state}{severity}: {words.visible(incident.reason)}"
        page.fact("incident", said)
    page.fact("window", words.window(report.since, report.until))
    page.fact("made", f"{words.when(report.made_at)} by graphprov {words.visible(report.graphprov_version)}")
    page.fact("complete", _completeness(report), "" if report.complete else "bold yellow")
    flawed = Counter(one.kind for one in report.flawed)
    page.fact("flawed", words.listed(words.counted(kind, n) for kind, n in flawed.items()))
    if not report.total:
        page.fact("affected", "nothing", "bold green")
    else:
        counts = words.listed(words.counted(kind, n) for kind, n in shown.counts())
        page.fact("affected", f"{report.total:,}: {counts}", "bold")
        page.fact("in use", in_use(shown))
        if report.resolved is not None:
            page.fact("parts", words.open_parts(report.total, report.resolved))
        page.fact("to tell", words.number(len(report.owners), "owner"))
    page.fact("unknown", unknowns(report), "" if not (report.unknown_origin or report.time_unknown) else "yellow")
    for note in report.notes:
        page.fact("note", words.visible(note))


def _kinds(kinds: set[str | None], report: ImpactReport) -> str:
    if len(kinds) == 1:
        return words.kind_words(next(iter(kinds)), len(report.subjects))[:30]
    return words.number(len(report.subjects), "subject")


def _completeness(report: ImpactReport) -> str:
    only = f"; asked for {words.listed(words.kind_words(k, 2) for k in report.kinds)} only" if report.kinds else ""
    return ("yes, nothing was cut" if report.complete else "NO, see what was cut below") + only


def in_use(shown: View) -> str:
    """What of the affected is still in use, in words: models and predictions, or else entities of any kind."""
    live = shown.live()
    parts = [words.counted(kind, live[kind]) for kind in ("model", "predictions") if live.get(kind)]
    rest = sum(n for kind, n in live.items() if kind not in ("model", "predictions"))
    if rest:
        parts.append(words.number(rest, "other" if parts else "entity", "others" if parts else "entities"))
    if shown.report.complete or shown.report.live is not None:
        return words.listed(parts) or "nothing"
    return f"{words.listed(parts) or 'nothing'} of what is listed"


def unknowns(report: ImpactReport) -> str:
    """What the report cannot know, in words."""
    parts = []
    if report.unknown_origin:
        origin = words.number(len(report.unknown_origin), "artifact")
        parts.append(f"{origin} without recorded origin, which cannot be cleared")
    if report.time_unknown:
        parts.append(f"{len(report.time_unknown):,} counted only since a time is missing")
    return "; ".join(parts) or "nothing"


def _paths(page: _Page, shown: View) -> None:
    telling = shown.telling()
    if not telling:
        return
    page.heading("Why: a shortest path to the nearest")
    for node in telling:
        line = "  "
        ids = shown.path(shown.why(node.id) or ())
        for at, identifier in enumerate(ids):
            piece = page.fit(shown.label(identifier), page.width - 8) + (" ->" if at < len(ids) - 1 else "")
            if cell_len(line) + cell_len(piece) > page.width and line.strip():
                page.line(line.rstrip())
                line = "    "
            line += piece + " "
        page.line(line.rstrip())


def _tables(page: _Page, shown: View) -> None:
    if shown.report.flawed:
        page.heading(f"Flawed ({len(shown.report.flawed):,})")
        flawed_columns = (_Column("name"), _Column("kind", 14), _Column("time", 17))
        rows = [(shown.label(f.id), words.kind_words(f.kind), words.when(f.time)) for f in shown.flawed]
        page.table(flawed_columns, rows)
    wide = page.width >= _WIDE
    totals = dict(shown.counts())
    for kind, members in shown.by_kind:
        runs = members[0].element == "Activity"
        columns = (
            _Column("name"),
            _Column("dist", 4, right=True),
            _Column("certainty", 9, styled=True),
            _Column(("kind" if wide else "failed") if runs else "state", 24 if wide else 11, styled=True),
            _Column("started" if runs else "made", 17 if wide else 10),
            _Column("who", 24 if wide else 14),
        )
        total = totals.get(kind or words.NO_KIND, len(members))
        listed = "" if total == len(members) else f", {len(members):,} listed"
        page.heading(f"Affected {words.kind_words(kind, 2)} ({total:,}{listed})")
        page.table(columns, [_cells(shown, node, wide) for node in members])


def _cells(shown: View, node: Affected, wide: bool) -> tuple[str, ...]:
    time = words.when(node.time, unknown="-") if wide else words.day(node.time)
    label = shown.nodes[node.id].reference
    state: str = node.state or "-"
    if node.element == "Activity":
        kind = words.kind_words(node.kind) if wide else ""
        state = f"{'FAILED' if node.failed else ''} {kind}".strip()
    return (label, f"{node.distance}", node.certainty, state, time, ", ".join(shown.people(node)) or "-")


def _owners(page: _Page, shown: View) -> None:
    if not shown.report.owners:
        return
    page.heading(f"Whom to tell ({len(shown.report.owners):,})")
    for owner in shown.report.owners:
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


def _side_lists(page: _Page, shown: View) -> None:
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
    for title, ids in (
        ("Unknown origin: no provenance recorded, cannot be cleared", report.unknown_origin),
        ("Time unknown: counted, since a time is missing", report.time_unknown),
    ):
        if ids:
            page.heading(f"{title} ({len(ids):,})")
            for identifier in ids[:_MANY]:
                page.line("  ", page.fit(shown.label(identifier), page.width - 2))
            _more(page, len(ids))


def _more(page: _Page, total: int) -> None:
    if total > _MANY:
        page.line(f"  and {total - _MANY:,} more, all in the JSON and HTML forms")


def _cut(page: _Page, shown: View) -> None:
    if not shown.report.cut:
        return
    page.heading("Cut")
    for cut in shown.report.cut:
        page.wrapped(words.cut(cut))


def _next(page: _Page, shown: View) -> None:
    page.heading("Next")
    page.line("  the page to send on:")
    page.command(words.command(shown.report, "--output impact.html"))
    telling = shown.telling()
    if telling:
        page.line("  what the nearest was made from:")
        page.command(["graphprov lineage", words.quoted(shown.nodes[telling[0].id].reference)])
