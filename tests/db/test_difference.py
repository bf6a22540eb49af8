"""What came into an impact and what went out of it, and the step that made the difference."""

from __future__ import annotations

from typing import Any

import pytest
from graphs import day, draw, drawn, ex, records

import graphprov as gp
from graphprov.analysis.difference import Asked, difference, side_before
from graphprov.analysis.difference_report import Change, ImpactDifference
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.incidents import incident
from graphprov.errors import EmptyFlaw, InvalidInput, UnknownReference
from graphprov.model.statements import Entity
from graphprov.store import Store

PIPELINE = """
    bl2 : dataset issued_at=2
    bl9 : dataset issued_at=9
    bl2 -of-> bl
    bl9 -of-> bl
    bl2 <-used- train2 -gen-> model2
    bl9 <-used- train9 -gen-> model9
    model2 <-used- predict -gen-> forecast
    model9 <-used- predict
    train9 -with-> ada
"""


@pytest.fixture
def graph(store: Store) -> Store:
    draw(store, PIPELINE)
    return store


def asked(*subjects: str, since: float | None = None, until: float | None = None) -> Asked:
    window = [None if moment is None else day(moment) for moment in (since, until)]
    return Asked(Flaw.of([ex(name) for name in subjects], *window))


def told(changes: list[Change]) -> dict[str, tuple[int, str, str]]:
    """By name: distance, the word for the reason, and the first thing that the other side does not have."""
    return {
        change.id.removeprefix("ex:"): (change.distance, change.because, change.first.removeprefix("ex:"))
        for change in changes
    }


def test_a_wider_window_brings_in_what_comes_from_the_versions_in_it(graph: Store) -> None:
    found = difference(graph, asked("bl", since=1, until=5), asked("bl", since=1, until=10))
    assert told(found.came_in) == {
        "bl9": (0, "window", "bl9"),
        "train9": (1, "window", "bl9"),
        "model9": (2, "window", "bl9"),
    }
    assert (found.went_out, found.stayed, found.complete, found.is_empty) == ([], 6, True, False)
    assert {change.reason for change in found.came_in} == {"ex:bl9 is of 2026-03-09, outside the window before"}
    assert next(change.responsible for change in found.came_in if change.id == ex("model9")) == [ex("ada")]
    assert (found.before.flawed, found.after.flawed) == (2, 3)  # the general artifact and its versions


def test_a_narrower_window_is_the_same_the_other_way_round(graph: Store) -> None:
    wide, narrow = asked("bl", since=1, until=10), asked("bl", since=1, until=5)
    there, back = difference(graph, narrow, wide), difference(graph, wide, narrow)
    assert told(back.went_out) == told(there.came_in)
    assert (back.came_in, back.went_out_total) == ([], 3)
    assert {change.reason for change in back.went_out} == {"ex:bl9 is of 2026-03-09, outside the window now"}


def test_another_subject_says_which(graph: Store) -> None:
    found = difference(graph, asked("bl2"), asked("bl9"))
    assert told(found.came_in)["model9"] == (2, "subject", "bl9")
    assert told(found.went_out)["model2"] == (2, "subject", "bl2")
    assert found.came_in[0].reason == "ex:bl9 comes from ex:bl9, which was no subject before"
    assert found.stayed == 2  # predict and forecast come from both


def test_what_is_flawed_on_one_side_and_affected_on_the_other_stays(graph: Store) -> None:
    found = difference(graph, asked("bl2"), asked("model2"))
    assert found.came_in == []
    assert set(told(found.went_out)) == {"bl2", "train2"}


def test_a_limit_lists_the_nearest_and_says_so_and_kinds_choose(graph: Store) -> None:
    wide, narrow = asked("bl", since=1, until=10), asked("bl", since=1, until=5)
    found = difference(graph, narrow, wide, limit=2)
    assert [change.id for change in found.came_in] == [ex("bl9"), ex("train9")]
    assert (found.came_in_total, found.complete) == (3, False)
    assert (found.cut[0].what, found.cut[0].shown, found.cut[0].total) == ("came in", 2, 3)
    runs = difference(graph, narrow, wide, kinds=["run"], limit=1)
    assert told(runs.came_in) == {"train9": (1, "window", "bl9")}
    assert (runs.came_in_total, runs.stayed) == (1, 2)


