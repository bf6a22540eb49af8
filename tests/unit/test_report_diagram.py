"""The lineage as Mermaid and DOT: read by the tools themselves where these are to be had, by strict checks always."""

from __future__ import annotations

import html
import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphprov.report import to_dot, to_mermaid, words
from graphprov.report.diagram import LOOKS
from graphprov.report.picture import draw
from graphprov.report.view import view
from tests.sample_incident import incident_report
from tests.sample_reports import cut_report, demo_report, empty_report, hostile_report, large_report

REPORTS = {
    "demo": demo_report,
    "incident": incident_report,
    "cut": cut_report,
    "empty": empty_report,
    "hostile": hostile_report,
    "large": lambda: large_report(400),
}
NAMES = st.text(st.characters(codec="utf-8"), max_size=30) | st.text("\"'\\`{}[]()<>|&#;:%@~-=. \n\0end", max_size=14)

MERMAID_NODE = re.compile(r'  n\d+(?:\[|\(\[|\{\{|>)"(?:[^\W_]|[ .,_-]|<br/>|#\d+;)*"(?:\]|\]\)|\}\})')
MERMAID_OTHER = re.compile(
    r"flowchart LR|  accTitle: (?:\w|[ .,-])+|  n\d+ (?:==>|-->|-\.->) n\d+"
    r"|  classDef [a-z]+ [a-z0-9#:,. -]+|  class n\d+(?:,n\d+)* [a-z]+"
)
QUOTED = r'"(?:[^"\\\n]|\\[\\"n])*"'
DOT_LINE = re.compile(
    rf"digraph impact {{|}}|  (?:graph|node|edge|n\d+|n\d+ -> n\d+) \[[a-z]+=(?:[\w.#]+|{QUOTED})"
    rf"(?:, [a-z]+=(?:[\w.#]+|{QUOTED}))*\];"
)


@pytest.mark.parametrize("name", ["incident", "empty"])
@pytest.mark.parametrize("form", [to_mermaid, to_dot])
def test_the_diagram_is_as_reviewed(name, form, snapshot):
    assert form(REPORTS[name]()) == snapshot


@pytest.mark.parametrize("name", REPORTS)
def test_every_line_is_one_of_the_few_forms_that_are_meant(name):
    report = REPORTS[name]()
    for line in to_mermaid(report).splitlines():
        assert MERMAID_NODE.fullmatch(line) or MERMAID_OTHER.fullmatch(line), line
    for line in to_dot(report).splitlines():
        assert DOT_LINE.fullmatch(line), line


@given(NAMES)
@settings(max_examples=60, deadline=None)
def test_no_name_makes_a_line_of_its_own(name):
    report = hostile_report((name, "fine"))
    for line in to_mermaid(report).splitlines():
        assert MERMAID_NODE.fullmatch(line) or MERMAID_OTHER.fullmatch(line), line
    for line in to_dot(report).splitlines():
        assert DOT_LINE.fullmatch(line), line


def test_all_that_is_drawn_on_the_page_is_in_the_diagrams():
    report = demo_report()
    picture = draw(view(report))
    for text in (to_mermaid(report), to_dot(report)):
        assert len(re.findall(r"^  n\d+(?: \[label=|\[|\(|\{|>)", text, re.MULTILINE)) == len(picture.items)
        assert len(re.findall(r"^  n\d+ (?:->|-->|==>|-\.->)", text, re.MULTILINE)) == len(picture.layout.chains)


def test_an_edge_is_as_sure_as_its_surest_relation():
    text = to_mermaid(incident_report())
    number = dict(re.findall(r'n(\d+)\S*"[^"]*?<br/>([a-z0-9-]+)', text))
    number = {name: one for one, name in number.items()}
    assert f"n{number['features']} ==> n{number['feature-pack']}" in text
    assert f"n{number['april-bundle']} --> n{number['train-intent']}" in text
    assert f"n{number['intent-tickets']} -.-> n{number['review-queue']}" in text


@pytest.mark.parametrize("name", REPORTS)
def test_graphviz_draws_it_with_every_name_as_it_is(name, tmp_path):
    dot = shutil.which("dot")
    if dot is None:
        pytest.skip("no Graphviz (dot) on PATH")
    report = REPORTS[name]()
    done = subprocess.run(
        [dot, "-Tsvg"], input=to_dot(report), capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "syntax" not in done.stderr
    shown = {html.unescape(text).replace("\xa0", " ") for text in re.findall(r"<text[^>]*>([^<]*)</text>", done.stdout)}
    for item in draw(view(report)).items:
        assert words.middle(item.title, 60).strip() in "\n".join(shown)
    assert done.stdout.count('class="node"') == len(draw(view(report)).items)


def test_looks_differ_without_colour():
    seen = {(look.brackets, look.width, look.dashed) for name, look in LOOKS.items() if name != "mentioned"}
    assert len(seen) == len(LOOKS) - 1
