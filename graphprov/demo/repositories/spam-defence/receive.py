"""Record what others delivered this month: from whom, under which contract, when."""

import csv
import sys
from pathlib import Path

import graphprov as gp

MONTH = sys.argv[1]

gp.agent("trust-and-safety", kind="organization", contact="trust-and-safety@jobs.example")
gp.agent("amara", contact="amara@jobs.example", on_behalf_of="trust-and-safety", metadata={"full_name": "Amara Okafor"})
gp.agent("jonas", contact="jonas@jobs.example", on_behalf_of="trust-and-safety", metadata={"full_name": "Jonas Weber"})

gp.source(
    "netshield",
    kind="data-source",
    contract="C-2026-017",
    licence="NetShield commercial, internal use only",
    contact="feeds@netshield.example",
    metadata={"product": "IP blacklist, monthly"},
)
gp.source("member-database", kind="data-source", contact="dba@jobs.example")
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
