"""Record the survey and the vacancies that arrived this month."""

import csv
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

with Path(f"inbox/deliveries-{MONTH}.tsv").open(encoding="utf-8") as deliveries:
    for note in csv.DictReader(deliveries, delimiter="\t"):
        gp.receive(
            f"inbox/{note['file']}",
            source=note["source"],
            issued_at=note["issued"],
            delivered_at=note["delivered"],
            metadata={"month": MONTH, "rows": int(note["rows"])},
        )
