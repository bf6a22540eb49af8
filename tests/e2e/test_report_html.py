"""The report page in a real browser: it works, it keeps to itself, and no name can make it do anything."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from graphprov.analysis.report import ImpactReport
from graphprov.report import to_html, write
from tests import picture
from tests.browser import Witness, chromium, executable_or_skip
from tests.sample_reports import cut_report, demo_report, empty_report, hostile_report, large_report

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
Opened = tuple[Page, Witness]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(executable_or_skip()) as started:
        yield started


@pytest.fixture
def opened(browser: Browser, tmp_path) -> Iterator[Callable[..., Opened]]:
    contexts = []

    def open_(report: ImpactReport, **options: object) -> Opened:
        path = write(report, tmp_path / "report.html")
        context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        contexts.append(context)
        page, witness = context.new_page(), Witness()
        witness.watch(page, path.as_uri())
        page.goto(path.as_uri())
        return page, witness

    yield open_
    for context in contexts:
        context.close()


def _use_everything(page: Page) -> None:
    """Do what a curious reader does."""
    for button in page.locator("tbody th button").all()[:20]:
        button.click()
    for head in page.locator("thead button").all():
        head.click()
        head.click()
    for box in page.locator("g.box:not(.member)").all()[:12]:
        box.dispatch_event("click")
    if page.locator("#unfold").count():
        page.locator("#unfold").click()
    for select in ("#f-kind", "#f-state", "#f-certainty", "#f-owner"):
        page.locator(select).select_option(index=1)
        page.locator("#f-clear").click()
    for button in page.locator(".theirs").all()[:5]:
        button.click()


@pytest.mark.parametrize("report", [demo_report, cut_report, hostile_report], ids=lambda made: made.__name__)
def test_nothing_happens_that_the_reader_did_not_ask_for(opened, report):
    page, witness = opened(report())
    _use_everything(page)
    page.wait_for_timeout(200)
    assert witness.said == []


def test_hostile_names_are_shown_as_text_and_make_no_element(opened):
    report = hostile_report()
    page, witness = opened(report)
    _use_everything(page)
    allowed = {"img": 0, "iframe": 0, "object": 0, "base": 0, "link": 0, "script": 2, "style": 1}
    assert {tag: page.locator(tag).count() for tag in allowed} == allowed
    assert page.locator("[onerror], [onload], [style]").count() == 0
    assert page.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))") == ["#affected"]
    page.locator("#f-clear").click()
    shown = page.locator("tbody").inner_text()
    assert "</script><img src=x onerror=alert(1)>" in shown
    assert "\\u202egnp.exe" in shown
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u2028]", page.content())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a long name widens the page"
    assert witness.said == []


def test_the_policy_lets_nothing_in_but_the_two_that_are_named(opened):
    page, witness = opened(empty_report())
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"http://evil.example/x\" onerror=\"alert(1)\">')"
    )
    page.evaluate("const s = document.createElement('script'); s.textContent = 'alert(2)'; document.body.append(s)")
    page.wait_for_timeout(200)
    assert not [one for one in witness.said if one.startswith("dialog")]
    assert any("Content Security Policy" in one for one in witness.said)


def test_the_page_names_no_address_to_load():
    class Sources(HTMLParser):
        found: list[str] = []  # noqa: RUF012 - one test, one parser

        def handle_starttag(self, tag, attrs):
            self.found += [value for name, value in attrs if name in ("src", "href", "action", "srcset") and value]

    parser = Sources()
    parser.feed(to_html(demo_report()))
    assert {value.partition(":")[0] for value in parser.found} <= {"#affected", "mailto"}
    assert "unsafe" not in to_html(demo_report()).partition("</head>")[0].partition("Content-Security-Policy")[2][:300]


def test_a_row_says_why_and_lights_its_path(opened):
    page, _ = opened(demo_report())
    button = page.get_by_role("button", name=re.compile("^job-seeker@c05c58$"))
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    steps = page.locator("tr.why .steps li")
    assert steps.count() == 11
    assert steps.first.inner_text().startswith("ip-blacklist@0f177c")
    assert "was used by train-antispam 2026-03-04" in steps.nth(1).inner_text()
    assert "generated job-seeker@c05c58" in steps.last.inner_text()
    assert page.locator(".edge.on").count() == 7
    button.click()
    assert page.locator("tr.why").count() == 0


def test_the_list_is_filtered_sorted_and_counted(opened):
    page, _ = opened(demo_report())
    expect(page.locator("#count")).to_have_text("95 listed")
    page.locator("#f-kind").select_option(label="model")
    page.locator("#f-state").select_option("live")
    expect(page.locator("#count")).to_have_text("3 of 95 listed")
    page.locator("#f-clear").click()
    page.locator("#f-text").fill("Model:ID-merge@")
    expect(page.locator("#count")).to_have_text("3 of 95 listed")
    page.locator("#f-clear").click()
    head = page.locator("th[data-key=distance]")
    head.locator("button").click()
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert page.locator("tbody tr").first.locator("td.n").inner_text() == "16"


def test_an_item_unfolds_and_folds_again_by_keyboard(opened):
    page, _ = opened(demo_report())
    folded = page.locator("g.box[data-item]:not(.member)", has=page.locator("title", has_text="job-seekers"))
    folded.focus()
    page.keyboard.press("Enter")
    assert page.locator("g.member.shown").count() == 12
    page.keyboard.press("Enter")
    expect(page.locator("#told h3")).to_contain_text("job-seekers@")
    page.get_by_role("button", name="Fold again").click()
    assert page.locator("g.member.shown").count() == 0


def test_an_owner_shows_what_is_theirs_and_has_an_address(opened):
    page, _ = opened(demo_report())
    link = page.get_by_role("link", name="mary@jobs.example")
    assert link.get_attribute("href").startswith("mailto:mary@jobs.example?subject=Affected%20by")
    page.get_by_role("button", name="Show theirs (Mary Somer)").click()
    expect(page.locator("#count")).to_have_text("24 of 95 listed")


def test_without_its_script_the_page_still_tells(opened):
    page, _ = opened(demo_report(), java_script_enabled=False)
    assert page.locator("tbody tr").count() == 95
    assert page.locator("g.box:not(.member)").count() == 19
    assert not page.locator("#f-text").is_visible()


@pytest.mark.parametrize("width", [390, 800, 1900])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_every_screen(opened, width, scheme):
    page, witness = opened(demo_report(), viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert witness.said == []


def test_no_text_in_a_box_runs_over_its_edge(opened):
    page, _ = opened(demo_report())
    page.locator("#unfold").click()
    over = page.evaluate(
        """() => [...document.querySelectorAll('g.box.shown, g.box:not(.member, .hidden-box)')].flatMap(box =>
            [...box.querySelectorAll('text')].filter(text => text.getBBox().x + text.getBBox().width > 128 + 1)
            .map(text => text.textContent))"""
    )
    assert over == []


def test_the_picture_for_the_docs_is_taken_and_small(tmp_path):
    executable_or_skip()
    out = tmp_path / "out.png"
    subprocess.run([sys.executable, "-m", "tests.picture", str(out)], cwd=ROOT, check=True, timeout=120)
    assert 20_000 < out.stat().st_size < picture.MOST_BYTES
    assert out.read_bytes().startswith(b"\x89PNG")


def test_fifty_thousand_rows_open_in_two_seconds(opened):
    page, witness = opened(large_report(25_000))
    ready_ms = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    print(f"50,000 rows: ready after {ready_ms:.0f} ms")
    expect(page.locator("#count")).to_have_text("50,000 listed")
    assert page.locator("tbody tr").count() == 100
    assert ready_ms < 6_000  # two seconds on a quiet machine; the bound leaves room for a busy one
    assert witness.said == []
