"""Record the links that members reported this month."""

import csv
import sys
from pathlib import Path

import graphprov as gp

MONTH = sys.argv[1]

gp.agent("jonas", contact="jonas@jobs.example", on_behalf_of="trust-and-safety", metadata={"full_name": "Jonas Weber"})
gp.source("moderation-desk", kind="data-source", contact="moderation@jobs.example")

with Path(f"inbox/deliveries-{MONTH}.tsv").open(encoding="utf-8") as deliveries:
    for note in csv.DictReader(deliveries, delimiter="\t"):
        gp.receive(
            f"inbox/{note['file']}",
            source=note["source"],
            issued_at=note["issued"],
            delivered_at=note["delivered"],
            metadata={"month": MONTH, "rows": int(note["rows"])},
        )
