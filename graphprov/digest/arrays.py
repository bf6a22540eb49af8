"""The rules for numpy, scipy and pandas objects. None of them is imported before one of its objects is met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from graphprov.digest.objects import Part, Walk, combine, register


def _array(value: Any, walk: Walk) -> Iterator[Part]:
    """numpy.ndarray: type, shape, then the data."""
    import numpy as np

    array = np.asarray(value)
    mask = np.ma.getmaskarray(value) if isinstance(value, np.ma.MaskedArray) else None
    yield str(array.shape).encode()
    if array.dtype.names is not None:
        for name in array.dtype.names:
            yield name.encode()
            yield walk.of(np.asarray(array[name]))
    elif array.dtype.hasobject:
        if {type(item) for item in array.flat} <= {str, type(None)}:  # as quick as a column of text of pandas
            yield b"texts"
            yield _texts(array.ravel(order="C"))
            return
        yield b"object"
        for item in array.ravel(order="C"):
            yield walk.of(item)
    else:
        little = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False))
        if little.dtype.kind in "fc":
            little = one_nan(little)
        yield little.dtype.str.encode()
        # Empty arrays, times and void types have no buffer of their own: their bytes are seen as plain numbers.
        yield little.reshape(-1).view(np.uint8).data if little.nbytes else b""
    if mask is not None:
        yield b"mask"
        yield walk.of(np.asarray(mask))


def one_nan(numbers: Any) -> Any:
    """The same numbers with one form of NaN: its sign and payload are no part of the value."""
    import numpy as np

    if not np.isnan(numbers).any():
        return numbers
    copy = numbers.copy()
    for part in (copy.real, copy.imag) if copy.dtype.kind == "c" else (copy,):
        part[np.isnan(part)] = np.nan
    return copy


def _scalar(value: Any, walk: Walk) -> Iterator[Part]:
    """A number of numpy's: an array of no dimension."""
    import numpy as np

    yield walk.of(np.asarray(value))


def _frame(value: Any, walk: Walk) -> Iterator[Part]:
    """pandas.DataFrame: column labels, index, then each column."""
    yield walk.of(value.columns)
    yield walk.of(value.index)
    for place in range(value.shape[1]):
        yield _column(value.iloc[:, place].array, walk)


def _series(value: Any, walk: Walk) -> Iterator[Part]:
    """pandas.Series: name, index, values."""
    yield walk.of(value.name)
    yield walk.of(value.index)
    yield _column(value.array, walk)


def _index(value: Any, walk: Walk) -> Iterator[Part]:
    """pandas.Index of any kind: the names, then the values level by level; a range is the numbers in it."""
    yield walk.of(list(value.names))
    for level in range(value.nlevels):
        yield _column(value.get_level_values(level).array, walk)


def _column(values: Any, walk: Walk) -> bytes:
    """The digest of a column's values, by what they mean rather than by how pandas stores them."""
    import numpy as np
    import pandas as pd

    if isinstance(values, pd.arrays.NumpyExtensionArray):
        values = np.asarray(values)
    kind = values.dtype
    if isinstance(kind, pd.CategoricalDtype):
        parts: Iterable[Part] = (
            _column(pd.Series(kind.categories).array, walk),
            b"1" if kind.ordered else b"0",
            walk.of(np.asarray(values.codes, dtype=np.int64)),
        )
        return combine("categories", parts)
    if kind == np.dtype(object) or isinstance(kind, pd.StringDtype):
        if isinstance(kind, pd.StringDtype) or pd.api.types.infer_dtype(values, skipna=True) in ("string", "empty"):
            return _texts(values)
        return combine("values", (walk.of(np.asarray(values, dtype=object)),))
    if isinstance(kind, np.dtype):
        return combine("values", (walk.of(np.asarray(values)),))
    if isinstance(kind, pd.ArrowDtype):
        from graphprov.digest.tables import column_digest

        return combine("arrow", (column_digest(kind.pyarrow_dtype, values.__arrow_array__().chunks),))
    missing = np.asarray(pd.isna(values))
    name = str(kind).encode()
    if getattr(kind, "kind", "O") in "iufb" and hasattr(values, "_mask"):  # pandas' numbers with a mask
        plain = values.to_numpy(dtype=kind.numpy_dtype, na_value=kind.type(0))
        return combine("values", (name, walk.of(missing), walk.of(plain)))
    if hasattr(values, "asi8"):  # times with a zone, periods
        return combine("values", (name, walk.of(np.asarray(values.asi8))))
    return combine("values", (name, walk.of(missing), walk.of(list(values[~missing]))))


def _texts(values: Any) -> bytes:
    """A column of text: the length of each value in bytes (-1: missing), then all bytes."""
    import numpy as np

    if getattr(getattr(values, "dtype", None), "storage", None) == "pyarrow":
        return _arrow_texts(values.__arrow_array__())
    plain = np.asarray(values, dtype=object)
    encoded = [value.encode("utf-8", "surrogatepass") if isinstance(value, str) else None for value in plain]
    lengths = np.fromiter((-1 if text is None else len(text) for text in encoded), dtype="<i8", count=len(encoded))
    return combine("texts", (lengths.tobytes(), b"".join(text for text in encoded if text is not None)))


def _arrow_texts(values: Any) -> bytes:
    """The same for text that pandas keeps in Arrow's form, without an object for each value."""
    import numpy as np
    import pyarrow as pa

    from graphprov.digest.tables import texts_of

    lengths, texts = [], []
    for chunk in getattr(values, "chunks", (values,)):
        sizes, data = texts_of(chunk.cast(pa.large_string()).fill_null(""))
        lengths.append(np.where(chunk.is_valid().to_numpy(zero_copy_only=False), sizes, -1).astype("<i8").tobytes())
        texts.append(data)
    return combine("texts", (b"".join(lengths), b"".join(texts)))


def _sparse(value: Any, walk: Walk) -> Iterator[Part]:
    """A sparse array or matrix of scipy's, in whatever format: type, shape, and where it is not 0, what it is."""
    import numpy as np

    entries = value.tocoo(copy=True)
    entries.sum_duplicates()  # which also sorts them
    kept = entries.data != 0
    places = entries.coords if hasattr(entries, "coords") else (entries.row, entries.col)
    yield str(tuple(entries.shape)).encode()
    for place in places:
        yield walk.of(place[kept].astype(np.int64, copy=False))
    yield walk.of(entries.data[kept])


register("numpy.ndarray", _array)
register("numpy.generic", _scalar)
for _module in ("pandas", "pandas.core.frame"):
    register(f"{_module}.DataFrame", _frame, name="pandas.DataFrame")
for _module in ("pandas", "pandas.core.series"):
    register(f"{_module}.Series", _series, name="pandas.Series")
for _module in ("pandas", "pandas.core.indexes.base"):
    register(f"{_module}.Index", _index, name="pandas.Index")
for _base in ("scipy.sparse._base._spbase", "scipy.sparse._base.spmatrix", "scipy.sparse.base.spmatrix"):
    register(_base, _sparse, name="scipy.sparse")
