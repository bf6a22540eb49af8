"""What a notebook shows of a report and a lineage, and the report that `graphprov.impact` returns."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

import graphprov
from graphprov.analysis.lineage import Lineage as LineageData
from graphprov.analysis.lineage import LineageNode, LineageRelation
from graphprov.model.identity import artifact_id
from graphprov.report import to_json, to_text
from graphprov.report.shown import ImpactReport, Lineage
from tests.sample_incident import incident_report
from tests.sample_reports import HOSTILE, demo_report, empty_report, hostile_report, large_report

REPORTS = {"demo": demo_report, "incident": incident_report, "empty": empty_report, "hostile": hostile_report}
ALLOWED = {"div", "p", "b", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code"}
DRAWN = {"svg", "g", "path", "text", "title"}
ATTRIBUTES = {"style", "title", "xmlns", "viewbox", "width", "height", "role", "aria-label", "fill", "fill-opacity"}
ATTRIBUTES |= {"stroke", "stroke-width", "stroke-dasharray", "d", "transform", "x", "y", "opacity"}
ATTRIBUTES |= {"font-family", "font-size", "font-weight"}


class _Markup(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data + " "


@pytest.mark.parametrize("name", REPORTS)
def test_a_notebook_shows_plain_html_whatever_the_names(name):
    shown = _Markup(ImpactReport.of(REPORTS[name]())._repr_html_())
    assert shown.tags <= ALLOWED | DRAWN
    assert shown.attributes <= ATTRIBUTES, "no id, class, event handler or address"
    assert ("svg" in shown.tags) == (name != "empty")


def test_a_notebook_tells_the_summary_the_unknown_and_the_nearest():
    text = " ".join(_Markup(ImpactReport.of(incident_report())._repr_html_()).text.split())
    for said in (
        "24 affected , 2 models, 3 predictions",
        "NOT COMPLETE : 22 of 24 paths in full are listed",
        "1 artifact without recorded origin",
        "Incident 3f1c09b2a7d4, high, open: Labels of the first half of April",
        "6 of 18 closed",
        "To tell: ines, otto and noor",
        "intent-distilled@78dde6 model 4 inferred live",
        "report.to_frame()",
    ):
        assert said in text
    assert "nothing that is recorded was made from it" in " ".join(
        _Markup(ImpactReport.of(empty_report())._repr_html_()).text.split()
    )


def test_a_large_report_is_shown_at_once_and_not_drawn():
    report = ImpactReport.of(large_report(5_000))
    start = time.perf_counter()
    html = report._repr_html_()
    assert time.perf_counter() - start < 3
    assert "<svg" not in html
    assert "10,000 affected" in html
    assert html.count("<tr>") == 13


def test_the_report_of_the_public_api_has_the_same_data_and_json():
    data = incident_report()
    report = ImpactReport.of(data)
    assert graphprov.ImpactReport is ImpactReport
    assert to_json(report) == to_json(data)
    assert ImpactReport.model_validate_json(to_json(data)) == report
    assert report.affected is data.affected, "nothing is copied"


def test_a_prompt_prints_one_line_and_print_the_text():
    report = ImpactReport.of(demo_report())
    assert repr(report) == "<ImpactReport of acme-threat-intel: 95 affected, 4 owners>"
    assert str(report) == to_text(demo_report(), 80)
    assert "\u202e" not in repr(ImpactReport.of(hostile_report((HOSTILE[6],))))
    large = str(ImpactReport.of(large_report(2_000)))
    assert "NO, see what was cut below" in large
    assert len(large.splitlines()) < 250


def test_the_report_writes_itself_and_becomes_a_frame(tmp_path):
    pandas = pytest.importorskip("pandas")
    report = ImpactReport.of(demo_report())
    assert report.write(tmp_path / "a.md").read_text().startswith("# Impact of")
    assert isinstance(report.to_frame(), pandas.DataFrame)
    assert len(report.to_pandas()) == len(report.to_polars()) == 95


def _lineage(names: tuple[str, ...] = ("antispam", "train", "users")) -> Lineage:
    root, run, *sources = (artifact_id(kind, name, "3f2a" * 16) for kind, name in zip(_KINDS, names, strict=False))
    nodes = [
        LineageNode(
            id=one, element="Activity" if one == run else "Entity", kind=kind, name=name, version="3f2a", distance=d
        )
        for d, (one, kind, name) in enumerate(zip((root, run, *sources), _KINDS, names, strict=False))
    ]
    nodes[0] = nodes[0].model_copy(update={"time": datetime(2026, 3, 1, tzinfo=UTC)})
    relations = [LineageRelation(effect=root, relation="WAS_GENERATED_BY", cause=run)]
    relations += [LineageRelation(effect=run, relation="USED", cause=one) for one in sources]
    return Lineage.of(LineageData(root=root, complete=True, nodes=nodes, relations=relations))


_KINDS = ("model", "training", *["dataset"] * 100)


def test_a_lineage_is_drawn_in_a_notebook():
    html = _lineage()._repr_html_()
    shown = _Markup(html)
    assert shown.tags <= ALLOWED | DRAWN
    assert shown.attributes <= ATTRIBUTES
    assert ": 2 things." in " ".join(shown.text.split())
    assert html.count("<g ") == 3
    assert re.search(r"antispam@.*?model.*?2026-03-01", " ".join(shown.text.split()))


def test_hostile_names_in_a_lineage_stay_text():
    shown = _Markup(_lineage(("a", "b", *HOSTILE[:6], *HOSTILE[8:]))._repr_html_())
    assert shown.tags <= ALLOWED | DRAWN
    assert shown.attributes <= ATTRIBUTES


def test_a_lineage_of_many_things_is_a_table():
    html = _lineage(("a", "b", *(f"n{at}" for at in range(60))))._repr_html_()
    assert "<svg" not in html
    assert "50 more in" in html
