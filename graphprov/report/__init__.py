"""An impact report in the form that a reader wants: terminal, page, ticket, table, diagram (`graphprov guide reports`).

Each renderer reads the report alone. They are loaded when first used, so that a command that prints nothing of the kind
does not wait for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars
    from rich.console import Console

    from graphprov.analysis.report import ImpactReport

__all__ = [
    "BINARY",
    "FORMATS",
    "check",
    "encode",
    "json_schema",
    "render",
    "render_text",
    "to_csv",
    "to_dot",
    "to_frame",
    "to_html",
    "to_json",
    "to_markdown",
    "to_mermaid",
    "to_pandas",
    "to_parquet",
    "to_polars",
    "to_text",
    "write",
]

FORMATS: dict[str, tuple[str, ...]] = {
    "text": (".txt",),
    "json": (".json",),
    "html": (".html", ".htm"),
    "markdown": (".md", ".markdown"),
    "csv": (".csv",),
    "parquet": (".parquet", ".pq"),
    "mermaid": (".mmd", ".mermaid"),
    "dot": (".dot", ".gv"),
}
"""Each form with the suffixes that ask for it."""

BINARY = frozenset({"parquet"})
"""The forms that are no text."""


def render_text(report: ImpactReport, console: Console | None = None, *, width: int | None = None) -> None:
    """Print the report: to a terminal with colour, to a pipe without; see `graphprov.report.text`."""
    from graphprov.report import text

    text.render_text(report, console, width=width)


def to_text(report: ImpactReport, width: int = 100) -> str:
    """The report as plain text."""
    from graphprov.report import lines, text

    return "".join(f"{line.plain}\n" for line in text.lines(report, max(width, lines.NARROWEST)))


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


def to_parquet(report: ImpactReport) -> bytes:
    """The report as a Parquet file, the rows of the CSV form with types.

    Raises:
        InvalidInput: Neither pyarrow nor polars is installed.
    """
    from graphprov.report import parquet

    return parquet.to_parquet(report)


def to_frame(report: ImpactReport) -> Any:
    """The affected nodes as a data frame of pandas, or else of polars.

    Raises:
        InvalidInput: Neither is installed.
    """
    from graphprov.report import frames

    return frames.to_frame(report)


def to_pandas(report: ImpactReport) -> pandas.DataFrame:
    """The affected nodes as a pandas frame.

    Raises:
        InvalidInput: pandas is not installed.
    """
    from graphprov.report import frames

    return frames.to_pandas(report)


def to_polars(report: ImpactReport) -> polars.DataFrame:
    """The affected nodes as a polars frame.

    Raises:
        InvalidInput: polars is not installed.
    """
    from graphprov.report import frames

    return frames.to_polars(report)


def to_html(report: ImpactReport) -> str:
    """The report as one self-contained page that needs no network."""
    from graphprov.report import html

    return html.to_html(report)


def to_mermaid(report: ImpactReport) -> str:
    """The drawn lineage as a Mermaid flowchart."""
    from graphprov.report import diagram

    return diagram.to_mermaid(report)


def to_dot(report: ImpactReport) -> str:
    """The drawn lineage in DOT, the language of Graphviz."""
    from graphprov.report import diagram

    return diagram.to_dot(report)


def check(form: str, *, text_only: bool = False) -> None:
    """Refuse a form before the work is done: one that is not there, whose library is not installed, or that is no text.

    Raises:
        InvalidInput: It is one of these.
    """
    from graphprov.report import files

    files.check(form, text_only=text_only)


def render(report: ImpactReport, form: str) -> str:
    """The report in one of `FORMATS` that is text.

    Raises:
        InvalidInput: No such format, or one that is no text.
    """
    from graphprov.report import files

    return files.render(report, form)


def encode(report: ImpactReport, form: str) -> bytes:
    """The report in one of `FORMATS`, as bytes: text in UTF-8.

    Raises:
        InvalidInput: No such format, or what it needs is not installed.
    """
    from graphprov.report import files

    return files.encode(report, form)


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
