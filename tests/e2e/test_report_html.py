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
from tests.npm import AXE, npm_file_or_skip
from tests.sample_incident import incident_report
from tests.sample_reports import cut_report, demo_report, empty_report, hostile_report, large_report

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = [demo_report, incident_report, cut_report, empty_report, hostile_report]
PLACES = {"#incident", "#spread", "#when", "#owners", "#affected", "#beside", "#next-steps"}
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
    for select in page.locator("select").all():
        select.select_option(index=1)
        page.locator("#f-clear").click()
    for size in ("#larger", "#smaller", "#fit"):
        page.locator(size).click()
    for link in page.locator(".on-page a").all():
        link.click()
    for button in page.locator(".theirs").all()[:5]:
        button.click()


@pytest.mark.parametrize("report", [r for r in SAMPLES if r is not hostile_report], ids=lambda made: made.__name__)
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
    assert set(page.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")) <= PLACES
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
    assert {value.partition(":")[0] for value in parser.found} <= {*PLACES, "mailto"}
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
    assert "model, live, inferred" in page.locator("tr.why .facts").inner_text()
    assert "urn:graphprov:model:job-seeker@c05c58" in page.locator("tr.why .facts").inner_text()
    button.click()
    assert page.locator("tr.why").count() == 0


def test_the_page_tells_why_at_once(opened):
    page, _ = opened(demo_report())
    assert page.locator("#told h3").inner_text().startswith("Why job-seekers@154af4")
    assert page.locator("#told .steps li").count() == 9


def test_an_incident_says_what_is_open_and_shows_it(opened):
    page, _ = opened(incident_report())
    panel = page.locator("#incident")
    expect(panel).to_contain_text("6 of 18 closed: 2 made again, 1 deleted, 2 accepted and 1 not affected")
    expect(panel).to_contain_text("12 open, 8 of them still in use")
    page.get_by_role("button", name="Show what is open").click()
    expect(page.locator("#count")).to_have_text("12 of 24 listed")
    page.locator("#f-closed").select_option("deleted")
    page.get_by_role("button", name="feature-part-1@cc623a", exact=True).click()
    expect(page.locator("tr.why .facts")).to_contain_text("Closed as deleted by ines on 2026-06-03 02:00Z")


def test_paths_without_number_are_said_and_sort_last(opened):
    page, _ = opened(incident_report())
    head = page.locator("th[data-key=paths] button")
    head.click()
    head.click()
    assert page.locator("tbody td.c-paths").first.inner_text() == "infinite"
    assert page.locator("tbody td.c-paths").nth(2).inner_text() == "10^30"
    page.get_by_role("button", name="triage-tickets@a708a8", exact=True).click()
    expect(page.locator("tr.why .facts")).to_contain_text("one of infinitely many paths")


def test_every_relation_has_its_words_on_the_page(opened):
    page, _ = opened(incident_report())
    for button in page.locator("tbody th button").all():
        button.click()
    steps = page.locator("tr.why .steps").all_inner_texts()
    for said in (
        "is a member of april-bundle",
        "informed evaluate-intent",
        "is a version of intent-distilled model",
        "was used, without saying which version, by serve-intent",
        "influenced review-queue",
        "started retrain-nightly",
        "is the code of build-features",
        "was the plan of nightly-features",
        "has the member feature-part-1",
        "has the version style-guide@",
        "has the same content as http://help.example/audit#intent.bin",
        "is mentioned as http://help.example/audit#audited-features",
    ):
        assert any(said in text for text in steps), said


def test_filters_that_fit_nothing_say_so(opened):
    page, _ = opened(demo_report())
    page.locator("#f-text").fill("no such thing")
    expect(page.locator("#none")).to_be_visible()
    expect(page.locator("#count")).to_have_text("0 of 95 listed")


def test_a_flaw_that_reached_nothing_is_a_page_too(opened):
    page, witness = opened(empty_report())
    expect(page.locator(".verdict")).to_contain_text("has reached nothing that is recorded")
    expect(page.locator("#told")).to_contain_text("What was not recorded, this report cannot know.")
    assert page.locator("#table").count() == 0
    assert witness.said == []


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (400, "dark")])
@pytest.mark.parametrize("report", SAMPLES, ids=lambda made: made.__name__)
def test_axe_finds_nothing(opened, report, width, scheme):
    script = npm_file_or_skip(*AXE)
    # Its own script has to get in, which the page's policy would not let it; the policy has its own tests.
    page, _ = opened(report(), viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    if page.locator("tbody th button").count():
        page.locator("tbody th button").nth(1).click()
        page.locator("g.box").last.dispatch_event("click")
    page.add_script_tag(path=script)
    found = page.evaluate("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations")
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []


def test_printed_it_has_every_column_and_no_buttons(opened):
    page, _ = opened(incident_report())
    page.emulate_media(media="print")
    assert not page.locator("#larger").is_visible()
    assert not page.locator(".on-page").is_visible()
    heads = page.evaluate(
        "[...document.querySelectorAll('thead th')].map(th => getComputedStyle(th, '::before').content)"
    )
    assert heads[0] == '"Name"'
    assert len(heads) == 9


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
    assert page.locator("tbody tr").first.locator("td.c-distance").inner_text() == "16"


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
    page.keyboard.press("Enter")
    assert page.locator("g.member.shown").count() == 12
    page.keyboard.press("Escape")
    assert page.locator("g.member.shown").count() == 0
    assert "job-seekers" in page.locator(":focus").get_attribute("aria-label")


def test_the_picture_grows_and_shrinks_and_fits(opened):
    page, _ = opened(demo_report())
    width = "Number(document.getElementById('picture').getAttribute('width'))"
    whole = page.evaluate(width)
    page.locator("#larger").click()
    assert page.evaluate(width) == pytest.approx(whole * 1.25, rel=0.01)
    page.locator("#picture-scroll").focus()
    for _key in range(3):
        page.keyboard.press("-")
    assert page.evaluate(width) < whole
    page.keyboard.press("0")
    room = page.evaluate("document.getElementById('picture-scroll').clientWidth")
    assert page.evaluate(width) == pytest.approx(min(whole, room), abs=1)


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
    assert page.locator("#told .steps li").count() == 9
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
            [...box.querySelectorAll('text')].filter(text => text.getBBox().x + text.getBBox().width > 128)
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
