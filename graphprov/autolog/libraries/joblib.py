"""joblib: `dump` and `load`; an estimator that is dumped is a model."""

from __future__ import annotations

from graphprov.autolog.table import Arguments, Call, Library, Touched, reads


def _dump(arguments: Arguments) -> Touched:
    value = arguments.get("value")
    estimator = hasattr(value, "get_params") and hasattr(value, "fit")
    return Touched(writes=(arguments.get("filename"),), kind="model" if estimator else None)


LIBRARY = Library("joblib", {"joblib": (*reads("filename", "load"), Call("dump", _dump, ("value", "filename")))})
