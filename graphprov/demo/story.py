"""The demo from beginning to end: build the pipeline, sync the journals, ask what the flaw has touched, say it.

>>> from graphprov.demo.story import tell  # doctest: +SKIP
>>> told = tell(Path("graphprov-demo"))  # doctest: +SKIP
>>> told.report.total  # doctest: +SKIP
87
"""

from __future__ import annotations

import json
import random
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphprov.command import typed
from graphprov.demo import manifest
from graphprov.demo.data import World
from graphprov.demo.ending import Ending, ask
from graphprov.demo.harm import Harm, MonthlyHarm, measure
from graphprov.demo.phases import Phases
from graphprov.demo.pipeline import Laptops, Places, deliver, execute, prepare, prepare_copies
from graphprov.demo.plan import ENGINEERS, FLAWED_MONTHS, MONTHS, tasks

if TYPE_CHECKING:
    from graphprov.analysis.report import ImpactReport
    from graphprov.settings import Settings


@dataclass(frozen=True)
class Told:
    """What the demo leaves behind. The written reports have the harm as notes, `report` is the plain answer."""

    folder: Path
    ending: Ending
    harm: Harm
    html: Path
    json: Path
    built: bool
    """False: the pipeline of an earlier run was there and unchanged."""
    records: int
    """Records that went from the journals to the database this time."""

    @property
    def report(self) -> ImpactReport:
        """The impact report of the incident."""
        return self.ending.report


def tell(
    folder: Path, *, fresh: bool = False, settings: Settings | None = None, phases: Phases | None = None, seed: int = 0
) -> Told:
    """Build the pipeline where it is not there yet, send its journals, and report what the vendor's flaw has touched.

    Args:
        folder: The demo's own folder; what is in it is replaced where it is not a finished demo.
        fresh: Run the pipeline anew, even where a finished one is there.
        settings: Which database, among others. Default: as configured, else the embedded one.
        phases: Where to show progress. Default: stderr.
        seed: For the order in which the laptops' journals arrive; the graph is the same with any.

    Raises:
        InvalidInput: The folder holds something else, or git is not there.
        DatabaseAway: The configured database does not answer.
        EngineError: The embedded one cannot run.
    """
    folder = folder.resolve()
    phases = phases or Phases()
    harm = None if fresh else _harm_of(manifest.finished(folder))
    built = harm is None
    if harm is None:
        harm = build(folder, phases)
    records = send(Places(folder), settings, phases, seed=seed)
    ending = ask(settings, phases)
    html, data = folder / "impact.html", folder / "impact.json"
    with phases.phase("Write the report"):
        from graphprov import report as forms
        from graphprov.analysis.evidence import seal

        to_send_on = seal(ending.report.model_copy(update={"notes": [*ending.report.notes, *in_words(harm)]}))
        forms.write(to_send_on, html)
        forms.write(to_send_on, data)
    return Told(folder, ending, harm, html, data, built, records)


def build(folder: Path, phases: Phases) -> Harm:
    """Execute the pipeline as it was and as it would have been with clean deliveries, and measure the difference."""
    manifest.check_usable(folder)
    _empty(folder)
    manifest.begin(folder)
    world, places, plan = World(MONTHS), Places(folder), tasks()
    with phases.phase("Deliver data, create repositories"):
        deliver(world, places.outside, FLAWED_MONTHS)
        commits = prepare(places)
        deliver(world, places.without_the_flaw.outside, ())
        prepare_copies(places.without_the_flaw)
    # Laptops that start anew for each: what is pickled is the same, byte for byte, in processes with the same past.
    with Laptops(places) as laptops, phases.phase("Run the pipeline, January to July", total=len(plan)) as advance:
        execute(places, laptops, plan, commits=commits, on_task=lambda task: advance(str(task)))
    clean, title = places.without_the_flaw, "Run it again with clean deliveries, unrecorded"
    with Laptops(places) as laptops, phases.phase(title, total=len(plan)) as advance:
        execute(clean, laptops, plan, commits=None, on_task=lambda task: advance(str(task)))
    with phases.phase("Measure the harm"):
        harm = measure(world, places, MONTHS)
        (folder / "harm.json").write_text(json.dumps(harm.as_json(), indent=1), encoding="utf-8")
        manifest.finish(folder, harm.as_json())
    return harm


