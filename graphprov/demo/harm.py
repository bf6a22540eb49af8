"""What the flawed deliveries did to people: the pipeline as it ran, against the same pipeline with clean deliveries.

Both were executed. Who is a real person and who looks for a job is known from the generated world (`World.truth`), not
from the pipeline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.metrics import roc_auc_score

from graphprov.demo.data import STUDENT, World
from graphprov.demo.pipeline import Places
from graphprov.demo.plan import Version, received, steps


@dataclass(frozen=True)
class MonthlyHarm:
    """One month, as it was (`flawed_...`) and with clean deliveries (`clean_...`).

    Removed: real people who lost every account as spam. Recall: of those who look for a job, the share that gets job
    alerts. AUC: over all real people, where somebody who was removed has the score 0.
    """

    month: str
    people: int
    flawed_removed: int
    clean_removed: int
    flawed_spam_left: int
    clean_spam_left: int
    flawed_student_recall: float
    clean_student_recall: float
    flawed_recall: float
    clean_recall: float
    flawed_auc: float
    clean_auc: float

    @property
    def wrongly_removed(self) -> int:
        """How many more real people were removed than with clean deliveries."""
        return self.flawed_removed - self.clean_removed


@dataclass(frozen=True)
class Harm:
    """The harm by month, and which files have other bytes than with clean deliveries (`name@month`)."""

    months: tuple[MonthlyHarm, ...]
    changed: frozenset[str]
    same: frozenset[str]

    def as_json(self) -> dict[str, Any]:
        """For a JSON file."""
        months = [{**asdict(month), "wrongly_removed": month.wrongly_removed} for month in self.months]
        return {"months": months, "changed_versions": sorted(self.changed), "same_versions": sorted(self.same)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Harm:
        """Back from what `as_json` gave."""
        months = [
            MonthlyHarm(**{key: value for key, value in month.items() if key != "wrongly_removed"})
            for month in stored["months"]
        ]
        return cls(tuple(months), frozenset(stored["changed_versions"]), frozenset(stored["same_versions"]))


def measure(world: World, places: Places, months: Iterable[str]) -> Harm:
    """Compare the two pipelines, month by month and file by file."""
    clean = places.without_the_flaw
    changed, same = set[str](), set[str]()
    for version in versions():
        differs = file_digest(places.file(version)) != file_digest(clean.file(version))
        (changed if differs else same).add(str(version))
    return Harm(tuple(_month(world, places, clean, month) for month in months), frozenset(changed), frozenset(same))


def versions() -> tuple[Version, ...]:
    """Every version of the plan."""
    return (*received(), *(output for step in steps() for output in step.outputs))


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _month(world: World, flawed: Places, clean: Places, month: str) -> MonthlyHarm:
    truth = world.truth(month)
    f, c = _figures(flawed, truth, month), _figures(clean, truth, month)
    return MonthlyHarm(
        month=month,
        people=truth["person"].nunique(),
        flawed_removed=f.removed,
        clean_removed=c.removed,
        flawed_spam_left=f.spam_left,
        clean_spam_left=c.spam_left,
        flawed_student_recall=f.student_recall,
        clean_student_recall=c.student_recall,
        flawed_recall=f.recall,
        clean_recall=c.recall,
        flawed_auc=f.auc,
        clean_auc=c.auc,
    )


@dataclass(frozen=True)
class _Figures:
    removed: int
    spam_left: int
    student_recall: float
    recall: float
    auc: float


def _figures(places: Places, truth: pd.DataFrame, month: str) -> _Figures:
    def table(name: str) -> pd.DataFrame:
        return pd.read_csv(places.file(Version(name, month)))

    kept = table("despammed-users")["account_id"]
    predictions = table("job-seeker-predictions")
    recipients = set(table("job-alert-recipients")["member_id"])
    by_account = (
        predictions.assign(account_id=predictions["accounts"].str.split())
        .explode("account_id")
        .assign(alerted=lambda rows: rows["member_id"].isin(recipients))
    )
    accounts = truth.assign(kept=truth["account_id"].isin(kept)).merge(
        by_account[["account_id", "probability", "alerted"]], on="account_id", how="left"
    )
    people = accounts.groupby("person").agg(
        kept=("kept", "any"),
        segment=("segment", "first"),
        seeks=("seeks_job", "first"),
        probability=("probability", "max"),
        alerted=("alerted", lambda answers: bool((answers == True).any())),  # noqa: E712  (missing counts as no)
    )
    seekers = people[people["seeks"]]
    return _Figures(
        removed=int((~people["kept"]).sum()),
        spam_left=int((~kept.isin(truth["account_id"])).sum()),
        student_recall=round(float(seekers.loc[seekers["segment"] == STUDENT, "alerted"].mean()), 4),
        recall=round(float(seekers["alerted"].mean()), 4),
        auc=round(float(roc_auc_score(people["seeks"], people["probability"].fillna(0))), 4),
    )
