"""Take the picture of a report page that stands in the docs: `python -m tests.picture REPORT.html OUT.png`.

Without a report, the sample report of the tests is drawn.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.browser import chromium, executable

WIDTH, MOST_HEIGHT = 1400, 1150
MOST_BYTES = 300_000


def take(report: Path, out: Path) -> int:
    """Write a report page from its title to the end of its picture as a PNG; returns its size in bytes."""
    path = executable()
    if path is None:
        sys.exit("error: no Chromium on PATH")
    with chromium(path) as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": MOST_HEIGHT}, color_scheme="light")
        page.goto(report.resolve().as_uri())
        page.evaluate("document.querySelector('.notes')?.remove()")  # prose makes a picture large
        end = page.evaluate("document.querySelector('.broad').getBoundingClientRect().bottom")
        page.screenshot(path=out, clip={"x": 0, "y": 0, "width": WIDTH, "height": min(end + 18, MOST_HEIGHT)})
    return out.stat().st_size


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", nargs="?", type=Path, help="a page written by graphprov impact (default: a sample)")
    parser.add_argument("out", type=Path, help="the PNG to write")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = given.report
        if report is None:
            from graphprov.report import write
            from tests.sample_reports import demo_report

            report = write(demo_report(), Path(folder) / "sample.html")
        size = take(report, given.out)
    print(f"{given.out}: {size / 1000:.0f} kB")
    if size > MOST_BYTES:
        sys.exit(f"error: larger than {MOST_BYTES / 1000:.0f} kB")


if __name__ == "__main__":
    main()
