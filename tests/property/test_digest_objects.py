"""The digest of an object is that of its value: equal for equal ones, other for others."""

from __future__ import annotations

import copy
import itertools
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_st

from graphprov.digest import digest_object

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | st.datetimes()
    | st.decimals()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=4)
        | st.frozensets(st.integers() | st.text(max_size=3), max_size=4)
    ),
    max_leaves=12,
)
ARRAYS = numpy_st.arrays(
    numpy_st.scalar_dtypes() | numpy_st.array_dtypes(max_size=3), numpy_st.array_shapes(max_dims=3, max_side=4)
)


@given(VALUES)
def test_a_copy_and_what_comes_back_from_pickle_are_the_same(value: Any) -> None:
    assert (
        digest_object(copy.deepcopy(value)) == digest_object(value) == digest_object(pickle.loads(pickle.dumps(value)))
    )


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=5), st.randoms())
def test_the_order_of_a_dictionary_does_not_count(value: dict[str, Any], random: Any) -> None:
    keys = list(value)
    random.shuffle(keys)
    assert digest_object({key: value[key] for key in keys}) == digest_object(value)


@given(VALUES, VALUES)
def test_the_same_digest_means_the_same_value(one: Any, other: Any) -> None:
    if digest_object(one) == digest_object(other):
        assert repr(_sorted(one)) == repr(_sorted(other))


@settings(deadline=None)
@given(ARRAYS)
def test_an_array_is_its_values_however_they_lie_in_memory(array: np.ndarray[Any, Any]) -> None:
    digest = digest_object(array)
    assert digest_object(np.asfortranarray(array)) == digest
    assert digest_object(pickle.loads(pickle.dumps(array))) == digest
    if array.dtype.names is None:
        assert digest_object(array.astype(array.dtype.newbyteorder())) == digest
        twice = np.concatenate([array, array], axis=-1)[..., : array.shape[-1]]
        assert digest_object(twice) == digest


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=6), max_size=8))
def test_text_is_text_however_pandas_stores_it(values: list[str | None]) -> None:
    digests = {str(digest_object(pd.Series(values, dtype=kind))) for kind in ("object", "str", "string")}
    assert len(digests) == 1


CELLS = st.sampled_from(
    [
        (pa.int32(), st.integers(-(2**31), 2**31 - 1)),
        (pa.float64(), st.floats()),
        (pa.string(), st.text(max_size=4)),
        (pa.bool_(), st.booleans()),
        (pa.list_(pa.string()), st.lists(st.none() | st.text(max_size=3), max_size=3)),
        (
            pa.struct([("x", pa.int8()), ("y", pa.list_(pa.float32()))]),
            st.fixed_dictionaries(
                {"x": st.none() | st.integers(-8, 7), "y": st.none() | st.lists(st.floats(width=32), max_size=2)}
            ),
        ),
    ]
)


@settings(deadline=None)
@given(CELLS.flatmap(lambda kind: st.tuples(st.just(kind[0]), st.lists(st.none() | kind[1], max_size=8))), st.data())
def test_a_column_is_its_values_however_it_is_cut_and_kept(column: tuple[pa.DataType, list[Any]], data: Any) -> None:
    kind, values = column
    whole = pa.array(values, kind)
    cuts = sorted([0, *data.draw(st.lists(st.integers(0, len(values)), max_size=3)), len(values)])
    pieces = [whole.slice(start, end - start) for start, end in itertools.pairwise(cuts)]
    digest = digest_object(whole)
    assert digest_object(pa.chunked_array(pieces, kind)) == digest
    table = pa.table({"c": whole})
    assert digest_object(pl.from_arrow(table)) == digest_object(table)
    other = pa.array(data.draw(st.permutations(values)), kind)
    assert (digest_object(other) == digest) == (repr(other.to_pylist()) == repr(whole.to_pylist()))


def _sorted(value: Any) -> Any:
    """A value with its dictionaries and sets in one order, so that its text is that of its value."""
    if isinstance(value, dict):
        return sorted((repr(_sorted(key)), _sorted(item)) for key, item in value.items())
    if isinstance(value, frozenset):
        return ("set", sorted(map(repr, value)))
    if isinstance(value, list | tuple):
        return type(value)(map(_sorted, value))
    if isinstance(value, float) and value != value:
        return "nan"
    return value
