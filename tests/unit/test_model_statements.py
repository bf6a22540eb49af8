"""What can be recorded, how it travels, and what is refused in which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from graphprov.errors import InvalidInput
from graphprov.model.metadata import Quantity, as_utc, dumps, flatten, loads, unflatten
from graphprov.model.statements import Activity, Agent, Entity, Relation, Statement, digest, parameters_of
from graphprov.model.times import parse_time, show_time
from graphprov.model.vocabulary import RELATIONS, RelationType, check_kind, labels_of, plural

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_statement_travels_as_its_set_fields_and_flat_metadata() -> None:
    entity = Entity(
        id="ex:e", kind="model", name="m", size_bytes=0, generated_at="2026-03-01", metadata={"auc": {"test": 0.9}}
    )  # type: ignore[arg-type]
    assert entity.row() == {
        "node": "Entity",
        "id": "ex:e",
        "properties": {"kind": "model", "name": "m", "size_bytes": 0, "generated_at": MOMENT, "auc.test": 0.9},
    }


def test_a_relation_travels_with_the_types_of_its_ends() -> None:
    row = Relation(type="USED", source="ex:a", target="ex:e", role="input").row()  # type: ignore[arg-type]
    assert row == {
        "relation": "USED",
        "source": "ex:a",
        "source_element": "Activity",
        "target": "ex:e",
        "target_element": "Entity",
        "properties": {"role": "input"},
    }


def test_times_are_in_utc_whatever_zone_they_come_in() -> None:
    local = MOMENT.astimezone(timezone(timedelta(hours=9)))
    naive = MOMENT.replace(tzinfo=None)
    entities = [Entity(id="ex:e", issued_at=moment) for moment in (MOMENT, local, naive)]
    assert len({digest(entity.row()) for entity in entities}) == 1


def test_equal_statements_have_equal_digests_and_different_ones_do_not() -> None:
    said: list[Statement] = [
        Entity(id="ex:e"),
        Activity(id="ex:e"),
        Agent(id="ex:e"),
        Entity(id="ex:e", name="x"),
        Entity(id="ex:e", metadata={"name": "x"}),
        Entity(id="ex:e", metadata={"a": 1}),
        Entity(id="ex:e", metadata={"a": 1.0}),
        Entity(id="ex:e", metadata={"a": True}),
        Entity(id="ex:e", metadata={"a": "1"}),
        Entity(id="ex:e", metadata={"a": {"b": 1}}),
        Entity(id="ex:e", metadata={"a.b": 1}),
        Relation(type=RelationType.USED, source="a", target="b"),
        Relation(type=RelationType.USED, source="b", target="a"),
    ]
    assert len({digest(statement.row()) for statement in said}) == len(said)
    assert digest(said[3].row()) == digest(Entity(id="ex:e", name="x").row())


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Entity(id=""), "entity's id cannot be recorded: expected an identifier"),
        (lambda: Entity(id=" "), "expected an identifier"),
        (lambda: Entity(id="a\0b"), "expected an identifier"),
        (lambda: Entity(id="\ud800"), "surrogates not allowed"),
        (lambda: Entity(id="ex:" + "x" * 4000), "4,003 bytes, expected at most 4,000"),
        (lambda: Entity(id="ex:e", name="é" * 3000), "entity's name .* 6,000 bytes"),
        (lambda: Entity(id="ex:e", digest="3f2a"), "entity's digest"),
        (lambda: Entity(id="ex:e", size_bytes=-1), "entity's size_bytes .*given: -1"),
        (lambda: Entity(id="ex:e", issued_at="yesterday"), "entity's issued_at .*given: 'yesterday'"),
        (lambda: Entity(id="ex:e", colour="red"), "entity's colour .*not permitted"),
        (lambda: Activity(id="ex:a", status="running"), "activity's status"),
        (lambda: Entity(), "entity's id cannot be recorded: Field required"),
        (lambda: Relation(type="MADE", source="a", target="b"), "relation's type"),
        (lambda: Relation(type="USED", source="a", target="b", subtype="revision"), "USED carries no subtype"),
        (lambda: Relation(type="WAS_DERIVED_FROM", source="a", target="b", subtype="copy"), "no subtype of derivation"),
        (lambda: Relation(type="WAS_INFORMED_BY", source="a", target="b", time=MOMENT), "expected none"),
        (
            lambda: Entity(id="ex:e", issued_at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))),
            "beyond the years 1 to 9999",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_graphprovs_own_words(make: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        make()


@pytest.mark.parametrize("relation", RELATIONS)
def test_each_relation_takes_its_own_attributes(relation: RelationType) -> None:
    given: dict[str, Any] = {"time": MOMENT, "role": "r", "subtype": "revision", "activity": "ex:a", "plan": "ex:p"}
    own = {key: value for key, value in given.items() if key in RELATIONS[relation].attributes}
    assert Relation(type=relation, source="ex:x", target="ex:y", **own).row()["properties"] == own


def test_names_are_kept_in_normal_form_c() -> None:
    assert Entity(id="ex:e", name="Zu\u0308rich").name == "Zürich"


def test_what_the_system_gave_may_hold_bytes_that_are_no_text() -> None:
    activity = Activity(id="ex:a", command="run caf\udce9", error="\udcff")
    assert (activity.command, activity.error) == ("run caf\\udce9", "\\udcff")
    assert Entity(id="ex:e", path="/data/\udcff").path == "/data/\\udcff"


def test_a_frozen_statement_stays_what_it_is() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Entity(id="ex:e").name = "other"  # type: ignore[misc]


def test_parameters_and_metadata_do_not_meet() -> None:
    row = Activity(
        id="ex:a", parameters={"x": {"y": 1}, "status": "s", "@": []}, metadata={"x": 2, "parameters": 3}
    ).row()
    assert parameters_of(row["properties"]) == {"x": {"y": 1}, "status": "s", "@": []}
    assert row["properties"]["x"] == 2
    assert "status" not in row["properties"]


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array(3), 3),
        (np.array([1.5, 2.5]), [1.5, 2.5]),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.str_("x"), "x"),
        (np.datetime64("2026-03-01T09:30:00.123456789"), datetime(2026, 3, 1, 9, 30, 0, 123456)),
        (np.datetime64("NaT"), None),
        (np.timedelta64(1500, "ms"), timedelta(seconds=1.5)),
        (pd.Timestamp("2026-03-01", tz="UTC"), MOMENT),
        (pd.Timedelta(minutes=2), timedelta(minutes=2)),
        (Path("a") / "b", "a/b"),
        (Colour.RED, "red"),
        (("a", "b"), ["a", "b"]),
        (Quantity(np.float64(1.5), "ms"), Quantity(1.5, "ms")),
    ],
)
def test_what_comes_from_elsewhere_becomes_pythons_own(given: Any, kept: Any) -> None:
    back = unflatten(loads(dumps(flatten({"x": given}))))["x"]
    assert back == kept
    assert type(back) is type(kept)


@pytest.mark.parametrize(
    "value", [object(), {1: "x"}, {"a": {2: 3}}, [object()], {1, 2}, pytest.param(10**5000, id="huge")]
)
def test_what_cannot_be_kept_is_refused_with_its_key(value: Any) -> None:
    with pytest.raises(InvalidInput, match=r"metadata.*'?x"):
        flatten({"x": value})


def test_metadata_that_contain_themselves_are_refused() -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    with pytest.raises(InvalidInput, match="nested deeper than 64"):
        flatten(endless)
    lists: list[Any] = []
    lists.append(lists)
    with pytest.raises(InvalidInput, match="nested deeper than 64"):
        flatten({"x": lists})


def test_json_with_an_unknown_tag_is_refused() -> None:
    with pytest.raises(ValueError, match="'money' is not known"):
        loads('{"$type":"money","value":1}')


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026", "2026-01-01T00:00:00+00:00"),
        ("2026-03", "2026-03-01T00:00:00+00:00"),
        (" 2026-03-01 ", "2026-03-01T00:00:00+00:00"),
        ("2026-03-01T09:30", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01 09:30:05.5", "2026-03-01T09:30:05.500000+00:00"),
        ("2026-03-01T09:30Z", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01T09:30+01:00", "2026-03-01T08:30:00+00:00"),
    ],
)
def test_times_can_be_typed_as_far_as_they_matter(typed: str, moment: str) -> None:
    assert parse_time(typed).isoformat() == moment


@pytest.mark.parametrize(
    "typed", ["", "yesterday", "2026-13", "2026-3", "03/01/2026", "0001-01-01T00:00+05:00", "9:30"]
)
def test_what_is_no_time_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidInput, match="expected ISO 8601, such as 2026-03"):
        parse_time(typed)


def test_shown_times_can_be_typed_again() -> None:
    for moment in (MOMENT, MOMENT + timedelta(hours=9, minutes=30), MOMENT + timedelta(seconds=1)):
        assert parse_time(show_time(moment)) == moment
    assert show_time(None) == ""


def test_a_time_without_a_zone_is_utc() -> None:
    assert as_utc(datetime(2026, 3, 1)) == MOMENT


@pytest.mark.parametrize("kind", ["", "Dataset", "a b", "-x", "x-", "x--y", "1x", "ä", "a_b", "x\n"])
def test_a_kind_of_ones_own_is_words_with_hyphens(kind: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be a kind"):
        check_kind(kind)
    assert check_kind("satellite-image-2") == "satellite-image-2"


def test_a_kind_labels_only_nodes_of_its_own_type() -> None:
    from graphprov.model.vocabulary import Element

    assert labels_of("model", Element.ENTITY) == ["Model"]
    assert labels_of("model", Element.AGENT) == []
    assert labels_of(None, Element.ENTITY) == []
    assert (plural("model", 1), plural("model", 1200)) == ("1 model", "1,200 models")
