"""How the command line prints: tables that fit the terminal, plain columns in a pipe, JSON and CSV for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any


class TableFormat(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    csv = "csv"


def jsonable(value: Any) -> Any:
    """A value as JSON can say it: times in ISO 8601, quantities with their unit."""
    from graphprov.model.metadata import Quantity

    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Quantity):
        return {"value": value.value, "unit": value.unit}
    if isinstance(value, dict):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    return value


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json.dumps(jsonable(value), ensure_ascii=False, indent=2, default=str) + "\n")


def cell(value: Any) -> str:
    """A value as one cell of a table; characters that a terminal would obey are spelled out."""
    from graphprov.report.words import visible

    return visible(_words(value))


def _words(value: Any) -> str:
    from graphprov.model.identity import PREFIX, short_id
    from graphprov.model.metadata import Quantity
    from graphprov.model.times import show_time

    if value is None:
        return ""
    if isinstance(value, datetime):
        return show_time(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Quantity):
        return f"{value.value} {value.unit}"
    if isinstance(value, list | tuple):
        return ", ".join(_words(item) for item in value)
    text = str(value)
    return short_id(text) if text.startswith(PREFIX) else text


def print_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    format: TableFormat = TableFormat.table,  # noqa: A002
) -> None:
    """Print rows in the format asked for. JSON is a list of objects; CSV has a header line."""
    if format is TableFormat.json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif format is TableFormat.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_csv_cell(value) for value in row] for row in rows)
    else:
        _print_table(columns, rows)


def _csv_cell(value: Any) -> Any:
    from graphprov.report.table import guarded

    plain = jsonable(value)
    if isinstance(plain, str):
        return guarded(plain)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, list | dict) else plain


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:  # a pipe: nothing is cut or folded, columns are separated by two blanks or more
        cells = [[_one_line(name) for name in columns], *([_one_line(cell(value)) for value in row] for row in rows)]
        widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
        for line in cells:
            padded = "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
            sys.stdout.write(padded.rstrip() + "\n")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(columns):
        number = bool(rows) and all(isinstance(row[i], int | float) or row[i] is None for row in rows)
        table.add_column(name.replace("_", " "), justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(value)) for value in row))
    console.print(table)


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()) if "\n" in text or "\r" in text else text


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """A progress bar for each thing told of, on a terminal: called with what is done, how far it is and has to go."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        tasks: dict[str, Any] = {}

        def told(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield told


@contextmanager
def sending() -> Iterator[Callable[[int, int], None]]:
    """A progress bar for sending what waits; nothing where nothing waits."""
    with progress_bar() as told:
        yield lambda done, total: told("sending what was recorded", done, total)


@contextmanager
def looking(what: str) -> Iterator[Callable[[int], None] | None]:
    """A line on the terminal that says what is being done, and counts the nodes looked at."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status(what) as status:
        yield lambda count: status.update(f"{what}: {count:,} nodes")
