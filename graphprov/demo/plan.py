"""The demo's pipeline as a table: who does what, on which laptop, when, with which versions in and out.

The plan is what the demo executes and what `graphprov.demo.truth` reasons on. It knows nothing of graphprov's graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

MONTHS = tuple(f"2026-{number:02d}" for number in range(1, 8))
FLAWED_MONTHS = ("2026-03", "2026-04")
"""In the deliveries of these months the vendor lists addresses that campuses and companies share."""
RANKING_MONTHS = ("2026-02", "2026-05")
"""When the internship ranking is trained. That of May learns from members whom the flaw reached, and stays in use."""
VENDOR = "netshield"
KILLED_MONTH = "2026-02"
"""When Jonas's laptop went down in the middle of cleaning; he came back and ran it again."""
WINDOW = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
FOUND_AT = datetime(2026, 7, 16, 15, 20, tzinfo=UTC)
"""When Amara found out and opened an incident."""


@dataclass(frozen=True)
class Engineer:
    """Somebody with a laptop, a clone of one repository and a journal."""

    name: str
    full_name: str
    mail: str
    team: str
    laptop: str
    repository: str


ENGINEERS = {
    engineer.name: engineer
    for engineer in (
        Engineer("amara", "Amara Okafor", "amara@jobs.example", "trust-and-safety", "amara-thinkpad", "spam-defence"),
        Engineer("jonas", "Jonas Weber", "jonas@jobs.example", "trust-and-safety", "jonas-macbook", "spam-defence"),
        Engineer("mei", "Mei Tanaka", "mei@jobs.example", "identity", "mei-workstation", "identity-graph"),
        Engineer("sofia", "Sofia Rossi", "sofia@jobs.example", "careers", "sofia-macbook", "job-seekers"),
    )
}
TEAMS = {
    "trust-and-safety": "trust-and-safety@jobs.example",
    "identity": "identity-team@jobs.example",
    "careers": "careers-team@jobs.example",
}


@dataclass(frozen=True, order=True)
class Version:
    """One month's version of an artifact."""

    name: str
    month: str

    def __str__(self) -> str:
        return f"{self.name}@{self.month}"

    @property
    def file(self) -> str:
        """Its file's name, the same on every laptop."""
        return f"{self.name}-{self.month}.{ARTIFACTS[self.name].suffix}"


@dataclass(frozen=True)
class ArtifactPlan:
    """What an artifact is: kind, file type, and who delivers it where it comes from outside."""

    kind: str
    suffix: str
    source: str | None = None


ARTIFACTS = {
    "ip-blacklist": ArtifactPlan("dataset", "csv", VENDOR),
    "user-records": ArtifactPlan("dataset", "csv", "member-database"),
    "spam-reports": ArtifactPlan("dataset", "csv", "moderation-desk"),
    "reported-links": ArtifactPlan("dataset", "csv", "moderation-desk"),
    "confirmed-merges": ArtifactPlan("dataset", "csv", "support-desk"),
    "job-survey": ArtifactPlan("dataset", "csv", "careers-survey"),
    "vacancies": ArtifactPlan("dataset", "csv", "vacancy-exchange"),
    "spam-labels": ArtifactPlan("dataset", "csv"),
    "account-features": ArtifactPlan("feature-table", "csv"),
    "antispam-training-set": ArtifactPlan("feature-table", "csv"),
    "antispam": ArtifactPlan("model", "joblib"),
    "antispam-evaluation": ArtifactPlan("evaluation", "json"),
    "despammed-users": ArtifactPlan("dataset", "csv"),
    "removed-accounts": ArtifactPlan("dataset", "csv"),
    "membership-statistics": ArtifactPlan("dataset", "json"),
    "link-safety": ArtifactPlan("model", "joblib"),
    "account-pairs": ArtifactPlan("feature-table", "csv"),
    "id-merge": ArtifactPlan("model", "joblib"),
    "id-merge-evaluation": ArtifactPlan("evaluation", "json"),
    "merged-users": ArtifactPlan("dataset", "csv"),
    "job-seeker": ArtifactPlan("model", "joblib"),
    "job-seeker-predictions": ArtifactPlan("predictions", "csv"),
    "job-alert-recipients": ArtifactPlan("dataset", "csv"),
    "job-seeker-evaluation": ArtifactPlan("evaluation", "json"),
    "internship-ranking": ArtifactPlan("model", "joblib"),
    "internship-matches": ArtifactPlan("predictions", "csv"),
    "vacancy-trend": ArtifactPlan("model", "joblib"),
}


