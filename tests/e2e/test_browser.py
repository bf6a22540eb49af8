"""Neo4j Browser in headless Chromium, as a person uses it: log in, click a named question, see the graph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from graphprov.engine import Endpoint
from graphprov.engine.browser import door, wait_for_browser
from graphprov.engine.web import parse_style, questions, style_text
from graphprov.settings import Settings
from graphprov.store import Store
from tests.browser import chromium, executable_or_skip

SECONDS = 1000


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A page in a fresh Chromium."""
    with chromium(executable_or_skip()) as browser:
        found = browser.new_page(viewport={"width": 1500, "height": 1000})
        found.set_default_timeout(120 * SECONDS)
        yield found
        found.screenshot(path=tmp_path / "browser.png")  # to look at when a test has failed


@pytest.fixture
def pictured(store: Store, neo4j: Endpoint) -> Endpoint:
    """The suite's server with a small graph in it."""
    if neo4j.http is None:
        pytest.skip("the server under test is not the embedded one, so its Browser is not ours")
    store._connection.command(
        "CREATE (vendor:Agent:DataSource {id: 'v', name: 'acme-threat-intel'}), "
        "(list:Entity:Dataset {id: 'd', name: 'ip-blacklist'}), (train:Activity:Training {id: 't', name: 'train'}), "
        "(model:Entity:Model {id: 'm', name: 'antispam'}), (list)-[:WAS_ATTRIBUTED_TO]->(vendor), "
        "(train)-[:USED]->(list), (model)-[:WAS_GENERATED_BY]->(train)"
    )
    return neo4j


@pytest.mark.browser
def test_a_person_logs_in_clicks_a_named_question_and_sees_the_graph_in_our_colours(
    pictured: Endpoint, page: Page
) -> None:
    wanted: list[str] = []
    page.on("requestfinished", lambda request: wanted.append(request.url))
    wait_for_browser(pictured, within_seconds=120)
    page.goto(door(Settings.load(), pictured).address)

    # The form knows the right port and the user.
    page.get_by_test_id("password").wait_for()
    assert page.get_by_test_id("boltaddress").input_value() == pictured.uri.removeprefix("bolt://")
    assert page.get_by_test_id("username").input_value() == "neo4j"
    page.get_by_test_id("password").fill(pictured.password)
    page.get_by_test_id("connect").click()

    # The start command has opened the list of named questions.
    page.get_by_role("heading", name="graphprov: named questions").first.wait_for()
    topics = list(dict.fromkeys(row.name.partition("/")[0] for row in questions()))
    for _ in range(topics.index("lineage") + 1):
        page.get_by_text("Next", exact=True).click()
    page.get_by_role("heading", name="Lineage", exact=True).wait_for()

    editor = page.get_by_test_id("activeEditor")

    def click_and_run(beginning: str, within: str) -> None:
        blocks = page.locator("pre.runnable").filter(has_text=re.compile(rf"^\s*{re.escape(beginning)}"))
        blocks.filter(has_text=within).first.click()
        # The editor shows blanks as non-breaking ones. It is empty again once it has taken the command.
        in_editor = re.compile(re.escape(beginning).replace("\\ ", r"\s"))
        expect(editor).to_contain_text(in_editor, timeout=120 * SECONDS)
        editor.locator("textarea").press("Control+Enter")
        expect(editor).not_to_contain_text(in_editor, timeout=120 * SECONDS)

    names = [row.name for row in questions() if row.name.startswith("lineage/")]
    assert "lineage/draw_lineage" in names
    click_and_run(":param artifact", ":param limit")
    expect(page.locator(".fa-check-square-o")).to_have_count(2, timeout=120 * SECONDS)  # both parameters are set
    click_and_run("MATCH (named:Entity)", "RETURN effect, relation, cause")

    # The graph: our colours, our captions.
    circle = page.locator("circle.b-outline, g.node circle").first
    circle.wait_for()
    colours = page.evaluate("() => [...document.querySelectorAll('svg circle')].map(c => c.getAttribute('fill'))")
    style = parse_style(style_text())
    assert {style[f"node.{label}"]["color"] for label in ("Model", "Dataset", "Training")} <= {
        str(colour).upper() for colour in colours
    }
    assert "antispam" in "".join(page.locator("svg").all_text_contents())

    # Nothing came from anywhere else.
    assert {re.sub(r"^(\w+)://([^:/]+).*", r"\2", url) for url in wanted if url.startswith("http")} == {"127.0.0.1"}
