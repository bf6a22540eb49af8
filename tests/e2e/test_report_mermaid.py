"""The Mermaid diagram in the real Mermaid, in a real browser: it is drawn, with every name as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from graphprov.report import to_markdown, to_mermaid, words
from graphprov.report.picture import draw
from graphprov.report.view import view
from tests.browser import Witness, chromium, executable_or_skip
from tests.npm import MERMAID, npm_file_or_skip
from tests.sample_incident import incident_report
from tests.sample_reports import demo_report, empty_report, hostile_report, large_report

pytestmark = pytest.mark.browser
REPORTS = {
    "demo": demo_report,
    "incident": incident_report,
    "empty": empty_report,
    "hostile": hostile_report,
    "large": lambda: large_report(400),
}


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    executable = executable_or_skip()
    script = npm_file_or_skip(*MERMAID)
    with chromium(executable) as browser:
        page = browser.new_page()
        page.set_content("<!doctype html><title>Mermaid</title><div id='out'></div>")
        page.add_script_tag(path=script)
        page.evaluate("mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' })")
        yield page


@pytest.mark.parametrize("name", REPORTS)
def test_mermaid_draws_it_with_every_name_as_it_is(page, name):
    report = REPORTS[name]()
    witness = Witness()
    witness.watch(page, page.url)
    assert (
        page.evaluate("async (text) => (await mermaid.parse(text)).diagramType", to_mermaid(report)) == "flowchart-v2"
    )
    page.evaluate(
        "async (text) => { document.getElementById('out').innerHTML = (await mermaid.render('drawn', text)).svg }",
        to_mermaid(report),
    )
    items = draw(view(report)).items
    labels = page.locator("#out .node .nodeLabel").all_inner_texts()
    assert len(labels) == len(items)
    shown = ["".join(label.split()) for label in labels]  # without the blanks and breaks of wrapped lines
    for item in items:
        title = "".join(words.middle(item.title, 60).replace("\\", "\u29f5").split())
        assert any(title in label for label in shown)
    assert page.locator("#out img, #out script").count() == 0
    assert [one for one in witness.said if one.startswith(("dialog", "request", "error"))] == []


def test_the_diagram_within_a_ticket_is_the_same(page):
    (block,) = re.findall(r"```mermaid\n(.*?)```", to_markdown(hostile_report()), re.DOTALL)
    assert page.evaluate("async (text) => (await mermaid.parse(text)).diagramType", block) == "flowchart-v2"
