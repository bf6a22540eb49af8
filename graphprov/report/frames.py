"""The report as a data frame of pandas or polars: one row per affected node, the columns of `graphprov.report.columns`.

Neither library is needed otherwise, so each is loaded when it is asked for, and named where it is missing.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from graphprov.analysis.report import ImpactReport
from graphprov.errors import InvalidInput
from graphprov.report import words
from graphprov.report.columns import COLUMNS, Type, Value, columns

if TYPE_CHECKING:
    import pandas
    import polars

LIBRARIES = ("pandas", "polars")
"""What a report can become a frame of, the most usual first."""


def to_frame(report: ImpactReport) -> Any:
    """The report as a frame of the first of `LIBRARIES` that is installed.

    Raises:
        InvalidInput: None is.
    """
    for library in LIBRARIES:
        if find_spec(library) is not None:
            return {"pandas": to_pandas, "polars": to_polars}[library](report)
    raise InvalidInput(
        "a data frame needs pandas or polars, and neither is installed here", hint="pip install pandas, or polars"
    )


def to_pandas(report: ImpactReport) -> pandas.DataFrame:
    """The report as a pandas frame: times in UTC, whole numbers, missing values as pandas has them.

    Raises:
        InvalidInput: pandas is not installed.
    """
    library = _library("pandas")
    values = plain(report)
    made = {column.name: _series(library, column.type, values[column.name]) for column in COLUMNS}
    frame: pandas.DataFrame = library.DataFrame(made)
    return frame


def to_polars(report: ImpactReport) -> polars.DataFrame:
    """The report as a polars frame.

    Raises:
        InvalidInput: polars is not installed.
    """
    library = _library("polars")
    types = {
        "text": library.String,
        "time": library.Datetime("us", "UTC"),
        "integer": library.Int64,
        "number": library.Float64,
        "truth": library.Boolean,
    }
    schema = {column.name: types[column.type] for column in COLUMNS}
    frame: polars.DataFrame = library.DataFrame(plain(report), schema=schema, strict=False)
    return frame


def plain(report: ImpactReport) -> dict[str, list[Value]]:
    """The columns with numbers as floating-point ones, and times aware and in UTC."""
    values = columns(report)
    for column in COLUMNS:
        if column.type in ("number", "time"):
            values[column.name] = [_plain(value) for value in values[column.name]]
    return values


def _plain(value: Value) -> Value:
    if isinstance(value, datetime):
        return words.utc(value)
    return None if value is None else float(value)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        message = f"a frame of {name} needs {name}, which is not installed here"
        raise InvalidInput(message, hint=f"pip install {name}") from error


def _series(library: Any, type_: Type, values: list[Any]) -> Any:
    match type_:
        case "time":
            # By way of whole microseconds, since older versions of pandas know no year beyond 2262 otherwise.
            naive = [None if value is None else value.replace(tzinfo=None) for value in values]
            return library.DatetimeIndex(np.array(naive, dtype="datetime64[us]")).tz_localize("UTC")
        case "text":
            return library.array(values, dtype="string")
        case _:
            return np.array(values, dtype={"integer": np.int64, "number": np.float64, "truth": np.bool_}[type_])
