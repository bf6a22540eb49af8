"""The report as Markdown for a ticket: short enough to read there, with every name in a code span.

In a code span nothing is markup, and no ticket system turns `@name` or `#1` into a mention. A name that could end the
span or its table cell is written as character references instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from graphprov.analysis.report import Affected, ImpactReport
from graphprov.report import words
from graphprov.report.text import in_use, unknowns
from graphprov.report.view import View, view

_LONGEST = 80
_PROSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,;()'-]*")
_MANY = 50
"""Rows of a table; a ticket with more is not read, and the page has them all."""


def to_markdown(report: ImpactReport) -> str:
    """The report as GitHub-flavoured Markdown."""
    shown = view(report)
    blocks = [
        *_summary(shown),
        *_paths(shown),
        *_tables(shown),
        *_owners(shown),
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
    facts = [
        ("Window", words.window(report.since, report.until)),
        ("Made", f"{words.when(report.made_at)} by graphprov {code(report.graphprov_version)}"),
        ("Complete", "yes, nothing was cut" if report.complete else "**no**, see what was cut below"),
        (
            "Flawed",
            words.listed(code(shown.label(one.id), 40) for one in shown.flawed[:10]) + _and_more(report.flawed),
        ),
    ]
    if report.kinds:
        facts.append(("Asked for", words.listed(code(kind) for kind in report.kinds) + " only"))
    if report.total:
        counts = words.listed(f"{n:,} {_plain(words.kind_words(kind, n))}" for kind, n in shown.counts())
        facts += [
            ("Affected", f"**{report.total:,}**: {counts}"),
            ("Still in use", in_use(shown)),
            ("To tell", words.number(len(report.owners), "owner")),
        ]
    else:
        facts.append(("Affected", "**nothing**"))
    facts.append(("Unknown", unknowns(report)))
    facts += [("Note", _plain(note, 300)) for note in report.notes]
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
    paths = [
        "- " + " → ".join(code(shown.label(one), 60) for one in shown.path(shown.why(node.id) or ()))
        for node in telling
    ]
    return ["## Why", "A shortest path to the nearest:", "\n".join(paths)]


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
        blocks.append(_table(("Name", "Distance", "Certainty", "State", "Made", "Who"), rows))
        if len(members) > _MANY:
            blocks.append(f"and {len(members) - _MANY:,} more in the other forms of this report.")
    return blocks


def _row(shown: View, node: Affected) -> tuple[str, ...]:
    who = ", ".join(code(name, 40) for name in shown.people(node)) or "-"
    return (
        code(shown.nodes[node.id].reference),
        str(node.distance),
        node.certainty,
        f"**{node.state}**" if node.state == "live" else node.state or "-",
        words.when(node.time, unknown="-"),
        who,
    )


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
        rows.append((code(owner.agent.name, 40), organizations, contact, held))
    return ["## Whom to tell", _table(("Who", "For", "Contact", "Affected"), rows)]


def _side_lists(shown: View) -> list[str]:
    report = shown.report
    blocks = []
    if report.cleared:
        lines = []
        for one in report.cleared[:_MANY]:
            run = code(shown.label(one.activity))
            lines.append(f"- {code(shown.label(one.id))}: {words.CLEARED_BY[one.rule]} ({one.rule}; run {run})")
        blocks += ["## Cleared", "Made by an affected run, yet not affected:", "\n".join(lines)]
    for title, ids in (
        ("Unknown origin, cannot be cleared", report.unknown_origin),
        ("Counted only since a time is missing", report.time_unknown),
    ):
        if ids:
            blocks += [f"## {title}", "\n".join(f"- {code(shown.label(one))}" for one in ids[:_MANY])]
    return blocks


def _footer(shown: View) -> list[str]:
    blocks = []
    if shown.report.cut:
        blocks += ["## Cut", "\n".join(f"- {code(words.cut(cut), 300)}" for cut in shown.report.cut)]
    return [*blocks, "---", f"Made with {code(' '.join(words.command(shown.report)), 1000)}"]
