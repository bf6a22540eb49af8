"""What a notebook shows of a report or a lineage: compact, safe, and at once, however much is affected.

HTML without script, style sheet or identifiers, since a notebook is one document with many outputs: looks are
attributes, and colours are chosen to be read on white and on black.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from graphprov.analysis.lineage import Lineage, LineageNode
from graphprov.analysis.report import Affected, ImpactReport
from graphprov.model.identity import short_id
from graphprov.model.vocabulary import Element
from graphprov.report import closing, picture, summary, words
from graphprov.report.fewer import fewer
from graphprov.report.layout import lay_out
from graphprov.report.svg import Glyph, glyphs, svg
from graphprov.report.view import View, view

_ROWS = 12
_OWNERS = 6
_LONGEST = 60
_MOST_DRAWN = 2_000
"""A larger report is not drawn: that takes a second, and the page does it better."""

_MOST_NODES = 40
"""A larger lineage is not drawn: unfolded, it would not be read."""


def of_report(report: ImpactReport) -> str:
    """The report at a glance: what it has reached, what is not known, the picture, the rows that matter most."""
    drawn = len(report.affected) <= _MOST_DRAWN
    shown = view(report if drawn else fewer(report, _MOST_DRAWN, "report.to_frame()"))
    rows = [node for _, members in shown.by_kind for node in members if node.element == "Entity"] or shown.reached
    rows = sorted(rows, key=lambda node: (words.kind_rank(node.kind), node.state != "live"))[:_ROWS]
    done = closing.closing(report)
    people = [_short(owner.agent.name) for owner in report.owners[:_OWNERS]]
    if len(report.owners) > _OWNERS:
        people.append(f"{len(report.owners) - _OWNERS:,} more")
    return _template("notebook.html.j2").render(
        subjects=words.listed(_short(subject.name) for subject in report.subjects[:5]),
        window=words.window(report.since, report.until),
        total=f"{report.total:,}" if report.total else "",
        counts=words.listed(words.counted(kind, n) for kind, n in shown.counts()),
        in_use=summary.in_use(shown),
        certainty=summary.certainty(report),
        complete=report.complete,
        cut=[words.cut(one) for one in report.cut],
        unknowns="" if (unknown := summary.unknowns(report)) == "nothing" else unknown,
        incidents=[f"I{closing.headline(one)[1:]}" for one in report.incidents],
        closing=f"{done.said}; {done.left}" if done is not None and done.total else "",
        owners=words.listed(people),
        picture=Markup(_drawn(shown)) if drawn and report.affected else "",  # noqa: S704 - escaped there
        heads=("Name", "Kind", "Distance", "Certainty", "State", "Made", "Who"),
        rows=[_cells(shown, node) for node in rows],
        more=f"{report.total - len(rows):,}" if report.total > len(rows) else "",
    )


def of_lineage(lineage: Lineage) -> str:
    """What a thing was made from: a picture where it is small, and the nearest things."""
    nodes = lineage.nodes
    return _template(
        "notebook_lineage.html.j2"
    ).render(
        root=_short(short_id(lineage.root)),
        count=words.number(len(nodes) - 1, "thing"),
        complete=lineage.complete,
        cut=words.visible(lineage.cut or ""),
        picture=Markup(_drawn_lineage(lineage)) if 1 < len(nodes) <= _MOST_NODES else "",  # noqa: S704 - escaped there
        heads=("Name", "Kind", "Distance", "When", "Status"),
        rows=[
            (
                _short(short_id(node.id)),
                words.kind_words(node.kind),
                f"{node.distance}",
                words.when(node.time, unknown=""),
                words.visible(node.status or ""),
            )
            for node in nodes[:_ROWS]
        ],
        more=f"{len(nodes) - _ROWS:,}" if len(nodes) > _ROWS else "",
    )


@lru_cache
def _template(name: str) -> jinja2.Template:
    text = (files("graphprov.report") / "templates" / name).read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text)


def _short(text: str) -> str:
    return words.visible(words.middle(text, _LONGEST))


def _cells(shown: View, node: Affected) -> tuple[str, ...]:
    state = words.CLOSED[node.resolution.how] if node.resolution is not None else node.state or ""
    return (
        _short(shown.nodes[node.id].reference),
        words.kind_words(node.kind),
        f"{node.distance}",
        node.certainty,
        state,
        words.when(node.time, unknown=""),
        _short(", ".join(shown.people(node))),
    )


def _drawn(shown: View) -> str:
    drawn = picture.draw(shown)
    says = "The lineage from the flawed source, left, to what is affected, right; the table names the nearest."
    return svg(glyphs(drawn), drawn.layout, drawn.certainty, says=says)


def _drawn_lineage(lineage: Lineage) -> str:
    number = {node.id: at for at, node in enumerate(lineage.nodes)}
    pairs = {
        (number[step.cause], number[step.effect])
        for step in lineage.relations
        if step.cause != step.effect and step.cause in number and step.effect in number
    }
    says = f"What {_short(short_id(lineage.root))} was made from, from its sources, left, to itself, right."
    certainty = dict.fromkeys(pairs, "inferred")
    shown = [_glyph(node, root=node.id == lineage.root) for node in lineage.nodes]
    return svg(shown, lay_out(len(shown), sorted(pairs)), certainty, says=says)


def _glyph(node: LineageNode, *, root: bool) -> Glyph:
    look = {Element.ACTIVITY: "run", Element.AGENT: "agent"}.get(Element(node.element), "affected")
    shape = {Element.ACTIVITY: "pill", Element.AGENT: "house"}.get(Element(node.element), "rectangle")
    kind, name = words.kind_words(node.kind), words.visible(words.middle(node.name, 200))
    version = words.visible(words.middle(node.version or "", 6, ellipsis="")) if look == "affected" else ""
    title = f"{name}@{version}" if version else name
    lines = [("caption", picture.shortened(kind)), *(("title", line) for line in picture.wrapped(title))]
    if node.time is not None:
        lines.append(("by", words.day(node.time)))
    return Glyph(shape, "live" if root else look, lines, f"{kind} {title}")
