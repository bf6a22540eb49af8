"""Text from outside, made safe, short and true."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from graphprov.report import words
from tests.sample_reports import demo_report, empty_report

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


@given(ANY_TEXT)
@settings(deadline=None)
def test_visible_text_has_nothing_hidden_and_is_one_line(text):
    safe = words.visible(text)
    assert not [char for char in safe if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Co", "Cn"}]
    assert words.visible(safe) == safe
    assert words.visible(text, ascii_only=True).isascii()


@given(ANY_TEXT, st.integers(1, 40))
@settings(deadline=None)
def test_a_shortened_text_fits_and_keeps_both_ends(text, width):
    safe = words.visible(text)
    short = words.middle(safe, width)
    assert cell_len(short) <= width
    if cell_len(safe) <= width and len(safe) <= 4 * width:
        assert short == safe


def test_a_name_of_a_million_characters_costs_nothing():
    assert len(words.middle("x" * 1_000_000, 30)) == 30


def test_times_are_utc_to_the_minute():
    zone = timezone(timedelta(hours=2))
    assert words.when(datetime(2026, 3, 1, 1, 30, tzinfo=zone)) == "2026-02-28 23:30Z"
    assert words.when(datetime(2026, 3, 1)) == "2026-03-01 00:00Z"
    assert words.when(None) == "time unknown"


def test_the_four_kinds_of_window():
    day = datetime(2026, 3, 1, tzinfo=UTC)
    assert words.window(day, day) == "from 2026-03-01 00:00Z to before 2026-03-01 00:00Z"
    assert words.window(None, day) == "before 2026-03-01 00:00Z"
    assert words.window(None, None) == "all times"


def test_the_command_makes_the_same_report_again_in_a_shell():
    assert words.command(demo_report()) == [
        "graphprov impact",
        "acme-threat-intel",
        "--since 2026-03-01",
        "--until 2026-05-01",
    ]
    report = empty_report()
    given_ = report.subjects[0].model_copy(update={"given": "a b; rm -rf $HOME"})
    late = datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)
    report = report.model_copy(update={"subjects": [given_], "since": late, "until": None})
    assert words.command(report) == ["graphprov impact", "'a b; rm -rf $HOME'", "--since 2026-03-01T09:30:15Z"]
