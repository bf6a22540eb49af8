"""An impact report in the form that a reader wants: terminal, JSON, Markdown, CSV, or a page to send on.

Each renderer reads the report alone. They are loaded when first used, so that a command that prints nothing of the kind
does not wait for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from graphprov.analysis.report import ImpactReport

__all__ = [
    "FORMATS",
    "json_schema",
    "render",
    "render_text",
    "to_csv",
    "to_html",
    "to_json",
    "to_markdown",
    "to_text",
    "write",
]

FORMATS: dict[str, tuple[str, ...]] = {
    "text": (".txt",),
    "json": (".json",),
    "html": (".html", ".htm"),
    "markdown": (".md", ".markdown"),
    "csv": (".csv",),
}
"""Each form with the suffixes that ask for it."""


def render_text(report: ImpactReport, console: Console | None = None, *, width: int | None = None) -> None:
    """Print the report: to a terminal with colour, to a pipe without; see `graphprov.report.text`."""
    from graphprov.report import text

    text.render_text(report, console, width=width)


def to_text(report: ImpactReport, width: int = 100) -> str:
    """The report as plain text."""
    from graphprov.report import text

    return "".join(f"{line.plain}\n" for line in text.lines(report, max(width, text.NARROWEST)))


def to_json(report: ImpactReport) -> str:
    """The report as JSON, which the schema `impact` describes."""
    from graphprov.report import json_form

    return json_form.to_json(report)


def to_markdown(report: ImpactReport) -> str:
    """The report as Markdown for a ticket."""
    from graphprov.report import markdown

    return markdown.to_markdown(report)


def to_csv(report: ImpactReport) -> str:
    """The report as CSV, one row per affected node."""
    from graphprov.report import table

    return table.to_csv(report)


def to_html(report: ImpactReport) -> str:
    """The report as one self-contained page that needs no network."""
    from graphprov.report import html

    return html.to_html(report)


def render(report: ImpactReport, form: str) -> str:
    """The report in one of `FORMATS`."""
    forms = {"text": to_text, "json": to_json, "html": to_html, "markdown": to_markdown, "csv": to_csv}
    return forms[form](report)


def json_schema(name: str = "impact") -> dict[str, Any]:
    """The JSON Schema of a published form."""
    from graphprov.report import json_form

    return json_form.json_schema(name)


def write(report: ImpactReport, path: str | Path, format: str | None = None) -> Path:  # noqa: A002 - the word users know
    """Write the report to a file, whole or not at all.

    Args:
        report: What to write.
        path: Where. An existing file is replaced in one step.
        format: One of `FORMATS`; by default what the suffix says.

    Returns:
        The path written.

    Raises:
        InvalidInput: No such format, a suffix that says none, or a place that cannot be written.
    """
    from graphprov.report import files

    return files.write(report, Path(path), format)