@dataclass(frozen=True)
class Step:
    """One activity: what it reads and writes, and which outputs say exactly what they come from."""

    name: str
    kind: str
    month: str
    inputs: tuple[Version, ...]
    outputs: tuple[Version, ...]
    derived: tuple[tuple[Version, Version], ...] = ()
    """Pairs (output, input): this output comes from that input and from no other."""

    def __str__(self) -> str:
        return f"{self.name}@{self.month}"


@dataclass(frozen=True)
class Task:
    """One script that somebody runs on their laptop: one or more steps, or the receipt of deliveries."""

    engineer: str
    command: tuple[str, ...]
    """As they type it."""
    month: str
    """The month that it is about."""
    starts_at: datetime
    steps: tuple[Step, ...] = ()
    receives: tuple[Version, ...] = ()
    uncommitted: tuple[tuple[str, str, str], ...] = field(default=())
    """Edits (file, old, new) that are in the working copy during this task, and not committed."""
    killed_first: Step | None = None
    """What is left of a first attempt, in the middle of which the process was killed."""

    def __str__(self) -> str:
        return f"{self.engineer} {self.script} {self.month}"

    @property
    def script(self) -> str:
        """The file that does the work, in the engineer's repository."""
        return next(word for word in self.command if word.endswith((".py", ".sh")))

    @property
    def all_steps(self) -> tuple[Step, ...]:
        """Its steps, what is left of a first attempt included."""
        return (*([self.killed_first] if self.killed_first else []), *self.steps)

    @property
    def inputs(self) -> tuple[Version, ...]:
        """What it reads and does not write itself."""
        written = {output for step in self.steps for output in step.outputs}
        return tuple(dict.fromkeys(v for step in self.steps for v in step.inputs if v not in written))

    @property
    def outputs(self) -> tuple[Version, ...]:
        """What it writes."""
        return tuple(output for step in self.steps for output in step.outputs)


@dataclass(frozen=True)
class Commit:
    """A commit in one of the repositories: the first one adds the template, later ones edit it."""

    repository: str
    author: str
    at: datetime
    message: str
    edits: tuple[tuple[str, str, str], ...] = ()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


LOOSER_MERGING = ("merge_users.py", "THRESHOLD = 0.5", "THRESHOLD = 0.6")
COMMITS = (
    Commit("spam-defence", "amara", _at("2025-12-16T09:12:00"), "Find and remove spam accounts once a month"),
    Commit("identity-graph", "mei", _at("2025-12-17T10:40:00"), "Merge the accounts of one person"),
    Commit("job-seekers", "sofia", _at("2025-12-18T08:05:00"), "Predict who looks for a job"),
    Commit(
        "spam-defence", "jonas", _at("2026-02-20T15:31:00"), "Let the anti-spam model learn a little longer",
        (("train_antispam.py", "MAX_ITER = 40", "MAX_ITER = 50"),),
    ),
    Commit(
        "job-seekers", "sofia", _at("2026-04-20T11:02:00"), "Send job alerts a little more freely",
        (("predict.py", "THRESHOLD = 0.35", "THRESHOLD = 0.33"),),
    ),
    Commit(
        "identity-graph", "mei", _at("2026-05-12T17:48:00"), "Merge only where the model is surer",
        (LOOSER_MERGING,),
    ),
)  # fmt: skip
REMOTES = {
    repository: f"https://git.jobs.example/{repository}.git"
    for repository in ("spam-defence", "identity-graph", "job-seekers")
}


