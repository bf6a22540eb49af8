"""Record the survey and the vacancies that arrived this month."""

import json
import sys
from pathlib import Path

import graphprov as gp

MONTH = sys.argv[1]

gp.agent("careers", kind="organization", contact="careers-team@jobs.example")
gp.agent("sofia", contact="sofia@jobs.example", on_behalf_of="careers", metadata={"full_name": "Sofia Rossi"})

gp.source(
    "careers-survey",
    kind="data-source",
    licence="consent form 2026/1, research on job search only",
    contact="survey@jobs.example",
)
gp.source("vacancy-exchange", kind="data-source", contract="VX-88", contact="data@vacancies.example")

deliveries = json.loads(Path(f"inbox/deliveries-{MONTH}.json").read_text(encoding="utf-8"))

for note in deliveries:
    if note["for"] == "sofia":
        gp.receive(
            f"inbox/{note['file']}",
            name=note["name"],
            source=note["source"],
            kind="dataset",
            issued_at=note["issued_at"],
            delivered_at=note["delivered_at"],
            metadata={"month": MONTH, "rows": note["rows"]},
        )