def test_a_side_that_stands_for_nothing_has_touched_nothing(graph: Store) -> None:
    found = difference(graph, asked("bl", since=20), asked("bl", since=1, until=5))
    assert (found.came_in_total, found.before.affected, found.stayed) == (6, 0, 0)
    assert "One side has nothing" in found.notes[0]
    with pytest.raises(EmptyFlaw):
        difference(graph, asked("bl", since=20), asked("bl", since=21))
    with pytest.raises(UnknownReference):
        difference(graph, asked("nothing"), asked("bl"))


def test_a_thing_reached_on_both_sides_by_other_ways_is_no_difference(graph: Store) -> None:
    found = difference(graph, asked("bl2"), asked("bl9"))
    assert "forecast" not in {**told(found.came_in), **told(found.went_out)}


def test_a_long_way_is_followed_to_the_thing_that_the_other_side_lacks(graph: Store) -> None:
    draw(graph, "\n".join(f"m{i} <-used- r{i} -gen-> m{i + 1}" for i in range(20)) + "\nmodel9 <-used- go -gen-> m0")
    found = difference(graph, asked("bl2"), asked("bl", since=1))
    assert told(found.came_in)["m20"] == (44, "subject", "bl9")


def test_flawed_runs_are_runs(graph: Store) -> None:
    found = difference(graph, asked("bl9"), asked("train2"))
    assert {change.id: change.element for change in found.came_in}[ex("train2")] == "Activity"


# What differs before


def before(store: Store, after: Asked, **otherwise: Any) -> Asked:
    return side_before(store, after, {key.replace("_", "-"): value for key, value in otherwise.items()})


def test_only_what_is_said_differs_before(graph: Store) -> None:
    after = asked("bl", since=1, until=5)
    assert before(graph, after, until=day(9)).flaw == Flaw((ex("bl"),), day(1), day(9))
    assert before(graph, after, since=None).flaw == Flaw((ex("bl"),), None, day(5))
    with pytest.raises(InvalidInput, match="both sides are the same"):
        before(graph, after, until=day(5))
    with pytest.raises(InvalidInput, match="window is empty"):
        before(graph, after, until=day(1))
    with pytest.raises(InvalidInput, match="compares an incident with itself"):
        before(graph, after, as_opened=True)


def test_an_amended_incident_is_compared_with_itself_and_with_another(graph: Store, database: Store) -> None:
    one = gp.incidents.open("ex:bl", reason="x", since=day(1), until=day(5)).number
    other = gp.incidents.open("ex:bl9", reason="y").number
    gp.incidents.amend(one, until=day(10), why="wider")
    after = Asked.of_incident(graph, incident(graph, one))
    opened = before(graph, after, as_opened=True)
    assert (opened.flaw.until, after.flaw.until) == (day(5), day(10))
    assert set(told(difference(graph, opened, after).came_in)) == {"bl9", "train9", "model9"}
    theirs = before(graph, after, incident=other)
    found = difference(graph, theirs, after)
    assert found.before.incident is not None
    assert found.after.incident is not None
    assert (found.before.incident.number, found.after.incident.number) == (other, one)
    assert found.went_out == []


def test_python_asks_as_the_command_line_does(graph: Store, database: Store) -> None:
    found = gp.impact_difference("ex:bl", since=day(1), until=day(10), before={"until": "2026-03-05"})
    assert set(told(found.came_in)) == {"bl9", "train9", "model9"}
    number = gp.incidents.open("ex:bl", reason="x", since=day(1), until=day(5)).number
    gp.incidents.amend(number, until="none", why="y")
    assert gp.impact_difference(incident=number, before={"as_opened": True}).came_in_total == 3
    assert gp.impact_difference(incident=number, before={"until": None, "since": None}).is_empty
    for wrong in ({"untill": 1}, {"as_known_on": None}, {"since": "soon"}):
        with pytest.raises(InvalidInput):
            gp.impact_difference("ex:bl", before=wrong)
    with pytest.raises(InvalidInput, match="leave out subjects"):
        gp.impact_difference("ex:bl", incident=number, before={"since": None})


