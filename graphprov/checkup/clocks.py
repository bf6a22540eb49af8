"""Clocks that disagree: between two hosts, with the database, and with themselves."""

from __future__ import annotations

from graphprov.checkup.asking import asking
from graphprov.checkup.checks import Check

_RUN = "Activity"
_DO = (
    "set that host's clock (`timedatectl set-ntp true`); its records stay as they are: give such windows some room"
    " (--since, --until)"
)

CHECKS = (
    Check(
        "made-before-inputs",
        "clocks",
        "warning",
        "Outputs older than what they were made from",
        _DO,
        asking(
            "made_before_its_inputs",
            "output",
            lambda row: (
                f"{row['output']} of {row['output_at']} (host {row['host'] or 'unknown'}) was made from {row['input']}"
                f" of {row['input_at']} (host {row['input_host'] or 'unknown'})"
            ),
            _RUN,
        ),
        graph=True,
    ),
    Check(
        "read-before-made",
        "clocks",
        "warning",
        "Runs that read something before it was made",
        _DO,
        asking(
            "used_before_made",
            "run",
            lambda row: (
                f"{row['run']} read {row['artifact']} at {row['used_at']}, {row['early_seconds']:,.1f} s before it was"
                " made"
            ),
            _RUN,
        ),
        graph=True,
    ),
    Check(
        "ended-before-start",
        "clocks",
        "warning",
        "Runs that ended before they began",
        _DO,
        asking(
            "runs_ended_before_they_began",
            "run",
            lambda row: (
                f"{row['run']} began {row['started_at']} and ended {row['ended_at']} (host {row['host'] or 'unknown'})"
            ),
            _RUN,
        ),
        graph=True,
    ),
    Check(
        "recorded-ahead",
        "clocks",
        "warning",
        "Runs recorded at a time that had not come yet",
        _DO,
        asking(
            "recorded_ahead_of_time",
            "run",
            lambda row: (
                f"{row['run']} was recorded {row['ahead_seconds']:,.0f} s ahead of the database's clock"
                f" (host {row['host'] or 'unknown'})"
            ),
            _RUN,
        ),
        graph=True,
    ),
)
