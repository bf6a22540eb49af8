"""Record the merges that the support desk confirmed."""

import csv
import sys
from pathlib import Path

import graphprov as gp

MONTH = sys.argv[1]

gp.agent("identity", kind="organization", contact="identity-team@jobs.example")
gp.agent("mei", contact="mei@jobs.example", on_behalf_of="identity", metadata={"full_name": "Mei Tanaka"})
gp.source("support-desk", kind="data-source", contact="support@jobs.example")

with Path(f"inbox/deliveries-{MONTH}.tsv").open(encoding="utf-8") as deliveries:
    for note in csv.DictReader(deliveries, delimiter="\t"):
        gp.receive(
            f"inbox/{note['file']}",
            source=note["source"],
            issued_at=note["issued"],
            delivered_at=note["delivered"],
            metadata={"month": MONTH, "rows": int(note["rows"])},
        )
