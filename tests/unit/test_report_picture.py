"""What the picture and the timeline show, before they are drawn."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from graphprov.analysis.report import Affected, FlawedNode, Step
from graphprov.report.layout import BOX_HEIGHT
from graphprov.report.picture import MOST_BOXES, draw
from graphprov.report.timeline import timeline
from graphprov.report.view import view
from tests.sample_reports import cut_report, demo_report, empty_report, hostile_report, large_report


def _items(report):
    return {item.title: item for item in draw(view(report)).items}


def test_versions_of_one_name_are_folded_and_counted():
    items = _items(demo_report())
    assert items["antispam"].folded
    assert len(items["job-seekers"].boxes) == 12
    assert items["job-seekers"].detail == "12 live"
    assert items["train-antispam"].detail == "3 runs, 1 failed"


def test_the_source_stands_left_and_every_effect_right_of_its_cause():
    picture = draw(view(demo_report()))
    column = picture.layout.column
    assert [item.title for item, at in zip(picture.items, column, strict=True) if at == 0] == ["acme-threat-intel"]
    for tail, head in picture.edges:
        one, other = picture.item_of_box[tail], picture.item_of_box[head]
        assert one == other or column[one] < column[other]


@pytest.mark.parametrize("report", [demo_report, cut_report, hostile_report, empty_report])
def test_no_box_lies_over_another_or_outside(report):
    picture = draw(view(report()))
    for column in picture.layout.columns:
        tops = sorted(picture.layout.place(one)[1] for one in column if one >= 0)
        assert all(below - above >= BOX_HEIGHT for above, below in pairwise(tops))
        assert all(0 <= top <= picture.layout.height - BOX_HEIGHT for top in tops)


def test_every_affected_node_is_in_one_box():
    report = demo_report()
    picture = draw(view(report))
    assert {node.id for node in report.affected} <= set(picture.box_of)


def test_a_small_lineage_is_not_folded():
    picture = draw(view(empty_report()))
    assert len(picture.items) == 2 <= MOST_BOXES
    assert not any(item.folded for item in picture.items)


def test_thousands_of_nodes_fold_into_a_picture_that_fits_a_page():
    picture = draw(view(large_report(800)))
    assert len(picture.items) <= 60
    assert len(picture.layout.columns) <= 16


def test_a_cycle_is_drawn():
    time = datetime(2026, 3, 1, tzinfo=UTC)
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "c")]
    steps = [Step(relation="WAS_DERIVED_FROM", cause=a, effect=b, certainty="declared") for a, b in pairs]
    rows = [
        Affected(id=x, element="Entity", kind=None, name=x, distance=d, certainty="declared", via=[steps[d - 1]])
        for d, x in enumerate("abc")
        if d
    ]
    flawed = [FlawedNode(id="a", kind=None, name="a", time=time, subject="a")]
    report = empty_report().model_copy(update={"affected": rows, "flawed": flawed, "relations": steps})
    picture = draw(view(report))
    assert len(picture.layout.chains) == 3


def test_a_path_is_followed_from_via_to_via():
    report = large_report(200)
    shown = view(report)
    for node in report.affected:
        path = shown.why(node.id)
        assert path is not None
        assert len(path) == node.distance
        assert path[-1].effect == node.id
        assert [step.effect for step in path[:-1]] == [step.cause for step in path[1:]]


def test_short_versions_tell_the_versions_of_a_name_apart():
    shown = view(large_report(4000))
    labels = [node.reference for node in shown.nodes.values()]
    assert len(labels) == len(set(labels))


def test_the_timeline_has_a_lane_for_each_kind_and_the_window():
    shown = timeline(view(demo_report()))
    assert [lane.title for lane in shown.lanes][:3] == ["flawed", "models", "predictions"]
    assert 0 < shown.window[0] < shown.window[1] < 1
    assert all(0 <= mark.at <= 1 for lane in shown.lanes for mark in lane.marks)


def test_many_marks_are_counted_in_bins():
    shown = timeline(view(large_report(1000)))
    lane = shown.lanes[-1]
    assert lane.binned
    assert sum(mark.count for mark in lane.marks) == 1000
    assert max(mark.height for mark in lane.marks) == 1


@pytest.mark.parametrize("year", [1, 9999])
def test_times_at_the_ends_of_the_calendar_are_drawn(year):
    report = empty_report()
    flawed = [report.flawed[0].model_copy(update={"time": datetime(year, 12, 31, 23, 59, tzinfo=UTC)})]
    assert timeline(view(report.model_copy(update={"flawed": flawed}))) is not None


def test_without_any_time_there_is_no_timeline():
    report = empty_report()
    flawed = [report.flawed[0].model_copy(update={"time": None})]
    assert timeline(view(report.model_copy(update={"flawed": flawed}))) is None


def test_nodes_without_a_kind_are_counted_as_others():
    report = demo_report()
    rows = [row.model_copy(update={"kind": None}) for row in report.affected]
    counts = {"entity": 48, "activity": 47}
    shown = view(report.model_copy(update={"affected": rows, "counts": counts, "live": None}))
    assert shown.counts() == [("entity", 48), ("run", 47)]
    assert shown.live() == {"entity": 21}
    assert [kind for kind, _ in shown.by_kind] == [None, "run"]
