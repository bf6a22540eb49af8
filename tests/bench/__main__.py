"""Run benchmarks and print their tables: `python -m tests.bench [PART ...] [--rounds N]`; `--help` lists the parts."""

from __future__ import annotations

import argparse
from importlib import import_module

from graphprov.settings import Settings
from tests.bench.measure import show

PARTS = {
    "recording": "Recording in bulk",
    "sync": "Memory of sync",
    "call": "The user's own call",
    "run": "A command under graphprov run",
    "impact": "Impact",
    "why": "Why, and what if",
    "documents": "PROV documents",
    "validation": "Validation",
    "forms": "Forms of a report",
}


def main() -> None:
    """Parse the command line, run what was asked, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"which: {', '.join(PARTS)}. Default: all")
    parser.add_argument("--neo4j-version", help="2026.08 or 5.26. Default: as the settings say")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count; medians are printed. Default: 5")
    options = parser.parse_args()
    if unknown := sorted(set(options.parts) - set(PARTS)):
        parser.error(f"there is no part '{unknown[0]}': expected {', '.join(PARTS)}")
    settings = Settings.load(neo4j_version=options.neo4j_version)
    for part in options.parts or PARTS:
        lines = list(import_module(f"tests.bench.{part}").lines(settings, rounds=options.rounds))
        show(f"{PARTS[part]} (Neo4j {settings.neo4j_version}, {options.rounds} rounds)", lines)


if __name__ == "__main__":
    main()
