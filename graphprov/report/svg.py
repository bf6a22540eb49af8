"""A small picture as one SVG that needs no style sheet and no identifiers of its own: for notebooks, light or dark.

The page draws the same places with a style sheet and a script (`templates/picture.html.j2`); a notebook shows several
outputs in one document, so here every look is an attribute and an arrow is a path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from graphprov.report.layout import BOX_HEIGHT, BOX_WIDTH, Layout, left
from graphprov.report.picture import LINE_HEIGHT, Picture, outline

_LINES: dict[str, tuple[str, float, str]] = {
    "flawed": ("#c4372d", 2.4, ""),
    "live": ("#c96a12", 2.4, ""),
    "affected": ("#94795a", 1.2, ""),
    "run": ("#6584a6", 1.2, ""),
    "agent": ("#6a7fd6", 1.2, ""),
    "cleared": ("#2f9a63", 1.2, "5 4"),
    "mentioned": ("#8a95a5", 1.2, ""),
}
"""Colour, width and dashes of an outline, in tones that are seen on white and on black."""

_EDGES = {"declared": (2.2, ""), "inferred": (1.3, ""), "possible": (1.6, "1.5 4")}
_WEIGHTS = {"title": ' font-weight="600"', "caption": ' opacity=".72"', "by": ' opacity=".72"'}


@dataclass(frozen=True)
class Glyph:
    """What is drawn in one place: its outline, how it looks, its lines of text with their styles, and all at once."""

    shape: str
    look: str
    lines: Sequence[tuple[str, str]]
    says: str


def glyphs(picture: Picture) -> list[Glyph]:
    """What a report's picture shows in each place."""
    return [Glyph(item.shape, item.look, item.lines, item.says) for item in picture.items]


def svg(shown: Sequence[Glyph], layout: Layout, certainty: dict[tuple[int, int], str], *, says: str) -> str:
    """The picture; `says` is what a screen reader hears of it."""
    width, height = layout.width, layout.height
    size = (
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" style="max-width:100%;height:auto"'
    )
    text = 'font-family="system-ui,sans-serif" font-size="11" fill="currentColor"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(says)}" {text}>']
    for tail, head in layout.chains:
        thick, dashes = _EDGES[certainty[tail, head]]
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        parts.append(
            f'<path d="{layout.path(tail, head)}" fill="none" stroke="#8a95a5" stroke-width="{thick}"{dashed}/>'
            f'<path d="{_arrow(layout, tail, head)}" fill="#8a95a5"/>'
        )
    for number, glyph in enumerate(shown):
        x, y = layout.place(number)
        colour, thick, dashes = _LINES[glyph.look]
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        parts.append(
            f'<g transform="translate({x:g} {y:g})"><title>{escape(glyph.says)}</title><path d="{outline(glyph.shape)}"'
            f' fill="{colour}" fill-opacity=".13" stroke="{colour}" stroke-width="{thick}"{dashed}/>'
        )
        top = (BOX_HEIGHT - len(glyph.lines) * LINE_HEIGHT) / 2 - 3.5
        parts += [
            f'<text x="12" y="{top + at * LINE_HEIGHT:g}"{_WEIGHTS.get(style, "")}>{escape(line)}</text>'
            for at, (style, line) in enumerate(glyph.lines, start=1)
        ]
        parts.append("</g>")
    return "".join([*parts, "</svg>"])


def _arrow(layout: Layout, tail: int, head: int) -> str:
    """A tip at the end of an edge, which arrives at the left, or at the right where it goes against the reading."""
    forward = layout.column[head] >= layout.column[tail]
    x, y = left(layout.column[head]), round(layout.middle[head], 1)
    if not forward:
        x += BOX_WIDTH
    back = -7 if forward else 7
    return f"M{x:g} {y:g}L{x + back:g} {y - 3.5:g}V{y + 3.5:g}Z"
