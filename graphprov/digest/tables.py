"""The rules for Arrow and polars: one table has one digest in both, however it is stored.

A table is its number of rows and, in order, the name, type and values of each column. What does not count: how the
rows are cut into chunks or batches, slices and their offsets, what lies under a missing value, metadata of a schema,
whether a column may have missing values, and these ways of storing:

| counts as | stored as |
| --- | --- |
| text | `string`, `large_string`, `string_view` |
| bytes | `binary`, `large_binary`, `binary_view` |
| list | `list`, `large_list`, `list_view`, `large_list_view`; a map is a list of keys and values |
| the values themselves | dictionary (so a categorical of polars is its text) and run-end encoding |

The type counts in all else: 32 and 64 bits, units and zones of times, the size of a fixed-size list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from graphprov.digest.arrays import one_nan
from graphprov.digest.objects import Part, Walk, combine, refuse, register
from graphprov.errors import InvalidInput

_TO_FILE = "write it to a file, and give its path"


class _Column:
    """The digest of one column, fed chunk by chunk: so the chunks leave no trace in it.

    Its parts: the type's name, the number of values, one byte for each value (1: there, 0: missing; nothing where none
    is missing), the sizes of texts and lists as 64 bits, the values as little-endian bytes, and the columns inside.
    """

    def __init__(self, kind: Any) -> None:
        import pyarrow as pa

        t = pa.types
        self._encoded = False
        while t.is_dictionary(kind) or t.is_run_end_encoded(kind):
            kind, self._encoded = kind.value_type, True
        self._lengths = self._values = False
        self._inner: list[tuple[str, _Column]] = []
        if isinstance(kind, pa.BaseExtensionType):
            self._name, self._plain = f"extension {kind.extension_name}", kind
            self._inner = [("storage", _Column(kind.storage_type))]
        elif t.is_string(kind) or t.is_large_string(kind) or t.is_string_view(kind):
            self._name, self._plain, self._lengths = "text", pa.large_string(), True
        elif t.is_binary(kind) or t.is_large_binary(kind) or t.is_binary_view(kind):
            self._name, self._plain, self._lengths = "bytes", pa.large_binary(), True
        elif t.is_fixed_size_list(kind):
            self._name, self._plain = f"list of {kind.list_size}", kind
            self._inner = [("item", _Column(kind.value_type))]
        elif t.is_map(kind):
            pairs = pa.struct([("key", kind.key_type), ("value", kind.item_type)])
            self._name, self._plain, self._lengths = "list", pa.list_(pairs), True
            self._inner = [("item", _Column(pairs))]
        elif t.is_list(kind) or t.is_large_list(kind) or t.is_list_view(kind) or t.is_large_list_view(kind):
            self._name, self._plain, self._lengths = "list", kind, True
            self._inner = [("item", _Column(kind.value_type))]
        elif t.is_struct(kind):
            self._name, self._plain = "struct", kind
            self._inner = [(field.name, _Column(field.type)) for field in kind]
        elif t.is_null(kind) or t.is_primitive(kind) or t.is_decimal(kind) or t.is_fixed_size_binary(kind):
            self._name, self._plain, self._values = str(kind), kind, not t.is_null(kind)
        else:
            raise _no_rule(kind)
        self._count = 0
        self._gaps = False
        self._there, self._sizes, self._bytes = hashlib.sha256(), hashlib.sha256(), hashlib.sha256()

    def feed(self, chunk: Any) -> None:
        """Take in the next values."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        while self._encoded and (pa.types.is_dictionary(chunk.type) or pa.types.is_run_end_encoded(chunk.type)):
            chunk = chunk.dictionary_decode() if pa.types.is_dictionary(chunk.type) else pc.run_end_decode(chunk)
        if chunk.type != self._plain:
            chunk = chunk.cast(self._plain)
        self._count += len(chunk)
        gaps = chunk.null_count > 0
        self._gaps |= gaps
        there: Any = chunk.is_valid().to_numpy(zero_copy_only=False) if gaps else np.ones(len(chunk), bool)
        self._there.update(there.view(np.uint8))
        if self._inner:
            self._feed_inner(chunk, there)
        elif self._lengths:
            self._feed_texts(chunk.fill_null(b"" if self._name == "bytes" else "") if gaps else chunk, there)
        elif self._values and len(chunk):
            self._bytes.update(_plain_values(chunk, there))

    def _feed_inner(self, chunk: Any, there: Any) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        if isinstance(chunk, pa.ExtensionArray):
            self._inner[0][1].feed(chunk.storage)
            return
        if self._name == "struct":
            for (_, column), inside in zip(self._inner, chunk.flatten(), strict=True):
                column.feed(inside)
            return
        if self._lengths:
            self._sizes.update(_filled(pc.list_value_length(chunk), there, "<i8"))
        self._inner[0][1].feed(chunk.flatten())

    def _feed_texts(self, chunk: Any, there: Any) -> None:
        import numpy as np

        sizes, data = texts_of(chunk)
        self._sizes.update(np.where(there, sizes, 0).astype("<i8").tobytes())
        self._bytes.update(data)

    def digest(self) -> bytes:
        """The digest of all that was fed."""
        parts: list[Part] = [
            self._name.encode(),
            self._count.to_bytes(8, "little"),
            self._there.digest() if self._gaps else b"",
            self._sizes.digest(),
            self._bytes.digest(),
        ]
        for name, column in self._inner:
            parts += [name.encode(), column.digest()]
        return combine("column", parts)


