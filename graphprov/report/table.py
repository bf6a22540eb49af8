"""The report as CSV: one row per affected node, for a spreadsheet or a data frame.

Names come from outside, and a spreadsheet runs what starts like a formula; such a cell gets an apostrophe in front,
which spreadsheets take as "this is text". Line breaks and other invisible characters are written out, so a row is a
line.
"""

from __future__ import annotations

import re
from datetime import datetime

from graphprov.analysis.report import ImpactReport
from graphprov.report import words
from graphprov.report.columns import COLUMNS, Value, columns

_FORMULA = re.compile(r"\s*[=+\-@|%＝＋－＠]")
_PLAIN = re.compile(r"[A-Za-z0-9][ -~]*")
"""Text that is neither a formula nor has anything to write out: nearly all of it."""


def to_csv(report: ImpactReport) -> str:
    """One row per listed node, nearest first, with a head of column names (`COLUMNS`); no value is an empty cell."""
    cells = ([cell(value) for value in values] for values in columns(report).values())
    head = [column.name for column in COLUMNS]
    # Not `csv.writer`: it looks at each character, which for long paths takes as long as everything else together.
    return "".join(",".join(row) + "\n" for row in (head, *zip(*cells, strict=True)))


def cell(value: Value) -> str:
    """A value as it stands in the file, quoted where it has to be."""
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case str():
            return _text(value)
        case datetime():
            return words.iso(value)
        case float():
            return repr(value)
        case _:
            return str(value)


def guarded(text: str) -> str:
    """A text that no spreadsheet runs as a formula.

    >>> guarded("=1+1"), guarded("a=1")
    ("'=1+1", 'a=1')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def _text(value: str) -> str:
    if not _PLAIN.fullmatch(value):
        value = guarded(words.visible(value))
    if "," in value or '"' in value or value != value.strip():
        return '"' + value.replace('"', '""') + '"'
    return value