def send(places: Places, settings: Settings | None, phases: Phases, *, seed: int = 0) -> int:
    """Sync the laptops' journals in a shuffled order; the number of records sent."""
    from graphprov import sync
    from graphprov.store import open_store

    with phases.phase("Start the database", bar=False), open_store(settings):
        pass
    journals = [places.journal(engineer) for engineer in ENGINEERS.values()]
    random.Random(seed).shuffle(journals)
    with phases.phase("Sync the laptops' journals", total=len(journals)) as advance:
        sent = 0
        for journal in journals:
            sent += sync(settings, journals=[journal]).records
            advance(journal.parent.parent.name)
    return sent


def in_words(harm: Harm) -> list[str]:
    """What the flaw did to people, in a few sentences."""
    flawed = [month for month in harm.months if month.month in FLAWED_MONTHS]
    later = [month for month in harm.months if month.month not in FLAWED_MONTHS and month.wrongly_removed > 0]
    sentences = [
        f"{m.month}: {m.flawed_removed:,} of {m.people:,} real people were removed as spam; with clean deliveries, "
        f"measured by running the same pipeline once more, {m.clean_removed:,}."
        for m in flawed
    ]
    if later:
        people = sum(month.wrongly_removed for month in later)
        months = " and ".join(month.month for month in later)
        sentences.append(
            f"{months}: {people} more than with clean deliveries, though the blacklist was clean again: the model "
            "still trained on the flawed ones."
        )
    students, all_ = _instead(flawed, "student_recall", ".0%"), _instead(flawed, "recall", ".0%")
    when = " and ".join(FLAWED_MONTHS)
    sentences.append(f"Job seekers who got job alerts in {when}: {students} of the students, {all_} of all.")
    sentences.append(f"AUC of the predictions over all real people: {_instead(flawed, 'auc', '.2f')}.")
    changed, same = len(harm.changed), len(harm.same)
    sentences.append(f"{changed} versions have other bytes than with clean deliveries; {same} have the same bytes.")
    return sentences


def _instead(months: Sequence[MonthlyHarm], figure: str, form: str) -> str:
    """A figure as it was, instead of as it would have been."""

    def both(prefix: str) -> str:
        return " and ".join(format(getattr(month, prefix + figure), form) for month in months)

    return f"{both('flawed_')} instead of {both('clean_')}"


def farewell(told: Told, phases: Phases) -> str:
    """What stands below the report: the harm, the files, what to type next, the seconds of each phase."""
    command = typed()
    onward = {
        "db open": "look at the graph in Neo4j Browser",
        f"incident notify {told.ending.incident.number} --dry-run": "what each owner would be sent",
        "lineage job-seeker-predictions": "what predictions were made from",
    }
    what = "ran just now" if told.built else "was there from an earlier run (`--fresh` runs it anew)"
    lines = [
        "",
        "What it did to people",
        *(f"  {line}" for sentence in in_words(told.harm) for line in textwrap.wrap(sentence, 98)),
        "",
        f"The pipeline {what}; {told.records:,} records went to the database.",
        "",
        "Files",
        f"  report   {told.html}",
        f"  as JSON  {told.json}",
        f"  harm     {told.folder / 'harm.json'}",
        "",
        "Type next",
        *(f"  {command} {typed_next:<{max(map(len, onward))}}  {what_for}" for typed_next, what_for in onward.items()),
        "",
        "Seconds",
        phases.summary(),
    ]
    return "\n".join(lines)


def _harm_of(stored: dict[str, Any] | None) -> Harm | None:
    return None if stored is None else Harm.from_json(stored)


def _empty(folder: Path) -> None:
    """Remove what the demo made; the manifest goes last, so that a killed removal leaves a folder known as ours."""
    if not folder.exists():
        return
    for path in sorted(folder.iterdir(), key=lambda path: path.name == manifest.MANIFEST):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


__all__ = ["Told", "ask", "build", "farewell", "in_words", "send", "tell"]
