"""The report as Markdown for a ticket: short enough to read there, with every name in a code span.

In a code span nothing is markup, and no ticket system turns `@name` or `#1` into a mention. A name that could end the
span or its table cell is written as character references instead. The lineage is a Mermaid diagram, folded away, which
GitHub and GitLab draw.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from graphprov.analysis.report import Affected, ImpactReport
from graphprov.report import summary, words
from graphprov.report.closing import OPEN, closing, headline, of_owner, part
from graphprov.report.diagram import mermaid
from graphprov.report.next_steps import next_steps
from graphprov.report.verbs import verb
from graphprov.report.view import View, view

_LONGEST = 80
_LONGEST_WHY = 14
_LARGEST_DIAGRAM = 20_000
"""More characters than this no ticket system draws well."""

_PROSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,;()'-]*")
_MANY = 50
"""Rows of a table; a ticket with more is not read, and the page has them all."""


def to_markdown(report: ImpactReport) -> str:
    """The report as GitHub-flavoured Markdown."""
    shown = view(report)
    blocks = [
        *_summary(shown),
        *_paths(shown),
        *_picture(shown),
        *_owners(shown),
        *_tables(shown),
        *_side_lists(shown),
        *_footer(shown),
    ]
    return "\n\n".join(blocks) + "\n"


def code(text: str, longest: int = _LONGEST) -> str:
    """Text from outside as a code span that nothing in it can leave, in a table cell too.

    >>> code("antispam@9c1d04"), code("a|`b")
    ('`antispam@9c1d04`', '<code>a&#124;&#96;b</code>')
    """
    safe = words.visible(words.middle(text, longest))
    if not safe.strip():
        return "`(empty)`"
    if safe == safe.strip() and not any(char in safe for char in "`|\\"):
        return f"`{safe}`"
    return f"<code>{''.join(_reference(char) for char in safe)}</code>"


def _reference(char: str) -> str:
    return char if char == " " or not char.isascii() or char.isalnum() else f"&#{ord(char)};"


def _summary(shown: View) -> list[str]:
    report = shown.report
    whom = words.listed(code(subject.name, 40) for subject in report.subjects)
    facts = [("Window", words.window(report.since, report.until))]
    facts += [("Incident", _plain(headline(one).removeprefix("incident "), 400)) for one in report.incidents]
    if report.as_known_on is not None:
        facts.append(("Known on", f"{words.when(report.as_known_on)}; what was recorded later is left out"))
    facts += [
        ("Made", f"{words.when(report.made_at)} by graphprov {code(report.graphprov_version)}"),
        ("Complete", "yes, nothing was cut" if report.complete else "**no**, see what was cut below"),
        ("Flawed", words.listed(code(shown.label(one.id), 40) for one in shown.flawed[:10]) + _and_more(report.flawed)),
    ]
    if report.kinds:
        facts.append(("Asked for", words.listed(code(kind) for kind in report.kinds) + " only"))
    if report.total:
        counts = words.listed(f"{n:,} {_plain(words.kind_words(kind, n))}" for kind, n in shown.counts())
        facts += [
            ("Affected", f"**{report.total:,}**: {counts}"),
            ("Still in use", _plain(summary.in_use(shown), 400)),
            ("Certainty", summary.certainty(report)),
            ("To tell", words.number(len(report.owners), "owner")),
        ]
    else:
        facts.append(("Affected", "**nothing**"))
    if report.total and (done := closing(report)) is not None:
        facts += [("Closed", done.said), ("Open", f"**{done.left}**" if done.open else done.left)]
    facts.append(("Unknown", summary.unknowns(report)))
    facts += [("Note", _plain(note, 300)) for note in words.notes(report)]
    return [f"# Impact of {whom}", "\n".join(f"- **{name}:** {text}" for name, text in facts)]


def _plain(text: str, longest: int = 40) -> str:
    """Text that no Markdown could take as markup stays as it is; any other becomes a code span."""
    return text if _PROSE.fullmatch(text) and len(text) <= longest else code(text, longest)


def _and_more(items: Sequence[object]) -> str:
    return f" and {len(items) - 10:,} more" if len(items) > 10 else ""


def _paths(shown: View) -> list[str]:
    telling = shown.telling()
    if not telling:
        return []
    blocks = ["## Why"]
    for node in telling:
        said = "; ".join(part for part in (_plain(summary.standing(node), 100), words.paths(node.paths)) if part)
        steps = shown.why(node.id) or []
        items = [code(shown.label(steps[0].cause), 60)]
        items += [f"{_plain(verb(step), 60)} {code(shown.label(step.effect), 60)}" for step in steps]
        if len(items) > _LONGEST_WHY:
            half = _LONGEST_WHY // 2
            items[half:-half] = [f"... {len(items) - 2 * half:,} relations more ..."]
        blocks += [f"By a shortest path to {code(shown.nodes[node.id].reference)} ({said}):"]
        blocks += ["\n".join(f"{at}. {item}" for at, item in enumerate(items, start=1))]
    return blocks


def _picture(shown: View) -> list[str]:
    """The lineage, where a ticket system draws it; in the others it can be folded away."""
    if not shown.report.affected:
        return []
    drawn = mermaid(shown)
    if len(drawn) > _LARGEST_DIAGRAM:
        return []
    return [f"<details><summary>How it spread</summary>\n\n```mermaid\n{drawn}```\n\n</details>"]


def _tables(shown: View) -> list[str]:
    blocks = []
    for kind, members in shown.by_kind:
        if kind == "run":
            failed = sum(node.failed for node in members)
            say = f"{words.number(len(members), 'run')} listed in the other forms of this report"
            blocks += ["## Affected runs", say + (f", {failed:,} of them failed." if failed else ".")]
            continue
        blocks.append(f"## Affected {_plain(words.kind_words(kind, 2))}")
        rows = [_row(shown, node) for node in members[:_MANY]]
        paths, part = ("Paths",) if shown.paths_counted else (), ("Part",) if shown.report.incidents else ()
        blocks.append(_table(("Name", "Distance", "Certainty", *paths, "State", *part, "Made", "Who"), rows))
        blocks += _more(len(members))
    return blocks


def _row(shown: View, node: Affected) -> tuple[str, ...]:
    who = ", ".join(code(name, 40) for name in shown.people(node)) or "-"
    return (
        code(shown.nodes[node.id].reference),
        str(node.distance),
        node.certainty,
        *((words.short_paths(node.paths),) if shown.paths_counted else ()),
        f"**{node.state}**" if node.state == "live" else node.state or "-",
        *((_part(node),) if shown.report.incidents else ()),
        words.when(node.time, unknown="-"),
        who,
    )


def _part(node: Affected) -> str:
    said = part(node)
    return f"**{said}**" if said == OPEN else said or "-"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _owners(shown: View) -> list[str]:
    if not shown.report.owners:
        return []
    rows = []
    for owner in shown.report.owners[:_MANY]:
        held = words.listed(
            f"{n:,} {_plain(words.kind_words(kind, n))}" if kind else f"{n:,} not listed"
            for kind, n in shown.holdings(owner)
        )
        organizations = ", ".join(code(name, 40) for name in owner.organizations) or "-"
        contact = code(owner.agent.contact, 60) if owner.agent.contact else "none recorded"
        done = of_owner(shown.report, owner, shown.rows(owner.affected))
        left = () if done is None else (f"**{done.open:,}**" if done.open else "-",)
        rows.append((code(owner.agent.name, 40), organizations, contact, held, *left))
    opened = ("Open",) if shown.report.incidents else ()
    blocks = ["## Whom to tell", _table(("Who", "For", "Contact", "Affected", *opened), rows)]
    return blocks + _more(len(shown.report.owners))


def _more(total: int) -> list[str]:
    return [f"and {total - _MANY:,} more in the other forms of this report."] if total > _MANY else []


def _side_lists(shown: View) -> list[str]:
    report = shown.report
    blocks = []
    if report.cleared:
        lines = []
        for one in report.cleared[:_MANY]:
            run = code(shown.label(one.activity))
            lines.append(f"- {code(shown.label(one.id))}: {words.CLEARED_BY[one.rule]} ({one.rule}; run {run})")
        blocks += ["## Cleared", "Made by an affected run, yet not affected:", "\n".join(lines)]
        blocks += _more(len(report.cleared))
    for listing in summary.side_lists(report):
        if listing.ids:
            ids = "\n".join(f"- {code(shown.label(one))}" for one in listing.ids[:_MANY])
            blocks += [f"## {listing.title}", listing.says, ids, *_more(len(listing.ids))]
    return blocks


def _footer(shown: View) -> list[str]:
    blocks = []
    if shown.report.cut:
        blocks += ["## Cut", "\n".join(f"- {code(words.cut(cut), 300)}" for cut in shown.report.cut)]
    steps = next_steps(shown)
    if steps:
        blocks += ["## Next", "\n".join(f"- {step.says}: {code(step.command, 1000)}" for step in steps)]
    return blocks