def texts_of(chunk: Any) -> tuple[Any, memoryview]:
    """The size in bytes of each text of a `large_string` or `large_binary` array, and all their bytes."""
    import numpy as np

    _, offsets, data = chunk.buffers()
    ends = np.frombuffer(offsets, "<i8", len(chunk) + 1, chunk.offset * 8) if len(chunk) else np.zeros(1, "<i8")
    return np.diff(ends), memoryview(data)[ends[0] : ends[-1]] if data is not None else memoryview(b"")


def _plain_values(chunk: Any, there: Any) -> Any:
    """The bytes of values of one width, zeros where one is missing."""
    import numpy as np
    import pyarrow as pa

    if pa.types.is_boolean(chunk.type):
        return _filled(chunk, there, "u1")
    width = chunk.type.bit_width // 8
    if pa.types.is_floating(chunk.type):
        numbers = np.frombuffer(chunk.buffers()[1], f"<f{width}", len(chunk), chunk.offset * width)
        values = one_nan(numbers).view("u1").reshape(-1, width)
    else:
        values = np.frombuffer(chunk.buffers()[1], "u1", len(chunk) * width, chunk.offset * width).reshape(-1, width)
    if not there.all():
        values = np.where(there[:, None], values, np.uint8(0))
    return np.ascontiguousarray(values)


def _filled(chunk: Any, there: Any, kind: str) -> Any:
    """Values as numbers of numpy's, 0 where one is missing."""
    import numpy as np

    plain = chunk.fill_null(0 if kind != "u1" else False) if not there.all() else chunk
    return np.ascontiguousarray(plain.to_numpy(zero_copy_only=False).astype(kind, copy=False))


def _no_rule(kind: Any) -> InvalidInput:
    return InvalidInput(
        f"a column of the Arrow type {kind} has no digest", hint=f"cast it to a plain type, or {_TO_FILE}"
    )


def column_digest(kind: Any, chunks: Iterable[Any]) -> bytes:
    """The digest of a column of an Arrow type, from its chunks."""
    column = _Column(kind)
    for chunk in chunks:
        column.feed(chunk)
    return column.digest()


def _table(value: Any, _: Walk) -> Iterator[Part]:
    """pyarrow.Table, RecordBatch."""
    yield value.num_rows.to_bytes(8, "little")
    for field, column in zip(value.schema, value.columns, strict=True):
        yield field.name.encode()
        yield column_digest(field.type, getattr(column, "chunks", (column,)))


def _array(value: Any, _: Walk) -> Iterator[Part]:
    """pyarrow.Array, ChunkedArray."""
    yield column_digest(value.type, getattr(value, "chunks", (value,)))


def _polars_frame(value: Any, walk: Walk) -> Iterator[Part]:
    """polars.DataFrame, by way of Arrow."""
    yield from _table(_to_arrow(value), walk)


def _polars_series(value: Any, walk: Walk) -> Iterator[Part]:
    """polars.Series: its name, then the column."""
    yield value.name.encode()
    yield from _array(_to_arrow(value), walk)


def _to_arrow(value: Any) -> Any:
    what = f"polars {type(value).__name__}"
    if any(map(_holds_objects, value.dtypes if hasattr(value, "dtypes") else (value.dtype,))):
        # Arrow would be given their addresses.
        raise InvalidInput(f"a {what} of Python objects has no digest", hint=f"cast the column, or {_TO_FILE}")
    try:
        return value.to_arrow()
    except ImportError as error:
        raise InvalidInput(
            f"a {what} has a digest only where pyarrow is installed", hint="pip install 'graphprov[parquet]'"
        ) from error
    except Exception as error:  # polars has errors of several kinds, and a panic is one too
        raise InvalidInput(f"this {what} has no digest: {error}", hint=f"cast the column, or {_TO_FILE}") from error


def _holds_objects(kind: Any) -> bool:
    inside = [kind.inner] if hasattr(kind, "inner") else [field.dtype for field in getattr(kind, "fields", ())]
    return kind.base_type().__name__ == "Object" or any(map(_holds_objects, inside))


for _kind in ("Table", "RecordBatch"):
    register(f"pyarrow.lib.{_kind}", _table, name="arrow.Table")
for _kind in ("Array", "ChunkedArray"):
    register(f"pyarrow.lib.{_kind}", _array, name="arrow.Array")
register("polars.dataframe.frame.DataFrame", _polars_frame, name="arrow.Table")
register("polars.series.series.Series", _polars_series, name="polars.Series")

_NOT_YET = (
    ("polars.lazyframe.frame.LazyFrame", "a polars LazyFrame", "it is a query that was not run: give frame.collect()"),
    ("pyarrow.lib.RecordBatchReader", "an Arrow RecordBatchReader", "it can be read only once: give reader.read_all()"),
    ("pyarrow._dataset.Dataset", "an Arrow Dataset", "give the path of its files, or dataset.to_table()"),
    ("pyarrow._dataset.Scanner", "an Arrow Scanner", "give scanner.to_table()"),
    ("dask.base.DaskMethodsMixin", "a collection of dask", "it is a plan that was not run: give collection.compute()"),
)
for _type, _what, _hint in _NOT_YET:
    register(_type, refuse(_what, _hint))
