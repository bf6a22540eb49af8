"""Record what others delivered this month: from whom, under which contract, when."""

import json
import sys
from pathlib import Path

import graphprov as gp

MONTH = sys.argv[1]
ENGINEER = sys.argv[2]

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

deliveries = json.loads(Path(f"inbox/deliveries-{MONTH}.json").read_text(encoding="utf-8"))

for note in deliveries:
    if note["for"] == ENGINEER:
        gp.receive(
            f"inbox/{note['file']}",
            name=note["name"],
            source=note["source"],
            kind="dataset",
            issued_at=note["issued_at"],
            delivered_at=note["delivered_at"],
            metadata={"month": MONTH, "rows": note["rows"]},
        )
