"""What one asks once a flaw is known: why it is here, whether this may be released, what would have stopped it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphprov.demo.phases import Phases
from graphprov.demo.plan import FOUND_AT, VENDOR, WINDOW
from graphprov.errors import UnknownReference

if TYPE_CHECKING:
    from graphprov.analysis.explanation import Containment, Why
    from graphprov.analysis.incident_report import Incident
    from graphprov.analysis.report import ImpactReport
    from graphprov.gate.report import GateReport
    from graphprov.settings import Settings

LATEST = "internship-matches"
"""The predictions that are to be released next: all that went into them in their month was clear, but for one model."""


@dataclass(frozen=True)
class Ending:
    """The answers, each with the question as one types it behind `graphprov`."""

    incident: Incident
    report: ImpactReport
    why: Why
    gate: GateReport
    containment: Containment

    @property
    def commands(self) -> dict[str, str]:
        """What one types for each answer, by the answer's name."""
        window = " ".join(f"--{word} {moment.date()}" for word, moment in zip(("since", "until"), WINDOW, strict=True))
        source = f"data-source:{VENDOR}"
        return {
            "incident": f"incident show {self.incident.number}",
            "report": f"impact --incident {self.incident.number}",
            "why": f"why {LATEST} {source} {window} --paths 1",
            "gate": f"check {LATEST}",
            "containment": f"contain {source} {window} --target live",
        }


def ask(settings: Settings | None, phases: Phases) -> Ending:
    """Ask about the incident that was opened in the pipeline.

    Raises:
        UnknownReference: The incident is not in the database.
    """
    from graphprov import check, contain, impact, incidents, why

    source, (since, until) = f"data-source:{VENDOR}", WINDOW
    with phases.phase("Find what the flaw has touched"):
        every = incidents.find(state="all", settings=settings)
        opened = [each for each in every if each.found_at == FOUND_AT and VENDOR in {s.name for s in each.subjects}]
        if not opened:
            raise UnknownReference(
                f"the incident on {source} that the demo records is not in the database",
                hint="`graphprov demo --fresh` records it anew",
            )
        incident = opened[0]
        report = impact(incident=incident.number, settings=settings)
    with phases.phase("Ask why, what may be released, what would have stopped it"):
        return Ending(
            incident,
            report,
            why(LATEST, source, since=since, until=until, paths=1, settings=settings),
            check(LATEST, settings=settings),
            contain(source, targets="live", since=since, until=until, settings=settings),
        )