# What was learnt since: the same question as known on a day, and now


def test_what_was_learnt_since_is_told_with_its_date(store: Store) -> None:
    store.write(records(drawn("bl <-used- train -gen-> model"), day(1)))
    flaw, then = Flaw.of(ex("bl")), store.now()
    store.write(records(drawn("model <-used- predict -gen-> forecast"), day(3)))
    store.write(records(drawn("bl <-used- train -gen-> log\nlog -derived-> clean"), day(3)))
    found: ImpactDifference = difference(store, Asked(flaw, then), Asked(flaw))
    assert told(found.came_in) == {
        "predict": (3, "recorded", "predict"),
        "forecast": (4, "recorded", "predict"),
        "log": (2, "recorded", "log"),
    }
    today = f"{store.now():%Y-%m-%d}"
    assert f"that ex:predict comes from ex:model was learnt on {today}" in found.came_in[1].reason
    assert found.before.as_known_on == then


def test_what_says_later_what_it_was_made_from_goes_out_by_that_rule(store: Store) -> None:
    store.write(records(drawn("bl <-used- train -gen-> model\nclean <-used- train\nmodel <-used- predict"), day(1)))
    flaw, then = Flaw.of(ex("bl")), store.now()
    store.write(records(drawn("model -derived-> clean"), day(3)))
    found = difference(store, Asked(flaw, then), Asked(flaw))
    assert told(found.went_out) == {"model": (2, "rule", "model"), "predict": (3, "rule", "model")}
    assert found.went_out[0].reason == "ex:model is cleared now by the rule 'precision'"
    assert found.came_in == []


def test_a_delivery_that_was_not_known_then_is_recorded_since(store: Store) -> None:
    store.write(records(drawn("bl2 -of-> bl\nbl2 <-used- train"), day(1)))
    flaw, then = Flaw.of(ex("bl")), store.now()
    store.write(
        records([Entity(id="ex:bl9", kind="dataset", name="bl9"), *drawn("bl9 -of-> bl\nbl9 <-used- late")], day(3))
    )
    found = difference(store, Asked(flaw, then), Asked(flaw))
    assert told(found.came_in) == {"bl9": (0, "recorded", "bl9"), "late": (1, "recorded", "bl9")}
    assert "ex:bl9 was not known as flawed on " in found.came_in[0].reason


# As known on a day, and what is asked wrongly


def test_two_dates_are_compared_and_what_was_learnt_between_is_told(database: Store) -> None:
    store = database
    draw(store, PIPELINE)
    first = store.now()
    draw(store, "model2 <-used- tune -gen-> tuned")
    second = store.now()
    draw(store, "tuned <-used- late")
    before = {"as_known_on": first}
    found = gp.impact_difference("ex:bl", before=before, as_known_on=second)
    assert told(found.came_in).keys() == {"tune", "tuned"}
    assert {change.because for change in found.came_in} == {"recorded"}
    assert (found.before.as_known_on, found.after.as_known_on) == (first, second)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kinds": ["modle"]}, "of the kind 'modle'"),
        ({"limit": -1}, "the limit cannot be -1"),
    ],
)
def test_what_impact_refuses_a_difference_refuses(graph: Store, more: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        difference(graph, asked("bl2"), asked("bl9"), **more)


def test_a_day_that_is_yet_to_come_is_refused(graph: Store) -> None:
    later = Asked(Flaw.of(ex("bl9")), known_on=day(1_000_000))
    with pytest.raises(InvalidInput):
        difference(graph, asked("bl2"), later)
