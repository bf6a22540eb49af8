"""The forms of a large report: how long each takes to make, how large it is, how soon the page opens in a browser."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from graphprov import report as forms
from graphprov.report.shown import ImpactReport
from graphprov.settings import Settings
from tests.bench.measure import Line, interleaved, say
from tests.browser import chromium, executable
from tests.sample_reports import large_report

RUNS = 25_000
TOTAL = 766_731
GOALS_S = {"html": 5.0, "json": 2.0, "csv": 2.0}
GOAL_TEXT_S = 0.3
GOAL_PAGE_S = 2.0


def lines(settings: Settings, *, rounds: int) -> Iterator[Line]:
    """Make each form in turn."""
    say(f"forms: a report of {2 * RUNS:,} affected nodes")
    report = large_report(RUNS)
    few = report.model_copy(update={"affected": report.affected[:100], "total": TOTAL, "complete": False})
    work = {form: lambda form=form: forms.encode(report, form) for form in forms.FORMATS}
    work["pandas"] = lambda: forms.to_pandas(report)
    work["polars"] = lambda: forms.to_polars(report)
    work["notebook"] = lambda: ImpactReport.of(report)._repr_html_()
    work[f"text, 100 of {TOTAL:,} listed"] = lambda: forms.to_text(few)
    took = interleaved(work, rounds=rounds, server=None)
    for name, each in took.items():
        size = f", {len(forms.encode(report, name)) / 1e6:.1f} MB" if name in forms.FORMATS else ""
        seconds = GOALS_S.get(name, GOAL_TEXT_S if name.startswith("text,") else 0)
        goal = f"below {seconds:g} s" if seconds else ""
        yield Line(name, f"{each.clock:.2f} s, processor {each.cpu:.2f} s{size}", goal=goal)
    path = executable()
    if path is not None:
        yield Line(
            "the page, until it can be used", f"{_opening(report, path, rounds):.2f} s", goal=f"below {GOAL_PAGE_S:g} s"
        )


def _opening(report: ImpactReport, browser_path: str, rounds: int) -> float:
    """The median time from the request for the page to the end of its script, in seconds."""
    ready = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    with tempfile.TemporaryDirectory() as folder, chromium(browser_path) as browser:
        page_file = forms.write(report, Path(folder) / "report.html")
        found = []
        for _ in range(rounds):
            page = browser.new_page()
            page.goto(page_file.as_uri())
            found.append(page.evaluate(ready) / 1000)
            page.close()
    return statistics.median(found)