def delivered_at(version: Version) -> datetime:
    """When a delivery from outside arrived: in the first days of its month."""
    names = [name for name, artifact in ARTIFACTS.items() if artifact.source]
    return _at(f"{version.month}-01T05:20:00") + timedelta(days=1, minutes=7 * names.index(version.name))


def months_before(month: str, count: int) -> tuple[str, ...]:
    """The last `count` months up to `month`, oldest first, as far as the demo goes back."""
    end = MONTHS.index(month) + 1
    return MONTHS[max(0, end - count) : end]


def quarter_of(month: str) -> str:
    """The month in which the ID-merge model in use in `month` was trained."""
    return MONTHS[MONTHS.index(month) // 3 * 3]


def ranking_of(month: str) -> str | None:
    """The month in which the internship ranking in use in `month` was trained: February or May; None before."""
    return max((trained for trained in RANKING_MONTHS if trained <= month), default=None)


def tasks() -> tuple[Task, ...]:
    """All tasks, in an order in which they can be executed."""
    found = Task("amara", ("sh", "report_incident.sh"), MONTHS[-1], FOUND_AT)
    return (*(task for month in MONTHS for task in _tasks_of(month)), found)


def steps() -> tuple[Step, ...]:
    """All steps, in an order in which they can be executed."""
    return tuple(step for task in tasks() for step in task.all_steps)


def received() -> tuple[Version, ...]:
    """All that comes from outside."""
    return tuple(version for task in tasks() for version in task.receives)


_UNDER_RUN = {
    "label_accounts.py": ("label-accounts", "labelling"),
    "account_features.py": ("account-features", "transforming"),
}
"""Amara's scripts, which know nothing of graphprov: how she calls the activity, and its kind."""


def _under_run(script: str, *arguments: str) -> tuple[str, ...]:
    name, kind = _UNDER_RUN[script]
    options = ("--name", name, "--kind", kind, "--on-behalf-of", "trust-and-safety")
    return ("graphprov", "run", *options, "--", "python", script, *arguments)


def _tasks_of(month: str) -> Iterator[Task]:
    def v(name: str, of: str = month) -> Version:
        return Version(name, of)

    def at(day: int, hour: int, minute: int) -> datetime:
        return _at(f"{month}-{day:02d}T{hour:02d}:{minute:02d}:00")

    before = months_before(month, 2)[0]
    quarterly = quarter_of(month) == month

    yield Task(
        "amara", ("python", "receive.py", month), month, at(2, 8, 30),
        receives=(v("ip-blacklist"), v("user-records"), v("spam-reports")),
    )  # fmt: skip
    yield Task("jonas", ("python", "receive.py", month), month, at(2, 8, 45), receives=(v("reported-links"),))
    merges = (v("confirmed-merges"),) if quarterly else ()
    if quarterly:
        yield Task("mei", ("python", "receive.py", month), month, at(2, 9, 5), receives=merges)
    yield Task("sofia", ("sh", "receive.sh", month), month, at(2, 9, 20), receives=(v("job-survey"), v("vacancies")))

    yield Task("amara", _under_run("label_accounts.py", month), month, at(3, 9, 15), (
        Step("label-accounts", "labelling", month,
             (v("user-records"), v("spam-reports"), v("ip-blacklist")), (v("spam-labels"),)),
    ))  # fmt: skip
    yield Task("amara", _under_run("account_features.py", month), month, at(3, 10, 40), (
        Step("account-features", "transforming", month, (v("user-records"),), (v("account-features"),)),
    ))  # fmt: skip
    window = months_before(month, 3)
    yield Task("jonas", ("python", "train_antispam.py", month), month, at(4, 9, 30), (
        Step("build-training-set", "transforming", month,
             tuple(v(name, m) for m in window for name in ("account-features", "spam-labels", "ip-blacklist")),
             (v("antispam-training-set"),)),
        Step("train-antispam", "training", month, (v("antispam-training-set"),), (v("antispam"),)),
    ))  # fmt: skip
    yield Task("jonas", ("python", "clean_users.py", month), month, at(4, 13, 10), (
        Step("clean-users", "cleaning", month,
             (v("user-records"), v("account-features"), v("ip-blacklist"), v("antispam")),
             (v("despammed-users"), v("removed-accounts"), v("membership-statistics")),
             derived=((v("membership-statistics"), v("user-records")),)),
    ), killed_first=Step(
        "clean-users", "cleaning", f"{month}-killed", (v("user-records"), v("account-features")), ()
    ) if month == KILLED_MONTH else None)  # fmt: skip
    yield Task("jonas", ("python", "evaluate_antispam.py", month), month, at(4, 15, 45), (
        Step("evaluate-antispam", "evaluating", month,
             (v("antispam"), v("account-features"), v("ip-blacklist"), v("spam-reports")), (v("antispam-evaluation"),)),
    ))  # fmt: skip
    yield Task("jonas", ("python", "train_link_safety.py", month), month, at(5, 9, 0), (
        Step("train-link-safety", "training", month, (v("reported-links"),), (v("link-safety"),)),
    ))  # fmt: skip
    yield Task("mei", ("python", "make_pairs.py", month), month, at(6, 10, 0), (
        Step("make-pairs", "transforming", month, (v("despammed-users"),), (v("account-pairs"),)),
    ))  # fmt: skip
    if quarterly:
        yield Task("mei", ("python", "train_id_merge.py", month), month, at(6, 14, 20), (
            Step("train-id-merge", "training", month, (v("account-pairs"), *merges),
                 (v("id-merge"), v("id-merge-evaluation"))),
        ))  # fmt: skip
    yield Task("mei", ("python", "merge_users.py", month), month, at(7, 9, 50), (
        Step("merge-users", "merging", month,
             (v("despammed-users"), v("account-pairs"), v("id-merge", quarter_of(month))), (v("merged-users"),)),
    ), uncommitted=(LOOSER_MERGING,) if month == "2026-05" else ())  # fmt: skip
    surveys = tuple(v("job-survey", m) for m in sorted({before, month}))
    yield Task("sofia", ("python", "train_job_seeker.py", month, before), month, at(8, 9, 30), (
        Step("train-job-seeker", "training", month, (v("merged-users"), *surveys), (v("job-seeker"),)),
    ))  # fmt: skip
    yield Task("sofia", ("python", "predict.py", month), month, at(8, 13, 0), (
        Step("predict-job-seekers", "inference", month, (v("merged-users"), v("job-seeker")),
             (v("job-seeker-predictions"), v("job-alert-recipients"))),
    ))  # fmt: skip
    yield Task("sofia", ("python", "evaluate.py", month), month, at(9, 10, 15), (
        Step("evaluate-job-seeker", "evaluating", month, (v("job-seeker-predictions"), v("job-survey")),
             (v("job-seeker-evaluation"),)),
    ))  # fmt: skip
    ranking = ranking_of(month)
    if ranking == month:
        yield Task("sofia", ("python", "train_internship_ranking.py", month), month, at(9, 11, 30), (
            Step("train-internship-ranking", "training", month, (v("merged-users"),), (v("internship-ranking"),)),
        ))  # fmt: skip
    if ranking is not None:
        yield Task("sofia", ("python", "match_internships.py", month), month, at(9, 12, 20), (
            Step("match-internships", "inference", month, (v("merged-users"), v("internship-ranking", ranking)),
                 (v("internship-matches"),)),
        ))  # fmt: skip
    yield Task("sofia", ("python", "vacancy_trend.py", month, before), month, at(9, 14, 0), (
        Step("fit-vacancy-trend", "training", month, tuple(v("vacancies", m) for m in sorted({before, month})),
             (v("vacancy-trend"),)),
    ))  # fmt: skip
