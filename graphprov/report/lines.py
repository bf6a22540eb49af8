"""Lines of text under construction: a width that nothing exceeds, names made safe, columns, wrapped prose, commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Span, Text

from graphprov.report import words
from graphprov.report.words import cells

NARROWEST = 60
_DEFAULT_WIDTH = 80
_FACT = 10
"""How wide the name of a fact is."""


def show(make: Callable[[int, bool], list[Text]], console: Console | None = None, *, width: int | None = None) -> None:
    """Print lines: to a terminal with colour, to a pipe without.

    Args:
        make: Makes them for so many columns, and in ASCII alone where the terminal knows nothing else.
        console: Where; by default standard output.
        width: Columns; by default the terminal's, and 80 in a pipe. Narrower than 60 is taken as 60.
    """
    console = console or Console(highlight=False)
    columns = max(NARROWEST, width or (console.width if console.is_terminal else min(console.width, _DEFAULT_WIDTH)))
    printed = make(columns, console.options.ascii_only)
    if not console.is_terminal and not console.record:  # plain text needs no look at each character for its style
        console.file.write("".join(f"{line.plain}\n" for line in printed))
        return
    for line in printed:
        console.print(line, soft_wrap=True, highlight=False)


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its greatest width (0: what the others leave), whether its words have a style."""

    head: str
    widest: int = 0
    right: bool = False
    styled: bool = False


class Lines:
    """Lines, each at most `width` cells wide. Text from outside enters as `Text`, never as markup."""

    def __init__(self, width: int, *, ascii_only: bool = False, styles: dict[str, str] | None = None) -> None:
        """Begin with no line.

        Args:
            width: Cells of a line.
            ascii_only: Write what is beyond ASCII as escapes.
            styles: The style of a word that fills a cell of a styled column.
        """
        self.width = width
        self.ellipsis = "..." if ascii_only else "…"
        self.ascii_only = ascii_only
        self.styles = styles or {}
        self.lines: list[Text] = []

    def fit(self, text: str, width: int) -> str:
        """The text, safe to print, in at most `width` cells."""
        if len(text) <= width and text.isascii() and text.isprintable():
            return text
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
            if cells(line) + cells(piece) > self.width and line.strip():
                self.line((line.rstrip(), style))
                line = hang
            line += piece + " "
        self.line((line.rstrip(), style))

    def fact(self, name: str, text: str, style: str = "") -> None:
        """A line of the summary."""
        indent = f"  {name:<{_FACT}}"
        self.wrapped(text, indent=indent, hang=" " * len(indent), style=style)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Cells side by side, two spaces between, each column as wide as its widest cell needs."""
        widths = [
            min(column.widest, max(cells(cell[: column.widest + 1]) for cell in (column.head, *given)))
            for column, given in zip(columns, zip(*rows, strict=True), strict=True)
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
            if line.strip() and cells(line) + cells(part) + (0 if last else 2) > self.width:
                self.line(line + "\\")
                line = "      "
            line += words.visible(part, ascii_only=self.ascii_only) + ("" if last else " ")
        self.line(line)

    def _row(self, columns: Sequence[Column], widths: Sequence[int], given: Sequence[str], style: str = "") -> None:
        plain, spans = "", []
        for column, width, cell in zip(columns, widths, given, strict=True):
            text = self.fit(cell, width)
            gap = " " * (width - cells(text))
            start = len(plain) + 2
            plain += f"  {gap}{text}" if column.right else f"  {text}{gap}"
            if look := style or (self.styles.get(cell, "") if column.styled else ""):
                spans.append(Span(start, len(plain), look))
        line = Text(plain, no_wrap=True, overflow="ignore", spans=spans)
        line.rstrip()
        self.lines.append(line)
