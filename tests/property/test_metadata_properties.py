"""Metadata, canonical JSON and identifiers, for anything that people can give."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graphprov.model.identity import artifact_id, is_iri, parse_id, short_id
from graphprov.model.metadata import RESERVED, Quantity, base_key, dumps, flatten, loads, unflatten
from graphprov.model.statements import Activity, Entity, Relation, digest, parameters_of

OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
UNITS = st.sampled_from(["ms", "Cel", "m/s2", "%", "°", "", "\ud800"])
NUMBERS = st.one_of(st.integers(), st.integers(-(2**64), 2**64), st.floats(), st.decimals(allow_nan=False))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    st.text(),
    st.text(alphabet=st.characters(), max_size=5),  # lone surrogates too
    st.binary(max_size=8),
    st.dates(),
    st.times(),
    st.times(timezones=OFFSETS),
    st.datetimes(),
    st.datetimes(timezones=OFFSETS),
    st.timedeltas(),
    st.builds(Quantity, NUMBERS, UNITS),
)
AWKWARD = st.sampled_from(
    [
        "",
        ".",
        "@",
        "\\",
        "\x00",
        "a.b",
        "a@unit",
        "a@json",
        "@unit",
        "@json",
        "e",
        "\\e",
        "meta",
        "meta.name",
        "parameters",
        "$type",
        "$$type",
        "value",
        "x",
        *sorted(RESERVED)[:5],
    ]
)
KEYS = st.one_of(AWKWARD, st.text(alphabet=st.characters(codec="utf-8"), max_size=6))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
METADATA = st.dictionaries(KEYS, VALUES, max_size=5)


def same(a: Any, b: Any) -> bool:
    """Equal, of the same types, with NaN equal to itself, zero to its own sign, and times to their own offset."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    if isinstance(a, Quantity):
        return same(a.value, b.value) and a.unit == b.unit
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, datetime | time):
        return a == b and a.utcoffset() == b.utcoffset()
    return bool(a == b)


@given(METADATA)
def test_metadata_come_back_as_they_went_in(metadata: dict[str, Any]) -> None:
    assert same(unflatten(flatten(metadata)), metadata)


@given(METADATA)
def test_metadata_survive_the_journals_json(metadata: dict[str, Any]) -> None:
    assert same(unflatten(loads(dumps(flatten(metadata)))), metadata)


@given(METADATA)
def test_no_metadata_touch_a_property_of_graphprovs_own(metadata: dict[str, Any]) -> None:
    flat = flatten(metadata)
    assert not {base_key(key) for key in flat} & RESERVED
    assert not any(key.startswith("parameters.") for key in flat)


@given(METADATA)
def test_what_is_held_flat_is_what_neo4j_can_hold(metadata: dict[str, Any]) -> None:
    for key, value in flatten(metadata).items():
        assert key
        assert "\0" not in key
        key.encode()
        for item in value if isinstance(value, list) else [value]:
            assert type(item) in (bool, int, float, str, date, datetime, time, timedelta, bytes)
            assert not isinstance(item, int) or -(2**63) <= item < 2**63
            if isinstance(item, str):
                item.encode()
        if isinstance(value, list):
            assert len({(type(item), getattr(item, "tzinfo", None) is None) for item in value}) == 1
            assert not isinstance(value[0], bytes)


@given(METADATA)
def test_parameters_come_back_as_they_went_in(parameters: dict[str, Any]) -> None:
    row = Activity(id="ex:a", parameters=parameters, metadata=parameters).row()
    assert same(parameters_of(row["properties"]), parameters)
    rest = {key: value for key, value in row["properties"].items() if not key.startswith("parameters.")}
    assert same(unflatten(rest), parameters)


@given(METADATA)
def test_metadata_of_a_relation_never_hide_its_own_attributes(metadata: dict[str, Any]) -> None:
    moment = datetime(2026, 3, 1, tzinfo=timezone.utc)  # noqa: UP017
    hostile = {**metadata, "time": 1, "role": 2, "key": 3, "recorded_at": 4}
    row = Relation(type="USED", source="a", target="b", time=moment, role="input", metadata=hostile).row()["properties"]
    assert (row.pop("time"), row.pop("role")) == (moment, "input")
    assert same(unflatten(row), hostile)


@given(VALUES)
def test_canonical_json_comes_back(value: Any) -> None:
    text = dumps(value)
    assert text.isascii()
    assert same(loads(text), value)
    assert dumps(loads(text)) == text


@given(st.dictionaries(KEYS, SCALARS, max_size=5), st.randoms())
def test_the_digest_does_not_depend_on_the_order_of_keys(metadata: dict[str, Any], random: Any) -> None:
    shuffled = list(metadata.items())
    random.shuffle(shuffled)
    first, second = Entity(id="ex:e", metadata=metadata), Entity(id="ex:e", metadata=dict(shuffled))
    assert digest(first.row()) == digest(second.row())


NAMES = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=12).filter(lambda text: bool(text.strip()))
HARD_NAMES = st.one_of(
    NAMES,
    st.sampled_from(
        ["a@b", "a:b", "a/b", "100%", "%41", "a\nb", "نموذج", "模型", "👩‍💻", "é", "e\u0301", "a b", "#?[]"]
    ),
)


@given(HARD_NAMES, st.one_of(st.none(), HARD_NAMES))
def test_identifiers_are_iris_that_can_be_taken_apart_again(name: str, version: str | None) -> None:
    import unicodedata

    identifier = artifact_id("dataset", name, version)
    parts = parse_id(identifier)
    assert parts is not None
    assert (parts.kind, parts.name) == ("dataset", unicodedata.normalize("NFC", name))
    assert parts.version == (None if version is None else unicodedata.normalize("NFC", version))
    assert is_iri(identifier)
    assert not any(char.isspace() or char in '<>"{}|\\^`' or ord(char) < 0x20 for char in identifier)
    assert identifier.isprintable()
    assert unicodedata.is_normalized("NFC", identifier)
    assert artifact_id("dataset", parts.name, parts.version) == identifier
    assert short_id(identifier).startswith("dataset:")


@given(HARD_NAMES, HARD_NAMES, st.one_of(st.none(), HARD_NAMES), st.one_of(st.none(), HARD_NAMES))
def test_different_things_have_different_identifiers(
    a: str, b: str, version_a: str | None, version_b: str | None
) -> None:
    import unicodedata

    def normal(text: str | None) -> str | None:
        return text and unicodedata.normalize("NFC", text)

    same_thing = (normal(a), normal(version_a)) == (normal(b), normal(version_b))
    assert (artifact_id("model", a, version_a) == artifact_id("model", b, version_b)) == same_thing


def test_a_decimal_keeps_its_digits() -> None:
    assert str(unflatten(flatten({"price": Decimal("1.10")}))["price"]) == "1.10"
