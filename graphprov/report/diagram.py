"""The drawn lineage as text for other tools: Mermaid (tickets, wikis, notebooks) and DOT (Graphviz).

The same items and edges as on the page (`graphprov.report.picture`), folded alike; the tools do the layout. Shape, line
and words tell what is what, as on the page: flawed things are hexagons or octagons, runs are round, and an edge is bold
where it is declared, dotted where it is merely possible. Names come from outside: each character that either language
could take as its own is written as a reference.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphprov.analysis.report import ImpactReport
from graphprov.report import words
from graphprov.report.picture import Item, draw
from graphprov.report.view import View, view

_LONGEST_LINE = 60
_STROKE = "\N{REVERSE SOLIDUS OPERATOR}"
_PLAIN = " .,_-"
"""Beside letters and digits, what means nothing to Mermaid within quotes."""


@dataclass(frozen=True)
class Look:
    """How one kind of box is drawn: Mermaid's brackets, Graphviz's attributes, and the colours of both."""

    brackets: tuple[str, str]
    graphviz: str
    fill: str
    line: str
    width: float = 1.2
    dashed: bool = False


LOOKS: dict[str, Look] = {
    "flawed": Look(("{{", "}}"), "shape=octagon", "#fde7e4", "#b3261e", 2.5),
    "live": Look(("[", "]"), "shape=box", "#fff0dd", "#a34a00", 2.5),
    "affected": Look(("[", "]"), "shape=box", "#faf6ef", "#8a6d4a"),
    "run": Look(("([", "])"), 'shape=box, style="rounded,filled"', "#eaf0f7", "#47607d"),
    "agent": Look((">", "]"), "shape=cds", "#eceffb", "#3a4fa3"),
    "cleared": Look(("[", "]"), 'shape=box, style="dashed,filled"', "#e4f5ec", "#13693f", dashed=True),
    "mentioned": Look(("[", "]"), "shape=box", "#eef1f5", "#7a8698"),
}
"""The looks of boxes, by what they are."""

_INK = "#17202c"
_ARROWS = {"declared": "==>", "inferred": "-->", "possible": "-.->"}
_STYLES = {"declared": "style=bold", "inferred": "style=solid", "possible": "style=dotted"}


def to_mermaid(report: ImpactReport) -> str:
    """The drawn part as a Mermaid flowchart."""
    return mermaid(view(report))


def mermaid(shown: View) -> str:
    """The drawn part of an indexed report as a Mermaid flowchart."""
    picture = draw(shown)
    looks = [item.look for item in picture.items]
    lines = ["flowchart LR", f"  accTitle: {_prose(_title(shown))}"]
    for number, item in enumerate(picture.items):
        start, end = LOOKS[looks[number]].brackets
        label = "<br/>".join(_reference(line) for line in _lines(item))
        lines.append(f'  n{number}{start}"{label}"{end}')
    lines += [
        f"  n{tail} {_ARROWS[certainty]} n{head}" for (tail, head), certainty in sorted(picture.certainty.items())
    ]
    for name, look in LOOKS.items():
        members = [f"n{number}" for number, one in enumerate(looks) if one == name]
        if members:
            dashes = ",stroke-dasharray:5 4" if look.dashed else ""
            style = f"fill:{look.fill},stroke:{look.line},stroke-width:{look.width}px,color:{_INK}{dashes}"
            lines += [f"  classDef {name} {style}", f"  class {','.join(members)} {name}"]
    return "\n".join(lines) + "\n"


def to_dot(report: ImpactReport) -> str:
    """The drawn part in Graphviz's language."""
    shown = view(report)
    picture = draw(shown)
    lines = [
        "digraph impact {",
        f'  graph [rankdir=LR, charset="UTF-8", fontname="Helvetica", labelloc=t, label={_quoted(_title(shown))}];',
        f'  node [fontname="Helvetica", fontsize=11, style=filled, fontcolor="{_INK}"];',
        '  edge [color="#7a8698", arrowsize=0.7];',
    ]
    for number, item in enumerate(picture.items):
        look = LOOKS[item.look]
        colours = f'fillcolor="{look.fill}", color="{look.line}", penwidth={look.width}'
        label = "\\n".join(_escaped(line) for line in _lines(item))
        lines.append(f'  n{number} [label="{label}", tooltip={_quoted(item.says)}, {look.graphviz}, {colours}];')
    lines += [
        f"  n{tail} -> n{head} [{_STYLES[certainty]}];" for (tail, head), certainty in sorted(picture.certainty.items())
    ]
    return "\n".join([*lines, "}"]) + "\n"


def _title(shown: View) -> str:
    report = shown.report
    whom = words.listed(words.middle(subject.name, _LONGEST_LINE) for subject in report.subjects[:5])
    return words.visible(f"Impact of {whom}, {words.window(report.since, report.until)}")


def _lines(item: Item) -> list[str]:
    made_by = f"by {item.made_by}" if item.made_by else ""
    told = (item.caption, item.title, made_by, item.detail)
    return [words.visible(words.middle(line, _LONGEST_LINE)) for line in told if line]


def _reference(text: str) -> str:
    """Text within Mermaid's quotes; a character that could mean something is named by its number."""
    # Mermaid breaks the line at a backslash with an n even where both are named: another stroke stands for the first.
    text = text.replace("\\", _STROKE)
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in text)


def _prose(text: str) -> str:
    """Text for a Mermaid statement that knows no quotes: what could mean something is left out."""
    return " ".join("".join(char if char.isalnum() or char in _PLAIN else " " for char in text).split())


def _escaped(text: str) -> str:
    # Graphviz decodes HTML's references within labels too, so an ampersand is one itself.
    return words.visible(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")


def _quoted(text: str) -> str:
    return f'"{_escaped(words.middle(text, 200))}"'
