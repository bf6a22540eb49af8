"""Record the merges that the support desk confirmed."""

import json
import sys
from pathlib import Path

import graphprov as gp

MONTH = sys.argv[1]

gp.agent("identity", kind="organization", contact="identity-team@jobs.example")
gp.agent("mei", contact="mei@jobs.example", on_behalf_of="identity", metadata={"full_name": "Mei Tanaka"})

gp.source("support-desk", kind="data-source", contact="support@jobs.example")

deliveries = json.loads(Path(f"inbox/deliveries-{MONTH}.json").read_text(encoding="utf-8"))

for note in deliveries:
    if note["for"] == "mei":
        gp.receive(
            f"inbox/{note['file']}",
            name=note["name"],
            source=note["source"],
            kind="dataset",
            issued_at=note["issued_at"],
            delivered_at=note["delivered_at"],
            metadata={"month": MONTH, "rows": note["rows"]},
        )
