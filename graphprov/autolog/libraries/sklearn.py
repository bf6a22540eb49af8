"""scikit-learn: the parameters of an estimator or pipeline that is fitted are parameters of the run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from graphprov.autolog.table import Arguments, Call, Library, Touched, reads, writes

FITS = ("fit", "fit_predict", "fit_transform", "partial_fit")
_TEXT_CHARACTERS = 200


def _fitted(arguments: Arguments) -> Touched:
    estimator = arguments["self"]
    values = {name: _plain(value) for name, value in sorted(estimator.get_params().items()) if value is not None}
    return Touched(parameters={type(estimator).__name__: values})


def _plain(value: Any) -> Any:
    """A parameter's value as it can be kept: numbers, texts and short lists of numbers; of all else what it is called.

    A list of texts may come out of the data, such as a vocabulary: it is not kept.
    """
    if isinstance(value, bool | int | float | str):
        return value if not isinstance(value, str) else value[:_TEXT_CHARACTERS]
    if isinstance(value, list | tuple) and len(value) <= 20 and all(isinstance(each, int | float) for each in value):
        return list(value)
    return getattr(value, "__name__", type(value).__name__)


def _estimators() -> Iterator[tuple[Any, Call]]:
    """The methods that fit, of all of scikit-learn's estimators that have been imported."""
    base = getattr(sys.modules.get("sklearn.base"), "BaseEstimator", None)
    waiting, seen = ([base] if base is not None else []), set()
    while waiting:
        kind = waiting.pop()
        if kind in seen:
            continue
        seen.add(kind)
        waiting += kind.__subclasses__()
        if kind.__module__.partition(".")[0] == "sklearn":
            for name in FITS:
                if callable(vars(kind).get(name)):
                    yield kind, Call(name, _fitted, ("self",), group="fits")


LIBRARY = Library(
    "sklearn",
    {
        "sklearn.datasets": (
            *reads("f", "load_svmlight_file"),
            *reads("files", "load_svmlight_files"),
            *reads("container_path", "load_files"),
            *writes("f", "dump_svmlight_file"),
        ),
    },
    below="sklearn",
    found=_estimators,
)
